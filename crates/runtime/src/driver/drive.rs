//! One run, carried out: what has come back is noted, what may start is made ready, both are stored, and only then is anything
//! sent.
//!
//! What came back from one call and the intents of the next share a commit. A crash at any point leaves a history from which
//! the same code goes on.

use std::{collections::BTreeMap, pin::pin, time::Duration};

use futures_util::{
    FutureExt, StreamExt,
    future::{Either, pending, select},
    stream::FuturesUnordered,
};
use jiff::{Timestamp, tz::TimeZone};
use relance_validator::plan::{Effect, Plan, Step, StepIndex};
use serde_json::Value;

use super::{
    Engine, RunError,
    durable::{Call, Durable, Performed, Timer},
    gates::{Asked, Place, Turn},
    seats::Seats,
    to_the_millisecond,
};
use crate::{
    action::{Outside, Work, prepare},
    decide::{Command, decide},
    event::{Fact, FailureClass, RunStarted},
    failure::Reason,
    history::{History, Phase},
    journal::{Appended, Batch, Entry, Rest},
    port::{BoxFuture, Clock},
    render::{RunFacts, Scope},
    retry::{Failed, Next, after_interruption, idempotency_key, is_repeatable},
    run::{RunRow, RunStatus},
};

/// A run that is being carried out.
pub(super) struct Drive<'e, D> {
    engine: &'e Engine,
    durable: &'e D,
    plan: &'e Plan,
    started: &'e RunStarted,
    zone: TimeZone,
    row: RunRow,
    history: History,
    /// Facts that the history knows and the journal does not yet.
    unstored: Vec<Fact>,
    flight: FuturesUnordered<BoxFuture<'e, Landed>>,
    /// How many of the flight are calls; the others are timers, and blocks that stand in line at a host.
    calls: usize,
    /// How many of the flight stand in line.
    in_line: usize,
    /// Blocks whose turn at their host has come.
    places: BTreeMap<StepIndex, Place>,
    /// Blocks that may ask their host again at that time only.
    held: BTreeMap<StepIndex, Timestamp>,
    /// The pool that it belongs to, if it is one of many.
    seats: Option<&'e Seats>,
    /// It is to stop: nothing begins any more, and what is in flight may land.
    stopping: bool,
}

/// Something in flight that came to its end.
enum Landed {
    Call { step: StepIndex, call: Call, performed: Performed },
    Timer { step: StepIndex },
    InLine { step: StepIndex, turn: Turn },
}

/// A call that is ready, with the right to have it in flight.
struct Departure {
    step: StepIndex,
    outside: Outside,
    place: Place,
}

/// What is stored together, each entry with the call that may leave once its intent is stored.
#[derive(Default)]
struct Gathered {
    entries: Vec<Entry>,
    calls: Vec<Option<Departure>>,
    /// How many entries the history will only know of when they are stored.
    open: usize,
}

/// For how long a run stands in line before it leaves its seat in the pool to another.
const SEATED: Duration = Duration::from_secs(1);

impl<'e, D: Durable> Drive<'e, D> {
    pub(super) fn new(
        engine: &'e Engine,
        durable: &'e D,
        plan: &'e Plan,
        started: &'e RunStarted,
        zone: TimeZone,
        row: RunRow,
        history: History,
    ) -> Drive<'e, D> {
        Drive {
            engine,
            durable,
            plan,
            started,
            zone,
            history,
            unstored: Vec::new(),
            flight: FuturesUnordered::new(),
            calls: 0,
            in_line: 0,
            places: BTreeMap::new(),
            held: BTreeMap::new(),
            seats: None,
            stopping: row.stop.is_some(),
            row,
        }
    }

    /// The same, as one of many.
    pub(super) fn seated(self, seats: &'e Seats) -> Drive<'e, D> {
        Drive { seats: Some(seats), ..self }
    }

    /// Carries the run out until it comes to rest; says where it stands then.
    pub(super) async fn carry_out(
        mut self,
        max_wait: Duration,
    ) -> Result<(RunRow, History), RunError> {
        let mut patience = max_wait;
        self.judge_interrupted()?;
        loop {
            let gathered = self.gather()?;
            let still = self.flight.is_empty() || (self.stopping && self.calls == 0);
            let nothing_moves = still && gathered.open == 0;
            let rest =
                if nothing_moves { Some(self.rest()) } else { self.too_long(&gathered, patience) };
            if !gathered.entries.is_empty() || rest.is_some() {
                if self.store(gathered, rest).await? {
                    return Ok((self.row, self.history));
                }
                continue;
            }
            let only_timers = self.calls == 0 && self.in_line == 0;
            let (before, wake) = (self.now(), self.next_wake());
            self.land().await?;
            if only_timers {
                patience = patience.saturating_sub(waited(before, self.now(), wake));
            }
        }
    }

    /// Calls that were in flight when the run's last process ended.
    fn judge_interrupted(&mut self) -> Result<(), RunError> {
        for step in self.history.steps_where(|phase| phase == Phase::Running) {
            if let Some(it) = self.plan.step(step) {
                self.interrupted(it, it.id.as_str().to_owned())?;
            }
        }
        Ok(())
    }

    /// Notes that nobody knows what became of a call.
    fn interrupted(&mut self, step: &Step, block: String) -> Result<(), RunError> {
        let repeatable = is_repeatable(step, self.engine.settings.on_unknown);
        match after_interruption(repeatable, self.now()) {
            Next::Retry(time) => {
                self.note(Fact::AttemptInterrupted { block, retry_at: Some(time) })
            }
            Next::Park | Next::Fail => {
                let reason = Reason::interrupted();
                self.note(Fact::AttemptInterrupted { block: block.clone(), retry_at: None })?;
                self.note(Fact::BlockParked { block, reason })
            }
        }
    }

    /// Everything that can be stored now: what was noted, and whatever may start.
    fn gather(&mut self) -> Result<Gathered, RunError> {
        let mut gathered = Gathered::default();
        while !self.stopping {
            let mut moved = false;
            for command in decide(self.plan, &self.history) {
                moved |= self.obey(command, &mut gathered)?;
            }
            if !moved {
                break;
            }
        }
        let mut facts: Vec<Entry> = self.unstored.drain(..).map(Entry::Fact).collect();
        let mut calls: Vec<Option<Departure>> = facts.iter().map(|_| None).collect();
        facts.append(&mut gathered.entries);
        calls.append(&mut gathered.calls);
        Ok(Gathered { entries: facts, calls, open: gathered.open })
    }

    /// Says whether the command was carried out; a call may have to wait until others have landed.
    fn obey(&mut self, command: Command, gathered: &mut Gathered) -> Result<bool, RunError> {
        let Some(step) = self.plan.step(command.step()) else { return Ok(false) };
        let block = || step.id.as_str().to_owned();
        match command {
            Command::Skip(_) => self.note(Fact::BlockSkipped { block: block() })?,
            Command::Pass(_) => self.note(Fact::BlockPassed { block: block() })?,
            Command::RetryAt(index, time) if time > self.durable.now() => {
                // The clock may have been set back while it stood in line: others go first.
                self.places.remove(&index);
                self.held.remove(&index);
                self.history.begin(index);
                self.wait(index, step, time);
            }
            Command::Perform(index) | Command::RetryAt(index, _) => {
                if may_call(step) && self.is_full(index, gathered) {
                    return Ok(false);
                }
                self.history.begin(index);
                if let Some(place) = self.place(index, step) {
                    self.make_ready(index, place, gathered)?;
                }
            }
        }
        Ok(true)
    }

    /// Whether a block has to wait until others of the run have called. Who stands in line is one of those that call, so that no
    /// place at a host is kept for a block that may not go on.
    fn is_full(&self, index: StepIndex, gathered: &Gathered) -> bool {
        let places = self.places.keys().filter(|place| **place != index).count();
        let calling = self.calls + gathered.calls_in_all() + self.in_line + places;
        calling >= self.engine.settings.calls_at_once.max(1)
    }

    /// The place at the host that a block calls. None: it is not its turn, and it will be heard of again.
    fn place(&mut self, index: StepIndex, step: &Step) -> Option<Place> {
        self.held.remove(&index);
        if let Some(place) = self.places.remove(&index) {
            return Some(place);
        }
        let Some(host) = self.engine.world.host(step) else { return Some(Place::free()) };
        match self.durable.ask(&host) {
            Asked::Enter(place) => return Some(place),
            Asked::Wait(turn) => {
                self.in_line += 1;
                let turn = turn.map(move |turn| Landed::InLine { step: index, turn });
                self.flight.push(Box::pin(turn));
            }
            Asked::Later(time) => self.hold(index, time),
        }
        None
    }

    /// Has a block ask its host again at that time.
    fn hold(&mut self, index: StepIndex, time: Timestamp) {
        let Some(step) = self.plan.step(index) else { return };
        self.held.insert(index, time);
        self.wait(index, step, time);
    }

    /// Renders a block, and enters what it asks for.
    fn make_ready(
        &mut self,
        index: StepIndex,
        place: Place,
        gathered: &mut Gathered,
    ) -> Result<(), RunError> {
        let (Some(step), Some(state)) = (self.plan.step(index), self.history.state(index)) else {
            return Ok(());
        };
        let block = step.id.as_str().to_owned();
        let (visit, attempt) = (state.visit, state.attempts + 1);
        let key = idempotency_key(&self.started.run, &block, visit);
        let work = prepare(step, &self.scope(&key, &|id| self.output(id)));
        match work {
            Err(error) => self.note(Fact::BlockFailed { block, error })?,
            Ok(Work::Written(output)) => self.note(Fact::BlockSucceeded { block, output })?,
            Ok(Work::Pass) => self.note(Fact::BlockPassed { block })?,
            Ok(Work::Local(effect)) => gathered.add(Entry::Local { block, key, effect }, None),
            Ok(Work::Outside(outside)) => {
                let personal = may_call(step);
                let intent = Entry::Intent { block, visit, attempt, key, personal };
                gathered.add(intent, Some(Departure { step: index, outside, place }));
            }
        }
        Ok(())
    }

    /// Stores what was gathered, then lets the calls leave whose intent is stored. Says whether the run rests now.
    async fn store(&mut self, gathered: Gathered, rest: Option<Rest>) -> Result<bool, RunError> {
        let Gathered { mut entries, calls, .. } = gathered;
        if let Some(status) = rest.and_then(|rest| rest.status.end()) {
            entries.push(Entry::Fact(Fact::RunEnded { status, by: None }));
        }
        let known: Vec<bool> =
            entries.iter().map(|entry| matches!(entry, Entry::Fact(_))).collect();
        let at = self.now();
        let batch = Batch { at, entries, rest };
        let Appended { events, rest, stop } = self.durable.keep(batch).await?;
        if let Some(Rest { status, wake_at }) = rest {
            self.row.status = status;
            self.row.wake_at = wake_at;
            self.row.ended_at = (!status.is_active()).then_some(at);
        }
        self.stopping |= stop.is_some();
        self.row.stop = stop;
        let stopped = self.row.stop.is_some();
        let calls = calls.into_iter().chain(std::iter::repeat_with(|| None));
        let mut kept = known.into_iter().zip(calls).filter(|(known, _)| *known || !stopped);
        for event in &events {
            // The end that a stop brought was no entry of ours.
            let (known, departure) = kept.next().unwrap_or((true, None));
            if !known {
                self.history.apply(self.plan, &event.fact)?;
            }
            if let (Some(departure), Some(call)) = (departure, Call::intended(&event.fact)) {
                self.launch(departure, call);
            }
        }
        Ok(rest.is_some())
    }

    fn launch(&mut self, departure: Departure, call: Call) {
        let Departure { step, outside, place } = departure;
        let (durable, longest) = (self.durable, self.engine.settings.retry.longest_asked);
        self.calls += 1;
        self.flight.push(Box::pin(async move {
            let performed = durable.perform(&call, outside).await;
            if let Performed::Failed(failure) = &performed {
                place.heard(failure, longest);
            }
            drop(place);
            Landed::Call { step, call, performed }
        }));
    }

    /// Leaves a block alone until that time.
    fn wait(&mut self, index: StepIndex, step: &Step, time: Timestamp) {
        let attempts = self.history.state(index).map_or(0, |state| state.attempts);
        let timer = Timer { block: step.id.as_str().to_owned(), attempts };
        let durable = self.durable;
        self.flight.push(Box::pin(async move {
            durable.sleep_until(&timer, time).await;
            Landed::Timer { step: index }
        }));
    }

    /// The time it is, as it is stored.
    fn now(&self) -> Timestamp {
        to_the_millisecond(self.durable.now())
    }

    /// Waits until something in flight lands, and notes it with all else that has landed by then.
    async fn land(&mut self) -> Result<(), RunError> {
        let mut landed = if self.stopping {
            self.flight.next().await
        } else {
            let wished = pin!(self.durable.stop_wished());
            let in_line = self.seats.filter(|_| self.calls == 0 && self.in_line > 0);
            let closing = pin!(stand_in_line(in_line, &*self.engine.world.clock));
            match select(self.flight.next(), select(wished, closing)).await {
                Either::Left((landed, _)) => landed,
                Either::Right((Either::Left(_), _)) => {
                    self.stopping = true;
                    return Ok(());
                }
                Either::Right((Either::Right(_), _)) => return Ok(()),
            }
        };
        while let Some(it) = landed {
            match it {
                Landed::Timer { step } => self.history.hand_back(step),
                Landed::InLine { step, turn } => {
                    self.in_line -= 1;
                    match turn {
                        Turn::Enter(place) => {
                            self.places.insert(step, place);
                            self.history.hand_back(step);
                        }
                        Turn::Later(time) => self.hold(step, time),
                    }
                }
                Landed::Call { step, call, performed } => {
                    self.calls -= 1;
                    self.judge(step, call, performed)?;
                }
            }
            landed = self.flight.next().now_or_never().flatten();
        }
        Ok(())
    }

    /// Notes what became of a call.
    fn judge(
        &mut self,
        index: StepIndex,
        call: Call,
        performed: Performed,
    ) -> Result<(), RunError> {
        let (Some(step), Some(state)) = (self.plan.step(index), self.history.state(index)) else {
            return Ok(());
        };
        let Call { block, key, .. } = call;
        let failure = match performed {
            Performed::Done(output) => return self.note(Fact::BlockSucceeded { block, output }),
            Performed::Interrupted => return self.interrupted(step, block),
            Performed::Failed(failure) => failure,
        };
        let settings = &self.engine.settings;
        let next = settings.retry.next(&Failed {
            failure: &failure,
            failures: state.failures + 1,
            key: &key,
            repeatable: is_repeatable(step, settings.on_unknown),
            at: self.now(),
        });
        let reason = failure.reason().clone();
        let retry_at = if let Next::Retry(time) = next { Some(time) } else { None };
        self.note(Fact::AttemptFailed {
            block: block.clone(),
            failure: FailureClass::from(&failure),
            reason: reason.clone(),
            retry_at,
        })?;
        match next {
            Next::Retry(_) => Ok(()),
            Next::Fail => self.note(Fact::BlockFailed { block, error: reason }),
            Next::Park => self.note(Fact::BlockParked { block, reason }),
        }
    }

    /// Takes a fact in; it is stored with the next batch.
    fn note(&mut self, fact: Fact) -> Result<(), RunError> {
        self.history.apply(self.plan, &fact)?;
        self.unstored.push(fact);
        Ok(())
    }

    /// Where the run stands now that nothing moves.
    fn rest(&self) -> Rest {
        let status = if self.history.is_settled() {
            self.history.verdict().into()
        } else {
            RunStatus::Parked
        };
        Rest { status, wake_at: None }
    }

    /// The rest of a run that only waits for times beyond our patience.
    fn too_long(&self, gathered: &Gathered, patience: Duration) -> Option<Rest> {
        if self.calls > 0 || gathered.open > 0 {
            return None;
        }
        if self.in_line > 0 {
            let closing = self.seats.is_some_and(Seats::are_closing);
            let wake_at = Some(self.now());
            return closing.then_some(Rest { status: RunStatus::Waiting, wake_at });
        }
        let wake_at = self.next_wake()?;
        let until = self.now().checked_add(patience).unwrap_or(Timestamp::MAX);
        (wake_at > until).then_some(Rest { status: RunStatus::Waiting, wake_at: Some(wake_at) })
    }

    /// The first time at which a block may go on, by its own wait or by its host's.
    fn next_wake(&self) -> Option<Timestamp> {
        let waiting = self.history.waiting().filter(|(step, _)| !self.held.contains_key(step));
        waiting.map(|(_, time)| time).chain(self.held.values().copied()).min()
    }

    fn scope<'a>(
        &'a self,
        key: &'a str,
        outputs: &'a dyn Fn(&str) -> Option<&'a Value>,
    ) -> Scope<'a> {
        Scope {
            contact: &self.started.contact,
            run: RunFacts {
                id: &self.started.run,
                started_at: self.row.started_at,
                zone: &self.zone,
            },
            outputs,
            secrets: &self.engine.settings.secrets,
            texts: &self.engine.settings.texts,
            key,
            graph: &self.started.graph,
        }
    }

    /// What a settled block gave.
    fn output(&self, block: &str) -> Option<&Value> {
        let (step, _) = self.plan.find(block)?;
        self.history.state(step)?.output.as_ref()
    }
}

impl Gathered {
    fn add(&mut self, entry: Entry, call: Option<Departure>) {
        self.entries.push(entry);
        self.calls.push(call);
        self.open += 1;
    }

    fn calls_in_all(&self) -> usize {
        self.calls.iter().flatten().count()
    }
}

/// Comes to an end when whoever stands in line should not any more.
async fn stand_in_line(seats: Option<&Seats>, clock: &dyn Clock) {
    match seats {
        Some(seats) => {
            // A line that moves costs nobody a seat: only then are there more runs in memory.
            clock.sleep(SEATED).await;
            let _left = seats.leave();
            seats.closing().await;
        }
        None => pending().await,
    }
}

/// How long was waited for that time. Where the clock was set meanwhile, nobody waited for longer than until then.
fn waited(before: Timestamp, after: Timestamp, wake: Option<Timestamp>) -> Duration {
    let until = wake.map_or(after, |wake| wake.min(after));
    Duration::try_from(until.duration_since(before)).unwrap_or_default()
}

/// Whether a step may send something about the contact to the outside.
fn may_call(step: &Step) -> bool {
    match &step.effect {
        Effect::HttpRequest(_) | Effect::AiReply(_) => true,
        Effect::CreateTask(_)
        | Effect::CrmUpsert(_)
        | Effect::TagContact(_)
        | Effect::Foreign(_) => false,
    }
}
