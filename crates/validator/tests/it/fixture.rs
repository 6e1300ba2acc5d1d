//! The documents under `fixtures/`, and what is said about them.
//!
//! A file that ends with `.grown` is written short: `«text»×1000` in it stands for that text a thousand times.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use relance_diagnostics::{Diagnostic, Edit, Fix, Source};
use relance_validator::{Checked, Options, check};

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// A document of the fixtures.
pub(crate) struct Fixture {
    /// The name of its file, without the ending.
    pub(crate) name: String,
    pub(crate) source: Source,
}

impl Fixture {
    pub(crate) fn read(path: &Path) -> Fixture {
        let mut bytes = fs::read(path).unwrap();
        if path.extension().is_some_and(|it| it == "grown") {
            bytes = grown(&String::from_utf8(bytes).unwrap()).into_bytes();
        }
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Fixture { source: Source::new(format!("{name}.json"), bytes), name }
    }

    /// All documents of a folder, by name.
    pub(crate) fn all_in(folder: &Path) -> Vec<Fixture> {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| Fixture::read(path)).collect()
    }

    pub(crate) fn check(&self) -> Checked {
        check(&self.source, &Options::default())
    }
}

/// The folders of `fixtures/<kind>`, by name.
pub(crate) fn folders(kind: &str) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(folder().join(kind)).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

/// Writes out every `«text»×1000`.
pub(crate) fn grown(short: &str) -> String {
    let mut text = String::new();
    let mut rest = short;
    while let Some((before, from)) = rest.split_once('«') {
        let (repeated, from) = from.split_once("»×").unwrap();
        let digits = from.find(|it: char| !it.is_ascii_digit()).unwrap_or(from.len());
        text += before;
        text += &repeated.repeat(from[..digits].parse().unwrap());
        rest = &from[digits..];
    }
    text + rest
}

/// One finding as the snapshots show it: what programs see, then what people read.
pub(crate) fn shown(source: &Source, it: &Diagnostic) -> String {
    let [start, end] = [it.span.start, it.span.end].map(|offset| source.place(offset as usize));
    let fix = it.fix.as_ref().map_or_else(|| "-".to_owned(), |fix| shown_fix(source, fix));
    let mut text = format!(
        "  {} {} {:?} {}:{}-{}:{} | {} | {fix}\n      {}\n",
        it.code,
        it.severity.as_str(),
        it.pointer,
        start.line,
        start.column,
        end.line,
        end.column,
        it.message.en,
        it.message.fr
    );
    for help in &it.help {
        writeln!(text, "      help: {}\n            {}", help.en, help.fr).unwrap();
    }
    for related in &it.related {
        let place = source.place(related.span.start as usize);
        let (line, column) = (place.line, place.column);
        writeln!(text, "      {line}:{column} {} / {}", related.message.en, related.message.fr)
            .unwrap();
    }
    text
}

fn shown_fix(source: &Source, fix: &Fix) -> String {
    let edits: Vec<String> = fix
        .edits
        .iter()
        .map(|Edit { span, text }| {
            let before = source.view().get(span.range()).unwrap();
            let before: String = before.chars().take(60).collect();
            format!("`{before}` -> `{text}`")
        })
        .collect();
    format!("{}: {} ({})", fix.safety.as_str(), edits.join(", "), fix.title.fr)
}
