//! What is stored: every step of a run is a fact, kept for good.
//!
//! A run *is* its events. They are written once and never changed, they are read back after a crash, and what people see of a
//! run is drawn from them. Names and meanings here are a promise: a kind is never renamed or reused, and a new version of the
//! format only adds (`docs/journal.md`).

use std::collections::BTreeSet;

use jiff::Timestamp;
use relance_model::{Environment, contact::Contact};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    failure::{Failure, Reason},
    identity::Region,
};

/// The version of the stored format. 2 added runs that are stopped, and the campaign of a run.
pub const EVENT_VERSION: u32 = 2;

/// A fact with its place in its run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its place: 1, 2, 3 …, without gaps.
    pub seq: u32,
    /// When it was written.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

/// Something that happened in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fact {
    /// The run began. Always the first, and only there.
    RunStarted(Box<RunStarted>),
    /// An outside call is about to be made: its intent. Written before anything leaves.
    AttemptStarted {
        /// The block.
        block: String,
        /// Which visit of the block, from 1: it grows only when a person retries a definite failure.
        visit: u32,
        /// Which attempt of the block, from 1, over all its visits.
        attempt: u32,
        /// The idempotency key: the same on every attempt of a visit.
        key: String,
    },
    /// The call came back without success.
    AttemptFailed {
        /// The block.
        block: String,
        /// What that says about its effect.
        failure: FailureClass,
        /// What went wrong.
        reason: Reason,
        /// When it is tried again. None: it is not, and the next event of the block says what became of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_at: Option<Timestamp>,
    },
    /// The process ended between the intent and its outcome: found when the run was taken up again.
    AttemptInterrupted {
        /// The block.
        block: String,
        /// When it is tried again. None: it is parked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_at: Option<Timestamp>,
    },
    /// The block did its work.
    BlockSucceeded {
        /// The block.
        block: String,
        /// What it gives to later blocks.
        output: Value,
    },
    /// The block did not do its work, and that is certain.
    BlockFailed {
        /// The block.
        block: String,
        /// Why.
        error: Reason,
    },
    /// Nobody knows whether the call took effect: a person decides.
    BlockParked {
        /// The block.
        block: String,
        /// What is known.
        reason: Reason,
    },
    /// No edge to the block was taken.
    BlockSkipped {
        /// The block.
        block: String,
    },
    /// A foreign block that the run goes through.
    BlockPassed {
        /// The block.
        block: String,
    },
    /// A person decided.
    BlockResolved {
        /// The block.
        block: String,
        /// What they decided.
        decision: Decision,
        /// Who.
        by: String,
        /// Blocks that had been skipped because of this one and wait for it again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reopened: Vec<String>,
    },
    /// Everything has settled.
    RunEnded {
        /// How it ended.
        status: EndStatus,
        /// Who stopped it, if it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
}

/// What a run depends on, fixed at its start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The run's id.
    pub run: String,
    /// The graph's name.
    pub graph: String,
    /// The graph's version: its content hash.
    pub hash: String,
    /// The document, by the hash of its bytes.
    pub document: String,
    /// The version of the planner that made the plan.
    pub planner: u32,
    /// The environment it was checked for.
    #[serde(with = "environment")]
    pub environment: Environment,
    /// The foreign block types that the run passes through.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub foreign_passes: BTreeSet<String>,
    /// The country assumed for phone numbers written without `+`.
    pub region: Region,
    /// The time zone in which dates are written: its IANA name.
    pub zone: String,
    /// The contact's id.
    pub contact_id: String,
    /// The contact, as it was.
    pub contact: Contact,
    /// The campaign it is part of, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
}

/// What a failed attempt says about its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureClass {
    /// Nothing happened at the other end.
    Retryable,
    /// It may have taken effect.
    Unknown,
    /// It was refused for good.
    Terminal,
}

impl From<&Failure> for FailureClass {
    fn from(failure: &Failure) -> FailureClass {
        match failure {
            Failure::Retryable(..) => FailureClass::Retryable,
            Failure::Unknown(..) => FailureClass::Unknown,
            Failure::Terminal(_) => FailureClass::Terminal,
        }
    }
}

/// What a person decides about a block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Decision {
    /// It took effect.
    Succeeded {
        /// What it gives to later blocks, if they know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<Value>,
    },
    /// It did not, and is given up.
    Failed,
    /// It is tried again.
    Retry,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndStatus {
    /// No failure was left unhandled.
    Succeeded,
    /// A block failed and no error edge was there to take.
    Failed,
    /// A person stopped it.
    Stopped,
}

impl Fact {
    /// The block it is about; the facts of the run itself have none.
    pub fn block(&self) -> Option<&str> {
        match self {
            Fact::RunStarted(_) | Fact::RunEnded { .. } => None,
            Fact::AttemptStarted { block, .. }
            | Fact::AttemptFailed { block, .. }
            | Fact::AttemptInterrupted { block, .. }
            | Fact::BlockSucceeded { block, .. }
            | Fact::BlockFailed { block, .. }
            | Fact::BlockParked { block, .. }
            | Fact::BlockSkipped { block }
            | Fact::BlockPassed { block }
            | Fact::BlockResolved { block, .. } => Some(block),
        }
    }
}

mod environment {
    use relance_model::Environment;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(it: &Environment, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(it.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Environment, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}
