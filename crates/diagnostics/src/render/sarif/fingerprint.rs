//! What makes a finding the same one after other parts of the file have moved.
//!
//! Services use it to tell new findings from known ones. So neither lines nor places in an array count: a finding in a block is
//! known by its code, the id of the block, and where in the block it stands; any other by its code, its pointer without indexes,
//! and the text that it marks, secrets hidden. Findings that are alike in all this are told apart by their order.

use std::collections::BTreeMap;

use crate::{Diagnostic, render::Report};

/// The name of the fingerprint in a log. Another way to make it takes another name.
pub(super) const NAME: &str = "relanceFinding/v1";

/// The fingerprints of one file so far, and how often each was given.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    given: BTreeMap<String, u32>,
}

impl Fingerprints {
    /// The fingerprint of the next finding.
    pub(super) fn of(&mut self, report: &Report<'_>, diagnostic: &Diagnostic) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: &str| {
            hasher.update(part.as_bytes());
            // No text of a document holds this byte, so parts cannot run into each other.
            hasher.update(&[0xFF]);
        };
        add(diagnostic.code);
        if let Some(block) = &diagnostic.block {
            add(&block.id);
            add(within_block(&diagnostic.pointer));
        } else {
            add(&without_indexes(&diagnostic.pointer));
            let range = diagnostic.span.range();
            let marked = report.source.view().get(range.clone()).unwrap_or_default();
            add(&report.mask.apply_to(marked, range.start));
        }
        let hash: String = hasher.finalize().to_hex().chars().take(32).collect();
        let count = self.given.entry(hash.clone()).or_default();
        *count += 1;
        format!("{hash}:{count}")
    }
}

/// A pointer from the block that it leads into: `/nodes/3/data` is `/data`.
fn within_block(pointer: &str) -> &str {
    let inside =
        pointer.strip_prefix("/nodes/").map(|rest| rest.find('/').map(|end| rest.split_at(end).1));
    match inside {
        Some(inside) => inside.unwrap_or_default(),
        None => pointer,
    }
}

fn without_indexes(pointer: &str) -> String {
    let is_index = |step: &&str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    let steps = pointer.split('/').map(|step| if is_index(&step) { "*" } else { step });
    steps.collect::<Vec<_>>().join("/")
}
