//! Who may carry a run on, held against both journals: leases, heartbeats, claims.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use relance_runtime::{
    journal::{Claim, Claimed, Heartbeat, Holder, Journal, JournalError, SqliteJournal},
    run::RunStatus,
};
use tempfile::tempdir;

use crate::journal::{at, batch, on_both, person, resting, skipped, start};

async fn beat(journal: &Arc<dyn Journal>, owner: &str, seconds: i64) {
    let beat = Heartbeat { owner: owner.into(), pid: 42, at: at(seconds), until: at(seconds + 3) };
    journal.heartbeat(beat).await.unwrap();
}

async fn claim(journal: &Arc<dyn Journal>, owner: &str, at: Timestamp, limit: u32) -> Claimed {
    let claim = Claim { owner: owner.into(), at, limit, campaign: None };
    journal.claim(claim).await.unwrap()
}

fn ids(claimed: &Claimed) -> Vec<&str> {
    claimed.runs.iter().map(|taken| &*taken.lease.run).collect()
}

async fn wait(journal: &Arc<dyn Journal>, run: &str, until: i64) {
    let lease = start(journal, run, run, "a@b.fr").await;
    journal.append(&lease, resting(RunStatus::Waiting, Some(at(until)))).await.unwrap();
}

#[tokio::test]
async fn nobody_takes_a_run_of_a_process_that_lives() {
    on_both(|journal| async move {
        beat(&journal, "me", 0).await;
        start(&journal, "r", "g", "a@b.fr").await;
        let holder = Holder { pid: Some(42), until: at(3) };
        let held = Err(JournalError::Held { run: "r".to_owned(), holder });
        assert_eq!(journal.take("r", "them", at(2)).await, held);
        assert_eq!(ids(&claim(&journal, "them", at(2), 9).await), [""; 0]);
        beat(&journal, "me", 2).await;
        assert!(journal.take("r", "them", at(4)).await.is_err(), "it said again that it lives");
        assert_eq!(journal.take("r", "them", at(5)).await.unwrap().lease.epoch, 2);
    })
    .await;
}

#[tokio::test]
async fn a_run_that_has_ended_is_nobodys_whoever_looks_at_it() {
    on_both(|journal| async move {
        beat(&journal, "me", 0).await;
        let lease = start(&journal, "r", "g", "a@b.fr").await;
        journal.append(&lease, resting(RunStatus::Failed, None)).await.unwrap();
        let mine = journal.take("r", "me", at(1)).await.unwrap();
        let theirs = journal.take("r", "them", at(1)).await.unwrap();
        assert_eq!((mine.lease.epoch, theirs.lease.epoch), (2, 3));
        let again = |lease| journal.append(lease, resting(RunStatus::Waiting, Some(at(1))));
        assert_eq!(again(&mine.lease).await, Err(JournalError::LeaseLost("r".to_owned())));
        again(&theirs.lease).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_process_that_ends_well_gives_its_runs_up_at_once() {
    on_both(|journal| async move {
        beat(&journal, "me", 0).await;
        start(&journal, "r", "g", "a@b.fr").await;
        journal.retire("me", at(1)).await.unwrap();
        assert_eq!(ids(&claim(&journal, "them", at(1), 9).await), ["r"]);
        assert_eq!(ids(&claim(&journal, "others", at(1), 9).await), ["r"], "`them` never lived");
    })
    .await;
}

#[tokio::test]
async fn what_nobody_carries_out_is_claimed_once_the_longest_due_first() {
    on_both(|journal| async move {
        for owner in ["me", "them"] {
            beat(&journal, owner, 8).await;
        }
        for (run, until) in [("later", 99), ("second", 7), ("first", 5), ("third", 9)] {
            wait(&journal, run, until).await;
        }
        let mine = claim(&journal, "me", at(10), 2).await;
        assert_eq!(ids(&mine), ["first", "second"]);
        assert_eq!(mine.next, Some(at(9)), "something is left over");
        assert_eq!(mine.runs[0].row.status, RunStatus::Running);
        let theirs = claim(&journal, "them", at(10), 2).await;
        assert_eq!((ids(&theirs), theirs.next), (vec!["third"], Some(at(99))));
        assert_eq!(
            ids(&claim(&journal, "me", at(10), 9).await),
            [""; 0],
            "its own are not claimed"
        );
        journal.append(&mine.runs[0].lease, batch(vec![skipped("a")])).await.unwrap();

        beat(&journal, "me", 12).await;
        let orphans = claim(&journal, "me", at(12), 9).await;
        assert_eq!(ids(&orphans), ["third"], "the process that had it is gone");
        let lost = Err(JournalError::LeaseLost("third".to_owned()));
        assert_eq!(journal.append(&theirs.runs[0].lease, batch(Vec::new())).await, lost);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_was_set_back_keeps_no_run_from_anybody() {
    on_both(|journal| async move {
        beat(&journal, "gone", 3600).await;
        let gone = journal.start(crate::journal::new_run("r", "g", &person("a@b.fr"))).await;
        drop(gone);
        journal.retire("me", at(0)).await.unwrap();
        let taken = journal.take("r", "gone", at(3600)).await.unwrap();
        assert_eq!(&*taken.lease.owner, "gone");
        // An hour back: its lease would run for an hour and three seconds.
        beat(&journal, "me", 0).await;
        assert_eq!(ids(&claim(&journal, "me", at(5), 9).await), [""; 0]);
        assert_eq!(ids(&claim(&journal, "me", at(6), 9).await), ["r"]);
    })
    .await;
}

/// Two connections to one file, as two processes have them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_never_get_the_same_run() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("relance.db");
    let open = || -> Arc<dyn Journal> { Arc::new(SqliteJournal::open(&path).unwrap()) };
    let first = open();
    for run in 0..200 {
        wait(&first, &format!("r{run}"), run).await;
    }
    let hands = ["one", "two", "three"].map(|owner| {
        let journal = open();
        tokio::spawn(async move {
            beat(&journal, owner, 1000).await;
            let mut got = Vec::new();
            loop {
                let claimed = claim(&journal, owner, at(1000), 7).await;
                if claimed.runs.is_empty() {
                    return got;
                }
                got.extend(ids(&claimed).into_iter().map(str::to_owned));
            }
        })
    });
    let mut all = Vec::new();
    for hand in hands {
        all.extend(hand.await.unwrap());
    }
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (200, 200));
}
