//! A process's own lease on the runs it carries out.
//!
//! While an engine is kept alive, a heartbeat says so in the journal every so often, and hears which of its runs are to stop. An
//! engine whose lease may be over begins nothing: somebody else may have its runs. What it would store then is refused by the
//! journal, which knows; not sending is what only the engine itself can see to.

use std::{
    collections::BTreeSet,
    pin::pin,
    process,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::future::{Either, select};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::Engine;
use crate::{
    failure::{Failure, Reason},
    journal::{Heartbeat, JournalError},
    port::Clock,
};

/// How long a process has its runs after it last said that it lives, and how often it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseTerms {
    /// Its lease, counted from the last heartbeat.
    pub length: Duration,
    /// From one heartbeat to the next.
    pub beat: Duration,
}

impl Default for LeaseTerms {
    fn default() -> LeaseTerms {
        LeaseTerms { length: Duration::from_secs(2), beat: Duration::from_millis(500) }
    }
}

/// The lease of a process.
#[derive(Debug)]
pub(super) struct Tenure {
    terms: LeaseTerms,
    /// Until when, in milliseconds since 1970; [`NOT_KEPT`] when nobody keeps it.
    until: AtomicI64,
    /// The same by the time that passes, in milliseconds: setting the clock makes no lease longer.
    elapsed: AtomicU64,
    /// Runs that are to stop.
    stops: watch::Sender<BTreeSet<Arc<str>>>,
}

const NOT_KEPT: i64 = i64::MIN;

impl Tenure {
    pub(super) fn new(terms: LeaseTerms) -> Tenure {
        let (until, elapsed) = (AtomicI64::new(NOT_KEPT), AtomicU64::new(0));
        Tenure { terms, until, elapsed, stops: watch::Sender::default() }
    }

    /// Whether something may begin now. An engine that nobody keeps alive has no lease that could run out.
    pub(super) fn holds(&self, clock: &dyn Clock) -> bool {
        let now = clock.now();
        let until = self.until.load(Ordering::Relaxed);
        let left = until.saturating_sub(now.as_millisecond());
        let length = i64::try_from(self.terms.length.as_millis()).unwrap_or(i64::MAX);
        // More than was ever given: the clock was set back, and the lease in the journal is not what it seems here.
        let by_time = left > length / 8 && left <= length;
        let end = Duration::from_millis(self.elapsed.load(Ordering::Relaxed));
        let by_span = end.saturating_sub(clock.elapsed()) > self.terms.length / 8;
        until == NOT_KEPT || (by_time && by_span)
    }

    /// Hears of runs that are to stop.
    pub(super) fn stops(&self) -> Stops {
        Stops(self.stops.subscribe())
    }

    fn tell(&self, stops: Vec<String>) {
        let stops: BTreeSet<Arc<str>> = stops.into_iter().map(Arc::from).collect();
        self.stops.send_if_modified(|known| {
            let news = *known != stops;
            *known = stops;
            news
        });
    }
}

/// Runs that are to stop, as the last heartbeat knew.
#[derive(Debug)]
pub(super) struct Stops(watch::Receiver<BTreeSet<Arc<str>>>);

impl Stops {
    /// Waits until that run is to stop.
    pub(super) async fn wished(&mut self, run: &str) {
        while !self.0.borrow_and_update().contains(run) {
            if self.0.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// The failure of a call that did not leave because the lease may have been over.
pub(super) fn not_sent() -> Failure {
    let message = "nothing was sent: this process may have lost the run";
    Failure::Retryable(Reason::new("lease-over", message), None)
}

impl Engine {
    /// Does that work as a process that lives: others leave its runs alone, and hear at once when it has ended well. When the work
    /// is dropped half-way, as in a crash, they wait until its lease is over.
    pub async fn alive<T>(&self, work: impl Future<Output = T>) -> Result<T, JournalError> {
        self.beat().await?;
        let done = match select(pin!(work), pin!(self.beats())).await {
            Either::Left((done, _)) => done,
            Either::Right((never, _)) => match never {},
        };
        self.tenure.until.store(NOT_KEPT, Ordering::Relaxed);
        // If it cannot be given up it is over soon anyway, and the work is done all the same.
        drop(self.journal.retire(&self.owner, self.now()).await);
        Ok(done)
    }

    /// Says that it lives, and makes sure of its lease.
    pub(super) async fn beat(&self) -> Result<(), JournalError> {
        let (at, elapsed) = (self.now(), self.world.clock.elapsed());
        let length = SignedDuration::try_from(self.tenure.terms.length).unwrap_or_default();
        let until = at.checked_add(length).unwrap_or(Timestamp::MAX);
        let beat = Heartbeat { owner: Arc::clone(&self.owner), pid: process::id(), at, until };
        let stops = self.journal.heartbeat(beat).await?;
        let end = elapsed.saturating_add(self.tenure.terms.length).as_millis();
        self.tenure.elapsed.store(u64::try_from(end).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.tenure.until.store(until.as_millisecond(), Ordering::Relaxed);
        self.tenure.tell(stops);
        Ok(())
    }

    /// A heartbeat every so often. One that fails is made up for by the next, or the lease is over.
    #[expect(clippy::infinite_loop, reason = "it ends with the work that it goes along with")]
    async fn beats(&self) -> std::convert::Infallible {
        loop {
            self.world.clock.sleep(self.tenure.terms.beat).await;
            drop(self.beat().await);
        }
    }
}
