//! Campaigns: their members, and the start of their runs.

use std::sync::Arc;

use jiff::Timestamp;
use relance_model::contact::Contact;

use super::{Store, begin, lease::GONE};
use crate::{
    identity::{Named, identify},
    journal::{
        JournalError,
        campaign::{
            CampaignRow, MembersStarted, NewCampaign, Skipped, StartMembers, StartedRun,
            first_event,
        },
    },
};

/// The shelf of campaigns.
pub(in crate::journal) trait Members {
    fn campaign(&mut self, name: &str) -> Result<Option<CampaignRow>, JournalError>;
    fn put_campaign(&mut self, new: &NewCampaign) -> Result<(), JournalError>;
    /// Puts a member at a position, unless the contact is one already; says whether it did.
    fn put_member(
        &mut self,
        campaign: &str,
        position: u32,
        named: &Named,
    ) -> Result<bool, JournalError>;
    /// Notes how many members there are.
    fn count_members(&mut self, campaign: &str, members: u32) -> Result<(), JournalError>;
    /// Notes that a list is about to be read.
    fn begin_list(&mut self, campaign: &str) -> Result<(), JournalError>;
    /// Notes that the list was read to its end.
    fn end_list(&mut self, campaign: &str, at: Timestamp) -> Result<(), JournalError>;
    /// The contact at a position.
    fn member(&mut self, campaign: &str, position: u32) -> Result<Option<Contact>, JournalError>;
    /// Notes what a member has become.
    fn settle_member(
        &mut self,
        campaign: &str,
        position: u32,
        run: Option<&str>,
        skipped: Option<Skipped>,
    ) -> Result<(), JournalError>;
    /// Notes where the members begin that have not been started.
    fn go_to(&mut self, campaign: &str, next: u32) -> Result<(), JournalError>;
}

/// However many members have no run of their own, a transaction ends after so many.
const MOST_AT_ONCE: u32 = 500;

/// Opens a campaign, or finds it again.
pub(in crate::journal) fn open_campaign(
    store: &mut impl Store,
    new: &NewCampaign,
) -> Result<CampaignRow, JournalError> {
    let name = &new.name;
    if let Some(known) = store.campaign(name)? {
        let differs = [
            (known.started.graph != new.started.graph, "graph"),
            (known.started.hash != new.started.hash, "version of the graph"),
            (known.started.environment != new.started.environment, "environment"),
        ];
        if let Some((_, differs)) = differs.into_iter().find(|(differs, _)| *differs) {
            return Err(JournalError::OtherCampaign { campaign: known.name, differs });
        }
        store.begin_list(name)?;
        return Ok(known);
    }
    store.put_document(&new.started.document, &new.document)?;
    store.put_campaign(new)?;
    found(store, name)
}

/// Adds members behind those that there are.
pub(in crate::journal) fn add_members(
    store: &mut impl Store,
    campaign: &str,
    people: &[Named],
) -> Result<u32, JournalError> {
    let before = found(store, campaign)?.members;
    let mut members = before;
    for named in people {
        members += u32::from(store.put_member(campaign, members + 1, named)?);
    }
    store.count_members(campaign, members)?;
    Ok(members - before)
}

/// Starts the runs of the next members. One who has opted out gets none, and one for whom the graph is being carried out
/// already keeps that run.
pub(in crate::journal) fn start_members(
    store: &mut impl Store,
    start: &StartMembers,
) -> Result<MembersStarted, JournalError> {
    let StartMembers { campaign: name, owner, limit, at } = start;
    let campaign = found(store, name)?;
    if campaign.stop.is_some() || campaign.next > campaign.members {
        return Ok(MembersStarted::default());
    }
    store.ensure_process(owner, GONE)?;
    let limit = *limit as usize;
    let mut runs = Vec::with_capacity(limit);
    let mut next = campaign.next;
    let end = campaign.members.min(next.saturating_add(MOST_AT_ONCE - 1));
    while next <= end && runs.len() < limit {
        let unreadable = |why: String| JournalError::Unreadable {
            what: format!("member {next} of the campaign `{name}`"),
            why,
        };
        let contact = store.member(name, next)?;
        let contact = contact.ok_or_else(|| unreadable("it is not there".to_owned()))?;
        let person = identify(contact, campaign.started.region);
        let person = person.map_err(|error| unreadable(error.to_string()))?;
        if store.has_opted_out(&person)? {
            store.settle_member(name, next, None, Some(Skipped::OptedOut))?;
        } else if let Some(other) = store.active_run(&campaign.started.graph, &person.id)? {
            store.settle_member(name, next, Some(&other.id), Some(Skipped::AlreadyActive))?;
        } else {
            let (started, person) = first_event(&campaign, person);
            let started = Box::new(started);
            let (lease, row, event) =
                begin(store, started.clone(), person, Arc::clone(owner), *at)?;
            store.settle_member(name, next, Some(&row.id), None)?;
            runs.push(StartedRun { lease, row, started, event });
        }
        next += 1;
    }
    store.go_to(name, next)?;
    Ok(MembersStarted { runs, more: next <= campaign.members })
}

fn found(store: &mut impl Store, name: &str) -> Result<CampaignRow, JournalError> {
    store.campaign(name)?.ok_or_else(|| JournalError::UnknownCampaign(name.to_owned()))
}
