//! The journal of every day: one SQLite file.
//!
//! Write-ahead log with `synchronous = FULL`: what was answered survives a power cut. One thread writes; it takes all that is
//! waiting into one transaction, so that many runs share the cost of a commit. Another thread reads.

mod backup;
mod campaign;
mod check;
mod connection;
mod failure;
mod lease;
mod read;
mod store;
mod trial;
mod worker;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

use super::{
    Answer, Appended, Batch, Claim, Claimed, ContactFilter, ContactRow, Heartbeat, Holder,
    Imported, Journal, JournalError, Lease, NewRun, OpenCall, Records, RunFilter, Started,
    StopOrder, Stopping, Taken, TaskFilter,
    rules::{self, Store},
};
use crate::{
    event::Event,
    identity::Person,
    local::{CrmRecord, Task},
    run::RunRow,
};
pub use backup::{Backup, BackupError};
use store::Shelf;
pub use trial::Trial;
use worker::{Reader, Writer};

/// A journal in a SQLite file.
#[derive(Debug)]
pub struct SqliteJournal {
    path: PathBuf,
    writer: Writer,
    reader: Reader,
}

impl SqliteJournal {
    /// Opens the journal of that file, and makes it when it is not there.
    pub fn open(path: impl AsRef<Path>) -> Result<SqliteJournal, JournalError> {
        SqliteJournal::open_for_trial(path, Trial::default())
    }

    /// The same, otherwise than every day.
    pub fn open_for_trial(
        path: impl AsRef<Path>,
        trial: Trial,
    ) -> Result<SqliteJournal, JournalError> {
        let path = path.as_ref();
        let writing = connection::writing(path)?;
        trial.apply(&writing, path)?;
        let reading = connection::reading(path)?;
        Ok(SqliteJournal {
            path: path.to_owned(),
            writer: Writer::start(path, writing)?,
            reader: Reader::start(path, reading)?,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The process that carries a run out at that time, if one that lives does.
    pub async fn holder(&self, run: &str, at: Timestamp) -> Result<Option<Holder>, JournalError> {
        let run = run.to_owned();
        self.read(move |connection, path| read::holder(connection, path, &run, at)).await
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Shelf<'_>) -> Result<T, JournalError> + Send + 'static,
    ) -> Answer<'_, T> {
        Box::pin(self.writer.ask(work))
    }

    fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &Path) -> Result<T, JournalError> + Send + 'static,
    ) -> Answer<'_, T> {
        Box::pin(self.reader.ask(work))
    }
}

impl Journal for SqliteJournal {
    fn start(&self, new: NewRun) -> Answer<'_, Started> {
        self.write(|shelf| rules::start(shelf, new))
    }

    fn take<'a>(&'a self, run: &'a str, owner: &'a str, at: Timestamp) -> Answer<'a, Taken> {
        let (run, owner) = (run.to_owned(), owner.to_owned());
        self.write(move |shelf| rules::take(shelf, &run, &owner, at))
    }

    fn heartbeat(&self, beat: Heartbeat) -> Answer<'_, Vec<String>> {
        self.write(move |shelf| rules::heartbeat(shelf, &beat))
    }

    fn retire<'a>(&'a self, owner: &'a str, at: Timestamp) -> Answer<'a, ()> {
        let owner = owner.to_owned();
        self.write(move |shelf| rules::retire(shelf, &owner, at))
    }

    fn claim(&self, claim: Claim) -> Answer<'_, Claimed> {
        self.write(move |shelf| rules::claim(shelf, &claim))
    }

    fn stop(&self, order: StopOrder) -> Answer<'_, Stopping> {
        self.write(move |shelf| rules::stop(shelf, &order))
    }

    fn append<'a>(&'a self, lease: &'a Lease, batch: Batch) -> Answer<'a, Appended> {
        let lease = lease.clone();
        self.write(move |shelf| rules::append(shelf, &lease, batch))
    }

    fn document<'a>(&'a self, hash: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        let hash = hash.to_owned();
        self.read(move |connection, path| read::document(connection, path, &hash))
    }
}

impl Records for SqliteJournal {
    fn runs(&self, filter: RunFilter) -> Answer<'_, Vec<RunRow>> {
        self.read(move |connection, path| read::runs(connection, path, &filter))
    }

    fn run<'a>(&'a self, run: &'a str) -> Answer<'a, Option<RunRow>> {
        let run = run.to_owned();
        self.read(move |connection, path| read::run(connection, path, &run))
    }

    fn events<'a>(&'a self, run: &'a str, after: u32) -> Answer<'a, Vec<Event>> {
        let run = run.to_owned();
        self.read(move |connection, path| read::events(connection, path, &run, after))
    }

    fn tasks(&self, filter: TaskFilter) -> Answer<'_, Vec<Task>> {
        self.read(move |connection, path| read::tasks(connection, path, &filter))
    }

    fn finish_task<'a>(&'a self, id: &'a str, at: Timestamp) -> Answer<'a, Option<Task>> {
        let id = id.to_owned();
        self.write(move |shelf| shelf.finish_task(&id, at))
    }

    fn import(&self, people: Vec<Person>, at: Timestamp) -> Answer<'_, Imported> {
        self.write(move |shelf| rules::import(shelf, &people, at))
    }

    fn contacts(&self, filter: ContactFilter) -> Answer<'_, Vec<ContactRow>> {
        self.read(move |connection, path| read::contacts(connection, path, &filter))
    }

    fn contact<'a>(&'a self, id: &'a str) -> Answer<'a, Option<ContactRow>> {
        let id = id.to_owned();
        self.read(move |connection, path| read::contact(connection, path, &id))
    }

    fn opt_out(&self, person: Person, at: Timestamp) -> Answer<'_, ()> {
        self.write(move |shelf| shelf.opt_out(&person, at))
    }

    fn open_calls<'a>(&'a self, contact: &'a str) -> Answer<'a, Vec<OpenCall>> {
        let contact = contact.to_owned();
        self.read(move |connection, path| {
            let active = RunFilter { contact: Some(contact), ..RunFilter::default() };
            let mut open = Vec::new();
            for row in read::runs(connection, path, &active)? {
                if row.status.is_active() {
                    let events = read::events(connection, path, &row.id, 0)?;
                    open.extend(super::open_calls(&row.id, events.iter().map(|it| &it.fact)));
                }
            }
            Ok(open)
        })
    }

    fn crm_records(&self) -> Answer<'_, Vec<CrmRecord>> {
        self.read(read::crm_records)
    }
}
