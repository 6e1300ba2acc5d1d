//! What may be wrong with one edge: its ends, its way out, and that it says nothing new.

use relance_diagnostics::{Safety, Text};
use relance_model::document::{Node, Object};

use super::Links;
use crate::{
    Code,
    context::Context,
    edit::{Mend, removal},
    finding::Finding,
    suggest::closest,
    wire::{Wire, WireEdge},
};

#[derive(Clone, Copy)]
pub(super) enum End {
    Source,
    Target,
}

/// The block at one end of an edge.
pub(super) fn end(
    cx: &mut Context<'_>,
    wire: &Wire<'_>,
    links: &Links<'_>,
    edge: &WireEdge<'_>,
    which: End,
) -> Option<usize> {
    let (end, other) = match which {
        End::Source => (edge.source, edge.target),
        End::Target => (edge.target, edge.source),
    };
    let (id, span) = end?;
    if let Some(block) = links.find(id) {
        return Some(block);
    }
    // It may be the block whose id is not there to be read, and that is what is wrong.
    if !wire.all_ids_read {
        return None;
    }
    let message = match which {
        _ if id.is_empty() => {
            Text::fixed("the id of a block is missing here", "il manque ici l'id d'un bloc")
        }
        End::Source => Text::new(
            format!("this edge begins at `{id}`, which is no block"),
            format!("ce lien part de `{id}`, qui n'est pas un bloc"),
        ),
        End::Target => Text::new(
            format!("this edge ends at `{id}`, which is no block"),
            format!("ce lien mène à `{id}`, qui n'est pas un bloc"),
        ),
    };
    // An edge never leads back to the block that it comes from.
    let meant = links.closest_id(cx, id).filter(|meant| other.is_none_or(|(id, _)| id != *meant));
    let source = cx.source;
    let finding =
        cx.report(Code::DanglingEdge, span, message).did_you_mean(meant).help(Text::fixed(
            "point it at a block, or delete the edge",
            "faites-le mener à un bloc, ou supprimez le lien",
        ));
    match meant {
        Some(meant) => finding.replace(Safety::Unsafe, span, meant),
        None => without(finding, Safety::Unsafe, source, edge),
    };
    None
}

/// A way out that no action has.
pub(super) fn handle(cx: &mut Context<'_>, edge: &WireEdge<'_>) {
    let Some((handle, span)) = edge.handle.filter(|(handle, _)| !is_known(handle)) else { return };
    let message = if handle.is_empty() {
        Text::fixed(
            "an empty `sourceHandle` counts as `success`",
            "un `sourceHandle` vide compte comme `success`",
        )
    } else {
        Text::new(
            format!("`{handle}` is not a way out of an action: it counts as `success`"),
            format!("`{handle}` n'est pas une sortie d'action : elle compte comme `success`"),
        )
    };
    let meant = closest(handle, ["success", "error"]);
    cx.report(Code::UnknownHandle, span, message).did_you_mean(meant).replace(
        Safety::Unsafe,
        span,
        meant.unwrap_or("success"),
    );
}

fn is_known(handle: &str) -> bool {
    matches!(handle, "success" | "error")
}

/// An edge from a block to itself.
pub(super) fn self_loop(cx: &mut Context<'_>, edge: &WireEdge<'_>) {
    let message =
        Text::fixed("this edge leads from a block to itself", "ce lien va d'un bloc vers lui-même");
    let source = cx.source;
    let finding =
        cx.report(Code::SelfLoop, edge.node.span.first_byte(), message).help(Text::fixed(
            "a run goes forward only: delete this edge",
            "une exécution ne va que vers l'avant : supprimez ce lien",
        ));
    without(finding, Safety::Unsafe, source, edge);
}

/// An edge that says the same as an earlier one.
pub(super) fn duplicate(cx: &mut Context<'_>, wire: &Wire<'_>, edge: &WireEdge<'_>, first: usize) {
    let message = Text::fixed(
        "this edge says the same as another: same ends, same way out",
        "ce lien répète un autre : mêmes extrémités, même sortie",
    );
    let first = wire.edges.get(first);
    let surely = first.is_some_and(|first| says_nothing_new(edge, first));
    let safety = Safety::when(surely);
    let source = cx.source;
    let finding = cx.report(Code::DuplicateEdge, edge.node.span.first_byte(), message);
    if let Some(first) = first {
        let first = first.node.span.first_byte();
        finding.related(first, Text::fixed("the same edge", "le même lien"));
    }
    without(finding, safety, source, edge);
}

/// Whether nothing is lost with an edge: beside its id, the earlier one holds all that it does. A way out that is not known was
/// meant to say something.
fn says_nothing_new(edge: &WireEdge<'_>, first: &WireEdge<'_>) -> bool {
    let known = |edge: &WireEdge<'_>| edge.handle.is_none_or(|(handle, _)| is_known(handle));
    let objects = edge.node.as_object().zip(first.node.as_object());
    known(edge)
        && known(first)
        && objects.is_some_and(|(edge, first)| {
            edge.members().all(|member| {
                matches!(member.key, "id" | "sourceHandle") || holds(first, member.key, member.node)
            })
        })
}

fn holds(object: Object<'_>, key: &str, value: Node<'_>) -> bool {
    object.get(key).is_some_and(|held| held.to_json() == value.to_json())
}

/// The finding with a fix that takes the edge out.
fn without<'f>(
    finding: &'f mut Finding,
    safety: Safety,
    source: &str,
    edge: &WireEdge<'_>,
) -> &'f mut Finding {
    let title = Text::fixed("remove the edge", "supprimer le lien");
    finding.mend(Mend::new(safety, title, [removal(source, edge.node.span.range())]))
}
