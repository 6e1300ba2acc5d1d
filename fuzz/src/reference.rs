//! Any text as a text with references: parsed, then checked in every parameter that may hold some.

use relance_diagnostics::{Severity, Source};
use relance_model::text::{Part, Template};
use relance_samples::json::Json;
use relance_validator::Environment;

use crate::checked::checked;

/// Literals and slots are the text, in order; mistakes stand under stretches of it; and a document that holds the text is judged
/// as the parser judges.
pub fn reference(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let parsed = Template::parse(text);
    match &parsed {
        Ok(template) => is_the_text(template, text),
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            for mistake in mistakes {
                assert!(text.get(mistake.range.clone()).is_some(), "{mistake:?}");
            }
        }
    }
    let document = document(text).to_string();
    let checked = checked(&Source::new("fuzzed.json", document), Environment::Production);
    if parsed.is_err() {
        let errors = checked.diagnostics.iter().filter(|it| it.severity == Severity::Error);
        assert!(errors.count() >= 4, "{:#?}", checked.diagnostics);
    }
}

/// What stands between the slots is what the literals say.
fn is_the_text(template: &Template, text: &str) {
    let mut at = 0;
    let mut parts = template.parts.iter().peekable();
    loop {
        let literal = parts.next_if(|part| matches!(part, Part::Literal(_)));
        let slot = parts.next();
        let end = match slot {
            Some(Part::Slot(reference)) => reference.range.start,
            None => text.len(),
            Some(Part::Literal(_)) => panic!("two literals side by side: {template:?}"),
        };
        let written = text.get(at..end).expect("slots stand in order").replace("{{{{", "{{");
        match literal {
            Some(Part::Literal(literal)) => {
                assert!(!literal.is_empty());
                assert_eq!(*literal, written);
            }
            Some(Part::Slot(_)) | None => assert_eq!(written, ""),
        }
        let Some(Part::Slot(reference)) = slot else { return };
        let written = text.get(reference.range.clone()).expect("a stretch of the text");
        assert!(written.starts_with("{{") && written.ends_with("}}"), "{written}");
        at = reference.range.end;
    }
}

/// Blocks that hold the text in a tag, an assignee, a plain body, a JSON body and a URL.
fn document(text: &str) -> Json {
    let call = |members: &[(&str, Json)]| {
        let mut parameters = vec![
            ("action_type".to_owned(), Json::text("http_request")),
            ("http_method".to_owned(), Json::text("POST")),
        ];
        parameters.extend(members.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        Json::Object(parameters)
    };
    let url = Json::text("https://api.exemple.com/");
    let json = Json::object([("note", Json::text(text))]).to_string();
    let parameters = [
        Json::object([("assignation", Json::text(text))]),
        call(&[
            ("url", url.clone()),
            ("content_type", Json::text("text")),
            ("body_text", Json::text(text)),
        ]),
        call(&[("url", url), ("body_json", Json::text(json))]),
        call(&[("url", Json::text(format!("https://api.exemple.com/?q={text}")))]),
        Json::object([
            ("action_type", Json::text("tag_contact")),
            ("tag", Json::text(format!("t{text}"))),
        ]),
    ];
    let ids = ["tache", "texte", "json", "url", "tag"];
    let nodes = ids.iter().zip(parameters).map(|(id, parameters)| {
        Json::object([
            ("id", Json::text(*id)),
            ("type", Json::text("action")),
            ("position", Json::object([("x", Json::bare("0")), ("y", Json::bare("0"))])),
            ("data", Json::object([("parameters", parameters)])),
        ])
    });
    let edges = ids.windows(2).map(|ends| {
        Json::object([
            ("id", Json::text(ends[0])),
            ("source", Json::text(ends[0])),
            ("target", Json::text(ends[1])),
        ])
    });
    Json::object([("nodes", Json::Array(nodes.collect())), ("edges", Json::Array(edges.collect()))])
}
