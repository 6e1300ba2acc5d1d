//! The version of a graph: a hash of all that a run depends on.
//!
//! Ids, types, parameters and edges count, in an order of their own; positions, labels, UI state and the order in the file do
//! not. A blank optional parameter counts as absent.

use blake3::Hasher;
use relance_model::document::{Node, Value};

use crate::{
    plan::{ContentHash, On},
    wire::{BlockKind, Wire},
};

pub(crate) fn content(wire: &Wire<'_>) -> ContentHash {
    let mut fed = Fed::default();
    let mut blocks: Vec<(&str, BlockKind<'_>)> =
        wire.blocks.iter().filter_map(|block| Some((block.id?.0, block.kind))).collect();
    blocks.sort_unstable_by_key(|(id, _)| *id);
    for (id, kind) in blocks {
        fed.text(b'b', id);
        match kind {
            BlockKind::Action(kind, parameters) => {
                fed.text(b'a', kind.as_str());
                let mut written: Vec<_> =
                    parameters.members.iter().filter(|it| it.node.as_text() != Some("")).collect();
                written.sort_unstable_by(|a, b| a.key.cmp(&b.key));
                for member in written {
                    fed.text(b'k', &member.key);
                    fed.value(&member.node);
                }
            }
            BlockKind::Foreign(block_type, _) => fed.text(b'f', block_type),
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
        fed.text(b's', source);
        fed.text(if on == On::Error { b'e' } else { b't' }, target);
    }
    fed.hash()
}

/// What is hashed, gathered so that the hash takes it in large pieces: many small ones would cost more than all the rest of it.
#[derive(Default)]
struct Fed {
    hasher: Hasher,
    piece: Vec<u8>,
}

/// How much is gathered before it is hashed.
const PIECE: usize = 64 << 10;

impl Fed {
    fn value(&mut self, node: &Node<'_>) {
        match &node.value {
            Value::Text(it) => self.text(b'v', it),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => {
                self.text(b'j', &node.to_json().to_string());
            }
        }
    }

    fn text(&mut self, tag: u8, text: &str) {
        self.piece.push(tag);
        self.piece.extend_from_slice(&(text.len() as u64).to_le_bytes());
        self.piece.extend_from_slice(text.as_bytes());
        if self.piece.len() >= PIECE {
            self.hasher.update(&self.piece);
            self.piece.clear();
        }
    }

    fn hash(mut self) -> ContentHash {
        self.hasher.update(&self.piece);
        ContentHash(*self.hasher.finalize().as_bytes())
    }
}
