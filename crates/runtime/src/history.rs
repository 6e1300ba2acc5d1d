//! What a run's events add up to: the state of every block, and which blocks may move.
//!
//! A history is folded from facts alone, so folding the same events again gives the same state. Beside the states it keeps a
//! frontier, the blocks that something can be done about now, so that a long run is not read over again at every step.

use std::collections::BTreeSet;

use jiff::Timestamp;
use relance_validator::plan::{Link, On, Plan, StepIndex};
use serde_json::{Value, json};

use crate::{
    event::{Decision, EndStatus, Event, Fact, FailureClass},
    failure::Reason,
};

/// Where a block stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Nothing happened yet.
    #[default]
    Untouched,
    /// A call was begun, and its outcome is not known yet.
    Running,
    /// A call failed and is tried again at that time.
    Waiting(Timestamp),
    /// A person has to decide.
    Parked,
    /// It did its work.
    Succeeded,
    /// It did not.
    Failed,
    /// No edge to it was taken.
    Skipped,
    /// A foreign block that was gone through.
    Passed,
}

impl Phase {
    /// Whether its outcome is known, so that later blocks may go on.
    pub fn is_settled(self) -> bool {
        match self {
            Phase::Succeeded | Phase::Failed | Phase::Skipped | Phase::Passed => true,
            Phase::Untouched | Phase::Running | Phase::Waiting(_) | Phase::Parked => false,
        }
    }

    /// Whether an edge is taken that leaves a block in this phase.
    pub fn takes(self, on: On) -> bool {
        match self {
            Phase::Succeeded | Phase::Passed => on == On::Success,
            Phase::Failed => on == On::Error,
            Phase::Untouched
            | Phase::Running
            | Phase::Waiting(_)
            | Phase::Parked
            | Phase::Skipped => false,
        }
    }
}

/// All that is known of one block.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockState {
    /// Where it stands.
    pub phase: Phase,
    /// Which visit this is, from 1.
    pub visit: u32,
    /// Attempts over all visits.
    pub attempts: u32,
    /// Failed attempts since the visit began or a person asked for a retry; those that a crash cut off do not count.
    pub failures: u32,
    /// Whether a call of this visit may have taken effect without our knowing, and no clear answer to its key came since: the
    /// key must not change.
    pub doubtful: bool,
    /// What went wrong last.
    pub reason: Option<Reason>,
    /// What later blocks may read: the output, or `{"error": …}`. There once the block has settled.
    pub output: Option<Value>,
}

impl Default for BlockState {
    fn default() -> BlockState {
        BlockState {
            phase: Phase::Untouched,
            visit: 1,
            attempts: 0,
            failures: 0,
            doubtful: false,
            reason: None,
            output: None,
        }
    }
}

impl BlockState {
    /// Takes in a fact about this block.
    pub fn apply(&mut self, fact: &Fact) {
        match fact {
            Fact::RunStarted(_) | Fact::RunEnded { .. } => {}
            Fact::AttemptStarted { visit, attempt, .. } => {
                self.phase = Phase::Running;
                self.visit = *visit;
                self.attempts = *attempt;
            }
            Fact::AttemptFailed { failure, reason, retry_at, .. } => {
                self.failures += 1;
                self.doubtful = match failure {
                    FailureClass::Unknown => true,
                    FailureClass::Retryable => self.doubtful,
                    FailureClass::Terminal => false,
                };
                self.reason = Some(reason.clone());
                self.wait(*retry_at);
            }
            Fact::AttemptInterrupted { retry_at, .. } => {
                self.doubtful = true;
                self.wait(*retry_at);
            }
            Fact::BlockSucceeded { output, .. } => self.succeed(Some(output.clone())),
            Fact::BlockFailed { error, .. } => self.fail(error.clone()),
            Fact::BlockParked { reason, .. } => {
                self.phase = Phase::Parked;
                self.reason = Some(reason.clone());
            }
            Fact::BlockSkipped { .. } => self.phase = Phase::Skipped,
            Fact::BlockPassed { .. } => self.phase = Phase::Passed,
            Fact::BlockResolved { decision, by, .. } => self.resolve(decision, by),
        }
    }

    /// Whether its call was made under the key of this visit, and may be made again under it: then it must ask for the same.
    pub fn holds_its_key(&self) -> bool {
        match self.phase {
            Phase::Running | Phase::Waiting(_) | Phase::Parked => true,
            Phase::Untouched | Phase::Failed => self.doubtful,
            Phase::Succeeded | Phase::Skipped | Phase::Passed => false,
        }
    }

    fn resolve(&mut self, decision: &Decision, by: &str) {
        match decision {
            Decision::Succeeded { output } => self.succeed(output.clone()),
            Decision::Failed => {
                let decided =
                    || Reason::new("resolved-failed", format!("{by} decided that it failed"));
                self.fail(self.reason.clone().unwrap_or_else(decided));
            }
            Decision::Retry => {
                if self.phase == Phase::Failed && !self.doubtful {
                    self.visit += 1;
                }
                self.phase = Phase::Untouched;
                self.failures = 0;
                self.output = None;
            }
        }
    }

    fn wait(&mut self, retry_at: Option<Timestamp>) {
        if let Some(time) = retry_at {
            self.phase = Phase::Waiting(time);
        }
    }

    fn succeed(&mut self, output: Option<Value>) {
        self.phase = Phase::Succeeded;
        self.output = Some(output.unwrap_or_else(|| json!({})));
    }

    fn fail(&mut self, error: Reason) {
        self.phase = Phase::Failed;
        self.output = Some(json!({ "error": error }));
        self.reason = Some(error);
    }
}

/// The state of a run, folded from its events.
#[derive(Debug, Clone)]
pub struct History {
    blocks: Vec<Block>,
    frontier: BTreeSet<StepIndex>,
    unsettled: usize,
    ended: Option<EndStatus>,
}

#[derive(Debug, Clone, Default)]
struct Block {
    state: BlockState,
    /// The edges out of it; a link's `source` is here its target.
    outgoing: Vec<Link>,
    /// Edges into it.
    incoming: usize,
    /// Edges into it whose source has not settled.
    open: usize,
    /// Edges into it that were taken.
    taken: usize,
    /// Whether it had settled, and is tried again.
    again: bool,
    /// Blocks before it, however far, that are tried again: what they give is not known while they are.
    awaited: usize,
}

/// A fact that cannot have happened in this run of this plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// It names a block that the plan does not have.
    #[error("an event names the block `{0}`, which the graph does not have")]
    UnknownBlock(String),
    /// It settles what had settled, or begins what had begun.
    #[error("an event of the block `{0}` cannot follow the ones before it")]
    OutOfOrder(String),
}

impl History {
    /// The history of a run that has not begun.
    pub fn new(plan: &Plan) -> History {
        let steps = plan.steps();
        let mut blocks = vec![Block::default(); steps.len()];
        let mut frontier = BTreeSet::new();
        for (target, step) in indexed(steps) {
            for link in &step.incoming {
                if let Some(source) = blocks.get_mut(link.source.0 as usize) {
                    source.outgoing.push(Link { source: target, on: link.on });
                }
            }
            if let Some(block) = blocks.get_mut(target.0 as usize) {
                block.incoming = step.incoming.len();
                block.open = step.incoming.len();
            }
            if step.incoming.is_empty() {
                frontier.insert(target);
            }
        }
        History { unsettled: blocks.len(), blocks, frontier, ended: None }
    }

    /// The history that these events add up to.
    pub fn of(plan: &Plan, events: &[Event]) -> Result<History, HistoryError> {
        let mut history = History::new(plan);
        events.iter().try_for_each(|event| history.apply(plan, &event.fact))?;
        Ok(history)
    }

    /// Takes in what happened next.
    pub fn apply(&mut self, plan: &Plan, fact: &Fact) -> Result<(), HistoryError> {
        let Some(id) = fact.block() else {
            if let Fact::RunEnded { status, .. } = fact {
                self.ended = Some(*status);
            }
            return Ok(());
        };
        let unknown = || HistoryError::UnknownBlock(id.to_owned());
        let (step, _) = plan.find(id).ok_or_else(unknown)?;
        let block = self.blocks.get_mut(step.0 as usize).ok_or_else(unknown)?;
        let before = block.state.phase;
        if !may_follow(before, fact) {
            return Err(HistoryError::OutOfOrder(id.to_owned()));
        }
        block.state.apply(fact);
        self.moved(step, before);
        if let Fact::BlockResolved { reopened, .. } = fact {
            self.ended = None;
            for id in reopened {
                let unknown = || HistoryError::UnknownBlock(id.clone());
                let (step, _) = plan.find(id).ok_or_else(unknown)?;
                self.reopen(step);
            }
        }
        Ok(())
    }

    /// Notes that a block was handed out: it leaves the frontier until its next fact.
    pub fn begin(&mut self, step: StepIndex) {
        self.frontier.remove(&step);
    }

    /// Takes back a block that was handed out and of which nothing became.
    pub fn hand_back(&mut self, step: StepIndex) {
        self.place(step);
    }

    /// The blocks that something can be done about now, in block-id order.
    pub fn frontier(&self) -> impl Iterator<Item = StepIndex> {
        self.frontier.iter().copied()
    }

    /// All that is known of a block.
    pub fn state(&self, step: StepIndex) -> Option<&BlockState> {
        self.blocks.get(step.0 as usize).map(|block| &block.state)
    }

    /// Whether a block is an entry point, or an edge to it was taken.
    pub fn is_reached(&self, step: StepIndex) -> bool {
        self.blocks.get(step.0 as usize).is_some_and(|block| block.incoming == 0 || block.taken > 0)
    }

    /// Whether a failure of this block is dealt with: it has an error edge.
    pub fn has_error_edge(&self, step: StepIndex) -> bool {
        self.outgoing(step).iter().any(|link| link.on == On::Error)
    }

    /// The blocks in a phase that the question says yes to, in block-id order.
    pub fn steps_where(&self, question: impl Fn(Phase) -> bool) -> Vec<StepIndex> {
        let here = |(step, block): (StepIndex, &Block)| question(block.state.phase).then_some(step);
        indexed(&self.blocks).filter_map(here).collect()
    }

    /// The blocks that wait, and until when.
    pub fn waiting(&self) -> impl Iterator<Item = (StepIndex, Timestamp)> {
        let time = |(step, block): (StepIndex, &Block)| {
            if let Phase::Waiting(time) = block.state.phase { Some((step, time)) } else { None }
        };
        indexed(&self.blocks).filter_map(time)
    }

    /// Whether every block has settled.
    pub fn is_settled(&self) -> bool {
        self.unsettled == 0
    }

    /// How the run ended, if it has.
    pub fn ended(&self) -> Option<EndStatus> {
        self.ended
    }

    /// How a run whose blocks have all settled ends: an unhandled failure fails it.
    pub fn verdict(&self) -> EndStatus {
        let failed = self.steps_where(|phase| phase == Phase::Failed);
        let unhandled = failed.into_iter().any(|step| !self.has_error_edge(step));
        if unhandled { EndStatus::Failed } else { EndStatus::Succeeded }
    }

    /// The skipped blocks that wait again when this failed block is tried again: all that can be reached through skipped ones.
    pub fn skipped_behind(&self, step: StepIndex) -> BTreeSet<StepIndex> {
        self.behind(step, |phase| phase == Phase::Skipped)
    }

    /// The blocks that can be reached from a block through those in a phase that the question says yes to.
    fn behind(&self, step: StepIndex, question: impl Fn(Phase) -> bool) -> BTreeSet<StepIndex> {
        let mut found = BTreeSet::new();
        let mut front = vec![step];
        while let Some(step) = front.pop() {
            for link in self.outgoing(step) {
                let target = link.source;
                let wanted = self.state(target).is_some_and(|state| question(state.phase));
                if wanted && found.insert(target) {
                    front.push(target);
                }
            }
        }
        found
    }

    fn outgoing(&self, step: StepIndex) -> &[Link] {
        self.blocks.get(step.0 as usize).map_or(&[], |block| &block.outgoing)
    }

    fn reopen(&mut self, step: StepIndex) {
        let Some(block) = self.blocks.get_mut(step.0 as usize) else { return };
        let before = block.state.phase;
        if before == Phase::Skipped {
            block.state.phase = Phase::Untouched;
            self.moved(step, before);
        }
    }

    /// Keeps the counts and the frontier true after a block's phase changed.
    fn moved(&mut self, step: StepIndex, before: Phase) {
        let Some(block) = self.blocks.get(step.0 as usize) else { return };
        let now = block.state.phase;
        if before.is_settled() != now.is_settled() {
            if now.is_settled() {
                self.unsettled -= 1;
            } else {
                self.unsettled += 1;
            }
            for link in block.outgoing.clone() {
                if let Some(target) = self.blocks.get_mut(link.source.0 as usize) {
                    if now.is_settled() {
                        target.open -= 1;
                        target.taken += usize::from(now.takes(link.on));
                    } else {
                        target.open += 1;
                        target.taken -= usize::from(before.takes(link.on));
                    }
                }
                self.place(link.source);
            }
            self.tried_again(step, !now.is_settled());
        }
        self.place(step);
    }

    /// Whatever lies behind a block that had settled waits while it is tried again.
    fn tried_again(&mut self, step: StepIndex, again: bool) {
        let Some(block) = self.blocks.get_mut(step.0 as usize) else { return };
        if block.again == again {
            return;
        }
        block.again = again;
        for behind in self.behind(step, |_| true) {
            if let Some(block) = self.blocks.get_mut(behind.0 as usize) {
                if again {
                    block.awaited += 1;
                } else {
                    block.awaited -= 1;
                }
            }
            self.place(behind);
        }
    }

    /// Puts a block on the frontier, or takes it off.
    fn place(&mut self, step: StepIndex) {
        let Some(block) = self.blocks.get(step.0 as usize) else { return };
        let movable = match block.state.phase {
            Phase::Untouched => block.open == 0 && block.awaited == 0,
            Phase::Waiting(_) => true,
            Phase::Running
            | Phase::Parked
            | Phase::Succeeded
            | Phase::Failed
            | Phase::Skipped
            | Phase::Passed => false,
        };
        if movable {
            self.frontier.insert(step);
        } else {
            self.frontier.remove(&step);
        }
    }
}

/// Whether a fact can follow in that phase.
fn may_follow(phase: Phase, fact: &Fact) -> bool {
    match fact {
        Fact::RunStarted(_) | Fact::RunEnded { .. } => true,
        Fact::AttemptStarted { .. } => matches!(phase, Phase::Untouched | Phase::Waiting(_)),
        Fact::AttemptFailed { .. } | Fact::AttemptInterrupted { .. } | Fact::BlockParked { .. } => {
            phase == Phase::Running
        }
        Fact::BlockSucceeded { .. } | Fact::BlockFailed { .. } => {
            matches!(phase, Phase::Untouched | Phase::Running | Phase::Waiting(_))
        }
        Fact::BlockSkipped { .. } | Fact::BlockPassed { .. } => phase == Phase::Untouched,
        Fact::BlockResolved { .. } => matches!(phase, Phase::Parked | Phase::Failed),
    }
}

/// Things in the order of the plan's steps, with their places.
pub(crate) fn indexed<T>(items: &[T]) -> impl Iterator<Item = (StepIndex, &T)> {
    (0..).map(StepIndex).zip(items)
}
