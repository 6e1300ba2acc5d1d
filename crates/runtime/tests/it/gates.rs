//! Hosts before which runs stand in line: in simulated time, with nothing timed.

use std::{collections::BTreeSet, future::pending, time::Duration};

use relance_runtime::{
    driver::{HostLimit, HostLimits, Settings, Why},
    event::Fact,
    port::Clock as _,
    run::RunStatus,
};

use crate::crowd::{CAMPAIGN, Crowd, Fate, Plot, call, fork};

const DAY: Duration = Duration::from_hours(24);

fn limited(at_once: usize, every: Option<u64>) -> Settings {
    let usual = HostLimit { at_once, every: every.map(Duration::from_millis) };
    Settings { hosts: HostLimits { usual, ..HostLimits::default() }, ..Settings::default() }
}

/// One host never answers, the other soon.
fn one_hangs() -> Plot {
    Box::new(|host, _| if host == "lent.example" { Fate::Silence } else { Fate::Answer(50) })
}

#[test]
fn a_host_that_hangs_holds_up_no_run_of_another() {
    // The list is far longer than there are seats, and than those who may stand in line.
    for (contacts, most_waiting) in [(200, 500), (400, 20)] {
        let (nodes, edges) = fork("lent.example", "vite.example");
        let crowd = Crowd::new(&nodes, &edges, contacts, one_hangs());
        let hosts = HostLimits { most_waiting, ..HostLimits::default() };
        let engine = crowd.engine(Settings { hosts, ..Settings::default() });
        let left = crowd.clock.run(crowd.carry_out(&engine, 50, DAY, pending())).unwrap().unwrap();
        assert!(matches!(left.why, Why::Over) && left.troubles.is_empty(), "{left:?}");

        let ends = crowd.ends();
        let events = crowd.events.lock().unwrap();
        let slow: BTreeSet<&str> = events
            .iter()
            .filter(|(_, event)| {
                let called = matches!(event.fact, Fact::AttemptStarted { .. });
                called && event.fact.block() == Some("un")
            })
            .map(|(run, _)| run.as_str())
            .collect();
        let first =
            events.iter().position(|(_, event)| matches!(event.fact, Fact::AttemptFailed { .. }));
        let quick: Vec<usize> = ends
            .iter()
            .filter(|(run, _)| !slow.contains(run.as_str()))
            .map(|(_, place)| *place)
            .collect();
        assert_eq!((slow.len(), quick.len()), (contacts / 2, contacts / 2));
        let first = first.expect("calls that hang are given up");
        assert!(
            quick.iter().all(|place| *place < first),
            "all runs of the quick host end while the first call of the slow one is still waited for"
        );
        drop(events);
        let tally = crowd.tally();
        assert_eq!(tally.succeeded as usize, contacts / 2, "{tally:?}");
        assert_eq!(tally.failed as usize, contacts / 2, "five attempts were in vain: {tally:?}");
        let seen = crowd.hosts.seen.lock().unwrap();
        assert!(seen.most.values().all(|most| *most <= 16), "{:?}", seen.most);
    }
}

#[test]
fn a_host_is_called_so_often_in_a_second_and_no_more() {
    let crowd = Crowd::new(&[call("a", "vite.example")], &[], 60, Box::new(|_, _| Fate::Answer(5)));
    let engine = crowd.engine(limited(16, Some(100)));
    crowd.clock.run(crowd.carry_out(&engine, 50, DAY, pending())).unwrap().unwrap();
    assert_eq!(crowd.tally().succeeded, 60);
    let seen = crowd.hosts.seen.lock().unwrap();
    let times: Vec<Duration> = seen.heard.iter().map(|call| call.elapsed).collect();
    for pair in times.windows(2) {
        assert!(pair[1].abs_diff(pair[0]) >= Duration::from_millis(100), "{pair:?}");
    }
    assert!(times[59].abs_diff(times[0]) < Duration::from_secs(7), "and no less: {:?}", times[59]);
}

#[test]
fn a_host_that_says_wait_is_left_alone_by_all_runs() {
    // The third call, and no other, is told to come back in an hour.
    let plot: Plot =
        Box::new(|_, number| if number == 2 { Fate::busy(429, 3600) } else { Fate::Answer(1000) });
    let crowd = Crowd::new(&[call("a", "vite.example")], &[], 40, plot);
    let engine = crowd.engine(limited(4, None));
    let before = crowd.clock.elapsed();
    crowd.clock.run(crowd.carry_out(&engine, 10, DAY, pending())).unwrap().unwrap();
    assert_eq!(crowd.tally().succeeded, 40);
    let seen = crowd.hosts.seen.lock().unwrap();
    let hour = before + Duration::from_hours(1);
    let soon = seen.heard.iter().filter(|call| call.elapsed < hour).count();
    assert!((3..=4).contains(&soon), "{soon} called, and not only those in flight already");
}

#[test]
fn runs_that_a_host_puts_off_cost_no_memory_and_wait_in_the_journal() {
    let plot: Plot =
        Box::new(|_, number| if number == 0 { Fate::busy(503, 3600) } else { Fate::Answer(10) });
    let crowd = Crowd::new(&[call("a", "vite.example")], &[], 30, plot);
    let engine = crowd.engine(limited(1, None));
    let left =
        crowd.clock.run(crowd.carry_out(&engine, 10, Duration::ZERO, pending())).unwrap().unwrap();
    let Why::Waiting(wake) = left.why else { panic!("{left:?}") };
    assert!(wake.duration_since(crowd.clock.now()).as_secs() > 3000);
    assert_eq!(crowd.tally().waiting, 30);
    assert_eq!(crowd.hosts.seen.lock().unwrap().heard.len(), 1);
    // Another process, which has heard nothing of it, is not held back by a gate of its own.
    let other = crowd.engine(limited(1, None));
    crowd.clock.run(crowd.carry_out(&other, 10, DAY, pending())).unwrap().unwrap();
    assert_eq!(crowd.tally().succeeded, 30);
}

#[test]
fn whoever_stands_in_line_is_put_down_when_the_pool_halts() {
    let crowd =
        Crowd::new(&[call("a", "vite.example")], &[], 100, Box::new(|_, _| Fate::Answer(2000)));
    let engine = crowd.engine(limited(2, None));
    let halt = crowd.clock.sleep(Duration::from_secs(5));
    let left = crowd.clock.run(crowd.carry_out(&engine, 50, DAY, halt)).unwrap().unwrap();
    assert_eq!(left.why, Why::Halted);
    let tally = crowd.tally();
    assert_eq!((tally.running, tally.failed), (0, 0), "{tally:?}");
    assert!(tally.succeeded <= 6 && tally.waiting > 40, "{tally:?}");
    assert_eq!(
        crowd.hosts.seen.lock().unwrap().heard.len(),
        tally.succeeded as usize,
        "no call was cut off"
    );
    let again = crowd.engine(limited(2, None));
    crowd.clock.run(crowd.carry_out(&again, 50, DAY, pending())).unwrap().unwrap();
    assert_eq!(crowd.tally().succeeded, 100);
    let keys: BTreeSet<String> =
        crowd.hosts.seen.lock().unwrap().heard.iter().map(|call| call.key.clone()).collect();
    assert_eq!(keys.len(), 100);
    assert_eq!(crowd.hosts.seen.lock().unwrap().heard.len(), 100, "nothing is called twice");
}

#[test]
fn a_wish_to_stop_prevents_calls_that_stand_in_line() {
    use relance_runtime::{
        journal::{Journal as _, StopOrder, StopWhich},
        run::StopWish,
    };
    let crowd =
        Crowd::new(&[call("a", "vite.example")], &[], 50, Box::new(|_, _| Fate::Answer(4000)));
    let engine = crowd.engine(limited(2, None));
    let stop = async {
        crowd.clock.sleep(Duration::from_secs(1)).await;
        let wish = StopWish { at: crowd.clock.now(), by: "nadia".to_owned() };
        let which = StopWhich::Campaign(CAMPAIGN.to_owned());
        crowd.journal.stop(StopOrder { which, wish, limit: 1000 }).await.unwrap();
    };
    let both = futures_util::future::join(crowd.carry_out(&engine, 50, DAY, pending()), stop);
    let (left, ()) = crowd.clock.run(both).unwrap();
    left.unwrap();
    assert_eq!(crowd.hosts.seen.lock().unwrap().heard.len(), 2, "nobody called after the stop");
    let tally = crowd.tally();
    assert_eq!((tally.running, tally.waiting), (0, 0), "{tally:?}");
    for member in crowd.members() {
        let status = member.run.map(|run| run.status);
        assert!(
            matches!(status, None | Some(RunStatus::Stopped | RunStatus::Succeeded)),
            "{status:?}"
        );
    }
}
