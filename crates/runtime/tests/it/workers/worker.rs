//! A process that carries out whatever nobody carries out, until there is nothing left.

use std::{env, sync::Arc, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use relance_runtime::{
    driver::{Engine, Settings, World},
    failure::{Failure, Reason},
    journal::{Claim, Journal, SqliteJournal},
    port::{BoxFuture, Clock, Http, HttpAnswer, HttpRequest, NoAi, SystemClock},
};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::active;

pub(super) const FILE: &str = "RELANCE_TEST_WORKER_FILE";
pub(super) const PORT: &str = "RELANCE_TEST_WORKER_PORT";

/// How many runs it carries out at once.
const AT_ONCE: usize = 10;

/// The part itself; without its variables it has nothing to do.
#[test]
fn process() {
    let Some(file) = env::var_os(FILE) else { return };
    let port = env::var_os(PORT).unwrap().to_str().unwrap().parse().unwrap();
    let journal: Arc<dyn Journal> = Arc::new(SqliteJournal::open(file).unwrap());
    let world =
        World { clock: Arc::new(SystemClock), http: Arc::new(Line { port }), ai: Arc::new(NoAi) };
    let engine = Engine::new(Arc::clone(&journal), world, Settings::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(engine.alive(work(&engine, &journal))).unwrap();
}

async fn work(engine: &Engine, journal: &Arc<dyn Journal>) {
    let mut flight = FuturesUnordered::new();
    loop {
        let limit = u32::try_from(AT_ONCE - flight.len()).unwrap();
        let owner = Arc::clone(engine.owner());
        let claim = Claim { owner, at: SystemClock.now(), limit, campaign: None };
        for taken in journal.claim(claim).await.unwrap().runs {
            flight.push(engine.carry_on(taken, Duration::from_secs(30)));
        }
        let nap = SystemClock.sleep(Duration::from_millis(200));
        if flight.is_empty() {
            if !active(journal).await {
                return;
            }
            nap.await;
        } else {
            tokio::select! {
                Some(rested) = flight.next() => {
                    rested.unwrap();
                }
                () = nap => {}
            }
        }
    }
}

/// The outside world, at the other end of a line.
struct Line {
    port: u16,
}

impl Line {
    async fn ask(&self, key: &str) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.write_all(format!("{key}\n").as_bytes()).await?;
        BufReader::new(stream).read_line(&mut String::new()).await?;
        Ok(())
    }
}

impl Http for Line {
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpAnswer, Failure>> {
        Box::pin(async move {
            let failed = |error: std::io::Error| {
                Failure::Retryable(Reason::new("line", error.to_string()), None)
            };
            self.ask(&request.key).await.map_err(failed)?;
            Ok(HttpAnswer { status: 200, headers: Vec::new(), body: Value::Null, truncated: false })
        })
    }
}
