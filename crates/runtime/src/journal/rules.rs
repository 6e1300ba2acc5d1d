//! What a journal does, written once over the shelves that each kind of journal provides.
//!
//! Every function here runs inside one transaction, and looks before it writes: when it refuses, it has written nothing.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Batch, Entry, Imported, JournalError, Lease, NewRun, Rest, Started, Taken};
use crate::{
    event::{Event, Fact},
    failure::Reason,
    identity::{Person, identify},
    local::{self, Asked, Shelves},
    run::{RunRow, RunStatus, started},
};

/// A journal's shelves, inside a transaction.
pub(super) trait Store: Shelves {
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
    let row = RunRow::new(&started, at);
    put_person(store, &person, at)?;
    store.put_document(&row.document, &document)?;
    store.put_run(&row, &owner)?;
    let event = Event { seq: 1, at, fact: Fact::RunStarted(Box::new(started)) };
    store.put_event(&row.id, &event)?;
    let lease = Lease { run: row.id.as_str().into(), owner, epoch: 1, person };
    Ok(Started::New(lease, Box::new(event)))
}

/// Takes a run over. One that has ended stays so.
pub(super) fn take(store: &mut impl Store, run: &str, owner: &str) -> Result<Taken, JournalError> {
    let unknown = || JournalError::UnknownRun(run.to_owned());
    let mut row = store.run(run)?.ok_or_else(unknown)?;
    let head = store.head(run)?.ok_or_else(unknown)?;
    let events = store.events(run, 0)?;
    let unreadable = |why: String| JournalError::Unreadable { what: format!("run `{run}`"), why };
    let Some(started) = started(&events) else {
        return Err(unreadable("its first event is not its start".to_owned()));
    };
    let person = identify(started.contact.clone(), started.region)
        .map_err(|error| unreadable(error.to_string()))?;
    let epoch = head.epoch + 1;
    if row.status.is_active() {
        row.status = RunStatus::Running;
        row.wake_at = None;
    }
    store.occupy(run, Tenant { owner, epoch, status: row.status })?;
    let lease = Lease { run: run.into(), owner: owner.into(), epoch, person: Arc::new(person) };
    Ok(Taken { lease, row, events })
}

/// Stores what happened in a run.
pub(super) fn append(
    store: &mut impl Store,
    lease: &Lease,
    batch: Batch,
) -> Result<Vec<Event>, JournalError> {
    let run = &*lease.run;
    let head = store.head(run)?.ok_or_else(|| JournalError::UnknownRun(run.to_owned()))?;
    if head.owner.as_deref() != Some(&*lease.owner) || head.epoch != lease.epoch {
        return Err(JournalError::LeaseLost(run.to_owned()));
    }
    if let Some(rest) = batch.rest {
        allow(store, run, rest)?;
    }
    let mut stored = Vec::with_capacity(batch.entries.len());
    for (seq, entry) in (head.last_seq + 1..).zip(batch.entries) {
        let fact = fact_of(store, lease, batch.at, entry)?;
        let event = Event { seq, at: batch.at, fact };
        store.put_event(run, &event)?;
        stored.push(event);
    }
    if let Some(rest) = batch.rest {
        store.rest(run, rest, batch.at)?;
    }
    Ok(stored)
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
