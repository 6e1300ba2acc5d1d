//! Stops: nothing of a run begins once the wish is stored.

use jiff::Timestamp;

use super::{Store, lease::live};
use crate::{
    event::{EndStatus, Event, Fact},
    failure::Reason,
    journal::{JournalError, OpenCall, Rest, StopOrder, StopWhich, Stopping, open_calls},
    run::{RunStatus, StopWish},
};

/// The shelf of wishes.
pub(in crate::journal) trait Wishes {
    fn put_wish(&mut self, run: &str, wish: &StopWish) -> Result<(), JournalError>;
    /// Notes a wish about a campaign; says whether there is such a campaign.
    fn put_campaign_wish(&mut self, campaign: &str, wish: &StopWish) -> Result<bool, JournalError>;
    /// Active runs that nobody wanted to stop so far.
    fn unwished(&mut self, which: &StopWhich, limit: u32) -> Result<Vec<String>, JournalError>;
    /// Runs that were to stop and have not ended.
    fn wished(&mut self, which: &StopWhich) -> Result<Vec<String>, JournalError>;
}

/// Stores a wish. Runs that nobody carries out end at once; the others end when their calls have come back.
pub(in crate::journal) fn stop(
    store: &mut impl Store,
    order: &StopOrder,
) -> Result<Stopping, JournalError> {
    let StopOrder { which, wish, limit } = order;
    match which {
        StopWhich::Run(run) => {
            let row = store.run(run)?.ok_or_else(|| JournalError::UnknownRun(run.clone()))?;
            if !row.status.is_active() {
                return Ok(Stopping { over: Some(row.status), ..Stopping::default() });
            }
        }
        StopWhich::Campaign(campaign) => {
            if !store.put_campaign_wish(campaign, wish)? {
                return Err(JournalError::UnknownCampaign(campaign.clone()));
            }
        }
        StopWhich::Contact(_) => {}
    }
    let earlier = store.wished(which)?;
    let new = store.unwished(which, *limit)?;
    let more = u32::try_from(new.len()).is_ok_and(|count| count >= *limit);
    for run in &new {
        store.put_wish(run, wish)?;
    }
    let mut stopping = Stopping { more, ..Stopping::default() };
    for run in earlier.into_iter().chain(new) {
        let head = store.head(&run)?.ok_or_else(|| JournalError::UnknownRun(run.clone()))?;
        let holder = match head.owner.as_deref() {
            Some(owner) => live(store, owner, wish.at)?,
            None => None,
        };
        if let Some(holder) = holder {
            stopping.pending.push((run, holder));
        } else {
            let by = head.stop.map_or_else(|| wish.by.clone(), |wish| wish.by);
            end(store, &run, &by, wish.at)?;
            stopping.ended.push(run);
        }
    }
    Ok(stopping)
}

/// Ends a run that nobody carries out.
fn end(store: &mut impl Store, run: &str, by: &str, at: Timestamp) -> Result<(), JournalError> {
    let events = store.events(run, 0)?;
    let last = events.last().map_or(0, |event| event.seq);
    let facts = last_facts(run, events.iter().map(|event| &event.fact), by);
    for (seq, fact) in (last + 1..).zip(facts) {
        store.put_event(run, &Event { seq, at, fact })?;
    }
    store.rest(run, Rest { status: RunStatus::Stopped, wake_at: None }, at)
}

/// What is stored last of a run that is stopped after those facts. What became of its open calls is not known, and will not be found
/// out by itself.
pub(super) fn last_facts<'f>(
    run: &str,
    facts: impl Iterator<Item = &'f Fact>,
    by: &str,
) -> Vec<Fact> {
    let mut last = Vec::new();
    for OpenCall { block, .. } in open_calls(run, facts) {
        last.push(Fact::AttemptInterrupted { block: block.clone(), retry_at: None });
        last.push(Fact::BlockParked { block, reason: Reason::interrupted() });
    }
    last.push(Fact::RunEnded { status: EndStatus::Stopped, by: Some(by.to_owned()) });
    last
}
