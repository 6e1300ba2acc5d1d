//! A person tries a block again: others have read what it gave, another run stands against it, or the journal fails.

use std::{sync::Arc, time::Duration};

use relance_runtime::{
    driver::{Engine, ResolveError, RunError, Settings},
    event::Decision,
    journal::{Heartbeat, JournalError},
    port::Clock,
    run::{BlockStatus, RunStatus},
};
use serde_json::{Value, json};

use crate::{
    engine::{Bench, PATIENT, action, call, failing, status, tag},
    journal::{resting, start},
    staged::Staged,
};

/// A call that sends what the block `x` gave.
fn reader(id: &str, method: &str) -> Value {
    let body = r#"{ "read": "{{ blocks.x.body.text | default: 'nothing' }}" }"#;
    let parameters = json!({
        "action_type": "http_request", "http_method": method, "url": "https://exemple.com/", "body_json": body,
    });
    action(id, &parameters)
}

fn refused_then_done() -> Value {
    let refused = json!({ "failure": { "class": "terminal", "status": 400 } });
    json!([refused, { "body": { "text": "something" } }])
}

/// What a block sent: each call's key and body.
fn sent(bench: &Bench, block: &str) -> Vec<(String, Value)> {
    let received = bench.services.received().into_iter().filter(|call| call.block == block);
    received.map(|call| (call.key, call.request["body"].clone())).collect()
}

#[test]
fn a_block_is_not_retried_while_what_was_read_of_it_may_be_sent_again() {
    let nodes = [call("x", "POST"), tag("w"), reader("y", "PUT")];
    let edges = [("x", "y", "success"), ("w", "y", "success")];
    let lost = json!({ "failure": { "class": "unknown", "status": 500 } });
    let five_lost = json!([lost, lost, lost, lost, lost, {}]);
    let bench = Bench::new(&nodes, &edges, json!({ "x": refused_then_done(), "y": five_lost }));
    let engine = bench.engine();
    let report = bench.run(&engine, PATIENT);
    assert_eq!(
        (status(&report, "x"), status(&report, "y")),
        (BlockStatus::Failed, BlockStatus::Failed)
    );
    let retry = |block: &str| bench.wait(engine.resolve("run", block, Decision::Retry, "me"));
    let refused = retry("x");
    assert!(
        matches!(&refused, Err(ResolveError::StillRead { block, reader }) if block == "x" && reader == "y"),
        "{refused:?}"
    );
    retry("y").unwrap();
    let report = bench.wait(engine.resume("run", PATIENT)).unwrap();
    assert_eq!(status(&report, "y"), BlockStatus::Succeeded);
    retry("x").unwrap();
    let report = bench.wait(engine.resume("run", PATIENT)).unwrap();
    assert_eq!(report.run.status, RunStatus::Succeeded);
    let sent = sent(&bench, "y");
    assert_eq!((sent.len(), &sent[0].1), (6, &json!(r#"{"read":"nothing"}"#)));
    assert!(sent.iter().all(|call| *call == sent[0]), "{sent:#?}");
}

#[test]
fn a_parked_block_is_decided_about_before_one_that_it_read_is_retried() {
    let nodes = [call("x", "POST"), tag("w"), reader("y", "POST")];
    let edges = [("x", "y", "success"), ("w", "y", "success")];
    let script = json!({ "x": refused_then_done(), "y": failing("unknown", 0) });
    let bench = Bench::new(&nodes, &edges, script);
    let engine = bench.engine();
    assert_eq!(bench.run(&engine, PATIENT).run.status, RunStatus::Parked);
    let decide = |block: &str, decision| bench.wait(engine.resolve("run", block, decision, "me"));
    assert!(matches!(decide("x", Decision::Retry), Err(ResolveError::StillRead { .. })));
    decide("y", Decision::Succeeded { output: None }).unwrap();
    decide("x", Decision::Retry).unwrap();
    let report = bench.wait(engine.resume("run", PATIENT)).unwrap();
    assert_eq!(report.run.status, RunStatus::Succeeded);
    assert_eq!(sent(&bench, "y").len(), 1);
}

#[test]
fn whoever_reads_a_block_that_is_tried_again_waits_for_it() {
    // `z` went on without `x`; `y` comes behind both, and `p` keeps it from beginning.
    let nodes = [call("x", "POST"), tag("w"), tag("z"), call("p", "POST"), reader("y", "POST")];
    let edges = [
        ("x", "z", "success"),
        ("w", "z", "success"),
        ("z", "y", "success"),
        ("p", "y", "success"),
    ];
    let script = json!({ "x": refused_then_done(), "p": failing("unknown", 0) });
    let bench = Bench::new(&nodes, &edges, script);
    let engine = bench.engine();
    let report = bench.run(&engine, PATIENT);
    assert_eq!(
        (status(&report, "z"), status(&report, "y")),
        (BlockStatus::Succeeded, BlockStatus::Pending)
    );
    let decide = |block: &str, decision| bench.wait(engine.resolve("run", block, decision, "me"));
    decide("x", Decision::Retry).unwrap();
    decide("p", Decision::Succeeded { output: None }).unwrap();
    let report = bench.wait(engine.resume("run", PATIENT)).unwrap();
    assert_eq!(report.run.status, RunStatus::Succeeded);
    let bodies: Vec<Value> = sent(&bench, "y").into_iter().map(|(_, body)| body).collect();
    assert_eq!(bodies, [json!(r#"{"read":"something"}"#)]);
}

/// From now on the process of that engine lives, for a long time.
fn live(bench: &Bench, engine: &Engine) {
    let (owner, at) = (Arc::clone(engine.owner()), bench.clock.now());
    let beat = Heartbeat { owner, pid: 1, at, until: at + Duration::from_hours(1) };
    bench.wait(bench.journal.heartbeat(beat)).unwrap();
}

#[test]
fn a_decision_that_another_run_stands_against_keeps_its_run_from_nobody() {
    let bench = Bench::new(&[call("x", "POST")], &[], json!({ "x": refused_then_done() }));
    let first = bench.engine();
    live(&bench, &first);
    assert_eq!(bench.run(&first, PATIENT).run.status, RunStatus::Failed);
    let other = bench.wait(start(&bench.journal, "other", "graph", "marie@exemple.com"));
    let retry = |engine: &Engine| bench.wait(engine.resolve("run", "x", Decision::Retry, "me"));
    let refused = retry(&first);
    assert!(
        matches!(&refused, Err(ResolveError::Run(RunError::Journal(JournalError::AnotherActive(run)))) if run == "other"),
        "{refused:?}"
    );
    bench.wait(bench.journal.append(&other, resting(RunStatus::Succeeded, None))).unwrap();
    let second = bench.engine();
    retry(&second).unwrap();
    let report = bench.wait(second.resume("run", PATIENT)).unwrap();
    assert_eq!(report.run.status, RunStatus::Succeeded);
}

#[test]
fn a_run_whose_journal_fails_is_given_back() {
    let bench = Bench::new(&[call("x", "PUT"), tag("w")], &[("x", "w", "success")], json!({}));
    // Its start, the intent of its call, and what came of that.
    for commit in [2, 3] {
        let staged = Staged::refusing(Arc::clone(&bench.journal), commit);
        let first = bench.engine_over(Arc::new(staged), Settings::default());
        live(&bench, &first);
        let run = format!("run-{commit}");
        let failed = bench.wait(first.run(bench.start(&run), PATIENT));
        assert!(
            matches!(failed, Err(RunError::Journal(JournalError::Locked(_)))),
            "{commit}: {failed:?}"
        );
        let report = bench.wait(bench.engine().resume(&run, PATIENT)).unwrap();
        assert_eq!(report.run.status, RunStatus::Succeeded);
    }
}

#[test]
fn a_run_whose_decision_could_not_be_stored_is_given_back() {
    let bench = Bench::new(&[call("x", "POST")], &[], json!({ "x": failing("unknown", 0) }));
    assert_eq!(bench.run(&bench.engine(), PATIENT).run.status, RunStatus::Parked);
    let staged = Staged::refusing(Arc::clone(&bench.journal), 2);
    let first = bench.engine_over(Arc::new(staged), Settings::default());
    live(&bench, &first);
    let failed = bench.wait(first.resolve("run", "x", Decision::Failed, "me"));
    assert!(matches!(failed, Err(ResolveError::Run(RunError::Journal(JournalError::Locked(_))))));
    let second = bench.engine();
    bench.wait(second.resolve("run", "x", Decision::Retry, "me")).unwrap();
    let report = bench.wait(second.resume("run", PATIENT)).unwrap();
    assert_eq!(report.run.status, RunStatus::Succeeded);
}
