//! Tests of the model through its public face, and of what its schemas and wire types make of the repository's fixtures.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its fixture should stop")]

mod fixtures;
mod reading;
mod references;
mod structural;

use std::path::PathBuf;

/// A file or folder under `fixtures/`.
fn fixture(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(path)
}
