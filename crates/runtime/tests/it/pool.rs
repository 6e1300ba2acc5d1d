//! Pools in simulated time: in which order they start, how they wait, how they end, and two processes that share a campaign.

use std::{collections::BTreeSet, future::pending, time::Duration};

use futures_util::future::{Either, join, select};
use relance_runtime::{
    driver::{HostLimits, Settings, Why},
    event::{Fact, FailureClass},
    failure::{Failure, Reason},
    journal::Records as _,
    port::Clock as _,
};

use crate::crowd::{Crowd, Fate, Plot, call};

const DAY: Duration = Duration::from_hours(24);

fn answers(millis: u64) -> Plot {
    Box::new(move |_, _| Fate::Answer(millis))
}

fn open() -> Settings {
    Settings { hosts: HostLimits::none(), ..Settings::default() }
}

fn crowd(contacts: usize, plot: Plot) -> Crowd {
    Crowd::new(&[call("a", "vite.example")], &[], contacts, plot)
}

/// Each run is begun once, and each of its calls is made once.
fn each_once(crowd: &Crowd, contacts: usize) {
    let seen = crowd.hosts.seen.lock().unwrap();
    let keys: BTreeSet<&str> = seen.heard.iter().map(|call| call.key.as_str()).collect();
    assert_eq!((seen.heard.len(), keys.len()), (contacts, contacts));
    drop(seen);
    let events = crowd.events.lock().unwrap();
    let started = events.iter().filter(|(_, event)| matches!(event.fact, Fact::RunStarted(_)));
    assert_eq!(started.count(), contacts);
    drop(events);
    let tally = crowd.tally();
    assert_eq!(tally.succeeded as usize, contacts, "{tally:?}");
}

#[test]
fn members_start_in_the_order_of_their_list_and_so_many_at_once() {
    for at_once in [1, 3, 50] {
        let crowd = crowd(40, answers(700));
        let engine = crowd.engine(open());
        let left = crowd.clock.run(crowd.carry_out(&engine, at_once, DAY, pending()));
        assert_eq!(left.unwrap().unwrap().why, Why::Over);
        each_once(&crowd, 40);
        let events = crowd.events.lock().unwrap();
        let order: Vec<&str> = events
            .iter()
            .filter(|(_, event)| matches!(event.fact, Fact::RunStarted(_)))
            .map(|(run, _)| run.as_str())
            .collect();
        let members = crowd.members();
        let list: Vec<&str> =
            members.iter().filter_map(|it| Some(it.run.as_ref()?.id.as_str())).collect();
        assert_eq!(order, list);
        assert_eq!(crowd.hosts.seen.lock().unwrap().most["vite.example"], at_once.min(40));
    }
}

#[test]
fn a_pool_waits_as_long_as_it_may_and_says_for_what() {
    let fails_once: Plot = Box::new(|_, number| {
        let why =
            Failure::Retryable(Reason::new("connect-failed", "none"), Some(Duration::from_mins(2)));
        if number < 5 { Fate::Failure(why) } else { Fate::Answer(10) }
    });
    let crowd = crowd(5, fails_once);
    let engine = crowd.engine(open());
    let before = crowd.clock.elapsed();
    let minute = Duration::from_mins(1);
    let left = crowd.clock.run(crowd.carry_out(&engine, 2, minute, pending())).unwrap().unwrap();
    let Why::Waiting(wake) = left.why else { panic!("{left:?}") };
    assert!(wake > crowd.clock.now());
    assert!(crowd.clock.elapsed().abs_diff(before) <= minute, "it does not wait in vain");
    assert_eq!(crowd.tally().waiting, 5);
    let left =
        crowd.clock.run(crowd.carry_out(&engine, 2, 3 * minute, pending())).unwrap().unwrap();
    assert_eq!(left.why, Why::Over);
    assert_eq!(crowd.tally().succeeded, 5);
}

#[test]
fn a_pool_that_is_halted_lets_come_to_its_end_what_has_begun() {
    let crowd = crowd(100, answers(1000));
    let engine = crowd.engine(open());
    let halt = crowd.clock.sleep(Duration::from_millis(2500));
    let left = crowd.clock.run(crowd.carry_out(&engine, 10, DAY, halt)).unwrap().unwrap();
    assert_eq!(left.why, Why::Halted);
    let tally = crowd.tally();
    assert_eq!((tally.succeeded, tally.pending, tally.running), (30, 70, 0), "{tally:?}");
    crowd.clock.run(crowd.carry_out(&engine, 10, DAY, pending())).unwrap().unwrap();
    each_once(&crowd, 100);
}

#[test]
fn two_processes_share_a_campaign_and_do_nothing_twice() {
    let crowd = crowd(120, answers(300));
    let (one, other) = (crowd.engine(open()), crowd.engine(open()));
    let both =
        join(crowd.carry_out(&one, 7, DAY, pending()), crowd.carry_out(&other, 4, DAY, pending()));
    let (left, right) = crowd.clock.run(both).unwrap();
    for left in [left.unwrap(), right.unwrap()] {
        assert!(left.why == Why::Over && left.troubles.is_empty(), "{left:?}");
    }
    each_once(&crowd, 120);
}

#[test]
fn what_a_dead_process_had_is_taken_over_within_five_seconds() {
    let crowd = crowd(60, answers(400));
    let (one, other) = (crowd.engine(open()), crowd.engine(open()));
    let died = async {
        let killed = crowd.clock.sleep(Duration::from_millis(1100));
        // It is dropped where it stands, with calls in flight and without a word.
        drop(select(Box::pin(crowd.carry_out(&one, 6, DAY, pending())), killed).await);
        crowd.clock.elapsed()
    };
    let (died, left) =
        crowd.clock.run(join(died, crowd.carry_out(&other, 3, DAY, pending()))).unwrap();
    assert_eq!(left.unwrap().why, Why::Over);
    assert_eq!(crowd.tally().succeeded, 60);
    let seen = crowd.hosts.seen.lock().unwrap();
    let keys: BTreeSet<&str> = seen.heard.iter().map(|call| call.key.as_str()).collect();
    assert_eq!(keys.len(), 60);
    let again: Vec<Duration> = seen
        .heard
        .iter()
        .enumerate()
        .filter(|(place, call)| seen.heard[..*place].iter().any(|before| before.key == call.key))
        .map(|(_, call)| call.elapsed)
        .collect();
    assert!(
        (1..=6).contains(&again.len()),
        "only what was in flight is called again, under its key"
    );
    assert!(
        again.iter().all(|at| at.abs_diff(died) <= Duration::from_secs(5)),
        "{died:?} {again:?}"
    );
}

#[test]
fn a_run_that_another_process_took_is_told_and_the_others_go_on() {
    let crowd = crowd(20, answers(1500));
    let (one, other) = (crowd.engine(open()), crowd.engine(open()));
    // The clock leaps: to the other process the first one's lease is over, though it lives.
    let meddle = async {
        crowd.clock.sleep(Duration::from_millis(500)).await;
        crowd.clock.set(crowd.clock.now() + Duration::from_mins(1));
        crowd.carry_out(&other, 20, DAY, pending()).await
    };
    let both = join(crowd.carry_out(&one, 4, DAY, pending()), meddle);
    let (left, right) = crowd.clock.run(both).unwrap();
    let (left, right) = (left.unwrap(), right.unwrap());
    assert!(left.troubles.len() <= 4 && right.troubles.is_empty(), "{left:?} {right:?}");
    assert_eq!(crowd.tally().succeeded, 20);
    for member in crowd.members() {
        let run = member.run.unwrap().id;
        let events = crowd.clock.run(crowd.journal.events(&run, 0)).unwrap().unwrap();
        let done = events.iter().filter(|it| matches!(it.fact, Fact::BlockSucceeded { .. }));
        assert_eq!(done.count(), 1, "{events:?}");
    }
}

#[test]
fn a_call_that_a_port_never_ends_is_given_up() {
    let crowd = crowd(1, Box::new(|_, _| Fate::Silence));
    let engine = crowd.engine(open());
    let before = crowd.clock.elapsed();
    let left = crowd.clock.run(crowd.carry_out(&engine, 1, DAY, pending())).unwrap().unwrap();
    assert_eq!(left.why, Why::Over);
    assert_eq!(crowd.tally().failed, 1);
    let events = crowd.events.lock().unwrap();
    let failures = events.iter().filter_map(|(_, event)| {
        if let Fact::AttemptFailed { failure, reason, .. } = &event.fact {
            return Some((*failure, &*reason.code));
        }
        None
    });
    let failures: Vec<_> = failures.collect();
    let late = (FailureClass::Unknown, "timed-out");
    assert_eq!(failures, [late; 5], "as when a service does not answer in time");
    let waited = crowd.clock.elapsed().abs_diff(before);
    assert!(waited >= Duration::from_secs(50) && waited < Duration::from_mins(2), "{waited:?}");
}

/// Of two that race, the one that waits for nothing wins; so nothing here is given up too early.
#[test]
fn a_call_that_ends_in_time_is_not_given_up() {
    let crowd = crowd(3, answers(9_999));
    let engine = crowd.engine(open());
    let ended = select(Box::pin(crowd.carry_out(&engine, 3, DAY, pending())), pending::<()>());
    assert!(matches!(crowd.clock.run(ended), Some(Either::Left(_))));
    each_once(&crowd, 3);
}
