//! Why a step did not happen. A port says what it knows; `retry` alone decides what follows.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Why an attempt at an outside call did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// Nothing happened at the other end, and trying again may help: no connection, a busy service (425, 429, 503).
    #[error("{}", .0.message)]
    Retryable(Reason, Option<Duration>),
    /// The request left, and whether it took effect is not known: a lost answer, 408, 500, 502, 504. Only a safe or keyed
    /// call may be repeated.
    #[error("{}", .0.message)]
    Unknown(Reason, Option<Duration>),
    /// Trying again cannot help: a refused address, a rejected body.
    #[error("{}", .0.message)]
    Terminal(Reason),
}

impl Failure {
    /// What went wrong.
    pub fn reason(&self) -> &Reason {
        match self {
            Failure::Retryable(reason, _)
            | Failure::Unknown(reason, _)
            | Failure::Terminal(reason) => reason,
        }
    }
}

/// What went wrong, in a form that is journaled and that later blocks may read as `{{ blocks.<id>.error.… }}`. Free of secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A stable name in kebab-case: `http-status`, `connect-failed`, `address-refused`.
    pub code: std::borrow::Cow<'static, str>,
    /// One sentence.
    pub message: String,
    /// The HTTP status, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

impl Reason {
    /// A reason without a status.
    pub fn new(code: &'static str, message: impl Into<String>) -> Reason {
        Reason { code: code.into(), message: message.into(), status: None }
    }

    /// The reason of a call that was in flight when its process ended.
    pub(crate) fn interrupted() -> Reason {
        let message = "the process ended before the answer came: the call may have taken effect";
        Reason::new("interrupted", message)
    }
}
