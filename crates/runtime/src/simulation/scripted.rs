//! Services that answer by a script.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::VirtualClock;
use crate::{
    event::FailureClass,
    failure::{Failure, Reason},
    port::{Ai, AiAnswer, AiRequest, BoxFuture, Clock, Http, HttpAnswer, HttpRequest},
    retry::idempotency_key,
};

/// What services answer, by block: the first answer to the first call, and so on; the last one stays.
pub type Script = BTreeMap<String, Vec<ScriptedAnswer>>;

/// One answer. What is left out is believable.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScriptedAnswer {
    /// An HTTP status, 200 to 299.
    pub status: Option<u16>,
    /// HTTP headers.
    pub headers: BTreeMap<String, String>,
    /// An HTTP body.
    pub body: Value,
    /// An AI's text.
    pub text: Option<String>,
    /// No answer but a failure.
    pub failure: Option<ScriptedFailure>,
}

/// A failure of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedFailure {
    /// What is known of its effect.
    pub class: FailureClass,
    /// Its code.
    #[serde(default = "http_status")]
    pub code: String,
    /// The HTTP status, if there was one.
    #[serde(default)]
    pub status: Option<u16>,
    /// `Retry-After`, in seconds.
    #[serde(default)]
    pub after: Option<u64>,
}

/// A call as a service received it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// The block that made it.
    pub block: String,
    /// Its idempotency key.
    pub key: String,
    /// What was asked.
    pub request: Value,
}

/// The services of one run. Each answer takes a while that is drawn from the seed.
#[derive(Debug)]
pub struct Scripted {
    clock: Arc<VirtualClock>,
    seed: u64,
    blocks: BTreeMap<String, String>,
    script: Script,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    received: Vec<Received>,
    /// How many answers each block was given.
    given: BTreeMap<String, usize>,
}

/// How many visits of a block are known again by their key.
const VISITS: u32 = 8;

impl Scripted {
    /// The services that the blocks of a run meet.
    pub fn new<'a>(
        clock: Arc<VirtualClock>,
        seed: u64,
        run: &str,
        blocks: impl IntoIterator<Item = &'a str>,
        script: Script,
    ) -> Scripted {
        let keys = |block: &'a str| {
            (1..=VISITS).map(move |visit| (idempotency_key(run, block, visit), block.to_owned()))
        };
        let blocks = blocks.into_iter().flat_map(keys).collect();
        Scripted { clock, seed, blocks, script, state: Mutex::default() }
    }

    /// What was received, in order.
    pub fn received(&self) -> Vec<Received> {
        self.state().received.clone()
    }

    /// Goes back to so many answers given to a block: those after them were lost in a crash, and are given again.
    pub fn rewind(&self, block: &str, given: usize) {
        self.state().given.insert(block.to_owned(), given);
    }

    /// Takes a call down, and answers it at once.
    pub fn ask(&self, key: &str, request: Value) -> ScriptedAnswer {
        let block = self.blocks.get(key).cloned().unwrap_or_default();
        let mut state = self.state();
        let given = state.given.entry(block.clone()).or_default();
        let answers = self.script.get(&block).map_or(&[][..], Vec::as_slice);
        let answer = answers.get(*given).or(answers.last()).cloned().unwrap_or_default();
        *given += 1;
        state.received.push(Received { block, key: key.to_owned(), request });
        answer
    }

    /// Lets the time pass that an answer takes: up to half a second.
    async fn take_time(&self, key: &str) {
        let calls = self.state().received.len();
        let hash = blake3::hash(format!("{} {key} {calls}", self.seed).as_bytes());
        let chance =
            hash.as_bytes().iter().take(2).fold(0, |sum, byte| sum * 256 + u64::from(*byte));
        self.clock.sleep(Duration::from_millis(chance % 500)).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Http for Scripted {
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpAnswer, Failure>> {
        Box::pin(async move {
            let answer = self.ask(&request.key, http_request(request));
            self.take_time(&request.key).await;
            answer.http()
        })
    }
}

impl Ai for Scripted {
    fn reply<'a>(&'a self, request: &'a AiRequest) -> BoxFuture<'a, Result<AiAnswer, Failure>> {
        Box::pin(async move {
            let answer = self.ask(&request.key, ai_request(request));
            self.take_time(&request.key).await;
            answer.ai()
        })
    }
}

impl ScriptedAnswer {
    /// As HTTP.
    pub fn http(self) -> Result<HttpAnswer, Failure> {
        match self.failure {
            Some(failure) => Err(failure.into()),
            None => Ok(HttpAnswer {
                status: self.status.unwrap_or(200),
                headers: self.headers.into_iter().collect(),
                body: self.body,
                truncated: false,
            }),
        }
    }

    /// As an AI.
    pub fn ai(self) -> Result<AiAnswer, Failure> {
        match self.failure {
            Some(failure) => Err(failure.into()),
            None => Ok(AiAnswer {
                text: self.text.unwrap_or_else(|| "Bonjour !".to_owned()),
                model: "scripted".to_owned(),
                tokens_in: Some(12),
                tokens_out: Some(3),
                truncated: false,
            }),
        }
    }
}

impl From<ScriptedFailure> for Failure {
    fn from(it: ScriptedFailure) -> Failure {
        let message = match it.status {
            Some(status) => format!("the service answered {status}"),
            None => "the service did not answer".to_owned(),
        };
        let reason = Reason { code: it.code.into(), message, status: it.status };
        let after = it.after.map(Duration::from_secs);
        match it.class {
            FailureClass::Retryable => Failure::Retryable(reason, after),
            FailureClass::Unknown => Failure::Unknown(reason, after),
            FailureClass::Terminal => Failure::Terminal(reason),
        }
    }
}

/// An HTTP request, to be read by people.
pub fn http_request(request: &HttpRequest) -> Value {
    let headers: BTreeMap<&str, &str> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let body = request.body.as_ref().map(|(_, bytes)| String::from_utf8_lossy(bytes));
    json!({ "method": request.method, "url": request.url, "headers": headers, "body": body })
}

/// What an AI was asked, to be read by people.
pub fn ai_request(request: &AiRequest) -> Value {
    json!({ "model": request.model, "system": request.system_prompt, "contact": request.contact })
}

fn http_status() -> String {
    "http-status".to_owned()
}
