//! What a journal does, written once over the shelves that each kind of journal provides.
//!
//! Every function here runs inside one transaction, and looks before it writes: when it refuses, it has written nothing.

mod campaign;
mod lease;
mod stop;

use std::sync::Arc;

use jiff::Timestamp;

use super::{Appended, Batch, Entry, Imported, JournalError, Lease, NewRun, Rest, Started};
use crate::{
    event::{Event, Fact, RunStarted},
    failure::Reason,
    identity::Person,
    local::{self, Asked, Shelves},
    run::{RunRow, RunStatus, StopWish},
};
pub(super) use campaign::{Members, add_members, open_campaign, start_members};
pub(super) use lease::{Processes, claim, heartbeat, retire, take};
pub(super) use stop::{Wishes, stop};

/// A journal's shelves, inside a transaction.
pub(super) trait Store: Shelves + Processes + Wishes + Members {
    fn run(&mut self, run: &str) -> Result<Option<RunRow>, JournalError>;
    fn active_run(&mut self, graph: &str, contact: &str) -> Result<Option<RunRow>, JournalError>;
    fn put_run(&mut self, row: &RunRow, owner: &str) -> Result<(), JournalError>;
    fn head(&mut self, run: &str) -> Result<Option<Head>, JournalError>;
    /// Somebody carries the run out from now on.
    fn occupy(&mut self, run: &str, tenant: Tenant<'_>) -> Result<(), JournalError>;
    /// Nobody carries the run out any more.
    fn rest(&mut self, run: &str, rest: Rest, at: Timestamp) -> Result<(), JournalError>;
    fn events(&mut self, run: &str, after: u32) -> Result<Vec<Event>, JournalError>;
    fn put_event(&mut self, run: &str, event: &Event) -> Result<(), JournalError>;
    fn put_document(&mut self, hash: &str, bytes: &Arc<[u8]>) -> Result<(), JournalError>;
    /// Stores a contact without its tags; says whether it was new.
    fn put_contact(&mut self, person: &Person, at: Timestamp) -> Result<bool, JournalError>;
    /// Notes the opt-out of a contact, known or not.
    fn opt_out(&mut self, person: &Person, at: Timestamp) -> Result<(), JournalError>;
    fn has_opted_out(&mut self, person: &Person) -> Result<bool, JournalError>;
}

/// What an append has to know of its run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// Who carries it out; nobody while it rests.
    pub(super) owner: Option<String>,
    pub(super) epoch: u32,
    pub(super) last_seq: u32,
    pub(super) stop: Option<StopWish>,
}

/// Who carries a run out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tenant<'a> {
    pub(super) owner: &'a str,
    pub(super) epoch: u32,
    pub(super) status: RunStatus,
}

/// Starts a run, or finds the one that it would be.
pub(super) fn start(store: &mut impl Store, new: NewRun) -> Result<Started, JournalError> {
    let NewRun { started, person, document, owner, at } = new;
    if let Some(row) = store.run(&started.run)? {
        let differs = [
            (row.graph != started.graph, "graph"),
            (row.contact != started.contact_id, "contact"),
            (row.hash != started.hash, "version of the graph"),
        ];
        return match differs.into_iter().find(|(differs, _)| *differs) {
            Some((_, differs)) => Err(JournalError::OtherRun { run: row.id, differs }),
            None => Ok(Started::Known(row)),
        };
    }
    if let Some(row) = store.active_run(&started.graph, &started.contact_id)? {
        return Ok(Started::Known(row));
    }
    store.put_document(&started.document, &document)?;
    store.ensure_process(&owner, lease::GONE)?;
    let (lease, _, event) = begin(store, Box::new(started), person, owner, at)?;
    Ok(Started::New(lease, Box::new(event)))
}

/// Stores a run that nothing stands against: its contact, its row and its first event.
fn begin(
    store: &mut impl Store,
    started: Box<RunStarted>,
    person: Arc<Person>,
    owner: Arc<str>,
    at: Timestamp,
) -> Result<(Lease, RunRow, Event), JournalError> {
    let row = RunRow::new(&started, at);
    put_person(store, &person, at)?;
    store.put_run(&row, &owner)?;
    let event = Event { seq: 1, at, fact: Fact::RunStarted(started) };
    store.put_event(&row.id, &event)?;
    let lease = Lease { run: row.id.as_str().into(), owner, epoch: 1, person };
    Ok((lease, row, event))
}

/// Stores what happened in a run. Under a wish to stop nothing begins: what has happened is stored, and a run that would rest
/// ends instead.
pub(super) fn append(
    store: &mut impl Store,
    lease: &Lease,
    batch: Batch,
) -> Result<Appended, JournalError> {
    let run = &*lease.run;
    let head = store.head(run)?.ok_or_else(|| JournalError::UnknownRun(run.to_owned()))?;
    if head.owner.as_deref() != Some(&*lease.owner) || head.epoch != lease.epoch {
        return Err(JournalError::LeaseLost(run.to_owned()));
    }
    let Batch { at, mut entries, rest } = batch;
    let mut rest = rest.map(|rest| timed(rest, at));
    if let Some(stop) = &head.stop {
        entries.retain(|entry| !begins(entry));
        if let Some(rest) = rest.as_mut().filter(|rest| rest.status.is_active()) {
            *rest = Rest { status: RunStatus::Stopped, wake_at: None };
            let events = store.events(run, 0)?;
            let noted = entries.iter().filter_map(|entry| match entry {
                Entry::Fact(fact) => Some(fact),
                Entry::Intent { .. } | Entry::Local { .. } => None,
            });
            let facts = events.iter().map(|event| &event.fact).chain(noted);
            let last = stop::last_facts(run, facts, &stop.by);
            entries.extend(last.into_iter().map(Entry::Fact));
        }
    }
    if let Some(rest) = rest {
        allow(store, run, rest)?;
    }
    let mut events = Vec::with_capacity(entries.len());
    for (seq, entry) in (head.last_seq + 1..).zip(entries) {
        let fact = fact_of(store, lease, at, entry)?;
        let event = Event { seq, at, fact };
        store.put_event(run, &event)?;
        events.push(event);
    }
    if let Some(rest) = rest {
        store.rest(run, rest, at)?;
    }
    Ok(Appended { events, rest, stop: head.stop })
}

/// Whether storing it begins something.
fn begins(entry: &Entry) -> bool {
    match entry {
        Entry::Intent { .. } | Entry::Local { .. } => true,
        Entry::Fact(_) => false,
    }
}

/// A run that waits for no time in particular is due at once: it must be found again.
fn timed(rest: Rest, at: Timestamp) -> Rest {
    match rest.status {
        RunStatus::Waiting => Rest { wake_at: rest.wake_at.or(Some(at)), ..rest },
        RunStatus::Running
        | RunStatus::Parked
        | RunStatus::Succeeded
        | RunStatus::Failed
        | RunStatus::Stopped => rest,
    }
}

/// Stores contacts with the tags they bring.
pub(super) fn import(
    store: &mut impl Store,
    people: &[Person],
    at: Timestamp,
) -> Result<Imported, JournalError> {
    let mut imported = Imported::default();
    for person in people {
        if put_person(store, person, at)? {
            imported.added += 1;
        } else {
            imported.updated += 1;
        }
    }
    Ok(imported)
}

/// What an entry becomes, now that the transaction can see.
fn fact_of(
    store: &mut impl Store,
    lease: &Lease,
    at: Timestamp,
    entry: Entry,
) -> Result<Fact, JournalError> {
    match entry {
        Entry::Fact(fact) => Ok(fact),
        Entry::Intent { block, visit, attempt, key, personal } => {
            if personal && store.has_opted_out(&lease.person)? {
                let message = "the contact has opted out: nothing is sent";
                let error = Reason::new("contact-opted-out", message);
                return Ok(Fact::BlockFailed { block, error });
            }
            Ok(Fact::AttemptStarted { block, visit, attempt, key })
        }
        Entry::Local { block, key, effect } => {
            let asked =
                Asked { run: &lease.run, block: &block, key: &key, person: &lease.person, at };
            Ok(match local::perform(store, asked, &effect)? {
                Ok(output) => Fact::BlockSucceeded { block, output },
                Err(error) => Fact::BlockFailed { block, error },
            })
        }
    }
}

/// A run that had ended may become active again only while no other run of its graph and contact is.
fn allow(store: &mut impl Store, run: &str, rest: Rest) -> Result<(), JournalError> {
    if !rest.status.is_active() {
        return Ok(());
    }
    let Some(row) = store.run(run)?.filter(|row| !row.status.is_active()) else { return Ok(()) };
    match store.active_run(&row.graph, &row.contact)? {
        Some(other) => Err(JournalError::AnotherActive(other.id)),
        None => Ok(()),
    }
}

fn put_person(
    store: &mut impl Store,
    person: &Person,
    at: Timestamp,
) -> Result<bool, JournalError> {
    let new = store.put_contact(person, at)?;
    for tag in &person.contact.tags {
        store.put_tag(&person.id, tag, at)?;
    }
    Ok(new)
}
