//! What GitHub Actions reads: a command a finding, whatever the document holds.

use insta::assert_snapshot;
use relance_diagnostics::{
    Block, Language, Severity, Source, Text,
    render::{Report, github},
};

use crate::case::Case;

#[test]
fn a_finding_is_a_command_with_its_place() {
    let mut case = Case::new("{\r\n  \"né\": ⟦10⟧\r\n}");
    case.diagnostic.block = Some(Block { id: "a".to_owned(), label: Some("Appel".to_owned()) });
    let several_lines = Case::new("{\n ⟦ \"a\":\n 10⟧\n}");
    let mut warning = Case::new("⟦0⟧");
    warning.diagnostic.severity = Severity::Warning;
    let mut info = Case::new("⟦0⟧");
    info.diagnostic.severity = Severity::Info;
    let shown = [case, several_lines, warning, info];
    let shown: String = shown.iter().map(|case| github(&case.report(), Language::French)).collect();
    assert_snapshot!(shown);
}

#[test]
fn no_text_of_a_document_is_a_command_to_the_runner() {
    let mut case = Case::new("⟦0⟧");
    case.source = Source::new("100%,a:b\n::stop-commands::x.json", "0");
    case.diagnostic.message = Text::fixed("50% is\r\n::set-output name=a::b, or: c", "");
    case.diagnostic.help = vec![Text::fixed("one\n::error::two", "")];
    let report = Report { source: &case.source, ..case.report() };
    let shown = github(&report, Language::English);
    assert_eq!(shown.lines().count(), 1, "{shown}");
    assert_snapshot!(shown);
}
