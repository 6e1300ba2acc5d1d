//! Campaigns in memory.

use jiff::Timestamp;
use relance_model::contact::Contact;

use super::{MemoryJournal, State, ready};
use crate::{
    identity::Named,
    journal::{
        Answer, CampaignRow, Campaigns, JournalError, MemberRow, MembersStarted, NewCampaign,
        Skipped, StartMembers, Tally,
        rules::{self, Members},
    },
};

/// A campaign and its members, in the order of their list.
#[derive(Debug)]
pub(super) struct Kept {
    row: CampaignRow,
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    contact: Contact,
    id: String,
    run: Option<String>,
    skipped: Option<Skipped>,
}

impl Campaigns for MemoryJournal {
    fn open_campaign(&self, new: NewCampaign) -> Answer<'_, CampaignRow> {
        ready(rules::open_campaign(&mut *self.state(), &new))
    }

    fn add_members<'a>(&'a self, campaign: &'a str, people: Vec<Named>) -> Answer<'a, u32> {
        ready(rules::add_members(&mut *self.state(), campaign, &people))
    }

    fn end_list<'a>(&'a self, campaign: &'a str, at: Timestamp) -> Answer<'a, ()> {
        ready(Members::end_list(&mut *self.state(), campaign, at))
    }

    fn start_members(&self, start: StartMembers) -> Answer<'_, MembersStarted> {
        ready(rules::start_members(&mut *self.state(), &start))
    }

    fn campaigns(&self) -> Answer<'_, Vec<CampaignRow>> {
        let state = self.state();
        let mut rows: Vec<CampaignRow> =
            state.campaigns.values().map(|it| it.row.clone()).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.created_at));
        ready(Ok(rows))
    }

    fn campaign<'a>(&'a self, name: &'a str) -> Answer<'a, Option<CampaignRow>> {
        ready(Members::campaign(&mut *self.state(), name))
    }

    fn tally<'a>(&'a self, campaign: &'a str) -> Answer<'a, Tally> {
        let state = self.state();
        let Some(kept) = state.campaigns.get(campaign) else {
            return ready(Err(JournalError::UnknownCampaign(campaign.to_owned())));
        };
        let pending = (kept.row.members + 1).saturating_sub(kept.row.next);
        let mut tally = Tally { pending, ..Tally::default() };
        for why in kept.members.iter().filter_map(|member| member.skipped) {
            tally.skip(why, 1);
        }
        for run in state.runs.values() {
            if run.row.campaign.as_deref() == Some(campaign) {
                tally.count(run.row.status, 1);
            }
        }
        ready(Ok(tally))
    }

    fn members<'a>(
        &'a self,
        campaign: &'a str,
        after: u32,
        limit: u32,
    ) -> Answer<'a, Vec<MemberRow>> {
        let state = self.state();
        let Some(kept) = state.campaigns.get(campaign) else { return ready(Ok(Vec::new())) };
        let row = |(position, member): (u32, &Member)| {
            let run = member.run.as_ref().and_then(|run| state.runs.get(run));
            MemberRow {
                position,
                contact: member.id.clone(),
                run: run.map(|run| run.row.clone()),
                skipped: member.skipped,
            }
        };
        let later = (1..).zip(&kept.members).filter(|(position, _)| *position > after);
        ready(Ok(later.take(limit as usize).map(row).collect()))
    }
}

impl State {
    fn kept(&mut self, campaign: &str) -> Result<&mut Kept, JournalError> {
        let unknown = || JournalError::UnknownCampaign(campaign.to_owned());
        self.campaigns.get_mut(campaign).ok_or_else(unknown)
    }

    fn member_at(&mut self, campaign: &str, position: u32) -> Option<&mut Member> {
        let index = usize::try_from(position).ok()?.checked_sub(1)?;
        self.campaigns.get_mut(campaign)?.members.get_mut(index)
    }
}

impl Members for State {
    fn campaign(&mut self, name: &str) -> Result<Option<CampaignRow>, JournalError> {
        Ok(self.campaigns.get(name).map(|kept| kept.row.clone()))
    }

    fn put_campaign(&mut self, new: &NewCampaign) -> Result<(), JournalError> {
        let row = CampaignRow {
            name: new.name.clone(),
            started: new.started.clone(),
            created_at: new.at,
            imported_at: None,
            members: 0,
            next: 1,
            stop: None,
        };
        self.campaigns.insert(new.name.clone(), Kept { row, members: Vec::new() });
        Ok(())
    }

    fn put_member(
        &mut self,
        campaign: &str,
        _position: u32,
        named: &Named,
    ) -> Result<bool, JournalError> {
        let members = &mut self.kept(campaign)?.members;
        if members.iter().any(|member| member.id == named.id) {
            return Ok(false);
        }
        let (contact, id) = (named.contact.clone(), named.id.clone());
        members.push(Member { contact, id, run: None, skipped: None });
        Ok(true)
    }

    fn count_members(&mut self, campaign: &str, members: u32) -> Result<(), JournalError> {
        self.kept(campaign)?.row.members = members;
        Ok(())
    }

    fn begin_list(&mut self, campaign: &str) -> Result<(), JournalError> {
        self.kept(campaign)?.row.imported_at = None;
        Ok(())
    }

    fn end_list(&mut self, campaign: &str, at: Timestamp) -> Result<(), JournalError> {
        self.kept(campaign)?.row.imported_at = Some(at);
        Ok(())
    }

    fn member(&mut self, campaign: &str, position: u32) -> Result<Option<Contact>, JournalError> {
        Ok(self.member_at(campaign, position).map(|member| member.contact.clone()))
    }

    fn settle_member(
        &mut self,
        campaign: &str,
        position: u32,
        run: Option<&str>,
        skipped: Option<Skipped>,
    ) -> Result<(), JournalError> {
        if let Some(member) = self.member_at(campaign, position) {
            member.run = run.map(str::to_owned);
            member.skipped = skipped;
        }
        Ok(())
    }

    fn go_to(&mut self, campaign: &str, next: u32) -> Result<(), JournalError> {
        self.kept(campaign)?.row.next = next;
        Ok(())
    }
}

impl Kept {
    /// Notes a wish that it stops, unless there is one.
    pub(super) fn wish(&mut self, wish: &crate::run::StopWish) {
        self.row.stop.get_or_insert_with(|| wish.clone());
    }
}
