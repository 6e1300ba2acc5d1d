//! Carries runs out: load, decide, perform, append.
//!
//! An [`Engine`] holds what all runs share: the journal, the world and the settings. Each run is one future; its branches are
//! futures inside it, so nothing is spawned, and dropping the run's future is the same as a crash.

mod drive;
mod durable;
mod gates;
mod pool;
mod replay;
mod resolve;
mod seats;
mod tenure;
mod world;

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use relance_model::contact::Contact;
use relance_validator::{Options, plan::PLANNER_VERSION};

use crate::{
    action::{MissingText, Texts},
    event::{Event, RunStarted},
    history::{History, HistoryError},
    identity::{IdentityError, Person, Region, identify},
    journal::{Journal, JournalError, NewRun, Started, Taken},
    retry::{OnUnknown, RetryPolicy},
    run::{BadRunId, GraphFile, Report, RunRow, check_run_id, new_owner, new_run_id},
    secret::Secrets,
};
use drive::Drive;
pub use durable::{Call, Durable, Embedded, Performed, Timer};
use gates::Gates;
pub use gates::{Asked, HostLimit, HostLimits, Place, Turn};
pub use pool::{Left, Pooled, Why};
pub use replay::ReplanError;
use replay::{Plans, Replay, plan_key};
pub use resolve::ResolveError;
pub use tenure::LeaseTerms;
use tenure::Tenure;
pub use world::World;

/// Carries runs out.
#[derive(Clone)]
pub struct Engine {
    journal: Arc<dyn Journal>,
    world: World,
    settings: Arc<Settings>,
    owner: Arc<str>,
    tenure: Arc<Tenure>,
    observer: Option<Observer>,
    plans: Arc<Plans>,
    gates: Arc<Gates>,
}

/// Hears of every event once it is stored: the run's id and the event.
pub type Observer = Arc<dyn Fn(&str, &Event) + Send + Sync>;

/// What the operator decided.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How often calls are tried.
    pub retry: RetryPolicy,
    /// What is done with a call that may have taken effect.
    pub on_unknown: OnUnknown,
    /// How many outside calls one run may have in flight.
    pub calls_at_once: usize,
    /// How hard hosts may be called by all runs together.
    pub hosts: HostLimits,
    /// The country assumed for phone numbers written without `+`.
    pub region: Region,
    /// The time zone in which dates are written.
    pub zone: TimeZone,
    /// Secrets.
    pub secrets: Secrets,
    /// Texts of replies that no AI writes.
    pub texts: Texts,
    /// How documents are checked when a run is taken up again.
    pub options: Options,
    /// How long a process that says nothing more keeps its runs from others.
    pub lease: LeaseTerms,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            retry: RetryPolicy::default(),
            on_unknown: OnUnknown::default(),
            calls_at_once: 16,
            hosts: HostLimits::default(),
            region: Region::default(),
            zone: TimeZone::UTC,
            secrets: Secrets::default(),
            texts: Texts::default(),
            options: Options::default(),
            lease: LeaseTerms::default(),
        }
    }
}

/// A run to start.
#[derive(Debug, Clone)]
pub struct Start {
    /// The graph.
    pub graph: GraphFile,
    /// The contact.
    pub contact: Contact,
    /// The run's id; none: a new one.
    pub run: Option<String>,
}

/// What a start came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The run was carried out as far as it could be.
    Done(Report),
    /// There was one already, of that id or active for that graph and contact: it was left as it is.
    Known(Report),
}

/// Why a run could not be carried out, or not further. What was stored stays, and it can be resumed.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The contact cannot be told from another.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The run id is none.
    #[error(transparent)]
    BadRunId(#[from] BadRunId),
    /// Blocks of types that the configuration refuses.
    #[error("the graph is valid but not runnable: {}", .0.join(", "))]
    NotRunnable(Vec<String>),
    /// Configured texts are missing, or cannot be read.
    #[error("the configuration lacks texts that the graph needs: {}", keys(.0))]
    MissingTexts(Vec<MissingText>),
    /// The stored document does not give the stored plan any more.
    #[error(transparent)]
    Replan(#[from] ReplanError),
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The stored events do not fit the plan.
    #[error("the run's history cannot be read: {0}")]
    History(#[from] HistoryError),
}

impl Engine {
    /// An engine over that journal and that world.
    pub fn new(journal: Arc<dyn Journal>, world: World, settings: Settings) -> Engine {
        let owner = new_owner().into();
        let tenure = Arc::new(Tenure::new(settings.lease));
        let gates = Gates::new(settings.hosts.clone(), Arc::clone(&world.clock));
        Engine {
            journal,
            world,
            settings: Arc::new(settings),
            owner,
            tenure,
            observer: None,
            plans: Arc::default(),
            gates: Arc::new(gates),
        }
    }

    /// The same, with somebody who hears of every event.
    #[must_use]
    pub fn observed_by(self, observer: Observer) -> Engine {
        Engine { observer: Some(observer), ..self }
    }

    /// The journal.
    pub fn journal(&self) -> &Arc<dyn Journal> {
        &self.journal
    }

    /// Starts a run and carries it out until it ends, is parked, or would have to wait for longer than that in all.
    pub async fn run(&self, start: Start, max_wait: Duration) -> Result<Outcome, RunError> {
        let Start { graph, contact, run } = start;
        self.check_runnable(&graph)?;
        let person = Arc::new(identify(contact, self.settings.region)?);
        let at = self.now();
        let run = match run {
            Some(run) => check_run_id(&run).map(|()| run)?,
            None => new_run_id(at),
        };
        let started = self.started(&graph, &person, run);
        let row = RunRow::new(&started, at);
        let new = NewRun {
            started: started.clone(),
            person,
            document: Arc::clone(&graph.bytes),
            owner: Arc::clone(&self.owner),
            at,
        };
        let (lease, event) = match self.journal.start(new).await? {
            Started::New(lease, event) => (lease, event),
            Started::Known(row) => {
                self.plans.keep(plan_key(&started), &graph.plan);
                return Ok(Outcome::Known(self.report(&row.id).await?));
            }
        };
        self.observe(&row.id, &event);
        let history = History::new(&graph.plan);
        let (zone, durable) = (self.settings.zone.clone(), self.embedded(lease));
        let drive = Drive::new(self, &durable, &graph.plan, &started, zone, row, history);
        let (row, history) = durable.carried(drive.carry_out(max_wait).await).await?;
        Ok(Outcome::Done(Report::new(&row, &graph.plan, &history)))
    }

    /// Takes a run up again and carries it on. One that has ended is only reported.
    pub async fn resume(&self, run: &str, max_wait: Duration) -> Result<Report, RunError> {
        let replay = self.replay(run).await?;
        if !replay.row.status.is_active() {
            return Ok(Report::new(&replay.row, &replay.plan, &replay.history));
        }
        let taken = self.journal.take(run, &self.owner, self.now()).await?;
        self.carry_on(taken, max_wait).await
    }

    /// Carries a run on that the journal gave to this process.
    pub async fn carry_on(&self, taken: Taken, max_wait: Duration) -> Result<Report, RunError> {
        let Taken { lease, row, events } = taken;
        let durable = self.embedded(lease);
        durable.carried(self.carry_on_with(&durable, row, &events, max_wait).await).await
    }

    /// Carries a stretch of a run out in the hands of that engine. One that has ended is only reported.
    pub async fn carry_on_with(
        &self,
        durable: &impl Durable,
        row: RunRow,
        events: &[Event],
        max_wait: Duration,
    ) -> Result<Report, RunError> {
        let Replay { row, started, zone, plan, history } = self.replay_events(row, events).await?;
        if !row.status.is_active() {
            return Ok(Report::new(&row, &plan, &history));
        }
        let drive = Drive::new(self, durable, &plan, &started, zone, row, history);
        let (row, history) = drive.carry_out(max_wait).await?;
        Ok(Report::new(&row, &plan, &history))
    }

    /// The name by which runs know this process.
    pub fn owner(&self) -> &Arc<str> {
        &self.owner
    }

    /// What can be told of a run now.
    pub async fn report(&self, run: &str) -> Result<Report, RunError> {
        let replay = self.replay(run).await?;
        Ok(Report::new(&replay.row, &replay.plan, &replay.history))
    }

    /// Says what a run of this graph would lack, before it starts.
    fn check_runnable(&self, graph: &GraphFile) -> Result<(), RunError> {
        let refused = graph.plan.refused();
        let refused: Vec<String> = refused
            .map(|(step, kind)| {
                format!("block `{}` has the type `{kind}`, which is refused", step.id)
            })
            .collect();
        if !refused.is_empty() {
            return Err(RunError::NotRunnable(refused));
        }
        let missing = self.settings.texts.missing(&graph.plan, &graph.name);
        if missing.is_empty() { Ok(()) } else { Err(RunError::MissingTexts(missing)) }
    }

    fn started(&self, graph: &GraphFile, person: &Person, run: String) -> RunStarted {
        RunStarted {
            run,
            contact_id: person.id.clone(),
            contact: person.contact.clone(),
            ..self.started_by_anyone(graph)
        }
    }

    /// What a run of that graph begins with, without its id and its contact.
    fn started_by_anyone(&self, graph: &GraphFile) -> RunStarted {
        RunStarted {
            run: String::new(),
            graph: graph.name.to_string(),
            hash: graph.plan.hash().to_string(),
            document: graph.bytes_hash.to_string(),
            planner: PLANNER_VERSION,
            environment: graph.plan.environment(),
            foreign_passes: self.settings.options.foreign_passes.clone(),
            region: self.settings.region,
            zone: self.settings.zone.iana_name().unwrap_or("UTC").to_owned(),
            contact_id: String::new(),
            contact: Contact::default(),
            campaign: None,
        }
    }

    /// The time it is, as it is stored.
    fn now(&self) -> Timestamp {
        to_the_millisecond(self.world.clock.now())
    }

    fn observe(&self, run: &str, event: &Event) {
        if let Some(observer) = &self.observer {
            observer(run, event);
        }
    }
}

/// A time as it is stored.
fn to_the_millisecond(now: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

/// The keys of missing texts, in one line.
fn keys(texts: &[MissingText]) -> String {
    let key = |text: &MissingText| match text {
        MissingText::Absent { key, .. } | MissingText::Unreadable { key, .. } => {
            key.lines().collect::<Vec<_>>().join(" ")
        }
    };
    texts.iter().map(key).collect::<Vec<_>>().join(", ")
}
