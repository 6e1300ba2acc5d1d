//! The world outside, as traits: time, HTTP and AI. What happens on the other side of them is never assumed.

mod ai;
mod clock;
mod guard;
mod http;
mod wire;

use std::{fmt, future::Future, pin::Pin, time::Duration};

use jiff::Timestamp;
use url::Url;

use crate::failure::Failure;

pub use ai::{AiSettings, ConnectedAi, NoAi};
pub use clock::SystemClock;
pub use guard::{Names, SystemNames};
pub use http::GuardedHttp;
pub(crate) use http::is_credential;
pub use wire::{Egress, Roots, WireError};

/// A boxed future, so that ports can be trait objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Time: the one that people and other processes know, which may be set, and the one that only passes.
pub trait Clock: Send + Sync {
    /// The time it is. It may be set, back as well as forward.
    fn now(&self) -> Timestamp;
    /// How long some moment of this process is ago. It never goes back, and nobody can set it.
    fn elapsed(&self) -> Duration;
    /// Waits until it is that time.
    fn sleep_until(&self, time: Timestamp) -> BoxFuture<'_, ()>;
    /// Waits for so long, whatever the time is set to meanwhile.
    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()>;
}

/// One HTTP request, complete: secrets stand in it, so it is made as it is sent, never stored, and shown without them.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// The whole URL.
    pub url: String,
    /// The author's headers; `Idempotency-Key` and `Content-Type` are added where the author gave none.
    pub headers: Vec<(String, String)>,
    /// The body, with its media type.
    pub body: Option<(String, Vec<u8>)>,
    /// Total time for this attempt.
    pub timeout: Duration,
    /// Sent as `Idempotency-Key` unless the author's headers have one.
    pub key: String,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = Url::parse(&self.url).ok();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("host", &host.as_ref().and_then(Url::host_str))
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// A 2xx answer.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpAnswer {
    /// 200 to 299.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its JSON value when it says that it is JSON and is, else its text.
    pub body: serde_json::Value,
    /// Cut at the cap.
    pub truncated: bool,
}

/// HTTP.
pub trait Http: Send + Sync {
    /// Sends once. Never retries, never follows a redirect.
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpAnswer, Failure>>;
}

/// What an AI is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct AiRequest {
    /// The model, if the block names one.
    pub model: Option<String>,
    /// The frame.
    pub system_prompt: Option<String>,
    /// The contact, as JSON data for a user message.
    pub contact: serde_json::Value,
    /// 0.0 to 1.0.
    pub temperature: f64,
    /// 1 to 2000.
    pub max_output_tokens: u32,
    /// Sent as `Idempotency-Key`.
    pub key: String,
}

/// What an AI answered.
#[derive(Debug, Clone, PartialEq)]
pub struct AiAnswer {
    /// The text.
    pub text: String,
    /// The model that wrote it.
    pub model: String,
    /// Tokens read, when the provider says.
    pub tokens_in: Option<u32>,
    /// Tokens written, when the provider says.
    pub tokens_out: Option<u32>,
    /// Stopped at the limit.
    pub truncated: bool,
}

/// AI.
pub trait Ai: Send + Sync {
    /// Asks once. Never retries.
    fn reply<'a>(&'a self, request: &'a AiRequest) -> BoxFuture<'a, Result<AiAnswer, Failure>>;
    /// Total time for one question.
    fn timeout(&self) -> Duration {
        Duration::from_mins(1)
    }
    /// The host that is asked, with its port (`api.exemple.com:443`), if it is one.
    fn host(&self) -> Option<String> {
        None
    }
}

/// The host that a URL calls, with its port: `api.exemple.com:443`.
pub(crate) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_suffix('.').unwrap_or(host);
    format!("{host}:{}", url.port_or_known_default().unwrap_or_default())
}
