//! What is said about each fixture, word for word; and that each shows what its folder promises.

use std::fmt::Write as _;

use relance_diagnostics::{Diagnostic, Edit, Fix, Severity, Source};
use relance_samples::fixture::{self, Fixture};
use relance_validator::{Checked, Code, Options, check};

fn checked(fixture: &Fixture) -> (Source, Checked) {
    let source = Source::new("example.json", fixture.bytes.clone());
    let checked = check(&source, &Options::default());
    (source, checked)
}

#[test]
fn every_fixture_is_told_in_these_words() {
    insta::glob!("../../../../fixtures", "{findings,ok}/*", |folder| {
        let mut told = String::new();
        for fixture in Fixture::all_in(folder) {
            let (source, checked) = checked(&fixture);
            writeln!(told, "{}", fixture.name).unwrap();
            told.extend(checked.diagnostics.iter().take(MOST).map(|it| shown(&source, it)));
            if let Some(more @ 1..) = checked.diagnostics.len().checked_sub(MOST) {
                writeln!(told, "  and {more} more").unwrap();
            }
        }
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(told);
        });
    });
}

/// So many findings of a document are shown.
const MOST: usize = 10;

/// One finding: what programs see, then what people read.
fn shown(source: &Source, it: &Diagnostic) -> String {
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

/// A fix without what it takes away, which may be secret.
fn shown_fix(source: &Source, fix: &Fix) -> String {
    let edits: Vec<String> = fix
        .edits
        .iter()
        .map(|Edit { span, text }| {
            let [start, end] = [span.start, span.end].map(|offset| source.place(offset as usize));
            format!("{}:{}-{}:{} `{text}`", start.line, start.column, end.line, end.column)
        })
        .collect();
    format!("{}: {} ({})", fix.safety.as_str(), edits.join(", "), fix.title.fr)
}

#[test]
fn every_fixture_raises_the_code_of_its_folder() {
    for fixture in Fixture::all("findings") {
        let (code, _) = fixture.name.split_once('/').unwrap();
        let (_, checked) = checked(&fixture);
        let raised = checked.diagnostics.iter().any(|it| it.code == code);
        assert!(raised, "{} does not raise its code", fixture.name);
        let refused = checked.diagnostics.iter().any(|it| it.severity == Severity::Error);
        assert_eq!(refused, !checked.is_valid(), "{}", fixture.name);
    }
}

#[test]
fn every_code_has_at_least_three_fixtures_and_every_folder_is_a_code() {
    let mut codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    codes.sort_unstable();
    let folders = fixture::entries(&fixture::folder().join("findings"));
    let names: Vec<_> = folders.iter().filter_map(|it| it.file_name()?.to_str()).collect();
    assert_eq!(names, codes);
    for folder in &folders {
        assert!(fixture::entries(folder).len() >= 3, "{}", folder.display());
    }
}

#[test]
fn every_ok_fixture_is_valid() {
    for fixture in Fixture::all("ok") {
        let (_, checked) = checked(&fixture);
        assert!(checked.is_valid(), "{}: {:#?}", fixture.name, checked.diagnostics);
    }
}
