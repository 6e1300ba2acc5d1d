//! Documents to test and measure with; only tests, benchmarks and chores use them.
//!
//! * [`fixture`] reads what stands under `fixtures/`;
//! * [`graph`] makes graphs of any size, as a canvas exports them;
//! * [`document`] makes right documents of every form, [`mutation`] makes them wrong somehow, and [`mistake`] in one known way;
//! * [`wrong`] is the table of texts that parameters refuse;
//! * [`spelling`] writes the same document in different ways;
//! * [`repository`] lists what there is to read.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test that cannot read its fixture should stop"
)]

pub mod document;
pub mod fixture;
pub mod graph;
pub mod json;
pub mod mistake;
pub mod mutation;
pub mod random;
pub mod repository;
pub mod spelling;
pub mod wrong;
