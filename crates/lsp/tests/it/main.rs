//! Promises of the features that hold for every document: nothing that they say lies outside of it, and what they write is right in
//! the eyes of the validator.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene should stop")]

mod agreement;
mod robustness;

use relance_diagnostics::Edit;

/// A text after edits, which must stand in order and apart.
fn edited(text: &str, edits: &[Edit]) -> String {
    let mut changed = text.to_owned();
    let mut behind = text.len();
    for edit in edits.iter().rev() {
        let range = edit.span.range();
        assert!(range.end <= behind, "edits overlap");
        behind = range.start;
        changed.replace_range(range, &edit.text);
    }
    changed
}
