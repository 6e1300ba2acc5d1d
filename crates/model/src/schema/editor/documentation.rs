//! What is shown where the pointer rests, and beside each offer.

use relance_diagnostics::Text;

use crate::action::{ActionKind, Parameter, ParameterKind, References};

/// An action: what it does, and what it gives to later blocks.
pub(super) fn action(kind: ActionKind) -> Text {
    let spec = kind.spec();
    let outputs: Vec<String> =
        spec.outputs.iter().map(|output| format!("`{}`", output.name)).collect();
    let outputs = outputs.join(", ");
    Text::new(
        format!(
            "{}\n\nLater blocks read {outputs} as `{{{{ blocks.<id>.<name> }}}}`.",
            spec.about.en
        ),
        format!(
            "{}\n\nLes blocs suivants lisent {outputs} par `{{{{ blocks.<id>.<nom> }}}}`.",
            spec.about.fr
        ),
    )
}

/// The title of an action, which stands above what its `action_type` does.
pub(super) fn title(kind: ActionKind) -> Text {
    let title = &kind.spec().title;
    Text::new(format!("**{}**", title.en), format!("**{}**", title.fr))
}

/// What each `action_type` does, in the order of the actions.
pub(super) fn actions() -> Vec<Text> {
    let tagged = ActionKind::ALL.iter().filter(|kind| kind.action_type().is_some());
    tagged.map(|kind| kind.spec().about.clone()).collect()
}

/// A parameter: what it means, whether it must be there, and whether references may stand in it.
pub(super) fn parameter(parameter: &Parameter) -> Text {
    let (obligation, references) = (obligation(parameter), references(parameter.references));
    let example = example(parameter);
    Text::new(
        format!("{}\n\n*{}*, {}.{}", parameter.about.en, obligation.en, references.en, example.en),
        format!("{}\n\n*{}*, {}.{}", parameter.about.fr, obligation.fr, references.fr, example.fr),
    )
}

/// A value to begin with. The words of a choice are all shown already.
fn example(parameter: &Parameter) -> Text {
    match parameter.examples.first() {
        Some(example) if !matches!(parameter.kind, ParameterKind::Choice(_)) => Text::new(
            format!(" Example: `{}`.", example.value.en),
            format!(" Exemple : `{}`.", example.value.fr),
        ),
        _ => Text::default(),
    }
}

/// Whether a parameter must be there.
pub(super) fn obligation(parameter: &Parameter) -> Text {
    if parameter.required {
        Text::fixed("required", "obligatoire")
    } else {
        Text::fixed("optional", "facultatif")
    }
}

fn references(references: References) -> Text {
    match references {
        References::None => Text::fixed("without references", "sans références"),
        References::Data => Text::fixed(
            "with references such as `{{ contact.first_name }}`",
            "avec des références comme `{{ contact.first_name }}`",
        ),
        References::DataAndSecrets => Text::fixed(
            "with references such as `{{ contact.id }}` and `{{ secrets.TOKEN }}`",
            "avec des références comme `{{ contact.id }}` et `{{ secrets.TOKEN }}`",
        ),
    }
}

/// What each word of a choice means, the empty one last where it may be empty. None where the parameter is no choice.
pub(super) fn words(parameter: &Parameter) -> Vec<Text> {
    let ParameterKind::Choice(choice) = parameter.kind else { return Vec::new() };
    let mut words: Vec<Text> = choice.values.iter().map(|(_, about)| about.clone()).collect();
    if !parameter.required {
        words.push(match choice.default {
            Some(default) => Text::new(
                format!("Empty: the same as `{default}`."),
                format!("Vide : équivaut à `{default}`."),
            ),
            None => Text::fixed("Empty: the same as absent.", "Vide : équivaut à l'absence."),
        });
    }
    words
}
