//! `stop`, and runs that another process carries out.

use crate::{
    bench::Bench,
    receiver::{Answer, Receiver},
};

fn bench(receiver: &Receiver) -> Bench {
    let config = "environment = \"development\"";
    Bench::configured(config).graph("call.json", receiver.port).graph("camille.json", 0)
}

const RUN: &str = "run call.json --contact camille.json --run-id r1";

#[test]
fn a_run_that_waits_ends_at_once_and_does_not_go_on() {
    let receiver = Receiver::new(&[Answer::Status(503, "{}")]);
    let bench = bench(&receiver);
    assert_eq!(bench.relance(&format!("{RUN} --max-wait 0")).code, Some(3));
    insta::assert_snapshot!("stopped", bench.relance("stop r1 --by Nadia"));
    insta::assert_snapshot!("stopped_before", bench.relance("stop r1 --by Paul --lang fr"));
    insta::assert_snapshot!("stopped_for_programs", bench.relance("stop r1 --format json"));
    insta::assert_snapshot!("shown", bench.relance("show r1"));
    insta::assert_snapshot!("shown_in_french", bench.relance("show r1 --lang fr"));
    insta::assert_snapshot!("listed", bench.relance("runs --status stopped"));
    insta::assert_snapshot!("resumed", bench.relance("resume r1"));
    insta::assert_snapshot!("decided", bench.relance("resolve r1 appel retry"));
    assert_eq!(receiver.heard().len(), 1);
    assert_eq!(bench.relance("db check").code, Some(0));
}

#[test]
fn a_run_in_another_process_ends_when_its_call_has_come_back() {
    let receiver = Receiver::new(&[Answer::Late(1500, 200, "{}")]);
    let bench = bench(&receiver);
    let child = bench.start(RUN);
    receiver.wait_for(1);
    insta::assert_snapshot!("waited_for", bench.relance("stop r1"));
    insta::assert_snapshot!("its_process", bench.said(child.wait_with_output().unwrap()));
    let events = bench.relance("show r1 --events").out;
    assert!(events.contains("block-succeeded"), "the answer is kept: {events}");
    assert!(!events.contains("etiquette"), "the next block did not begin: {events}");
}

#[test]
fn all_of_a_contact_are_stopped() {
    let receiver = Receiver::new(&[Answer::Status(503, "{}")]);
    let bench = bench(&receiver);
    for name in ["un", "deux"] {
        let run = format!("run call.json --contact camille.json --max-wait 0 --name {name}");
        assert_eq!(bench.relance(&format!("{run} --run-id {name}")).code, Some(3));
    }
    insta::assert_snapshot!("of_a_contact", bench.relance("stop --contact camille@exemple.fr"));
    insta::assert_snapshot!(
        "of_a_contact_without",
        bench.relance("stop --contact nobody --lang fr")
    );
    insta::assert_snapshot!("of_an_unknown_campaign", bench.relance("stop --campaign noel"));
    insta::assert_snapshot!("of_an_unknown_run", bench.relance("stop r9"));
    insta::assert_snapshot!("of_nothing", bench.relance("stop"));
}

#[test]
fn a_run_of_a_living_process_is_left_to_it() {
    let receiver = Receiver::new(&[Answer::Silence]);
    let bench = bench(&receiver);
    let mut child = bench.start(RUN);
    receiver.wait_for(1);
    insta::assert_snapshot!("left_to_it", bench.relance("resume r1"));
    insta::assert_snapshot!("left_to_it_in_french", bench.relance("resume --lang fr"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(receiver.heard().len(), 1);
}

#[test]
fn a_start_of_a_run_that_is_under_way_says_who_has_it() {
    let receiver = Receiver::new(&[Answer::Silence]);
    let bench = bench(&receiver);
    let mut child = bench.start(RUN);
    receiver.wait_for(1);
    insta::assert_snapshot!("started_again", bench.relance(RUN));
    let french = bench.relance(&format!("{RUN} --lang fr"));
    assert!(french.out.contains("est en cours dans le processus"), "{french}");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(receiver.heard().len(), 1);
}
