//! One gate before each host: so many calls at once, so many a second, and none for as long as the host asked to be left alone.
//!
//! A call passes its gate before its intent is stored. Until then nothing of it is on disk: a crash leaves no doubt about a call
//! that only waited, and a wish to stop still prevents it. Whoever came first goes first. All runs of a process share the gates,
//! and what is given is given back when it is dropped, whatever becomes of the run.
//!
//! Gates count the time that passes, not the time of day: setting the clock neither opens nor shuts one.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::FutureExt;
use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    failure::Failure,
    port::{BoxFuture, Clock},
};

/// How hard hosts may be called.
#[derive(Debug, Clone, PartialEq)]
pub struct HostLimits {
    /// Hosts that have no limits of their own.
    pub usual: HostLimit,
    /// Those of one host: under its name for each of its ports, or with a port behind it (`api.exemple.com:8443`).
    pub of: BTreeMap<String, HostLimit>,
    /// How many calls wait for one host in memory. Runs beyond it are put down for a while.
    pub most_waiting: usize,
    /// Whether a host that is busy and says for how long is left alone by all until then.
    pub heeded: bool,
}

/// How hard one host may be called.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HostLimit {
    /// Calls in flight at once, 1 or more.
    pub at_once: usize,
    /// From one call to the next at least; none: as soon as there is a place.
    pub every: Option<Duration>,
}

/// The gates of a process.
pub(crate) struct Gates {
    limits: HostLimits,
    clock: Arc<dyn Clock>,
    by_host: Mutex<BTreeMap<String, Arc<Gate>>>,
}

/// The gate of one host.
struct Gate {
    places: Arc<Semaphore>,
    every: Option<Duration>,
    most_waiting: usize,
    heeded: bool,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

/// Moments are counted as the clock's `elapsed`.
#[derive(Debug, Default)]
struct State {
    /// When the next call may leave.
    next: Duration,
    /// Until when the host wants to be left alone.
    shut: Duration,
    waiting: usize,
    crowd: Option<Crowd>,
}

/// Since more wait than there is room for.
#[derive(Debug)]
struct Crowd {
    since: Duration,
    let_in: u32,
    /// When the last of those who were sent away comes back.
    back: Duration,
}

/// What whoever wants to call a host is told.
pub enum Asked {
    /// Go on.
    Enter(Place),
    /// Others are before you.
    Wait(BoxFuture<'static, Turn>),
    /// Come back at that time, there is no use in waiting here.
    Later(Timestamp),
}

/// What a wait came to.
pub enum Turn {
    /// Go on.
    Enter(Place),
    /// The host asked to be left alone meanwhile.
    Later(Timestamp),
}

/// The right to have one call in flight. Dropped, it is given back.
pub struct Place(Option<(Arc<Gate>, OwnedSemaphorePermit)>);

/// One of those who wait.
struct Waiting(Arc<Gate>);

/// How soon, and how late, somebody comes back who was sent away: a host that recovers is not left idle for long.
const SOONEST: Duration = Duration::from_secs(1);
const LATEST: Duration = Duration::from_mins(5);

impl Default for HostLimits {
    /// As many calls as one run may have in flight, so that a run alone is never slowed, and a third of the contacts that a
    /// campaign has in hand, so that a host that hangs leaves room to others.
    fn default() -> HostLimits {
        let usual = HostLimit { at_once: 16, every: None };
        HostLimits { usual, of: BTreeMap::new(), most_waiting: 500, heeded: true }
    }
}

impl HostLimits {
    /// No limits at all.
    pub fn none() -> HostLimits {
        let usual = HostLimit { at_once: Semaphore::MAX_PERMITS, every: None };
        HostLimits { usual, of: BTreeMap::new(), most_waiting: usize::MAX, heeded: false }
    }

    fn of(&self, host: &str) -> HostLimit {
        let (name, _) = host.rsplit_once(':').unwrap_or((host, ""));
        *self.of.get(host).or_else(|| self.of.get(name)).unwrap_or(&self.usual)
    }
}

impl Gates {
    pub(crate) fn new(limits: HostLimits, clock: Arc<dyn Clock>) -> Gates {
        Gates { limits, clock, by_host: Mutex::default() }
    }

    /// Asks the gate of a host for a place.
    pub(crate) fn ask(&self, host: &str) -> Asked {
        self.of(host).ask()
    }

    /// The gate of a host. There are as many as graphs and the configuration name hosts: references cannot make one up.
    fn of(&self, host: &str) -> Arc<Gate> {
        let mut gates = self.by_host.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = gates.get(host) {
            return Arc::clone(gate);
        }
        let HostLimit { at_once, every } = self.limits.of(host);
        let gate = Arc::new(Gate {
            places: Arc::new(Semaphore::new(at_once.clamp(1, Semaphore::MAX_PERMITS))),
            every,
            most_waiting: self.limits.most_waiting,
            heeded: self.limits.heeded,
            clock: Arc::clone(&self.clock),
            state: Mutex::default(),
        });
        gates.insert(host.to_owned(), Arc::clone(&gate));
        gate
    }
}

impl Gate {
    /// Asks for a place. Who has to wait stands in line from now on.
    fn ask(self: &Arc<Self>) -> Asked {
        if let Some(time) = self.shut_until() {
            return Asked::Later(time);
        }
        let mut place = Box::pin(Arc::clone(&self.places).acquire_owned());
        // Asked once, here, for the line is formed by asking.
        let pause = match (&mut place).now_or_never() {
            Some(Ok(place)) => {
                let pause = self.turn();
                if pause.is_zero() {
                    return Asked::Enter(self.place(place));
                }
                Some((place, pause))
            }
            Some(Err(_)) | None => None,
        };
        if pause.is_none()
            && let Some(time) = self.crowded()
        {
            return Asked::Later(time);
        }
        let waiting = Waiting::new(self);
        Asked::Wait(Box::pin(async move {
            let gate = &waiting.0;
            let (place, pause) = match pause {
                Some(known) => known,
                None => match place.await {
                    Ok(place) => match gate.shut_until() {
                        Some(time) => return Turn::Later(time),
                        None => (place, gate.turn()),
                    },
                    // It is never closed.
                    Err(_) => std::future::pending().await,
                },
            };
            if !pause.is_zero() {
                gate.clock.sleep(pause).await;
            }
            match gate.shut_until() {
                Some(time) => Turn::Later(time),
                None => Turn::Enter(gate.place(place)),
            }
        }))
    }

    fn place(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Place {
        if let Some(crowd) = &mut self.state().crowd {
            crowd.let_in += 1;
        }
        Place(Some((Arc::clone(self), permit)))
    }

    /// Takes the next turn under the limit of calls a second. Says how long it is until then.
    fn turn(&self) -> Duration {
        let Some(every) = self.every else { return Duration::ZERO };
        let now = self.clock.elapsed();
        let mut state = self.state();
        let turn = state.next.max(now);
        state.next = turn.saturating_add(every);
        turn.saturating_sub(now)
    }

    /// The time of day at which the gate opens, while it is shut.
    fn shut_until(&self) -> Option<Timestamp> {
        let left = self.state().shut.checked_sub(self.clock.elapsed())?;
        (!left.is_zero()).then(|| self.in_a(left))
    }

    fn shut(&self, span: Duration) {
        let until = self.clock.elapsed().saturating_add(span);
        let mut state = self.state();
        state.shut = state.shut.max(until);
    }

    /// When to come back, if there is no room to wait: one after the other, at the pace at which the gate has let in of late.
    fn crowded(&self) -> Option<Timestamp> {
        let now = self.clock.elapsed();
        let mut state = self.state();
        if state.waiting < self.most_waiting {
            return None;
        }
        let crowd = state.crowd.get_or_insert(Crowd { since: now, let_in: 0, back: now });
        let pace = (now.saturating_sub(crowd.since) / crowd.let_in.max(1)).min(SOONEST);
        crowd.back = crowd.back.max(now + SOONEST).saturating_add(pace).min(now + LATEST);
        let left = crowd.back.saturating_sub(now);
        drop(state);
        Some(self.in_a(left))
    }

    fn in_a(&self, while_: Duration) -> Timestamp {
        self.clock.now().checked_add(while_).unwrap_or(Timestamp::MAX)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// A place where there is no gate.
    pub fn free() -> Place {
        Place(None)
    }

    /// Hears how the call ended. A host that is busy and says for how long is left alone by all, for `most` at the longest.
    pub(crate) fn heard(&self, failure: &Failure, most: Duration) {
        let (reason, span) = match failure {
            Failure::Retryable(reason, Some(span)) => (reason, *span),
            Failure::Retryable(_, None) | Failure::Unknown(..) | Failure::Terminal(_) => return,
        };
        if let Some((gate, _)) = &self.0
            && gate.heeded
            && matches!(reason.status, Some(429 | 503))
        {
            gate.shut(span.min(most));
        }
    }
}

impl Waiting {
    fn new(gate: &Arc<Gate>) -> Waiting {
        gate.state().waiting += 1;
        Waiting(Arc::clone(gate))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.waiting -= 1;
        if state.waiting == 0 {
            state.crowd = None;
        }
    }
}

#[cfg(test)]
mod tests;
