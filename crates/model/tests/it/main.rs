//! Tests of the model through its public face.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot read its fixture should stop"
)]

mod reading;
mod references;
