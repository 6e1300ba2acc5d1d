//! The version of a graph: a hash of all that a run depends on.
//!
//! Ids, types, parameters and edges count, in an order of their own; positions, labels, UI state and the order in the file do
//! not. A blank optional parameter counts as absent.

use blake3::Hasher;
use relance_model::document::{Node, Value};

use crate::{
    graph::Links,
    plan::{ContentHash, On},
    wire::{BlockKind, Wire, WireBlock},
};

/// `order` holds the places of all blocks by their ids. Of a document that has no plan the hash means nothing.
pub(crate) fn content(wire: &Wire<'_>, links: &Links<'_>, order: &[usize]) -> ContentHash {
    let mut fed = Fed::default();
    let mut written: Vec<(&str, Node<'_>)> = Vec::new();
    let blocks = || order.iter().filter_map(|place| wire.blocks.get(*place));
    for block in blocks() {
        fed.text(b'b', id(block));
        match block.kind {
            BlockKind::Action(kind, parameters) => {
                fed.text(b'a', kind.as_str());
                written.clear();
                written.extend(parameters.members().map(|member| (member.key, member.node)));
                written.sort_unstable_by_key(|(key, _)| *key);
                for (key, node) in &written {
                    if node.as_text() != Some("") {
                        fed.text(b'k', key);
                        fed.value(*node);
                    }
                }
            }
            BlockKind::Foreign(block_type, _) => fed.text(b'f', block_type),
            BlockKind::Unclear => {}
        }
    }
    let mut rank = vec![0; order.len()];
    for (place_in_order, place) in order.iter().enumerate() {
        rank.get_mut(*place).into_iter().for_each(|it| *it = place_in_order);
    }
    let rank = |place: usize| rank.get(place).copied().unwrap_or_default();
    let mut outgoing: Vec<(usize, On)> = Vec::new();
    for (place, block) in order.iter().zip(blocks()) {
        outgoing.clear();
        let targets = links.outgoing.of(*place);
        outgoing.extend(targets.iter().map(|(target, on)| (rank(*target), *on)));
        outgoing.sort_unstable();
        for (target, on) in &outgoing {
            let target = order.get(*target).and_then(|place| wire.blocks.get(*place));
            fed.text(b's', id(block));
            fed.text(if *on == On::Error { b'e' } else { b't' }, target.map_or("", id));
        }
    }
    fed.hash()
}

fn id<'d>(block: &WireBlock<'d>) -> &'d str {
    block.id.map_or("", |(id, _)| id)
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
    fn value(&mut self, node: Node<'_>) {
        match node.value() {
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
        let mut head = [tag; 9];
        if let Some(length) = head.last_chunk_mut() {
            *length = (text.len() as u64).to_le_bytes();
        }
        self.piece.reserve(head.len() + text.len());
        self.piece.extend_from_slice(&head);
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
