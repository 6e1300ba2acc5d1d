//! What a gate promises, in simulated time.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{
    StreamExt,
    future::{Either, join_all, select},
    stream::FuturesUnordered,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use url::Url;

use super::{Asked, Gates, HostLimit, HostLimits, Place, Turn};
use crate::{
    failure::{Failure, Reason},
    port::{Clock, host_of},
    simulation::VirtualClock,
};

const HOST: &str = "exemple.com:443";

fn clock() -> Arc<VirtualClock> {
    Arc::new(VirtualClock::new(Timestamp::UNIX_EPOCH))
}

fn gates(clock: &Arc<VirtualClock>, at_once: usize, every: Option<Duration>) -> Gates {
    let usual = HostLimit { at_once, every };
    let limits = HostLimits { usual, ..HostLimits::default() };
    Gates::new(limits, Arc::<VirtualClock>::clone(clock))
}

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Gets a place, however long it takes.
async fn enter(gates: &Gates, clock: &VirtualClock) -> Place {
    loop {
        let later = match gates.ask(HOST) {
            Asked::Enter(place) => return place,
            Asked::Wait(wait) => match wait.await {
                Turn::Enter(place) => return place,
                Turn::Later(time) => time,
            },
            Asked::Later(time) => time,
        };
        clock.sleep_until(later).await;
    }
}

fn busy(status: u16, wait: u64) -> Failure {
    let reason = Reason { status: Some(status), ..Reason::new("http-status", "busy") };
    Failure::Retryable(reason, Some(Duration::from_secs(wait)))
}

/// Somebody who calls: comes, calls for a while, or loses patience before.
#[derive(Debug, Clone, Copy)]
struct Caller {
    comes: u64,
    calls: u64,
    patience: Option<u64>,
}

fn caller() -> impl Strategy<Value = Caller> {
    let patience = prop::option::weighted(0.2, 0..800_u64);
    (0..1500_u64, 0..300_u64, patience).prop_map(|(comes, calls, patience)| Caller {
        comes,
        calls,
        patience,
    })
}

/// What was seen of the callers.
#[derive(Debug, Default)]
struct Seen {
    asked: Vec<usize>,
    entered: Vec<(usize, Duration)>,
    in_flight: usize,
    most: usize,
    left: usize,
}

async fn call(
    number: usize,
    caller: Caller,
    gates: &Gates,
    clock: &VirtualClock,
    seen: &Mutex<Seen>,
) {
    clock.sleep(millis(caller.comes)).await;
    seen.lock().unwrap().asked.push(number);
    let entering = async {
        match gates.ask(HOST) {
            Asked::Enter(place) => place,
            Asked::Wait(wait) => match wait.await {
                Turn::Enter(place) => place,
                Turn::Later(_) => panic!("nobody shut it"),
            },
            Asked::Later(_) => panic!("there was room"),
        }
    };
    let patience = clock.sleep(caller.patience.map_or(Duration::MAX, millis));
    let Either::Left((place, _)) = select(Box::pin(entering), patience).await else { return };
    {
        let mut seen = seen.lock().unwrap();
        seen.entered.push((number, clock.elapsed()));
        seen.in_flight += 1;
        seen.most = seen.most.max(seen.in_flight);
    }
    clock.sleep(millis(caller.calls)).await;
    seen.lock().unwrap().in_flight -= 1;
    drop(place);
    seen.lock().unwrap().left += 1;
}

proptest! {
    #[test]
    fn never_too_many_in_order_and_nobody_is_lost(
        callers in prop::collection::vec(caller(), 1..60),
        at_once in 1_usize..5,
        every in prop::option::of(1_u64..90),
    ) {
        let clock = clock();
        let gates = gates(&clock, at_once, every.map(millis));
        let seen = Mutex::new(Seen::default());
        let numbered = callers.iter().copied().enumerate();
        let all: FuturesUnordered<_> = numbered.map(|(number, it)| call(number, it, &gates, &clock, &seen)).collect();
        clock.run(all.collect::<Vec<()>>()).expect("somebody waits for ever");

        let Seen { asked, entered, most, left, .. } = seen.into_inner().unwrap();
        prop_assert!(most <= at_once, "{most} at once");
        prop_assert_eq!(left, entered.len(), "whoever got in got out");
        let patient = callers.iter().filter(|it| it.patience.is_none()).count();
        prop_assert!(left >= patient, "{left} of {patient} got in");
        let place = |number: usize| asked.iter().position(|it| *it == number);
        let order: Vec<_> = entered.iter().map(|(number, _)| place(*number)).collect();
        prop_assert!(order.is_sorted(), "they came as {asked:?} and entered as {entered:?}");
        if let Some(every) = every {
            for pair in entered.windows(2) {
                prop_assert!(pair[1].1.abs_diff(pair[0].1) >= millis(every), "{pair:?}");
            }
        }
        prop_assert_eq!(gates.of(HOST).places.available_permits(), at_once);
        prop_assert_eq!(gates.of(HOST).state().waiting, 0);
    }
}

#[test]
fn a_host_that_never_answers_holds_up_nobody_else() {
    let clock = clock();
    let gates = gates(&clock, 2, None);
    let never = || async {
        let Asked::Enter(place) = gates.ask("slow.example:443") else {
            return std::future::pending().await;
        };
        let _held = place;
        std::future::pending::<()>().await;
    };
    let quick = async {
        for _ in 0..200 {
            drop(enter(&gates, &clock).await);
        }
    };
    let stuck = join_all((0..50).map(|_| never()));
    let ended = clock.run(select(Box::pin(quick), Box::pin(stuck)));
    assert!(matches!(ended, Some(Either::Left(_))));
}

#[test]
fn a_busy_host_is_left_alone_for_as_long_as_it_asks() {
    let clock = clock();
    let gates = gates(&clock, 1, None);
    let hour = Duration::from_hours(1);
    for (failure, until) in [
        (busy(429, 30), Some(30)),
        (busy(503, 7), Some(7)),
        (busy(429, 86_400), Some(3600)),
        (busy(425, 30), None),
        (Failure::Retryable(Reason::new("connect-failed", "none"), None), None),
        (Failure::Unknown(Reason::new("http-status", "lost"), Some(hour)), None),
    ] {
        let place = clock.run(enter(&gates, &clock)).unwrap();
        // One is in line already, and hears of it too.
        let Asked::Wait(in_line) = gates.ask(HOST) else { panic!("it is full") };
        place.heard(&failure, hour);
        drop(place);
        let later = until.map(|until| clock.now() + SignedDuration::from_secs(until));
        let heard = match clock.run(in_line).unwrap() {
            Turn::Enter(_) => None,
            Turn::Later(time) => Some(time),
        };
        assert_eq!(heard, later, "{failure:?}");
        if let Some(later) = later {
            assert!(matches!(gates.ask(HOST), Asked::Later(time) if time == later));
            assert!(matches!(gates.ask("other.example:443"), Asked::Enter(_)));
            clock.run(clock.sleep_until(later)).unwrap();
        }
        assert!(matches!(gates.ask(HOST), Asked::Enter(_)));
    }
}

#[test]
fn setting_the_clock_neither_opens_nor_shuts_a_gate() {
    let clock = clock();
    let gates = gates(&clock, 1, Some(millis(100)));
    for jump in [-86_400, 86_400] {
        let place = clock.run(enter(&gates, &clock)).unwrap();
        place.heard(&busy(429, 30), Duration::from_hours(1));
        drop(place);
        let before = clock.elapsed();
        clock.set(clock.now() + SignedDuration::from_secs(jump));
        drop(clock.run(enter(&gates, &clock)).unwrap());
        let waited = clock.elapsed().abs_diff(before);
        assert!((30..31).contains(&waited.as_secs()), "{waited:?} after a jump of {jump} s");
    }
}

#[test]
fn whom_there_is_no_room_for_comes_back_in_turn_and_soon() {
    let clock = clock();
    let usual = HostLimit { at_once: 1, every: None };
    let limits = HostLimits { usual, most_waiting: 3, ..HostLimits::default() };
    let gates = Gates::new(limits, Arc::<VirtualClock>::clone(&clock));
    let place = clock.run(enter(&gates, &clock)).unwrap();
    let in_line: Vec<Asked> = (0..3).map(|_| gates.ask(HOST)).collect();
    assert!(in_line.iter().all(|it| matches!(it, Asked::Wait(_))));
    clock.run(clock.sleep(millis(10))).unwrap();
    let back: Vec<Timestamp> = (0..500)
        .map(|_| match gates.ask(HOST) {
            Asked::Later(time) => time,
            Asked::Enter(_) | Asked::Wait(_) => panic!("there is room"),
        })
        .collect();
    assert!(back.is_sorted());
    assert!(back[0] > clock.now() && back[499] <= clock.now() + SignedDuration::from_mins(5));
    drop(in_line);
    drop(place);
    assert!(matches!(gates.ask(HOST), Asked::Enter(_)), "nobody is in line any more");
}

#[test]
fn a_gate_belongs_to_a_host_and_a_port_and_limits_to_either() {
    let gate = |url: &str| host_of(&Url::parse(url).unwrap());
    assert_eq!(gate("https://API.exemple.com/a?b"), "api.exemple.com:443");
    assert_eq!(gate("https://api.exemple.com.:8443"), "api.exemple.com:8443");
    assert_eq!(gate("http://[::1]/"), "[::1]:80");
    let limit = |at_once| HostLimit { at_once, every: None };
    let of = [("api.exemple.com", 3), ("api.exemple.com:8443", 4), ("[::1]", 5)];
    let of = of.map(|(host, at_once)| (host.to_owned(), limit(at_once))).into();
    let limits = HostLimits { usual: limit(2), of, ..HostLimits::default() };
    let at_once = |host: &str| limits.of(host).at_once;
    assert_eq!(at_once("api.exemple.com:443"), 3);
    assert_eq!(at_once("api.exemple.com:8443"), 4);
    assert_eq!(at_once("[::1]:80"), 5);
    assert_eq!(at_once("exemple.com:443"), 2);
}
