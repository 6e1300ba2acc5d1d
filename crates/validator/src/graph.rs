//! Rules about blocks and edges together: ids, ends, loops, doubles, cycles, handles, isolated and foreign blocks.

mod cycle;
mod edges;
mod ids;
mod neighbours;
mod reach;

use std::cell::OnceCell;

use foldhash::{HashMap, HashMapExt as _};
use relance_diagnostics::{Safety, Text};
use relance_model::graph::ACTION;

pub(crate) use reach::{Before, Reach};

use self::{edges::End, neighbours::Neighbours};
use crate::{
    Code,
    context::Context,
    finding::quoted,
    plan::On,
    suggest::closest,
    wire::{BlockKind, Wire},
};

/// How the blocks of a document hang together. Blocks are known by their place in [`Wire::blocks`].
#[derive(Debug)]
pub(crate) struct Links<'d> {
    /// The first block of each id.
    by_id: HashMap<&'d str, usize>,
    /// The ids, sorted when a suggestion is looked for.
    sorted: OnceCell<Vec<&'d str>>,
    /// The edges into each block.
    pub(crate) incoming: Neighbours,
    /// The edges out of each block.
    pub(crate) outgoing: Neighbours,
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
    on: On,
}

/// Checks how the blocks hang together.
pub(crate) fn links<'d>(cx: &mut Context<'_>, wire: &Wire<'d>) -> Links<'d> {
    let by_id = ids::blocks(cx, wire);
    ids::edges(cx, wire);
    let mut touched = vec![false; wire.blocks.len()];
    let mut sound = Vec::with_capacity(wire.edges.len());
    let mut seen: HashMap<(usize, usize, On), usize> = HashMap::with_capacity(wire.edges.len());
    let mut links = Links {
        by_id,
        sorted: OnceCell::new(),
        incoming: Neighbours::default(),
        outgoing: Neighbours::default(),
        isolated: Vec::new(),
        unclear: false,
    };
    let mut lost_ends = !wire.all_edges_read;
    for (place, edge) in wire.edges.iter().enumerate() {
        edges::handle(cx, edge);
        let source = edges::end(cx, wire, &links, edge, End::Source);
        let target = edges::end(cx, wire, &links, edge, End::Target);
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
            edges::self_loop(cx, edge);
            continue;
        }
        let first = *seen.entry((source, target, edge.on())).or_insert(place);
        if first != place {
            edges::duplicate(cx, wire, edge, first);
            continue;
        }
        sound.push(SoundEdge { place, source, target, on: edge.on() });
    }
    let blocks = wire.blocks.len();
    links.incoming = Neighbours::new(blocks, &sound, |edge| (edge.target, (edge.source, edge.on)));
    links.outgoing = Neighbours::new(blocks, &sound, |edge| (edge.source, (edge.target, edge.on)));
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

/// Blocks of another type, and what a run makes of them.
fn foreign(cx: &mut Context<'_>, wire: &Wire<'_>, links: &Links<'_>) {
    for ((block, incoming), isolated) in
        wire.blocks.iter().zip(links.incoming.iter()).zip(&links.isolated)
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
        let meant = closest(block_type, [ACTION]);
        let finding = cx.report(Code::ForeignBlock, span, message).did_you_mean(meant);
        if let Some(meant) = meant {
            finding.replace(Safety::Unsafe, span, meant);
        }
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
