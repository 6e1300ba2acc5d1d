//! The ends of an edge, and when it is taken.

use relance_diagnostics::Language;

use super::{Completion, CompletionKind, ValueSlot};
use crate::{
    outline::{Named, Outline},
    tree::Node,
    view::View,
    words,
};

/// The blocks that an edge may begin or end at: all but the one at its other end. In a large graph they are many: what each is,
/// is told when somebody looks at it.
pub(super) fn ends(
    view: &View<'_>,
    outline: &Outline<'_>,
    other: Option<&Named<'_>>,
    node: &Node<'_>,
    offset: usize,
) -> Vec<Completion> {
    let slot = ValueSlot::of(view, node, offset);
    let blocks = outline.blocks.iter().filter_map(|block| Some((block, block.id.as_ref()?)));
    let others = blocks
        .filter(|(_, id)| !id.text.is_empty() && other.is_none_or(|other| other.text != id.text));
    others
        .map(|(block, id)| {
            let detail = block.label.as_deref().unwrap_or_default();
            slot.string(&id.text, CompletionKind::Block, detail, "")
        })
        .collect()
}

/// The values of `sourceHandle`.
pub(super) fn handles(
    view: &View<'_>,
    node: &Node<'_>,
    offset: usize,
    language: Language,
) -> Vec<Completion> {
    let slot = ValueSlot::of(view, node, offset);
    let handles = words::HANDLES.iter();
    handles
        .map(|(word, meaning)| slot.string(word, CompletionKind::Value, "", meaning.to(language)))
        .collect()
}
