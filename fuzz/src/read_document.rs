//! Any bytes as a document: read, checked, shown. `serde_json` is the oracle of what JSON is.

use relance_diagnostics::{Source, Span};
use relance_model::document::{self, MistakeKind, Node, Value};
use relance_validator::Environment;

use crate::checked::{checked, shown};

/// The reader takes what `serde_json` takes, less what it says; every value stands where its span says; and a check of the bytes
/// ends with findings that can be shown.
pub fn read_document(bytes: &[u8]) {
    let read = document::read(bytes);
    let oracle = serde_json::from_slice::<serde_json::Value>(bytes);
    match (&read.document, read.mistakes.is_empty(), oracle) {
        (Some(document), true, Ok(value)) => assert_eq!(document.root().to_json(), value),
        (_, true, Err(error)) => panic!("read, but it is no JSON: {error}"),
        (None, true, Ok(_)) => panic!("not read, and no word about it"),
        (_, false, Ok(_)) => {
            let narrowing = read.mistakes.iter().all(|it| is_our_own_refusal(&it.kind));
            assert!(narrowing, "JSON, but refused: {:?}", read.mistakes);
        }
        (_, false, Err(_)) => {}
    }
    let source = Source::new("fuzzed.json", bytes);
    if let Some(document) = &read.document {
        stands_where_it_says(source.view(), document.root());
    }
    for environment in [Environment::Production, Environment::Development] {
        let checked = checked(&source, environment);
        assert!(read.mistakes.is_empty() || !checked.is_valid(), "{:?}", read.mistakes);
        if environment == Environment::Production {
            shown(&source, &checked);
        }
    }
}

/// What is JSON and still refused, on purpose.
fn is_our_own_refusal(kind: &MistakeKind) -> bool {
    match kind {
        MistakeKind::TooLarge
        | MistakeKind::TooDeep
        | MistakeKind::DuplicateKey { .. }
        | MistakeKind::NulInText
        | MistakeKind::NumberOutOfRange => true,
        MistakeKind::ByteOrderMark | MistakeKind::InvalidUtf8 | MistakeKind::Syntax(_) => false,
    }
}

/// The text under a span is the value, and what it holds lies inside.
fn stands_where_it_says(text: &str, node: Node<'_>) {
    let written = text.get(node.span.range()).expect("a span is a stretch of the text");
    match node.value() {
        Value::Null => assert_eq!(written, "null"),
        Value::Bool(it) => assert_eq!(written, if it { "true" } else { "false" }),
        Value::Number(number) => assert_eq!(written, number),
        Value::Text(it) => is_written(written, it),
        Value::Array(items) => {
            assert!(written.starts_with('[') && written.ends_with(']'));
            for item in items.iter() {
                lies_in(node.span, item.span);
                stands_where_it_says(text, item);
            }
        }
        Value::Object(object) => {
            assert!(written.starts_with('{') && written.ends_with('}'));
            for member in object.members() {
                lies_in(node.span, member.key_span);
                lies_in(node.span, member.node.span);
                let key = text.get(member.key_span.range());
                is_written(key.expect("a span is a stretch of the text"), member.key);
                stands_where_it_says(text, member.node);
            }
        }
    }
}

fn is_written(literal: &str, text: &str) {
    let oracle: String = serde_json::from_str(literal).expect("a literal of JSON");
    assert_eq!(oracle, text);
}

fn lies_in(outer: Span, inner: Span) {
    assert!(outer.contains(inner), "{inner:?} lies outside of {outer:?}");
}
