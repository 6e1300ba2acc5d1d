//! A story in the hands of an engine, in as many lives as it takes.

use std::{
    path::Path,
    pin::pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::{Either, select};
use jiff::Timestamp;
use relance_runtime::{
    driver::{Engine, LeaseTerms, ResolveError, Settings, World},
    event::{Decision, Event, Fact},
    journal::{Journal, JournalError, MemoryJournal, SqliteJournal, Taken},
    port::Clock as _,
    run::Report,
    simulation::VirtualClock,
};

use super::{
    life::{Asked, Life, Reached, Watched, What},
    logged::{Log, Logged},
};
use crate::{
    staged::{Moment, Staged, Watch},
    story::{Ending, RUN, Stage, Story, next_decision},
};

/// The engines that are held to the promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Memory,
    Sqlite,
    Logged,
}

impl Kind {
    pub(crate) const ALL: [Kind; 3] = [Kind::Memory, Kind::Sqlite, Kind::Logged];
}

pub(crate) struct Play {
    pub(crate) kind: Kind,
    pub(crate) stage: Stage,
    pub(crate) journal: Arc<dyn Journal>,
    log: Mutex<Log>,
    lives: Mutex<Vec<Arc<Life>>>,
    taken: Mutex<Vec<Timestamp>>,
}

/// Long, as some stories wait for a day: there is little to hear of meanwhile.
const LEASE: LeaseTerms =
    LeaseTerms { length: Duration::from_mins(90), beat: Duration::from_mins(30) };

impl Play {
    /// The story is begun: its first event is stored. The database of SQLite lies in that folder.
    pub(crate) fn begin(kind: Kind, story: Story, seed: u64, folder: &Path) -> Play {
        let stage = Stage::new(story, seed);
        let journal: Arc<dyn Journal> = match kind {
            Kind::Memory | Kind::Logged => Arc::new(MemoryJournal::default()),
            Kind::Sqlite => {
                let folder = tempfile::tempdir_in(folder).unwrap().keep();
                let journal = SqliteJournal::open(folder.join("relance.db")).unwrap();
                Arc::new(Staged::calm(Arc::new(journal)))
            }
        };
        stage.prepare(&journal);
        // Whoever begins it is gone when its start is stored.
        let watch: Watch = Arc::new(|moment| moment == Moment::After(1));
        let begun = stage.engine(Arc::new(Staged::new(Arc::clone(&journal), watch)));
        let start = stage.story.start(&stage.graph);
        assert!(stage.clock.run(begun.run(start, stage.story.max_wait())).is_none());
        let (log, lives, taken) = (Mutex::default(), Mutex::default(), Mutex::default());
        Play { kind, stage, journal, log, lives, taken }
    }

    pub(crate) fn clock(&self) -> &VirtualClock {
        &self.stage.clock
    }

    /// Plays on in a new process until nothing is left to do. None: it was killed.
    pub(crate) fn live(&self, fatal: Option<usize>) -> Option<Report> {
        self.live_beside(fatal, std::future::pending::<()>())
    }

    /// The same, while something else goes on outside.
    pub(crate) fn live_beside(
        &self,
        fatal: Option<usize>,
        outside: impl Future<Output = ()>,
    ) -> Option<Report> {
        let life = Life::until(fatal);
        self.lives.lock().unwrap().push(Arc::clone(&life));
        self.rewind();
        let engine = self.engine(&life);
        let outside = async {
            outside.await;
            std::future::pending::<()>().await;
        };
        let lived = async {
            let work = pin!(engine.alive(self.act(&engine, &life)));
            match select(work, select(pin!(life.death()), pin!(outside))).await {
                Either::Left((report, _)) => Some(report.unwrap()),
                Either::Right(_) => None,
            }
        };
        // It goes on until it is over or killed.
        self.clock().run(lived).unwrap()
    }

    /// A person decides, in a process of its own.
    pub(crate) fn decide(
        &self,
        block: &str,
        decision: Decision,
        by: &'static str,
    ) -> Result<Event, ResolveError> {
        let life = Life::until(None);
        let engine = self.engine(&life);
        let decided = engine.alive(self.resolve(&engine, &life, block, decision, by));
        self.clock().run(decided).unwrap().unwrap()
    }

    /// What each life asked for.
    pub(crate) fn asked(&self) -> Vec<Vec<Asked>> {
        self.lives.lock().unwrap().iter().map(|life| life.asked()).collect()
    }

    /// When the run was taken up, each time.
    pub(crate) fn taken(&self) -> Vec<Timestamp> {
        self.taken.lock().unwrap().clone()
    }

    /// How many moments the first life lived through.
    pub(crate) fn moments(&self) -> usize {
        self.lives.lock().unwrap()[0].moments()
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.clock().run(self.journal.events(RUN, 0)).unwrap().unwrap()
    }

    pub(crate) fn ending(&self, report: &Report) -> Ending {
        self.stage.ending(report, &self.journal)
    }

    fn engine(&self, life: &Arc<Life>) -> Engine {
        let services = Arc::clone(&self.stage.services);
        let reached = Arc::new(Reached { life: Arc::clone(life), services });
        let world = World {
            clock: Arc::<VirtualClock>::clone(&self.stage.clock),
            http: Arc::<Reached>::clone(&reached),
            ai: reached,
        };
        let settings = Settings { lease: LEASE, ..self.stage.story.settings() };
        Engine::new(Arc::clone(&self.journal), world, settings)
    }

    /// Answers that a crash lost are given again.
    fn rewind(&self) {
        if self.kind == Kind::Logged {
            for step in self.stage.graph.plan.steps() {
                let block = step.id.as_str();
                let known = self.log.lock().unwrap().answers_known(block);
                self.stage.services.rewind(block, known);
            }
        } else {
            self.stage.rewind(&self.journal);
        }
    }

    async fn act(&self, engine: &Engine, life: &Life) -> Report {
        let story = &self.stage.story;
        let open = self.log.lock().unwrap().open().and_then(|stretch| stretch.decision.clone());
        if let Some((block, decision, by)) = open {
            self.resolve(engine, life, &block, decision, by).await.unwrap();
        }
        let mut report = self.carry_on(engine, life).await;
        while let Some((block, decision, by)) = next_decision(story, engine, &report).await {
            self.resolve(engine, life, &block, decision, by).await.unwrap();
            report = self.carry_on(engine, life).await;
        }
        report
    }

    /// One stretch.
    async fn carry_on(&self, engine: &Engine, life: &Life) -> Report {
        let Taken { lease, row, events } = self.take(engine).await;
        let wait = self.stage.story.max_wait();
        let inner = engine.embedded(lease);
        if self.kind != Kind::Logged {
            let engine_of_run = Watched { life, engine: inner };
            return engine.carry_on_with(&engine_of_run, row, &events, wait).await.unwrap();
        }
        let stretch = self.log.lock().unwrap().begin(row, events, None, self.clock().now());
        life.note(stretch.began, What::Begun);
        let logged = Watched { life, engine: Logged::new(inner, &self.log) };
        let report = engine.carry_on_with(&logged, stretch.row, &stretch.events, wait).await;
        self.log.lock().unwrap().close();
        report.unwrap()
    }

    /// A stretch that takes down what a person decided.
    async fn resolve(
        &self,
        engine: &Engine,
        life: &Life,
        block: &str,
        decision: Decision,
        by: &'static str,
    ) -> Result<Event, ResolveError> {
        let Taken { lease, row, events } = self.take(engine).await;
        let inner = engine.embedded(lease);
        if self.kind != Kind::Logged {
            let (watched, decided) = (Watched { life, engine: inner }, (block, decision, by));
            return engine.resolve_with(&watched, row, &events, decided).await;
        }
        let decided = (block, decision.clone(), by);
        let decision = Some((block.to_owned(), decision, by));
        let stretch = self.log.lock().unwrap().begin(row, events, decision, self.clock().now());
        life.note(stretch.began, What::Begun);
        let logged = Watched { life, engine: Logged::new(inner, &self.log) };
        let event = engine.resolve_with(&logged, stretch.row, &stretch.events, decided).await;
        self.log.lock().unwrap().close();
        event
    }

    /// Takes the run as soon as no process has it that may live.
    async fn take(&self, engine: &Engine) -> Taken {
        loop {
            match self.journal.take(RUN, engine.owner(), self.clock().now()).await {
                Err(JournalError::Held { holder, .. }) => {
                    self.clock().sleep_until(holder.until).await;
                }
                taken => {
                    self.taken.lock().unwrap().push(self.clock().now());
                    return taken.unwrap();
                }
            }
        }
    }
}

/// Whether an event begins something.
pub(crate) fn begins(event: &Event) -> bool {
    matches!(event.fact, Fact::AttemptStarted { .. })
}
