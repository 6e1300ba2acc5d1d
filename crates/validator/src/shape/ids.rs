//! New ids, for blocks and edges that have none or a wrong one.

use std::cell::OnceCell;

use foldhash::{HashSet, HashSetExt as _};
use relance_model::document::{Array, Document, Node};

use super::Place;
use crate::edit::{SECOND, Stem};

/// The ids that a document names, looked up when a new one is wanted.
pub(super) struct Ids<'d> {
    document: &'d Document<'d>,
    named: OnceCell<HashSet<String>>,
}

impl<'d> Ids<'d> {
    pub(super) fn of(document: &'d Document<'d>) -> Ids<'d> {
        Ids { document, named: OnceCell::new() }
    }

    /// Whether a block or an edge has the id, or an edge begins or ends there.
    pub(super) fn name(&self, id: &str) -> bool {
        self.named.get_or_init(|| named(self.document)).contains(id)
    }

    /// An id that nothing in the document has, and no other value gets: it begins as the one that it was, and tells the place.
    pub(super) fn new_for(&self, at: Place<'_>, was: &str) -> String {
        let mut steps = at.pointer.split('/').skip(1);
        let (list, place) = (steps.next(), steps.next().and_then(|place| place.parse().ok()));
        let stem = if list == Some("edges") { Stem::Edge } else { Stem::Block };
        let new = format!("{}-{}", stem.of(was), place.map_or(1, |place: usize| place + 1));
        let others = (SECOND..).map(|number| format!("{new}-{number}"));
        std::iter::once(new.clone()).chain(others).find(|id| !self.name(id)).unwrap_or(new)
    }
}

fn named(document: &Document<'_>) -> HashSet<String> {
    let mut named = HashSet::new();
    let root = document.root().as_object();
    for list in ["nodes", "edges"] {
        let items = root.and_then(|root| root.get(list)?.as_array());
        for object in items.into_iter().flat_map(Array::iter).filter_map(Node::as_object) {
            let texts = ["id", "source", "target"].into_iter();
            named.extend(texts.filter_map(|key| Some(object.get(key)?.as_text()?.to_owned())));
        }
    }
    named
}
