//! The runtime, tried as a whole.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod alive;
mod backup;
mod check;
mod clock;
mod conformance;
mod crowd;
mod decide;
mod decisions;
mod engine;
mod formats;
mod gates;
mod identity;
mod journal;
mod kill;
mod lease;
mod pool;
#[cfg(target_os = "linux")]
mod power;
mod retry;
mod sqlite;
mod staged;
mod stop;
mod stories;
mod story;
mod workers;
mod world;
