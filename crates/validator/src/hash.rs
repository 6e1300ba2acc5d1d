//! The version of a graph: a hash of all that a run depends on.
//!
//! Ids, types, parameters and edges count, in an order of their own; positions, labels, UI state and the order in the file do
//! not. A blank optional parameter counts as absent.

use relance_model::document::{Node, Value};

use crate::{
    plan::{ContentHash, On},
    wire::{BlockKind, Wire},
};

pub(crate) fn content(wire: &Wire<'_>) -> ContentHash {
    let mut hasher = blake3::Hasher::new();
    let mut blocks: Vec<(&str, BlockKind<'_>)> =
        wire.blocks.iter().filter_map(|block| Some((block.id?.0, block.kind))).collect();
    blocks.sort_unstable_by_key(|(id, _)| *id);
    for (id, kind) in blocks {
        text(&mut hasher, b'b', id);
        match kind {
            BlockKind::Action(kind, parameters) => {
                text(&mut hasher, b'a', kind.as_str());
                let mut written: Vec<_> =
                    parameters.members.iter().filter(|it| it.node.as_text() != Some("")).collect();
                written.sort_unstable_by(|a, b| a.key.cmp(&b.key));
                for member in written {
                    text(&mut hasher, b'k', &member.key);
                    value(&mut hasher, &member.node);
                }
            }
            BlockKind::Foreign(block_type, _) => text(&mut hasher, b'f', block_type),
            BlockKind::Unclear => {}
        }
    }
    let mut edges: Vec<(&str, &str, On)> = wire
        .edges
        .iter()
        .filter_map(|edge| Some((edge.source?.0, edge.target?.0, edge.on())))
        .collect();
    edges.sort_unstable();
    for (source, target, on) in edges {
        text(&mut hasher, b's', source);
        text(&mut hasher, if on == On::Error { b'e' } else { b't' }, target);
    }
    ContentHash(*hasher.finalize().as_bytes())
}

fn value(hasher: &mut blake3::Hasher, node: &Node<'_>) {
    match &node.value {
        Value::Text(it) => text(hasher, b'v', it),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            text(hasher, b'j', &node.to_json().to_string());
        }
    }
}

fn text(hasher: &mut blake3::Hasher, tag: u8, text: &str) {
    hasher.update(&[tag]);
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}
