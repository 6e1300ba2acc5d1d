//! Whether a file that a search found is about relance at all: projects are full of JSON that is not.

use relance_diagnostics::Source;
use relance_model::document::{self, Object};

/// Whether somebody meant this as a graph or as a block. Of a text that cannot be read, its words must do.
pub(crate) fn is_ours(source: &Source) -> bool {
    match document::read(source.bytes()).document {
        Some(document) => document.root().as_object().is_some_and(has_our_keys),
        None => WORDS.iter().any(|word| source.view().contains(word)),
    }
}

/// A graph has nodes or edges. Many things have a `type`, but only a block has content or a place on a canvas beside it.
fn has_our_keys(root: Object<'_>) -> bool {
    let has = |key| root.member(key).is_some();
    has("nodes") || has("edges") || (has("type") && (has("data") || has("position")))
}

const WORDS: [&str; 4] = ["\"nodes\"", "\"edges\"", "\"parameters\"", "\"action_type\""];
