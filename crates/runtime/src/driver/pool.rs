//! A pool: carries out a campaign's runs, so many at once.
//!
//! It starts members in the order of their list and takes up runs whose time has come. A run that has to wait is put down, with
//! the time in its row, and nothing of it stays in memory: however many wait, the pool holds those that move. All runs share one
//! plan. Several processes may work on one campaign; the journal gives no run to two of them.

use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use futures_util::{
    FutureExt, StreamExt,
    future::{OptionFuture, select},
    stream::FuturesUnordered,
};
use jiff::{Timestamp, tz::TimeZone};
use relance_validator::Plan;

use super::{Engine, RunError, drive::Drive, seats::Seats};
use crate::{
    event::RunStarted,
    history::History,
    journal::{
        CampaignRow, Campaigns, Claim, Claimed, JournalError, Lease, MembersStarted, NewCampaign,
        StartMembers, StartedRun, Taken, started,
    },
    port::BoxFuture,
    run::{GraphFile, RunRow, RunStatus},
};

/// How a campaign is carried out.
#[derive(Debug, Clone)]
pub struct Pooled {
    /// The campaign, by name.
    pub campaign: String,
    /// How many runs at once.
    pub at_once: usize,
    /// How long to wait in all while nothing can be done but wait.
    pub max_wait: Duration,
}

/// How the pool left a campaign.
#[derive(Debug)]
pub struct Left {
    /// Why it ended.
    pub why: Why,
    /// Runs that could not be carried on, and why: the first of them.
    pub troubles: Vec<(String, RunError)>,
}

/// Why a pool ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nothing is left that could go on by itself.
    Over,
    /// What is left waits for a time beyond our patience.
    Waiting(Timestamp),
    /// What is left is carried out by another process.
    Elsewhere,
    /// It was asked to end: what was begun has come to rest, and nothing new was started.
    Halted,
}

/// How often a pool looks for runs whose process has gone, and for those that others put down.
const LOOK: Duration = Duration::from_millis(500);

/// How many troubles are kept.
const MOST_TROUBLES: usize = 20;

impl Engine {
    /// What a campaign of that graph is opened with. It is an error if its runs would lack something.
    pub fn new_campaign(&self, name: &str, graph: &GraphFile) -> Result<NewCampaign, RunError> {
        self.check_runnable(graph)?;
        Ok(NewCampaign {
            name: name.to_owned(),
            started: self.started_by_anyone(graph),
            document: Arc::clone(&graph.bytes),
            at: self.now(),
        })
    }

    /// Carries a campaign out until nothing is left to do, what is left has to wait for too long, or `halt` comes true: then
    /// nothing new is started, and what was begun is carried on until it rests.
    pub async fn carry_out(
        &self,
        journal: &dyn Campaigns,
        pooled: &Pooled,
        halt: impl Future<Output = ()>,
    ) -> Result<Left, RunError> {
        let name = &pooled.campaign;
        let unknown = || JournalError::UnknownCampaign(name.clone());
        let campaign = journal.campaign(name).await?.ok_or_else(unknown)?;
        let what = format!("campaign `{name}`");
        let unreadable = |why: String| JournalError::Unreadable { what: what.clone(), why };
        let plan = self.plan_again(&campaign.started).await?;
        let zone =
            TimeZone::get(&campaign.started.zone).map_err(|error| unreadable(error.to_string()))?;
        let seats = Seats::default();
        let pool = Pool { engine: self, journal, pooled, plan, zone, campaign, seats };
        pool.carry_out(halt).await
    }
}

struct Pool<'e> {
    engine: &'e Engine,
    journal: &'e dyn Campaigns,
    pooled: &'e Pooled,
    plan: Arc<Plan>,
    zone: TimeZone,
    campaign: CampaignRow,
    seats: Seats,
}

/// A run that may go on.
struct Ready {
    started: Box<RunStarted>,
    row: RunRow,
    lease: Lease,
    history: History,
}

/// What was found for free places.
#[derive(Default)]
struct Found {
    ready: Vec<Ready>,
    /// Runs that cannot be carried on.
    troubles: Vec<(String, RunError)>,
    /// Whether it was looked for runs whose time has come.
    looked: bool,
    /// If so, when the next one's does, if any waits.
    next: Option<Timestamp>,
    /// And whether there may be more whose time has come.
    more_due: bool,
    /// Whether there may be more members to start.
    more: bool,
}

/// What the pool knows between two steps.
struct State {
    /// Whether there may be members to start.
    more: bool,
    /// When the next waiting run is due, as far as is known.
    wake: Option<Timestamp>,
    /// When to look again, by the time that passes: the clock may be set, and the dead are to be found all the same.
    look: Duration,
    /// How long we are still willing to do nothing but wait.
    patience: Duration,
    halted: bool,
    troubles: Vec<(String, RunError)>,
}

/// A run that came to rest, or could not go on.
type Rested = (String, Result<(RunStatus, Option<Timestamp>), RunError>);

impl Pool<'_> {
    async fn carry_out(&self, halt: impl Future<Output = ()>) -> Result<Left, RunError> {
        let mut halt = pin!(halt.fuse());
        let mut state = State {
            more: true,
            wake: None,
            look: Duration::ZERO,
            patience: self.pooled.max_wait,
            halted: false,
            troubles: Vec::new(),
        };
        let mut flight: FuturesUnordered<BoxFuture<'_, Rested>> = FuturesUnordered::new();
        let mut finding: OptionFuture<BoxFuture<'_, Result<Found, RunError>>> = None.into();
        let mut is_finding = false;
        loop {
            let moving = flight.len().saturating_sub(self.seats.left());
            let room = self.pooled.at_once.max(1).saturating_sub(moving);
            let due = state.look <= self.elapsed();
            if !is_finding && !state.halted && room > 0 && (state.more || due) {
                finding = Some(self.find(room, due, state.more)).into();
                is_finding = true;
            }
            if !is_finding && flight.is_empty() {
                if state.halted {
                    return Ok(state.left(Why::Halted));
                }
                if let Some(why) = self.idle(&mut state, &mut halt).await? {
                    return Ok(state.left(why));
                }
                continue;
            }
            let pause = state.look.saturating_sub(self.elapsed());
            let pause = self.engine.world.clock.sleep(pause);
            tokio::select! {
                Some(found) = &mut finding, if is_finding => {
                    is_finding = false;
                    for ready in self.take_in(found?, &mut state) {
                        flight.push(self.carry(ready));
                    }
                }
                Some((run, rested)) = flight.next() => {
                    if let Some(wake) = state.put_down(run, rested)? {
                        state.look = state.look.min(self.look(Some(wake)));
                    }
                }
                () = pause, if !is_finding && !state.halted && room > 0 => {}
                () = self.seats.news(), if !is_finding && !state.halted => {}
                () = &mut halt, if !state.halted => {
                    state.halted = true;
                    self.seats.close();
                }
            }
        }
    }

    /// Looks for work for so many free places. Those whose time has come and those who were never begun share them, so that
    /// neither kind keeps the other from moving.
    fn find(&self, room: usize, due: bool, more: bool) -> BoxFuture<'_, Result<Found, RunError>> {
        Box::pin(async move {
            let mut found = Found { more, ..Found::default() };
            if due {
                let room = if more { room.div_ceil(2) } else { room };
                let claim = Claim {
                    owner: Arc::clone(&self.engine.owner),
                    at: self.engine.now(),
                    limit: u32::try_from(room).unwrap_or(u32::MAX),
                    campaign: Some(self.campaign.name.clone()),
                };
                let Claimed { runs, unreadable, next } = self.journal.claim(claim).await?;
                found.looked = true;
                found.next = next;
                found.more_due = runs.len() >= room;
                let cannot_be_read = |(run, error)| (run, RunError::Journal(error));
                found.troubles.extend(unreadable.into_iter().map(cannot_be_read));
                for taken in runs {
                    let run = taken.row.id.clone();
                    match self.taken_up(taken) {
                        Ok(ready) => found.ready.push(ready),
                        Err(error) => found.troubles.push((run, error)),
                    }
                }
            }
            let room = room.saturating_sub(found.ready.len());
            if more && room > 0 {
                let start = StartMembers {
                    campaign: self.campaign.name.as_str().into(),
                    owner: Arc::clone(&self.engine.owner),
                    limit: u32::try_from(room).unwrap_or(u32::MAX),
                    at: self.engine.now(),
                };
                let MembersStarted { runs, more } = self.journal.start_members(start).await?;
                found.more = more;
                found.ready.extend(runs.into_iter().map(|run| self.begun(run)));
            }
            Ok(found)
        })
    }

    fn begun(&self, run: StartedRun) -> Ready {
        let StartedRun { lease, row, started, event } = run;
        self.engine.observe(&row.id, &event);
        Ready { started, row, lease, history: History::new(&self.plan) }
    }

    fn taken_up(&self, taken: Taken) -> Result<Ready, RunError> {
        let Taken { lease, row, events } = taken;
        let started = Box::new(started(&row.id, &events)?.clone());
        let history = History::of(&self.plan, &events)?;
        Ok(Ready { started, row, lease, history })
    }

    /// Takes in what was found; gives the runs that are to be carried on.
    fn take_in(&self, found: Found, state: &mut State) -> Vec<Ready> {
        let Found { ready, troubles, looked, next, more_due, more } = found;
        state.more = more;
        if looked {
            state.wake = next;
            state.look = if more_due { self.elapsed() } else { self.look(next) };
        }
        for (run, error) in troubles {
            state.trouble(run, error);
        }
        ready
    }

    fn elapsed(&self) -> Duration {
        self.engine.world.clock.elapsed()
    }

    /// When to look for runs again, if the next of them is due at that time.
    fn look(&self, next: Option<Timestamp>) -> Duration {
        let left = next.map(|next| next.duration_since(self.engine.now()));
        let left = left.map(|left| Duration::try_from(left).unwrap_or_default());
        self.elapsed().saturating_add(left.map_or(LOOK, |left| left.min(LOOK)))
    }

    /// Carries one run on until it rests.
    fn carry(&self, ready: Ready) -> BoxFuture<'_, Rested> {
        let Ready { started, row, lease, history } = ready;
        Box::pin(async move {
            let run = row.id.clone();
            let (zone, durable) = (self.zone.clone(), self.engine.embedded(lease));
            let drive = Drive::new(self.engine, &durable, &self.plan, &started, zone, row, history);
            let rested = drive.seated(&self.seats).carry_out(Duration::ZERO).await;
            (run, rested.map(|(row, _)| (row.status, row.wake_at)))
        })
    }

    /// Nothing moves: waits for the next thing to do. Says why, if there is none or it is too far away.
    async fn idle(
        &self,
        state: &mut State,
        halt: &mut (impl Future<Output = ()> + Unpin),
    ) -> Result<Option<Why>, RunError> {
        let tally = self.journal.tally(&self.campaign.name).await?;
        let why = match state.wake {
            Some(wake) if tally.waiting > 0 => Why::Waiting(wake),
            Some(_) | None if tally.running > 0 => Why::Elsewhere,
            Some(_) | None => return Ok(Some(Why::Over)),
        };
        let (now, before) = (self.engine.now(), self.elapsed());
        let until = now.checked_add(state.patience).unwrap_or(Timestamp::MAX);
        let too_far = match why {
            Why::Waiting(wake) => wake > until,
            Why::Elsewhere | Why::Over | Why::Halted => state.patience.is_zero(),
        };
        if too_far {
            return Ok(Some(why));
        }
        let pause = state.look.saturating_sub(before).min(state.patience);
        let pause = self.engine.world.clock.sleep(pause);
        if let futures_util::future::Either::Right(_) = select(pause, halt).await {
            state.halted = true;
        }
        state.patience = state.patience.saturating_sub(self.elapsed().saturating_sub(before));
        Ok(None)
    }
}

impl State {
    /// Notes what became of a run, and says when it is due if it waits. Only what would befall every other run as well ends the
    /// pool.
    fn put_down(
        &mut self,
        run: String,
        rested: Result<(RunStatus, Option<Timestamp>), RunError>,
    ) -> Result<Option<Timestamp>, RunError> {
        match rested {
            Ok((_, None)) => Ok(None),
            Ok((_, Some(wake))) => {
                self.wake = Some(self.wake.map_or(wake, |other| other.min(wake)));
                Ok(Some(wake))
            }
            // Another process has it now, or it is not as it should be: the others go on.
            Err(
                error @ (RunError::History(_)
                | RunError::Replan(_)
                | RunError::Journal(
                    JournalError::LeaseLost(_)
                    | JournalError::Held { .. }
                    | JournalError::Unreadable { .. }
                    | JournalError::UnknownRun(_),
                )),
            ) => {
                self.trouble(run, error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn trouble(&mut self, run: String, error: RunError) {
        if self.troubles.len() < MOST_TROUBLES {
            self.troubles.push((run, error));
        }
    }

    fn left(self, why: Why) -> Left {
        Left { why, troubles: self.troubles }
    }
}
