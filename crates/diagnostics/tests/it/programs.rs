//! What programs read: the JSON object and the lines.

use insta::{assert_json_snapshot, assert_snapshot};
use relance_diagnostics::{
    Block, Edit, Fix, Language, Mask, Safety, Source, Span, Text,
    render::{JsonWriter, Report, concise, json},
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

#[test]
fn the_object_is_the_same_written_file_by_file() {
    let (first, second) = (case(), Case::new("[⟦0⟧]"));
    for reports in [vec![], vec![first.report()], vec![first.report(), second.report()]] {
        let mut writer = JsonWriter::new(Language::French);
        let mut written: String = reports.iter().map(|report| writer.file(report)).collect();
        written += &writer.end();
        let whole = serde_json::to_string(&json(reports, Language::French)).unwrap();
        assert_eq!(written, whole + "\n");
    }
}

#[test]
fn a_fix_that_would_repeat_a_secret_is_left_out() {
    let mut case = Case::new("{ \"body\": ⟦{ \"token\": \"sk_secret\" }⟧ }");
    case.mask = Mask::new(vec![Span::new(22, 31)]);
    case.diagnostic.fix = Some(Fix {
        title: Text::fixed("write it as text", "l'écrire en texte"),
        safety: Safety::Safe,
        edits: vec![Edit {
            span: case.diagnostic.span,
            text: r#""{\"token\": \"sk_secret\"}""#.to_owned(),
        }],
    });
    let text = serde_json::to_string(&json([case.report()], Language::English)).unwrap();
    assert!(!text.contains("sk_secret"), "{text}");
    case.mask = Mask::default();
    let text = serde_json::to_string(&json([case.report()], Language::English)).unwrap();
    assert!(text.contains("sk_secret"), "nothing is hidden, so nothing is left out: {text}");
}
