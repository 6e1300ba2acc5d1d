//! A journal that forgets with its process: for simulations and tests.

mod campaign;
mod lease;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;

use super::{
    Answer, Appended, Batch, Claim, Claimed, ContactFilter, ContactRow, Heartbeat, Holder,
    Imported, Journal, JournalError, Lease, NewRun, OpenCall, Records, Rest, RunFilter, Started,
    StopOrder, Stopping, Taken, TaskFilter,
    rules::{self, Head, Store, Tenant},
};
use crate::{
    event::Event,
    identity::Person,
    local::{CrmRecord, Shelves, Task},
    run::RunRow,
};

/// A journal in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    runs: BTreeMap<String, Run>,
    processes: BTreeMap<String, Holder>,
    campaigns: BTreeMap<String, campaign::Kept>,
    documents: BTreeMap<String, Arc<[u8]>>,
    contacts: BTreeMap<String, Known>,
    tasks: Vec<Task>,
    crm: Vec<CrmRecord>,
}

#[derive(Debug)]
struct Run {
    row: RunRow,
    owner: Option<String>,
    epoch: u32,
    events: Vec<Event>,
}

#[derive(Debug, Default)]
struct Known {
    person: Option<Person>,
    tags: BTreeMap<String, Timestamp>,
    opted_out_at: Option<Timestamp>,
}

impl MemoryJournal {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer that is there already.
fn ready<'a, T: Send + 'a>(answer: Result<T, JournalError>) -> Answer<'a, T> {
    Box::pin(std::future::ready(answer))
}

impl Journal for MemoryJournal {
    fn start(&self, new: NewRun) -> Answer<'_, Started> {
        ready(rules::start(&mut *self.state(), new))
    }

    fn take<'a>(&'a self, run: &'a str, owner: &'a str, at: Timestamp) -> Answer<'a, Taken> {
        ready(rules::take(&mut *self.state(), run, owner, at))
    }

    fn heartbeat(&self, beat: Heartbeat) -> Answer<'_, Vec<String>> {
        ready(rules::heartbeat(&mut *self.state(), &beat))
    }

    fn retire<'a>(&'a self, owner: &'a str, at: Timestamp) -> Answer<'a, ()> {
        ready(rules::retire(&mut *self.state(), owner, at))
    }

    fn claim(&self, claim: Claim) -> Answer<'_, Claimed> {
        ready(rules::claim(&mut *self.state(), &claim))
    }

    fn stop(&self, order: StopOrder) -> Answer<'_, Stopping> {
        ready(rules::stop(&mut *self.state(), &order))
    }

    fn append<'a>(&'a self, lease: &'a Lease, batch: Batch) -> Answer<'a, Appended> {
        ready(rules::append(&mut *self.state(), lease, batch))
    }

    fn document<'a>(&'a self, hash: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        ready(Ok(self.state().documents.get(hash).map(|bytes| bytes.to_vec())))
    }
}

impl Records for MemoryJournal {
    fn runs(&self, filter: RunFilter) -> Answer<'_, Vec<RunRow>> {
        let wanted = |row: &&RunRow| {
            (filter.statuses.is_empty() || filter.statuses.contains(&row.status))
                && filter.contact.as_ref().is_none_or(|contact| *contact == row.contact)
                && filter.graph.as_ref().is_none_or(|graph| *graph == row.graph)
                && filter.campaign.as_ref().is_none_or(|it| row.campaign.as_ref() == Some(it))
        };
        let state = self.state();
        let mut rows: Vec<RunRow> =
            state.runs.values().map(|run| &run.row).filter(wanted).cloned().collect();
        rows.sort_by(|a, b| (b.started_at, &b.id).cmp(&(a.started_at, &a.id)));
        ready(Ok(at_most(rows, filter.limit)))
    }

    fn run<'a>(&'a self, run: &'a str) -> Answer<'a, Option<RunRow>> {
        ready(Store::run(&mut *self.state(), run))
    }

    fn events<'a>(&'a self, run: &'a str, after: u32) -> Answer<'a, Vec<Event>> {
        ready(Store::events(&mut *self.state(), run, after))
    }

    fn tasks(&self, filter: TaskFilter) -> Answer<'_, Vec<Task>> {
        let wanted = |task: &&Task| {
            (filter.done || task.done_at.is_none())
                && filter.contact.as_ref().is_none_or(|contact| *contact == task.contact)
        };
        let tasks = self.state().tasks.iter().filter(wanted).cloned().collect();
        ready(Ok(at_most(tasks, filter.limit)))
    }

    fn finish_task<'a>(&'a self, id: &'a str, at: Timestamp) -> Answer<'a, Option<Task>> {
        let mut state = self.state();
        let task = state.tasks.iter_mut().find(|task| task.id == id);
        ready(Ok(task.map(|task| {
            task.done_at.get_or_insert(at);
            task.clone()
        })))
    }

    fn import(&self, people: Vec<Person>, at: Timestamp) -> Answer<'_, Imported> {
        ready(rules::import(&mut *self.state(), &people, at))
    }

    fn contacts(&self, filter: ContactFilter) -> Answer<'_, Vec<ContactRow>> {
        let wanted = |(id, known): &(&String, &Known)| {
            filter.after.as_ref().is_none_or(|after| *id > after)
                && filter.tag.as_ref().is_none_or(|tag| known.tags.contains_key(tag))
        };
        let state = self.state();
        let rows = state.contacts.iter().filter(wanted).filter_map(|(_, known)| known.row());
        ready(Ok(at_most(rows.collect(), filter.limit)))
    }

    fn contact<'a>(&'a self, id: &'a str) -> Answer<'a, Option<ContactRow>> {
        ready(Ok(self.state().contacts.get(id).and_then(Known::row)))
    }

    fn opt_out(&self, person: Person, at: Timestamp) -> Answer<'_, ()> {
        ready(Store::opt_out(&mut *self.state(), &person, at))
    }

    fn open_calls<'a>(&'a self, contact: &'a str) -> Answer<'a, Vec<OpenCall>> {
        let state = self.state();
        let runs = state.runs.values().filter(|run| run.row.contact == contact);
        let open =
            |run: &Run| super::open_calls(&run.row.id, run.events.iter().map(|event| &event.fact));
        ready(Ok(runs.flat_map(open).collect()))
    }

    fn crm_records(&self) -> Answer<'_, Vec<CrmRecord>> {
        ready(Ok(self.state().crm.clone()))
    }
}

impl Known {
    fn row(&self) -> Option<ContactRow> {
        let mut contact = self.person.as_ref()?.contact.clone();
        contact.tags = self.tags.keys().cloned().collect();
        Some(ContactRow { contact, tagged_at: self.tags.clone(), opted_out_at: self.opted_out_at })
    }
}

impl State {
    fn known(&mut self, run: &str) -> Result<&mut Run, JournalError> {
        self.runs.get_mut(run).ok_or_else(|| JournalError::UnknownRun(run.to_owned()))
    }
}

impl Store for State {
    fn run(&mut self, run: &str) -> Result<Option<RunRow>, JournalError> {
        Ok(self.runs.get(run).map(|run| run.row.clone()))
    }

    fn active_run(&mut self, graph: &str, contact: &str) -> Result<Option<RunRow>, JournalError> {
        let active =
            |row: &&RunRow| row.status.is_active() && row.graph == graph && row.contact == contact;
        Ok(self.runs.values().map(|run| &run.row).find(active).cloned())
    }

    fn put_run(&mut self, row: &RunRow, owner: &str) -> Result<(), JournalError> {
        let owner = Some(owner.to_owned());
        let run = Run { row: row.clone(), owner, epoch: 1, events: Vec::new() };
        self.runs.insert(row.id.clone(), run);
        Ok(())
    }

    fn head(&mut self, run: &str) -> Result<Option<Head>, JournalError> {
        Ok(self.runs.get(run).map(|run| Head {
            owner: run.owner.clone(),
            epoch: run.epoch,
            last_seq: run.events.last().map_or(0, |event| event.seq),
            stop: run.row.stop.clone(),
        }))
    }

    fn occupy(&mut self, run: &str, tenant: Tenant<'_>) -> Result<(), JournalError> {
        let run = self.known(run)?;
        run.owner = Some(tenant.owner.to_owned());
        run.epoch = tenant.epoch;
        run.row.status = tenant.status;
        run.row.wake_at = None;
        Ok(())
    }

    fn rest(&mut self, run: &str, rest: Rest, at: Timestamp) -> Result<(), JournalError> {
        let run = self.known(run)?;
        run.owner = None;
        run.row.status = rest.status;
        run.row.wake_at = rest.wake_at;
        run.row.ended_at = (!rest.status.is_active()).then_some(at);
        Ok(())
    }

    fn events(&mut self, run: &str, after: u32) -> Result<Vec<Event>, JournalError> {
        let later = |event: &&Event| event.seq > after;
        Ok(self
            .runs
            .get(run)
            .map(|run| run.events.iter().filter(later).cloned().collect())
            .unwrap_or_default())
    }

    fn put_event(&mut self, run: &str, event: &Event) -> Result<(), JournalError> {
        self.known(run)?.events.push(event.clone());
        Ok(())
    }

    fn put_document(&mut self, hash: &str, bytes: &Arc<[u8]>) -> Result<(), JournalError> {
        self.documents.entry(hash.to_owned()).or_insert_with(|| Arc::clone(bytes));
        Ok(())
    }

    fn put_contact(&mut self, person: &Person, _at: Timestamp) -> Result<bool, JournalError> {
        let known = self.contacts.entry(person.id.clone()).or_default();
        Ok(known.person.replace(person.clone()).is_none())
    }

    fn opt_out(&mut self, person: &Person, at: Timestamp) -> Result<(), JournalError> {
        let known = self.contacts.entry(person.id.clone()).or_default();
        known.person.get_or_insert_with(|| person.clone());
        known.opted_out_at.get_or_insert(at);
        Ok(())
    }

    fn has_opted_out(&mut self, person: &Person) -> Result<bool, JournalError> {
        let same = |known: &Known| {
            known.person.as_ref().is_some_and(|it| {
                it.id == person.id
                    || (it.email.is_some() && it.email == person.email)
                    || (it.phone.is_some() && it.phone == person.phone)
            })
        };
        Ok(self.contacts.values().any(|known| known.opted_out_at.is_some() && same(known)))
    }
}

impl Shelves for State {
    fn put_task(&mut self, task: &Task) -> Result<(), JournalError> {
        self.tasks.push(task.clone());
        Ok(())
    }

    fn put_tag(&mut self, contact: &str, tag: &str, at: Timestamp) -> Result<bool, JournalError> {
        let tags = &mut self.contacts.entry(contact.to_owned()).or_default().tags;
        let new = !tags.contains_key(tag);
        tags.entry(tag.to_owned()).or_insert(at);
        Ok(new)
    }

    fn crm_by_email(&mut self, email: &str) -> Result<Option<CrmRecord>, JournalError> {
        Ok(self.crm.iter().find(|record| record.email.as_deref() == Some(email)).cloned())
    }

    fn crm_by_phone(&mut self, phone: &str) -> Result<Option<CrmRecord>, JournalError> {
        Ok(self.crm.iter().find(|record| record.phone.as_deref() == Some(phone)).cloned())
    }

    fn put_crm(&mut self, record: &CrmRecord) -> Result<(), JournalError> {
        match self.crm.iter_mut().find(|known| known.id == record.id) {
            Some(known) => *known = record.clone(),
            None => self.crm.push(record.clone()),
        }
        Ok(())
    }
}

fn at_most<T>(mut items: Vec<T>, limit: Option<u32>) -> Vec<T> {
    if let Some(limit) = limit {
        items.truncate(limit as usize);
    }
    items
}
