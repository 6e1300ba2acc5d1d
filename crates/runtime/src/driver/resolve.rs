//! A person decides about a block that the run cannot decide about by itself.

use relance_validator::{Plan, plan::StepIndex};

use super::{Durable, Engine, RunError, replay::Replay, to_the_millisecond};
use crate::{
    event::{Decision, Event, Fact},
    history::{BlockState, History, Phase, indexed},
    journal::{Batch, Entry, JournalError, Rest, Taken},
    run::{RunRow, RunStatus},
};

/// Why a decision was not taken down.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The graph has no such block.
    #[error("the run `{run}` has no block `{block}`")]
    UnknownBlock {
        /// The run.
        run: String,
        /// The block.
        block: String,
    },
    /// The run is being carried out.
    #[error(
        "the run `{0}` is being carried out: decide when it has come to rest, or resume it if its process ended"
    )]
    StillRunning(String),
    /// The run was stopped: it does not go on.
    #[error("the run `{0}` was stopped: it does not go on, whatever is decided")]
    Stopped(String),
    /// The block waits for nobody.
    #[error("the block `{0}` is neither parked nor failed: there is nothing to decide")]
    NothingToDecide(String),
    /// The block failed for certain: it can only be tried again.
    #[error("the block `{0}` has failed for certain: the only decision left is to retry it")]
    OnlyRetry(String),
    /// The run went on without the block.
    #[error(
        "the failure of the block `{0}` was dealt with by its error edge: it cannot be retried"
    )]
    Handled(String),
    /// Another block's call depends on it, and may have to be made again as it was.
    #[error(
        "the block `{reader}` has sent something that depends on `{block}`, and may have to send it again: `{block}` can be \
         retried once it is certain what became of that call"
    )]
    StillRead {
        /// The block.
        block: String,
        /// The block that reads it, or one that was skipped because of it.
        reader: String,
    },
    /// The run could not be read or written.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl From<JournalError> for ResolveError {
    fn from(error: JournalError) -> ResolveError {
        ResolveError::Run(error.into())
    }
}

impl Engine {
    /// Takes down what a person decided about a block. The run waits to be resumed from then on.
    pub async fn resolve(
        &self,
        run: &str,
        block: &str,
        decision: Decision,
        by: &str,
    ) -> Result<Event, ResolveError> {
        let replay = self.replay(run).await?;
        if replay.row.status == RunStatus::Running {
            return Err(ResolveError::StillRunning(run.to_owned()));
        }
        if replay.row.status == RunStatus::Stopped {
            return Err(ResolveError::Stopped(run.to_owned()));
        }
        let Replay { plan, history, .. } = &replay;
        reopened(run, plan, history, block, &decision)?;
        let Taken { lease, row, events } = self.journal.take(run, &self.owner, self.now()).await?;
        // Somebody else may have decided before we had the run.
        let (durable, is_active) = (self.embedded(lease), row.status.is_active());
        let kept = self.resolve_with(&durable, row, &events, (block, decision, by)).await;
        if is_active && matches!(kept, Err(ResolveError::Run(RunError::Journal(_)))) {
            durable.give_back().await;
        }
        kept
    }

    /// Keeps what a person decided about a block of a run that rested, in the hands of that engine. The stretch ends with it.
    pub async fn resolve_with(
        &self,
        durable: &impl Durable,
        row: RunRow,
        events: &[Event],
        (block, decision, by): (&str, Decision, &str),
    ) -> Result<Event, ResolveError> {
        let Replay { row, plan, history, .. } = self.replay_events(row, events).await?;
        let reopened = match reopened(&row.id, &plan, &history, block, &decision) {
            Ok(reopened) => reopened,
            Err(refused) => {
                if row.status.is_active() {
                    // It was taken in vain: whoever resumes it finds out where it stands.
                    durable.keep(due_at_once(durable, Vec::new())).await?;
                }
                return Err(refused);
            }
        };
        let (block, by) = (block.to_owned(), by.to_owned());
        let fact = Fact::BlockResolved { block, decision, by, reopened };
        let mut kept = durable.keep(due_at_once(durable, vec![Entry::Fact(fact)])).await?;
        Ok(kept.events.pop().ok_or(JournalError::Closed)?)
    }
}

/// What ends a stretch of a run that may go on at once.
pub(super) fn due_at_once(durable: &impl Durable, entries: Vec<Entry>) -> Batch {
    let at = to_the_millisecond(durable.now());
    Batch { at, entries, rest: Some(Rest { status: RunStatus::Waiting, wake_at: Some(at) }) }
}

/// The skipped blocks that wait again once this is decided; an error when it cannot be.
fn reopened(
    run: &str,
    plan: &Plan,
    history: &History,
    block: &str,
    decision: &Decision,
) -> Result<Vec<String>, ResolveError> {
    let unknown = || ResolveError::UnknownBlock { run: run.to_owned(), block: block.to_owned() };
    let (step, _) = plan.find(block).ok_or_else(unknown)?;
    let state = history.state(step).ok_or_else(unknown)?;
    match (state.phase, decision) {
        (Phase::Parked, _) => Ok(Vec::new()),
        (Phase::Failed, Decision::Retry) if history.has_error_edge(step) => {
            Err(ResolveError::Handled(block.to_owned()))
        }
        (Phase::Failed, Decision::Retry) => {
            let id = |step: StepIndex| Some(plan.step(step)?.id.as_str());
            let behind: Vec<&str> =
                history.skipped_behind(step).into_iter().filter_map(id).collect();
            let again: Vec<&str> = behind.iter().copied().chain([block]).collect();
            match reader(plan, history, &again) {
                None => Ok(behind.into_iter().map(str::to_owned).collect()),
                Some(reader) => Err(ResolveError::StillRead { block: block.to_owned(), reader }),
            }
        }
        (Phase::Failed, Decision::Succeeded { .. } | Decision::Failed) => {
            Err(ResolveError::OnlyRetry(block.to_owned()))
        }
        (
            Phase::Untouched
            | Phase::Running
            | Phase::Waiting(_)
            | Phase::Succeeded
            | Phase::Skipped
            | Phase::Passed,
            _,
        ) => Err(ResolveError::NothingToDecide(block.to_owned())),
    }
}

/// A block whose call may be made again under the key that it had, and reads what one of these blocks gives. With another output
/// of that one, the same key would ask for something else.
fn reader(plan: &Plan, history: &History, blocks: &[&str]) -> Option<String> {
    let mut steps = indexed(plan.steps());
    let (_, reader) = steps.find(|(step, it)| {
        history.state(*step).is_some_and(BlockState::holds_its_key)
            && blocks.iter().any(|block| it.reads(block))
    })?;
    Some(reader.id.as_str().to_owned())
}
