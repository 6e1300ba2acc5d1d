//! Ids and edges: what is there twice, leads nowhere, to itself, or back.

use super::{
    Change,
    site::{actions, ancestors, any, edges, member, nodes, set, text},
};
use crate::{
    json::{Json, Path},
    random::Random,
    spelling::Part,
};

type Make = fn(&mut Random, &Json) -> Option<Change>;

pub(super) const OPERATORS: &[(&str, Make)] = &[
    ("an edge whose end is misspelt", lost_end),
    ("an edge too many, to nowhere", edge_to_nowhere),
    ("an edge from a block to itself", self_loop),
    ("an edge drawn onto its own source", turned_back),
    ("an edge twice", edge_twice),
    ("an edge back", edge_back),
    ("a block pasted with its id", block_twice),
    ("an edge's id used twice", edge_id_twice),
    ("an id that is blank", |_, right| renamed(right, "")),
    ("an id that is too long", |_, right| renamed(right, &"é".repeat(201))),
];

fn ids(right: &Json) -> Vec<String> {
    nodes(right).iter().filter_map(|node| Some(text(right, node, "id")?.to_owned())).collect()
}

fn lost_end(random: &mut Random, right: &Json) -> Option<Change> {
    let edge = any(random, &edges(right))?;
    let end = *random.pick(&["source", "target"]);
    let path = member(right, &edge, end)?;
    let mut document = right.clone();
    let lost = *random.pick(&["nulle part", "", "blocé", "🎉"]);
    *document.at_mut(&path) = Json::text(lost);
    Some(Change::new(document, "dangling-edge", path, Part::Value))
}

/// Puts one more edge somewhere among the others, and says where.
fn add_edge(random: &mut Random, right: &Json, source: &str, target: &str) -> Option<(Json, Path)> {
    let edges = member(right, &[], "edges")?;
    let mut document = right.clone();
    let Json::Array(items) = document.at_mut(&edges) else { return None };
    let place = random.below(items.len() + 1);
    let edge = Json::object([
        ("id", Json::text("lien de trop")),
        ("source", Json::text(source)),
        ("target", Json::text(target)),
    ]);
    items.insert(place, edge);
    Some((document, edges.into_iter().chain([place]).collect()))
}

/// Graphs that have edges, so that one more leaves no block alone that was not.
fn with_edges(right: &Json) -> Option<Vec<String>> {
    (!edges(right).is_empty()).then(|| ids(right))
}

fn edge_to_nowhere(random: &mut Random, right: &Json) -> Option<Change> {
    let id = any(random, &with_edges(right)?)?;
    let (document, edge) = add_edge(random, right, &id, "étape supprimée")?;
    let path = member(&document, &edge, "target")?;
    Some(Change::new(document, "dangling-edge", path, Part::Value))
}

fn self_loop(random: &mut Random, right: &Json) -> Option<Change> {
    let id = any(random, &with_edges(right)?)?;
    let (document, edge) = add_edge(random, right, &id, &id)?;
    Some(Change::new(document, "self-loop", edge, Part::Value))
}

fn turned_back(random: &mut Random, right: &Json) -> Option<Change> {
    let edge = any(random, &edges(right))?;
    let source = text(right, &edge, "source")?.to_owned();
    let mut document = right.clone();
    set(&mut document, &edge, "target", Json::text(source));
    Some(Change::new(document, "self-loop", edge, Part::Value))
}

/// The later of the two is the one too many.
fn edge_twice(random: &mut Random, right: &Json) -> Option<Change> {
    let original = any(random, &edges(right))?;
    let mut document = right.clone();
    let (_, array) = original.split_last()?;
    let mut copy = right.at(&original).clone();
    if let Json::Object(members) = &mut copy {
        members.retain(|(key, _)| key != "id");
        members.push(("id".to_owned(), Json::text("lien de trop")));
    }
    let Json::Array(items) = document.at_mut(array) else { return None };
    items.push(copy);
    let path = array.iter().copied().chain([items.len() - 1]).collect();
    Some(Change::new(document, "duplicate-edge", path, Part::Value))
}

/// An edge from the end of another back to its beginning. Each edge that leads back to where it began is as wrong as the others.
fn edge_back(random: &mut Random, right: &Json) -> Option<Change> {
    let edge = any(random, &edges(right))?;
    let (source, target) = (text(right, &edge, "source")?, text(right, &edge, "target")?);
    let (document, _) = add_edge(random, right, target, source)?;
    let leads_back = |path: &Path| {
        let ends = [text(&document, path, "source"), text(&document, path, "target")];
        matches!(ends, [Some(source), Some(target)] if ancestors(&document, source).iter().any(|it| it == target))
    };
    let places = edges(&document).into_iter().filter(leads_back).map(|path| (path, Part::Value));
    let places = places.collect();
    Some(Change { document, code: "cycle", places })
}

fn block_twice(random: &mut Random, right: &Json) -> Option<Change> {
    let node = any(random, &actions(right))?.node;
    let (_, array) = node.split_last()?;
    let mut document = right.clone();
    let copy = right.at(&node).clone();
    let Json::Array(items) = document.at_mut(array) else { return None };
    items.push(copy);
    let path: Path = array.iter().copied().chain([items.len() - 1]).collect();
    let path = member(&document, &path, "id")?;
    Some(Change::new(document, "duplicate-id", path, Part::Value))
}

fn edge_id_twice(random: &mut Random, right: &Json) -> Option<Change> {
    let edges = edges(right);
    let [first, .., last] = edges.as_slice() else { return None };
    let _ = random;
    let id = text(right, first, "id")?.to_owned();
    let path = member(right, last, "id")?;
    let mut document = right.clone();
    *document.at_mut(&path) = Json::text(id);
    Some(Change::new(document, "duplicate-id", path, Part::Value))
}

/// The first block under another id, which its edges follow.
fn renamed(right: &Json, id: &str) -> Option<Change> {
    let node = nodes(right).into_iter().next()?;
    let old = text(right, &node, "id")?.to_owned();
    if right.to_string().contains("blocks") {
        return None;
    }
    let mut document = right.clone();
    for edge in edges(right) {
        for key in ["source", "target"] {
            if text(right, &edge, key) == Some(&old) {
                set(&mut document, &edge, key, Json::text(id));
            }
        }
    }
    let path = member(right, &node, "id")?;
    *document.at_mut(&path) = Json::text(id);
    Some(Change::new(document, "id-length", path, Part::Value))
}
