//! `relance run --contacts`, `relance campaigns`, `relance resume --campaign`: one graph for everybody on a list.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    bench::Bench,
    receiver::{Answer, Receiver},
};

const CONFIG: &str = "environment = \"development\"\n[http]\non_unknown = \"retry\"\n[retry]\nattempts = 2\nfirst_wait = \"100ms\"";
const START: &str = "run call.json --contacts list.csv --campaign novembre";

/// A list of so many contacts, as a spreadsheet writes it.
fn list(count: usize) -> String {
    let mut list = "Prénom;E-mail;Ville\n".to_owned();
    for number in 0..count {
        writeln!(list, "Camille;c{number}@exemple.fr;Lyon").unwrap();
    }
    list
}

fn bench(receiver: &Receiver, count: usize) -> Bench {
    Bench::configured(CONFIG).graph("call.json", receiver.port).file("list.csv", list(count))
}

/// Contacts and runs of the report, and how the contacts stand.
fn report(bench: &Bench, arguments: &str) -> (BTreeSet<(String, String)>, Value) {
    let said = bench.relance(arguments);
    assert_eq!(said.code, Some(0), "{said}");
    let report: Value = serde_json::from_str(&said.out).unwrap();
    let text = |row: &Value, key: &str| {
        row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let rows = report.pointer("/contacts").and_then(Value::as_array).unwrap();
    let rows = rows.iter().map(|row| (text(row, "contact"), text(row, "run"))).collect();
    (rows, report.pointer("/campaign/contacts").unwrap().clone())
}

#[test]
fn everybody_on_a_list_is_called_about_once_however_often_it_is_given() {
    let receiver = Receiver::new(&[Answer::Status(200, "{}")]);
    let bench = bench(&receiver, 30);
    insta::assert_snapshot!("all_done", bench.relance(START));
    insta::assert_snapshot!("given_again", bench.relance(&format!("{START} --lang fr")));
    assert_eq!(receiver.heard().len(), 30);
    let (first, _) = report(&bench, "campaigns show novembre --format json");
    fs::write(bench.path("list.csv"), list(32)).unwrap();
    insta::assert_snapshot!("two_more", bench.relance(&format!("{START} --format json")));
    assert_eq!(receiver.heard().len(), 32);
    let (second, tally) = report(&bench, "campaigns show novembre --format json");
    assert!(second.is_superset(&first), "the runs of the first list stay as they were");
    assert_eq!((second.len(), &tally["succeeded"]), (32, &32.into()));
    insta::assert_snapshot!("listed", bench.relance("campaigns"));
    insta::assert_snapshot!("listed_for_programs", bench.relance("campaigns --format json"));
    insta::assert_snapshot!(
        "its_runs",
        bench.relance("runs --campaign novembre --limit 1").out.lines().count()
    );
}

/// That it is not faster is certain; how fast it is would be a benchmark.
#[test]
fn a_host_is_called_no_more_often_than_the_configuration_allows() {
    let receiver = Receiver::new(&[Answer::Status(200, "{}")]);
    let config = format!(
        "{}\n[http.hosts.\"127.0.0.1:{}\"]\nat_once = 2\nper_second = 20\n",
        CONFIG, receiver.port
    );
    let bench =
        Bench::configured(&config).graph("call.json", receiver.port).file("list.csv", list(11));
    let start = Instant::now();
    let said = bench.relance(START);
    assert_eq!(said.code, Some(0), "{said}");
    assert_eq!(receiver.keys().len(), 11);
    assert!(start.elapsed() >= Duration::from_millis(10 * 50), "{:?}", start.elapsed());
}

#[test]
fn a_list_with_bad_lines_starts_nothing_unless_they_are_passed_over() {
    let receiver = Receiver::new(&[Answer::Status(200, "{}")]);
    let table = "E-mail;Ville\na@b.fr;Lyon\n;Paris\nc@d.fr;Nice\na@b.fr;Lille\n";
    let bench = bench(&receiver, 0).file("list.csv", table);
    insta::assert_snapshot!("nothing_started", bench.relance(START));
    assert!(!bench.path("relance.db").exists());
    assert!(receiver.heard().is_empty());
    insta::assert_snapshot!("passed_over", bench.relance(&format!("{START} --skip-bad-lines")));
    assert_eq!(receiver.heard().len(), 2);
    let mended = fs::read_to_string(bench.path("list.rejects.csv"))
        .unwrap()
        .replace(";Paris", "e@f.fr;Paris");
    fs::write(bench.path("list.rejects.csv"), mended).unwrap();
    let again = bench.relance("run call.json --contacts list.rejects.csv --campaign novembre");
    insta::assert_snapshot!("mended", again);
    assert_eq!(receiver.heard().len(), 3);
    fs::write(bench.path("list.csv"), "E-mail\n").unwrap();
    insta::assert_snapshot!("nobody", bench.relance(START));
}

#[test]
fn whoever_opted_out_is_not_started_and_counts_as_such() {
    let receiver = Receiver::new(&[Answer::Status(200, "{}")]);
    let bench = bench(&receiver, 3);
    fs::write(bench.path("known.csv"), "email\nc1@exemple.fr\n").unwrap();
    assert_eq!(bench.relance("contacts import known.csv").code, Some(0));
    assert_eq!(bench.relance("contacts opt-out c1@exemple.fr").code, Some(0));
    insta::assert_snapshot!("two_of_three", bench.relance(START));
    assert_eq!(receiver.heard().len(), 2);
    insta::assert_snapshot!("and_told_in_the_report", bench.relance("campaigns show novembre"));
}

#[test]
fn a_name_stands_for_one_version_of_one_graph() {
    let receiver = Receiver::new(&[Answer::Status(200, "{}")]);
    let bench = bench(&receiver, 1).graph("local.json", 0);
    assert_eq!(bench.relance(START).code, Some(0));
    let other = "run local.json --contacts list.csv --campaign novembre";
    insta::assert_snapshot!("another_graph", bench.relance(other));
    insta::assert_snapshot!(
        "another_version",
        bench.relance(&format!("{other} --name call --lang fr"))
    );
    insta::assert_snapshot!("no_such_campaign", bench.relance("resume --campaign decembre"));
    for arguments in [
        "run call.json --contacts list.csv",
        "run call.json --campaign novembre",
        "run call.json --contact a.json --contacts list.csv --campaign novembre",
        "run call.json --contacts list.csv --campaign novembre --run-id r1",
        "run call.json --contacts list.csv --campaign novembre --at-once 0",
    ] {
        assert_eq!(bench.relance(arguments).code, Some(2), "{arguments}");
    }
}

#[test]
fn failures_and_waits_are_told_contact_by_contact() {
    let receiver = Receiver::new(&[Answer::Status(403, "{}"), Answer::Status(503, "{}")]);
    let bench = bench(&receiver, 2);
    let start = format!("{START} --at-once 1 --max-wait 0");
    insta::assert_snapshot!("one_failed_one_waits", bench.relance(&start));
    let csv = bench.relance("campaigns show novembre --format csv");
    let csv: Vec<String> =
        csv.out.lines().map(|line| line.split(',').take(8).collect::<Vec<_>>().join(",")).collect();
    insta::assert_snapshot!("report_for_spreadsheets", csv.join("\n"));
    insta::assert_snapshot!(
        "in_the_end_both_failed",
        bench.relance("resume --campaign novembre --lang fr")
    );
    assert_eq!(receiver.heard().len(), 3);
}

#[test]
fn a_sandbox_takes_a_whole_campaign() {
    let bench = Bench::configured(CONFIG).graph("call.json", 8999).file("list.csv", list(20));
    insta::assert_snapshot!(bench.relance(&format!("{START} --sandbox")));
    assert!(!bench.path("relance.db").exists());
}

/// A process that is killed leaves a campaign that the same command carries on: nobody is called about under two keys, and
/// nobody is forgotten.
#[test]
fn a_campaign_that_was_killed_is_carried_on_by_the_same_command() {
    let receiver = Receiver::new(&[Answer::Status(200, "{}")]);
    let bench = bench(&receiver, 1000);
    for kill in 1..=3 {
        let mut child = bench.start(&format!("{START} --at-once 20"));
        receiver.wait_for(kill * 250);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let said = bench.relance(&format!("{START} --at-once 20"));
    assert_eq!(said.code, Some(0), "{said}");
    let (rows, tally) = report(&bench, "campaigns show novembre --format json");
    let runs: BTreeSet<_> = rows.iter().map(|(_, run)| run).collect();
    assert_eq!((rows.len(), runs.len(), &tally["succeeded"]), (1000, 1000, &1000.into()));
    let calls = receiver.heard().len();
    assert!(
        (1000..=1060).contains(&calls),
        "at most the calls that were in flight come again: {calls}"
    );
}

#[test]
fn whoever_stops_a_campaign_at_the_keyboard_is_told_how_to_go_on() {
    let receiver = Receiver::new(&[Answer::Status(200, "{}")]);
    let bench = bench(&receiver, 3000);
    let child = bench.start(&format!("{START} --at-once 2"));
    receiver.wait_for(5);
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let said = bench.said(child.wait_with_output().unwrap());
    assert_eq!(said.code, Some(3), "{said}");
    assert!(said.out.contains("relance resume --campaign novembre"), "{said}");
    let (_, tally) = report(&bench, "campaigns show novembre --format json");
    assert_eq!(tally["running"], 0, "what had begun came to its end");
    let called = receiver.heard().len();
    assert_eq!(tally["succeeded"], called, "no call was cut off");
    assert!(called < 3000);
}
