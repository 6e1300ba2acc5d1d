//! Campaigns: one graph for many contacts.
//!
//! Members are rows until their turn comes: a run and its first event are written when somebody is there to carry it out, so
//! that a list of any length costs what its lines hold. Which run a member becomes follows from campaign and contact, so that
//! giving the same list again adds only what is missing, and nobody is followed up twice.

use std::sync::Arc;

use jiff::Timestamp;
use relance_model::contact::Contact;
use serde::Serialize;

use super::{Answer, Journal, Lease};
use crate::{
    event::{Event, RunStarted},
    identity::{Named, Person},
    run::{RunRow, RunStatus, StopWish},
};

/// Keeps campaigns.
pub trait Campaigns: Journal {
    /// Opens a campaign for a list to be read, or finds it again. It is an error if one of that name has another graph, or another version of it.
    fn open_campaign(&self, new: NewCampaign) -> Answer<'_, CampaignRow>;
    /// Adds members, all or nothing; says how many were new. One that is known stays as it is.
    fn add_members<'a>(&'a self, campaign: &'a str, people: Vec<Named>) -> Answer<'a, u32>;
    /// Notes that a list was read to its end.
    fn end_list<'a>(&'a self, campaign: &'a str, at: Timestamp) -> Answer<'a, ()>;
    /// Starts the runs of the next members, in the order of their list. No two processes get the same.
    fn start_members(&self, start: StartMembers) -> Answer<'_, MembersStarted>;
    /// All campaigns, the newest first.
    fn campaigns(&self) -> Answer<'_, Vec<CampaignRow>>;
    /// One campaign.
    fn campaign<'a>(&'a self, name: &'a str) -> Answer<'a, Option<CampaignRow>>;
    /// How its members stand.
    fn tally<'a>(&'a self, campaign: &'a str) -> Answer<'a, Tally>;
    /// Members in the order of their list, after that position (0: from the beginning).
    fn members<'a>(
        &'a self,
        campaign: &'a str,
        after: u32,
        limit: u32,
    ) -> Answer<'a, Vec<MemberRow>>;
}

/// A campaign to open.
#[derive(Debug, Clone)]
pub struct NewCampaign {
    /// Its name.
    pub name: String,
    /// What all its runs begin with: a first event without run and contact.
    pub started: RunStarted,
    /// The bytes of the graph's document.
    pub document: Arc<[u8]>,
    /// When.
    pub at: Timestamp,
}

/// A campaign, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignRow {
    /// Its name.
    pub name: String,
    /// What all its runs begin with.
    pub started: RunStarted,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When its list had been read to the end.
    pub imported_at: Option<Timestamp>,
    /// How many members it has.
    pub members: u32,
    /// The position of the first member that was not started: they count from 1.
    pub next: u32,
    /// Whoever wanted it to stop.
    pub stop: Option<StopWish>,
}

/// Which members to start.
#[derive(Debug, Clone)]
pub struct StartMembers {
    /// The campaign, by name.
    pub campaign: Arc<str>,
    /// Who carries their runs out.
    pub owner: Arc<str>,
    /// At most so many.
    pub limit: u32,
    /// Now.
    pub at: Timestamp,
}

/// What a start of members came to.
#[derive(Debug, Clone, Default)]
pub struct MembersStarted {
    /// Their runs.
    pub runs: Vec<StartedRun>,
    /// Whether there may be more to start.
    pub more: bool,
}

/// A run that has just begun.
#[derive(Debug, Clone)]
pub struct StartedRun {
    /// The right to carry it out.
    pub lease: Lease,
    /// Where it stands.
    pub row: RunRow,
    /// What it begins with.
    pub started: Box<RunStarted>,
    /// The same, as it was stored.
    pub event: Event,
}

/// Why a member has no run of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skipped {
    /// The contact wants no messages.
    OptedOut,
    /// Another run of the graph was active for the contact.
    AlreadyActive,
}

impl Skipped {
    /// The word in the journal and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Skipped::OptedOut => "opted-out",
            Skipped::AlreadyActive => "already-active",
        }
    }

    pub(super) fn of(word: &str) -> Option<Skipped> {
        [Skipped::OptedOut, Skipped::AlreadyActive].into_iter().find(|it| it.as_str() == word)
    }
}

/// A member, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberRow {
    /// Its place in the list, from 1.
    pub position: u32,
    /// The contact, by its id.
    pub contact: String,
    /// Its run, or the one that was active in its stead.
    pub run: Option<RunRow>,
    /// Why it has no run of its own.
    pub skipped: Option<Skipped>,
}

/// How the members of a campaign stand: each counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// They have not been started.
    pub pending: u32,
    /// Their runs are being carried out, or were when their process ended.
    pub running: u32,
    /// Their runs wait for the time of a retry.
    pub waiting: u32,
    /// Their runs wait for a person.
    pub parked: u32,
    /// Their runs ended well.
    pub succeeded: u32,
    /// Their runs ended with a failure.
    pub failed: u32,
    /// Their runs were stopped.
    pub stopped: u32,
    /// They want no messages: they were not started.
    pub opted_out: u32,
    /// Another run of the graph was active for them: they were not started.
    pub already_active: u32,
}

impl Tally {
    /// How many there are.
    pub fn members(&self) -> u32 {
        let Tally { pending, running, waiting, .. } = self;
        pending + running + waiting + self.settled()
    }

    /// How many need nothing more from this program.
    pub fn settled(&self) -> u32 {
        let Tally { parked, succeeded, failed, stopped, opted_out, already_active, .. } = self;
        parked + succeeded + failed + stopped + opted_out + already_active
    }

    pub(super) fn count(&mut self, status: RunStatus, runs: u32) {
        let place = match status {
            RunStatus::Running => &mut self.running,
            RunStatus::Waiting => &mut self.waiting,
            RunStatus::Parked => &mut self.parked,
            RunStatus::Succeeded => &mut self.succeeded,
            RunStatus::Failed => &mut self.failed,
            RunStatus::Stopped => &mut self.stopped,
        };
        *place += runs;
    }

    pub(super) fn skip(&mut self, why: Skipped, members: u32) {
        match why {
            Skipped::OptedOut => self.opted_out += members,
            Skipped::AlreadyActive => self.already_active += members,
        }
    }
}

/// The run of a contact in a campaign: the same whenever and wherever it is asked for.
pub fn member_run(campaign: &str, contact: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&u64::try_from(campaign.len()).unwrap_or(u64::MAX).to_le_bytes());
    hasher.update(campaign.as_bytes());
    hasher.update(contact.as_bytes());
    hasher.finalize().to_hex().chars().take(RUN_ID).collect()
}

/// Enough digits for the runs of every campaign that one database will see.
const RUN_ID: usize = 24;

/// What a stored campaign says of a member's first event.
pub(super) fn first_event(campaign: &CampaignRow, contact: Person) -> (RunStarted, Arc<Person>) {
    let run = member_run(&campaign.name, &contact.id);
    let person = Arc::new(contact);
    let started = RunStarted {
        run,
        contact_id: person.id.clone(),
        contact: Contact::clone(&person.contact),
        campaign: Some(campaign.name.clone()),
        ..campaign.started.clone()
    };
    (started, person)
}
