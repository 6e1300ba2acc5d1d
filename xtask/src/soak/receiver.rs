//! The service that a campaign calls: a process of its own, which notes under which key each step of each contact came.
//!
//! `POST /STEP/CONTACT` is a step. `POST /wait/CONTACT` asks to be called again in an hour. `GET /report` says what came.

use std::{
    collections::HashMap,
    convert::Infallible,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, header, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

/// The service, ended when this is dropped.
pub(super) struct Receiver {
    process: Child,
    address: String,
}

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
        let program = std::env::current_exe()?;
        let mut process =
            Command::new(program).arg("soak-receiver").stdout(Stdio::piped()).spawn()?;
        let output = process.stdout.take().context("the receiver has no output")?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        Ok(Receiver { process, address: address.trim().to_owned() })
    }

    /// Where it is reached.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// What came so far.
    pub(super) fn came(&self) -> Result<Came> {
        let mut stream = TcpStream::connect(&self.address)?;
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

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
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

/// Serves until it is killed; its address is its first line.
#[expect(clippy::print_stdout, reason = "its parent reads the address")]
pub(crate) fn serve() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let noted = Arc::new(Mutex::new(Noted::default()));
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let noted = Arc::clone(&noted);
            // A client that goes away is no concern of the service.
            tokio::spawn(async move {
                let answer = service_fn(|request| answer(request, Arc::clone(&noted)));
                drop(http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await);
            });
        }
    })
}

async fn answer(
    request: Request<Incoming>,
    noted: Arc<Mutex<Noted>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
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
    Ok(response)
}
