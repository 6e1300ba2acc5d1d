//! Ids that two blocks or two edges have, and new ones in their place.

use foldhash::{HashMap, HashMapExt as _, HashSet};
use relance_diagnostics::{Safety, Span, Text};
use relance_model::document::{Node, Value};

use crate::{
    Code,
    context::Context,
    edit::{self, Stem},
    wire::Wire,
};

/// The first block of each id. The others are told that theirs is taken.
pub(super) fn blocks<'d>(cx: &mut Context<'_>, wire: &Wire<'d>) -> HashMap<&'d str, usize> {
    let mut by_id: HashMap<&str, usize> = HashMap::with_capacity(wire.blocks.len());
    let mut again = Vec::new();
    for (place, block) in wire.blocks.iter().enumerate() {
        let Some((id, span)) = block.id else { continue };
        let first = *by_id.entry(id).or_insert(place);
        if first != place {
            let first = wire.blocks.get(first).and_then(|block| block.id);
            again.push(Again { id, span, first: first.map(|(_, span)| span) });
        }
    }
    if !again.is_empty() {
        let ends = wire.edges.iter().flat_map(|edge| [edge.source, edge.target]);
        let ends: HashSet<&str> = ends.flatten().map(|(id, _)| id).collect();
        let referred = wire.blocks.iter().any(|block| may_refer(block.node));
        let mut new = NewIds::new(Stem::Block, by_id.keys().chain(&ends).copied());
        for again in again {
            let id = again.id;
            let message = Text::new(
                format!("the id `{id}` is already that of another block"),
                format!("l'id `{id}` est déjà celui d'un autre bloc"),
            );
            // Nobody can tell which of the two is meant where the id is named.
            let named = referred || ends.contains(id);
            let safety = Safety::when(!named);
            again.report(cx, message, safety, &mut new);
        }
    }
    by_id
}

/// Tells edges whose id is taken.
pub(super) fn edges(cx: &mut Context<'_>, wire: &Wire<'_>) {
    let mut seen: HashMap<&str, Span> = HashMap::with_capacity(wire.edges.len());
    let mut again = Vec::new();
    for (id, span) in wire.edges.iter().filter_map(|edge| edge.id) {
        let first = *seen.entry(id).or_insert(span);
        if first != span {
            again.push(Again { id, span, first: Some(first) });
        }
    }
    if again.is_empty() {
        return;
    }
    let mut new = NewIds::new(Stem::Edge, seen.keys().copied());
    for again in again {
        let id = again.id;
        let message = Text::new(
            format!("the id `{id}` is already that of another edge"),
            format!("l'id `{id}` est déjà celui d'un autre lien"),
        );
        // Nothing names an edge.
        again.report(cx, message, Safety::Safe, &mut new);
    }
}

/// An id that is taken.
struct Again<'d> {
    id: &'d str,
    span: Span,
    first: Option<Span>,
}

impl<'d> Again<'d> {
    fn report(self, cx: &mut Context<'_>, message: Text, safety: Safety, new: &mut NewIds<'d>) {
        let finding = cx.report(Code::DuplicateId, self.span, message);
        finding.replace(safety, self.span, &new.like(self.id));
        if let Some(first) = self.first {
            finding.related(first, Text::fixed("first used here", "utilisé d'abord ici"));
        }
    }
}

/// Ids that nothing in a graph has.
struct NewIds<'d> {
    stem: Stem,
    taken: HashSet<String>,
    /// The number to try next behind an id.
    next: HashMap<&'d str, usize>,
}

impl<'d> NewIds<'d> {
    fn new<'i>(stem: Stem, taken: impl Iterator<Item = &'i str>) -> NewIds<'d> {
        NewIds { stem, taken: taken.map(str::to_owned).collect(), next: HashMap::new() }
    }

    /// A new id that shows which one it was: `tag-2` for `tag`.
    fn like(&mut self, id: &'d str) -> String {
        let stem = self.stem.of(id);
        let next = self.next.entry(id).or_insert(edit::SECOND);
        loop {
            let id = format!("{stem}-{next}");
            *next += 1;
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// Whether a text somewhere in a value may refer to a block, as far as letters tell: an escape may hide anything.
fn may_refer(node: Node<'_>) -> bool {
    match node.value() {
        Value::Text(text) => text.contains("blocks") || text.contains('\\'),
        Value::Array(items) => items.iter().any(may_refer),
        Value::Object(object) => object.members().any(|member| may_refer(member.node)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
