//! Reading all of a database to see whether it is sound.
//!
//! First SQLite looks at the file itself; only where that is sound are the rows held against each other, in one transaction, so
//! that what other processes write meanwhile does not disturb.

use std::{collections::BTreeSet, path::Path};

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{SqliteJournal, connection, failure::classify, read};
use crate::{
    event::{EVENT_VERSION, Event, Fact},
    journal::{
        JournalError,
        check::{Checked, Effect, Flaw, Kind, MOST, Reading},
    },
    run::document_hash,
};

impl SqliteJournal {
    /// Reads the whole database of that file, and says what is wrong with it. A sound one of an older format is brought up to
    /// date, as any opening does; a damaged one is left as it is.
    pub fn check(path: impl AsRef<Path>) -> Result<Checked, JournalError> {
        let path = path.as_ref();
        match check(path) {
            // It is damaged so much that it can hardly be opened.
            Err(JournalError::Corrupt(_)) => {
                let said = "database disk image is malformed".to_owned();
                Ok(Checked { flaws: vec![Flaw::Damaged { said }], ..Checked::default() })
            }
            checked => checked,
        }
    }
}

fn check(path: &Path) -> Result<Checked, JournalError> {
    let connection = connection::reading(path)?;
    connection::version(&connection, path)?;
    let damages = damages(&connection, path)?;
    if !damages.is_empty() {
        return Ok(Checked { flaws: damages, ..Checked::default() });
    }
    drop(connection::writing(path)?);
    Check { connection: &connection, path, checked: Checked::default() }.all()
}

/// What SQLite finds wrong with the file.
fn damages(connection: &Connection, path: &Path) -> Result<Vec<Flaw>, JournalError> {
    let said = |row: &Row<'_>| row.get::<_, String>(0);
    let sql = format!("PRAGMA integrity_check({MOST})");
    let lines = read::all(connection, path, &sql, (), said)?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(|said| Flaw::Damaged { said }).collect())
}

struct Check<'c> {
    connection: &'c Connection,
    path: &'c Path,
    checked: Checked,
}

/// An event as it lies there.
struct Stored {
    run: String,
    seq: u32,
    at: String,
    version: u32,
    body: String,
}

impl Check<'_> {
    fn all(mut self) -> Result<Checked, JournalError> {
        let connection = self.connection;
        let transaction = connection.unchecked_transaction();
        let transaction = transaction.map_err(|error| classify(self.path, &error))?;
        self.rows_that_dangle()?;
        self.documents()?;
        let created = self.runs()?;
        self.effects_without_events(&created)?;
        drop(transaction);
        self.checked.flaws.truncate(MOST);
        Ok(self.checked)
    }

    fn rows_that_dangle(&mut self) -> Result<(), JournalError> {
        let flaw = |row: &Row<'_>| Ok(Flaw::Dangling { table: row.get(0)?, parent: row.get(2)? });
        self.flaws("PRAGMA foreign_key_check", flaw)
    }

    fn documents(&mut self) -> Result<(), JournalError> {
        let hashes = self.list("SELECT hash FROM documents", |row| row.get::<_, String>(0))?;
        for hash in hashes {
            let bytes = read::document(self.connection, self.path, &hash)?;
            if bytes.is_none_or(|bytes| document_hash(&bytes) != hash) {
                self.checked.flaws.push(Flaw::Document { hash });
            }
        }
        Ok(())
    }

    /// Every run with its events. Gives the ids of the CRM records that they tell to have made.
    fn runs(&mut self) -> Result<BTreeSet<String>, JournalError> {
        let flaw = |row: &Row<'_>| Ok(Flaw::Beginning { run: row.get(0)? });
        self.flaws(
            "SELECT id FROM runs WHERE NOT EXISTS (SELECT 1 FROM events WHERE run = runs.id)",
            flaw,
        )?;
        let mut records = BTreeSet::new();
        let mut reading: Option<Reading> = None;
        let error = |error| classify(self.path, &error);
        let sql = "SELECT run, seq, at, version, body FROM events ORDER BY run, seq";
        let mut statement = self.connection.prepare(sql).map_err(error)?;
        let mut rows = statement.query(()).map_err(error)?;
        while let Some(row) = rows.next().map_err(error)? {
            let stored = stored(row).map_err(error)?;
            if reading.as_ref().is_none_or(|reading| reading.run() != stored.run) {
                let next = Reading::new(&stored.run);
                self.end(reading.replace(next))?;
            }
            let Some(reading) = &mut reading else { continue };
            self.checked.events += 1;
            match event(&stored) {
                Err(why) => reading.unreadable(stored.seq, why),
                Ok(event) => {
                    if let Some(effect) = reading.take(event) {
                        self.effect(&stored.run, effect, &mut records)?;
                    }
                }
            }
        }
        self.end(reading)?;
        Ok(records)
    }

    fn end(&mut self, reading: Option<Reading>) -> Result<(), JournalError> {
        let Some(reading) = reading else { return Ok(()) };
        self.checked.runs += 1;
        let row = match read::run(self.connection, self.path, reading.run()) {
            Ok(row) => row,
            Err(JournalError::Failed { message, .. }) => {
                let run = reading.run().to_owned();
                self.checked.flaws.push(Flaw::Row { run, why: message });
                None
            }
            Err(error) => return Err(error),
        };
        self.checked.flaws.extend(reading.end(row.as_ref()));
        Ok(())
    }

    /// The effect that an event tells of must be there.
    fn effect(
        &mut self,
        run: &str,
        effect: Effect,
        records: &mut BTreeSet<String>,
    ) -> Result<(), JournalError> {
        let Effect { block, kind, id } = effect;
        let sql = match kind {
            Kind::Task => "SELECT 1 FROM tasks WHERE id = ?1 AND run = ?2 AND block = ?3",
            Kind::Record => "SELECT 1 FROM crm_contacts WHERE id = ?1 AND ?2 IS NOT ?3",
            Kind::Tag => {
                "SELECT 1 FROM contact_tags JOIN runs USING (contact) WHERE tag = ?1 AND id = ?2 AND ?3 IS NOT NULL"
            }
        };
        let found =
            read::all(self.connection, self.path, sql, params![id, run, block], |_| Ok(()))?;
        if found.is_empty() {
            let (run, id) = (run.to_owned(), id.clone());
            self.checked.flaws.push(Flaw::Missing { run, block, effect: kind, id });
        }
        if kind == Kind::Record {
            records.insert(id);
        }
        Ok(())
    }

    fn effects_without_events(&mut self, records: &BTreeSet<String>) -> Result<(), JournalError> {
        let flaw = |row: &Row<'_>| Ok(Flaw::Unexplained { effect: Kind::Task, id: row.get(0)? });
        self.flaws(
            "SELECT id FROM tasks WHERE NOT EXISTS (
                 SELECT 1 FROM events WHERE run = tasks.run AND kind = 'block-succeeded'
                 AND block = tasks.block AND body ->> '$.output.id' = tasks.id)",
            flaw,
        )?;
        let ids = self.list("SELECT id FROM crm_contacts", |row| row.get::<_, String>(0))?;
        let unknown = ids.into_iter().filter(|id| !records.contains(id));
        let flaws = unknown.map(|id| Flaw::Unexplained { effect: Kind::Record, id });
        self.checked.flaws.extend(flaws);
        Ok(())
    }

    fn flaws(
        &mut self,
        sql: &str,
        flaw: impl FnMut(&Row<'_>) -> rusqlite::Result<Flaw>,
    ) -> Result<(), JournalError> {
        let flaws = self.list(sql, flaw)?;
        self.checked.flaws.extend(flaws);
        Ok(())
    }

    fn list<T>(
        &self,
        sql: &str,
        take: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, JournalError> {
        read::all(self.connection, self.path, sql, (), take)
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        run: row.get(0)?,
        seq: row.get(1)?,
        at: row.get(2)?,
        version: row.get(3)?,
        body: row.get(4)?,
    })
}

fn event(stored: &Stored) -> Result<Event, String> {
    let Stored { seq, at, version, body, .. } = stored;
    if *version > EVENT_VERSION {
        return Err(format!("it has version {version}, and this program knows {EVENT_VERSION}"));
    }
    let at: Timestamp = at.parse().map_err(|error: jiff::Error| error.to_string())?;
    let fact: Fact = serde_json::from_str(body).map_err(|error| error.to_string())?;
    Ok(Event { seq: *seq, at, fact })
}
