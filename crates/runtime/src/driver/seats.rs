//! How many runs of a pool move, and how many only stand in line at a host.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Notify, watch};

/// The seats of a pool: a run that only stands in line leaves its own to another.
#[derive(Debug, Default)]
pub(super) struct Seats {
    away: AtomicUsize,
    news: Notify,
    closing: watch::Sender<bool>,
}

/// A seat that was left, until its run comes back.
#[derive(Debug)]
pub(super) struct Away<'s>(&'s Seats);

impl Seats {
    /// A run has nothing to do but stand in line.
    pub(super) fn leave(&self) -> Away<'_> {
        self.away.fetch_add(1, Ordering::Relaxed);
        self.news.notify_one();
        Away(self)
    }

    /// How many seats are left to others.
    pub(super) fn left(&self) -> usize {
        self.away.load(Ordering::Relaxed)
    }

    /// Waits until a seat is left.
    pub(super) async fn news(&self) {
        self.news.notified().await;
    }

    /// The pool comes to its end: there is no use in standing in line.
    pub(super) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Whether the pool comes to its end.
    pub(super) fn are_closing(&self) -> bool {
        *self.closing.borrow()
    }

    /// Waits until the pool comes to its end.
    pub(super) async fn closing(&self) {
        // The sender is ours: it cannot be gone.
        drop(self.closing.subscribe().wait_for(|closing| *closing).await);
    }
}

impl Drop for Away<'_> {
    fn drop(&mut self) {
        self.0.away.fetch_sub(1, Ordering::Relaxed);
    }
}
