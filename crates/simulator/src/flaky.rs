//! A journal as one process meets it: slow, refusing now and then, and watched by the referee.
//!
//! Before a commit and after it others take turns, and a process that is killed there has made it or not, without knowing.

use std::sync::Arc;

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

use crate::{
    referee::{Process, Referee},
    stage::Stage,
};

pub(crate) struct Flaky {
    pub(crate) inner: Arc<dyn Journal>,
    pub(crate) stage: Arc<Stage>,
    pub(crate) process: Process,
}

/// What a refused commit says.
pub(crate) fn refusal() -> JournalError {
    JournalError::Locked("simulated.db".into())
}

impl Flaky {
    /// A commit, and what the referee sees of it in the same moment.
    async fn commit<'a, T: 'a>(
        &self,
        work: impl FnOnce() -> Answer<'a, T>,
        see: impl FnOnce(&mut Referee, &T),
    ) -> Result<T, JournalError> {
        self.stage.linger(80).await;
        {
            let state = &mut *self.stage.state();
            state.commits += 1;
            if state.refused.contains(&state.commits) {
                state.referee.tally.refusals += 1;
                return Err(refusal());
            }
        }
        let done = work().await;
        if let Ok(done) = &done {
            see(&mut self.stage.state().referee, done);
        }
        self.stage.linger(80).await;
        done
    }
}

impl Journal for Flaky {
    fn start(&self, new: NewRun) -> Answer<'_, Started> {
        Box::pin(self.commit(
            || self.inner.start(new),
            |referee, started| match started {
                Started::New(lease, event) => referee.started(self.process, lease, event),
                Started::Known(_) => {}
            },
        ))
    }

    fn take<'a>(&'a self, run: &'a str, owner: &'a str, at: Timestamp) -> Answer<'a, Taken> {
        Box::pin(self.commit(
            move || self.inner.take(run, owner, at),
            move |referee, taken| referee.taken(taken, at),
        ))
    }

    fn heartbeat(&self, beat: Heartbeat) -> Answer<'_, Vec<String>> {
        let seen = beat.clone();
        Box::pin(self.commit(|| self.inner.heartbeat(beat), move |referee, _| referee.lives(&seen)))
    }

    fn retire<'a>(&'a self, owner: &'a str, at: Timestamp) -> Answer<'a, ()> {
        self.inner.retire(owner, at)
    }

    fn claim(&self, claim: Claim) -> Answer<'_, Claimed> {
        let at = claim.at;
        Box::pin(self.commit(
            || self.inner.claim(claim),
            move |referee, claimed| claimed.runs.iter().for_each(|taken| referee.taken(taken, at)),
        ))
    }

    fn stop(&self, order: StopOrder) -> Answer<'_, Stopping> {
        self.inner.stop(order)
    }

    fn append<'a>(&'a self, lease: &'a Lease, batch: Batch) -> Answer<'a, Appended> {
        let at = batch.at;
        Box::pin(self.commit(
            || self.inner.append(lease, batch),
            move |referee, Appended { events, rest, .. }| {
                referee.stored(self.process, lease, events, (*rest, at));
            },
        ))
    }

    fn document<'a>(&'a self, hash: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        self.inner.document(hash)
    }
}

impl Records for Flaky {
    fn runs(&self, filter: RunFilter) -> Answer<'_, Vec<RunRow>> {
        self.inner.runs(filter)
    }

    fn run<'a>(&'a self, run: &'a str) -> Answer<'a, Option<RunRow>> {
        self.inner.run(run)
    }

    fn events<'a>(&'a self, run: &'a str, after: u32) -> Answer<'a, Vec<Event>> {
        self.inner.events(run, after)
    }

    fn tasks(&self, filter: TaskFilter) -> Answer<'_, Vec<Task>> {
        self.inner.tasks(filter)
    }

    fn finish_task<'a>(&'a self, id: &'a str, at: Timestamp) -> Answer<'a, Option<Task>> {
        self.inner.finish_task(id, at)
    }

    fn import(&self, people: Vec<Person>, at: Timestamp) -> Answer<'_, Imported> {
        self.inner.import(people, at)
    }

    fn contacts(&self, filter: ContactFilter) -> Answer<'_, Vec<ContactRow>> {
        self.inner.contacts(filter)
    }

    fn contact<'a>(&'a self, id: &'a str) -> Answer<'a, Option<ContactRow>> {
        self.inner.contact(id)
    }

    fn opt_out(&self, person: Person, at: Timestamp) -> Answer<'_, ()> {
        self.inner.opt_out(person, at)
    }

    fn open_calls<'a>(&'a self, contact: &'a str) -> Answer<'a, Vec<OpenCall>> {
        self.inner.open_calls(contact)
    }

    fn crm_records(&self) -> Answer<'_, Vec<CrmRecord>> {
        self.inner.crm_records()
    }
}
