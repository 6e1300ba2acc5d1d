//! What programs read: the JSON object and the lines.

use insta::{assert_json_snapshot, assert_snapshot};
use relance_diagnostics::{
    Block, Edit, Fix, Language, Mask, Safety, Source, Span, Text,
    render::{Report, concise, json},
};

use crate::case::Case;

fn case() -> Case {
    let mut case = Case::new("{\r\n  \"né\": ⟦10⟧\r\n}");
    case.diagnostic.block = Some(Block { id: "a".to_owned(), label: None });
    case.diagnostic.fix = Some(Fix {
        title: Text::fixed("write it as text", "l'écrire en texte"),
        safety: Safety::Safe,
        edits: vec![Edit { span: case.diagnostic.span, text: "\"10\"".to_owned() }],
    });
    case
}

#[test]
fn the_json_object_tells_everything() {
    let (first, second) = (case(), Case::new("[⟦0⟧]"));
    let reports = [first.report(), second.report()];
    assert_json_snapshot!(json(reports, Language::English));
}

#[test]
fn the_json_object_of_a_valid_file_speaks_french_too() {
    let source = Source::new("ok.json", "{}");
    let (mask, case) = (Mask::default(), case());
    let report =
        Report { source: &source, mask: &mask, diagnostics: &[], valid: true, runnable: true };
    assert_json_snapshot!(json([report, case.report()], Language::French));
}

#[test]
fn each_finding_is_one_line() {
    let mut first = case();
    first.diagnostic.message = Text::fixed("two\nlines", "deux\nlignes");
    let mut second = first.diagnostic.clone();
    second.span = Span::at(0);
    let diagnostics = [first.diagnostic.clone(), second];
    let report = Report { diagnostics: &diagnostics, ..first.report() };
    assert_snapshot!(concise(&report, Language::French));
}
