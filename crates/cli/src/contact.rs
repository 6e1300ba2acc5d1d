//! Contacts as people hand them over: one as JSON, or many as CSV, JSON or JSON lines.

mod columns;
mod finding;
mod json;
mod list;
mod rejects;
mod table;
#[cfg(test)]
mod tests;

use std::path::Path;

use relance_diagnostics::{
    Diagnostic, Mask, Source, Text,
    render::{self, Report},
};
use relance_model::contact::Contact;
use relance_validator::check_json;
use serde_json::Value;

use finding::Fault;
pub(crate) use finding::{FindingJson, Findings};
pub(crate) use list::{Entry, List, Origin};
pub(crate) use rejects::Rejects;

use crate::{
    input,
    output::{Output, note},
    trouble::Trouble,
};

/// More than any contact holds.
const MAX_CONTACT: usize = 1 << 20;

/// Reads one contact.
pub(crate) fn read_one(path: &Path, out: &Output) -> Result<Contact, Trouble> {
    let source = input::read(path, MAX_CONTACT)?;
    let name = source.name();
    let found = check_json(&source);
    if !found.is_empty() {
        let mask = Mask::default();
        let report = report(&source, &mask, &found);
        note(&render::human(&report, out.language, out.style_for_notes()));
        return Err(Trouble::unusable(Text::new(
            format!("the contact in `{name}` cannot be read"),
            format!("le contact de `{name}` ne peut pas être lu"),
        )));
    }
    parse(source.bytes()).map_err(|mistake| {
        let Mistake { at, message, fault: _ } = mistake;
        let at = at.map_or_else(String::new, |(line, column)| format!(":{line}:{column}"));
        let trouble = Trouble::unusable(Text::new(
            format!("{name}{at}: {}", message.en),
            format!("{name}{at} : {}", message.fr),
        ));
        trouble.help(Text::fixed(
            "`relance schema contact` says what a contact holds",
            "`relance schema contact` dit ce que contient un contact",
        ))
    })
}

const NOT_AN_OBJECT: Text = Text::fixed(
    "a contact is an object, such as { \"email\": \"…\" }, and not an array",
    "un contact est un objet, comme { \"email\": \"…\" }, et non un tableau",
);

/// Why a text is not a contact.
struct Mistake {
    at: Option<(usize, usize)>,
    message: Text,
    fault: Fault,
}

fn parse(bytes: &[u8]) -> Result<Contact, Mistake> {
    // Serde would take an array for an object whose keys are left out.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Mistake { at: None, message: NOT_AN_OBJECT, fault: Fault::NotAContact });
    }
    let contact: Contact = serde_json::from_slice(bytes).map_err(|error| Mistake {
        at: Some((error.line(), error.column())),
        message: without_place(&error),
        fault: if error.is_data() { Fault::NotAContact } else { Fault::NotJson },
    })?;
    match nested_field(&contact) {
        Some(message) => Err(Mistake { at: None, message, fault: Fault::NotAContact }),
        None => Ok(contact),
    }
}

/// What serde says, without the place at its end.
fn without_place(error: &serde_json::Error) -> Text {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    if error.is_data() {
        return Text::new(said.to_owned(), said.to_owned());
    }
    Text::new(format!("this is not JSON: {said}"), format!("ce n'est pas du JSON : {said}"))
}

/// A field that holds more than one value.
fn nested_field(contact: &Contact) -> Option<Text> {
    let nested = |value: &Value| matches!(value, Value::Array(_) | Value::Object(_));
    let (name, _) = contact.fields.iter().find(|(_, value)| nested(value))?;
    Some(Text::new(
        format!(
            "the field `{name}` holds more than one value: write a text, a number, true, false or null"
        ),
        format!(
            "le champ `{name}` contient plus d'une valeur : écrivez un texte, un nombre, true, false ou null"
        ),
    ))
}

fn report<'a>(source: &'a Source, mask: &'a Mask, diagnostics: &'a [Diagnostic]) -> Report<'a> {
    Report { source, mask, diagnostics, valid: false, runnable: false }
}
