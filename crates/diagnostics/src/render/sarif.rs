//! SARIF 2.1.0, the form in which code scanning services and editors exchange findings.
//!
//! The log is written file by file, so that what is held in memory is one file and not all: results come first, and the rules,
//! artifacts and invocation that they point to follow. The order of keys means nothing in JSON.
//!
//! Only what a reader may see is quoted: secrets under the [`Mask`](crate::Mask) are stars, and a fix whose text would repeat one
//! is left out.

mod fingerprint;
mod log;
mod uri;

use std::{borrow::Cow, collections::BTreeMap, fmt::Write as _};

use self::{
    fingerprint::Fingerprints,
    log::{
        Artifact, ArtifactChange, ArtifactContent, ArtifactLocation, Block, Component,
        Configuration, Fix, FixProperties, Invocation, Located, LogicalLocation, Message,
        Multiformat, Notification, PhysicalLocation, Region, Replacement, ResultEntry,
        ResultProperties, RuleEntry, Tool,
    },
};
use super::{Report, sentence};
use crate::{Diagnostic, Language, Severity, Source, Span, Text};

/// What is known of a code apart from its findings.
#[derive(Debug, Clone)]
pub struct Rule<'r> {
    /// The code.
    pub code: &'r str,
    /// How much it weighs unless told otherwise.
    pub severity: Severity,
    /// What it is, in a few words.
    pub title: Text,
    /// What it means, in a sentence or two.
    pub meaning: Cow<'r, str>,
    /// Its page, in Markdown.
    pub page: &'r str,
}

/// How the command that checks ends.
#[derive(Debug, Clone, Default)]
pub struct Ending {
    /// Its exit code.
    pub exit_code: u8,
    /// What kept it from checking files that it was asked to check.
    pub troubles: Vec<Text>,
}

/// A log in the making.
#[derive(Debug)]
pub struct SarifWriter<'v> {
    version: &'v str,
    language: Language,
    /// Where each code stands in the list of rules.
    rules: BTreeMap<&'static str, usize>,
    codes: Vec<&'static str>,
    artifacts: Vec<Artifact>,
    begun: bool,
    any: bool,
}

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The longest line that is quoted. A minified file has one line, and would be quoted whole with each of its findings.
const LONGEST_QUOTE: usize = 400;

impl<'v> SarifWriter<'v> {
    /// A log of this version of the program, with messages in one language.
    pub fn new(version: &'v str, language: Language) -> SarifWriter<'v> {
        SarifWriter {
            version,
            language,
            rules: BTreeMap::new(),
            codes: Vec::new(),
            artifacts: Vec::new(),
            begun: false,
            any: false,
        }
    }

    /// The next stretch of the log: what was found in a file.
    pub fn file(&mut self, report: &Report<'_>) -> String {
        let index = self.artifacts.len();
        let location = ArtifactLocation::new(report.source.name(), index);
        self.artifacts.push(Artifact {
            location: location.clone(),
            length: report.source.bytes().len(),
            roles: ["analysisTarget"],
            mime_type: "application/json",
            encoding: "UTF-8",
        });
        let mut written = self.opening();
        let mut file = File {
            report,
            location: &location,
            language: self.language,
            seen: Fingerprints::default(),
        };
        for diagnostic in report.diagnostics {
            if self.any {
                written.push(',');
            }
            self.any = true;
            let rule = self.rule(diagnostic.code);
            written.push_str(&json(&file.result(diagnostic, rule)));
        }
        written
    }

    /// The rest of the log.
    pub fn end<'r>(
        mut self,
        ending: &Ending,
        rule: impl Fn(&'static str) -> Option<Rule<'r>>,
    ) -> String {
        let mut written = self.opening();
        let language = self.language;
        let rules = self.codes.iter().map(|code| RuleEntry::new(code, rule(code), language));
        let tool = Tool {
            driver: Component {
                name: "relance",
                version: self.version,
                semantic_version: self.version,
                language: code(language),
                rules: rules.collect(),
            },
        };
        let notification = |trouble: &Text| Notification {
            level: "error",
            message: Message::new(trouble.to(language)),
        };
        let invocation = Invocation {
            execution_successful: ending.troubles.is_empty(),
            exit_code: ending.exit_code,
            tool_execution_notifications: ending.troubles.iter().map(notification).collect(),
        };
        let (tool, artifacts, invocation) = (json(&tool), json(&self.artifacts), json(&invocation));
        // Writing to a text cannot fail.
        let _ = writeln!(
            written,
            "],\"tool\":{tool},\"artifacts\":{artifacts},\"invocations\":[{invocation}],\
             \"language\":\"{}\",\"columnKind\":\"unicodeCodePoints\",\
             \"newlineSequences\":[\"\\r\\n\",\"\\n\",\"\\r\"]}}]}}",
            code(language),
        );
        written
    }

    /// What stands before the first result, once.
    fn opening(&mut self) -> String {
        if std::mem::replace(&mut self.begun, true) {
            return String::new();
        }
        format!("{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"results\":[")
    }

    /// Where a code stands in the list of rules.
    fn rule(&mut self, code: &'static str) -> usize {
        *self.rules.entry(code).or_insert_with(|| {
            self.codes.push(code);
            self.codes.len() - 1
        })
    }
}

/// A language as SARIF names it.
fn code(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::French => "fr",
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// Our own types hold nothing that JSON cannot.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

impl<'r> RuleEntry<'r> {
    fn new(code: &'r str, rule: Option<Rule<'r>>, language: Language) -> RuleEntry<'r> {
        let Some(rule) = rule else {
            return RuleEntry { id: code, ..RuleEntry::default() };
        };
        let said = |text: &str| Some(Multiformat { text: text.to_owned(), markdown: None });
        RuleEntry {
            id: code,
            short_description: said(rule.title.to(language)),
            full_description: said(&rule.meaning),
            help: Some(Multiformat {
                text: rule.page.to_owned(),
                markdown: Some(rule.page.to_owned()),
            }),
            default_configuration: Some(Configuration { level: level(rule.severity) }),
        }
    }
}

/// The file whose results are written.
struct File<'f> {
    report: &'f Report<'f>,
    location: &'f ArtifactLocation,
    language: Language,
    seen: Fingerprints,
}

impl File<'_> {
    fn result<'d>(&'d mut self, diagnostic: &'d Diagnostic, rule_index: usize) -> ResultEntry<'d> {
        let fingerprint = self.seen.of(self.report, diagnostic);
        let block = diagnostic.block.as_ref();
        let logical = block.map(|block| LogicalLocation {
            name: block.label.as_deref().unwrap_or(&block.id),
            fully_qualified_name: &block.id,
            kind: "object",
        });
        let related = diagnostic.related.iter().enumerate();
        ResultEntry {
            rule_id: diagnostic.code,
            rule_index,
            level: level(diagnostic.severity),
            message: Message { text: sentence(diagnostic, self.language) },
            locations: [Located {
                id: None,
                physical_location: self.place(diagnostic.span),
                logical_locations: logical.into_iter().collect(),
                message: diagnostic
                    .label
                    .as_ref()
                    .map(|label| Message::new(label.to(self.language))),
            }],
            related_locations: related
                .map(|(id, related)| Located {
                    id: Some(id + 1),
                    physical_location: self.place(related.span),
                    logical_locations: Vec::new(),
                    message: Some(Message::new(related.message.to(self.language))),
                })
                .collect(),
            fixes: diagnostic.fix.iter().filter_map(|fix| self.fix(fix)).collect(),
            partial_fingerprints: BTreeMap::from([(fingerprint::NAME, fingerprint)]),
            properties: ResultProperties {
                pointer: &diagnostic.pointer,
                block: block.map(|block| Block { id: &block.id, label: block.label.as_deref() }),
            },
        }
    }

    fn place(&self, span: Span) -> PhysicalLocation<'_> {
        PhysicalLocation {
            artifact_location: self.location,
            region: Region { snippet: self.quote(span), ..Region::new(self.report.source, span) },
            context_region: self.lines(span),
        }
    }

    /// The whole lines of a span, unless they are too long to repeat.
    fn lines(&self, span: Span) -> Option<Region> {
        let source = self.report.source;
        let range = span.range();
        let start = source.line(source.place(range.start).line)?.start;
        let end = source.line(source.place(range.end).line)?.end;
        let snippet = self.quote(Span::new(start, end))?;
        let Region { start_line, end_line, .. } = Region::new(source, Span::new(start, end));
        Some(Region { start_line, end_line, snippet: Some(snippet), ..Region::default() })
    }

    /// A stretch of the file with its secrets hidden, unless it is too long to repeat.
    fn quote(&self, span: Span) -> Option<ArtifactContent> {
        let view = self.report.source.view();
        let range = span.range();
        let text = view.get(range.clone()).filter(|text| text.len() <= LONGEST_QUOTE)?;
        Some(ArtifactContent { text: self.report.mask.apply_to(text, range.start) })
    }

    fn fix<'d>(&'d self, fix: &'d crate::Fix) -> Option<Fix<'d>> {
        if self.report.repeats_a_secret(fix) {
            return None;
        }
        let replacements = fix.edits.iter().map(|edit| Replacement {
            deleted_region: Region::new(self.report.source, edit.span),
            inserted_content: ArtifactContent { text: edit.text.clone() },
        });
        Some(Fix {
            description: Message::new(fix.title.to(self.language)),
            artifact_changes: [ArtifactChange {
                artifact_location: self.location,
                replacements: replacements.collect(),
            }],
            properties: FixProperties { safety: fix.safety.as_str() },
        })
    }
}

impl Region {
    fn new(source: &Source, span: Span) -> Region {
        let range = span.range();
        let (start, end) = (source.place(range.start), source.place(range.end));
        Region {
            start_line: start.line,
            start_column: Some(start.column),
            end_line: end.line,
            end_column: Some(end.column),
            byte_offset: Some(start.offset),
            byte_length: Some(end.offset.saturating_sub(start.offset)),
            snippet: None,
        }
    }
}
