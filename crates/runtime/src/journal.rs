//! Where runs are kept.
//!
//! A journal stores runs as events and performs the effects that live in the same database, both in one transaction. It
//! answers only once what it was given would survive a crash. Every append names the lease under which it is made, and is
//! refused when another process has taken the run since.
//!
//! There are two: [`MemoryJournal`] and [`SqliteJournal`]. What they do is written once, in `rules`; they differ in where
//! things lie.

mod campaign;
pub mod check;
mod lease;
mod memory;
mod rules;
mod sqlite;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use jiff::Timestamp;
use relance_model::contact::Contact;
use serde::{Deserialize, Serialize};

pub use campaign::{
    CampaignRow, Campaigns, MemberRow, MembersStarted, NewCampaign, Skipped, StartMembers,
    StartedRun, Tally, member_run,
};
pub use lease::{
    Appended, Claim, Claimed, Heartbeat, Holder, Lease, StopOrder, StopWhich, Stopping,
};
pub use memory::MemoryJournal;
pub use sqlite::{Backup, BackupError, SqliteJournal, Trial};

use crate::{
    event::{Event, Fact, RunStarted},
    identity::Person,
    local::{CrmRecord, LocalEffect, Task},
    port::BoxFuture,
    run::{RunRow, RunStatus},
};

/// The answer of a journal, later.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, JournalError>>;

/// Keeps runs.
pub trait Journal: Records {
    /// Starts a run, unless there is one already that it would be.
    fn start(&self, new: NewRun) -> Answer<'_, Started>;
    /// Takes a run that no process that lives carries out: older leases are void from now on.
    fn take<'a>(&'a self, run: &'a str, owner: &'a str, at: Timestamp) -> Answer<'a, Taken>;
    /// Stores what happened, and performs local effects, all or nothing.
    fn append<'a>(&'a self, lease: &'a Lease, batch: Batch) -> Answer<'a, Appended>;
    /// A process says that it lives, and hears which of its runs are to stop.
    fn heartbeat(&self, beat: Heartbeat) -> Answer<'_, Vec<String>>;
    /// A process gives its leases up: its runs may be taken at once.
    fn retire<'a>(&'a self, owner: &'a str, at: Timestamp) -> Answer<'a, ()>;
    /// Gives a process runs to carry on: those of processes that are gone, and those whose time has come.
    fn claim(&self, claim: Claim) -> Answer<'_, Claimed>;
    /// Wants runs to stop: nothing of them begins once this is answered.
    fn stop(&self, order: StopOrder) -> Answer<'_, Stopping>;
    /// The bytes of a document, by their hash.
    fn document<'a>(&'a self, hash: &'a str) -> Answer<'a, Option<Vec<u8>>>;
}

/// What people look up and change beside runs.
pub trait Records: Send + Sync {
    /// Runs, the newest first.
    fn runs(&self, filter: RunFilter) -> Answer<'_, Vec<RunRow>>;
    /// One run.
    fn run<'a>(&'a self, run: &'a str) -> Answer<'a, Option<RunRow>>;
    /// The events of a run, in order, after that place (0: all).
    fn events<'a>(&'a self, run: &'a str, after: u32) -> Answer<'a, Vec<Event>>;
    /// Tasks, the oldest first.
    fn tasks(&self, filter: TaskFilter) -> Answer<'_, Vec<Task>>;
    /// Marks a task as done. None: there is no such task. A task that was done stays as it is.
    fn finish_task<'a>(&'a self, id: &'a str, at: Timestamp) -> Answer<'a, Option<Task>>;
    /// Stores contacts, all or nothing; one that is known is replaced, and keeps its tags and its opt-out.
    fn import(&self, people: Vec<Person>, at: Timestamp) -> Answer<'_, Imported>;
    /// Contacts, in the order of their ids.
    fn contacts(&self, filter: ContactFilter) -> Answer<'_, Vec<ContactRow>>;
    /// One contact.
    fn contact<'a>(&'a self, id: &'a str) -> Answer<'a, Option<ContactRow>>;
    /// From now on no outside call is made for this person. What is still in flight: see [`Records::open_calls`].
    fn opt_out(&self, person: Person, at: Timestamp) -> Answer<'_, ()>;
    /// Calls for a contact whose intent is stored and whose outcome is not.
    fn open_calls<'a>(&'a self, contact: &'a str) -> Answer<'a, Vec<OpenCall>>;
    /// The records of the embedded CRM, in the order of their creation.
    fn crm_records(&self) -> Answer<'_, Vec<CrmRecord>>;
}

/// A run to start.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// Its first event.
    pub started: RunStarted,
    /// Its contact.
    pub person: Arc<Person>,
    /// The document's bytes.
    pub document: Arc<[u8]>,
    /// Who carries it out.
    pub owner: Arc<str>,
    /// When it starts.
    pub at: Timestamp,
}

/// What a start came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Started {
    /// A new run, and its first event.
    New(Lease, Box<Event>),
    /// There is one: of that id, or an active one of that graph and contact.
    Known(RunRow),
}

/// A run that was taken, with all that happened in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The right to carry it out.
    pub lease: Lease,
    /// Where it stands.
    pub row: RunRow,
    /// Its events.
    pub events: Vec<Event>,
}

/// What is stored together.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The time of it.
    pub at: Timestamp,
    /// What happened, in order.
    pub entries: Vec<Entry>,
    /// Where the run comes to rest, if it does: the lease ends with it.
    pub rest: Option<Rest>,
}

/// One thing to store: it becomes one event.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A fact.
    Fact(Fact),
    /// The intent of an outside call. It becomes the block's failure if the contact has opted out.
    Intent {
        /// The block.
        block: String,
        /// Which visit.
        visit: u32,
        /// Which attempt.
        attempt: u32,
        /// The idempotency key.
        key: String,
        /// Whether an opt-out forbids it.
        personal: bool,
    },
    /// An effect to perform. It becomes the block's success, or its failure.
    Local {
        /// The block.
        block: String,
        /// The idempotency key.
        key: String,
        /// The effect.
        effect: LocalEffect,
    },
}

/// Where a run comes to rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// Its status from now on.
    pub status: RunStatus,
    /// When it wants to go on.
    pub wake_at: Option<Timestamp>,
}

/// Which runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunFilter {
    /// Of these statuses; empty: any.
    pub statuses: Vec<RunStatus>,
    /// Of this contact.
    pub contact: Option<String>,
    /// Of this graph, by name.
    pub graph: Option<String>,
    /// Of this campaign, by name.
    pub campaign: Option<String>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Which tasks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskFilter {
    /// Those that were done too.
    pub done: bool,
    /// Of this contact.
    pub contact: Option<String>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Which contacts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactFilter {
    /// With this tag.
    pub tag: Option<String>,
    /// After this id: the next page.
    pub after: Option<String>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// A contact, as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContactRow {
    /// The contact, with its tags.
    #[serde(flatten)]
    pub contact: Contact,
    /// When each tag was put.
    pub tagged_at: BTreeMap<String, Timestamp>,
    /// When it opted out.
    pub opted_out_at: Option<Timestamp>,
}

/// What an import came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Contacts that were not known.
    pub added: u64,
    /// Contacts that were.
    pub updated: u64,
}

/// A call in flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCall {
    /// The run.
    pub run: String,
    /// The block.
    pub block: String,
}

/// Why the journal did not do what it was asked. Nothing was half-written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// The file is there and is no SQLite database.
    #[error("`{}` is not a database", .0.display())]
    NotADatabase(PathBuf),
    /// The file is a database of another program.
    #[error("`{}` is a database of another program", .0.display())]
    NotOurs(PathBuf),
    /// The file is damaged.
    #[error("the database `{}` is damaged: restore it from a copy", .0.display())]
    Corrupt(PathBuf),
    /// Another process kept the file locked for too long.
    #[error("the database `{}` is locked by another program: try again when it has finished", .0.display())]
    Locked(PathBuf),
    /// The disk is full.
    #[error("the disk of `{}` is full: free some space and try again", .0.display())]
    Full(PathBuf),
    /// The file, or its folder, cannot be written.
    #[error("the database `{}` cannot be written: check the rights of the file and of its folder", .0.display())]
    ReadOnly(PathBuf),
    /// The file cannot be opened.
    #[error("the database `{}` cannot be opened: check that its folder exists and may be read", .0.display())]
    CannotOpen(PathBuf),
    /// The file was written by a newer version.
    #[error("the database `{}` has format {found}, and this program knows formats up to {known}: use a newer version", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest one known here.
        known: i64,
    },
    /// The disk or SQLite failed in another way.
    #[error("the database `{}` failed: {message}", path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        message: String,
    },
    /// What was stored cannot be understood.
    #[error("the stored {what} cannot be read: {why}")]
    Unreadable {
        /// What.
        what: String,
        /// Why.
        why: String,
    },
    /// Another process took the run.
    #[error("the run `{0}` is carried out by another process now")]
    LeaseLost(String),
    /// A process that lives carries the run out.
    #[error("the run `{run}` is being carried out by {}", process(*holder))]
    Held {
        /// The run.
        run: String,
        /// The process.
        holder: Holder,
    },
    /// No such run.
    #[error("there is no run `{0}`")]
    UnknownRun(String),
    /// No such campaign.
    #[error("there is no campaign `{0}`")]
    UnknownCampaign(String),
    /// That name belongs to a campaign of another graph.
    #[error("the campaign `{campaign}` exists already, with another {differs}")]
    OtherCampaign {
        /// The campaign.
        campaign: String,
        /// What differs: `graph`, `version of the graph` or `environment`.
        differs: &'static str,
    },
    /// That run id belongs to another graph or contact.
    #[error("the run `{run}` exists already, with another {differs}")]
    OtherRun {
        /// The run.
        run: String,
        /// What differs: `graph`, `version of the graph` or `contact`.
        differs: &'static str,
    },
    /// Another run of the same graph and contact is active.
    #[error("the run `{0}` of the same graph and contact is active")]
    AnotherActive(String),
    /// The journal was closed.
    #[error("the journal is closed")]
    Closed,
}

fn process(holder: Holder) -> String {
    holder.pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}

/// What the events of a run begin with: its start.
pub(crate) fn started<'e>(run: &str, events: &'e [Event]) -> Result<&'e RunStarted, JournalError> {
    if let Some(Fact::RunStarted(started)) = events.first().map(|event| &event.fact) {
        return Ok(started);
    }
    let why = "its first event is not its start".to_owned();
    Err(JournalError::Unreadable { what: format!("run `{run}`"), why })
}

/// The calls of a run whose intent is the last that is known of their block.
fn open_calls<'f>(run: &str, facts: impl Iterator<Item = &'f Fact>) -> Vec<OpenCall> {
    let mut open: BTreeMap<&str, bool> = BTreeMap::new();
    for fact in facts {
        if let Some(block) = fact.block() {
            open.insert(block, matches!(fact, Fact::AttemptStarted { .. }));
        }
    }
    let call = |block: &str| OpenCall { run: run.to_owned(), block: block.to_owned() };
    open.into_iter().filter(|(_, open)| *open).map(|(block, _)| call(block)).collect()
}
