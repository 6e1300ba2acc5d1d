//! Journals that make one mistake each, and one that makes none but answers at once.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use jiff::Timestamp;
use relance_runtime::{
    event::{Event, Fact},
    identity::Person,
    journal::{
        Answer, Appended, Batch, Claim, Claimed, ContactFilter, ContactRow, Entry, Heartbeat,
        Imported, Journal, Lease, MemoryJournal, NewRun, OpenCall, Records, RunFilter, Started,
        StopOrder, Stopping, Taken, TaskFilter,
    },
    local::{CrmRecord, Task},
    run::RunRow,
};
use tokio::runtime::Runtime;

/// What a journal does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// Says that an intent is stored, and stores it with the next batch only.
    ForgetsIntents,
    /// Gives all but the last event back after a crash.
    LosesTheLast,
    /// Performs a local effect a second time.
    RepeatsEffects,
    /// Takes what comes from a process that has lost the run.
    IgnoresLeases,
    /// Starts a second run for a contact who has one.
    AllowsTwins,
    /// Forgets who has opted out.
    ForgetsOptOuts,
}

impl Mistake {
    pub(crate) const ALL: [Mistake; 6] = [
        Mistake::ForgetsIntents,
        Mistake::LosesTheLast,
        Mistake::RepeatsEffects,
        Mistake::IgnoresLeases,
        Mistake::AllowsTwins,
        Mistake::ForgetsOptOuts,
    ];
}

/// A journal between the runtime and another one.
pub(crate) struct Wrong {
    inner: Arc<dyn Journal>,
    mistake: Option<Mistake>,
    /// The newest lease.
    newest: Mutex<Option<Lease>>,
    count: AtomicUsize,
    /// Waits for answers on the spot, so that simulated time stands still meanwhile.
    blocking: Option<Runtime>,
}

/// The same journal, whose answers are there when it was asked.
pub(crate) fn at_once(inner: Arc<dyn Journal>) -> Wrong {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    Wrong {
        inner,
        mistake: None,
        newest: Mutex::default(),
        count: AtomicUsize::new(0),
        blocking: Some(runtime),
    }
}

impl Wrong {
    pub(crate) fn new(mistake: Mistake) -> Wrong {
        let inner = Arc::new(MemoryJournal::default());
        Wrong {
            inner,
            mistake: Some(mistake),
            newest: Mutex::default(),
            count: AtomicUsize::new(0),
            blocking: None,
        }
    }

    fn makes(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    fn plain<'a, T: Send + 'a>(&self, answer: Answer<'a, T>) -> Answer<'a, T> {
        match &self.blocking {
            Some(runtime) => Box::pin(std::future::ready(runtime.block_on(answer))),
            None => answer,
        }
    }

    /// What an append is told was stored, when the intents in it were not.
    async fn forget_intents(
        &self,
        lease: &Lease,
        batch: Batch,
    ) -> Result<Appended, relance_runtime::journal::JournalError> {
        let intent = |entry: &Entry| matches!(entry, Entry::Intent { .. });
        let (intents, entries): (Vec<Entry>, Vec<Entry>) =
            batch.entries.into_iter().partition(intent);
        let at = batch.at;
        let mut appended = self.inner.append(lease, Batch { entries, ..batch }).await?;
        let last = self.inner.events(&lease.run, 0).await?.len();
        for (seq, entry) in (last + 1..).zip(intents) {
            let Entry::Intent { block, visit, attempt, key, .. } = entry else { continue };
            let fact = Fact::AttemptStarted { block, visit, attempt, key };
            appended.events.push(Event { seq: u32::try_from(seq).unwrap(), at, fact });
        }
        Ok(appended)
    }

    /// An entry that performs an effect of the batch again, under another key.
    fn again(batch: &Batch) -> Option<Entry> {
        batch.entries.iter().find_map(|entry| match entry {
            Entry::Local { block, key, effect } => {
                let key = format!("again {key}");
                Some(Entry::Local { block: block.clone(), key, effect: effect.clone() })
            }
            Entry::Fact(_) | Entry::Intent { .. } => None,
        })
    }
}

impl Journal for Wrong {
    fn start(&self, mut new: NewRun) -> Answer<'_, Started> {
        if self.makes(Mistake::AllowsTwins) {
            let number = self.count.fetch_add(1, Ordering::Relaxed);
            new.started.graph = format!("graph {number}");
        }
        let answer = self.plain(self.inner.start(new));
        Box::pin(async move {
            let started = answer.await?;
            if let Started::New(lease, _) = &started {
                *self.newest.lock().unwrap() = Some(lease.clone());
            }
            Ok(started)
        })
    }

    fn heartbeat(&self, beat: Heartbeat) -> Answer<'_, Vec<String>> {
        self.plain(self.inner.heartbeat(beat))
    }

    fn retire<'a>(&'a self, owner: &'a str, at: Timestamp) -> Answer<'a, ()> {
        self.plain(self.inner.retire(owner, at))
    }

    fn claim(&self, claim: Claim) -> Answer<'_, Claimed> {
        self.plain(self.inner.claim(claim))
    }

    fn stop(&self, order: StopOrder) -> Answer<'_, Stopping> {
        self.plain(self.inner.stop(order))
    }

    fn take<'a>(&'a self, run: &'a str, owner: &'a str, at: Timestamp) -> Answer<'a, Taken> {
        let answer = self.plain(self.inner.take(run, owner, at));
        Box::pin(async move {
            let mut taken = answer.await?;
            *self.newest.lock().unwrap() = Some(taken.lease.clone());
            if self.makes(Mistake::LosesTheLast) && taken.events.len() > 1 {
                taken.events.pop();
            }
            Ok(taken)
        })
    }

    fn append<'a>(&'a self, lease: &'a Lease, mut batch: Batch) -> Answer<'a, Appended> {
        match self.mistake {
            Some(Mistake::ForgetsIntents) => return Box::pin(self.forget_intents(lease, batch)),
            Some(Mistake::ForgetsOptOuts) => {
                for entry in &mut batch.entries {
                    if let Entry::Intent { personal, .. } = entry {
                        *personal = false;
                    }
                }
            }
            Some(Mistake::RepeatsEffects) => {
                let again = Wrong::again(&batch);
                batch.entries.extend(again);
            }
            Some(Mistake::IgnoresLeases) => {
                let newest = self.newest.lock().unwrap().clone();
                let newest = newest.filter(|newest| newest.run == lease.run);
                let newest = newest.unwrap_or_else(|| lease.clone());
                return Box::pin(async move { self.inner.append(&newest, batch).await });
            }
            Some(Mistake::LosesTheLast | Mistake::AllowsTwins) | None => {}
        }
        self.plain(self.inner.append(lease, batch))
    }

    fn document<'a>(&'a self, hash: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        self.plain(self.inner.document(hash))
    }
}

impl Records for Wrong {
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
