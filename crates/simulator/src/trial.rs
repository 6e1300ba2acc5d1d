//! One trial: a case, a scenario, and a scheduler that gives turns by chance.
//!
//! Everything happens on one thread. Whoever can go on is given a turn, one by one, in an order drawn from the seed; time leaps
//! when nobody can. A process that is killed is dropped with all its futures, wherever they stand.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use jiff::{SignedDuration, Timestamp};
use relance_runtime::{
    driver::{Engine, World},
    journal::{Heartbeat, Journal, JournalError, StopOrder, StopWhich},
    port::Clock as _,
    run::StopWish,
    simulation::VirtualClock,
};
use relance_samples::random::Random;

use crate::{
    case::Case,
    flaky::Flaky,
    keeper::{self, Keeper, Left},
    kept::kept,
    referee::{Process, Referee, RunNumber, Tally},
    scenario::{Fault, Scenario},
    services::Services,
    stage::{Stage, State},
};

/// More turns than any trial needs: who takes more does not come to an end.
const MOST_TURNS: u64 = 20_000;

/// For how long a process has its runs when it says that it lives.
const LEASE: SignedDuration = SignedDuration::from_secs(3);

/// A rule was broken.
#[derive(Debug, Clone)]
pub struct Broken {
    /// How.
    pub why: String,
    /// After so many turns.
    pub turn: u64,
}

/// Plays a scenario on a journal.
pub fn play(
    case: &Arc<Case>,
    scenario: &Scenario,
    journal: Arc<dyn Journal>,
) -> Result<Tally, Broken> {
    Trial::new(case, scenario, journal).play()
}

struct Trial<'t> {
    case: &'t Arc<Case>,
    scenario: &'t Scenario,
    journal: Arc<dyn Journal>,
    stage: Arc<Stage>,
    processes: Vec<Running>,
    actors: Vec<Actor>,
    turn: u64,
}

/// A process that lives, or lived.
struct Running {
    engine: Option<Engine>,
    /// It stands still until that turn.
    frozen_until: u64,
}

/// Somebody in a process who cares for a run.
struct Actor {
    run: RunNumber,
    process: Process,
    future: Pin<Box<dyn Future<Output = Result<(), Left>>>>,
    flag: Arc<Flag>,
    waker: Waker,
}

/// Whether a future wants a turn.
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<'t> Trial<'t> {
    fn new(case: &'t Arc<Case>, scenario: &'t Scenario, journal: Arc<dyn Journal>) -> Trial<'t> {
        let clock = Arc::new(VirtualClock::new(start()));
        let runs = scenario.runs.iter().enumerate();
        let runs = runs.map(|(number, run)| (run_id(number), keeper::email(run.contact)));
        let refused = scenario.faults.iter().filter_map(|fault| match fault {
            Fault::Refuse { commit } => Some(*commit),
            Fault::Kill { .. }
            | Fault::Freeze { .. }
            | Fault::Jump { .. }
            | Fault::Stop { .. }
            | Fault::OptOut { .. } => None,
        });
        let state = State {
            chance: Random::new(scenario.seed),
            referee: Referee::new(case, runs),
            commits: 0,
            refused: refused.collect(),
        };
        let stage = Arc::new(Stage::new(clock, state));
        let mut trial = Trial {
            case,
            scenario,
            journal,
            stage,
            processes: Vec::new(),
            actors: Vec::new(),
            turn: 0,
        };
        for _ in 0..scenario.processes {
            trial.open_process();
        }
        for (number, run) in scenario.runs.iter().enumerate() {
            trial.put(number, number % scenario.processes, run.after);
        }
        trial
    }

    fn play(mut self) -> Result<Tally, Broken> {
        loop {
            self.turn += 1;
            self.let_faults_happen();
            let ready = self.ready();
            if ready.is_empty() {
                if self.stage.clock.leap() {
                    self.say_who_lives();
                } else if !self.thaw() {
                    break;
                }
                continue;
            }
            let chosen = *self.stage.state().chance.pick(&ready);
            self.give_turn(chosen);
            if let Some(why) = self.stage.state().referee.broken() {
                return Err(Broken { why: why.to_owned(), turn: self.turn });
            }
            if self.turn > MOST_TURNS {
                return Err(Broken {
                    why: "it does not come to an end".to_owned(),
                    turn: self.turn,
                });
            }
        }
        self.end()
    }

    fn end(self) -> Result<Tally, Broken> {
        let turn = self.turn;
        if let Some(actor) = self.actors.first() {
            let why = format!("run {} waits for nothing", actor.run);
            return Err(Broken { why, turn });
        }
        let kept = kept(&*self.journal, self.scenario.runs.len());
        let referee = &mut self.stage.state().referee;
        match kept {
            Ok(kept) => referee.whistle(&kept, self.scenario.is_exact()),
            Err(error) => referee.note(Err(error)),
        }
        match referee.broken() {
            Some(why) => Err(Broken { why: why.to_owned(), turn }),
            None => Ok(referee.tally),
        }
    }

    fn ready(&self) -> Vec<usize> {
        let frozen = |actor: &Actor| self.processes[actor.process].frozen_until > self.turn;
        let actors = self.actors.iter().enumerate();
        actors
            .filter(|(_, it)| it.flag.0.load(Ordering::Relaxed) && !frozen(it))
            .map(|(number, _)| number)
            .collect()
    }

    fn give_turn(&mut self, chosen: usize) {
        let actor = &mut self.actors[chosen];
        actor.flag.0.store(false, Ordering::Relaxed);
        let polled = actor.future.as_mut().poll(&mut Context::from_waker(&actor.waker));
        let Poll::Ready(left) = polled else { return };
        let Actor { run, process, .. } = self.actors.swap_remove(chosen);
        match left {
            Ok(()) => {}
            Err(Left::Foul(why)) => self.stage.state().referee.note(Err(why)),
            // Somebody else has the run, or will have it.
            Err(Left::Elsewhere) if self.actors.iter().any(|actor| actor.run == run) => {}
            // Whoever tries next may meet a process that lives and keeps the run; then somebody else tries.
            Err(Left::Elsewhere | Left::Refused) => {
                let (after, next) = {
                    let chance = &mut self.stage.state().chance;
                    (chance.below(3_000) as u64, chance.below(self.processes.len()))
                };
                let next = self.alive(next).unwrap_or(process);
                self.put(run, next, after);
            }
        }
    }

    /// Whoever lives and does not stand still says so whenever time has passed; one time or another it fails.
    fn say_who_lives(&mut self) {
        for process in 0..self.processes.len() {
            let Running { engine, frozen_until } = &self.processes[process];
            let fails = self.stage.state().chance.one_in(32);
            if let Some(engine) = engine.as_ref().filter(|_| *frozen_until <= self.turn && !fails) {
                self.say_it_lives(engine);
            }
        }
    }

    fn say_it_lives(&self, engine: &Engine) {
        let at = self.stage.clock.now();
        let owner = Arc::clone(engine.owner());
        let beat = Heartbeat { owner, pid: 1, at, until: at + LEASE };
        self.stage.state().referee.lives(&beat);
        drop(VirtualClock::new(at).run(self.journal.heartbeat(beat)));
    }

    /// Somebody wants a run to stop, whoever carries it out.
    fn stop(&mut self, run: RunNumber) {
        let (at, id) = (self.stage.clock.now(), run_id(run));
        let wish = StopWish { at, by: "somebody".to_owned() };
        let order = StopOrder { which: StopWhich::Run(id.clone()), wish, limit: 10 };
        let journal = Arc::clone(&self.journal);
        let asked = async move {
            let stopping = journal.stop(order).await?;
            Ok::<_, JournalError>((stopping, journal.events(&id, 0).await?))
        };
        match VirtualClock::new(at).run(asked) {
            // There is no such run yet.
            Some(Err(JournalError::UnknownRun(_))) => {}
            Some(Ok((stopping, events))) => {
                let referee = &mut self.stage.state().referee;
                referee.stop(run, &stopping, &events);
            }
            other => {
                let referee = &mut self.stage.state().referee;
                referee.note(Err(format!("a stop comes to {other:?}")));
            }
        }
    }

    fn let_faults_happen(&mut self) {
        let scenario = self.scenario;
        for fault in &scenario.faults {
            match *fault {
                Fault::Kill { turn, process } if turn == self.turn => self.kill(process),
                Fault::Freeze { turn, process, turns } if turn == self.turn => {
                    self.freeze(process, turns);
                }
                Fault::Jump { turn, seconds } if turn == self.turn => {
                    let now = self.stage.clock.now() + SignedDuration::from_secs(seconds);
                    self.stage.clock.set(now);
                }
                Fault::Stop { turn, run } if turn == self.turn => self.stop(run),
                Fault::OptOut { turn, contact } if turn == self.turn => {
                    let out = self.journal.opt_out(keeper::person(contact), self.stage.clock.now());
                    self.stage.state().referee.opt_out(&keeper::email(contact));
                    drop(self.stage.clock.run(out));
                }
                Fault::Kill { .. }
                | Fault::Freeze { .. }
                | Fault::Refuse { .. }
                | Fault::Jump { .. }
                | Fault::Stop { .. }
                | Fault::OptOut { .. } => {}
            }
        }
    }

    /// Kills one of those alive; another process comes in its place, and takes its runs up after a while.
    fn kill(&mut self, which: usize) {
        let Some(process) = self.alive(which) else { return };
        self.processes[process].engine = None;
        self.stage.state().referee.tally.kills += 1;
        let heir = self.open_process();
        let (gone, left) = std::mem::take(&mut self.actors)
            .into_iter()
            .partition::<Vec<_>, _>(|actor| actor.process == process);
        self.actors = left;
        for Actor { run, .. } in gone {
            let after = self.stage.state().chance.below(3_000) as u64;
            self.put(run, heir, after);
        }
    }

    /// Lets one of those alive stand still; another process takes its runs over.
    fn freeze(&mut self, which: usize, turns: u64) {
        let Some(process) = self.alive(which) else { return };
        self.processes[process].frozen_until = self.turn + turns;
        let others = |it: &usize| *it != process && self.processes[*it].engine.is_some();
        let heir = (0..self.processes.len()).find(others);
        let heir = heir.unwrap_or_else(|| self.open_process());
        let runs: Vec<RunNumber> = self
            .actors
            .iter()
            .filter(|actor| actor.process == process)
            .map(|actor| actor.run)
            .collect();
        for run in runs {
            let after = self.stage.state().chance.below(3_000) as u64;
            self.put(run, heir, after);
        }
    }

    /// Ends the next standstill, when nobody else can go on. Says whether there was one.
    fn thaw(&mut self) -> bool {
        let frozen = self.processes.iter().map(|it| it.frozen_until).filter(|it| *it > self.turn);
        let Some(next) = frozen.min() else { return false };
        self.turn = next;
        true
    }

    fn alive(&self, which: usize) -> Option<Process> {
        let alive = (0..self.processes.len()).filter(|it| self.processes[*it].engine.is_some());
        let alive: Vec<Process> = alive.collect();
        alive.get(which % alive.len().max(1)).copied()
    }

    fn open_process(&mut self) -> Process {
        let process = self.processes.len();
        let stage = &self.stage;
        let services = Arc::new(Services { stage: Arc::clone(stage), process });
        let journal = Flaky { inner: Arc::clone(&self.journal), stage: Arc::clone(stage), process };
        let world = World {
            clock: Arc::<VirtualClock>::clone(&stage.clock),
            http: Arc::<Services>::clone(&services),
            ai: services,
        };
        let engine = Engine::new(Arc::new(journal), world, self.case.settings.clone());
        self.say_it_lives(&engine);
        self.processes.push(Running { engine: Some(engine), frozen_until: 0 });
        process
    }

    /// Has a process care for a run, after some milliseconds.
    fn put(&mut self, run: RunNumber, process: Process, after: u64) {
        let alive =
            if self.processes[process].engine.is_some() { Some(process) } else { self.alive(0) };
        let Some(process) = alive else { return };
        if self.actors.iter().any(|it| (it.run, it.process) == (run, process)) {
            return;
        }
        let Some(engine) = self.processes[process].engine.clone() else { return };
        let keeper = Keeper {
            engine,
            stage: Arc::clone(&self.stage),
            graph: self.case.graph.clone(),
            run,
            started: self.scenario.runs[run],
        };
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&flag));
        let future = Box::pin(keeper.care(after));
        self.actors.push(Actor { run, process, future, flag, waker });
    }
}

pub(crate) fn run_id(number: RunNumber) -> String {
    format!("run-{number}")
}

/// When every trial begins.
fn start() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}
