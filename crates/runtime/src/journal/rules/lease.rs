//! Leases: who may carry a run on.

use std::sync::Arc;

use jiff::Timestamp;

use super::Store;
use crate::{
    identity::identify,
    journal::{Claim, Claimed, Heartbeat, Holder, JournalError, Lease, Rest, Taken, started},
    run::RunStatus,
};

/// Until when a process has its runs that has none or never said that it lives: a time that has come by any clock.
pub(super) const GONE: Timestamp = Timestamp::UNIX_EPOCH;

/// The shelf of processes, and runs as processes look for them.
pub(in crate::journal) trait Processes {
    /// Notes until when a process has its runs.
    fn put_process(&mut self, beat: &Heartbeat) -> Result<(), JournalError>;
    /// A process that has a run is known, though it may never have said that it lives.
    fn ensure_process(&mut self, owner: &str, until: Timestamp) -> Result<(), JournalError>;
    fn process(&mut self, owner: &str) -> Result<Option<Holder>, JournalError>;
    fn forget_process(&mut self, owner: &str) -> Result<(), JournalError>;
    /// No process has its runs for longer than until then.
    fn cut_leases(&mut self, until: Timestamp) -> Result<(), JournalError>;
    /// Processes whose time was over by then.
    fn gone_processes(&mut self, at: Timestamp) -> Result<Vec<String>, JournalError>;
    /// The runs that a process carries out.
    fn runs_of(
        &mut self,
        owner: &str,
        campaign: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>, JournalError>;
    /// Those of them that are to stop.
    fn runs_to_stop(&mut self, owner: &str) -> Result<Vec<String>, JournalError>;
    /// Runs that wait for a time that has come, the longest due first.
    fn due_runs(
        &mut self,
        at: Timestamp,
        campaign: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>, JournalError>;
    /// The first time that a run waits for.
    fn next_wake(&mut self, campaign: Option<&str>) -> Result<Option<Timestamp>, JournalError>;
}

/// A process lives. Says which of its runs are to stop.
pub(in crate::journal) fn heartbeat(
    store: &mut impl Store,
    beat: &Heartbeat,
) -> Result<Vec<String>, JournalError> {
    store.put_process(beat)?;
    // A lease that ends later than any could is one from before the clock was set back: left alone, it would keep the runs of a
    // process that is gone from everybody. One that lives says so again soon.
    let length = beat.until.duration_since(beat.at);
    store.cut_leases(beat.until.checked_add(length).unwrap_or(Timestamp::MAX))?;
    store.runs_to_stop(&beat.owner)
}

/// A process ends well: whoever wants its runs need not wait.
pub(in crate::journal) fn retire(
    store: &mut impl Store,
    owner: &str,
    at: Timestamp,
) -> Result<(), JournalError> {
    if store.runs_of(owner, None, 1)?.is_empty() {
        return store.forget_process(owner);
    }
    let pid = store.process(owner)?.and_then(|holder| holder.pid).unwrap_or_default();
    store.put_process(&Heartbeat { owner: owner.into(), pid, at, until: GONE })
}

/// Takes a run that nobody who lives carries out. One that has ended stays so, and is nobody's: whoever took it last may have done
/// nothing with it, and learns by the epoch that somebody else has it.
pub(in crate::journal) fn take(
    store: &mut impl Store,
    run: &str,
    owner: &str,
    at: Timestamp,
) -> Result<Taken, JournalError> {
    let unknown = || JournalError::UnknownRun(run.to_owned());
    let mut row = store.run(run)?.ok_or_else(unknown)?;
    let head = store.head(run)?.ok_or_else(unknown)?;
    if row.status.is_active()
        && let Some(other) = head.owner.as_deref().filter(|other| *other != owner)
        && let Some(holder) = live(store, other, at)?
    {
        return Err(JournalError::Held { run: run.to_owned(), holder });
    }
    let events = store.events(run, 0)?;
    let unreadable = |why: String| JournalError::Unreadable { what: format!("run `{run}`"), why };
    let started = started(run, &events)?;
    let person = identify(started.contact.clone(), started.region)
        .map_err(|error| unreadable(error.to_string()))?;
    let epoch = head.epoch + 1;
    if row.status.is_active() {
        row.status = RunStatus::Running;
        row.wake_at = None;
    }
    store.ensure_process(owner, GONE)?;
    store.occupy(run, super::Tenant { owner, epoch, status: row.status })?;
    let lease = Lease { run: run.into(), owner: owner.into(), epoch, person: Arc::new(person) };
    Ok(Taken { lease, row, events })
}

/// Gives a process runs to carry on. No two get the same: each claim is a transaction.
pub(in crate::journal) fn claim(
    store: &mut impl Store,
    claim: &Claim,
) -> Result<Claimed, JournalError> {
    let campaign = claim.campaign.as_deref();
    let mut found = Vec::new();
    let room = |found: &Vec<String>| {
        claim.limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX))
    };
    for owner in store.gone_processes(claim.at)? {
        if *owner == *claim.owner {
            continue;
        }
        let runs = store.runs_of(&owner, campaign, room(&found))?;
        if runs.is_empty() && store.runs_of(&owner, None, 1)?.is_empty() {
            store.forget_process(&owner)?;
        }
        found.extend(runs);
    }
    found.extend(store.due_runs(claim.at, campaign, room(&found))?);
    let mut claimed = Claimed::default();
    for run in found {
        match take(store, &run, &claim.owner, claim.at) {
            Ok(taken) => claimed.runs.push(taken),
            Err(error @ JournalError::Unreadable { .. }) => {
                let rest = Rest { status: RunStatus::Parked, wake_at: None };
                store.rest(&run, rest, claim.at)?;
                claimed.unreadable.push((run, error));
            }
            Err(error) => return Err(error),
        }
    }
    claimed.next = store.next_wake(campaign)?;
    Ok(claimed)
}

/// A process, if its runs are its own at that time.
pub(super) fn live(
    store: &mut impl Store,
    owner: &str,
    at: Timestamp,
) -> Result<Option<Holder>, JournalError> {
    Ok(store.process(owner)?.filter(|holder| holder.until > at))
}
