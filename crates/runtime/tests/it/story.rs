//! A story: a graph, a contact and what the outside world answers, in one file of `fixtures/runs`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use relance_diagnostics::Source;
use relance_model::{Environment, contact::Contact};
use relance_runtime::{
    action::Texts,
    driver::{Engine, Outcome, Settings, Start, World},
    event::{Decision, Event, Fact},
    identity::identify,
    journal::{ContactFilter, Journal, TaskFilter},
    retry::{OnUnknown, RetryPolicy},
    run::{BlockStatus, GraphFile, Report, RunStatus},
    simulation::{Received, Script, Scripted, VirtualClock},
};
use relance_validator::{Options, check_and_plan};
use serde::Deserialize;
use serde_json::{Value, json};

/// The id that every story's run has.
pub(crate) const RUN: &str = "story";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    /// What it shows.
    pub(crate) about: String,
    pub(crate) graph: Value,
    pub(crate) contact: Contact,
    #[serde(default)]
    pub(crate) config: Config,
    /// What the services answer, by block.
    #[serde(default)]
    pub(crate) answers: Script,
    /// Contacts for whom the same graph ran before.
    #[serde(default)]
    pub(crate) earlier: Vec<Contact>,
    /// The contact had opted out.
    #[serde(default)]
    pub(crate) opted_out: bool,
    /// What a person decides, each time the run has come to rest.
    #[serde(default)]
    pub(crate) decisions: Vec<(String, Decision)>,
}

#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    on_unknown_retry: bool,
    foreign_passes: BTreeSet<String>,
    texts: BTreeMap<String, String>,
    max_wait_seconds: Option<u64>,
    /// Calls in flight at once.
    calls_at_once: Option<usize>,
}

/// All that a run came to, without times, attempts or order: what must not depend on chance or crashes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ending {
    status: RunStatus,
    blocks: Vec<(String, BlockStatus, Option<Value>, Option<Value>)>,
    keys: BTreeMap<String, BTreeSet<String>>,
    effects: Value,
}

impl Story {
    pub(crate) fn read(path: &Path) -> Story {
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    pub(crate) fn named(name: &str) -> Story {
        Story::read(&folder().join(name).with_extension("json"))
    }

    /// Its blocks.
    pub(crate) fn blocks(&self) -> Vec<String> {
        let nodes = self.graph["nodes"].as_array().unwrap();
        nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The same, where a POST that may have taken effect is made again.
    pub(crate) fn trusting(mut self) -> Story {
        self.config.on_unknown_retry = true;
        self
    }

    /// Every story, by name.
    pub(crate) fn all() -> Vec<(String, Story)> {
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let name = |path: &PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
        files.iter().map(|path| (name(path), Story::read(path))).collect()
    }

    pub(crate) fn graph_file(&self) -> GraphFile {
        let bytes = serde_json::to_vec_pretty(&self.graph).unwrap();
        let (checked, plan) =
            check_and_plan(&Source::new("story.json", bytes.clone()), &self.options());
        let plan = plan.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
        GraphFile::new("story", &bytes, plan)
    }

    pub(crate) fn settings(&self) -> Settings {
        let texts = BTreeMap::from([("story".to_owned(), self.config.texts.clone())]);
        let on_unknown =
            if self.config.on_unknown_retry { OnUnknown::Retry } else { OnUnknown::Park };
        Settings {
            retry: RetryPolicy::default(),
            on_unknown,
            calls_at_once: self.config.calls_at_once.unwrap_or(16),
            texts: Texts::new(texts),
            options: self.options(),
            ..Settings::default()
        }
    }

    /// The run's id, and the contact as a run of its own for those that came earlier.
    pub(crate) fn start(&self, graph: &GraphFile) -> Start {
        Start { graph: graph.clone(), contact: self.contact.clone(), run: Some(RUN.to_owned()) }
    }

    pub(crate) fn max_wait(&self) -> Duration {
        Duration::from_secs(self.config.max_wait_seconds.unwrap_or(7 * 24 * 3600))
    }

    fn options(&self) -> Options {
        Options {
            environment: Environment::Production,
            foreign_passes: self.config.foreign_passes.clone(),
            ..Options::default()
        }
    }
}

/// A story on a stage: its journal, its clock and its services outlive any crash.
pub(crate) struct Stage {
    pub(crate) story: Story,
    pub(crate) graph: GraphFile,
    pub(crate) clock: Arc<VirtualClock>,
    pub(crate) services: Arc<Scripted>,
}

impl Stage {
    pub(crate) fn new(story: Story, seed: u64) -> Stage {
        Stage::at("2026-11-22T09:30:00Z", story, seed)
    }

    /// The same, at another time.
    pub(crate) fn at(start: &str, story: Story, seed: u64) -> Stage {
        let graph = story.graph_file();
        let start: Timestamp = start.parse().unwrap();
        let clock = Arc::new(VirtualClock::new(start));
        let services = Arc::new(services(&clock, seed, RUN, &graph, &story));
        Stage { story, graph, clock, services }
    }

    pub(crate) fn engine(&self, journal: Arc<dyn Journal>) -> Engine {
        engine(&self.clock, &self.services, journal, &self.story)
    }

    /// What happened before the story begins.
    pub(crate) fn prepare(&self, journal: &Arc<dyn Journal>) {
        for (number, contact) in self.story.earlier.iter().enumerate() {
            let run = format!("earlier-{number}");
            let services = Arc::new(services(&self.clock, 0, &run, &self.graph, &self.story));
            let engine = engine(&self.clock, &services, Arc::clone(journal), &self.story);
            let start =
                Start { graph: self.graph.clone(), contact: contact.clone(), run: Some(run) };
            self.clock.run(engine.run(start, self.story.max_wait())).unwrap().unwrap();
        }
        if self.story.opted_out {
            let person =
                identify(self.story.contact.clone(), self.story.settings().region).unwrap();
            let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
            self.clock.run(journal.opt_out(person, now)).unwrap().unwrap();
        }
    }

    /// Plays the story to its end. Where the run stops half-way (None), it goes on with the next journal, as after a crash.
    pub(crate) fn play(&self, journals: impl IntoIterator<Item = Arc<dyn Journal>>) -> Report {
        let mut journals = journals.into_iter();
        let mut journal = journals.next().unwrap();
        loop {
            let engine = self.engine(Arc::clone(&journal));
            match self.clock.run(self.act(&engine)) {
                Some(report) => return report,
                None => journal = journals.next().unwrap(),
            }
            self.rewind(&journal);
        }
    }

    /// Answers that a crash lost are given again.
    pub(crate) fn rewind(&self, journal: &Arc<dyn Journal>) {
        let events = self.clock.run(journal.events(RUN, 0)).unwrap().unwrap();
        for step in self.graph.plan.steps() {
            let known = answers_known(&events, step.id.as_str());
            self.services.rewind(step.id.as_str(), known);
        }
    }

    /// Starts or resumes, and decides as the story says, until there is nothing left to do.
    async fn act(&self, engine: &Engine) -> Report {
        act(&self.story, &self.graph, engine).await
    }

    pub(crate) fn ending(&self, report: &Report, journal: &Arc<dyn Journal>) -> Ending {
        let effects = self.clock.run(effects(journal)).unwrap();
        Ending::new(report, self.services.received(), effects)
    }
}

/// Starts or resumes a story, and decides as it says, until there is nothing left to do.
pub(crate) async fn act(story: &Story, graph: &GraphFile, engine: &Engine) -> Report {
    let wait = story.max_wait();
    let start = story.start(graph);
    let mut report = match engine.run(start, wait).await.unwrap() {
        Outcome::Done(report) => report,
        Outcome::Known(report) if report.run.status == RunStatus::Parked => report,
        Outcome::Known(_) => engine.resume(RUN, wait).await.unwrap(),
    };
    while let Some((block, decision, by)) = next_decision(story, engine, &report).await {
        engine.resolve(RUN, &block, decision, by).await.unwrap();
        report = engine.resume(RUN, wait).await.unwrap();
    }
    report
}

/// A call that a crash cut off is tried again; else the story says what is decided next.
pub(crate) async fn next_decision(
    story: &Story,
    engine: &Engine,
    report: &Report,
) -> Option<(String, Decision, &'static str)> {
    let cut_off = report.blocks.iter().find(|block| {
        block.status == BlockStatus::Parked
            && block.error.as_ref().is_some_and(|error| error.code == "interrupted")
    });
    if let Some(block) = cut_off {
        return Some((block.id.clone(), Decision::Retry, "crash"));
    }
    let events = engine.journal().events(RUN, 0).await.unwrap();
    let decided =
        |event: &&Event| matches!(&event.fact, Fact::BlockResolved { by, .. } if by == "person");
    let (block, decision) = story.decisions.get(events.iter().filter(decided).count())?.clone();
    Some((block, decision, "person"))
}

impl Ending {
    pub(crate) fn new(report: &Report, received: Vec<Received>, effects: Value) -> Ending {
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for Received { block, key, .. } in received {
            keys.entry(block).or_default().insert(key);
        }
        let block = |block: &relance_runtime::run::BlockReport| {
            let error = block.error.as_ref().map(|error| json!(error));
            (block.id.clone(), block.status, block.output.clone(), error)
        };
        let blocks = report.blocks.iter().map(block).collect();
        Ending { status: report.run.status, blocks, keys, effects }
    }
}

impl Ending {
    /// Leaves out which calls were received: where a story is told from its middle, the first part of them was received elsewhere.
    pub(crate) fn forget_calls(&mut self) {
        self.keys.clear();
    }
}

/// How many answers to a block's calls were stored.
pub(crate) fn answers_known(events: &[Event], block: &str) -> usize {
    let of_block = events.iter().filter(|event| event.fact.block() == Some(block));
    let known = |event: &&Event| {
        matches!(event.fact, Fact::AttemptFailed { .. } | Fact::BlockSucceeded { .. })
    };
    of_block.filter(known).count()
}

/// What lies in the database, without times.
pub(crate) async fn effects(journal: &Arc<dyn Journal>) -> Value {
    let tasks = journal.tasks(TaskFilter { done: true, ..TaskFilter::default() }).await.unwrap();
    let contacts = journal.contacts(ContactFilter::default()).await.unwrap();
    let mut crm = journal.crm_records().await.unwrap();
    let mut tasks: Vec<Value> = tasks
        .iter()
        .map(|task| {
            json!([task.id, task.run, task.contact, task.label, task.assignee, task.priority])
        })
        .collect();
    tasks.sort_by_key(ToString::to_string);
    crm.sort_by(|a, b| a.id.cmp(&b.id));
    let crm: Vec<Value> =
        crm.iter().map(|it| json!([it.id, it.email, it.phone, it.fields])).collect();
    let tags: Vec<Value> =
        contacts.iter().map(|row| json!([row.contact.id, row.contact.tags])).collect();
    json!({ "tasks": tasks, "contacts": tags, "crm": crm })
}

fn engine(
    clock: &Arc<VirtualClock>,
    services: &Arc<Scripted>,
    journal: Arc<dyn Journal>,
    story: &Story,
) -> Engine {
    let world = World {
        clock: Arc::<VirtualClock>::clone(clock),
        http: Arc::<Scripted>::clone(services),
        ai: Arc::<Scripted>::clone(services),
    };
    Engine::new(journal, world, story.settings())
}

fn services(
    clock: &Arc<VirtualClock>,
    seed: u64,
    run: &str,
    graph: &GraphFile,
    story: &Story,
) -> Scripted {
    let blocks = graph.plan.steps().iter().map(|step| step.id.as_str());
    Scripted::new(Arc::clone(clock), seed, run, blocks, story.answers.clone())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/runs")
}
