//! Campaigns in SQL.

use std::path::Path;

use jiff::Timestamp;
use relance_model::contact::Contact;
use rusqlite::{Connection, Row, params};

use super::{
    SqliteJournal,
    failure::unreadable,
    read::{self, bad, maybe_time, parsed, stamp, stop_wish},
    store::{Shelf, json},
};
use crate::{
    event::RunStarted,
    identity::Named,
    journal::{
        Answer, CampaignRow, Campaigns, JournalError, MemberRow, MembersStarted, NewCampaign,
        Skipped, StartMembers, Tally,
        rules::{self, Members},
    },
    run::{RunRow, RunStatus},
};

const CAMPAIGN: &str = "SELECT name, started, created_at, imported_at, members, next,
    stop_requested_at, stop_requested_by FROM campaigns";
const PUT_MEMBER: &str = "INSERT INTO campaign_members (campaign, position, contact, body)
    VALUES ((SELECT id FROM campaigns WHERE name = ?1), ?2, ?3, ?4) ON CONFLICT (campaign, contact) DO NOTHING";
const MEMBER: &str = "SELECT body FROM campaign_members
    WHERE campaign = (SELECT id FROM campaigns WHERE name = ?1) AND position = ?2";
const SETTLE_MEMBER: &str = "UPDATE campaign_members SET run = ?3, skipped = ?4
    WHERE campaign = (SELECT id FROM campaigns WHERE name = ?1) AND position = ?2";
const MEMBERS: &str = "SELECT position, contact, run, skipped FROM campaign_members
    WHERE campaign = (SELECT id FROM campaigns WHERE name = ?1) AND position > ?2 ORDER BY position LIMIT ?3";
const RUNS_BY_STATUS: &str = "SELECT status, count(*) FROM runs
    WHERE campaign = (SELECT id FROM campaigns WHERE name = ?1) GROUP BY status";
const SKIPPED: &str = "SELECT skipped, count(*) FROM campaign_members
    WHERE campaign = (SELECT id FROM campaigns WHERE name = ?1) AND skipped IS NOT NULL GROUP BY skipped";

impl Campaigns for SqliteJournal {
    fn open_campaign(&self, new: NewCampaign) -> Answer<'_, CampaignRow> {
        self.write(move |shelf| rules::open_campaign(shelf, &new))
    }

    fn add_members<'a>(&'a self, campaign: &'a str, people: Vec<Named>) -> Answer<'a, u32> {
        let campaign = campaign.to_owned();
        self.write(move |shelf| rules::add_members(shelf, &campaign, &people))
    }

    fn end_list<'a>(&'a self, campaign: &'a str, at: Timestamp) -> Answer<'a, ()> {
        let campaign = campaign.to_owned();
        self.write(move |shelf| Members::end_list(shelf, &campaign, at))
    }

    fn start_members(&self, start: StartMembers) -> Answer<'_, MembersStarted> {
        self.write(move |shelf| rules::start_members(shelf, &start))
    }

    fn campaigns(&self) -> Answer<'_, Vec<CampaignRow>> {
        self.read(|connection, path| {
            let sql = format!("{CAMPAIGN} ORDER BY created_at DESC, id DESC");
            read::all(connection, path, &sql, (), campaign_row)
        })
    }

    fn campaign<'a>(&'a self, name: &'a str) -> Answer<'a, Option<CampaignRow>> {
        let name = name.to_owned();
        self.read(move |connection, path| campaign(connection, path, &name))
    }

    fn tally<'a>(&'a self, campaign: &'a str) -> Answer<'a, Tally> {
        let name = campaign.to_owned();
        self.read(move |connection, path| tally(connection, path, &name))
    }

    fn members<'a>(
        &'a self,
        campaign: &'a str,
        after: u32,
        limit: u32,
    ) -> Answer<'a, Vec<MemberRow>> {
        let name = campaign.to_owned();
        self.read(move |connection, path| {
            let rows = read::all(connection, path, MEMBERS, params![name, after, limit], member)?;
            let row = |(position, contact, run, skipped): Member| {
                let run: Option<RunRow> = match run {
                    Some(run) => read::run(connection, path, &run)?,
                    None => None,
                };
                let skipped = skipped.as_deref().map(known_skip).transpose()?;
                Ok(MemberRow { position, contact, run, skipped })
            };
            rows.into_iter().map(row).collect()
        })
    }
}

impl Members for Shelf<'_> {
    fn campaign(&mut self, name: &str) -> Result<Option<CampaignRow>, JournalError> {
        let sql = format!("{CAMPAIGN} WHERE name = ?1");
        self.find(&sql, params![name], campaign_row)
    }

    fn put_campaign(&mut self, new: &NewCampaign) -> Result<(), JournalError> {
        let RunStarted { graph, hash, document, .. } = &new.started;
        self.execute(
            "INSERT INTO campaigns (name, graph, hash, document, started, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![new.name, graph, hash, document, json(&new.started)?, stamp(new.at)],
        )?;
        Ok(())
    }

    fn put_member(
        &mut self,
        campaign: &str,
        position: u32,
        named: &Named,
    ) -> Result<bool, JournalError> {
        let body = json(&named.contact)?;
        Ok(self.execute(PUT_MEMBER, params![campaign, position, named.id, body])? > 0)
    }

    fn count_members(&mut self, campaign: &str, members: u32) -> Result<(), JournalError> {
        self.execute(
            "UPDATE campaigns SET members = ?2 WHERE name = ?1",
            params![campaign, members],
        )?;
        Ok(())
    }

    fn begin_list(&mut self, campaign: &str) -> Result<(), JournalError> {
        let sql = "UPDATE campaigns SET imported_at = NULL WHERE name = ?1";
        self.execute(sql, params![campaign])?;
        Ok(())
    }

    fn end_list(&mut self, campaign: &str, at: Timestamp) -> Result<(), JournalError> {
        let sql = "UPDATE campaigns SET imported_at = ?2 WHERE name = ?1";
        self.execute(sql, params![campaign, stamp(at)])?;
        Ok(())
    }

    fn member(&mut self, campaign: &str, position: u32) -> Result<Option<Contact>, JournalError> {
        let body = self.find(MEMBER, params![campaign, position], |row| row.get::<_, String>(0))?;
        let read = |body: String| {
            let what = || format!("member {position} of the campaign `{campaign}`");
            serde_json::from_str(&body).map_err(|error| unreadable(what(), error))
        };
        body.map(read).transpose()
    }

    fn settle_member(
        &mut self,
        campaign: &str,
        position: u32,
        run: Option<&str>,
        skipped: Option<Skipped>,
    ) -> Result<(), JournalError> {
        let skipped = skipped.map(Skipped::as_str);
        self.execute(SETTLE_MEMBER, params![campaign, position, run, skipped])?;
        Ok(())
    }

    fn go_to(&mut self, campaign: &str, next: u32) -> Result<(), JournalError> {
        self.execute("UPDATE campaigns SET next = ?2 WHERE name = ?1", params![campaign, next])?;
        Ok(())
    }
}

fn campaign(
    connection: &Connection,
    path: &Path,
    name: &str,
) -> Result<Option<CampaignRow>, JournalError> {
    let sql = format!("{CAMPAIGN} WHERE name = ?1");
    read::one(connection, path, &sql, params![name], campaign_row)
}

fn tally(connection: &Connection, path: &Path, name: &str) -> Result<Tally, JournalError> {
    let row = campaign(connection, path, name)?;
    let row = row.ok_or_else(|| JournalError::UnknownCampaign(name.to_owned()))?;
    let mut tally =
        Tally { pending: (row.members + 1).saturating_sub(row.next), ..Tally::default() };
    let by_status = |row: &Row<'_>| Ok((parsed::<RunStatus>(row, 0)?, row.get::<_, u32>(1)?));
    for (status, runs) in read::all(connection, path, RUNS_BY_STATUS, params![name], by_status)? {
        tally.count(status, runs);
    }
    let by_word = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?));
    for (word, members) in read::all(connection, path, SKIPPED, params![name], by_word)? {
        tally.skip(known_skip(&word)?, members);
    }
    Ok(tally)
}

fn campaign_row(row: &Row<'_>) -> rusqlite::Result<CampaignRow> {
    let started: String = row.get(1)?;
    Ok(CampaignRow {
        name: row.get(0)?,
        started: serde_json::from_str(&started).map_err(|error| bad(1, error))?,
        created_at: parsed(row, 2)?,
        imported_at: maybe_time(row, 3)?,
        members: row.get(4)?,
        next: row.get(5)?,
        stop: stop_wish(row, 6)?,
    })
}

/// A member's row: its position, its contact, its run, and why it has none.
type Member = (u32, String, Option<String>, Option<String>);

fn member(row: &Row<'_>) -> rusqlite::Result<Member> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn known_skip(word: &str) -> Result<Skipped, JournalError> {
    let unknown = || unreadable("member of a campaign", format!("`{word}` is no reason"));
    Skipped::of(word).ok_or_else(unknown)
}
