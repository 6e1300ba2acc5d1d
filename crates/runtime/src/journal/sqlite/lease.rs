//! Processes and wishes in SQL. Each query has an index of its own: what is looked for does not grow with what is stored.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::{
    read::{parsed, stamp},
    store::Shelf,
};
use crate::{
    journal::{
        Heartbeat, Holder, JournalError, StopWhich,
        rules::{Processes, Wishes},
    },
    run::StopWish,
};

const PUT_PROCESS: &str = "INSERT INTO processes (owner, pid, expires_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (owner) DO UPDATE SET pid = excluded.pid, expires_at = excluded.expires_at";
const ENSURE_PROCESS: &str =
    "INSERT INTO processes (owner, expires_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
const PROCESS: &str = "SELECT pid, expires_at FROM processes WHERE owner = ?1";
const FORGET_PROCESS: &str = "DELETE FROM processes WHERE owner = ?1";
const CUT_LEASES: &str = "UPDATE processes SET expires_at = ?1 WHERE expires_at > ?1";
const GONE_PROCESSES: &str =
    "SELECT owner FROM processes WHERE expires_at <= ?1 ORDER BY expires_at";
const RUNS_OF: &str = "SELECT id FROM runs WHERE owner = ?1 AND status = 'running' LIMIT ?2";
const CAMPAIGN_RUNS_OF: &str = "SELECT id FROM runs WHERE owner = ?1 AND status = 'running'
    AND campaign = (SELECT id FROM campaigns WHERE name = ?3) LIMIT ?2";
const RUNS_TO_STOP: &str = "SELECT id FROM runs
    WHERE owner = ?1 AND status = 'running' AND stop_requested_at IS NOT NULL";
const DUE_RUNS: &str =
    "SELECT id FROM runs WHERE status = 'waiting' AND wake_at <= ?1 ORDER BY wake_at LIMIT ?2";
const CAMPAIGN_DUE_RUNS: &str = "SELECT id FROM runs
    WHERE status = 'waiting' AND wake_at <= ?1 AND campaign = (SELECT id FROM campaigns WHERE name = ?3)
    ORDER BY wake_at LIMIT ?2";
const NEXT_WAKE: &str = "SELECT min(wake_at) FROM runs WHERE status = 'waiting'";
const CAMPAIGN_NEXT_WAKE: &str = "SELECT min(wake_at) FROM runs
    WHERE status = 'waiting' AND campaign = (SELECT id FROM campaigns WHERE name = ?1)";
const PUT_WISH: &str =
    "UPDATE runs SET stop_requested_at = ?2, stop_requested_by = ?3 WHERE id = ?1";
const PUT_CAMPAIGN_WISH: &str =
    "UPDATE campaigns SET stop_requested_at = coalesce(stop_requested_at, ?2),
                          stop_requested_by = coalesce(stop_requested_by, ?3) WHERE name = ?1";
const UNWISHED: [&str; 3] = [
    "SELECT id FROM runs WHERE id = ?1 AND status IN ('running', 'waiting', 'parked')
        AND stop_requested_at IS NULL LIMIT ?2",
    "SELECT id FROM runs WHERE contact = ?1 AND status IN ('running', 'waiting', 'parked')
        AND stop_requested_at IS NULL LIMIT ?2",
    "SELECT id FROM runs WHERE campaign = (SELECT id FROM campaigns WHERE name = ?1)
        AND status IN ('running', 'waiting', 'parked') AND stop_requested_at IS NULL LIMIT ?2",
];
// Only a run that somebody carries out may have a wish and not have ended.
const WISHED: [&str; 3] = [
    "SELECT id FROM runs WHERE id = ?1 AND status = 'running' AND stop_requested_at IS NOT NULL",
    "SELECT id FROM runs WHERE contact = ?1 AND status = 'running' AND stop_requested_at IS NOT NULL",
    "SELECT id FROM runs WHERE campaign = (SELECT id FROM campaigns WHERE name = ?1)
        AND status = 'running' AND stop_requested_at IS NOT NULL",
];

impl Processes for Shelf<'_> {
    fn put_process(&mut self, beat: &Heartbeat) -> Result<(), JournalError> {
        self.execute(PUT_PROCESS, params![&*beat.owner, beat.pid, stamp(beat.until)])?;
        Ok(())
    }

    fn ensure_process(&mut self, owner: &str, until: Timestamp) -> Result<(), JournalError> {
        self.execute(ENSURE_PROCESS, params![owner, stamp(until)])?;
        Ok(())
    }

    fn process(&mut self, owner: &str) -> Result<Option<Holder>, JournalError> {
        self.find(PROCESS, params![owner], |row| {
            Ok(Holder { pid: row.get(0)?, until: parsed(row, 1)? })
        })
    }

    fn forget_process(&mut self, owner: &str) -> Result<(), JournalError> {
        self.execute(FORGET_PROCESS, params![owner])?;
        Ok(())
    }

    fn cut_leases(&mut self, until: Timestamp) -> Result<(), JournalError> {
        self.execute(CUT_LEASES, params![stamp(until)])?;
        Ok(())
    }

    fn gone_processes(&mut self, at: Timestamp) -> Result<Vec<String>, JournalError> {
        self.list(GONE_PROCESSES, params![stamp(at)], id)
    }

    fn runs_of(
        &mut self,
        owner: &str,
        campaign: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>, JournalError> {
        match campaign {
            None => self.list(RUNS_OF, params![owner, limit], id),
            Some(campaign) => self.list(CAMPAIGN_RUNS_OF, params![owner, limit, campaign], id),
        }
    }

    fn runs_to_stop(&mut self, owner: &str) -> Result<Vec<String>, JournalError> {
        self.list(RUNS_TO_STOP, params![owner], id)
    }

    fn due_runs(
        &mut self,
        at: Timestamp,
        campaign: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>, JournalError> {
        match campaign {
            None => self.list(DUE_RUNS, params![stamp(at), limit], id),
            Some(campaign) => self.list(CAMPAIGN_DUE_RUNS, params![stamp(at), limit, campaign], id),
        }
    }

    fn next_wake(&mut self, campaign: Option<&str>) -> Result<Option<Timestamp>, JournalError> {
        let first = |row: &Row<'_>| super::read::maybe_time(row, 0);
        let found = match campaign {
            None => self.find(NEXT_WAKE, (), first),
            Some(campaign) => self.find(CAMPAIGN_NEXT_WAKE, params![campaign], first),
        };
        Ok(found?.flatten())
    }
}

impl Wishes for Shelf<'_> {
    fn put_wish(&mut self, run: &str, wish: &StopWish) -> Result<(), JournalError> {
        self.execute(PUT_WISH, params![run, stamp(wish.at), wish.by])?;
        Ok(())
    }

    fn put_campaign_wish(&mut self, campaign: &str, wish: &StopWish) -> Result<bool, JournalError> {
        Ok(self.execute(PUT_CAMPAIGN_WISH, params![campaign, stamp(wish.at), wish.by])? > 0)
    }

    fn unwished(&mut self, which: &StopWhich, limit: u32) -> Result<Vec<String>, JournalError> {
        let (sql, name) = pick(UNWISHED, which);
        self.list(sql, params![name, limit], id)
    }

    fn wished(&mut self, which: &StopWhich) -> Result<Vec<String>, JournalError> {
        let (sql, name) = pick(WISHED, which);
        self.list(sql, params![name], id)
    }
}

fn id(row: &Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

/// The query for what is to stop, and its name.
fn pick<'a>(
    [run, contact, campaign]: [&'static str; 3],
    which: &'a StopWhich,
) -> (&'static str, &'a str) {
    match which {
        StopWhich::Run(name) => (run, name),
        StopWhich::Contact(name) => (contact, name),
        StopWhich::Campaign(name) => (campaign, name),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::journal::SqliteJournal;

    /// What a query does, in SQLite's words.
    fn plan(connection: &Connection, sql: &str) -> Vec<String> {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let count = statement.parameter_count();
        let values = rusqlite::params_from_iter(std::iter::repeat_n(rusqlite::types::Null, count));
        statement.query_map(values, |row| row.get(3)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn nothing_is_looked_for_by_reading_a_whole_table() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relance.db");
        drop(SqliteJournal::open(&path).unwrap());
        let connection = Connection::open(&path).unwrap();
        let few =
            [PUT_PROCESS, ENSURE_PROCESS, PROCESS, FORGET_PROCESS, CUT_LEASES, GONE_PROCESSES];
        let of_runs = [
            RUNS_OF,
            CAMPAIGN_RUNS_OF,
            RUNS_TO_STOP,
            DUE_RUNS,
            CAMPAIGN_DUE_RUNS,
            NEXT_WAKE,
            CAMPAIGN_NEXT_WAKE,
            PUT_WISH,
            PUT_CAMPAIGN_WISH,
        ];
        let all = few.into_iter().chain(of_runs).chain(UNWISHED).chain(WISHED);
        for sql in all {
            let steps = plan(&connection, sql);
            for step in &steps {
                let reads_all = step.starts_with("SCAN") || step.contains("TEMP B-TREE");
                assert!(!reads_all, "{sql}\n{steps:#?}");
            }
        }
        let steps = plan(&connection, "SELECT id FROM runs WHERE ended_at = ?1");
        assert!(steps[0].starts_with("SCAN"), "a scan would be seen: {steps:?}");
    }
}
