//! What an engine promises to those who start, resume and decide.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::join_all;
use jiff::Timestamp;
use relance_diagnostics::Source;
use relance_model::contact::Contact;
use relance_runtime::{
    driver::{Engine, Outcome, ReplanError, ResolveError, RunError, Settings, Start, World},
    event::{Decision, Event, Fact, FailureClass, RunStarted},
    identity::{Region, identify},
    journal::{
        Batch, Journal, JournalError, MemoryJournal, NewRun, Rest, Started, StopOrder, StopWhich,
    },
    port::Clock,
    run::{BlockStatus, GraphFile, Report, RunStatus, StopWish},
    simulation::{Script, Scripted, ScriptedAnswer, ScriptedFailure, VirtualClock},
};
use relance_validator::{Options, check_and_plan, plan::PLANNER_VERSION};
use serde_json::{Value, json};

use crate::staged::{Moment, Staged};

pub(crate) const PATIENT: Duration = Duration::from_hours(100);

/// A graph, an engine over a fresh journal, and services that answer by a script.
pub(crate) struct Bench {
    pub(crate) clock: Arc<VirtualClock>,
    pub(crate) journal: Arc<dyn Journal>,
    graph: GraphFile,
    pub(crate) services: Arc<Scripted>,
}

impl Bench {
    pub(crate) fn new(nodes: &[Value], edges: &[(&str, &str, &str)], script: Value) -> Bench {
        Bench::with(nodes, edges, script, &Options::default())
    }

    fn with(
        nodes: &[Value],
        edges: &[(&str, &str, &str)],
        script: Value,
        options: &Options,
    ) -> Bench {
        let edge = |(from, to, handle): &(&str, &str, &str)| json!({ "id": format!("{from}-{to}"), "source": from, "target": to, "sourceHandle": handle });
        let edges: Vec<Value> = edges.iter().map(edge).collect();
        let text = json!({ "nodes": nodes, "edges": edges }).to_string();
        let (checked, plan) = check_and_plan(&Source::new("graph.json", text.clone()), options);
        let plan = plan.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
        let graph = GraphFile::new("graph", text.as_bytes(), plan);
        let clock = Arc::new(VirtualClock::new(Timestamp::UNIX_EPOCH));
        let script: Script = serde_json::from_value(script).unwrap();
        let blocks = graph.plan.steps().iter().map(|step| step.id.as_str());
        let services = Scripted::new(Arc::clone(&clock), 0, "run", blocks, script);
        Bench {
            clock,
            journal: Arc::new(MemoryJournal::default()),
            graph,
            services: Arc::new(services),
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        self.engine_with(Settings::default())
    }

    fn engine_with(&self, settings: Settings) -> Engine {
        self.engine_over(Arc::clone(&self.journal), settings)
    }

    /// An engine whose journal is another one's door.
    pub(crate) fn engine_over(&self, journal: Arc<dyn Journal>, settings: Settings) -> Engine {
        let world = World {
            clock: Arc::<VirtualClock>::clone(&self.clock),
            http: Arc::<Scripted>::clone(&self.services),
            ai: Arc::<Scripted>::clone(&self.services),
        };
        Engine::new(journal, world, settings)
    }

    pub(crate) fn start(&self, run: &str) -> Start {
        self.start_for(run, "marie@exemple.com")
    }

    fn start_for(&self, run: &str, email: &str) -> Start {
        let contact = Contact { email: Some(email.to_owned()), ..Contact::default() };
        Start { graph: self.graph.clone(), contact, run: Some(run.to_owned()) }
    }

    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.clock.run(future).unwrap()
    }

    pub(crate) fn run(&self, engine: &Engine, max_wait: Duration) -> Report {
        match self.wait(engine.run(self.start("run"), max_wait)).unwrap() {
            Outcome::Done(report) => report,
            Outcome::Known(report) => panic!("known: {report:?}"),
        }
    }
}

pub(crate) fn tag(id: &str) -> Value {
    action(id, &json!({ "action_type": "tag_contact", "tag": id }))
}

pub(crate) fn call(id: &str, method: &str) -> Value {
    let url = "https://exemple.com/";
    action(id, &json!({ "action_type": "http_request", "http_method": method, "url": url }))
}

pub(crate) fn action(id: &str, parameters: &Value) -> Value {
    node(id, "action", &json!({ "parameters": parameters }))
}

fn node(id: &str, kind: &str, data: &Value) -> Value {
    json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 }, "data": data })
}

pub(crate) fn failing(class: &str, after: u64) -> Value {
    json!([{ "failure": { "class": class, "status": 500, "after": after } }, {}])
}

pub(crate) fn status(report: &Report, block: &str) -> BlockStatus {
    report.blocks.iter().find(|it| it.id == block).unwrap().status
}

#[test]
fn a_second_start_answers_with_the_first_run() {
    let bench = Bench::new(&[call("a", "POST")], &[], json!({ "a": failing("unknown", 0) }));
    let engine = bench.engine();
    assert_eq!(bench.run(&engine, PATIENT).run.status, RunStatus::Parked);
    for run in ["run", "another"] {
        let known = bench.wait(engine.run(bench.start(run), PATIENT)).unwrap();
        let Outcome::Known(report) = known else { panic!("`{run}` was started") };
        assert_eq!((report.run.id.as_str(), report.run.status), ("run", RunStatus::Parked));
    }
    assert_eq!(bench.services.received().len(), 1);
    let other = bench.wait(engine.run(bench.start_for("run", "paul@exemple.com"), PATIENT));
    assert!(matches!(other, Err(RunError::Journal(JournalError::OtherRun { .. }))), "{other:?}");
}

#[test]
fn a_graph_that_is_not_runnable_or_lacks_a_text_does_not_start() {
    let nodes = [node("t", "trigger", &json!({})), node("w", "wait", &json!({}))];
    let bench = Bench::new(&nodes, &[("t", "w", "success")], json!({}));
    let refused = bench.wait(bench.engine().run(bench.start("run"), PATIENT));
    assert!(matches!(&refused, Err(RunError::NotRunnable(why)) if why.len() == 1), "{refused:?}");

    let parameters = json!({ "action_type": "ai_reply", "body_source": "template" });
    let bench = Bench::new(&[action("a", &parameters)], &[], json!({}));
    let refused = bench.wait(bench.engine().run(bench.start("run"), PATIENT));
    assert!(
        matches!(&refused, Err(RunError::MissingTexts(texts)) if texts.len() == 1),
        "{refused:?}"
    );
    assert_eq!(bench.wait(bench.journal.run("run")).unwrap(), None);
}

#[test]
fn a_run_id_or_a_contact_that_means_nothing_is_refused() {
    let bench = Bench::new(&[tag("a")], &[], json!({}));
    for run in ["", "two words", "line\nbreak", &"x".repeat(201)] {
        let refused = bench.wait(bench.engine().run(bench.start(run), PATIENT));
        assert!(matches!(refused, Err(RunError::BadRunId(_))), "{run:?}");
    }
    let nobody = Start { contact: Contact::default(), ..bench.start("run") };
    let refused = bench.wait(bench.engine().run(nobody, PATIENT));
    assert!(matches!(refused, Err(RunError::Identity(_))));
}

#[test]
fn a_run_waits_as_long_as_it_may_and_is_resumed_later() {
    let bench = Bench::new(&[call("a", "GET")], &[], json!({ "a": failing("retryable", 90) }));
    let engine = bench.engine();
    let report = bench.run(&engine, Duration::from_mins(1));
    assert_eq!(report.run.status, RunStatus::Waiting);
    let wake_at = report.run.wake_at.unwrap();
    assert!(Clock::now(&*bench.clock) < wake_at, "it did not wait in vain");

    let early = bench.wait(engine.resume("run", Duration::from_mins(1))).unwrap();
    assert_eq!((early.run.status, early.run.wake_at), (RunStatus::Waiting, Some(wake_at)));
    let late = bench.wait(engine.resume("run", Duration::from_mins(2))).unwrap();
    assert_eq!((late.run.status, late.run.wake_at), (RunStatus::Succeeded, None));
    let again = bench.wait(engine.resume("run", PATIENT)).unwrap();
    assert_eq!(again, late, "one that has ended is only reported");
    assert_eq!(bench.wait(engine.report("run")).unwrap(), late);
}

#[test]
fn patience_is_for_all_waits_together() {
    let busy = json!([{ "failure": { "class": "retryable", "after": 25 } }]);
    let bench = Bench::new(&[call("a", "GET")], &[], json!({ "a": busy }));
    let report = bench.run(&bench.engine(), Duration::from_mins(1));
    assert_eq!(report.run.status, RunStatus::Waiting);
    assert_eq!(report.blocks[0].attempts, 3, "two waits of 25 s fit into a minute");
}

#[test]
fn whoever_takes_a_run_over_keeps_it() {
    let bench = Bench::new(&[call("a", "GET"), tag("b")], &[("a", "b", "success")], json!({}));
    let (first, second) = (bench.engine(), bench.engine());
    let took = bench.wait(async {
        let run = first.run(bench.start("run"), PATIENT);
        let takeover = async {
            // The first engine's call is in flight by now.
            let running = second.report("run").await.unwrap();
            assert_eq!(status(&running, "a"), BlockStatus::Running);
            second.resume("run", PATIENT).await
        };
        futures_util::future::join(run, takeover).await
    });
    let lost = Err(RunError::Journal(JournalError::LeaseLost("run".to_owned())));
    assert_eq!(format!("{:?}", took.0), format!("{:?}", lost.map(|(): ()| ())));
    assert_eq!(took.1.unwrap().run.status, RunStatus::Succeeded);
    let keys: BTreeSet<String> = bench.services.received().into_iter().map(|it| it.key).collect();
    assert_eq!(keys.len(), 1, "the call was repeated with its key");
}

/// An engine that somebody goes before: what they do is done just before its next commit.
fn overtaken(bench: &Bench, others: impl Fn() + Send + Sync + 'static) -> Engine {
    let watch = move |moment| {
        if moment == Moment::Before(1) {
            others();
        }
        false
    };
    let staged = Staged::new(Arc::clone(&bench.journal), Arc::new(watch));
    bench.engine_over(Arc::new(staged), Settings::default())
}

#[test]
fn a_run_that_ends_while_it_is_resumed_ends_once() {
    let bench = Bench::new(&[call("a", "GET")], &[], json!({ "a": failing("retryable", 90) }));
    let first = bench.engine();
    assert_eq!(bench.run(&first, Duration::ZERO).run.status, RunStatus::Waiting);
    let clock = Arc::clone(&bench.clock);
    let others = move || drop(clock.run(first.resume("run", PATIENT)).unwrap().unwrap());
    let second = overtaken(&bench, others);
    let report = bench.wait(second.resume("run", PATIENT)).unwrap();
    assert_eq!(report.run.status, RunStatus::Succeeded);
    let events = bench.wait(bench.journal.events("run", 0)).unwrap();
    let ends = events.iter().filter(|event| matches!(event.fact, Fact::RunEnded { .. }));
    assert_eq!(ends.count(), 1, "{events:#?}");
}

#[test]
fn a_block_that_is_decided_twice_at_once_is_decided_once() {
    let bench = Bench::new(&[call("a", "POST")], &[], json!({ "a": failing("unknown", 0) }));
    let first = bench.engine();
    assert_eq!(bench.run(&first, PATIENT).run.status, RunStatus::Parked);
    let clock = Arc::clone(&bench.clock);
    let decision = || Decision::Succeeded { output: None };
    let others =
        move || drop(clock.run(first.resolve("run", "a", decision(), "me")).unwrap().unwrap());
    let second = overtaken(&bench, others);
    let late = bench.wait(second.resolve("run", "a", Decision::Failed, "you"));
    assert!(matches!(late, Err(ResolveError::NothingToDecide(_))), "{late:?}");
    let report = bench.wait(bench.engine().resume("run", PATIENT)).unwrap();
    assert_eq!(
        (report.run.status, status(&report, "a")),
        (RunStatus::Succeeded, BlockStatus::Succeeded)
    );
}

#[test]
fn an_opt_out_stops_the_next_call_of_a_run_that_is_going_on() {
    let nodes = [call("a", "POST"), call("b", "POST"), tag("c")];
    let bench = Bench::new(&nodes, &[("a", "b", "success"), ("b", "c", "error")], json!({}));
    let journal = Arc::clone(&bench.journal);
    let engine = bench.engine();
    let report = bench.wait(async {
        let run = engine.run(bench.start("run"), PATIENT);
        let opt_out = async {
            let person = identify(bench.start("run").contact, Region::default()).unwrap();
            journal.opt_out(person, Timestamp::UNIX_EPOCH).await.unwrap();
            journal.open_calls("marie@exemple.com").await.unwrap()
        };
        let (report, open) = futures_util::future::join(run, opt_out).await;
        assert_eq!(open.len(), 1, "the first call was in flight, and is waited for");
        report.unwrap()
    });
    let Outcome::Done(report) = report else { panic!("known") };
    let statuses = ["a", "b", "c"].map(|block| status(&report, block));
    assert_eq!(statuses, [BlockStatus::Succeeded, BlockStatus::Failed, BlockStatus::Succeeded]);
    assert_eq!(bench.services.received().len(), 1);
}

#[test]
fn independent_calls_leave_together() {
    let bench =
        Bench::new(&[call("a", "GET"), call("b", "POST"), call("c", "PUT")], &[], json!({}));
    bench.run(&bench.engine(), PATIENT);
    let events = bench.wait(bench.journal.events("run", 0)).unwrap();
    let started = |event: &Event| matches!(event.fact, Fact::AttemptStarted { .. });
    assert!(events[1..4].iter().all(started), "{events:#?}");
}

#[test]
fn many_runs_share_an_engine() {
    let nodes = [tag("a"), tag("b"), action("c", &json!({}))];
    let bench = Bench::new(&nodes, &[("a", "c", "success"), ("b", "c", "success")], json!({}));
    let engine = bench.engine();
    let contacts = 0..200;
    let outcomes = bench.wait(join_all(contacts.map(|n| {
        engine.run(bench.start_for(&format!("run-{n}"), &format!("{n}@exemple.com")), PATIENT)
    })));
    for outcome in outcomes {
        let Outcome::Done(report) = outcome.unwrap() else { panic!("known") };
        assert_eq!(report.run.status, RunStatus::Succeeded);
    }
}

#[test]
fn an_observer_hears_of_every_stored_event_in_order() {
    let bench = Bench::new(&[call("a", "GET"), tag("b")], &[("a", "b", "success")], json!({}));
    let heard: Arc<Mutex<Vec<Event>>> = Arc::default();
    let ears = Arc::clone(&heard);
    let engine = bench.engine().observed_by(Arc::new(move |run, event| {
        assert_eq!(run, "run");
        ears.lock().unwrap().push(event.clone());
    }));
    bench.run(&engine, PATIENT);
    let stored = bench.wait(bench.journal.events("run", 0)).unwrap();
    assert_eq!(*heard.lock().unwrap(), stored);
}

#[test]
fn only_what_waits_for_a_person_can_be_decided() {
    let nodes = [call("a", "POST"), call("b", "POST"), tag("c"), call("d", "POST")];
    let edges = [("b", "c", "error"), ("a", "d", "error")];
    let terminal = ScriptedAnswer {
        failure: Some(ScriptedFailure {
            class: FailureClass::Terminal,
            code: "http-status".to_owned(),
            status: Some(400),
            after: None,
        }),
        ..ScriptedAnswer::default()
    };
    let script = json!({ "a": [terminal], "b": [terminal], "d": [terminal] });
    let bench = Bench::new(&nodes, &edges, script);
    let engine = bench.engine();
    assert_eq!(bench.run(&engine, PATIENT).run.status, RunStatus::Failed);
    let decide = |block: &str, decision| {
        bench.wait(engine.resolve("run", block, decision, "me")).map(|_| ()).unwrap_err()
    };
    let gone = bench.wait(engine.resolve("gone", "a", Decision::Retry, "me"));
    assert!(matches!(gone, Err(ResolveError::Run(RunError::Journal(JournalError::UnknownRun(_))))));
    assert!(matches!(decide("nowhere", Decision::Retry), ResolveError::UnknownBlock { .. }));
    assert!(matches!(decide("c", Decision::Retry), ResolveError::NothingToDecide(_)));
    assert!(matches!(decide("b", Decision::Retry), ResolveError::Handled(_)));
    assert!(matches!(decide("d", Decision::Failed), ResolveError::OnlyRetry(_)));
    let retried = bench.wait(engine.resolve("run", "d", Decision::Retry, "me")).unwrap();
    assert!(matches!(retried.fact, Fact::BlockResolved { by, .. } if by == "me"));
    let report = bench.wait(engine.report("run")).unwrap();
    assert_eq!(report.run.status, RunStatus::Waiting);
}

#[test]
fn a_decision_waits_until_the_run_has_come_to_rest() {
    let bench = Bench::new(&[call("a", "POST")], &[], json!({}));
    let engine = bench.engine();
    let refused = bench.wait(async {
        let run = engine.run(bench.start("run"), PATIENT);
        let decide = engine.resolve("run", "a", Decision::Failed, "me");
        futures_util::future::join(run, decide).await.1
    });
    assert!(matches!(refused, Err(ResolveError::StillRunning(_))));
}

#[test]
fn a_run_is_not_resumed_under_a_configuration_that_forbids_its_graph() {
    let allow = vec!["intranet.local".parse().unwrap()];
    let lenient = Options { allow, ..Options::default() };
    let url = "https://intranet.local/";
    let parameters = json!({ "action_type": "http_request", "http_method": "GET", "url": url });
    let nodes = [action("a", &parameters)];
    let bench = Bench::with(&nodes, &[], json!({ "a": failing("retryable", 90) }), &lenient);
    let engine = bench.engine_with(Settings { options: lenient, ..Settings::default() });
    assert_eq!(bench.run(&engine, Duration::ZERO).run.status, RunStatus::Waiting);
    let refused = bench.wait(bench.engine().resume("run", PATIENT));
    assert!(matches!(refused, Err(RunError::Replan(ReplanError::Invalid { .. }))), "{refused:?}");
    let row = bench.wait(bench.journal.run("run")).unwrap().unwrap();
    assert_eq!(row.status, RunStatus::Waiting, "and it is left as it was");
    assert_eq!(bench.wait(engine.resume("run", PATIENT)).unwrap().run.status, RunStatus::Succeeded);
}

#[test]
fn a_run_that_another_planner_began_is_left_as_it_was() {
    let bench = Bench::new(&[call("a", "GET")], &[], json!({ "a": failing("retryable", 90) }));
    let engine = bench.engine();
    bench.run(&engine, Duration::ZERO);
    let events = bench.wait(bench.journal.events("run", 0)).unwrap();
    let Fact::RunStarted(ours) = &events[0].fact else { panic!("{:?}", events[0]) };
    for planner in [PLANNER_VERSION - 1, PLANNER_VERSION + 1] {
        let run = format!("of-{planner}");
        let email = Some(format!("{run}@exemple.com"));
        let contact = Contact { email, ..Contact::default() };
        let person = Arc::new(identify(contact, Region::default()).unwrap());
        let (contact_id, contact) = (person.id.clone(), person.contact.clone());
        let started =
            RunStarted { run: run.clone(), planner, contact_id, contact, ..(**ours).clone() };
        let (at, owner) = (bench.clock.now(), "before".into());
        let document = Arc::clone(&bench.graph.bytes);
        let begun = bench.journal.start(NewRun { started, person, document, owner, at });
        let Started::New(lease, _) = bench.wait(begun).unwrap() else { panic!("known") };
        let rest = Some(Rest { status: RunStatus::Waiting, wake_at: Some(at) });
        bench.wait(bench.journal.append(&lease, Batch { at, entries: Vec::new(), rest })).unwrap();

        let why = ReplanError::Planner { run: run.clone(), found: planner, known: PLANNER_VERSION };
        let refusals = [
            bench.wait(engine.resume(&run, PATIENT)).unwrap_err(),
            bench.wait(engine.report(&run)).unwrap_err(),
        ];
        for refused in refusals {
            assert!(matches!(&refused, RunError::Replan(it) if *it == why), "{refused:?}");
        }
        let row = bench.wait(bench.journal.run(&run)).unwrap().unwrap();
        assert_eq!((row.status, row.planner), (RunStatus::Waiting, planner));
        assert_eq!(bench.wait(bench.journal.events(&run, 0)).unwrap().len(), 1);

        let wish = StopWish { at, by: "me".to_owned() };
        let order = StopOrder { which: StopWhich::Run(run.clone()), wish, limit: 1 };
        let stopping = bench.wait(bench.journal.stop(order)).unwrap();
        assert_eq!(stopping.ended, [run], "it can be stopped by any version");
    }
}

#[test]
fn foreign_blocks_that_passed_at_the_start_pass_for_the_whole_run() {
    let nodes = [
        node("t", "trigger", &json!({})),
        call("a", "GET"),
        node("w", "wait", &json!({})),
        tag("z"),
    ];
    let edges = [("t", "a", "success"), ("a", "w", "success"), ("w", "z", "success")];
    let passes =
        Options { foreign_passes: BTreeSet::from(["wait".to_owned()]), ..Options::default() };
    let bench = Bench::with(&nodes, &edges, json!({ "a": failing("retryable", 90) }), &passes);
    let engine = bench.engine_with(Settings { options: passes, ..Settings::default() });
    assert_eq!(bench.run(&engine, Duration::ZERO).run.status, RunStatus::Waiting);
    let report = bench.wait(bench.engine().resume("run", PATIENT)).unwrap();
    assert_eq!(status(&report, "z"), BlockStatus::Succeeded);
}
