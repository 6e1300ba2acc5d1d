//! The parameters of an action.

use relance_diagnostics::Language;
use relance_model::{
    ActionKind,
    action::{Parameter, ParameterKind},
};

use super::{
    keys::{Known, requirement},
    say,
};
use crate::{about, outline::ACTION_TYPE, words};

/// The keys that parameters may have: those of the action, and `action_type`.
pub(super) fn known(kind: Option<ActionKind>, language: Language) -> Vec<Known> {
    let required = kind.is_none_or(|kind| kind.action_type().is_some());
    let action_type = kind.and_then(ActionKind::action_type);
    let types: Vec<&str> = ActionKind::ALL.iter().filter_map(|kind| kind.action_type()).collect();
    let value = match action_type {
        Some(known) => format!("\"{known}\"$0"),
        None => format!("\"${{1|{}|}}\"$0", types.join(",")),
    };
    let mut known = vec![Known {
        name: ACTION_TYPE,
        detail: requirement(required, language),
        about: say(&words::ACTION_TYPE, language),
        value,
        required,
    }];
    // As long as nobody knows which action it is, there is only that to say.
    let kind = kind.unwrap_or(ActionKind::CreateTask);
    known.extend(kind.parameters().iter().map(|parameter| Known {
        name: parameter.name,
        detail: requirement(parameter.required, language),
        about: say(&about::parameter(parameter), language),
        value: value_of(parameter),
        required: parameter.required,
    }));
    known
}

/// What to write for a parameter, as a snippet.
pub(super) fn value_of(parameter: &Parameter) -> String {
    match &parameter.kind {
        ParameterKind::Text => "\"$1\"$0".to_owned(),
        ParameterKind::Choice(choice) => {
            // The default first: it is what most people want.
            let mut words: Vec<&str> = choice.values.iter().map(|(word, _)| *word).collect();
            words.sort_by_key(|word| choice.default != Some(word));
            format!("\"${{1|{}|}}\"$0", words.join(","))
        }
        ParameterKind::Number(limits) => format!("\"${{1:{}}}\"$0", limits.default),
        ParameterKind::Url => "\"https://$1\"$0".to_owned(),
        ParameterKind::Headers | ParameterKind::Json => r#""{\\"$1\\": \\"$2\\"\}"$0"#.to_owned(),
    }
}
