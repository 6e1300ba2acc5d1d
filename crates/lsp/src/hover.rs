//! What the thing under a cursor is: a block, a parameter, a word, a reference, an edge's end.

use std::fmt::Write as _;

use relance_diagnostics::{Language, Span, Text};
use relance_model::{
    ActionKind,
    action::{ERROR_OUTPUT, Output, Parameter, ParameterKind, References},
    names::{self, Name},
    text::{Minimum, NumberInText, Root},
};

use crate::{
    outline::{ACTION_TYPE, Block, Outline},
    passage::Passage,
    place::{Part, Place, Spot, passage},
    slot::{self, Token, TokenKind},
    tree::Node,
    view::View,
    words,
};

/// What to show beside a stretch of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// Markdown.
    pub text: String,
}

/// What the thing under a cursor is.
pub fn hover(view: &View<'_>, offset: usize, language: Language) -> Option<Hover> {
    let outline = &view.outline();
    let place = Place::at(view.root(), outline, offset);
    let (span, text) = match place.part {
        Part::Root => return None,
        Part::Block(block) => in_block(outline, &place, outline.blocks.get(block)?, offset)?,
        Part::Edge(edge) => in_edge(outline, &place, edge)?,
    };
    Some(Hover { span, text: text.to(language).to_owned() })
}

/// What the block of that id does and gives, as Markdown.
pub fn about_block(view: &View<'_>, id: &str, language: Language) -> Option<String> {
    let text = of_block(view.outline().block(id)?)?;
    Some(text.to(language).to_owned())
}

fn in_block(
    outline: &Outline<'_>,
    place: &Place<'_>,
    block: &Block<'_>,
    offset: usize,
) -> Option<(Span, Text)> {
    let keys = place.keys()?;
    match (keys.as_slice(), place.spot) {
        (["data", "parameters", ACTION_TYPE], Spot::Key { member, .. }) => {
            Some((member.key.span, words::ACTION_TYPE.clone()))
        }
        (["data", "parameters", ACTION_TYPE], Spot::Value(node)) => {
            let kind = ActionKind::from_action_type(&node.literal()?.text())?;
            Some((node.span, action(kind)))
        }
        (["data", "parameters", _], Spot::Key { member, .. }) => {
            let (_, parameter) = place.parameter(outline)?;
            Some((member.key.span, about(parameter)))
        }
        (["data", "parameters", _, ..], _) => {
            let (_, parameter) = place.parameter(outline)?;
            let Spot::Value(node) = place.spot else { return None };
            Some(in_value(outline, parameter, node, offset))
        }
        (_, Spot::Key { member, .. }) => {
            let known = words::envelope(&keys);
            known
                .map(|text| (member.key.span, text.clone()))
                .or_else(|| Some((member.key.span, of_block(block)?)))
        }
        (["id" | "type"] | ["data", "label"], Spot::Value(node)) => {
            Some((node.span, of_block(block)?))
        }
        ([] | ["data"], Spot::Members(_)) => Some((block.node.span.first_byte(), of_block(block)?)),
        _ => None,
    }
}

fn in_value(
    outline: &Outline<'_>,
    parameter: &Parameter,
    node: &Node<'_>,
    offset: usize,
) -> (Span, Text) {
    let Some(literal) = node.literal() else { return (node.span, about(parameter)) };
    if let ParameterKind::Choice(choice) = &parameter.kind {
        let word = literal.text();
        let known = choice.values.iter().find(|(value, _)| *value == word);
        if let Some((word, meaning)) = known {
            let text = Text::new(
                format!("`{word}`\n\n{}", meaning.en),
                format!("`{word}`\n\n{}", meaning.fr),
            );
            return (node.span, text);
        }
    }
    let found = passage(literal, &parameter.kind, offset)
        .and_then(|passage| reference(outline, &passage, passage.offset(offset)));
    found.unwrap_or_else(|| (node.span, about(parameter)))
}

/// The part of a reference that a cursor stands on.
fn reference(outline: &Outline<'_>, passage: &Passage<'_>, offset: usize) -> Option<(Span, Text)> {
    let slot = slot::at(&passage.text, offset)?;
    let touches = |range: &std::ops::Range<usize>| range.start <= offset && offset <= range.end;
    if slot.tokens.iter().any(|it| it.kind == TokenKind::Sign('|') && it.range.start <= offset) {
        let (token, filter) = filter(&slot.tokens, offset)?;
        return Some((passage.span(token.range.clone()), named(filter)));
    }
    let path = slot.path();
    let root = path.known_root()?;
    if path.root.as_ref().is_some_and(|step| touches(&step.range)) {
        let known = names::ROOTS.iter().find(|it| it.name == root.as_str())?;
        return Some((passage.span(path.root?.range), named(known)));
    }
    let at = path.steps.iter().position(|step| touches(&step.range))?;
    let step = path.steps.get(at)?;
    let span = passage.span(step.range.clone());
    let name_in = |names: &'static [Name]| names.iter().find(|it| it.name == step.name).map(named);
    let text = match (root, at) {
        (Root::Contact, 0) => name_in(&names::CONTACT)?,
        (Root::Contact, _) => named(&names::FIELDS),
        (Root::Run, _) => name_in(&names::RUN)?,
        (Root::Secrets, _) => named(names::ROOTS.iter().find(|it| it.name == "secrets")?),
        (Root::Blocks, 0) => of_block(outline.block(&step.name)?)?,
        (Root::Blocks, 1) => {
            let block = outline.block(&path.steps.first()?.name)?;
            let outputs = block.kind?.spec().outputs.iter().chain([&ERROR_OUTPUT]);
            let output = outputs.into_iter().find(|output| output.name == step.name)?;
            let title = heading(block);
            let kind = json_type(output);
            Text::new(
                format!("`{}` ({}) — {}\n\n{}", output.name, kind.en, title.en, output.about.en),
                format!("`{}` ({}) — {}\n\n{}", output.name, kind.fr, title.fr, output.about.fr),
            )
        }
        (Root::Blocks, _) => name_in(&names::ERROR)?,
    };
    Some((span, text))
}

/// The filter at a cursor.
fn filter<'t, 's>(
    tokens: &'s [Token<'t>],
    offset: usize,
) -> Option<(&'s Token<'t>, &'static Name)> {
    let touches = |it: &&Token<'_>| it.range.start <= offset && offset <= it.range.end;
    let mut touched = tokens.iter().filter(touches);
    touched.find_map(|token| {
        let TokenKind::Word(word) = token.kind else { return None };
        names::FILTERS.iter().find(|it| it.name == word).map(|filter| (token, filter))
    })
}

fn named(name: &Name) -> Text {
    let Name { name, about } = name;
    Text::new(format!("`{name}`\n\n{}", about.en), format!("`{name}`\n\n{}", about.fr))
}

fn in_edge(outline: &Outline<'_>, place: &Place<'_>, edge: usize) -> Option<(Span, Text)> {
    let edge = outline.edges.get(edge)?;
    let keys = place.keys()?;
    match (keys.as_slice(), place.spot) {
        (["source" | "target"], Spot::Value(node)) => {
            let block = outline.block(&node.literal()?.text())?;
            Some((node.span, of_block(block)?))
        }
        (["sourceHandle"], Spot::Value(node)) => Some((node.span, words::EDGE_HANDLE)),
        ([key], Spot::Key { member, .. }) => Some((member.key.span, words::edge_key(key)?.clone())),
        ([], Spot::Members(_)) => {
            let title = |end: &Option<crate::outline::Named<'_>>| {
                let id = end.as_ref().map(|it| it.text.clone()).unwrap_or_default();
                outline
                    .block(&id)
                    .map_or_else(|| Text::new(format!("`{id}`"), format!("`{id}`")), heading)
            };
            let (source, target) = (title(&edge.source), title(&edge.target));
            let (en, fr) = match edge.handle.as_deref() {
                Some("error") => ("when it failed", "en cas d'échec"),
                Some(_) | None => ("when it succeeded", "en cas de succès"),
            };
            let text = Text::new(
                format!("{} → {} ({en})", source.en, target.en),
                format!("{} → {} ({fr})", source.fr, target.fr),
            );
            Some((edge.node.span.first_byte(), text))
        }
        _ => None,
    }
}

/// A block by its label and id.
fn heading(block: &Block<'_>) -> Text {
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
fn of_block(block: &Block<'_>) -> Option<Text> {
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
        let mut text =
            format!("{}: {}\n\n{gives}\n", spec.title.to(language), spec.about.to(language));
        if language == Language::French {
            text = text.replacen(": ", " : ", 1);
        }
        for output in spec.outputs.iter().chain([&ERROR_OUTPUT]) {
            let kind = json_type(output);
            _ = write!(
                text,
                "\n* `{}` ({}): {}",
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
pub(crate) fn about(parameter: &Parameter) -> Text {
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
                    _ = write!(text, "\n* `{word}`: {}", meaning.to(language));
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
pub(crate) fn plain(text: &str) -> String {
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
pub(crate) fn code(text: &str) -> String {
    let text: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}
