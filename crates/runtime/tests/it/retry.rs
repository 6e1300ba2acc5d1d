//! What follows a failed attempt, as a table.

use std::time::Duration;

use jiff::Timestamp;
use relance_runtime::{
    failure::{Failure, Reason},
    retry::{Failed, Next, RetryPolicy, after_interruption, idempotency_key},
};

fn next(failure: &Failure, failures: u32, repeatable: bool) -> Next {
    let at = Timestamp::UNIX_EPOCH;
    RetryPolicy::default().next(&Failed { failure, failures, key: "key", repeatable, at })
}

/// The wait that follows, in milliseconds.
fn wait(failure: &Failure, failures: u32) -> u128 {
    let Next::Retry(time) = next(failure, failures, true) else {
        panic!("{failure:?} after {failures} is not retried")
    };
    time.duration_since(Timestamp::UNIX_EPOCH).unsigned_abs().as_millis()
}

fn reason() -> Reason {
    Reason::new("http-status", "the service answered")
}

#[test]
fn what_follows_depends_on_the_effect_and_on_whether_the_call_may_be_repeated() {
    let retryable = Failure::Retryable(reason(), None);
    let unknown = Failure::Unknown(reason(), None);
    let terminal = Failure::Terminal(reason());
    for repeatable in [true, false] {
        assert!(matches!(next(&retryable, 1, repeatable), Next::Retry(_)));
        assert_eq!(next(&retryable, 5, repeatable), Next::Fail);
        assert_eq!(next(&terminal, 1, repeatable), Next::Fail);
    }
    assert!(matches!(next(&unknown, 1, true), Next::Retry(_)));
    assert_eq!(next(&unknown, 5, true), Next::Fail);
    assert_eq!(next(&unknown, 1, false), Next::Park);
    assert_eq!(next(&unknown, 5, false), Next::Park);
}

#[test]
fn waits_double_and_are_shortened_by_at_most_a_half() {
    let busy = Failure::Retryable(reason(), None);
    let policy = RetryPolicy { attempts: u32::MAX, ..RetryPolicy::default() };
    for failures in 1..40_u32 {
        let at = Timestamp::UNIX_EPOCH;
        let failed = Failed { failure: &busy, failures, key: "key", repeatable: true, at };
        let Next::Retry(time) = policy.next(&failed) else { panic!("not retried") };
        let wait = time.duration_since(at).unsigned_abs();
        let whole = Duration::from_secs(2_u64.saturating_pow(failures - 1).min(300));
        assert!(wait <= whole && wait >= whole / 2, "{wait:?} after {failures} failures");
    }
}

#[test]
fn a_service_may_ask_for_a_longer_wait_of_up_to_a_day() {
    let asks = |seconds| Failure::Retryable(reason(), Some(Duration::from_secs(seconds)));
    assert_eq!(wait(&asks(7), 1), 7_000);
    assert_eq!(wait(&asks(200_000), 1), 86_400_000);
    assert!(wait(&asks(0), 1) >= 500, "a service cannot ask for a shorter wait than ours");
    assert_eq!(wait(&Failure::Unknown(reason(), Some(Duration::from_secs(30))), 2), 30_000);
}

#[test]
fn chance_is_the_same_in_every_process() {
    let busy = Failure::Retryable(reason(), None);
    assert_eq!(wait(&busy, 1), wait(&busy, 1));
}

#[test]
fn a_call_that_was_cut_off_is_repeated_only_if_it_may_be() {
    let at = Timestamp::UNIX_EPOCH;
    assert_eq!(after_interruption(true, at), Next::Retry(at));
    assert_eq!(after_interruption(false, at), Next::Park);
}

#[test]
fn a_key_belongs_to_one_run_block_and_visit() {
    let key = idempotency_key("run", "block", 1);
    assert_eq!(key.len(), 32);
    assert_eq!(key, idempotency_key("run", "block", 1));
    for other in [("run", "block", 2), ("run", "bloc", 1), ("ru", "nblock", 1), ("runb", "lock", 1)]
    {
        assert_ne!(key, idempotency_key(other.0, other.1, other.2), "{other:?}");
    }
    // Keys are promised for ever: this one must never change.
    assert_eq!(key, "e7cee81e92910c86a3ff23c4f5d96fb2");
}
