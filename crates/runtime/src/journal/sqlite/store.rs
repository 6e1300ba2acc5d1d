//! The journal's shelves in SQL, inside the writer's transaction.

use std::{path::Path, sync::Arc};

use jiff::Timestamp;
use relance_model::contact::Contact;
use rusqlite::{OptionalExtension, Params, Row, Transaction, params};

use super::{
    failure::{classify, unreadable},
    read::{self, stamp},
};
use crate::{
    event::{EVENT_VERSION, Event},
    identity::Person,
    journal::{
        JournalError, Rest,
        rules::{Head, Store, Tenant},
    },
    local::{CrmRecord, Shelves, Task},
    run::RunRow,
};

/// The shelves of a SQLite file.
#[derive(Debug)]
pub(super) struct Shelf<'t> {
    transaction: &'t Transaction<'t>,
    path: &'t Path,
}

impl<'t> Shelf<'t> {
    pub(super) fn new(transaction: &'t Transaction<'t>, path: &'t Path) -> Shelf<'t> {
        Shelf { transaction, path }
    }

    pub(super) fn finish_task(
        &mut self,
        id: &str,
        at: Timestamp,
    ) -> Result<Option<Task>, JournalError> {
        self.execute(
            "UPDATE tasks SET done_at = coalesce(done_at, ?2) WHERE id = ?1",
            params![id, stamp(at)],
        )?;
        read::task(self.transaction, self.path, id)
    }

    /// Runs a statement; says how many rows it changed.
    pub(super) fn execute(&self, sql: &str, values: impl Params) -> Result<usize, JournalError> {
        let statement = self.transaction.prepare_cached(sql);
        let changed = statement.and_then(|mut statement| statement.execute(values));
        changed.map_err(|error| classify(self.path, &error))
    }

    /// All rows of a query.
    pub(super) fn list<T>(
        &self,
        sql: &str,
        values: impl Params,
        take: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, JournalError> {
        read::all(self.transaction, self.path, sql, values, take)
    }

    /// The one row of a query, if there is one.
    pub(super) fn find<T>(
        &self,
        sql: &str,
        values: impl Params,
        take: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, JournalError> {
        let statement = self.transaction.prepare_cached(sql);
        let row = statement.and_then(|mut statement| statement.query_row(values, take).optional());
        row.map_err(|error| classify(self.path, &error))
    }
}

impl Store for Shelf<'_> {
    fn run(&mut self, run: &str) -> Result<Option<RunRow>, JournalError> {
        read::run(self.transaction, self.path, run)
    }

    fn active_run(&mut self, graph: &str, contact: &str) -> Result<Option<RunRow>, JournalError> {
        let id = self.find(
            "SELECT id FROM runs WHERE graph = ?1 AND contact = ?2 AND status IN ('running', 'waiting', 'parked')",
            params![graph, contact],
            |row| row.get::<_, String>(0),
        )?;
        id.map_or(Ok(None), |id| self.run(&id))
    }

    fn put_run(&mut self, row: &RunRow, owner: &str) -> Result<(), JournalError> {
        self.execute(
            "INSERT INTO runs (id, status, graph, hash, document, planner, environment, contact, owner, epoch, started_at, campaign)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, (SELECT id FROM campaigns WHERE name = ?11))",
            params![
                row.id,
                row.status.as_str(),
                row.graph,
                row.hash,
                row.document,
                row.planner,
                row.environment.as_str(),
                row.contact,
                owner,
                stamp(row.started_at),
                row.campaign
            ],
        )?;
        Ok(())
    }

    fn head(&mut self, run: &str) -> Result<Option<Head>, JournalError> {
        self.find(
            "SELECT owner, epoch, (SELECT max(seq) FROM events WHERE run = ?1), stop_requested_at, stop_requested_by
             FROM runs WHERE id = ?1",
            params![run],
            |row| {
                let last: Option<u32> = row.get(2)?;
                Ok(Head {
                    owner: row.get(0)?,
                    epoch: row.get(1)?,
                    last_seq: last.unwrap_or_default(),
                    stop: read::stop_wish(row, 3)?,
                })
            },
        )
    }

    fn occupy(&mut self, run: &str, tenant: Tenant<'_>) -> Result<(), JournalError> {
        self.execute(
            "UPDATE runs SET owner = ?2, epoch = ?3, status = ?4, wake_at = NULL WHERE id = ?1",
            params![run, tenant.owner, tenant.epoch, tenant.status.as_str()],
        )?;
        Ok(())
    }

    fn rest(&mut self, run: &str, rest: Rest, at: Timestamp) -> Result<(), JournalError> {
        let ended_at = (!rest.status.is_active()).then(|| stamp(at));
        self.execute(
            "UPDATE runs SET owner = NULL, status = ?2, wake_at = ?3, ended_at = ?4 WHERE id = ?1",
            params![run, rest.status.as_str(), rest.wake_at.map(stamp), ended_at],
        )?;
        Ok(())
    }

    fn events(&mut self, run: &str, after: u32) -> Result<Vec<Event>, JournalError> {
        read::events(self.transaction, self.path, run, after)
    }

    fn put_event(&mut self, run: &str, event: &Event) -> Result<(), JournalError> {
        let body = json(&event.fact)?;
        self.execute(
            "INSERT INTO events (run, seq, at, version, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![run, event.seq, stamp(event.at), EVENT_VERSION, body],
        )?;
        Ok(())
    }

    fn put_document(&mut self, hash: &str, bytes: &Arc<[u8]>) -> Result<(), JournalError> {
        self.execute(
            "INSERT INTO documents (hash, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![hash, &**bytes],
        )?;
        Ok(())
    }

    fn put_contact(&mut self, person: &Person, at: Timestamp) -> Result<bool, JournalError> {
        let body = body(person)?;
        let known = self.execute(
            "UPDATE contacts SET email = ?2, phone = ?3, body = ?4, updated_at = ?5 WHERE id = ?1",
            params![person.id, person.email, person.phone, body, stamp(at)],
        )?;
        if known > 0 {
            return Ok(false);
        }
        self.execute(
            "INSERT INTO contacts (id, email, phone, body, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
            params![person.id, person.email, person.phone, body, stamp(at)],
        )?;
        Ok(true)
    }

    fn opt_out(&mut self, person: &Person, at: Timestamp) -> Result<(), JournalError> {
        self.execute(
            "INSERT INTO contacts (id, email, phone, body, opted_out_at, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5)
             ON CONFLICT (id) DO UPDATE SET opted_out_at = coalesce(opted_out_at, excluded.opted_out_at)",
            params![person.id, person.email, person.phone, body(person)?, stamp(at)],
        )?;
        Ok(())
    }

    fn has_opted_out(&mut self, person: &Person) -> Result<bool, JournalError> {
        let found = self.find(
            "SELECT 1 FROM contacts WHERE id = ?1 AND opted_out_at IS NOT NULL
             UNION ALL SELECT 1 FROM contacts WHERE email = ?2 AND opted_out_at IS NOT NULL
             UNION ALL SELECT 1 FROM contacts WHERE phone = ?3 AND opted_out_at IS NOT NULL
             LIMIT 1",
            params![person.id, person.email, person.phone],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }
}

impl Shelves for Shelf<'_> {
    fn put_task(&mut self, task: &Task) -> Result<(), JournalError> {
        self.execute(
            "INSERT INTO tasks (id, run, block, contact, label, assignee, priority, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                task.id,
                task.run,
                task.block,
                task.contact,
                task.label,
                task.assignee,
                task.priority,
                stamp(task.created_at)
            ],
        )?;
        Ok(())
    }

    fn put_tag(&mut self, contact: &str, tag: &str, at: Timestamp) -> Result<bool, JournalError> {
        let added = self.execute(
            "INSERT INTO contact_tags (contact, tag, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![contact, tag, stamp(at)],
        )?;
        Ok(added > 0)
    }

    fn crm_by_email(&mut self, email: &str) -> Result<Option<CrmRecord>, JournalError> {
        read::crm_record(self.transaction, self.path, "email", email)
    }

    fn crm_by_phone(&mut self, phone: &str) -> Result<Option<CrmRecord>, JournalError> {
        read::crm_record(self.transaction, self.path, "phone", phone)
    }

    fn put_crm(&mut self, record: &CrmRecord) -> Result<(), JournalError> {
        self.execute(
            "INSERT INTO crm_contacts (id, email, phone, fields, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET email = excluded.email, phone = excluded.phone, fields = excluded.fields,
                                            updated_at = excluded.updated_at",
            params![
                record.id,
                record.email,
                record.phone,
                json(&record.fields)?,
                stamp(record.created_at),
                stamp(record.updated_at)
            ],
        )?;
        Ok(())
    }
}

/// A contact as its row holds it: its tags lie in a table of their own.
fn body(person: &Person) -> Result<String, JournalError> {
    json(&Contact { tags: Vec::new(), ..person.contact.clone() })
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String, JournalError> {
    serde_json::to_string(value).map_err(|error| unreadable("value", error))
}
