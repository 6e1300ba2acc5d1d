//! A process of a run, and whatever engine carries it: watched, and killed at any boundary between the two or between the process and
//! the world.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard},
    task::{Poll, Waker},
};

use jiff::Timestamp;
use relance_runtime::{
    action::Outside,
    driver::{Call, Durable, Performed, Timer},
    failure::Failure,
    journal::{Appended, Batch, JournalError},
    port::{Ai, AiAnswer, AiRequest, BoxFuture, Http, HttpAnswer, HttpRequest},
    simulation::Scripted,
};

/// One process. Moments at which it may be killed count from 1.
#[derive(Default)]
pub(crate) struct Life(Mutex<State>);

#[derive(Default)]
struct State {
    moments: usize,
    fatal: Option<usize>,
    dead: bool,
    mourner: Option<Waker>,
    asked: Vec<Asked>,
}

/// What a run asked its engine for, when by the engine's clock, and what it was told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) at: Timestamp,
    pub(crate) what: What,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    Begun,
    Keep(String),
    Kept(Appended),
    Perform(Call),
    Performed(Call, Performed),
    Sleep(Timer, Timestamp),
    Awake(Timer),
    StopWished,
}

impl Life {
    /// A process that is killed at that moment.
    pub(crate) fn until(fatal: Option<usize>) -> Arc<Life> {
        Arc::new(Life(Mutex::new(State { fatal, ..State::default() })))
    }

    /// How many moments it lived through.
    pub(crate) fn moments(&self) -> usize {
        self.state().moments
    }

    /// What its runs asked for, in order.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state().asked.clone()
    }

    /// Waits until it is dead.
    pub(crate) async fn death(&self) {
        poll_fn(|context| {
            let mut state = self.state();
            if state.dead {
                return Poll::Ready(());
            }
            state.mourner = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// A moment: it may be the last, and for the dead nothing goes on.
    async fn moment(&self) {
        let dead = {
            let mut state = self.state();
            if !state.dead {
                state.moments += 1;
                state.dead = state.fatal == Some(state.moments);
            }
            if state.dead {
                state.mourner.take().inspect(Waker::wake_by_ref);
            }
            state.dead
        };
        if dead {
            std::future::pending::<()>().await;
        }
    }

    pub(crate) fn note(&self, at: Timestamp, what: What) {
        self.state().asked.push(Asked { at, what });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

/// An engine, watched.
pub(crate) struct Watched<'l, D> {
    pub(crate) life: &'l Life,
    pub(crate) engine: D,
}

impl<D: Durable> Watched<'_, D> {
    fn note(&self, what: What) {
        self.life.note(self.engine.now(), what);
    }
}

impl<D: Durable> Durable for Watched<'_, D> {
    fn now(&self) -> Timestamp {
        self.engine.now()
    }

    async fn keep(&self, batch: Batch) -> Result<Appended, JournalError> {
        self.life.moment().await;
        self.note(What::Keep(format!("{batch:?}")));
        let kept = self.engine.keep(batch).await?;
        self.note(What::Kept(kept.clone()));
        self.life.moment().await;
        Ok(kept)
    }

    async fn perform(&self, call: &Call, outside: Outside) -> Performed {
        self.life.moment().await;
        self.note(What::Perform(call.clone()));
        let performed = self.engine.perform(call, outside).await;
        self.note(What::Performed(call.clone(), performed.clone()));
        self.life.moment().await;
        performed
    }

    async fn sleep_until(&self, timer: &Timer, time: Timestamp) {
        self.life.moment().await;
        self.note(What::Sleep(timer.clone(), time));
        self.engine.sleep_until(timer, time).await;
        self.note(What::Awake(timer.clone()));
        self.life.moment().await;
    }

    async fn stop_wished(&self) {
        self.engine.stop_wished().await;
        self.note(What::StopWished);
        self.life.moment().await;
    }
}

/// The services as a process reaches them: it may be killed before a call leaves, and when the answer is there.
pub(crate) struct Reached {
    pub(crate) life: Arc<Life>,
    pub(crate) services: Arc<Scripted>,
}

impl Http for Reached {
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpAnswer, Failure>> {
        Box::pin(async move {
            self.life.moment().await;
            let answer = self.services.send(request).await;
            self.life.moment().await;
            answer
        })
    }
}

impl Ai for Reached {
    fn reply<'a>(&'a self, request: &'a AiRequest) -> BoxFuture<'a, Result<AiAnswer, Failure>> {
        Box::pin(async move {
            self.life.moment().await;
            let answer = self.services.reply(request).await;
            self.life.moment().await;
            answer
        })
    }
}
