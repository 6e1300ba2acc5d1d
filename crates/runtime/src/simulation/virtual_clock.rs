//! Time that passes only when nothing else can happen.

use std::{
    collections::BTreeMap,
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use jiff::Timestamp;

use crate::port::{BoxFuture, Clock};

/// A clock that leaps to the next time somebody waits for, once everybody waits.
#[derive(Debug)]
pub struct VirtualClock {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    now: Timestamp,
    /// Those who wait, by the time they wait for and their turn.
    sleepers: BTreeMap<(Timestamp, u64), Waker>,
    turns: u64,
}

impl VirtualClock {
    /// A clock that begins at that time.
    pub fn new(now: Timestamp) -> VirtualClock {
        let state = State { now, sleepers: BTreeMap::new(), turns: 0 };
        VirtualClock { state: Mutex::new(state) }
    }

    /// Runs a future to its end on this thread, letting time pass whenever it cannot go on. None: it cannot go on and waits
    /// for no time either; it is dropped.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&flag));
        let mut context = Context::from_waker(&waker);
        loop {
            while flag.0.swap(false, Ordering::Relaxed) {
                if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                    return Some(output);
                }
            }
            if !self.leap() {
                return None;
            }
        }
    }

    /// Sets the time, as a person or a time server does; whoever waits still waits for the time they named.
    pub fn set(&self, now: Timestamp) {
        self.state().now = now;
    }

    /// Leaps to the next time that somebody waits for, and wakes them. Says whether there was one.
    pub fn leap(&self) -> bool {
        let (now, sleepers) = {
            let mut state = self.state();
            let Some(((time, _), _)) = state.sleepers.first_key_value() else { return false };
            let time = *time;
            let later = state.sleepers.split_off(&(time, u64::MAX));
            (time, std::mem::replace(&mut state.sleepers, later))
        };
        let mut state = self.state();
        state.now = state.now.max(now);
        drop(state);
        sleepers.into_values().for_each(Waker::wake);
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    fn sleep_until(&self, time: Timestamp) -> BoxFuture<'_, ()> {
        let mut turn = None;
        Box::pin(poll_fn(move |context| {
            let mut state = self.state();
            if state.now >= time {
                return Poll::Ready(());
            }
            let turn = *turn.get_or_insert_with(|| {
                state.turns += 1;
                state.turns
            });
            state.sleepers.insert((time, turn), context.waker().clone());
            Poll::Pending
        }))
    }
}

/// Whether the future wants to be polled.
#[derive(Debug)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
