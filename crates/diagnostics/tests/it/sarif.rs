//! The SARIF log: right by the standard's own schema, without secrets, and with fingerprints that outlive other changes.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a log that cannot be read as it should be must stop the test"
)]

use std::{borrow::Cow, fs, path::Path};

use relance_diagnostics::{
    Block, Edit, Fix, Language, Mask, Safety, Severity, Source, Span, Text,
    render::{Ending, Report, Rule, SarifWriter},
};
use serde_json::Value;

use crate::case::Case;

/// The log of these files, which the standard's schema accepts.
fn log<'r>(reports: impl IntoIterator<Item = Report<'r>>, language: Language) -> Value {
    log_that_ends(reports, language, &Ending { exit_code: 1, troubles: Vec::new() })
}

fn log_that_ends<'r>(
    reports: impl IntoIterator<Item = Report<'r>>,
    language: Language,
    ending: &Ending,
) -> Value {
    let mut writer = SarifWriter::new("1.2.3", language);
    let mut written = String::new();
    for report in reports {
        written += &writer.file(&report);
    }
    written += &writer.end(ending, |code| {
        (code == "out-of-range").then(|| Rule {
            code,
            severity: Severity::Error,
            title: Text::fixed("number outside its limits", "nombre hors limites"),
            meaning: Cow::Borrowed("The number is well written, but too large or too small."),
            page: "# out-of-range\n",
        })
    });
    let log = serde_json::from_str(&written).unwrap();
    let mistakes: Vec<_> = schema().iter_errors(&log).map(|error| error.to_string()).collect();
    assert_eq!(mistakes, Vec::<String>::new(), "{log:#}");
    log
}

fn schema() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/data/sarif/sarif-schema-2.1.0.json");
    // One of its patterns leaves a bracket unescaped, which browsers take as it is meant and stricter engines refuse.
    let text = fs::read_to_string(path).unwrap().replace("{2}]?$\"", "{2}\\\\]?$\"");
    let schema = serde_json::from_str(&text).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn results(log: &Value) -> &[Value] {
    log["runs"][0]["results"].as_array().unwrap()
}

fn fingerprint(case: &Case) -> String {
    let log = log([case.report()], Language::English);
    results(&log)[0]["partialFingerprints"]["relanceFinding/v1"].as_str().unwrap().to_owned()
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let mut log = log([Case::new("⟦0⟧").report()], Language::English);
    assert!(schema().is_valid(&log));
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] =
        Value::from(0);
    assert!(!schema().is_valid(&log));
}

#[test]
fn the_log_tells_everything() {
    let mut first = Case::new("{\r\n  \"né\": ⟦10⟧,\r\n  \"b\": ⟦1⟧\r\n}");
    first.source = Source::new("./relances/à chaud.json", first.source.view());
    first.diagnostic.pointer = "/nodes/3/data/parameters/timeout_seconds".to_owned();
    first.diagnostic.block = Some(Block { id: "a".to_owned(), label: Some("Appel".to_owned()) });
    first.diagnostic.fix = Some(Fix {
        title: Text::fixed("write it as text", "l'écrire en texte"),
        safety: Safety::Safe,
        edits: vec![Edit { span: first.diagnostic.span, text: "\"10\"".to_owned() }],
    });
    let mut second = Case::new("[⟦0⟧]");
    second.diagnostic.severity = Severity::Info;
    second.diagnostic.code = "a-code-without-a-rule";
    insta::assert_json_snapshot!(log([first.report(), second.report()], Language::French));
}

#[test]
fn without_a_finding_or_a_file_it_is_a_log_too() {
    let (source, mask) = (Source::new("<stdin>", "{}"), Mask::default());
    let clean =
        Report { source: &source, mask: &mask, diagnostics: &[], valid: true, runnable: true };
    assert_eq!(results(&log([clean], Language::English)).len(), 0);
    let ending = Ending {
        exit_code: 2,
        troubles: vec![Text::fixed("there is no file `a`", "il n'y a pas de fichier `a`")],
    };
    let log = log_that_ends([], Language::French, &ending);
    insta::assert_json_snapshot!(log["runs"][0]["invocations"]);
}

#[test]
fn a_secret_is_in_no_part_of_it() {
    let mut case = Case::new("{ \"headers\": ⟦\"Bearer sk_secret\"⟧, \"other\": ⟦\"sk_secret\"⟧ }");
    let text = case.source.view();
    let hidden = text.match_indices("sk_secret").map(|(at, it)| Span::new(at, at + it.len()));
    case.mask = Mask::new(hidden.collect());
    case.diagnostic.fix = Some(Fix {
        title: Text::fixed("write it as text", "l'écrire en texte"),
        safety: Safety::Unsafe,
        edits: vec![Edit {
            span: case.diagnostic.span,
            text: r#""{\"a\":\"sk_secret\"}""#.to_owned(),
        }],
    });
    let log = log([case.report()], Language::English);
    assert!(!log.to_string().contains("sk_secret"), "{log:#}");
    assert_eq!(results(&log)[0]["fixes"], Value::Null);
    let region = &results(&log)[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["snippet"]["text"], "\"Bearer *********\"");
}

#[test]
fn a_minified_file_is_not_quoted_whole_with_each_finding() {
    let long = "x".repeat(5_000);
    let case = Case::new(&format!("{{ \"a\": \"{long}\", \"b\": ⟦1⟧, \"c\": ⟦\"{long}\"⟧ }}"));
    let log = log([case.report()], Language::English);
    assert!(!log.to_string().contains(&long));
    let region = &results(&log)[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["snippet"]["text"], "1");
}

#[test]
fn a_finding_is_known_again_wherever_its_block_stands() {
    let moved = |marked: &str, pointer: &str, id: &str| {
        let mut case = Case::new(marked);
        pointer.clone_into(&mut case.diagnostic.pointer);
        case.diagnostic.block = Some(Block { id: id.to_owned(), label: None });
        fingerprint(&case)
    };
    let here = moved("[⟦0⟧]", "/nodes/0/data/parameters/timeout_seconds", "a");
    assert_eq!(here, moved("[1,\n\n⟦0⟧]", "/nodes/7/data/parameters/timeout_seconds", "a"));
    assert_ne!(here, moved("[⟦0⟧]", "/nodes/0/data/parameters/timeout_seconds", "b"));
    assert_ne!(here, moved("[⟦0⟧]", "/nodes/0/data/parameters/url", "a"));
}

#[test]
fn a_finding_about_an_edge_is_known_again_by_its_text_and_equal_ones_by_their_order() {
    let edge = |marked: &str, pointer: &str| {
        let mut case = Case::new(marked);
        pointer.clone_into(&mut case.diagnostic.pointer);
        fingerprint(&case)
    };
    assert_eq!(edge("[⟦\"x\"⟧]", "/edges/0/source"), edge("[0,\n⟦\"x\"⟧]", "/edges/4/source"));
    assert_ne!(edge("[⟦\"x\"⟧]", "/edges/0/source"), edge("[⟦\"y\"⟧]", "/edges/0/source"));

    let case = Case::new("[⟦0⟧]");
    let twice = [case.diagnostic.clone(), case.diagnostic.clone()];
    let log = log([Report { diagnostics: &twice, ..case.report() }], Language::English);
    let [first, second] = results(&log) else { panic!("two results") };
    assert_ne!(first["partialFingerprints"], second["partialFingerprints"]);
}
