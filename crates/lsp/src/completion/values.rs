//! The words that a value may be.

use relance_diagnostics::{Language, Text};
use relance_model::{
    ActionKind,
    action::{Parameter, ParameterKind},
    graph::ACTION,
};

use super::{Completion, CompletionKind, ValueSlot, say};
use crate::{about, tree::Node, view::View, words};

/// The values of `action_type`.
pub(super) fn action_types(
    view: &View<'_>,
    node: &Node<'_>,
    offset: usize,
    language: Language,
) -> Vec<Completion> {
    let slot = ValueSlot::of(view, node, offset);
    let kinds = ActionKind::ALL.iter();
    let named = kinds.filter_map(|kind| Some((*kind, kind.action_type()?)));
    named
        .map(|(kind, name)| {
            let title = kind.spec().title.to(language);
            slot.string(name, CompletionKind::Value, title, &say(&about::action(kind), language))
        })
        .collect()
}

/// The words of a choice, the default of a number.
pub(super) fn of_parameter(
    view: &View<'_>,
    parameter: &Parameter,
    node: &Node<'_>,
    offset: usize,
    language: Language,
) -> Vec<Completion> {
    static DEFAULT: Text = Text::fixed("default", "par défaut");
    let slot = ValueSlot::of(view, node, offset);
    match &parameter.kind {
        ParameterKind::Choice(choice) => {
            let words = choice.values.iter().map(|(word, meaning)| {
                let is_default = choice.default == Some(word);
                let detail = if is_default { DEFAULT.to(language) } else { "" };
                slot.string(word, CompletionKind::Value, detail, meaning.to(language))
            });
            words.collect()
        }
        ParameterKind::Number(limits) => {
            let about = say(&about::parameter(parameter), language);
            vec![slot.string(limits.default, CompletionKind::Value, DEFAULT.to(language), &about)]
        }
        ParameterKind::Text | ParameterKind::Url | ParameterKind::Headers | ParameterKind::Json => {
            Vec::new()
        }
    }
}

/// The `type` of a block.
pub(super) fn block_type(
    view: &View<'_>,
    node: &Node<'_>,
    offset: usize,
    language: Language,
) -> Vec<Completion> {
    let about = words::envelope(&["type"]).map(|text| say(text, language)).unwrap_or_default();
    let slot = ValueSlot::of(view, node, offset);
    vec![slot.string(ACTION, CompletionKind::Value, "", &about)]
}
