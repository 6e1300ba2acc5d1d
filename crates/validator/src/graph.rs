//! Rules about blocks and edges together: ids, ends, loops, doubles, cycles, handles, isolated and foreign blocks.

mod cycle;
mod reach;

use std::cell::OnceCell;

use foldhash::{HashMap, HashMapExt as _};
use relance_diagnostics::{Span, Text};
use relance_model::graph::ACTION;

pub(crate) use reach::{Before, Reach};

use crate::{
    Code,
    context::Context,
    finding::quoted,
    plan::On,
    suggest::closest,
    wire::{BlockKind, Wire, WireEdge},
};

/// How the blocks of a document hang together. Blocks are known by their place in [`Wire::blocks`].
#[derive(Debug)]
pub(crate) struct Links<'d> {
    /// The first block of each id.
    by_id: HashMap<&'d str, usize>,
    /// The ids, sorted when a suggestion is looked for.
    sorted: OnceCell<Vec<&'d str>>,
    /// The edges into each block.
    pub(crate) incoming: Vec<Vec<(usize, On)>>,
    /// The edges out of each block.
    pub(crate) outgoing: Vec<Vec<(usize, On)>>,
    /// Blocks that no edge touches although the graph has edges.
    pub(crate) isolated: Vec<bool>,
    /// Whether an edge leads nowhere or in a circle, so that nobody can tell what comes before what.
    pub(crate) unclear: bool,
}

impl<'d> Links<'d> {
    /// The block of that id.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The ids of all blocks, sorted.
    pub(crate) fn ids(&self) -> impl ExactSizeIterator<Item = &'d str> {
        let sorted = self.sorted.get_or_init(|| {
            let mut ids: Vec<&str> = self.by_id.keys().copied().collect();
            ids.sort_unstable();
            ids
        });
        sorted.iter().copied()
    }

    /// The id that is surely meant. Once many were looked for in a large graph, nobody reads them any more.
    pub(crate) fn closest_id(&self, cx: &mut Context<'_>, id: &str) -> Option<&'d str> {
        cx.comparisons = cx.comparisons.checked_sub(self.by_id.len())?;
        closest(id, self.ids())
    }
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
    let mut seen: HashMap<(usize, usize, On), usize> = HashMap::new();
    let mut links = Links {
        by_id,
        sorted: OnceCell::new(),
        incoming: vec![Vec::new(); wire.blocks.len()],
        outgoing: vec![Vec::new(); wire.blocks.len()],
        isolated: Vec::new(),
        unclear: false,
    };
    let mut lost_ends = !wire.all_edges_read;
    for (place, edge) in wire.edges.iter().enumerate() {
        handle(cx, edge);
        let source = end(cx, wire, &links, edge.source, End::Source);
        let target = end(cx, wire, &links, edge.target, End::Target);
        for block in [source, target].into_iter().flatten() {
            if let Some(touched) = touched.get_mut(block) {
                *touched = true;
            }
        }
        let (Some(source), Some(target)) = (source, target) else {
            lost_ends = true;
            continue;
        };
        if source == target {
            // One of its ends is surely not the one that was meant.
            lost_ends = true;
            let message = Text::fixed(
                "this edge leads from a block to itself",
                "ce lien va d'un bloc vers lui-même",
            );
            cx.report(Code::SelfLoop, edge.node.span.first_byte(), message).help(Text::fixed(
                "a run goes forward only: delete this edge",
                "une exécution ne va que vers l'avant : supprimez ce lien",
            ));
            continue;
        }
        let first = *seen.entry((source, target, edge.on())).or_insert(place);
        if first != place {
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
    links.unclear |= lost_ends | cycle::find(cx, wire, &links, &sound);
    links.isolated = if wire.edges.is_empty() {
        vec![false; touched.len()]
    } else {
        touched.iter().map(|it| !it).collect()
    };
    foreign(cx, wire, &links);
    // A block that an edge with a lost end may have been meant for is not called isolated.
    if !lost_ends {
        isolated(cx, wire, &links);
    }
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
    wire: &Wire<'_>,
    links: &Links<'_>,
    end: Option<(&str, Span)>,
    which: End,
) -> Option<usize> {
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
    let meant = links.closest_id(cx, id);
    cx.report(Code::DanglingEdge, span, message).did_you_mean(meant).help(Text::fixed(
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

/// Blocks of another type, and what a run makes of them.
fn foreign(cx: &mut Context<'_>, wire: &Wire<'_>, links: &Links<'_>) {
    for ((block, incoming), isolated) in
        wire.blocks.iter().zip(&links.incoming).zip(&links.isolated)
    {
        let BlockKind::Foreign(block_type, span) = block.kind else { continue };
        let passes = incoming.is_empty() || cx.options.foreign_passes.contains(block_type);
        let (en, fr) = match (isolated, passes) {
            (true, _) => ("", ""),
            (false, true) => (": a run passes through it", " : l'exécution le traverse"),
            (false, false) => (
                ": this graph is valid but cannot be run",
                " : ce graphe est valide mais ne peut pas être exécuté",
            ),
        };
        let message = Text::new(
            format!("a block of type `{block_type}` is not run{en}"),
            format!("un bloc de type `{block_type}` n'est pas exécuté{fr}"),
        );
        let finding = cx
            .report(Code::ForeignBlock, span, message)
            .did_you_mean(closest(block_type, [ACTION]));
        if !passes {
            let entry = format!("[foreign] {} = \"pass\"", toml_key(block_type));
            finding.help(Text::new(
                format!("to let runs pass through it, set `{entry}` in relance.toml"),
                format!("pour que l'exécution le traverse, écrivez `{entry}` dans relance.toml"),
            ));
        }
    }
}

/// A key as TOML writes it: bare where it can be.
fn toml_key(key: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !key.is_empty() && key.bytes().all(is_bare) { key.to_owned() } else { quoted(key) }
}

fn isolated(cx: &mut Context<'_>, wire: &Wire<'_>, links: &Links<'_>) {
    let isolated = wire.blocks.iter().zip(&links.isolated).enumerate();
    for (place, (block, _)) in isolated.filter(|(_, (_, isolated))| **isolated) {
        // Of two blocks with one id nobody can tell which one the edges mean.
        if block.id.is_some_and(|(id, _)| links.find(id) != Some(place)) {
            continue;
        }
        let message = Text::fixed(
            "no edge touches this block: it is never run",
            "aucun lien ne touche ce bloc : il n'est jamais exécuté",
        );
        cx.report(Code::IsolatedBlock, block.node.span.first_byte(), message).help(Text::fixed(
            "link it to the others, or delete it",
            "reliez-le aux autres, ou supprimez-le",
        ));
    }
}
