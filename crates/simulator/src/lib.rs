//! Tries the runtime in a world that is not there; only tests and chores use it.
//!
//! From one number all is drawn: a valid graph, what services answer it, who starts its runs, when processes are killed or stand
//! still, what the journal refuses, how long everything takes and who is given the next turn. The runtime is the real one, with
//! its ports turned to a stage. Read in this order:
//!
//! * [`sketch`]: the graph and the answers, in outline;
//! * [`rules`]: what must become of them, said as plainly as can be;
//! * [`scenario`]: what befalls the runs;
//! * [`trial`]: playing it, turn by turn;
//! * `referee`: who sees every event and every call, and knows the rules;
//! * [`shrink`]: what is left of a trial that fails.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::cast_possible_wrap,
    clippy::wildcard_enum_match_arm,
    reason = "a simulation that contradicts itself should stop"
)]

pub mod case;
mod flaky;
mod keeper;
mod kept;
mod referee;
pub mod rules;
pub mod scenario;
mod services;
pub mod shrink;
pub mod sketch;
mod stage;
pub mod trial;

use std::sync::Arc;

use relance_runtime::journal::Journal;

use crate::{case::Case, scenario::Scenario, shrink::Failure, trial::play};
pub use referee::Tally;

/// How many trials are played with one graph.
const TRIALS_OF_A_CASE: u64 = 16;

/// Makes journals to play on.
pub type Journals<'j> = &'j dyn Fn() -> Arc<dyn Journal>;

/// Plays trials by number, and keeps the case that neighbours share.
#[derive(Debug, Default)]
pub struct Player {
    case: Option<(u64, Arc<Case>)>,
}

impl Player {
    /// Plays the trial of a seed. The same seed is always the same trial.
    ///
    /// # Errors
    ///
    /// A rule was broken; nothing was taken away yet.
    pub fn play(&mut self, seed: u64, journals: Journals<'_>) -> Result<Tally, Box<Failure>> {
        let number = seed / TRIALS_OF_A_CASE;
        let case = match &self.case {
            Some((known, case)) if *known == number => Arc::clone(case),
            _ => Arc::new(
                Case::random(number)
                    .unwrap_or_else(|why| panic!("the graph of seed {seed} is not valid: {why}")),
            ),
        };
        self.case = Some((number, Arc::clone(&case)));
        let scenario = Scenario::random(seed, case.sketch.blocks.len());
        let played = play(&case, &scenario, journals());
        played.map_err(|broken| Box::new(Failure { seed, case, scenario, broken }))
    }
}
