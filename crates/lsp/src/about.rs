//! What an action, a block or a parameter is, in words: as Markdown, in both languages.

use std::fmt::Write as _;

use relance_diagnostics::{Language, Text, render::colon};
use relance_model::{
    ActionKind,
    action::{ERROR_OUTPUT, Output, Parameter, ParameterKind, References},
    text::{Minimum, NumberInText},
};

use crate::{outline::Block, view::View};

/// What the block of that id does and gives, as Markdown.
pub fn about_block(view: &View<'_>, id: &str, language: Language) -> Option<String> {
    let text = of_block(view.outline().block(id)?)?;
    Some(text.to(language).to_owned())
}

/// A block by its label and id.
pub(crate) fn heading(block: &Block<'_>) -> Text {
    let id = block.id.as_ref().map(|id| code(&id.text)).unwrap_or_default();
    match &block.label {
        Some(label) if !label.is_empty() => {
            let text = format!("**{}** {id}", plain(label)).trim_end().to_owned();
            Text::new(text.clone(), text)
        }
        Some(_) | None => Text::new(id.clone(), id),
    }
}

/// Everything about a block: its name, what it does, what it gives.
pub(crate) fn of_block(block: &Block<'_>) -> Option<Text> {
    let heading = heading(block);
    let Some(kind) = block.kind else {
        let foreign = block.foreign.as_ref()?;
        return Some(Text::new(
            format!("{}\n\nA block of type {}, which is not run here.", heading.en, code(foreign)),
            format!(
                "{}\n\nUn bloc de type {}, qui n'est pas exécuté ici.",
                heading.fr,
                code(foreign)
            ),
        ));
    };
    let action = action(kind);
    Some(Text::new(
        format!("{}\n\n{}", heading.en, action.en),
        format!("{}\n\n{}", heading.fr, action.fr),
    ))
}

/// What an action does, and what it gives.
pub(crate) fn action(kind: ActionKind) -> Text {
    let spec = kind.spec();
    let say = |language| {
        let gives = match language {
            Language::English => "Gives to later blocks:",
            Language::French => "Donne aux blocs suivants :",
        };
        let colon = colon(language);
        let (title, about) = (spec.title.to(language), spec.about.to(language));
        let mut text = format!("{title}{colon}{about}\n\n{gives}\n");
        for output in spec.outputs.iter().chain([&ERROR_OUTPUT]) {
            let kind = json_type(output);
            _ = write!(
                text,
                "\n* `{}` ({}){colon}{}",
                output.name,
                kind.to(language),
                output.about.to(language)
            );
        }
        text
    };
    Text::new(say(Language::English), say(Language::French))
}

/// What type an output has, in words.
pub(crate) fn json_type(output: &Output) -> Text {
    let (en, fr) = match output.json_type {
        "string" => ("text", "texte"),
        "integer" => ("whole number", "nombre entier"),
        "boolean" => ("true or false", "vrai ou faux"),
        "object" => ("object", "objet"),
        _ => ("any value", "valeur quelconque"),
    };
    if output.nullable {
        Text::new(format!("{en} or null"), format!("{fr} ou null"))
    } else {
        Text::fixed(en, fr)
    }
}

/// What a parameter means and may hold.
pub(crate) fn parameter(parameter: &Parameter) -> Text {
    let say = |language| {
        let mut text = format!("`{}`", parameter.name);
        let required = match (parameter.required, language) {
            (true, Language::English) => ", required",
            (true, Language::French) => ", obligatoire",
            (false, Language::English) => ", optional",
            (false, Language::French) => ", facultatif",
        };
        text.push_str(required);
        _ = write!(text, "\n\n{}", parameter.about.to(language));
        match &parameter.kind {
            ParameterKind::Choice(choice) => {
                text.push('\n');
                for (word, meaning) in choice.values {
                    _ = write!(text, "\n* `{word}`{}{}", colon(language), meaning.to(language));
                }
            }
            ParameterKind::Number(limits) => {
                _ = write!(text, "\n\n{}", limits_of(limits).to(language));
            }
            ParameterKind::Text
            | ParameterKind::Url
            | ParameterKind::Headers
            | ParameterKind::Json => {}
        }
        _ = write!(text, "\n\n{}", references(parameter.references).to(language));
        text
    };
    Text::new(say(Language::English), say(Language::French))
}

fn limits_of(limits: &NumberInText) -> Text {
    let NumberInText { minimum, at_most, decimals, default, unit } = limits;
    let (least, en, fr) = match minimum {
        Minimum::Above(least) => (least, "more than", "plus de"),
        Minimum::AtLeast(least) => (least, "from", "de"),
    };
    let (unit_en, unit_fr) = if unit.en.is_empty() {
        (String::new(), String::new())
    } else {
        (format!(" {}", unit.en), format!(" {}", unit.fr))
    };
    let (whole_en, whole_fr) =
        if *decimals { ("decimals allowed", "décimales possibles") } else { ("whole", "entier") };
    let to = match minimum {
        Minimum::Above(_) => (", at most", ", au plus"),
        Minimum::AtLeast(_) => (" to", " à"),
    };
    Text::new(
        format!(
            "Limits: {en} {least}{} {at_most}{unit_en}, {whole_en}. Default: `{default}`.",
            to.0
        ),
        format!(
            "Limites : {fr} {least}{} {at_most}{unit_fr}, {whole_fr}. Par défaut : `{default}`.",
            to.1
        ),
    )
}

fn references(allowed: References) -> &'static Text {
    static NONE: Text = Text::fixed(
        "No references: `{{ … }}` may not stand here.",
        "Pas de références : `{{ … }}` n'est pas possible ici.",
    );
    static DATA: Text = Text::fixed(
        "References: the contact, earlier blocks and the run, as `{{ contact.first_name }}`.",
        "Références : le contact, les blocs précédents et l'exécution, par exemple `{{ contact.first_name }}`.",
    );
    static SECRETS: Text = Text::fixed(
        "References: the contact, earlier blocks, the run and secrets, as `{{ secrets.NAME }}`.",
        "Références : le contact, les blocs précédents, l'exécution et les secrets, par exemple `{{ secrets.NOM }}`.",
    );
    match allowed {
        References::None => &NONE,
        References::Data => &DATA,
        References::DataAndSecrets => &SECRETS,
    }
}

/// A text of the document in Markdown, as it is: nothing in it may become a link or an image.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            shown.push('\\');
        }
        shown.push(if character.is_control() { ' ' } else { character });
    }
    shown
}

/// A text of the document as code in Markdown.
fn code(text: &str) -> String {
    let text: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}
