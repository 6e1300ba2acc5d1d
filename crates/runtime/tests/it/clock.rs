//! Clocks that are set while runs wait, call or change hands, and times far away. Time is simulated; both journals are tried.

use std::{cell::Cell, collections::BTreeMap, sync::Arc, time::Duration};

use futures_util::future::{join, select};
use jiff::SignedDuration;
use relance_runtime::{
    driver::{Engine, Outcome, RunError},
    event::Fact,
    journal::{Claim, Journal, MemoryJournal, SqliteJournal},
    port::Clock as _,
    run::{Report, RunStatus},
};
use tempfile::TempDir;

use crate::{
    kill::memory_folder,
    staged::Staged,
    stories::uninterrupted,
    story::{RUN, Stage, Story},
};

const WEEK: Duration = Duration::from_hours(168);

/// By how many seconds the clock is set, back or forward.
const JUMPS: [i64; 7] = [-600, -10, -2, 2, 10, 600, 40_000_000];

/// A call that is retried, one that takes its turns, and branches.
const STORIES: [&str; 3] =
    ["call_is_retried_and_succeeds", "calls_take_turns", "branches_run_in_parallel_and_join"];

fn journals() -> [(Option<TempDir>, Arc<dyn Journal>); 2] {
    let folder = memory_folder();
    let sqlite = Arc::new(SqliteJournal::open(folder.path().join("relance.db")).unwrap());
    let memory = Arc::new(MemoryJournal::default());
    [(None, memory), (Some(folder), Arc::new(Staged::calm(sqlite)))]
}

/// Each attempt began once, each block came to its end once, and each call has the key of its visit.
fn nothing_twice(stage: &Stage, journal: &Arc<dyn Journal>, about: &str) {
    let events = stage.clock.run(journal.events(RUN, 0)).unwrap().unwrap();
    let (mut attempts, mut ends) = (BTreeMap::new(), BTreeMap::new());
    for event in &events {
        match &event.fact {
            Fact::AttemptStarted { block, attempt, .. } => {
                *attempts.entry((block.clone(), *attempt)).or_insert(0) += 1;
            }
            Fact::BlockSucceeded { block, .. } | Fact::BlockFailed { block, .. } => {
                *ends.entry(block.clone()).or_insert(0) += 1;
            }
            Fact::RunStarted(_)
            | Fact::AttemptFailed { .. }
            | Fact::AttemptInterrupted { .. }
            | Fact::BlockParked { .. }
            | Fact::BlockSkipped { .. }
            | Fact::BlockPassed { .. }
            | Fact::BlockResolved { .. }
            | Fact::RunEnded { .. } => {}
        }
    }
    assert!(
        attempts.values().chain(ends.values()).all(|count| *count == 1),
        "{about}: {events:#?}"
    );
}

async fn set_after(stage: &Stage, wait: Duration, jump: i64) {
    stage.clock.sleep(wait).await;
    stage.clock.set(stage.clock.now() + SignedDuration::from_secs(jump));
}

async fn start(stage: &Stage, engine: &Engine) -> Result<Report, RunError> {
    let start = stage.story.start(&stage.graph);
    match engine.alive(engine.run(start, WEEK)).await.unwrap()? {
        Outcome::Done(report) | Outcome::Known(report) => Ok(report),
    }
}

/// Carries on whatever the journal gives, every second, until the work is done. Says how many runs it gave.
async fn take_over<T>(stage: &Stage, engine: &Engine, work: impl Future<Output = T>) -> (T, usize) {
    let is_done = Cell::new(false);
    let work = async {
        let done = work.await;
        is_done.set(true);
        done
    };
    let claims = async {
        let mut taken_over = 0;
        while !is_done.get() {
            stage.clock.sleep(Duration::from_secs(1)).await;
            let owner = Arc::clone(engine.owner());
            let claim = Claim { owner, at: stage.clock.now(), limit: 9, campaign: None };
            for taken in engine.journal().claim(claim).await.unwrap().runs {
                taken_over += 1;
                engine.carry_on(taken, WEEK).await.unwrap();
            }
        }
        taken_over
    };
    join(work, claims).await
}

#[test]
fn a_run_comes_to_the_same_end_whenever_the_clock_is_set() {
    for name in STORIES {
        let story = Story::named(name);
        let expected = uninterrupted(&story).ending;
        for jump in JUMPS {
            for millis in [1, 250, 1500] {
                for (_folder, journal) in journals() {
                    let about = format!("`{name}`, set by {jump} s after {millis} ms");
                    let stage = Stage::new(story.clone(), 0);
                    let engine = stage.engine(Arc::clone(&journal));
                    let set = set_after(&stage, Duration::from_millis(millis), jump);
                    let before = stage.clock.elapsed();
                    let both = join(start(&stage, &engine), set);
                    let (report, ()) =
                        stage.clock.run(both).unwrap_or_else(|| panic!("{about}: stuck"));
                    let report = report.unwrap();
                    assert_eq!(stage.ending(&report, &journal), expected, "{about}");
                    nothing_twice(&stage, &journal, &about);
                    // Whoever waits for a time waits longer by as much as the clock was set back, and no longer.
                    let took = stage.clock.elapsed().abs_diff(before);
                    let back = Duration::from_secs(jump.min(0).unsigned_abs());
                    assert!(took <= back + Duration::from_mins(1), "{about}: it took {took:?}");
                }
            }
        }
    }
}

#[test]
fn nobody_takes_a_run_of_a_process_that_lives_when_the_clock_is_set_back() {
    for jump in JUMPS.into_iter().filter(|jump| *jump < 0) {
        for (_folder, journal) in journals() {
            let stage = Stage::new(Story::named(STORIES[0]), 0);
            let (one, other) =
                (stage.engine(Arc::clone(&journal)), stage.engine(Arc::clone(&journal)));
            let work = async {
                let set = set_after(&stage, Duration::from_secs(1), jump);
                join(start(&stage, &one), set).await.0
            };
            let (report, taken) = stage.clock.run(take_over(&stage, &other, work)).unwrap();
            assert_eq!(report.unwrap().run.status, RunStatus::Succeeded);
            assert_eq!(taken, 0, "set by {jump} s");
            nothing_twice(&stage, &journal, &format!("set by {jump} s"));
        }
    }
}

/// The clock is set back for good, and the process that had the run is gone: its lease, from a time to come, does not last.
#[test]
fn a_dead_process_does_not_keep_its_runs_when_the_clock_was_set_back() {
    for jump in [-3600, -40_000_000] {
        for (_folder, journal) in journals() {
            let stage = Stage::new(Story::named(STORIES[0]), 0);
            let (one, other) =
                (stage.engine(Arc::clone(&journal)), stage.engine(Arc::clone(&journal)));
            let died = stage.clock.sleep(Duration::from_secs(1));
            drop(stage.clock.run(select(Box::pin(start(&stage, &one)), died)).unwrap());
            stage.clock.set(stage.clock.now() + SignedDuration::from_secs(jump));
            let before = stage.clock.elapsed();
            let taken = other.alive(async {
                loop {
                    let owner = Arc::clone(other.owner());
                    let claim = Claim { owner, at: stage.clock.now(), limit: 9, campaign: None };
                    if let Some(taken) = journal.claim(claim).await.unwrap().runs.pop() {
                        return taken;
                    }
                    stage.clock.sleep(Duration::from_secs(1)).await;
                }
            });
            assert_eq!(&*stage.clock.run(taken).unwrap().unwrap().lease.run, RUN);
            let waited = stage.clock.elapsed().abs_diff(before);
            assert!(waited <= Duration::from_secs(8), "{waited:?}");
        }
    }
}

#[test]
fn a_run_is_the_same_at_any_time() {
    let times = [
        "1970-01-01T00:00:01Z",
        "2038-01-19T03:14:06.9Z",
        "2100-02-28T23:59:59Z",
        "2106-02-07T06:28:14Z",
        "2262-04-11T23:47:16Z",
        "9999-12-30T20:00:00Z",
    ];
    for name in STORIES {
        let story = Story::named(name);
        let expected = uninterrupted(&story).ending;
        for time in times {
            for (_folder, journal) in journals() {
                let stage = Stage::at(time, story.clone(), 0);
                let engine = stage.engine(Arc::clone(&journal));
                let report = stage.clock.run(start(&stage, &engine)).unwrap().unwrap();
                assert_eq!(stage.ending(&report, &journal), expected, "`{name}` at {time}");
                nothing_twice(&stage, &journal, time);
            }
        }
    }
}

/// At the end of all time a wait ends there; nothing overflows, and nothing waits for ever.
#[test]
fn the_last_second_that_can_be_told_is_no_trap() {
    for name in STORIES {
        for (_folder, journal) in journals() {
            let stage = Stage::at("9999-12-30T22:00:00Z", Story::named(name), 0);
            let engine = stage.engine(Arc::clone(&journal));
            let report = stage.clock.run(start(&stage, &engine));
            let report = report.unwrap_or_else(|| panic!("`{name}` is stuck")).unwrap();
            assert!(!report.run.status.is_active(), "`{name}`: {report:?}");
            nothing_twice(&stage, &journal, name);
        }
    }
}
