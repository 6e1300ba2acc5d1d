//! The service that a campaign calls: a process of its own, which notes under which key each step of each contact came.
//!
//! `POST /STEP/CONTACT` is a step. `POST /wait/CONTACT` asks to be called again in an hour. `GET /report` says what came.

use std::{
    collections::HashMap,
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, header};
use serde_json::Value;

use crate::own_server::{self, OwnServer};

/// The service, ended when this is dropped.
pub(super) struct Receiver(OwnServer);

/// What came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Came {
    /// Requests.
    pub(super) requests: u64,
    /// Different steps of different contacts.
    pub(super) steps: u64,
    /// Steps that came again under their own key.
    pub(super) repeated: u64,
    /// Steps that came again under another key, or without one.
    pub(super) another_key: u64,
}

impl Receiver {
    /// Starts this program once more, as the service.
    pub(super) fn start() -> Result<Receiver> {
        OwnServer::start("soak-receiver").map(Receiver)
    }

    /// Where it is reached.
    pub(super) fn address(&self) -> &str {
        self.0.address()
    }

    /// What came so far.
    pub(super) fn came(&self) -> Result<Came> {
        let mut stream = TcpStream::connect(self.address())?;
        stream.write_all(b"GET /report HTTP/1.1\r\nhost: receiver\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let body = answer.split("\r\n\r\n").nth(1).context("the receiver gave no report")?;
        let report: Value = serde_json::from_str(body)?;
        let number = |name: &str| report.get(name).and_then(Value::as_u64).context("no number");
        Ok(Came {
            requests: number("requests")?,
            steps: number("steps")?,
            repeated: number("repeated")?,
            another_key: number("another_key")?,
        })
    }
}

/// Which key each step of each contact came under first, and what came after it.
#[derive(Default)]
struct Noted {
    keys: HashMap<String, String>,
    requests: u64,
    repeated: u64,
    another_key: u64,
}

impl Noted {
    fn note(&mut self, step: &str, key: &str) {
        self.requests += 1;
        match self.keys.get(step) {
            None if !key.is_empty() => {
                self.keys.insert(step.to_owned(), key.to_owned());
            }
            Some(known) if known == key => self.repeated += 1,
            None | Some(_) => self.another_key += 1,
        }
    }

    fn report(&self) -> String {
        let Noted { keys, requests, repeated, another_key } = self;
        let steps = keys.len();
        serde_json::json!({ "requests": requests, "steps": steps, "repeated": repeated, "another_key": another_key })
            .to_string()
    }
}

/// Serves until it is killed.
pub(crate) fn serve() -> Result<()> {
    let noted = Arc::new(Mutex::new(Noted::default()));
    own_server::serve(move |request| answer(request, Arc::clone(&noted)))
}

async fn answer(request: Request<Incoming>, noted: Arc<Mutex<Noted>>) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    let key = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok());
    let key = key.unwrap_or_default().to_owned();
    drop(request.into_body().collect().await);
    let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
    let body = if path == "/report" {
        noted.report()
    } else {
        noted.note(&path, &key);
        "{\"ok\":true}".to_owned()
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    if path.starts_with("/wait/") {
        headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("3600"));
        *response.status_mut() = hyper::StatusCode::SERVICE_UNAVAILABLE;
    }
    response
}
