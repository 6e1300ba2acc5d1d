//! What every engine owes to a run (`driver::Durable`), held against each: SQLite, memory, and one that replays a log of its own.

mod life;
mod logged;
mod play;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use jiff::SignedDuration;
use relance_runtime::{
    driver::Call,
    event::{Decision, Event, Fact},
    journal::{StopOrder, StopWhich},
    port::Clock as _,
    run::{BlockStatus, RunStatus, StopWish},
};

use self::{
    life::{Asked, What},
    play::{Kind, Play, begins},
};
use crate::{
    stories::uninterrupted,
    story::{RUN, Story},
};

/// Of the moments at which a story on SQLite could be killed, one in so many is: they are the same as in memory, and take longer.
const SPARSE: usize = 7;

#[test]
fn every_story_goes_the_same_way_in_every_hand() {
    let folder = tempfile::tempdir().unwrap();
    for (name, story) in Story::all() {
        let ending = uninterrupted(&story).ending;
        for kind in Kind::ALL {
            for seed in 0..3 {
                let play = Play::begin(kind, story.clone(), seed, folder.path());
                let report = play.live(None).unwrap();
                assert_eq!(play.ending(&report), ending, "{name} {kind:?} seed {seed}");
                owes(&play, &format!("{name} {kind:?} seed {seed}"));
            }
        }
    }
}

#[test]
fn a_story_killed_at_any_boundary_goes_the_same_way_in_every_hand() {
    let folder = tempfile::tempdir().unwrap();
    let mut kills = 0;
    for (number, (name, story)) in Story::all().into_iter().enumerate() {
        let ending = uninterrupted(&story).ending;
        for kind in Kind::ALL {
            let whole = Play::begin(kind, story.clone(), 0, folder.path());
            whole.live(None).unwrap();
            for fatal in moments(kind, &whole, number) {
                let about = format!("{name} {kind:?} killed at {fatal}");
                let play = killed(kind, &story, fatal, folder.path());
                let report = play.live(None).unwrap();
                assert_eq!(play.ending(&report), ending, "{about}");
                owes(&play, &about);
                kills += 1;
            }
        }
    }
    assert!(kills > 900, "{kills} kills are few");
}

/// A story whose service asks for a wait of a day.
const WAITS: &str = "retry_after_is_honoured";

#[test]
fn a_timer_goes_on_while_nobody_lives() {
    let folder = tempfile::tempdir().unwrap();
    let story = Story::named(WAITS);
    for kind in Kind::ALL {
        let whole = Play::begin(kind, story.clone(), 0, folder.path());
        whole.live(None).unwrap();
        for fatal in moments(kind, &whole, 0) {
            let play = killed(kind, &story, fatal, folder.path());
            play.live(None).unwrap();
            let taken = *play.taken().last().unwrap();
            let mut timers = 0;
            for pair in play.events().windows(2) {
                if let Fact::AttemptFailed { retry_at: Some(time), .. } = pair[0].fact {
                    let began = pair[1].at;
                    assert!(begins(&pair[1]), "{:?}", pair[1]);
                    assert!(began >= time, "{kind:?} killed at {fatal}: {began} is early");
                    let late = began.duration_since(time.max(taken));
                    assert!(late < SignedDuration::from_millis(1), "{kind:?} {fatal}: {late} late");
                    timers += 1;
                }
            }
            assert!(timers > 0, "the story waits");
        }
    }
}

#[test]
fn nothing_begins_after_a_stop_whoever_is_killed_then() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["branches_run_in_parallel_and_join", "calls_take_turns", WAITS] {
        for kind in Kind::ALL {
            for (number, moment) in (0..1200).step_by(150).enumerate() {
                for fatal in [None, Some(4), Some(9), Some(14)] {
                    if kind == Kind::Sqlite && number % SPARSE != 0 {
                        continue;
                    }
                    let play = Play::begin(kind, Story::named(name), 0, folder.path());
                    stopped(&play, moment, fatal, &format!("{name} {kind:?} {moment} {fatal:?}"));
                }
            }
        }
    }
}

/// Somebody wants the run to stop at a moment of its first life; that life may be killed.
fn stopped(play: &Play, moment: i64, fatal: Option<usize>, about: &str) {
    let last = std::sync::Mutex::new(None);
    let time = play.clock().now() + SignedDuration::from_millis(moment);
    let stop = async {
        play.clock().sleep_until(time).await;
        let wish = StopWish { at: play.clock().now(), by: "nadia".to_owned() };
        let which = StopWhich::Run(RUN.to_owned());
        play.journal.stop(StopOrder { which, wish, limit: 1 }).await.unwrap();
        let events = play.journal.events(RUN, 0).await.unwrap();
        *last.lock().unwrap() = events.last().map(|event| event.seq);
    };
    let report = play.live_beside(fatal, stop).or_else(|| play.live(None)).unwrap();
    let running = report.blocks.iter().find(|block| block.status == BlockStatus::Running);
    assert_eq!(running, None, "{about}: calls in flight have landed");
    if let Some(last) = *last.lock().unwrap() {
        let begun: Vec<Event> =
            play.events().into_iter().filter(|event| event.seq > last && begins(event)).collect();
        assert!(begun.is_empty(), "{about}: {begun:?}");
        let over = play.events().into_iter().find(|it| matches!(it.fact, Fact::RunEnded { .. }));
        if over.is_some_and(|end| end.seq > last) {
            assert_eq!(report.run.stop.as_ref().map(|wish| &*wish.by), Some("nadia"), "{about}");
        }
    }
    owes(play, about);
}

#[test]
fn what_a_person_decided_stands() {
    let folder = tempfile::tempdir().unwrap();
    let mut story = Story::named("person_says_it_failed");
    story.decisions.clear();
    let mut told = Vec::new();
    for kind in Kind::ALL {
        let play = Play::begin(kind, story.clone(), 0, folder.path());
        let parked = play.live(None).unwrap();
        assert_eq!(parked.run.status, RunStatus::Parked);
        let block = parked.blocks.iter().find(|block| block.status == BlockStatus::Parked);
        let block = &block.unwrap().id;
        let mut words = Vec::new();
        for (block, decision) in [
            ("nobody", Decision::Retry),
            (block.as_str(), Decision::Failed),
            (block.as_str(), Decision::Succeeded { output: None }),
        ] {
            let decided = play.decide(block, decision, "person");
            words.push(match decided {
                Ok(event) => format!("{:?}", event.fact),
                Err(refused) => refused.to_string(),
            });
        }
        let report = play.live(None).unwrap();
        words.push(report.run.status.to_string());
        told.push(words);
    }
    assert!(told.iter().all(|words| *words == told[0]), "{told:#?}");
    insta::assert_debug_snapshot!(told[0]);
}

/// The moments at which a story is killed.
fn moments(kind: Kind, whole: &Play, first: usize) -> impl Iterator<Item = usize> {
    let (first, step) = match kind {
        Kind::Sqlite => (1 + first % SPARSE, SPARSE),
        Kind::Memory | Kind::Logged => (1, 1),
    };
    (first..=whole.moments()).step_by(step)
}

/// The story, killed at a moment of its first life.
fn killed(kind: Kind, story: &Story, fatal: usize, folder: &Path) -> Play {
    let play = Play::begin(kind, story.clone(), 0, folder);
    assert!(play.live(Some(fatal)).is_none(), "it was to be killed at {fatal}");
    play
}

/// What holds of every play, however often it was killed.
fn owes(play: &Play, about: &str) {
    let events = play.events();
    let numbers: Vec<u32> = events.iter().map(|event| event.seq).collect();
    let gapless: Vec<u32> = (1..).take(events.len()).collect();
    assert_eq!(numbers, gapless, "{about}: what is kept is kept in order");
    nothing_is_called_twice_under_one_name(play, &events, about);
    a_name_has_one_outcome(play, about);
    what_was_heard_of_first_is_kept_first(play, &events, about);
    if play.kind == Kind::Logged {
        a_replay_goes_the_same_way(play, about);
    }
}

/// Each call that was received has an intent of its own, under the key it came with.
fn nothing_is_called_twice_under_one_name(play: &Play, events: &[Event], about: &str) {
    let mut intents: BTreeMap<String, usize> = BTreeMap::new();
    let mut names = BTreeSet::new();
    for call in events.iter().filter_map(|event| Call::intended(&event.fact)) {
        *intents.entry(call.key.clone()).or_default() += 1;
        assert!(names.insert(call), "{about}: a name is never another call's");
    }
    let mut received: BTreeMap<String, usize> = BTreeMap::new();
    for it in play.stage.services.received() {
        *received.entry(it.key).or_default() += 1;
    }
    for (key, times) in received {
        // Runs that went before this one have keys of their own.
        let Some(intended) = intents.get(&key) else { continue };
        assert!(times <= *intended, "{about}: {key} was received {times} times");
    }
}

/// Whoever asks for a call again under its name is told the same.
fn a_name_has_one_outcome(play: &Play, about: &str) {
    let mut known = BTreeMap::new();
    for asked in play.asked().into_iter().flatten() {
        if let What::Performed(call, performed) = asked.what {
            let first = known.entry(call).or_insert_with(|| performed.clone());
            assert_eq!(*first, performed, "{about}");
        }
    }
}

/// What came of calls is kept in the order in which the run heard of it.
fn what_was_heard_of_first_is_kept_first(play: &Play, events: &[Event], about: &str) {
    for life in play.asked() {
        let mut heard: Vec<String> = Vec::new();
        for asked in &life {
            match &asked.what {
                What::Performed(call, _) => heard.push(call.block.clone()),
                What::Kept(kept) => {
                    let told =
                        |event: &&Event| heard.iter().any(|it| event.fact.block() == Some(it));
                    let outcome = |event: &&Event| outcome(&event.fact);
                    let kept: Vec<&str> = kept
                        .events
                        .iter()
                        .filter(told)
                        .filter(outcome)
                        .filter_map(|event| event.fact.block())
                        .collect();
                    let heard: Vec<String> = std::mem::take(&mut heard);
                    assert_eq!(kept, heard, "{about}");
                }
                What::Begun
                | What::Keep(_)
                | What::Perform(_)
                | What::Sleep(..)
                | What::Awake(_)
                | What::StopWished => {}
            }
        }
    }
    let times: Vec<_> = events.iter().map(|event| event.at).collect();
    assert!(times.is_sorted(), "{about}: time does not go back");
}

/// Whether a fact says first what became of a call.
fn outcome(fact: &Fact) -> bool {
    match fact {
        Fact::AttemptFailed { .. }
        | Fact::AttemptInterrupted { .. }
        | Fact::BlockSucceeded { .. } => true,
        Fact::RunStarted(_)
        | Fact::AttemptStarted { .. }
        | Fact::BlockFailed { .. }
        | Fact::BlockParked { .. }
        | Fact::BlockSkipped { .. }
        | Fact::BlockPassed { .. }
        | Fact::BlockResolved { .. }
        | Fact::RunEnded { .. } => false,
    }
}

/// A life that begins a stretch again keeps the same and hears the same, in the same order and at the same times by its clock, as far
/// as the earlier one came; and it asks for the same calls and timers.
fn a_replay_goes_the_same_way(play: &Play, about: &str) {
    let lives = play.asked();
    let [first, second, ..] = lives.as_slice() else { return };
    let begun = first.iter().rposition(|asked| asked.what == What::Begun).unwrap();
    let asks = |asked: &&Asked| matches!(asked.what, What::Perform(_) | What::Sleep(..));
    let (asked, heard): (Vec<&Asked>, Vec<&Asked>) = first[begun..].iter().partition(asks);
    let (asked_again, heard_again): (Vec<&Asked>, Vec<&Asked>) = second.iter().partition(asks);
    assert!(heard_again.starts_with(&heard), "{about}: {heard:#?} {heard_again:#?}");
    for ask in asked {
        // An answer that is known comes at once, so another call may be asked for earlier than before.
        let same = asked_again.iter().any(|again| again.what == ask.what);
        assert!(same, "{about}: {ask:?} is not asked for again");
    }
}
