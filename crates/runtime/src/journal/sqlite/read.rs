//! Rows read back into what they mean.

use std::{collections::BTreeMap, path::Path};

use jiff::Timestamp;
use relance_model::contact::Contact;
use rusqlite::{Connection, OptionalExtension, Params, Row, ToSql, params, types::Type};

use super::failure::{classify, unreadable};
use crate::{
    event::{EVENT_VERSION, Event, Fact},
    journal::{ContactFilter, ContactRow, Holder, JournalError, RunFilter, TaskFilter},
    local::{CrmRecord, Task},
    run::{RunRow, StopWish},
};

const RUN: &str = "SELECT id, status, graph, hash, document, planner, environment, contact, started_at, ended_at, wake_at, (SELECT name FROM campaigns WHERE campaigns.id = campaign), stop_requested_at, stop_requested_by FROM runs";
const TASK: &str =
    "SELECT id, run, block, contact, label, assignee, priority, created_at, done_at FROM tasks";
const CONTACT: &str = "SELECT id, body, opted_out_at FROM contacts";
const CRM: &str = "SELECT id, email, phone, fields, created_at, updated_at FROM crm_contacts";

/// A time as it is stored: UTC, to the millisecond.
pub(super) fn stamp(time: Timestamp) -> String {
    format!("{time:.3}")
}

pub(super) fn document(
    connection: &Connection,
    path: &Path,
    hash: &str,
) -> Result<Option<Vec<u8>>, JournalError> {
    one(connection, path, "SELECT bytes FROM documents WHERE hash = ?1", params![hash], |row| {
        row.get(0)
    })
}

pub(super) fn run(
    connection: &Connection,
    path: &Path,
    run: &str,
) -> Result<Option<RunRow>, JournalError> {
    one(connection, path, &format!("{RUN} WHERE id = ?1"), params![run], run_row)
}

pub(super) fn runs(
    connection: &Connection,
    path: &Path,
    filter: &RunFilter,
) -> Result<Vec<RunRow>, JournalError> {
    let mut query = Query::new(RUN);
    let statuses = filter.statuses.iter().map(|status| status.as_str().to_owned());
    query.any_of("status", statuses.collect());
    query.equal("contact", filter.contact.as_ref());
    query.equal("graph", filter.graph.as_ref());
    if let Some(campaign) = &filter.campaign {
        let place = query.value(campaign.clone());
        query.when(&format!("campaign = (SELECT id FROM campaigns WHERE name = {place})"));
    }
    query.end("started_at DESC, id DESC", filter.limit);
    query.all(connection, path, run_row)
}

pub(super) fn holder(
    connection: &Connection,
    path: &Path,
    run: &str,
    at: Timestamp,
) -> Result<Option<Holder>, JournalError> {
    let sql = "SELECT pid, expires_at FROM processes
        WHERE owner = (SELECT owner FROM runs WHERE id = ?1) AND expires_at > ?2";
    one(connection, path, sql, params![run, stamp(at)], |row| {
        Ok(Holder { pid: row.get(0)?, until: time(row, 1)? })
    })
}

pub(super) fn events(
    connection: &Connection,
    path: &Path,
    run: &str,
    after: u32,
) -> Result<Vec<Event>, JournalError> {
    let sql = "SELECT seq, at, version, body FROM events WHERE run = ?1 AND seq > ?2 ORDER BY seq";
    let take = |row: &Row<'_>| {
        let stored: (u32, Timestamp, u32, String) =
            (row.get(0)?, time(row, 1)?, row.get(2)?, row.get(3)?);
        Ok(stored)
    };
    let stored = all(connection, path, sql, params![run, after], take)?;
    let event = |(seq, at, version, body): (u32, Timestamp, u32, String)| {
        let what = || format!("event {seq} of run `{run}`");
        if version > EVENT_VERSION {
            let why = format!("it has version {version}, and this program knows {EVENT_VERSION}");
            return Err(unreadable(what(), why));
        }
        let fact: Fact = serde_json::from_str(&body).map_err(|error| unreadable(what(), error))?;
        Ok(Event { seq, at, fact })
    };
    stored.into_iter().map(event).collect()
}

pub(super) fn task(
    connection: &Connection,
    path: &Path,
    id: &str,
) -> Result<Option<Task>, JournalError> {
    one(connection, path, &format!("{TASK} WHERE id = ?1"), params![id], task_row)
}

pub(super) fn tasks(
    connection: &Connection,
    path: &Path,
    filter: &TaskFilter,
) -> Result<Vec<Task>, JournalError> {
    let mut query = Query::new(TASK);
    if !filter.done {
        query.when("done_at IS NULL");
    }
    query.equal("contact", filter.contact.as_ref());
    query.end("created_at, rowid", filter.limit);
    query.all(connection, path, task_row)
}

pub(super) fn contact(
    connection: &Connection,
    path: &Path,
    id: &str,
) -> Result<Option<ContactRow>, JournalError> {
    let sql = format!("{CONTACT} WHERE id = ?1");
    let found = one(connection, path, &sql, params![id], contact_row)?;
    found.map(|found| whole_contact(connection, path, found)).transpose()
}

pub(super) fn contacts(
    connection: &Connection,
    path: &Path,
    filter: &ContactFilter,
) -> Result<Vec<ContactRow>, JournalError> {
    let mut query = Query::new(CONTACT);
    if let Some(after) = &filter.after {
        let place = query.value(after.clone());
        query.when(&format!("id > {place}"));
    }
    if let Some(tag) = &filter.tag {
        let place = query.value(tag.clone());
        query.when(&format!("id IN (SELECT contact FROM contact_tags WHERE tag = {place})"));
    }
    query.end("id", filter.limit);
    let found = query.all(connection, path, contact_row)?;
    found.into_iter().map(|found| whole_contact(connection, path, found)).collect()
}

/// The CRM record whose `email` or `phone` is that.
pub(super) fn crm_record(
    connection: &Connection,
    path: &Path,
    column: &'static str,
    key: &str,
) -> Result<Option<CrmRecord>, JournalError> {
    one(connection, path, &format!("{CRM} WHERE {column} = ?1"), params![key], crm_row)
}

pub(super) fn crm_records(
    connection: &Connection,
    path: &Path,
) -> Result<Vec<CrmRecord>, JournalError> {
    all(connection, path, &format!("{CRM} ORDER BY created_at, rowid"), (), crm_row)
}

fn run_row(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    Ok(RunRow {
        id: row.get(0)?,
        status: parsed(row, 1)?,
        graph: row.get(2)?,
        hash: row.get(3)?,
        document: row.get(4)?,
        planner: row.get(5)?,
        environment: parsed(row, 6)?,
        contact: row.get(7)?,
        started_at: time(row, 8)?,
        ended_at: maybe_time(row, 9)?,
        wake_at: maybe_time(row, 10)?,
        campaign: row.get(11)?,
        stop: stop_wish(row, 12)?,
    })
}

/// Since when, and the column after it: by whom.
pub(super) fn stop_wish(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<StopWish>> {
    let Some(at) = maybe_time(row, column)? else { return Ok(None) };
    let by: Option<String> = row.get(column + 1)?;
    Ok(Some(StopWish { at, by: by.unwrap_or_default() }))
}

fn task_row(row: &Row<'_>) -> rusqlite::Result<Task> {
    Ok(Task {
        id: row.get(0)?,
        run: row.get(1)?,
        block: row.get(2)?,
        contact: row.get(3)?,
        label: row.get(4)?,
        assignee: row.get(5)?,
        priority: row.get(6)?,
        created_at: time(row, 7)?,
        done_at: maybe_time(row, 8)?,
    })
}

fn crm_row(row: &Row<'_>) -> rusqlite::Result<CrmRecord> {
    let fields: String = row.get(3)?;
    Ok(CrmRecord {
        id: row.get(0)?,
        email: row.get(1)?,
        phone: row.get(2)?,
        fields: serde_json::from_str(&fields).map_err(|error| bad(3, error))?,
        created_at: time(row, 4)?,
        updated_at: time(row, 5)?,
    })
}

/// A contact's row: its id, its body, and when it opted out.
fn contact_row(row: &Row<'_>) -> rusqlite::Result<(String, Contact, Option<Timestamp>)> {
    let body: String = row.get(1)?;
    let contact = serde_json::from_str(&body).map_err(|error| bad(1, error))?;
    Ok((row.get(0)?, contact, maybe_time(row, 2)?))
}

fn whole_contact(
    connection: &Connection,
    path: &Path,
    (id, contact, opted_out_at): (String, Contact, Option<Timestamp>),
) -> Result<ContactRow, JournalError> {
    let sql = "SELECT tag, at FROM contact_tags WHERE contact = ?1 ORDER BY tag";
    let take = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, time(row, 1)?));
    let tags = all(connection, path, sql, params![id], take)?;
    let tagged_at: BTreeMap<String, Timestamp> = tags.into_iter().collect();
    let contact = Contact { tags: tagged_at.keys().cloned().collect(), ..contact };
    Ok(ContactRow { contact, tagged_at, opted_out_at })
}

fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    parsed(row, column)
}

pub(super) fn maybe_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(|error| bad(column, error))).transpose()
}

pub(super) fn parsed<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error| bad(column, error))
}

pub(super) fn bad(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

pub(super) fn one<T>(
    connection: &Connection,
    path: &Path,
    sql: &str,
    values: impl Params,
    take: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, JournalError> {
    let statement = connection.prepare_cached(sql);
    let row = statement.and_then(|mut statement| statement.query_row(values, take).optional());
    row.map_err(|error| classify(path, &error))
}

pub(super) fn all<T>(
    connection: &Connection,
    path: &Path,
    sql: &str,
    values: impl Params,
    take: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, JournalError> {
    let statement = connection.prepare_cached(sql);
    let rows = statement.and_then(|mut statement| statement.query_map(values, take)?.collect());
    rows.map_err(|error| classify(path, &error))
}

/// A query put together from conditions.
struct Query {
    sql: String,
    conditions: Vec<String>,
    values: Vec<String>,
}

impl Query {
    fn new(select: &str) -> Query {
        Query { sql: select.to_owned(), conditions: Vec::new(), values: Vec::new() }
    }

    /// Binds a value; gives its placeholder.
    fn value(&mut self, value: String) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }

    fn when(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
    }

    fn equal(&mut self, column: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.any_of(column, vec![value.clone()]);
        }
    }

    fn any_of(&mut self, column: &str, values: Vec<String>) {
        if !values.is_empty() {
            let places: Vec<String> = values.into_iter().map(|value| self.value(value)).collect();
            self.when(&format!("{column} IN ({})", places.join(", ")));
        }
    }

    fn end(&mut self, order: &str, limit: Option<u32>) {
        if !self.conditions.is_empty() {
            self.sql += " WHERE ";
            self.sql += &self.conditions.join(" AND ");
        }
        self.sql += " ORDER BY ";
        self.sql += order;
        if let Some(limit) = limit {
            self.sql += " LIMIT ";
            self.sql += &limit.to_string();
        }
    }

    pub(super) fn all<T>(
        self,
        connection: &Connection,
        path: &Path,
        take: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, JournalError> {
        let values: Vec<&dyn ToSql> = self.values.iter().map(|value| value as &dyn ToSql).collect();
        all(connection, path, &self.sql, &*values, take)
    }
}
