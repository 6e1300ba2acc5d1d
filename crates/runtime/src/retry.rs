//! What follows a failed attempt: the only place that decides it.
//!
//! Three questions settle it. Did it take effect? The port said so ([`Failure`]). May the call be repeated when nobody knows?
//! The step says so ([`is_repeatable`]), or the operator ([`OnUnknown`]). Are there attempts left? The policy says so.

use std::time::Duration;

use jiff::Timestamp;
use relance_validator::plan::{Effect, Method, Step};

use crate::failure::Failure;

/// How often, and how soon, a call is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first included. Attempts that a crash cut off do not count.
    pub attempts: u32,
    /// The wait after the first failure; it doubles with each further one.
    pub base: Duration,
    /// The longest wait of our own choosing.
    pub longest: Duration,
    /// The longest wait that a service may ask for with `Retry-After`.
    pub longest_asked: Duration,
}

impl Default for RetryPolicy {
    fn default() -> RetryPolicy {
        RetryPolicy {
            attempts: 5,
            base: Duration::from_secs(1),
            longest: Duration::from_mins(5),
            longest_asked: Duration::from_hours(24),
        }
    }
}

/// What is done with a call that may have taken effect and must not be repeated in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnUnknown {
    /// It is parked: a person decides.
    #[default]
    Park,
    /// It is repeated with the same key: the operator trusts the services to know it again.
    Retry,
}

/// What follows a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another attempt, not before that time.
    Retry(Timestamp),
    /// A person decides.
    Park,
    /// The block fails.
    Fail,
}

/// The failed attempt that is judged.
#[derive(Debug, Clone, Copy)]
pub struct Failed<'a> {
    /// What the port said.
    pub failure: &'a Failure,
    /// How many attempts of this visit have failed, this one included.
    pub failures: u32,
    /// The call's idempotency key: chance comes from it.
    pub key: &'a str,
    /// Whether the call may be repeated when its outcome is unknown.
    pub repeatable: bool,
    /// When it failed.
    pub at: Timestamp,
}

impl RetryPolicy {
    /// What follows a failed attempt.
    pub fn next(&self, failed: &Failed<'_>) -> Next {
        let asked = match failed.failure {
            Failure::Terminal(_) => return Next::Fail,
            Failure::Unknown(..) if !failed.repeatable => return Next::Park,
            Failure::Retryable(_, asked) | Failure::Unknown(_, asked) => *asked,
        };
        if failed.failures >= self.attempts {
            return Next::Fail;
        }
        let own = self.wait(failed.failures, failed.key);
        let asked = asked.unwrap_or_default().min(self.longest_asked);
        Next::Retry(later(failed.at, own.max(asked)))
    }

    /// The wait after so many failures: doubled each time, then shortened by up to a half, by chance drawn from the key, so
    /// that many runs do not come back at once.
    fn wait(&self, failures: u32, key: &str) -> Duration {
        let doubled = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
        let whole = self.base.saturating_mul(doubled).min(self.longest);
        let hash = blake3::hash(format!("{key} {failures}").as_bytes());
        let chance =
            hash.as_bytes().iter().take(2).fold(0, |sum, byte| sum * 256 + u32::from(*byte));
        whole.saturating_sub(whole / 2 * chance / 0xFFFF)
    }
}

/// What follows an attempt that a crash cut off: nobody knows whether it took effect.
pub fn after_interruption(repeatable: bool, at: Timestamp) -> Next {
    if repeatable { Next::Retry(at) } else { Next::Park }
}

/// Whether a step's call may be made again although an earlier one may have taken effect.
pub fn is_repeatable(step: &Step, on_unknown: OnUnknown) -> bool {
    match &step.effect {
        Effect::HttpRequest(call) => match call.method {
            Method::Get | Method::Put | Method::Delete => true,
            Method::Post => on_unknown == OnUnknown::Retry,
        },
        Effect::AiReply(_)
        | Effect::CrmUpsert(_)
        | Effect::CreateTask(_)
        | Effect::TagContact(_)
        | Effect::Foreign(_) => true,
    }
}

/// The idempotency key of a visit: the same on every attempt, in every process, for ever.
pub fn idempotency_key(run: &str, block: &str, visit: u32) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("relance idempotency key 1");
    for part in [run, block] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    hasher.update(&visit.to_le_bytes());
    hasher.finalize().to_hex().chars().take(32).collect()
}

fn later(at: Timestamp, wait: Duration) -> Timestamp {
    at.checked_add(wait).unwrap_or(Timestamp::MAX)
}
