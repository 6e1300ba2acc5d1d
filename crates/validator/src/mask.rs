//! Which stretches of a document must not be quoted: header values, and secrets that were found written out.
//!
//! A text that is no JSON is searched by letters alone: what looks like the headers of a call, or like a credential, is hidden.

use relance_diagnostics::{Mask, Span};
use relance_model::{
    ActionKind,
    action::ParameterKind,
    document::{Node, Value, read_text},
    text::{Part, Template, TextMap},
};

use crate::{
    context::Context,
    wire::{BlockKind, Wire},
};

pub(crate) fn mask(cx: &Context<'_>, wire: &Wire<'_>) -> Mask {
    let mut spans = cx.secrets.clone();
    for block in &wire.blocks {
        let BlockKind::Action(kind, parameters) = block.kind else { continue };
        for node in secret_parameters(kind).filter_map(|name| parameters.get(name)) {
            header_values(cx.source, node, &mut spans);
        }
    }
    spans.sort_unstable();
    Mask::new(spans)
}

/// What must not be quoted of a text that could not be read. In one whose letters take two bytes no word can be told from
/// another, so nothing of it is shown.
pub(crate) fn mask_unread(source: &str) -> Mask {
    if source.matches('\0').count() > source.len() / 4 {
        return Mask::new(vec![Span::new(0, source.len())]);
    }
    let names = ActionKind::ALL.iter().flat_map(|kind| secret_parameters(*kind));
    let mut spans: Vec<Span> = names.flat_map(|name| literals_after(source, name)).collect();
    for scheme in ["Bearer ", "bearer ", "Basic ", "basic "] {
        spans.extend(source.match_indices(scheme).map(|(place, _)| {
            let start = place + scheme.len();
            let rest = source.get(start..).unwrap_or_default();
            let length =
                rest.find(['"', '\\', '\'', '\n', '\r', ' ', ',', '}']).unwrap_or(rest.len());
            Span::new(start, start + length)
        }));
    }
    spans.sort_unstable();
    Mask::new(spans)
}

/// What stands in quotes after each use of a key, up to the closing quote or the end of the line.
fn literals_after(source: &str, key: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for (place, _) in source.match_indices(key) {
        let after = place + key.len();
        let rest = source.get(after..).unwrap_or_default();
        let Some(opening) =
            rest.find(':').and_then(|colon| Some(colon + rest.get(colon..)?.find('"')?))
        else {
            continue;
        };
        let start = after + opening + 1;
        let mut escaped = false;
        let literal = source.get(start..).unwrap_or_default();
        let length = literal.find(|character| {
            let ends = matches!(character, '\n' | '\r') || (character == '"' && !escaped);
            escaped = character == '\\' && !escaped;
            ends
        });
        spans.push(Span::new(start, start + length.unwrap_or(literal.len())));
    }
    spans
}

fn secret_parameters(kind: ActionKind) -> impl Iterator<Item = &'static str> {
    let secret = kind
        .parameters()
        .iter()
        .filter(|parameter| matches!(parameter.kind, ParameterKind::Headers));
    secret.map(|parameter| parameter.name)
}

/// The values in a text of headers; all of it when it cannot be read.
fn header_values(source: &str, node: Node<'_>, spans: &mut Vec<Span>) {
    let Some(text) = node.as_text() else {
        spans.push(node.span);
        return;
    };
    let map = TextMap::new(source, node.span);
    let read = read_text(text);
    match read.document.as_ref().map(|document| document.root().value()) {
        Some(Value::Object(object)) => {
            let values =
                object.members().filter(|member| !member.node.as_text().is_some_and(is_harmless));
            spans.extend(values.map(|member| map.span(member.node.span.range())));
        }
        Some(_) | None if !text.is_empty() => spans.push(map.span(0..text.len())),
        Some(_) | None => {}
    }
}

/// Whether nothing but references, and words that announce a credential, stand in a value.
fn is_harmless(value: &str) -> bool {
    let announces = |literal: &str| {
        matches!(literal.trim().to_ascii_lowercase().as_str(), "" | "bearer" | "basic" | "token")
    };
    Template::parse(value).is_ok_and(|template| {
        template.references().next().is_some()
            && template.parts.iter().all(|part| match part {
                Part::Literal(literal) => announces(literal),
                Part::Slot(_) => true,
            })
    })
}
