//! Values of another type than the one wanted.

use jsonschema::error::TypeKind;
use relance_diagnostics::{Safety, Text};
use relance_model::{
    Parameter,
    action::ParameterKind,
    document::{Kind, Value, read_text},
    text::{NumberInText, NumberMistake},
};

use super::{Place, keys, values};
use crate::{
    Code,
    edit::{Mend, compact},
    finding::{Finding, quoted},
};

pub(super) fn wrong(at: Place<'_>, wanted: &TypeKind) -> Finding {
    let parameter = at.parameter();
    match (parameter.map(|parameter| &parameter.kind), at.node.value()) {
        (Some(ParameterKind::Number(limits)), Value::Number(number)) => {
            return number_not_text(at, limits, number);
        }
        (
            Some(ParameterKind::Headers | ParameterKind::Json),
            Value::Object(_) | Value::Array(_),
        ) => return json_not_text(at),
        _ => {}
    }
    let wanted = match wanted {
        TypeKind::Single(wanted) => type_name(&wanted.to_string()),
        TypeKind::Multiple(_) => Text::fixed("a text or null", "un texte ou null"),
    };
    let (subject, found) = (subject(at), kind_name(at.node.kind()));
    let message = Text::new(
        format!("{} must be {}, not {}", subject.en, wanted.en, found.en),
        format!("{} doit être {}, pas {}", subject.fr, wanted.fr, found.fr),
    );
    let mut finding = Finding::new(Code::WrongType, at.span(), message);
    match parameter {
        Some(parameter) => as_text(&mut finding, at, parameter),
        None => as_wanted(&mut finding, at),
    }
    finding
}

/// The value that was surely meant beside the parameters.
fn as_wanted(finding: &mut Finding, at: Place<'_>) {
    let span = at.node.span;
    let mut write = |safety, value: &str| {
        finding.mend(Mend::write(safety, span.range(), value));
    };
    match (at.name(), at.node.value()) {
        // Where a block stands on the canvas never changes a run.
        ("position", Value::Null) => write(Safety::Safe, keys::ORIGIN),
        ("x" | "y", Value::Null) => write(Safety::Safe, "0"),
        ("x" | "y", Value::Text(text)) if is_number(text) => write(Safety::Safe, text.trim()),
        ("edges", Value::Null) => write(Safety::Safe, "[]"),
        ("parameters", Value::Null | Value::Array(_)) => write(Safety::Unsafe, "{}"),
        ("label" | "subtitle" | "channel" | "description", Value::Null) => {
            finding.replace(Safety::Safe, span, "");
        }
        ("label" | "subtitle" | "channel" | "description", Value::Number(_) | Value::Bool(_)) => {
            finding.replace(Safety::Safe, span, at.written());
        }
        ("id" | "source" | "target", Value::Number(number)) => {
            // A block may have that id already.
            let taken = at.name() == "id" && at.around.ids.name(number);
            let safety = if taken { Safety::Unsafe } else { Safety::Safe };
            finding.replace(safety, span, number);
        }
        _ => {}
    }
}

/// Whether a text, blanks around it apart, is a number as JSON writes it, and one that is not too large.
fn is_number(text: &str) -> bool {
    let read = read_text(text);
    let root = read.document.as_ref().map(|document| document.root().kind());
    read.mistakes.is_empty() && root == Some(Kind::Number)
}

/// The text that was surely meant, when there is one.
pub(super) fn as_text(finding: &mut Finding, at: Place<'_>, parameter: &Parameter) {
    match (&parameter.kind, at.node.value()) {
        (_, Value::Null) if !parameter.required => {
            finding.replace(Safety::Safe, at.node.span, "");
        }
        (ParameterKind::Text | ParameterKind::Json, Value::Number(_) | Value::Bool(_)) => {
            finding.replace(Safety::Safe, at.node.span, at.written());
        }
        _ => {}
    }
}

fn number_not_text(at: Place<'_>, limits: &NumberInText, number: &str) -> Finding {
    let name = at.name();
    let message = Text::new(
        format!("`{name}` is a number written as text: it stands in quotes"),
        format!("`{name}` est un nombre écrit en texte : il se met entre guillemets"),
    );
    let mut finding = Finding::new(Code::NumberNotText, at.node.span, message);
    let meant = match limits.parse(number) {
        Ok(_) => Some(number.to_owned()),
        Err(NumberMistake::Malformed(meant) | NumberMistake::NotWhole(meant)) => meant,
        Err(NumberMistake::TooSmall | NumberMistake::TooLarge) => None,
    };
    if let Some(meant) = meant {
        finding.replace(Safety::Safe, at.node.span, &meant);
    } else {
        // Behind the one mistake there is another: the number in quotes would be wrong too, and what mends that mends both.
        let hidden = values::wrong_number(at.node.span, limits, name, number);
        finding.help(hidden.message);
        finding.fix = hidden.fix;
    }
    finding
}

fn json_not_text(at: Place<'_>) -> Finding {
    let name = at.name();
    let message = Text::new(
        format!("`{name}` is JSON written as text: put it in quotes, with its own quotes escaped"),
        format!("`{name}` est du JSON écrit en texte : entre guillemets, les siens échappés"),
    );
    let mut finding = Finding::new(Code::JsonNotText, at.span(), message);
    finding.fix(
        Text::fixed("write it as text", "l'écrire en texte"),
        at.node.span,
        quoted(&compact(at.written())),
    );
    finding
}

/// What the value is called in a sentence.
fn subject(at: Place<'_>) -> Text {
    let name = at.name();
    let is_element = name.bytes().all(|byte| byte.is_ascii_digit());
    match at.pointer.split('/').nth(1) {
        Some("nodes") if is_element => Text::fixed("a block", "un bloc"),
        Some("edges") if is_element => Text::fixed("an edge", "un lien"),
        _ => Text::new(format!("`{name}`"), format!("`{name}`")),
    }
}

fn type_name(name: &str) -> Text {
    match name {
        "string" => kind_name(Kind::Text),
        "number" | "integer" => kind_name(Kind::Number),
        "boolean" => kind_name(Kind::Bool),
        "array" => kind_name(Kind::Array),
        "object" => kind_name(Kind::Object),
        _ => kind_name(Kind::Null),
    }
}

pub(super) fn kind_name(kind: Kind) -> Text {
    match kind {
        Kind::Null => Text::fixed("null", "null"),
        Kind::Bool => Text::fixed("a boolean", "un booléen"),
        Kind::Number => Text::fixed("a number", "un nombre"),
        Kind::Text => Text::fixed("a text", "un texte"),
        Kind::Array => Text::fixed("an array", "un tableau"),
        Kind::Object => Text::fixed("an object", "un objet"),
    }
}
