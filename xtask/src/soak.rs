//! Long proofs: what tests do a few thousand times, for as long as one likes, on every core.

mod trials;

use anyhow::Result;
use clap::{Args, Subcommand};

/// What to prove.
#[derive(Args)]
pub(crate) struct Soak {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Subcommand)]
enum Subject {
    /// Runs in a world that is not there: random graphs, faults and orders, each trial from its seed.
    Trials(trials::Trials),
}

/// Proves, and prints.
pub(crate) fn soak(soak: &Soak) -> Result<()> {
    match &soak.subject {
        Subject::Trials(trials) => trials::run(trials),
    }
}
