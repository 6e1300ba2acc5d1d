//! Rules about blocks and edges together: ids, ends, loops, doubles, cycles, handles, isolated and foreign blocks.

mod cycle;
mod reach;

use std::collections::HashMap;

use relance_diagnostics::{Span, Text};

pub(crate) use reach::{Before, Reach};

use crate::{
    Code,
    context::Context,
    plan::On,
    suggest::closest,
    wire::{BlockKind, Wire, WireEdge},
};

/// How the blocks of a document hang together. Blocks are known by their place in [`Wire::blocks`].
#[derive(Debug)]
pub(crate) struct Links<'d> {
    /// The first block of each id.
    pub(crate) by_id: HashMap<&'d str, usize>,
    /// The edges into each block.
    pub(crate) incoming: Vec<Vec<(usize, On)>>,
    /// The edges out of each block.
    pub(crate) outgoing: Vec<Vec<(usize, On)>>,
    /// Blocks that no edge touches although the graph has edges.
    pub(crate) isolated: Vec<bool>,
    /// Whether there is a cycle, so that no order can be spoken of.
    pub(crate) cyclic: bool,
}

/// A sound edge, by its place in [`Wire::edges`].
struct SoundEdge {
    place: usize,
    source: usize,
    target: usize,
}

/// Checks how the blocks hang together.
pub(crate) fn links<'d>(cx: &mut Context<'_>, wire: &Wire<'d>) -> Links<'d> {
    let by_id = block_ids(cx, wire);
    edge_ids(cx, wire);
    let mut touched = vec![false; wire.blocks.len()];
    let mut sound = Vec::new();
    let mut known_ends = 0;
    let mut seen: HashMap<(usize, usize, On), usize> = HashMap::new();
    let mut links = Links {
        by_id,
        incoming: vec![Vec::new(); wire.blocks.len()],
        outgoing: vec![Vec::new(); wire.blocks.len()],
        isolated: Vec::new(),
        cyclic: false,
    };
    for (place, edge) in wire.edges.iter().enumerate() {
        handle(cx, edge);
        let source = end(cx, &links.by_id, edge.source, End::Source);
        let target = end(cx, &links.by_id, edge.target, End::Target);
        for block in [source, target].into_iter().flatten() {
            known_ends += 1;
            if let Some(touched) = touched.get_mut(block) {
                *touched = true;
            }
        }
        let (Some(source), Some(target)) = (source, target) else { continue };
        if source == target {
            let message = Text::fixed(
                "this edge leads from a block to itself",
                "ce lien va d'un bloc vers lui-même",
            );
            cx.report(Code::SelfLoop, edge.node.span.first_byte(), message);
            continue;
        }
        if let Some(first) = seen.insert((source, target, edge.on()), place) {
            duplicate_edge(cx, wire, edge, first);
            continue;
        }
        sound.push(SoundEdge { place, source, target });
        if let Some(outgoing) = links.outgoing.get_mut(source) {
            outgoing.push((target, edge.on()));
        }
        if let Some(incoming) = links.incoming.get_mut(target) {
            incoming.push((source, edge.on()));
        }
    }
    links.cyclic = cycle::find(cx, wire, &links, &sound);
    links.isolated = if wire.edges.is_empty() {
        vec![false; touched.len()]
    } else {
        touched.iter().map(|it| !it).collect()
    };
    let every_end_is_known = !wire.edges.is_empty() && known_ends == 2 * wire.edges.len();
    lonely_and_foreign(cx, wire, &links, every_end_is_known);
    links
}

fn block_ids<'d>(cx: &mut Context<'_>, wire: &Wire<'d>) -> HashMap<&'d str, usize> {
    let mut by_id: HashMap<&str, usize> = HashMap::with_capacity(wire.blocks.len());
    for (place, block) in wire.blocks.iter().enumerate() {
        let Some((id, span)) = block.id else { continue };
        let first = *by_id.entry(id).or_insert(place);
        if first != place {
            let message = Text::new(
                format!("the id `{id}` is already that of another block"),
                format!("l'id `{id}` est déjà celui d'un autre bloc"),
            );
            let first = wire.blocks.get(first).and_then(|block| block.id);
            duplicate_id(cx, span, message, first.map(|(_, span)| span));
        }
    }
    by_id
}

fn edge_ids(cx: &mut Context<'_>, wire: &Wire<'_>) {
    let mut seen: HashMap<&str, Span> = HashMap::with_capacity(wire.edges.len());
    for (id, span) in wire.edges.iter().filter_map(|edge| edge.id) {
        let first = *seen.entry(id).or_insert(span);
        if first != span {
            let message = Text::new(
                format!("the id `{id}` is already that of another edge"),
                format!("l'id `{id}` est déjà celui d'un autre lien"),
            );
            duplicate_id(cx, span, message, Some(first));
        }
    }
}

fn duplicate_id(cx: &mut Context<'_>, span: Span, message: Text, first: Option<Span>) {
    let finding = cx.report(Code::DuplicateId, span, message);
    if let Some(first) = first {
        finding.related(first, Text::fixed("first used here", "utilisé d'abord ici"));
    }
}

#[derive(Clone, Copy)]
enum End {
    Source,
    Target,
}

/// The block at one end of an edge.
fn end(
    cx: &mut Context<'_>,
    by_id: &HashMap<&str, usize>,
    end: Option<(&str, Span)>,
    which: End,
) -> Option<usize> {
    let (id, span) = end?;
    if let Some(block) = by_id.get(id) {
        return Some(*block);
    }
    let message = match which {
        End::Source => Text::new(
            format!("this edge begins at `{id}`, which is no block"),
            format!("ce lien part de `{id}`, qui n'est pas un bloc"),
        ),
        End::Target => Text::new(
            format!("this edge ends at `{id}`, which is no block"),
            format!("ce lien mène à `{id}`, qui n'est pas un bloc"),
        ),
    };
    let mut ids: Vec<&str> = by_id.keys().copied().collect();
    ids.sort_unstable();
    cx.report(Code::DanglingEdge, span, message).did_you_mean(closest(id, ids)).help(Text::fixed(
        "point it at a block, or delete the edge",
        "faites-le mener à un bloc, ou supprimez le lien",
    ));
    None
}

fn handle(cx: &mut Context<'_>, edge: &WireEdge<'_>) {
    let Some((handle, span)) =
        edge.handle.filter(|(handle, _)| !matches!(*handle, "success" | "error"))
    else {
        return;
    };
    let message = Text::new(
        format!("`{handle}` is not a way out of an action: it counts as `success`"),
        format!("`{handle}` n'est pas une sortie d'action : elle compte comme `success`"),
    );
    cx.report(Code::UnknownHandle, span, message)
        .did_you_mean(closest(handle, ["success", "error"]));
}

fn duplicate_edge(cx: &mut Context<'_>, wire: &Wire<'_>, edge: &WireEdge<'_>, first: usize) {
    let message = Text::fixed(
        "this edge says the same as another: same ends, same way out",
        "ce lien répète un autre : mêmes extrémités, même sortie",
    );
    let first = wire.edges.get(first).map(|first| first.node.span.first_byte());
    let finding = cx.report(Code::DuplicateEdge, edge.node.span.first_byte(), message);
    if let Some(first) = first {
        finding.related(first, Text::fixed("the same edge", "le même lien"));
    }
}

/// A block that an edge with a lost end may have been meant for is not called isolated.
fn lonely_and_foreign(
    cx: &mut Context<'_>,
    wire: &Wire<'_>,
    links: &Links<'_>,
    every_end_is_known: bool,
) {
    for ((block, isolated), incoming) in
        wire.blocks.iter().zip(&links.isolated).zip(&links.incoming)
    {
        if let BlockKind::Foreign(block_type, span) = block.kind {
            let passes = incoming.is_empty() || cx.options.foreign_passes.contains(block_type);
            let message = if passes {
                Text::new(
                    format!("a block of type `{block_type}` is not run: a run passes through it"),
                    format!(
                        "un bloc de type `{block_type}` n'est pas exécuté : l'exécution le traverse"
                    ),
                )
            } else {
                Text::new(
                    format!(
                        "a block of type `{block_type}` is not run: this graph is valid but cannot be run"
                    ),
                    format!(
                        "un bloc de type `{block_type}` n'est pas exécuté : ce graphe est valide mais ne peut pas être exécuté"
                    ),
                )
            };
            let finding = cx
                .report(Code::ForeignBlock, span, message)
                .did_you_mean(closest(block_type, ["action"]));
            if !passes {
                finding.help(Text::new(
                    format!("to let runs pass through it, set `[foreign] {block_type} = \"pass\"` in relance.toml"),
                    format!("pour que l'exécution le traverse, écrivez `[foreign] {block_type} = \"pass\"` dans relance.toml"),
                ));
            }
        }
        if *isolated && every_end_is_known {
            let message = Text::fixed(
                "no edge touches this block: it is never run",
                "aucun lien ne touche ce bloc : il n'est jamais exécuté",
            );
            cx.report(Code::IsolatedBlock, block.node.span.first_byte(), message);
        }
    }
}
