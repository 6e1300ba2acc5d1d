//! Which stretches of a document must not be quoted: header values, and secrets that were found written out.

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

fn secret_parameters(kind: ActionKind) -> impl Iterator<Item = &'static str> {
    let secret = kind
        .parameters()
        .iter()
        .filter(|parameter| matches!(parameter.kind, ParameterKind::Headers));
    secret.map(|parameter| parameter.name)
}

/// The values in a text of headers; all of it when it cannot be read.
fn header_values(source: &str, node: &Node<'_>, spans: &mut Vec<Span>) {
    let Some(text) = node.as_text() else {
        spans.push(node.span);
        return;
    };
    let map = TextMap::new(source, node.span);
    let read = read_text(text);
    match read.document.as_ref().map(|document| &document.root.value) {
        Some(Value::Object(object)) => {
            let values = object
                .members
                .iter()
                .filter(|member| !member.node.as_text().is_some_and(is_harmless));
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
