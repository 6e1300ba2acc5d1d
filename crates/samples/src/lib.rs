//! Documents to test and measure with; only tests, benchmarks and chores use them.
//!
//! * [`fixture`] reads what stands under `fixtures/`;
//! * [`graph`] makes graphs of any size, as a canvas exports them.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot read its fixture should stop"
)]

pub mod fixture;
pub mod graph;
