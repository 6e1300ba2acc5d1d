//! The documents of the contract: verdict, pointers of errors, pointers that carry a warning.

use std::fs;

use relance_diagnostics::{Severity, Source};
use relance_validator::{Options, check};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    env: String,
    text: String,
    valid: bool,
    pointers: Vec<String>,
    warnings: Vec<String>,
}

#[test]
fn every_document_of_the_contract_gets_its_verdict() {
    let lines =
        fs::read_to_string(relance_samples::fixture::folder().join("documents.jsonl")).unwrap();
    let mut wrong = Vec::new();
    for line in lines.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let options = Options { environment: case.env.parse().unwrap(), ..Options::default() };
        let checked = check(&Source::new("case.json", case.text.as_bytes()), &options);
        let found = |severity: Severity| -> Vec<String> {
            let mut pointers: Vec<String> = checked
                .diagnostics
                .iter()
                .filter(|it| it.severity == severity)
                .map(|it| it.pointer.clone())
                .collect();
            pointers.sort();
            pointers
        };
        let (errors, warnings) = (found(Severity::Error), found(Severity::Warning));
        let mut expected = case.pointers.clone();
        expected.sort();
        let same = errors.len() == expected.len()
            && errors.iter().zip(&expected).all(|(it, pattern)| fits(it, pattern));
        let warned =
            case.warnings.iter().all(|pattern| warnings.iter().any(|it| fits(it, pattern)));
        if checked.is_valid() != case.valid || !same || !warned {
            let said: Vec<_> = checked
                .diagnostics
                .iter()
                .map(|it| format!("{} {} {}", it.code, it.pointer, it.message.en))
                .collect();
            wrong.push(format!(
                "{}: expected {expected:?} {:?}, found {said:#?}",
                case.name, case.warnings
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `*` stands for any index.
fn fits(pointer: &str, pattern: &str) -> bool {
    let (pointer, pattern) = (pointer.split('/'), pattern.split('/'));
    pointer.clone().count() == pattern.clone().count()
        && pointer.zip(pattern).all(|(it, wanted)| wanted == "*" || it == wanted)
}

#[test]
fn a_secret_is_masked_even_where_the_text_is_no_json() {
    for text in [
        r#"{"headers_json": "{\"Authorization\": \"Bearer s3cr3t-t0k3n\"}",}"#,
        r#"{"headers_json" : "{\"X-Api-Key\": \"s3cr3t-t0k3n\"}"  "a": 1}"#,
        "{\"headers_json\": \"{\\\"X-Api-Key\\\": \\\"s3cr3t-t0k3n\\\"}\n, \"a\"",
        r#"{"body_text": "Bearer s3cr3t-t0k3n" 1}"#,
        "\u{feff}{\"headers_json\": \"s3cr3t-t0k3n\"}",
    ] {
        let source = Source::new("case.json", text.as_bytes());
        let checked = check(&source, &Options::default());
        assert!(!checked.is_valid());
        let shown = checked.mask.apply(text).into_owned();
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }
}
