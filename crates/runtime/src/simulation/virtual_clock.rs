//! Time that passes only when nothing else can happen.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
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
    /// How much time has passed; setting the time changes nothing about it.
    elapsed: Duration,
    /// Those who wait for a time, by that time and their turn.
    for_time: BTreeMap<(Timestamp, u64), Waker>,
    /// Those who wait for a while, by when it is over and their turn.
    for_span: BTreeMap<(Duration, u64), Waker>,
    turns: u64,
}

/// What somebody waits for.
#[derive(Debug, Clone, Copy)]
enum Until {
    Time(Timestamp),
    Elapsed(Duration),
}

/// Somebody who waits; gone from the clock's list when dropped.
struct Sleep<'c> {
    clock: &'c VirtualClock,
    until: Until,
    turn: Option<u64>,
}

impl VirtualClock {
    /// A clock that begins at that time.
    pub fn new(now: Timestamp) -> VirtualClock {
        let state = State {
            now,
            elapsed: Duration::ZERO,
            for_time: BTreeMap::new(),
            for_span: BTreeMap::new(),
            turns: 0,
        };
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

    /// Sets the time, as a person or a time server does. Whoever waits for a time waits for it still, and whoever waits for a
    /// while waits as long as before.
    pub fn set(&self, now: Timestamp) {
        self.state().now = now;
    }

    /// Leaps to the next moment that somebody waits for, and wakes them. Says whether there was one.
    pub fn leap(&self) -> bool {
        let Some(woken) = self.state().leap() else { return false };
        woken.into_iter().for_each(Waker::wake);
        true
    }

    fn sleeper(&self, until: Until) -> BoxFuture<'_, ()> {
        Box::pin(Sleep { clock: self, until, turn: None })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Lets the time pass that the next one still waits for. Gives all whose moment has come.
    fn leap(&mut self) -> Option<Vec<Waker>> {
        let of_time = self.for_time.first_key_value().map(|((time, _), _)| self.left(*time));
        let of_span = self.for_span.first_key_value();
        let of_span = of_span.map(|((end, _), _)| end.saturating_sub(self.elapsed));
        let step = of_time.into_iter().chain(of_span).min()?;
        self.elapsed = self.elapsed.saturating_add(step);
        self.now = self.now.checked_add(step).unwrap_or(Timestamp::MAX);
        let later = self.for_time.split_off(&(self.now, u64::MAX));
        let woken = std::mem::replace(&mut self.for_time, later).into_values();
        let later = self.for_span.split_off(&(self.elapsed, u64::MAX));
        Some(woken.chain(std::mem::replace(&mut self.for_span, later).into_values()).collect())
    }

    /// How long it is until then.
    fn left(&self, time: Timestamp) -> Duration {
        Duration::try_from(time.duration_since(self.now)).unwrap_or_default()
    }

    fn has_come(&self, until: Until) -> bool {
        match until {
            Until::Time(time) => self.now >= time,
            Until::Elapsed(end) => self.elapsed >= end,
        }
    }

    fn forget(&mut self, until: Until, turn: u64) {
        match until {
            Until::Time(time) => self.for_time.remove(&(time, turn)),
            Until::Elapsed(end) => self.for_span.remove(&(end, turn)),
        };
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    fn sleep_until(&self, time: Timestamp) -> BoxFuture<'_, ()> {
        self.sleeper(Until::Time(time))
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        let end = self.state().elapsed.saturating_add(span);
        self.sleeper(Until::Elapsed(end))
    }
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.clock.state();
        if state.has_come(self.until) {
            return Poll::Ready(());
        }
        let turn = self.turn.unwrap_or_else(|| {
            state.turns += 1;
            state.turns
        });
        let waker = context.waker().clone();
        match self.until {
            Until::Time(time) => state.for_time.insert((time, turn), waker),
            Until::Elapsed(end) => state.for_span.insert((end, turn), waker),
        };
        drop(state);
        self.turn = Some(turn);
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if let Some(turn) = self.turn {
            self.clock.state().forget(self.until, turn);
        }
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
