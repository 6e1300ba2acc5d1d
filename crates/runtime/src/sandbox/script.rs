//! Answers written beforehand.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

/// What a service answers, call after call.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// Only calls to this host; any, when absent.
    pub host: Option<String>,
    /// Only calls to this path; any, when absent.
    pub path: Option<String>,
    /// Only calls with this method; any, when absent.
    pub method: Option<String>,
    /// The answers, in order. The last one stays.
    pub answers: Vec<ScriptedAnswer>,
}

/// One answer.
#[derive(Debug, Clone)]
pub enum ScriptedAnswer {
    /// A response.
    Reply {
        /// Its status.
        status: u16,
        /// Its headers.
        headers: Vec<(String, String)>,
        /// Its body.
        body: String,
        /// How long it takes.
        delay: Duration,
    },
    /// The connection ends without a response, after that time.
    HangUp(Duration),
}

impl ScriptedAnswer {
    /// A status without headers or delay.
    pub fn status(status: u16, body: impl Into<String>) -> ScriptedAnswer {
        let (headers, delay) = (Vec::new(), Duration::ZERO);
        ScriptedAnswer::Reply { status, headers, body: body.into(), delay }
    }
}

/// A script, and how far it is.
pub(super) struct Playing {
    script: Script,
    played: AtomicUsize,
}

impl Playing {
    pub(super) fn new(script: Script) -> Playing {
        Playing { script, played: AtomicUsize::new(0) }
    }

    /// The next answer, if the call is one of the script's.
    pub(super) fn next(&self, method: &str, host: &str, path: &str) -> Option<&ScriptedAnswer> {
        let wanted =
            [(&self.script.method, method), (&self.script.host, host), (&self.script.path, path)];
        if wanted.into_iter().any(|(want, is)| want.as_deref().is_some_and(|want| want != is)) {
            return None;
        }
        let place = self.played.fetch_add(1, Ordering::Relaxed);
        self.script.answers.get(place).or_else(|| self.script.answers.last())
    }
}
