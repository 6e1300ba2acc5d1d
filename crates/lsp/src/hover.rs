//! What the thing under a cursor is: a block, a parameter, a word, a reference, an edge's end.

use relance_diagnostics::{Language, Span, Text};
use relance_model::{
    ActionKind,
    action::{ERROR_OUTPUT, Parameter, ParameterKind},
    names::{self, Name},
    text::Root,
};

use crate::{
    about,
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
            Some((node.span, about::action(kind)))
        }
        (["data", "parameters", _], Spot::Key { member, .. }) => {
            let (_, parameter) = place.parameter(outline)?;
            Some((member.key.span, about::parameter(parameter)))
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
                .or_else(|| Some((member.key.span, about::of_block(block)?)))
        }
        (["id" | "type"] | ["data", "label"], Spot::Value(node)) => {
            Some((node.span, about::of_block(block)?))
        }
        ([] | ["data"], Spot::Members(_)) => Some((block.node.head(), about::of_block(block)?)),
        _ => None,
    }
}

fn in_value(
    outline: &Outline<'_>,
    parameter: &Parameter,
    node: &Node<'_>,
    offset: usize,
) -> (Span, Text) {
    let Some(literal) = node.literal() else { return (node.span, about::parameter(parameter)) };
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
    found.unwrap_or_else(|| (node.span, about::parameter(parameter)))
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
        (Root::Blocks, 0) => about::of_block(outline.block(&step.name)?)?,
        (Root::Blocks, 1) => {
            let block = outline.block(&path.steps.first()?.name)?;
            let outputs = block.kind?.spec().outputs.iter().chain([&ERROR_OUTPUT]);
            let output = outputs.into_iter().find(|output| output.name == step.name)?;
            let title = about::heading(block);
            let kind = about::json_type(output);
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
            Some((node.span, about::of_block(block)?))
        }
        (["sourceHandle"], Spot::Value(node)) => Some((node.span, words::EDGE_HANDLE)),
        ([key], Spot::Key { member, .. }) => Some((member.key.span, words::edge_key(key)?.clone())),
        ([], Spot::Members(_)) => {
            let title = |end: &Option<crate::outline::Named<'_>>| {
                let id = end.as_ref().map(|it| it.text.clone()).unwrap_or_default();
                outline
                    .block(&id)
                    .map_or_else(|| Text::new(format!("`{id}`"), format!("`{id}`")), about::heading)
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
            Some((edge.node.head(), text))
        }
        _ => None,
    }
}
