//! What a run costs by itself: the processor's time of both sides when every call is answered at once, in this process.

use std::{fs, future::ready, sync::Arc};

use anyhow::{Context as _, Result};
use futures_util::StreamExt as _;
use relance_runtime::{
    failure::Failure,
    journal::SqliteJournal,
    port::{BoxFuture, Http, HttpAnswer, HttpRequest},
};
use serde_json::json;

use super::{floor::Floor, middle, ours::Ours, sorted};

/// How many runs are carried out at once: enough for commits to be shared.
const AT_ONCE: usize = 50;

/// How many parts the runs are measured in; the two sides take turns.
const PARTS: usize = 8;

/// Answers at once.
#[derive(Debug)]
struct Instant;

impl Http for Instant {
    fn send<'a>(&'a self, _: &'a HttpRequest) -> BoxFuture<'a, Result<HttpAnswer, Failure>> {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let body = json!({ "ok": true });
        Box::pin(ready(Ok(HttpAnswer { status: 200, headers, body, truncated: false })))
    }
}

/// Milliseconds of the processor for one run: ours, and the floor's.
pub(super) fn measure(runs: usize) -> Result<[f64; 2]> {
    let folder = tempfile::tempdir().context("no folder for the databases")?;
    let journal = |name: &str| SqliteJournal::open(folder.path().join(name)).map(Arc::new);
    let url = "http://127.0.0.1:8080/hook";
    let ours = Ours::new(journal("ours.db")?, Arc::new(Instant), url)?;
    let floor = Floor::new(journal("floor.db")?, Arc::new(Instant), url, ours.document());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let part = (runs / PARTS).max(1);
    let (mut own, mut other) = (Vec::new(), Vec::new());
    for turn in 0..=PARTS {
        let costs = [
            runtime.block_on(cost(part, || ours.run()))?,
            runtime.block_on(cost(part, || floor.run()))?,
        ];
        // The first turn warms both sides up.
        if turn > 0 {
            own.push(costs[0]);
            other.push(costs[1]);
        }
    }
    Ok([middle(&sorted(own)), middle(&sorted(other))])
}

async fn cost<F: Future<Output = Result<()>>>(runs: usize, run: impl Fn() -> F) -> Result<f64> {
    let before = processor_millis()?;
    let mut all = futures_util::stream::iter(0..runs).map(|_| run()).buffer_unordered(AT_ONCE);
    while let Some(done) = all.next().await {
        done?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a mean is not exact")]
    Ok((processor_millis()? - before) / runs as f64)
}

/// The time that this process has had of all processors, its threads included.
fn processor_millis() -> Result<f64> {
    let mut nanos = 0.0;
    for thread in fs::read_dir("/proc/self/task").context("no /proc here")? {
        // A thread may end meanwhile; ours do not.
        let Ok(text) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        let first = text.split(' ').next().and_then(|it| it.parse::<f64>().ok());
        nanos += first.context("no time in schedstat")?;
    }
    Ok(nanos / 1e6)
}
