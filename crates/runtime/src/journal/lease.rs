//! Who carries runs out, and until when: processes, their leases, and wishes that runs stop.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{JournalError, Taken};
use crate::{
    event::Event,
    identity::Person,
    run::{RunStatus, StopWish},
};

/// The right to carry out a run, until somebody else takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Lease {
    /// The run.
    pub run: Arc<str>,
    /// Who has it.
    pub owner: Arc<str>,
    /// How often the run was taken.
    pub epoch: u32,
    /// The contact.
    pub person: Arc<Person>,
}

/// A process says that it lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heartbeat {
    /// The process, as runs name it.
    pub owner: Arc<str>,
    /// The process, as the system names it.
    pub pid: u32,
    /// Now.
    pub at: Timestamp,
    /// Its runs are its own until then.
    pub until: Timestamp,
}

/// Who holds a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The process, as the system names it.
    pub pid: Option<u32>,
    /// Until when its runs are its own, unless it says again that it lives.
    pub until: Timestamp,
}

/// Which runs a process would carry on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The process.
    pub owner: Arc<str>,
    /// Now.
    pub at: Timestamp,
    /// At most so many.
    pub limit: u32,
    /// Of this campaign, by name; none: any.
    pub campaign: Option<String>,
}

/// What a process was given to carry on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Claimed {
    /// Runs of processes that are gone, then those whose time has come, the longest due first.
    pub runs: Vec<Taken>,
    /// Runs that cannot be read: they wait for a person from now on, so that they hold nobody up.
    pub unreadable: Vec<(String, JournalError)>,
    /// When the next of those that wait is due; never later than that something was left over.
    pub next: Option<Timestamp>,
}

/// What an append came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Appended {
    /// The events as they were stored, one for each entry, in order. Under a wish to stop those that would have begun something
    /// are left out.
    pub events: Vec<Event>,
    /// Where the run came to rest, if it did.
    pub rest: Option<super::Rest>,
    /// The wish that it stops.
    pub stop: Option<StopWish>,
}

/// A person wants runs to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopOrder {
    /// Which.
    pub which: StopWhich,
    /// The wish.
    pub wish: StopWish,
    /// At most so many at once.
    pub limit: u32,
}

/// Which runs are to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopWhich {
    /// That one.
    Run(String),
    /// All of that contact, by its id.
    Contact(String),
    /// All of that campaign, by its name; those of its members that have none get none.
    Campaign(String),
}

/// What became of a wish that runs stop. Nothing of them begins any more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stopping {
    /// Runs that nobody carried out: they have ended.
    pub ended: Vec<String>,
    /// Runs that a process carries out: they end when their calls have come back.
    pub pending: Vec<(String, Holder)>,
    /// Of one run that was named: it had ended before.
    pub over: Option<RunStatus>,
    /// There may be more: ask again.
    pub more: bool,
}
