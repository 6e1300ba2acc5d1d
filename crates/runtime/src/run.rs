//! A run, seen from outside: its id, where it stands, and what can be told of it.

use std::{
    fmt,
    hash::{BuildHasher, Hasher, RandomState},
    str::FromStr,
    sync::Arc,
};

use jiff::Timestamp;
use relance_model::Environment;
use relance_validator::{Plan, plan::Step};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    event::{EndStatus, RunStarted},
    failure::Reason,
    history::{BlockState, History, Phase, indexed},
};

/// A checked graph file, ready to be run any number of times.
#[derive(Debug, Clone)]
pub struct GraphFile {
    /// Its name: at most one active run has the same name and contact.
    pub name: Arc<str>,
    /// What it means.
    pub plan: Arc<Plan>,
    /// Its bytes, stored once.
    pub bytes: Arc<[u8]>,
    /// The hash of its bytes.
    pub bytes_hash: Arc<str>,
}

impl GraphFile {
    /// A file and the plan that was made of it.
    pub fn new(name: &str, bytes: &[u8], plan: Plan) -> GraphFile {
        GraphFile {
            name: name.into(),
            plan: Arc::new(plan),
            bytes: bytes.into(),
            bytes_hash: document_hash(bytes).into(),
        }
    }
}

/// The hash by which a document is stored.
pub fn document_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunStatus {
    /// It is being carried out, or was when its process ended.
    Running,
    /// It waits for the time of a retry.
    Waiting,
    /// It waits for a person.
    Parked,
    /// It ended, and no failure was left unhandled.
    Succeeded,
    /// It ended with an unhandled failure.
    Failed,
    /// It ended because a person stopped it.
    Stopped,
}

impl RunStatus {
    /// Every status.
    pub const ALL: [RunStatus; 6] = [
        RunStatus::Running,
        RunStatus::Waiting,
        RunStatus::Parked,
        RunStatus::Succeeded,
        RunStatus::Failed,
        RunStatus::Stopped,
    ];

    /// The word in the journal and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            RunStatus::Running => "running",
            RunStatus::Waiting => "waiting",
            RunStatus::Parked => "parked",
            RunStatus::Succeeded => "succeeded",
            RunStatus::Failed => "failed",
            RunStatus::Stopped => "stopped",
        }
    }

    /// Whether the run may still go on by itself or by a person's decision.
    pub fn is_active(self) -> bool {
        match self {
            RunStatus::Running | RunStatus::Waiting | RunStatus::Parked => true,
            RunStatus::Succeeded | RunStatus::Failed | RunStatus::Stopped => false,
        }
    }
}

impl RunStatus {
    /// How a run of this status ended, if it did.
    pub(crate) fn end(self) -> Option<EndStatus> {
        match self {
            RunStatus::Succeeded => Some(EndStatus::Succeeded),
            RunStatus::Failed => Some(EndStatus::Failed),
            RunStatus::Stopped => Some(EndStatus::Stopped),
            RunStatus::Running | RunStatus::Waiting | RunStatus::Parked => None,
        }
    }
}

impl From<EndStatus> for RunStatus {
    fn from(status: EndStatus) -> RunStatus {
        match status {
            EndStatus::Succeeded => RunStatus::Succeeded,
            EndStatus::Failed => RunStatus::Failed,
            EndStatus::Stopped => RunStatus::Stopped,
        }
    }
}

impl FromStr for RunStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<RunStatus, UnknownStatus> {
        let found = RunStatus::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a status: write running, waiting, parked, succeeded, failed or stopped")]
pub struct UnknownStatus(pub String);

/// A run, in a line.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub status: RunStatus,
    /// The graph's name.
    pub graph: String,
    /// The graph's version.
    pub hash: String,
    /// The document's hash.
    pub document: String,
    /// The planner's version.
    pub planner: u32,
    /// The environment.
    pub environment: Environment,
    /// The contact's id.
    pub contact: String,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When it wants to go on, if it waits for a time.
    pub wake_at: Option<Timestamp>,
    /// The campaign it is part of, by name.
    pub campaign: Option<String>,
    /// Whoever wanted it to stop.
    pub stop: Option<StopWish>,
}

/// A person's wish that a run ends. Nothing of the run begins once it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopWish {
    /// Since when.
    pub at: Timestamp,
    /// Who.
    pub by: String,
}

impl RunRow {
    /// The row of a run that starts now.
    pub(crate) fn new(started: &RunStarted, at: Timestamp) -> RunRow {
        RunRow {
            id: started.run.clone(),
            status: RunStatus::Running,
            graph: started.graph.clone(),
            hash: started.hash.clone(),
            document: started.document.clone(),
            planner: started.planner,
            environment: started.environment,
            contact: started.contact_id.clone(),
            started_at: at,
            ended_at: None,
            wake_at: None,
            campaign: started.campaign.clone(),
            stop: None,
        }
    }
}

/// All that can be told of a run: what `run --format json` and `show` print.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The run.
    pub run: RunReport,
    /// Its blocks, in block-id order.
    pub blocks: Vec<BlockReport>,
}

/// The run's part of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunReport {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub status: RunStatus,
    /// Its graph.
    pub graph: GraphReport,
    /// The contact's id.
    pub contact: String,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When it wants to go on, if it waits for a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wake_at: Option<Timestamp>,
    /// The campaign it is part of, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// Whoever wanted it to stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<StopWish>,
}

impl RunReport {
    /// Draws it from the run's row.
    pub fn new(row: &RunRow) -> RunReport {
        RunReport {
            id: row.id.clone(),
            status: row.status,
            graph: GraphReport { name: row.graph.clone(), hash: row.hash.clone() },
            contact: row.contact.clone(),
            started_at: row.started_at,
            ended_at: row.ended_at,
            wake_at: row.wake_at,
            campaign: row.campaign.clone(),
            stop: row.stop.clone(),
        }
    }
}

/// The graph's part of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GraphReport {
    /// Its name.
    pub name: String,
    /// Its version.
    pub hash: String,
}

/// A block's part of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BlockReport {
    /// Its id.
    pub id: String,
    /// Its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its action; a foreign block has none.
    pub action: Option<&'static str>,
    /// Where it stands.
    pub status: BlockStatus,
    /// How often it was tried.
    pub attempts: u32,
    /// What it gave, if it succeeded.
    pub output: Option<Value>,
    /// What went wrong, if it failed, waits or is parked.
    pub error: Option<Reason>,
}

/// Where a block stands, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockStatus {
    /// Nothing happened yet.
    Pending,
    /// A call is in flight, or was when its process ended.
    Running,
    /// It is tried again later.
    Waiting,
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

impl From<Phase> for BlockStatus {
    fn from(phase: Phase) -> BlockStatus {
        match phase {
            Phase::Untouched => BlockStatus::Pending,
            Phase::Running => BlockStatus::Running,
            Phase::Waiting(_) => BlockStatus::Waiting,
            Phase::Parked => BlockStatus::Parked,
            Phase::Succeeded => BlockStatus::Succeeded,
            Phase::Failed => BlockStatus::Failed,
            Phase::Skipped => BlockStatus::Skipped,
            Phase::Passed => BlockStatus::Passed,
        }
    }
}

impl Report {
    /// Draws the report of a run.
    pub fn new(row: &RunRow, plan: &Plan, history: &History) -> Report {
        let block = |(index, step)| Some(block_report(step, history.state(index)?));
        Report {
            run: RunReport::new(row),
            blocks: indexed(plan.steps()).filter_map(block).collect(),
        }
    }
}

fn block_report(step: &Step, state: &BlockState) -> BlockReport {
    let succeeded = state.phase == Phase::Succeeded;
    BlockReport {
        id: step.id.as_str().to_owned(),
        label: step.label.clone(),
        action: step.effect.kind().map(relance_model::ActionKind::as_str),
        status: state.phase.into(),
        attempts: state.attempts,
        output: state.output.clone().filter(|_| succeeded),
        error: state.reason.clone().filter(|_| !succeeded),
    }
}

/// A new id of a run: its time, so that ids sort, and chance.
pub fn new_run_id(at: Timestamp) -> String {
    let chance = random_word() & 0xFFFF_FFFF_FFFF;
    format!("{}-{chance:012x}", at.strftime("%Y%m%dT%H%M%S"))
}

/// A word for a process that carries out runs.
pub fn new_owner() -> String {
    format!("{:016x}", random_word())
}

/// What is wrong with a run id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be a run id: write 1 to 200 letters, digits or signs, without white space")]
pub struct BadRunId(pub String);

/// Checks a run id that was given.
pub fn check_run_id(text: &str) -> Result<(), BadRunId> {
    let good = !text.is_empty()
        && text.chars().count() <= 200
        && !text.chars().any(|char| char.is_whitespace() || char.is_control());
    if good { Ok(()) } else { Err(BadRunId(text.to_owned())) }
}

/// Sixty-four bits that no other process is likely to draw: the seed that the standard library takes from the system.
fn random_word() -> u64 {
    RandomState::new().build_hasher().finish()
}
