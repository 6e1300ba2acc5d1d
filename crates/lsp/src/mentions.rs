//! Every place where a block is named: its `id`, the ends of edges, references in texts and in JSON in text.

use std::ops::Range;

use relance_diagnostics::Span;
use relance_model::{action::ParameterKind, text::Root};

use crate::{
    outline::Outline,
    passage::Passage,
    place::each_text,
    slot::{Step, slots},
    tree::Node,
};

/// A place where a block is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    /// The name, without quotes; in a reference, the step of the path.
    pub(crate) span: Span,
    /// How it is written there.
    pub(crate) form: Form,
}

/// How a block is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// By its own `id`.
    Declaration,
    /// As an end of an edge.
    EdgeEnd,
    /// In a reference: what the file says instead for another name.
    Reference(Written),
}

/// A step of a reference, with the means to write another in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// Whether it stands in brackets.
    pub(crate) bracketed: bool,
    /// The step, and the dot before it.
    pub(crate) with_dot: Span,
    /// How many strings it is wrapped in.
    pub(crate) depth: usize,
}

/// All mentions of an id, in the order of the text.
pub(crate) fn of(outline: &Outline<'_>, id: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    if let Some(named) = outline.block(id).and_then(|block| block.id.as_ref()) {
        found.push(Mention { span: named.literal.inner(), form: Form::Declaration });
    }
    for edge in &outline.edges {
        for end in [&edge.source, &edge.target].into_iter().flatten() {
            if end.text == id {
                found.push(Mention { span: end.literal.inner(), form: Form::EdgeEnd });
            }
        }
    }
    references(outline, &mut |passage, step| {
        if step.name == id {
            found.push(reference(passage, step));
        }
    });
    found.sort_by_key(|mention| mention.span);
    found
}

/// The mention that a step of a path makes.
pub(crate) fn reference(passage: &Passage<'_>, step: &Step<'_>) -> Mention {
    let with_dot: Range<usize> =
        if step.bracketed { step.range.clone() } else { step.range.start - 1..step.range.end };
    let written = Written {
        bracketed: step.bracketed,
        with_dot: passage.span(with_dot),
        depth: passage.depth(),
    };
    Mention { span: passage.span(step.range.clone()), form: Form::Reference(written) }
}

/// Calls back with every step that names a block, in all texts of all parameters.
fn references(outline: &Outline<'_>, see: &mut dyn FnMut(&Passage<'_>, &Step<'_>)) {
    for block in &outline.blocks {
        let members = block.parameters.map(Node::members).unwrap_or_default();
        for member in members {
            let Some(literal) = member.node.literal() else { continue };
            let known = block.kind.and_then(|kind| {
                kind.parameters().iter().find(|parameter| parameter.name == member.key.raw)
            });
            let kind = known.map_or(&ParameterKind::Text, |parameter| &parameter.kind);
            each_text(literal, kind, &mut |passage| {
                for slot in slots(&passage.text) {
                    let path = slot.path();
                    if path.known_root() == Some(Root::Blocks)
                        && let Some(step) = path.steps.first()
                    {
                        see(passage, step);
                    }
                }
            });
        }
    }
}

/// Calls back with the name of every secret and every field of a contact that the document reads.
pub(crate) fn names_read(outline: &Outline<'_>, see: &mut dyn FnMut(Root, &str)) {
    for block in &outline.blocks {
        let members = block.parameters.map(Node::members).unwrap_or_default();
        for member in members {
            let Some(literal) = member.node.literal() else { continue };
            // Names stand where they stand, whatever the text around them is: no need to read JSON in text.
            let whole = Passage::new(literal);
            for slot in slots(&whole.text).filter(|slot| slot.closed) {
                let path = slot.path();
                match (path.known_root(), path.steps.as_slice()) {
                    (Some(Root::Secrets), [name]) => see(Root::Secrets, &name.name),
                    (Some(Root::Contact), [fields, name]) if fields.name == "fields" => {
                        see(Root::Contact, &name.name);
                    }
                    _ => {}
                }
            }
        }
    }
}
