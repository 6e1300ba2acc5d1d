//! Texts that are not what their key wants: words outside a list, numbers outside their limits, ids of no length.

use relance_diagnostics::{Safety, Span, Text};
use relance_model::{
    ActionKind,
    action::ParameterKind,
    graph::MAX_ID_CHARACTERS,
    text::{Minimum, NumberInText, NumberMistake},
};

use super::{Place, kinds};
use crate::{
    Code,
    finding::{Finding, list},
    suggest::closest,
};

/// A value that is not one of a list.
pub(super) fn unknown(at: Place<'_>, options: &serde_json::Value) -> Finding {
    let options = options.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
    let words: Vec<&str> = options.filter(|word| !word.is_empty()).collect();
    let (name, known) = (at.name(), list(words.iter().copied()));
    let Some(found) = at.node.as_text() else {
        let found = kinds::kind_name(at.node.kind());
        let message = Text::new(
            format!("`{name}` must be a text, not {}: {}", found.en, known.en),
            format!("`{name}` doit être un texte, pas {} : {}", found.fr, known.fr),
        );
        let mut finding = Finding::new(Code::WrongType, at.span(), message);
        if let Some(parameter) = at.parameter() {
            kinds::as_text(&mut finding, at, parameter);
        }
        return finding;
    };
    let (code, message) = match (name, found) {
        ("action_type", "") => (Code::UnknownAction, empty(name)),
        ("action_type", _) => (
            Code::UnknownAction,
            Text::new(
                format!("`{found}` is not an action"),
                format!("`{found}` n'est pas une action"),
            ),
        ),
        (_, "") => (Code::BlankRequired, empty(name)),
        _ => (
            Code::UnknownValue,
            Text::new(
                format!("`{name}` cannot be `{found}`"),
                format!("`{name}` ne peut pas être `{found}`"),
            ),
        ),
    };
    let mut finding = Finding::new(code, at.node.span, message);
    finding.help(Text::new(format!("write {}", known.en), format!("écrivez {}", known.fr)));
    if name == "action_type" && (found.is_empty() || found == ActionKind::CreateTask.as_str()) {
        finding.help(Text::fixed(
            "a block that creates a task has no `action_type` at all",
            "un bloc qui crée une tâche n'a pas d'`action_type` du tout",
        ));
    }
    let same = words.iter().find(|word| word.eq_ignore_ascii_case(found.trim()));
    let meant = alias(found, &words).or_else(|| closest(found, words.iter().copied()));
    match (same, meant) {
        (Some(meant), _) => finding.replace(Safety::Safe, at.node.span, meant),
        (None, Some(meant)) => finding.replace(Safety::Unsafe, at.node.span, meant),
        (None, None) => &mut finding,
    };
    finding
}

/// What people write for a word of the spec: in English, as a MIME type, in French where the spec is not.
const ALIASES: [(&str, &str); 10] = [
    ("high", "haute"),
    ("urgent", "haute"),
    ("urgente", "haute"),
    ("medium", "normale"),
    ("low", "basse"),
    ("static", "statique"),
    ("modele", "template"),
    ("ia", "ai"),
    ("application/json", "json"),
    ("text/plain", "text"),
];

/// The word of a list that goes by another name.
fn alias(found: &str, words: &[&str]) -> Option<&'static str> {
    let (_, word) = ALIASES
        .into_iter()
        .find(|(alias, word)| found.trim().eq_ignore_ascii_case(alias) && words.contains(word))?;
    Some(word)
}

fn empty(name: &str) -> Text {
    Text::new(format!("`{name}` may not be empty"), format!("`{name}` ne peut pas être vide"))
}

pub(super) fn no_blocks(at: Place<'_>) -> Finding {
    let message = Text::fixed("a graph has at least one block", "un graphe a au moins un bloc");
    Finding::new(Code::NoBlocks, at.node.span, message)
}

pub(super) fn id_length(at: Place<'_>) -> Finding {
    let found = at.node.as_text().map_or(0, |id| id.chars().count());
    let message = if found == 0 {
        empty("id")
    } else {
        Text::new(
            format!("an id has at most {MAX_ID_CHARACTERS} characters, not {found}"),
            format!("un id a au plus {MAX_ID_CHARACTERS} caractères, pas {found}"),
        )
    };
    let mut finding = Finding::new(Code::IdLength, at.node.span, message);
    let new = at.around.ids.new_for(at, at.node.as_text().unwrap_or_default());
    // Whatever named the block by the id that it had has to follow, and a blank one may have been anything.
    finding.replace(Safety::Unsafe, at.node.span, &new);
    finding
}

/// A text that is not what its parameter wants.
pub(super) fn wrong_text(at: Place<'_>) -> Finding {
    match (at.parameter().map(|parameter| &parameter.kind), at.node.as_text()) {
        (Some(ParameterKind::Number(limits)), Some(text)) => {
            wrong_number(at.node.span, limits, at.name(), text)
        }
        _ => unexpected(at.node.span, at.name()),
    }
}

pub(super) fn wrong_number(span: Span, limits: &NumberInText, name: &str, text: &str) -> Finding {
    let mut nearest = None;
    let (code, message, meant) = match limits.parse(text) {
        Err(NumberMistake::TooLarge) => {
            nearest = Some(limits.at_most.to_string());
            let most = amount(limits, &limits.at_most.to_string());
            let message = Text::new(
                format!("`{name}` is at most {}, not {text}", most.en),
                format!("`{name}` vaut au plus {}, pas {text}", most.fr),
            );
            (Code::OutOfRange, message, None)
        }
        Err(NumberMistake::TooSmall) => {
            nearest = Some(match limits.minimum {
                // No number is the least one above the limit: the default is what is left.
                Minimum::Above(_) => String::new(),
                Minimum::AtLeast(least) => least.to_string(),
            });
            let (en, fr, least) = match limits.minimum {
                Minimum::Above(least) => ("more than", "plus de", least),
                Minimum::AtLeast(least) => ("at least", "au moins", least),
            };
            let message = Text::new(
                format!("`{name}` is {en} {least}, not {text}"),
                format!("`{name}` vaut {fr} {least}, pas {text}"),
            );
            (Code::OutOfRange, message, None)
        }
        Err(NumberMistake::NotWhole(meant)) => {
            let message = Text::new(
                format!("`{name}` is a whole number"),
                format!("`{name}` est un nombre entier"),
            );
            (Code::MalformedNumber, message, meant)
        }
        Err(NumberMistake::Malformed(meant)) => {
            let decimals = if limits.decimals {
                Text::fixed(", with `.` for decimals", ", avec `.` pour les décimales")
            } else {
                Text::default()
            };
            let message = Text::new(
                format!("`{name}` is not a number: write digits alone{}", decimals.en),
                format!("`{name}` n'est pas un nombre : écrivez des chiffres seuls{}", decimals.fr),
            );
            (Code::MalformedNumber, message, meant)
        }
        Ok(_) => return unexpected(span, name),
    };
    let mut finding = Finding::new(code, span, message);
    let default = amount(limits, limits.default);
    finding.help(Text::new(
        format!("leave it empty for {}", default.en),
        format!("laissez vide pour {}", default.fr),
    ));
    match (meant, nearest) {
        (Some(meant), _) => finding.replace(Safety::Safe, span, &meant),
        (None, Some(nearest)) => finding.replace(Safety::Unsafe, span, &nearest),
        (None, None) => &mut finding,
    };
    finding
}

/// A number with its unit.
fn amount(limits: &NumberInText, number: &str) -> Text {
    let with = |unit: &str| format!("{number} {unit}").trim_end().to_owned();
    Text::new(with(&limits.unit.en), with(&limits.unit.fr))
}

/// What is said when the schema refuses a value for a reason that has no words of its own.
pub(crate) fn unexpected(span: Span, name: &str) -> Finding {
    let message = Text::new(
        format!("`{name}` may not hold this"),
        format!("`{name}` ne peut pas contenir ceci"),
    );
    Finding::new(Code::UnknownValue, span, message)
}
