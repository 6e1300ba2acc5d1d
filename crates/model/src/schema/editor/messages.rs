//! What is said where a value breaks a rule: in the style of findings, with what would be right.

use relance_diagnostics::Text;

use crate::action::{ActionKind, Choice, Parameter, ParameterKind};
use crate::graph::ACTION_TYPE;
use crate::text::{Minimum, NumberInText};

/// A value of another type than the one wanted, which has the name of JSON Schema.
pub(super) fn wrong_type(subject: &Text, wanted: &str) -> Text {
    let wanted = match wanted {
        "string" => Text::fixed("a text", "un texte"),
        "number" => Text::fixed("a number", "un nombre"),
        "array" => Text::fixed("an array", "un tableau"),
        "object" => Text::fixed("an object", "un objet"),
        _ => Text::fixed("a text or null", "un texte ou null"),
    };
    Text::new(
        format!("{} must be {}", subject.en, wanted.en),
        format!("{} doit être {}", subject.fr, wanted.fr),
    )
}

pub(super) fn unknown_action() -> Text {
    let known = or(ActionKind::ALL.iter().filter_map(|kind| kind.action_type()));
    Text::new(
        format!("`{ACTION_TYPE}` must be {}; a task to create has none", known.en),
        format!("`{ACTION_TYPE}` doit être {} ; une tâche à créer n'en a pas", known.fr),
    )
}

/// A key that the action does not know. The editor underlines it, so it need not be named.
pub(super) fn unknown_parameter(kind: ActionKind) -> Text {
    let known = and(kind.parameters().iter().map(|parameter| parameter.name));
    match kind.action_type() {
        Some(tag) => Text::new(
            format!("`{tag}` has no such parameter: it has {}", known.en),
            format!("`{tag}` n'a pas ce paramètre ; il a {}", known.fr),
        ),
        None => Text::new(
            format!(
                "a task to create has {} alone: another action needs its `{ACTION_TYPE}`",
                known.en
            ),
            format!(
                "une tâche à créer n'a que {} : une autre action demande son `{ACTION_TYPE}`",
                known.fr
            ),
        ),
    }
}

/// Whatever a parameter may not hold: one sentence tells all of its rules.
pub(super) fn wrong_value(parameter: &Parameter) -> Text {
    let name = parameter.name;
    match parameter.kind {
        ParameterKind::Text if parameter.required => Text::new(
            format!("`{name}` must be a text that is not empty"),
            format!("`{name}` doit être un texte non vide"),
        ),
        ParameterKind::Text => {
            wrong_type(&Text::new(format!("`{name}`"), format!("`{name}`")), "string")
        }
        ParameterKind::Choice(choice) => word(name, choice),
        ParameterKind::Number(limits) => number(name, limits),
        ParameterKind::Url => Text::new(
            format!("`{name}` must be an HTTPS address, as in `https://exemple.com/relance`"),
            format!("`{name}` doit être une adresse HTTPS, comme `https://exemple.com/relance`"),
        ),
        ParameterKind::Headers | ParameterKind::Json => Text::new(
            format!(
                "`{name}` is JSON written as text: put it in quotes, with its own quotes escaped"
            ),
            format!("`{name}` est du JSON écrit en texte : entre guillemets, les siens échappés"),
        ),
    }
}

fn word(name: &str, choice: &Choice) -> Text {
    let known = or(choice.values.iter().map(|(word, _)| *word));
    Text::new(format!("`{name}` must be {}", known.en), format!("`{name}` doit être {}", known.fr))
}

fn number(name: &str, limits: &NumberInText) -> Text {
    let most = limits.at_most;
    let (least_en, least_fr) = match limits.minimum {
        Minimum::Above(least) => (format!("more than {least}"), format!("plus de {least}")),
        Minimum::AtLeast(least) => (format!("at least {least}"), format!("au moins {least}")),
    };
    let number = if limits.decimals {
        Text::fixed(
            "a number in quotes, with `.` for decimals",
            "un nombre entre guillemets, avec `.` pour les décimales",
        )
    } else {
        Text::fixed("a whole number in quotes", "un nombre entier entre guillemets")
    };
    Text::new(
        format!("`{name}` must be {}: {least_en}, at most {most}", number.en),
        format!("`{name}` doit être {} : {least_fr}, au plus {most}", number.fr),
    )
}

fn or<'w>(words: impl Iterator<Item = &'w str>) -> Text {
    listed(words, &Text::fixed("or", "ou"))
}

fn and<'w>(words: impl Iterator<Item = &'w str>) -> Text {
    listed(words, &Text::fixed("and", "et"))
}

/// The words, with `link` before the last.
fn listed<'w>(words: impl Iterator<Item = &'w str>, link: &Text) -> Text {
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    let (before, last) = match words.split_last() {
        Some((last, before)) => (before.join(", "), last.as_str()),
        None => (String::new(), ""),
    };
    if before.is_empty() {
        return Text::new(last.to_owned(), last.to_owned());
    }
    Text::new(format!("{before} {} {last}", link.en), format!("{before} {} {last}", link.fr))
}
