//! Values of another type than the one wanted.

use jsonschema::error::TypeKind;
use relance_diagnostics::{Safety, Text};
use relance_model::{
    Parameter,
    action::ParameterKind,
    document::{Kind, Value},
    text::{NumberInText, NumberMistake},
};

use super::{Place, values};
use crate::{
    Code,
    finding::{Finding, quoted},
};

pub(super) fn wrong(at: Place<'_>, wanted: &TypeKind) -> Finding {
    let parameter = at.parameter();
    match (parameter.map(|parameter| &parameter.kind), &at.node.value) {
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
    if let Some(parameter) = parameter {
        as_text(&mut finding, at, parameter);
    }
    finding
}

/// The text that was surely meant, when there is one.
pub(super) fn as_text(finding: &mut Finding, at: Place<'_>, parameter: &Parameter) {
    match (&parameter.kind, &at.node.value) {
        (_, Value::Null) if !parameter.required => {
            finding.replace(Safety::Safe, at.node.span, "");
        }
        (ParameterKind::Text | ParameterKind::Json, Value::Number(_) | Value::Bool(_)) => {
            finding.replace(Safety::Safe, at.node.span, &at.node.to_json().to_string());
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
    match meant {
        Some(meant) => finding.replace(Safety::Safe, at.node.span, &meant),
        None => finding.help(values::wrong_number(at.node.span, limits, name, number).message),
    };
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
        quoted(&at.node.to_json().to_string()),
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
