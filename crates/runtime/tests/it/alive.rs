//! Engines that are kept alive: who has what, who takes over when, and that a stop is heard. Time is simulated.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::{Either, join, select};
use jiff::{SignedDuration, Timestamp};
use relance_runtime::{
    driver::{Engine, Outcome, RunError},
    event::Fact,
    journal::{Claim, Journal, JournalError, MemoryJournal, StopOrder, StopWhich},
    port::Clock,
    run::{BlockStatus, Report, RunStatus, StopWish},
};

use crate::{
    staged::{Moment, Staged, Watch},
    story::{RUN, Stage, Story},
};

const LONG: Duration = Duration::from_hours(168);

struct Play {
    stage: Stage,
    journal: Arc<dyn Journal>,
}

impl Play {
    fn new(story: &str) -> Play {
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
        Play { stage: Stage::new(Story::named(story), 0), journal }
    }

    fn engine(&self) -> Engine {
        self.stage.engine(Arc::clone(&self.journal))
    }

    async fn start(&self, engine: &Engine) -> Report {
        let start = self.stage.story.start(&self.stage.graph);
        match engine.alive(engine.run(start, LONG)).await.unwrap().unwrap() {
            Outcome::Done(report) | Outcome::Known(report) => report,
        }
    }

    fn now(&self) -> Timestamp {
        self.stage.clock.now()
    }

    async fn wait(&self, seconds: i64) {
        self.stage.clock.sleep_until(self.now() + SignedDuration::from_secs(seconds)).await;
    }

    /// Carries the run out in a process that is gone after so long, without a word.
    async fn crash_after(&self, seconds: i64) {
        let engine = self.engine();
        let died = {
            let running = Box::pin(self.start(&engine));
            match select(running, Box::pin(self.wait(seconds))).await {
                Either::Left((report, _)) => panic!("it ended: {report:?}"),
                Either::Right(_) => self.now(),
            }
        };
        assert!(died <= self.now());
    }

    /// Looks for the run as a pool does until it has it, and is killed so many milliseconds later. Says when it had it.
    async fn take_over_and_die(&self, lived: u64) -> Timestamp {
        let engine = self.engine();
        let (tell, told) = tokio::sync::oneshot::channel();
        let work = async {
            loop {
                let owner = Arc::clone(engine.owner());
                let claim = Claim { owner, at: self.now(), limit: 9, campaign: None };
                if !self.journal.claim(claim).await.unwrap().runs.is_empty() {
                    break;
                }
                self.stage.clock.sleep(Duration::from_millis(500)).await;
            }
            tell.send(self.now()).unwrap();
            std::future::pending::<()>().await;
        };
        let death = async {
            let taken = told.await.unwrap();
            self.stage.clock.sleep(Duration::from_millis(lived)).await;
            taken
        };
        match select(Box::pin(engine.alive(work)), Box::pin(death)).await {
            Either::Left(_) => panic!("it never ends by itself"),
            Either::Right((taken, _)) => taken,
        }
    }

    async fn stop(&self) {
        let wish = StopWish { at: self.now(), by: "nadia".to_owned() };
        let which = StopWhich::Run(RUN.to_owned());
        self.journal.stop(StopOrder { which, wish, limit: 1 }).await.unwrap();
    }
}

/// A story whose service asks for a wait of an hour.
const WAITS: &str = "retry_after_is_honoured";

#[test]
fn a_run_is_left_to_the_process_that_lives_however_long_it_takes() {
    let play = Play::new(WAITS);
    let meddle = async {
        for _ in 0..20 {
            play.wait(1).await;
            let refused = play.engine().resume(RUN, LONG).await;
            assert!(
                matches!(refused, Err(RunError::Journal(JournalError::Held { .. }))),
                "{refused:?}"
            );
            let claim = Claim { owner: "other".into(), at: play.now(), limit: 9, campaign: None };
            assert!(play.journal.claim(claim).await.unwrap().runs.is_empty());
        }
    };
    let engine = play.engine();
    let (report, ()) = play.stage.clock.run(join(play.start(&engine), meddle)).unwrap();
    assert_eq!(report.run.status, RunStatus::Succeeded);
}

#[test]
fn a_run_of_a_dead_process_is_taken_over_within_five_seconds() {
    for died_after in 1..9 {
        let play = Play::new(WAITS);
        play.stage.clock.run(play.crash_after(died_after)).unwrap();
        let died = play.now();
        let other = play.engine();
        let taken = play.stage.clock.run(async {
            loop {
                let claim =
                    Claim { owner: "other".into(), at: play.now(), limit: 9, campaign: None };
                if !play.journal.claim(claim).await.unwrap().runs.is_empty() {
                    return play.now();
                }
                play.wait(1).await;
            }
        });
        let waited = taken.unwrap().duration_since(died);
        assert!(waited <= SignedDuration::from_secs(5), "{waited}");
        play.stage.clock.run(play.journal.retire("other", play.now())).unwrap().unwrap();
        let report = play.stage.clock.run(other.alive(other.resume(RUN, LONG))).unwrap();
        assert_eq!(report.unwrap().unwrap().run.status, RunStatus::Succeeded);
    }
}

/// One process after the other takes the run over and is killed, at any time after that.
#[test]
fn a_run_is_taken_over_within_five_seconds_of_each_death() {
    let play = Play::new(WAITS);
    play.stage.clock.run(play.crash_after(1)).unwrap();
    let five = SignedDuration::from_secs(5);
    let mut death = play.now();
    for lived in (0..3000).step_by(70) {
        let taken = play.stage.clock.run(play.take_over_and_die(0)).unwrap();
        assert!(taken.duration_since(death) <= five, "{death} {taken}");
        // Whoever took it over was killed at once: even so.
        let taken = play.stage.clock.run(play.take_over_and_die(lived)).unwrap();
        assert!(taken.duration_since(death) <= five, "{death} {taken}");
        death = play.now();
    }
}

#[test]
fn a_process_that_ends_well_leaves_its_run_to_the_next_at_once() {
    let play = Play::new(WAITS);
    let engine = play.engine();
    let start = play.stage.story.start(&play.stage.graph);
    let interrupted = engine.alive(async {
        select(Box::pin(engine.run(start, LONG)), Box::pin(play.wait(2))).await;
    });
    play.stage.clock.run(interrupted).unwrap().unwrap();
    let before = play.now();
    let row = play.stage.clock.run(play.journal.run(RUN)).unwrap().unwrap().unwrap();
    assert_eq!(row.status, RunStatus::Running, "it was cut off");
    let taken = play.stage.clock.run(play.journal.take(RUN, "next", play.now())).unwrap();
    assert!(taken.is_ok() && play.now() == before);
}

#[test]
fn a_run_that_waits_hears_of_a_stop_within_a_heartbeat() {
    let play = Play::new(WAITS);
    let engine = play.engine();
    let asked = async {
        play.wait(3).await;
        play.stop().await;
        play.now()
    };
    let (report, asked) = play.stage.clock.run(join(play.start(&engine), asked)).unwrap();
    assert_eq!(report.run.status, RunStatus::Stopped);
    let waited = report.run.ended_at.unwrap().duration_since(asked);
    assert!(waited <= SignedDuration::from_secs(2), "{waited}");
    assert_eq!(report.run.stop.unwrap().by, "nadia");
}

/// A stop at every moment of a story: nothing begins after it.
#[test]
fn nothing_begins_after_a_stop() {
    for story in ["branches_run_in_parallel_and_join", "calls_take_turns", WAITS] {
        for moment in (0..1500).step_by(60) {
            let play = Play::new(story);
            let engine = play.engine();
            let asked: Mutex<Option<u32>> = Mutex::default();
            let stop = async {
                let time = play.now() + SignedDuration::from_millis(moment);
                play.stage.clock.sleep_until(time).await;
                if play.journal.run(RUN).await.unwrap().is_some() {
                    play.stop().await;
                    let events = play.journal.events(RUN, 0).await.unwrap();
                    *asked.lock().unwrap() = events.last().map(|event| event.seq);
                }
            };
            let (report, ()) = play.stage.clock.run(join(play.start(&engine), stop)).unwrap();
            let asked = asked.lock().unwrap().unwrap_or(u32::MAX);
            let events = play.stage.clock.run(play.journal.events(RUN, 0)).unwrap().unwrap();
            for event in events.iter().filter(|event| event.seq > asked) {
                let begins = matches!(event.fact, Fact::AttemptStarted { .. });
                assert!(!begins, "{story} stopped at {moment}: {event:?}");
            }
            let running =
                |block: &&relance_runtime::run::BlockReport| block.status == BlockStatus::Running;
            assert_eq!(report.blocks.iter().find(running), None, "calls in flight have landed");
            assert!(!report.run.status.is_active());
        }
    }
}

#[test]
fn whoever_may_have_lost_its_lease_sends_nothing() {
    let story = Story::named("http_is_called");
    let stage = Arc::new(Stage::new(story, 0));
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let clock = Arc::clone(&stage.clock);
    // The process sleeps for ten seconds between storing its intent and sending.
    let watch: Watch = Arc::new(move |moment| {
        if moment == Moment::After(2) {
            clock.set(clock.now() + SignedDuration::from_secs(10));
        }
        false
    });
    let engine = stage.engine(Arc::new(Staged::blocking(Arc::clone(&journal), watch)));
    let start = stage.story.start(&stage.graph);
    let outcome = stage.clock.run(engine.alive(engine.run(start, LONG))).unwrap().unwrap();
    let Ok(Outcome::Done(report)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(report.run.status, RunStatus::Succeeded);
    let events = stage.clock.run(journal.events(RUN, 0)).unwrap().unwrap();
    let reasons: Vec<&str> = events
        .iter()
        .filter_map(|event| {
            if let Fact::AttemptFailed { reason, .. } = &event.fact {
                return Some(&*reason.code);
            }
            None
        })
        .collect();
    assert_eq!(reasons, ["lease-over"]);
    assert_eq!(stage.services.received().len(), 1, "it is sent once the lease is sure again");
}
