//! What all processes of a trial share: the time, the chance, the referee, and the faults that are still to come.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use relance_runtime::{port::Clock as _, simulation::VirtualClock};
use relance_samples::random::Random;

use crate::referee::Referee;

#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) clock: Arc<VirtualClock>,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) chance: Random,
    pub(crate) referee: Referee,
    /// Commits that were asked for.
    pub(crate) commits: u64,
    /// Commits that are refused, by number.
    pub(crate) refused: Vec<u64>,
}

impl Stage {
    pub(crate) fn new(clock: Arc<VirtualClock>, state: State) -> Stage {
        Stage { clock, state: Mutex::new(state) }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets others take their turns, or time pass, or neither.
    pub(crate) async fn linger(&self, most_millis: usize) {
        let turns = {
            let chance = &mut self.state().chance;
            if chance.one_in(2) { chance.below(3) } else { 0 }
        };
        for _ in 0..turns {
            take_turns().await;
        }
        self.delay(most_millis).await;
    }

    /// Lets time pass, or none.
    pub(crate) async fn delay(&self, most_millis: usize) {
        let millis = {
            let chance = &mut self.state().chance;
            // Round times meet each other.
            match chance.below(4) {
                0 => chance.below(most_millis + 1),
                1 => chance.below(most_millis / 100 + 1) * 100,
                _ => 0,
            }
        };
        if millis > 0 {
            self.clock.sleep(Duration::from_millis(millis as u64)).await;
        }
    }
}

/// Waits for one turn of this one's own.
async fn take_turns() {
    let mut waited = false;
    std::future::poll_fn(|context| {
        if waited {
            return std::task::Poll::Ready(());
        }
        waited = true;
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}
