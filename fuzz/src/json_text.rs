//! Any text as JSON written as text, in a body and in headers, through every escape.

use relance_diagnostics::Source;
use relance_model::document;
use relance_samples::{
    random::Random,
    spelling::{Escapes, Literal},
};
use relance_validator::Environment;

use crate::checked::checked;

/// The first byte says how the text is written. Each mistake of the reader in the text is a finding of the check, under the very
/// characters of the file that stand for it.
pub fn json_text(bytes: &[u8]) {
    let Some((chance, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let escapes = [Escapes::Needed, Escapes::Some, Escapes::All][usize::from(chance % 3)];
    let literal = Literal::new(&mut Random::new(u64::from(*chance)), text, escapes);
    for key in ["body_json", "headers_json"] {
        in_parameter(key, text, &literal);
    }
}

fn in_parameter(key: &str, text: &str, literal: &Literal) {
    let before = format!(
        "{{\"id\": \"é\", \"type\": \"action\",\r\n \"position\": {{\"x\": 0, \"y\": 0}}, \"data\": {{\"parameters\": {{\"{key}\": "
    );
    let after = ",\r \"action_type\": \"http_request\", \"http_method\": \"POST\", \"url\": \"https://api.exemple.com/\"}}}";
    let document = format!("{before}{}{after}", literal.text);
    let source = Source::new("fuzzed.json", document);
    let checked = checked(&source, Environment::Production);
    let value = before.len()..before.len() + literal.text.len();
    for finding in &checked.diagnostics {
        let range = finding.span.range();
        assert!(value.start <= range.start && range.end <= value.end, "{finding:?}");
        assert_eq!(finding.pointer, format!("/data/parameters/{key}"));
    }
    if text.is_empty() {
        assert!(checked.is_valid(), "a blank one is absent");
        return;
    }
    if text.contains('\0') {
        assert!(!checked.is_valid());
        return;
    }
    let read = document::read_text(text);
    if key == "body_json" && read.mistakes.is_empty() {
        assert!(serde_json::from_str::<serde_json::Value>(text).is_ok());
    }
    assert!(read.mistakes.is_empty() || !checked.is_valid());
    for mistake in &read.mistakes {
        let place = literal.place(&mistake.span.range());
        let place = before.len() + place.start..before.len() + place.end;
        let told = checked.diagnostics.iter().any(|it| it.span.range() == place);
        assert!(told, "nothing at {place:?} about {mistake:?}: {:#?}", checked.diagnostics);
    }
}
