//! Several processes on one database, killed at random and replaced: nothing is lost, and nothing is done twice in silence.
//!
//! The test starts this executable again, in two parts. *Workers* claim runs and carry them out; the *receiver* stands for the
//! outside world in a process of its own, and tells how often, and how often at once, it saw each key. A full proof carries two
//! thousand runs out.

mod receiver;
mod worker;

use std::{
    collections::BTreeMap,
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use relance_diagnostics::Source;
use relance_faults::proof::{Figures, full};
use relance_model::contact::Contact;
use relance_runtime::{
    event::{Event, Fact, RunStarted},
    identity::{Region, identify},
    journal::{Batch, Journal, NewRun, Rest, RunFilter, SqliteJournal, Started, TaskFilter},
    port::{Clock, SystemClock},
    run::{RunStatus, document_hash},
};
use relance_validator::{Options, check_and_plan, plan::PLANNER_VERSION};
use serde_json::{Value, json};

use self::receiver::Receiver;

/// What one test is to do.
struct Size {
    /// The name of the proof.
    proof: &'static str,
    runs: usize,
    processes: usize,
    /// How long the receiver takes for an answer.
    answer: Duration,
}

#[test]
fn two_processes_share_the_work_though_they_are_killed() {
    let (proof, runs) = ("two-processes", if full() { 2000 } else { 200 });
    share(&Size { proof, runs, processes: 2, answer: Duration::from_millis(100) });
}

#[test]
fn four_processes_share_the_work_though_they_are_killed() {
    let (proof, runs) = ("four-processes", if full() { 2000 } else { 200 });
    share(&Size { proof, runs, processes: 4, answer: Duration::from_millis(200) });
}

/// How long it may take until somebody goes on with what a killed process had begun.
const TAKE_OVER: SignedDuration = SignedDuration::from_secs(5);

fn share(size: &Size) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relance.db");
    let receiver = Receiver::start(size.answer);
    let journal: Arc<dyn Journal> = Arc::new(SqliteJournal::open(&file).unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(prepare(&journal, size.runs));

    let mut workers: Vec<Child> =
        (0..size.processes).map(|_| worker(&file, receiver.port())).collect();
    let mut kills: Vec<Timestamp> = Vec::new();
    let began = Instant::now();
    while runtime.block_on(active(&journal)) {
        assert!(began.elapsed() < Duration::from_mins(5), "it does not come to an end");
        thread::sleep(Duration::from_secs(1));
        // Which one: whatever the time says.
        let place = kills.len() * 7 % workers.len();
        workers[place].kill().unwrap();
        kills.push(SystemClock.now());
        workers[place].wait().unwrap();
        workers[place] = worker(&file, receiver.port());
    }
    for mut worker in workers {
        worker.wait().unwrap();
    }
    let seen = receiver.seen();
    runtime.block_on(judge(&journal, size, &kills, &seen));
}

/// What the receiver saw of each key: how often in all, and how often at once.
type Seen = BTreeMap<String, (u32, u32)>;

/// Every run has ended well, each step was acknowledged once, and repeated only after a kill.
async fn judge(journal: &Arc<dyn Journal>, size: &Size, kills: &[Timestamp], seen: &Seen) {
    let rows = journal.runs(RunFilter::default()).await.unwrap();
    assert_eq!(rows.len(), size.runs);
    let (mut cut_off, mut repeated, mut longest) = (0, 0, SignedDuration::ZERO);
    let mut keys = 0;
    for row in rows {
        assert_eq!(row.status, RunStatus::Succeeded, "{}", row.id);
        let events = journal.events(&row.id, 0).await.unwrap();
        for block in BLOCKS {
            let of_block: Vec<&Event> =
                events.iter().filter(|event| event.fact.block() == Some(block)).collect();
            let count = |what: fn(&Fact) -> bool| {
                u32::try_from(of_block.iter().filter(|event| what(&event.fact)).count()).unwrap()
            };
            let done = count(|fact| matches!(fact, Fact::BlockSucceeded { .. }));
            assert_eq!(done, 1, "`{block}` of `{}` was acknowledged {done} times", row.id);
            let interrupted = count(|fact| matches!(fact, Fact::AttemptInterrupted { .. }));
            let mut of_key: Vec<&str> = of_block.iter().filter_map(|event| key(event)).collect();
            of_key.dedup();
            assert!(of_key.len() <= 1, "`{block}` of `{}` has the keys {of_key:?}", row.id);
            if let Some(key) = of_key.first() {
                keys += 1;
                let (times, at_once) = seen[*key];
                assert!(times >= 1 && times <= 1 + interrupted, "{key}: {times} {interrupted}");
                assert_eq!(at_once, 1, "{key} was in flight twice at once");
                repeated += times - 1;
            }
            cut_off += interrupted;
            for pair in of_block.windows(2) {
                if let Fact::AttemptInterrupted { .. } = pair[1].fact {
                    longest = longest.max(taken_after(kills, pair[0].at, pair[1].at));
                }
            }
        }
    }
    assert!(cut_off > 0, "no kill met a step in flight");
    assert_eq!(keys, seen.len(), "nothing else was received");
    let tasks = journal.tasks(TaskFilter::default()).await.unwrap();
    assert_eq!(tasks.len(), size.runs, "a local effect happens once");
    if full() {
        // Beside other tests on a busy machine it may take longer.
        assert!(longest <= TAKE_OVER, "it took {longest:#} until somebody went on");
    }
    let number = |it: u32| usize::try_from(it).unwrap();
    // Anything wrong has stopped us before this.
    Figures::of(size.proof, size.runs)
        .count("lost", 0)
        .count("twice-acknowledged", 0)
        .count("twice-at-once", 0)
        .count("another-key", 0)
        .count("taken-over-late", 0)
        .seen("kills", kills.len())
        .seen("cut-off", number(cut_off))
        .seen("repeated", number(repeated))
        .seen("longest-take-over", usize::try_from(longest.as_millis()).unwrap())
        .write();
}

/// How long after the kill of its process a step was taken over. It was begun shortly before, as a call takes less time than there is
/// between two kills: so it is the first kill after its beginning.
fn taken_after(kills: &[Timestamp], began: Timestamp, taken: Timestamp) -> SignedDuration {
    taken.duration_since(*kills.iter().find(|kill| **kill >= began).unwrap())
}

fn key(event: &Event) -> Option<&str> {
    if let Fact::AttemptStarted { key, .. } = &event.fact { Some(key) } else { None }
}

async fn active(journal: &Arc<dyn Journal>) -> bool {
    let statuses = vec![RunStatus::Running, RunStatus::Waiting, RunStatus::Parked];
    let filter = RunFilter { statuses, limit: Some(1), ..RunFilter::default() };
    !journal.runs(filter).await.unwrap().is_empty()
}

const BLOCKS: [&str; 3] = ["premier", "second", "tache"];

fn graph() -> Vec<u8> {
    let call = |id: &str, method: &str| {
        json!({ "id": id, "type": "action", "position": { "x": 0, "y": 0 }, "data": { "parameters": {
            "action_type": "http_request", "http_method": method, "url": "https://exemple.com/relance" } } })
    };
    let task = json!({ "id": "tache", "type": "action", "position": { "x": 0, "y": 0 },
                       "data": { "parameters": { "priorite": "haute" } } });
    let edge = |id: &str, source: &str, target: &str| json!({ "id": id, "source": source, "target": target });
    let graph: Value = json!({
        "nodes": [call(BLOCKS[0], "PUT"), call(BLOCKS[1], "DELETE"), task],
        "edges": [edge("a", BLOCKS[0], BLOCKS[1]), edge("b", BLOCKS[1], BLOCKS[2])]
    });
    serde_json::to_vec(&graph).unwrap()
}

/// Runs that wait to be carried out.
async fn prepare(journal: &Arc<dyn Journal>, runs: usize) {
    let document = graph();
    let source = Source::new("travail.json", document.clone());
    let (checked, plan) = check_and_plan(&source, &Options::default());
    let plan = plan.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
    let at = SystemClock.now();
    for number in 0..runs {
        let contact =
            Contact { email: Some(format!("c{number}@exemple.com")), ..Contact::default() };
        let person = identify(contact, Region::default()).unwrap();
        let started = RunStarted {
            run: format!("run-{number}"),
            graph: "travail".to_owned(),
            hash: plan.hash().to_string(),
            document: document_hash(&document),
            planner: PLANNER_VERSION,
            environment: plan.environment(),
            foreign_passes: std::collections::BTreeSet::new(),
            region: Region::default(),
            zone: "UTC".to_owned(),
            contact_id: person.id.clone(),
            contact: person.contact.clone(),
            campaign: None,
        };
        let (person, document) = (Arc::new(person), Arc::from(document.as_slice()));
        let new = NewRun { started, person, document, owner: "setup".into(), at };
        let Started::New(lease, _) = journal.start(new).await.unwrap() else { panic!("known") };
        let rest = Some(Rest { status: RunStatus::Waiting, wake_at: Some(at) });
        journal.append(&lease, Batch { at, entries: Vec::new(), rest }).await.unwrap();
    }
}

fn worker(file: &Path, port: &str) -> Child {
    let mut command = again("workers::worker::process");
    command.env(worker::FILE, file).env(worker::PORT, port).stdout(Stdio::null());
    command.spawn().unwrap()
}

/// This executable, playing another part.
fn again(part: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", part, "--nocapture", "--quiet"]);
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    command
}

/// The first line of a process that begins so, and the rest of its output: it may have to say more, and must find a listener.
fn line_with(child: &mut Child, word: &str) -> (String, BufReader<ChildStdout>) {
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with(word) {
        line.clear();
        assert!(output.read_line(&mut line).unwrap() > 0, "it did not start");
    }
    (line.trim_start_matches(word).trim().to_owned(), output)
}
