//! A journal with somebody watching: at any commit the run may be stopped, as a crash would.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use jiff::Timestamp;
use relance_runtime::{
    event::Event,
    identity::Person,
    journal::{
        Answer, Appended, Batch, Claim, Claimed, ContactFilter, ContactRow, Heartbeat, Imported,
        Journal, JournalError, Lease, NewRun, OpenCall, Records, RunFilter, Started, StopOrder,
        Stopping, Taken, TaskFilter,
    },
    local::{CrmRecord, Task},
    run::RunRow,
};
use tokio::runtime::Runtime;

/// A moment around a commit; commits count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// It is about to be made.
    Before(usize),
    /// It was made, and nobody knows yet.
    After(usize),
}

/// Says whether everything stops at that moment.
pub(crate) type Watch = Arc<dyn Fn(Moment) -> bool + Send + Sync>;

pub(crate) struct Staged {
    inner: Arc<dyn Journal>,
    watch: Watch,
    commits: AtomicUsize,
    /// The commit that is refused, if any is.
    refused: Option<usize>,
    /// Waits for answers on the spot, so that simulated time stands still meanwhile.
    blocking: Option<Runtime>,
}

impl Staged {
    pub(crate) fn new(inner: Arc<dyn Journal>, watch: Watch) -> Staged {
        Staged { inner, watch, commits: AtomicUsize::new(0), refused: None, blocking: None }
    }

    /// Nothing is stopped, and that commit is refused.
    pub(crate) fn refusing(inner: Arc<dyn Journal>, commit: usize) -> Staged {
        Staged { refused: Some(commit), ..Staged::new(inner, Arc::new(|_| false)) }
    }

    /// For simulated time.
    pub(crate) fn blocking(inner: Arc<dyn Journal>, watch: Watch) -> Staged {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Staged { blocking: Some(runtime), ..Staged::new(inner, watch) }
    }

    /// For simulated time, and nothing is stopped.
    pub(crate) fn calm(inner: Arc<dyn Journal>) -> Staged {
        Staged::blocking(inner, Arc::new(|_| false))
    }

    pub(crate) fn commits(&self) -> usize {
        self.commits.load(Ordering::Relaxed)
    }

    fn plain<'a, T: Send + 'a>(&self, answer: Answer<'a, T>) -> Answer<'a, T> {
        match &self.blocking {
            Some(runtime) => Box::pin(std::future::ready(runtime.block_on(answer))),
            None => answer,
        }
    }

    fn commit<'a, T: Send + 'a>(
        &'a self,
        answer: impl FnOnce() -> Answer<'a, T> + Send + 'a,
    ) -> Answer<'a, T> {
        Box::pin(async move {
            let number = self.commits.fetch_add(1, Ordering::Relaxed) + 1;
            if (self.watch)(Moment::Before(number)) {
                std::future::pending::<()>().await;
            }
            if self.refused == Some(number) {
                return Err(JournalError::Locked("staged.db".into()));
            }
            let answer = self.plain(answer()).await;
            if (self.watch)(Moment::After(number)) {
                std::future::pending::<()>().await;
            }
            answer
        })
    }
}

impl Journal for Staged {
    fn start(&self, new: NewRun) -> Answer<'_, Started> {
        self.commit(move || self.inner.start(new))
    }

    fn take<'a>(&'a self, run: &'a str, owner: &'a str, at: Timestamp) -> Answer<'a, Taken> {
        self.commit(move || self.inner.take(run, owner, at))
    }

    fn heartbeat(&self, beat: Heartbeat) -> Answer<'_, Vec<String>> {
        self.plain(self.inner.heartbeat(beat))
    }

    fn retire<'a>(&'a self, owner: &'a str, at: Timestamp) -> Answer<'a, ()> {
        self.plain(self.inner.retire(owner, at))
    }

    fn claim(&self, claim: Claim) -> Answer<'_, Claimed> {
        self.commit(move || self.inner.claim(claim))
    }

    fn stop(&self, order: StopOrder) -> Answer<'_, Stopping> {
        self.commit(move || self.inner.stop(order))
    }

    fn append<'a>(&'a self, lease: &'a Lease, batch: Batch) -> Answer<'a, Appended> {
        self.commit(move || self.inner.append(lease, batch))
    }

    fn document<'a>(&'a self, hash: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        self.plain(self.inner.document(hash))
    }
}

impl Records for Staged {
    fn runs(&self, filter: RunFilter) -> Answer<'_, Vec<RunRow>> {
        self.plain(self.inner.runs(filter))
    }

    fn run<'a>(&'a self, run: &'a str) -> Answer<'a, Option<RunRow>> {
        self.plain(self.inner.run(run))
    }

    fn events<'a>(&'a self, run: &'a str, after: u32) -> Answer<'a, Vec<Event>> {
        self.plain(self.inner.events(run, after))
    }

    fn tasks(&self, filter: TaskFilter) -> Answer<'_, Vec<Task>> {
        self.plain(self.inner.tasks(filter))
    }

    fn finish_task<'a>(&'a self, id: &'a str, at: Timestamp) -> Answer<'a, Option<Task>> {
        self.plain(self.inner.finish_task(id, at))
    }

    fn import(&self, people: Vec<Person>, at: Timestamp) -> Answer<'_, Imported> {
        self.plain(self.inner.import(people, at))
    }

    fn contacts(&self, filter: ContactFilter) -> Answer<'_, Vec<ContactRow>> {
        self.plain(self.inner.contacts(filter))
    }

    fn contact<'a>(&'a self, id: &'a str) -> Answer<'a, Option<ContactRow>> {
        self.plain(self.inner.contact(id))
    }

    fn opt_out(&self, person: Person, at: Timestamp) -> Answer<'_, ()> {
        self.plain(self.inner.opt_out(person, at))
    }

    fn open_calls<'a>(&'a self, contact: &'a str) -> Answer<'a, Vec<OpenCall>> {
        self.plain(self.inner.open_calls(contact))
    }

    fn crm_records(&self) -> Answer<'_, Vec<CrmRecord>> {
        self.plain(self.inner.crm_records())
    }
}
