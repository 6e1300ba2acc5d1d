//! Processes killed for real, with `kill -9`, at every kind of moment of every story.
//!
//! The test starts this executable again, in two parts. The *actor* carries a story out on a SQLite file, says which events it
//! was told are safe, and freezes at the moment it is given, where it is killed; then another actor goes on. The *receiver*
//! stands for the outside world in a process of its own, and is never killed.

mod actor;
mod receiver;

use std::{
    collections::BTreeSet,
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
    thread,
};

use relance_faults::proof::{Figures, full};
use relance_runtime::{
    driver::{Engine, World},
    event::{Event, Fact},
    journal::{Journal, Records, SqliteJournal},
    port::SystemClock,
};
use relance_validator::plan::{Effect, Method};

use tempfile::TempDir;

use self::{actor::Relay, receiver::Receiver};
use crate::{
    staged::{Moment, Staged},
    stories::uninterrupted,
    story::{Ending, RUN, Stage, Story, answers_known, effects},
};

/// How many plays go on side by side.
const HANDS: usize = 2;

/// Where an actor freezes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Freeze {
    /// Around a commit.
    Commit(Moment),
    /// A call is about to leave; calls count from 1.
    Leaving(usize),
    /// A call was answered, and the answer has not been looked at.
    Answered(usize),
}

/// A story as it is told to actors.
#[derive(Debug, Clone)]
struct Tale {
    name: String,
    /// With `http.on_unknown = "retry"`.
    trusting: bool,
}

#[test]
fn killed_processes_lose_nothing_and_do_nothing_twice() {
    kill_many(200, "kills", Tale::all(false));
}

#[test]
fn killed_processes_park_nothing_when_services_know_keys() {
    let mut tales = Tale::all(true);
    tales.retain(|tale| tale.story().decisions.is_empty());
    kill_many(100, "kills-trusting", tales);
}

/// Kills spread over all moments of these stories; in a full proof, at each of them.
fn kill_many(kills: usize, proof: &'static str, tales: Vec<Tale>) {
    let receiver = Receiver::start();
    let moments: Vec<(Tale, Freeze)> =
        tales.into_iter().flat_map(|tale| moments_of(&receiver, &tale)).collect();
    assert!(moments.len() >= kills, "only {} moments", moments.len());
    let kills = if full() { moments.len() } else { kills };
    let chosen: Vec<_> = (0..kills).map(|n| moments[n * moments.len() / kills].clone()).collect();
    thread::scope(|scope| {
        for hand in chosen.chunks(kills.div_ceil(HANDS)) {
            scope.spawn(move || {
                let receiver = Receiver::start();
                for (tale, freeze) in hand {
                    kill_once(tale, *freeze, &receiver);
                }
            });
        }
    });
    // Anything wrong has stopped us before this.
    Figures::of(proof, kills).write();
}

/// Every moment of a story that nobody disturbs.
fn moments_of(receiver: &Receiver, tale: &Tale) -> Vec<(Tale, Freeze)> {
    let folder = memory_folder();
    let file = folder.path().join("relance.db");
    receiver.open(&tale.name);
    prepare(&tale.story(), &file);
    let (mut actor, output) = act(tale, &file, receiver, None);
    let lines = output.lines().map(Result::unwrap);
    let moments = lines
        .filter_map(|line| Some((tale.clone(), Freeze::from_text(line.strip_prefix("moment ")?))))
        .collect();
    assert!(actor.wait().unwrap().success(), "{tale:?}");
    moments
}

/// Plays a story with one kill, and looks at what is left.
fn kill_once(tale: &Tale, freeze: Freeze, receiver: &Receiver) {
    let what = format!("{tale:?} killed at {freeze:?}");
    let story = tale.story();
    let folder = memory_folder();
    let file = folder.path().join("relance.db");
    receiver.open(&tale.name);
    prepare(&story, &file);

    let acknowledged = killed_at(tale, &file, receiver, freeze);
    let stored = stored(&file);
    let seqs: BTreeSet<u32> = stored.iter().map(|event| event.seq).collect();
    assert!(acknowledged.is_subset(&seqs), "{what}: acknowledged events are lost");
    for block in &story.blocks() {
        receiver.rewind(block, answers_known(&stored, block));
    }

    let (mut actor, output) = act(tale, &file, receiver, None);
    let lines: Vec<String> = output.lines().map(Result::unwrap).collect();
    assert!(
        actor.wait().unwrap().success() && lines.iter().any(|it| it == "done"),
        "{what}: {lines:?}"
    );
    check_parked(tale, &self::stored(&file), &what);
    let ending = ending(&story, &file, receiver);
    assert_eq!(ending, uninterrupted(&story).ending, "{what}");
}

/// What happened before the story begins; nobody is killed there.
fn prepare(story: &Story, file: &Path) {
    let journal = Arc::new(SqliteJournal::open(file).unwrap());
    let staged: Arc<dyn Journal> = Arc::new(Staged::calm(journal));
    Stage::new(story.clone(), 0).prepare(&staged);
}

/// Runs an actor until it freezes, and kills it; the events that it was told are safe.
fn killed_at(tale: &Tale, file: &Path, receiver: &Receiver, freeze: Freeze) -> BTreeSet<u32> {
    let (mut actor, mut output) = act(tale, file, receiver, Some(freeze));
    let mut acknowledged = BTreeSet::new();
    let mut line = String::new();
    while output.read_line(&mut line).unwrap() > 0 {
        if let Some(seq) = line.trim().strip_prefix("acknowledged ") {
            acknowledged.insert(seq.parse().unwrap());
        }
        assert_ne!(line.trim(), "done", "{tale:?} never came to {freeze:?}");
        if line.trim() == "frozen" {
            break;
        }
        line.clear();
    }
    actor.kill().unwrap();
    actor.wait().unwrap();
    acknowledged
}

/// Only a POST that was in flight may have been parked by the kill.
fn check_parked(tale: &Tale, events: &[Event], what: &str) {
    let graph = tale.story().graph_file();
    for event in events {
        let Fact::BlockParked { block, reason } = &event.fact else { continue };
        if reason.code == "interrupted" {
            assert!(!tale.trusting, "{what}: `{block}` is parked");
            let (_, step) = graph.plan.find(block).unwrap();
            let Effect::HttpRequest(call) = &step.effect else {
                panic!("{what}: `{block}` is parked")
            };
            assert_eq!(call.method, Method::Post, "{what}: `{block}` is parked");
        }
    }
}

fn act(
    tale: &Tale,
    file: &Path,
    receiver: &Receiver,
    freeze: Option<Freeze>,
) -> (Child, BufReader<ChildStdout>) {
    let mut command = again("kill::actor::process");
    command.env(actor::STORY, &tale.name).env(actor::FILE, file).env(actor::PORT, receiver.port());
    if tale.trusting {
        command.env(actor::TRUSTING, "1");
    }
    if let Some(freeze) = freeze {
        command.env(actor::FREEZE, freeze.to_text());
    }
    let mut child = command.spawn().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    (child, output)
}

/// This executable, playing another part.
pub(crate) fn again(part: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", part, "--nocapture", "--quiet"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command
}

/// A folder in memory where there is such a thing: a killed process loses nothing that it wrote there either.
pub(crate) fn memory_folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn stored(file: &Path) -> Vec<Event> {
    let journal = SqliteJournal::open(file).unwrap();
    runtime().block_on(journal.events(RUN, 0)).unwrap()
}

fn ending(story: &Story, file: &Path, receiver: &Receiver) -> Ending {
    let journal: Arc<dyn Journal> = Arc::new(SqliteJournal::open(file).unwrap());
    let relay = Arc::new(Relay::new(receiver.port(), Arc::new(|_| false)));
    let world =
        World { clock: Arc::new(SystemClock), http: Arc::<Relay>::clone(&relay), ai: relay };
    let engine = Engine::new(Arc::clone(&journal), world, story.settings());
    runtime().block_on(async {
        let report = engine.report(RUN).await.unwrap();
        Ending::new(&report, receiver.received(), effects(&journal).await)
    })
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

impl Tale {
    fn all(trusting: bool) -> Vec<Tale> {
        Story::all().into_iter().map(|(name, _)| Tale { name, trusting }).collect()
    }

    fn story(&self) -> Story {
        let story = Story::named(&self.name);
        if self.trusting { story.trusting() } else { story }
    }
}

impl Freeze {
    fn to_text(self) -> String {
        match self {
            Freeze::Commit(Moment::Before(n)) => format!("before {n}"),
            Freeze::Commit(Moment::After(n)) => format!("after {n}"),
            Freeze::Leaving(n) => format!("leaving {n}"),
            Freeze::Answered(n) => format!("answered {n}"),
        }
    }

    fn from_text(text: &str) -> Freeze {
        let (word, n) = text.split_once(' ').unwrap();
        let n = n.parse().unwrap();
        match word {
            "before" => Freeze::Commit(Moment::Before(n)),
            "after" => Freeze::Commit(Moment::After(n)),
            "leaving" => Freeze::Leaving(n),
            _ => Freeze::Answered(n),
        }
    }
}
