//! Long proofs: what tests do a few thousand times, for as long as one likes, on every core.

mod campaign;
mod receiver;
mod trials;
mod waiting;

use anyhow::Result;
use clap::{Args, Subcommand};

pub(crate) use receiver::serve;

/// What to prove.
#[derive(Args)]
pub(crate) struct Soak {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Subcommand)]
enum Subject {
    /// A whole campaign against a service in a process of its own, killed on the way.
    Campaign(campaign::Campaign),
    /// Many runs that wait for a retry, and a fresh one beside them.
    Waiting(waiting::Waiting),
    /// Runs in a world that is not there: random graphs, faults and orders, each trial from its seed.
    Trials(trials::Trials),
}

/// Proves, and prints.
pub(crate) fn soak(soak: &Soak) -> Result<()> {
    match &soak.subject {
        Subject::Campaign(campaign) => campaign::run(campaign),
        Subject::Waiting(waiting) => waiting::run(waiting),
        Subject::Trials(trials) => trials::run(trials),
    }
}
