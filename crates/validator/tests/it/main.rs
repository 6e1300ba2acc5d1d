//! Tests of the validator through its one door.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot read its fixture should stop"
)]

mod contract;

use std::path::PathBuf;

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}
