//! What comes next.

use jiff::Timestamp;
use relance_validator::plan::{Effect, Plan, StepIndex};

use crate::history::{History, Phase};

/// Something to do now about a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Do what it says: every source has settled and an edge to it was taken.
    Perform(StepIndex),
    /// Pass it by: every source has settled and no edge to it was taken.
    Skip(StepIndex),
    /// Go through it: it is foreign, and may be passed.
    Pass(StepIndex),
    /// Try it again, not before that time.
    RetryAt(StepIndex, Timestamp),
}

impl Command {
    /// The block it is about.
    pub fn step(self) -> StepIndex {
        match self {
            Command::Perform(step)
            | Command::Skip(step)
            | Command::Pass(step)
            | Command::RetryAt(step, _) => step,
        }
    }
}

/// Says what may be done now, in block-id order; what was already handed out is left out. Nothing to do and nothing in
/// flight means that the run has come to rest.
///
/// It reads no clock and does no I/O, so replaying a history always gives the same answer.
#[must_use]
pub fn decide(plan: &Plan, history: &History) -> Vec<Command> {
    history.frontier().filter_map(|step| next(plan, history, step)).collect()
}

fn next(plan: &Plan, history: &History, step: StepIndex) -> Option<Command> {
    match history.state(step)?.phase {
        Phase::Untouched if !history.is_reached(step) => Some(Command::Skip(step)),
        Phase::Untouched => Some(match plan.step(step)?.effect {
            Effect::Foreign(_) => Command::Pass(step),
            Effect::CreateTask(_)
            | Effect::HttpRequest(_)
            | Effect::CrmUpsert(_)
            | Effect::AiReply(_)
            | Effect::TagContact(_) => Command::Perform(step),
        }),
        Phase::Waiting(time) => Some(Command::RetryAt(step, time)),
        Phase::Running
        | Phase::Parked
        | Phase::Succeeded
        | Phase::Failed
        | Phase::Skipped
        | Phase::Passed => None,
    }
}
