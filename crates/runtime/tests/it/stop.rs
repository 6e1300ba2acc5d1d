//! Stops, held against both journals: nothing of a run begins once the wish is stored.

use std::sync::Arc;

use relance_runtime::{
    event::{EndStatus, Event, Fact},
    journal::{
        Batch, Heartbeat, Holder, Journal, JournalError, Lease, StopOrder, StopWhich, Stopping,
    },
    run::{RunStatus, StopWish},
};
use serde_json::json;

use crate::journal::{at, batch, intent, on_both, resting, skipped, start};

async fn stop(journal: &Arc<dyn Journal>, which: StopWhich, seconds: i64) -> Stopping {
    let wish = StopWish { at: at(seconds), by: "nadia".to_owned() };
    journal.stop(StopOrder { which, wish, limit: 100 }).await.unwrap()
}

fn run(run: &str) -> StopWhich {
    StopWhich::Run(run.to_owned())
}

async fn live(journal: &Arc<dyn Journal>, until: i64) -> Holder {
    let beat = Heartbeat { owner: "me".into(), pid: 42, at: at(until - 3), until: at(until) };
    journal.heartbeat(beat).await.unwrap();
    Holder { pid: Some(42), until: at(until) }
}

fn kinds(events: &[Event]) -> Vec<String> {
    let kind = |event: &Event| json!(event)["kind"].as_str().unwrap().to_owned();
    events.iter().map(kind).collect()
}

async fn ended(journal: &Arc<dyn Journal>, run: &str) -> bool {
    let row = journal.run(run).await.unwrap().unwrap();
    let events = journal.events(run, 0).await.unwrap();
    let by = Some("nadia".to_owned());
    row.status == RunStatus::Stopped
        && row.ended_at.is_some()
        && row.stop.is_some_and(|wish| wish.by == "nadia")
        && events.last().unwrap().fact == Fact::RunEnded { status: EndStatus::Stopped, by }
}

async fn waiting(journal: &Arc<dyn Journal>, run: &str, graph: &str, email: &str) -> Lease {
    let lease = start(journal, run, graph, email).await;
    journal.append(&lease, resting(RunStatus::Waiting, Some(at(60)))).await.unwrap();
    lease
}

#[tokio::test]
async fn a_run_that_nobody_carries_out_ends_at_once() {
    on_both(|journal| async move {
        waiting(&journal, "waits", "g", "a@b.fr").await;
        let parked = start(&journal, "parked", "h", "a@b.fr").await;
        journal.append(&parked, resting(RunStatus::Parked, None)).await.unwrap();
        for name in ["waits", "parked"] {
            let stopping = stop(&journal, run(name), 20).await;
            assert_eq!(stopping.ended, [name]);
            assert!(ended(&journal, name).await);
        }
        let again = stop(&journal, run("waits"), 21).await;
        assert_eq!(again, Stopping { over: Some(RunStatus::Stopped), ..Stopping::default() });
        start(&journal, "next", "g", "a@b.fr").await;
        let unknown = StopOrder {
            which: run("nowhere"),
            wish: StopWish { at: at(0), by: String::new() },
            limit: 1,
        };
        let error = Err(JournalError::UnknownRun("nowhere".to_owned()));
        assert_eq!(journal.stop(unknown).await, error);
    })
    .await;
}

#[tokio::test]
async fn a_run_in_a_live_process_begins_nothing_more_and_keeps_what_has_happened() {
    on_both(|journal| async move {
        let holder = live(&journal, 10).await;
        let lease = start(&journal, "r", "g", "a@b.fr").await;
        journal.append(&lease, batch(vec![intent("sent")])).await.unwrap();
        let stopping = stop(&journal, run("r"), 8).await;
        assert_eq!(stopping.pending, [("r".to_owned(), holder)]);
        let beat = Heartbeat { owner: "me".into(), pid: 42, at: at(9), until: at(12) };
        assert_eq!(journal.heartbeat(beat).await.unwrap(), ["r"], "its process hears of it");

        let answered = Fact::BlockSucceeded { block: "sent".to_owned(), output: json!({}) };
        let entries = vec![relance_runtime::journal::Entry::Fact(answered), intent("next")];
        let appended = journal.append(&lease, batch(entries)).await.unwrap();
        assert_eq!(kinds(&appended.events), ["block-succeeded"]);
        assert_eq!(appended.stop.unwrap().by, "nadia");
        let appended = journal.append(&lease, resting(RunStatus::Parked, None)).await.unwrap();
        assert_eq!(kinds(&appended.events), ["run-ended"]);
        assert_eq!(appended.rest.unwrap().status, RunStatus::Stopped);
        assert!(ended(&journal, "r").await);
    })
    .await;
}

#[tokio::test]
async fn a_run_that_is_given_back_under_a_wish_ends_with_its_calls_in_doubt() {
    on_both(|journal| async move {
        live(&journal, 10).await;
        let lease = start(&journal, "r", "g", "a@b.fr").await;
        journal.append(&lease, batch(vec![intent("open"), intent("noted")])).await.unwrap();
        stop(&journal, run("r"), 8).await;
        let answered = Fact::BlockSucceeded { block: "noted".to_owned(), output: json!({}) };
        let entries = vec![relance_runtime::journal::Entry::Fact(answered)];
        let back = resting(RunStatus::Waiting, Some(at(8)));
        journal.append(&lease, Batch { entries, ..back }).await.unwrap();
        let kinds = kinds(&journal.events("r", 3).await.unwrap());
        assert_eq!(kinds, ["block-succeeded", "attempt-interrupted", "block-parked", "run-ended"]);
        assert!(ended(&journal, "r").await);
    })
    .await;
}

#[tokio::test]
async fn a_run_of_a_process_that_is_gone_ends_with_its_calls_in_doubt() {
    on_both(|journal| async move {
        live(&journal, 10).await;
        let lease = start(&journal, "r", "g", "a@b.fr").await;
        journal.append(&lease, batch(vec![skipped("before"), intent("sent")])).await.unwrap();
        assert_eq!(stop(&journal, run("r"), 9).await.pending.len(), 1);
        assert_eq!(stop(&journal, run("r"), 10).await.ended, ["r"]);
        assert!(ended(&journal, "r").await);
        let events = journal.events("r", 3).await.unwrap();
        assert_eq!(kinds(&events), ["attempt-interrupted", "block-parked", "run-ended"]);
        let lost = Err(JournalError::LeaseLost("r".to_owned()));
        assert_eq!(journal.append(&lease, batch(Vec::new())).await, lost);
    })
    .await;
}

#[tokio::test]
async fn all_runs_of_a_contact_stop_and_no_other() {
    on_both(|journal| async move {
        live(&journal, 30).await;
        waiting(&journal, "one", "g", "a@b.fr").await;
        waiting(&journal, "two", "h", "a@b.fr").await;
        let over = start(&journal, "over", "i", "a@b.fr").await;
        journal.append(&over, resting(RunStatus::Failed, None)).await.unwrap();
        start(&journal, "runs", "j", "a@b.fr").await;
        waiting(&journal, "other", "g", "c@d.fr").await;
        let mut stopping = stop(&journal, StopWhich::Contact("a@b.fr".to_owned()), 20).await;
        stopping.ended.sort();
        assert_eq!(stopping.ended, ["one", "two"]);
        assert_eq!(stopping.pending.len(), 1);
        let other = journal.run("other").await.unwrap().unwrap();
        assert_eq!((other.status, other.stop), (RunStatus::Waiting, None));
    })
    .await;
}

#[tokio::test]
async fn many_runs_stop_a_few_at_a_time() {
    on_both(|journal| async move {
        for number in 0..7 {
            waiting(&journal, &format!("r{number}"), &format!("g{number}"), "a@b.fr").await;
        }
        let mut ended = 0;
        loop {
            let which = StopWhich::Contact("a@b.fr".to_owned());
            let wish = StopWish { at: at(20), by: "nadia".to_owned() };
            let stopping = journal.stop(StopOrder { which, wish, limit: 3 }).await.unwrap();
            assert!(stopping.ended.len() <= 3);
            ended += stopping.ended.len();
            if !stopping.more {
                break;
            }
        }
        assert_eq!(ended, 7);
    })
    .await;
}
