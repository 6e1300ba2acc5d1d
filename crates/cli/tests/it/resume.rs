//! What outlives a process: `resume`, `runs`, `show` and `resolve`.

use std::process::Command;

use crate::{
    bench::Bench,
    receiver::{Answer, Receiver},
};

const CONFIG: &str = "environment = \"development\"\n[retry]\nfirst_wait = \"300ms\"";

fn bench(graph: &str, receiver: &Receiver) -> Bench {
    Bench::configured(CONFIG).graph(graph, receiver.port).graph("camille.json", 0)
}

/// Starts a run, and kills its process while the service is silent.
fn killed_in_flight(graph: &str, receiver: &Receiver) -> Bench {
    let bench = bench(graph, receiver);
    let mut child = bench.start(&format!("run {graph} --contact camille.json --run-id r1"));
    receiver.wait_for(1);
    child.kill().unwrap();
    child.wait().unwrap();
    bench
}

#[test]
fn a_post_that_was_in_flight_is_parked_and_a_person_decides() {
    let receiver = Receiver::new(&[Answer::Silence, Answer::Status(200, "{}")]);
    let bench = killed_in_flight("call.json", &receiver);
    insta::assert_snapshot!("after_the_kill", bench.relance("show r1"));
    insta::assert_snapshot!("too_early", bench.relance("resolve r1 appel succeeded"));
    insta::assert_snapshot!("resumed", bench.relance("resume"));
    insta::assert_snapshot!("listed", bench.relance("runs --status parked,waiting"));
    insta::assert_snapshot!(
        "decided",
        bench.relance("resolve r1 appel succeeded --output {\"status\":200} --by Nadia")
    );
    insta::assert_snapshot!("carried_on", bench.relance("resume r1"));
    insta::assert_snapshot!("shown", bench.relance("show r1 --lang fr"));
    assert_eq!(receiver.heard().len(), 1, "a call that was decided is not made again");
}

#[test]
fn whoever_stops_a_run_at_the_keyboard_is_told_how_to_go_on() {
    let receiver = Receiver::new(&[Answer::Silence]);
    let bench = bench("call.json", &receiver);
    let child = bench.start("run call.json --contact camille.json --run-id r1");
    receiver.wait_for(1);
    assert!(
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success()
    );
    insta::assert_snapshot!(bench.said(child.wait_with_output().unwrap()));
}

#[test]
fn a_get_that_was_in_flight_is_made_again() {
    let receiver = Receiver::new(&[Answer::Silence, Answer::Status(200, "{}")]);
    let bench = killed_in_flight("look.json", &receiver);
    insta::assert_snapshot!(bench.relance("resume r1"));
    assert_eq!(receiver.heard().len(), 2);
}

#[test]
fn a_run_that_would_wait_too_long_is_left_and_taken_up_later() {
    let receiver = Receiver::new(&[Answer::Status(503, "{}"), Answer::Status(200, "{}")]);
    let bench = bench("call.json", &receiver);
    insta::assert_snapshot!(
        "left_waiting",
        bench.relance("run call.json --contact camille.json --max-wait 0 --run-id r1")
    );
    insta::assert_snapshot!(
        "a_second_start",
        bench.relance("run call.json --contact camille.json")
    );
    insta::assert_snapshot!("taken_up", bench.relance("resume"));
    insta::assert_snapshot!("nothing_left", bench.relance("resume"));
}

#[test]
fn a_failed_block_is_retried_when_its_cause_is_mended() {
    let receiver = Receiver::new(&[Answer::Status(403, "{}"), Answer::Status(200, "{}")]);
    let bench = bench("call.json", &receiver);
    assert_eq!(bench.relance("run call.json --contact camille.json --run-id r1").code, Some(1));
    insta::assert_snapshot!("only_retry", bench.relance("resolve r1 appel succeeded"));
    assert_eq!(bench.relance("resolve r1 appel retry").code, Some(0));
    let said = bench.relance("resume r1 --format json");
    assert_eq!(said.code, Some(0), "{said}");
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report["blocks"][0]["attempts"], 2);
}

#[test]
fn what_is_not_there_is_said() {
    let bench = Bench::new().graph("local.json", 0).graph("camille.json", 0);
    assert_eq!(bench.relance("run local.json --contact camille.json --run-id r1").code, Some(0));
    for (name, args) in [
        ("show_an_unknown_run", "show r2"),
        ("resume_an_unknown_run", "resume r2 --lang fr"),
        ("resolve_an_unknown_run", "resolve r2 tag retry"),
        ("resolve_an_unknown_block", "resolve r1 tax retry"),
        ("resolve_a_block_that_succeeded", "resolve r1 tag retry"),
        ("output_with_another_decision", "resolve r1 tag retry --output 1"),
        ("an_unknown_status", "runs --status done"),
        ("no_run_of_that_contact", "runs --contact nobody"),
        ("events_of_an_unknown_run", "show r2 --events"),
    ] {
        insta::assert_snapshot!(name, bench.relance(args));
    }
}

#[test]
fn runs_are_listed_for_programs() {
    let bench = Bench::new().graph("local.json", 0).graph("camille.json", 0);
    assert_eq!(bench.relance("run local.json --contact camille.json --run-id r1").code, Some(0));
    insta::assert_snapshot!(bench.relance("runs --format json"));
    insta::assert_snapshot!("for_people", bench.relance("runs --lang fr"));
    let shown = bench.relance("show r1 --format json");
    let report: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!((&report["version"], &report["run"]["status"]), (&1.into(), &"succeeded".into()));
    assert_eq!(bench.relance("show r1 --events").out.lines().count(), 5);
}
