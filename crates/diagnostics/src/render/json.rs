//! The object that `validate --format json` prints. Its shape is a promise: a change to it is a new `version`.

use serde::Serialize;

use super::Report;
use crate::{Block, Diagnostic, Fix, Language, Place, Source, Span};

/// The version of the object.
const VERSION: u32 = 1;

/// The object written file by file, so that what is held in memory is one file and not all.
#[derive(Debug)]
pub struct JsonWriter {
    language: Language,
    begun: bool,
}

impl JsonWriter {
    /// An object with messages in one language.
    pub fn new(language: Language) -> JsonWriter {
        JsonWriter { language, begun: false }
    }

    /// The next stretch of the object: what was found in a file.
    pub fn file(&mut self, report: &Report<'_>) -> String {
        let before = if self.begun { ",".to_owned() } else { opening() };
        self.begun = true;
        // Our own types hold nothing that JSON cannot.
        before + &serde_json::to_string(&FileJson::of(*report, self.language)).unwrap_or_default()
    }

    /// The rest of the object.
    pub fn end(self) -> String {
        let before = if self.begun { String::new() } else { opening() };
        before + "]}\n"
    }
}

fn opening() -> String {
    format!("{{\"version\":{VERSION},\"files\":[")
}

/// What a check said about every file, ready to be written with serde.
#[derive(Debug, Clone, Serialize)]
pub struct Validation<'a> {
    version: u32,
    files: Vec<FileJson<'a>>,
}

/// The object for these files, with messages in one language.
pub fn json<'a>(
    reports: impl IntoIterator<Item = Report<'a>>,
    language: Language,
) -> Validation<'a> {
    let files = reports.into_iter().map(|report| FileJson::of(report, language)).collect();
    Validation { version: VERSION, files }
}

#[derive(Debug, Clone, Serialize)]
struct FileJson<'a> {
    file: &'a str,
    valid: bool,
    runnable: bool,
    diagnostics: Vec<DiagnosticJson<'a>>,
}

impl<'a> FileJson<'a> {
    fn of(report: Report<'a>, language: Language) -> FileJson<'a> {
        let diagnostics = report.diagnostics.iter();
        FileJson {
            file: report.source.name(),
            valid: report.valid,
            runnable: report.runnable,
            diagnostics: diagnostics.map(|it| DiagnosticJson::of(&report, it, language)).collect(),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
struct DiagnosticJson<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    pointer: &'a str,
    block: Option<BlockJson<'a>>,
    span: SpanJson,
    help: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixJson<'a>>,
}

impl<'a> DiagnosticJson<'a> {
    fn of(report: &Report<'_>, it: &'a Diagnostic, language: Language) -> DiagnosticJson<'a> {
        let source = report.source;
        let fix = it.fix.as_ref().filter(|fix| !report.repeats_a_secret(fix));
        DiagnosticJson {
            code: it.code,
            severity: it.severity.as_str(),
            message: it.message.to(language),
            pointer: &it.pointer,
            block: it.block.as_ref().map(BlockJson::of),
            span: SpanJson::of(source, it.span),
            help: it.help.iter().map(|help| help.to(language)).collect(),
            fix: fix.map(|fix| FixJson::of(source, fix, language)),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
struct BlockJson<'a> {
    id: &'a str,
    label: Option<&'a str>,
}

impl<'a> BlockJson<'a> {
    fn of(block: &'a Block) -> BlockJson<'a> {
        BlockJson { id: &block.id, label: block.label.as_deref() }
    }
}

#[derive(Debug, Clone, Serialize)]
struct FixJson<'a> {
    title: &'a str,
    safety: &'a str,
    edits: Vec<EditJson<'a>>,
}

impl<'a> FixJson<'a> {
    fn of(source: &Source, fix: &'a Fix, language: Language) -> FixJson<'a> {
        let edits = fix.edits.iter();
        FixJson {
            title: fix.title.to(language),
            safety: fix.safety.as_str(),
            edits: edits
                .map(|edit| EditJson { span: SpanJson::of(source, edit.span), text: &edit.text })
                .collect(),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
struct EditJson<'a> {
    span: SpanJson,
    text: &'a str,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct SpanJson {
    start: PlaceJson,
    end: PlaceJson,
}

impl SpanJson {
    fn of(source: &Source, span: Span) -> SpanJson {
        let range = span.range();
        SpanJson {
            start: PlaceJson::of(source.place(range.start)),
            end: PlaceJson::of(source.place(range.end)),
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize)]
struct PlaceJson {
    line: usize,
    column: usize,
    offset: usize,
}

impl PlaceJson {
    fn of(place: Place) -> PlaceJson {
        let Place { line, column, offset } = place;
        PlaceJson { line, column, offset }
    }
}
