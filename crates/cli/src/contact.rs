//! Contacts as people hand them over: one as JSON, or many as CSV, JSON or JSON lines.

mod table;

use std::path::Path;

use relance_diagnostics::{
    Diagnostic, Mask, Source, Text,
    render::{self, Report},
};
use relance_model::contact::Contact;
use relance_validator::check_json;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::{
    input,
    output::{Output, note},
    trouble::Trouble,
};

/// More than any contact holds.
const MAX_CONTACT: usize = 1 << 20;

/// More than any list that is imported at once.
const MAX_LIST: usize = 256 << 20;

/// How many mistakes of a list are told.
const MOST_TOLD: usize = 20;

/// A contact, with the line where it stands.
#[derive(Debug, PartialEq)]
pub(crate) struct Listed {
    pub(crate) line: usize,
    pub(crate) contact: Contact,
}

/// What is wrong in a list, and where.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) line: usize,
    pub(crate) message: Text,
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notation {
    Csv,
    Json,
    JsonLines,
}

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
        let Mistake { at, message } = mistake;
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

/// Reads a list of contacts: all of them, or every mistake.
pub(crate) fn read_many(path: &Path) -> Result<Vec<Listed>, Trouble> {
    let source = input::read(path, MAX_LIST)?;
    let name = source.name();
    if source.bytes().len() > MAX_LIST {
        return Err(Trouble::unusable(Text::new(
            format!("`{name}` is larger than 256 MiB: import it in parts"),
            format!("`{name}` dépasse 256 Mio : importez-le en plusieurs fois"),
        )));
    }
    let text = source.text().map_err(|error| {
        let place = source.place(error.valid_up_to());
        Trouble::bad(Text::new(
            format!("{name}:{}:{}: the text is not UTF-8", place.line, place.column),
            format!("{name}:{}:{} : le texte n'est pas en UTF-8", place.line, place.column),
        ))
        .help(Text::fixed(
            "save it as UTF-8: spreadsheets offer `CSV UTF-8`",
            "enregistrez-le en UTF-8 : les tableurs proposent `CSV UTF-8`",
        ))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let read = match Notation::of(path, text) {
        Notation::Csv => table::read(text),
        Notation::Json => json(text),
        Notation::JsonLines => lines(text),
    };
    read.map_err(|problems| refused(name, &problems))
}

/// Says what is wrong with a list: the first mistakes, and how many more there are.
pub(crate) fn refused(name: &str, problems: &[Problem]) -> Trouble {
    let count = problems.len();
    let trouble = Trouble::bad(Text::new(
        format!(
            "nothing was imported from `{name}`: {count} mistake{}",
            if count == 1 { "" } else { "s" }
        ),
        format!(
            "rien n'a été importé de `{name}` : {count} erreur{}",
            if count > 1 { "s" } else { "" }
        ),
    ));
    let told = problems.iter().take(MOST_TOLD).fold(trouble, |trouble, problem| {
        let Problem { line, message: Text { en, fr } } = problem;
        trouble.help(Text::new(format!("line {line}: {en}"), format!("ligne {line} : {fr}")))
    });
    match count.checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        Some(more) => told.help(Text::new(format!("and {more} more"), format!("et {more} autres"))),
        None => told,
    }
}

impl Notation {
    /// By the name of the file, else by how it begins.
    fn of(path: &Path, text: &str) -> Notation {
        let extension = path.extension().map(|it| it.to_string_lossy().to_lowercase());
        match (extension.as_deref(), text.trim_start().chars().next()) {
            (Some("csv" | "tsv"), _) => Notation::Csv,
            (Some("jsonl" | "ndjson"), _) => Notation::JsonLines,
            (Some("json"), _) | (_, Some('[')) => Notation::Json,
            (_, Some('{')) if is_json(text.trim_start().lines().next().unwrap_or_default()) => {
                Notation::JsonLines
            }
            (_, Some('{')) => Notation::Json,
            _ => Notation::Csv,
        }
    }
}

const NOT_AN_OBJECT: Text = Text::fixed(
    "a contact is an object, such as { \"email\": \"…\" }, and not an array",
    "un contact est un objet, comme { \"email\": \"…\" }, et non un tableau",
);

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Why a text is not a contact.
struct Mistake {
    at: Option<(usize, usize)>,
    message: Text,
}

fn parse(bytes: &[u8]) -> Result<Contact, Mistake> {
    // Serde would take an array for an object whose keys are left out.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Mistake { at: None, message: NOT_AN_OBJECT });
    }
    let contact: Contact = serde_json::from_slice(bytes).map_err(|error| Mistake {
        at: Some((error.line(), error.column())),
        message: without_place(&error),
    })?;
    match nested_field(&contact) {
        Some(message) => Err(Mistake { at: None, message }),
        None => Ok(contact),
    }
}

/// An array of contacts, or one.
fn json(text: &str) -> Result<Vec<Listed>, Vec<Problem>> {
    let problem = |error: &serde_json::Error| {
        vec![Problem { line: error.line(), message: without_place(error) }]
    };
    if !text.trim_start().starts_with('[') {
        return match parse(text.as_bytes()) {
            Ok(contact) => Ok(vec![Listed { line: 1, contact }]),
            Err(Mistake { at, message }) => {
                Err(vec![Problem { line: at.map_or(1, |(line, _)| line), message }])
            }
        };
    }
    let values: Vec<Value> = serde_json::from_str(text).map_err(|error| problem(&error))?;
    if values.iter().any(Value::is_array) {
        return Err(vec![Problem { line: 1, message: NOT_AN_OBJECT }]);
    }
    let contacts: Vec<Contact> = serde_json::from_str(text).map_err(|error| problem(&error))?;
    let listed = contacts.into_iter().map(|contact| Listed { line: 1, contact });
    all_or_problems(listed.map(|it| match nested_field(&it.contact) {
        Some(message) => Err(Problem { line: it.line, message }),
        None => Ok(it),
    }))
}

/// A contact a line.
fn lines(text: &str) -> Result<Vec<Listed>, Vec<Problem>> {
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    let filled = numbered.filter(|(_, line)| !line.trim().is_empty());
    all_or_problems(filled.map(|(line, text)| match parse(text.as_bytes()) {
        Ok(contact) => Ok(Listed { line, contact }),
        Err(Mistake { at: _, message }) => Err(Problem { line, message }),
    }))
}

/// Everything, or everything that is wrong.
fn all_or_problems(
    read: impl Iterator<Item = Result<Listed, Problem>>,
) -> Result<Vec<Listed>, Vec<Problem>> {
    let (mut listed, mut problems) = (Vec::new(), Vec::new());
    for it in read {
        match it {
            Ok(it) => listed.push(it),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(listed) } else { Err(problems) }
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
