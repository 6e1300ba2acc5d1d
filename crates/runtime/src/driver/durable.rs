//! The port to an engine: what a run asks of whatever carries it through crashes.
//!
//! Deciding, making ready, judging and reporting stand above it and are the same for every engine. Below it lies all that an engine
//! may do in its own way: tell the time, keep what happened, perform calls, wait, and hear of wishes to stop. What people decide
//! about a block is kept through it too ([`Engine::resolve_with`]). [`Embedded`] is the engine that keeps runs in a
//! [`Journal`](crate::journal::Journal), in SQLite or in memory. An engine with a log of its own implements [`Durable`] beside it.
//!
//! A run is carried out in *stretches*: one begins when the run is started or taken up, with the events that there are, and ends when
//! the run rests. Within a stretch a process may be killed at any moment. What an engine owes:
//!
//! * **Kept is kept.** [`Durable::keep`] answers when what it was given would survive; all of it or nothing is there. However often a
//!   stretch is begun again, each batch is kept once.
//! * **Names.** A call and a timer have names ([`Call`], [`Timer`]) that are the same in every process. What came of a call is given
//!   back to whoever asks under its name again; nobody is called again for it.
//! * **A call may leave once only under its name.** Where a process was killed between the intent of a call and its outcome, nobody
//!   knows whether it left. An engine that begins a stretch again from its first line says so ([`Performed::Interrupted`]); one that
//!   goes on from the events leaves it to the run, which sees an intent without an outcome.
//! * **Order.** Of two things that happened, the one that the run heard of first is the first in every life.
//! * **Time stands still** while a stretch is played again: [`Durable::now`] says what it said then.

use std::future::Future;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Engine, RunError,
    gates::{Asked, Place},
    resolve::due_at_once,
    tenure::not_sent,
};
use crate::{
    action::Outside,
    event::Fact,
    failure::Failure,
    journal::{Appended, Batch, Entry, JournalError, Lease},
};

/// One stretch of one run, in the hands of an engine.
pub trait Durable: Send + Sync {
    /// The time. It may stand still between two things that were kept, performed or waited for.
    fn now(&self) -> Timestamp;
    /// Keeps what happened, with the local effects in it, all or nothing. Says what became of it.
    fn keep(&self, batch: Batch) -> impl Future<Output = Result<Appended, JournalError>> + Send;
    /// Asks for a place at a host, before the intent of a call to it is kept. An engine that cannot let a run wait here without a
    /// log of it lets everybody in, and holds calls back where it performs them.
    fn ask(&self, _host: &str) -> Asked {
        Asked::Enter(Place::free())
    }
    /// Performs a call whose intent is kept. What it asks for is made anew in every life, and is the same.
    fn perform(&self, call: &Call, outside: Outside) -> impl Future<Output = Performed> + Send;
    /// Waits for the time at which a block is tried again.
    fn sleep_until(&self, timer: &Timer, time: Timestamp) -> impl Future<Output = ()> + Send;
    /// Waits until somebody wants the run to stop. It may never come to an end.
    fn stop_wished(&self) -> impl Future<Output = ()> + Send;
}

/// The name of a call: what its intent says. The same in every life of a run, and never another call's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Call {
    /// The block.
    pub block: String,
    /// Which visit of the block.
    pub visit: u32,
    /// Which attempt of the block.
    pub attempt: u32,
    /// The idempotency key.
    pub key: String,
}

/// The name of a timer: the block, and how often it had been tried.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Timer {
    /// The block.
    pub block: String,
    /// How often it had been tried.
    pub attempts: u32,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Performed {
    /// The block's output.
    Done(Value),
    /// It failed.
    Failed(Failure),
    /// A process was killed while it was under way: nobody knows whether it left.
    Interrupted,
}

impl Call {
    /// The call whose intent that is, if it is one.
    pub fn intended(fact: &Fact) -> Option<Call> {
        if let Fact::AttemptStarted { block, visit, attempt, key } = fact {
            let (block, key) = (block.clone(), key.clone());
            Some(Call { block, visit: *visit, attempt: *attempt, key })
        } else {
            None
        }
    }
}

impl From<Result<Value, Failure>> for Performed {
    fn from(result: Result<Value, Failure>) -> Performed {
        match result {
            Ok(output) => Performed::Done(output),
            Err(failure) => Performed::Failed(failure),
        }
    }
}

/// A run in a journal, carried out by this process under a lease. It goes on from the events: they hold the outcomes of calls and the
/// times that are waited for, so names need no log of their own.
#[derive(Clone)]
pub struct Embedded<'e> {
    engine: &'e Engine,
    lease: Lease,
}

impl Engine {
    /// A run in this engine's journal, for as long as the lease is good.
    pub fn embedded(&self, lease: Lease) -> Embedded<'_> {
        Embedded { engine: self, lease }
    }

    /// Whether this process may begin something now, for all it knows.
    fn holds(&self) -> bool {
        self.tenure.holds(&*self.world.clock)
    }
}

impl Embedded<'_> {
    /// Gives a run back that is not carried on, its calls in flight dropped as in a crash: whoever takes it finds out where it
    /// stands, and need not wait until this process ends. If that fails too, this process may still take it again.
    pub(super) async fn give_back(&self) {
        drop(self.keep(due_at_once(self, Vec::new())).await);
    }

    /// Passes on what became of a run. One that the journal failed is given back; one that cannot be read is not, as everybody would
    /// take it in vain.
    pub(super) async fn carried<T>(&self, carried: Result<T, RunError>) -> Result<T, RunError> {
        match &carried {
            Err(RunError::Journal(JournalError::Unreadable { .. })) => {}
            Err(RunError::Journal(_)) => self.give_back().await,
            Ok(_) | Err(_) => {}
        }
        carried
    }
}

impl Durable for Embedded<'_> {
    fn now(&self) -> Timestamp {
        self.engine.world.clock.now()
    }

    async fn keep(&self, batch: Batch) -> Result<Appended, JournalError> {
        let begins = |entry: &Entry| !matches!(entry, Entry::Fact(_));
        if !self.engine.holds() && batch.entries.iter().any(begins) {
            self.engine.beat().await?;
        }
        let appended = self.engine.journal.append(&self.lease, batch).await?;
        for event in &appended.events {
            self.engine.observe(&self.lease.run, event);
        }
        Ok(appended)
    }

    fn ask(&self, host: &str) -> Asked {
        self.engine.gates.ask(host)
    }

    async fn perform(&self, _: &Call, outside: Outside) -> Performed {
        if !self.engine.holds() {
            return Performed::Failed(not_sent());
        }
        self.engine.world.perform(&outside).await.into()
    }

    async fn sleep_until(&self, _: &Timer, time: Timestamp) {
        self.engine.world.clock.sleep_until(time).await;
    }

    async fn stop_wished(&self) {
        self.engine.tenure.stops().wished(&self.lease.run).await;
    }
}
