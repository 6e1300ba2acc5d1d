//! Processes and wishes in memory.

use jiff::Timestamp;

use super::State;
use crate::{
    journal::{
        Heartbeat, Holder, JournalError, StopWhich,
        rules::{Processes, Wishes},
    },
    run::{RunRow, RunStatus, StopWish},
};

impl Processes for State {
    fn put_process(&mut self, beat: &Heartbeat) -> Result<(), JournalError> {
        let holder = Holder { pid: Some(beat.pid), until: beat.until };
        self.processes.insert(beat.owner.to_string(), holder);
        Ok(())
    }

    fn ensure_process(&mut self, owner: &str, until: Timestamp) -> Result<(), JournalError> {
        self.processes.entry(owner.to_owned()).or_insert(Holder { pid: None, until });
        Ok(())
    }

    fn process(&mut self, owner: &str) -> Result<Option<Holder>, JournalError> {
        Ok(self.processes.get(owner).copied())
    }

    fn forget_process(&mut self, owner: &str) -> Result<(), JournalError> {
        self.processes.remove(owner);
        Ok(())
    }

    fn cut_leases(&mut self, until: Timestamp) -> Result<(), JournalError> {
        for holder in self.processes.values_mut() {
            holder.until = holder.until.min(until);
        }
        Ok(())
    }

    fn gone_processes(&mut self, at: Timestamp) -> Result<Vec<String>, JournalError> {
        let gone = |(_, holder): &(&String, &Holder)| holder.until <= at;
        Ok(self.processes.iter().filter(gone).map(|(owner, _)| owner.clone()).collect())
    }

    fn runs_of(
        &mut self,
        owner: &str,
        campaign: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>, JournalError> {
        let runs = self.runs.values().filter(|run| {
            run.row.status == RunStatus::Running
                && run.owner.as_deref() == Some(owner)
                && of_campaign(&run.row, campaign)
        });
        Ok(runs.map(|run| run.row.id.clone()).take(limit as usize).collect())
    }

    fn runs_to_stop(&mut self, owner: &str) -> Result<Vec<String>, JournalError> {
        let runs = self.runs.values().filter(|run| {
            run.row.status == RunStatus::Running
                && run.owner.as_deref() == Some(owner)
                && run.row.stop.is_some()
        });
        Ok(runs.map(|run| run.row.id.clone()).collect())
    }

    fn due_runs(
        &mut self,
        at: Timestamp,
        campaign: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>, JournalError> {
        let mut due: Vec<(Timestamp, &str)> =
            self.waiting(campaign).filter(|(wake_at, _)| *wake_at <= at).collect();
        due.sort_unstable();
        due.truncate(limit as usize);
        Ok(due.into_iter().map(|(_, run)| run.to_owned()).collect())
    }

    fn next_wake(&mut self, campaign: Option<&str>) -> Result<Option<Timestamp>, JournalError> {
        Ok(self.waiting(campaign).map(|(wake_at, _)| wake_at).min())
    }
}

impl Wishes for State {
    fn put_wish(&mut self, run: &str, wish: &StopWish) -> Result<(), JournalError> {
        self.known(run)?.row.stop = Some(wish.clone());
        Ok(())
    }

    fn put_campaign_wish(&mut self, campaign: &str, wish: &StopWish) -> Result<bool, JournalError> {
        let known = self.campaigns.get_mut(campaign);
        Ok(known.map(|campaign| campaign.wish(wish)).is_some())
    }

    fn unwished(&mut self, which: &StopWhich, limit: u32) -> Result<Vec<String>, JournalError> {
        let runs = self.active(which).filter(|row| row.stop.is_none());
        Ok(runs.map(|row| row.id.clone()).take(limit as usize).collect())
    }

    fn wished(&mut self, which: &StopWhich) -> Result<Vec<String>, JournalError> {
        let runs = self.active(which).filter(|row| row.stop.is_some());
        Ok(runs.map(|row| row.id.clone()).collect())
    }
}

impl State {
    /// Runs that wait for a time, with that time.
    fn waiting<'a>(
        &'a self,
        campaign: Option<&'a str>,
    ) -> impl Iterator<Item = (Timestamp, &'a str)> {
        let rows = self.runs.values().map(|run| &run.row);
        let waiting =
            move |row: &&RunRow| row.status == RunStatus::Waiting && of_campaign(row, campaign);
        rows.filter(waiting).filter_map(|row| Some((row.wake_at?, row.id.as_str())))
    }

    fn active<'a>(&'a self, which: &'a StopWhich) -> impl Iterator<Item = &'a RunRow> {
        let wanted = move |row: &&RunRow| {
            row.status.is_active()
                && match which {
                    StopWhich::Run(run) => row.id == *run,
                    StopWhich::Contact(contact) => row.contact == *contact,
                    StopWhich::Campaign(campaign) => of_campaign(row, Some(campaign)),
                }
        };
        self.runs.values().map(|run| &run.row).filter(wanted)
    }
}

fn of_campaign(row: &RunRow, campaign: Option<&str>) -> bool {
    campaign.is_none_or(|campaign| row.campaign.as_deref() == Some(campaign))
}
