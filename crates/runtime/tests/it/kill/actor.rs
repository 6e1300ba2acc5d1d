//! The process that carries a story out and is killed.

use std::{
    env,
    io::Write,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use relance_runtime::{
    driver::{Engine, World},
    failure::Failure,
    journal::{Journal, SqliteJournal},
    port::{Ai, AiAnswer, AiRequest, BoxFuture, Clock, Http, HttpAnswer, HttpRequest, SystemClock},
    simulation::{ScriptedAnswer, ai_request, http_request},
};
use serde_json::Value;

use super::{
    Freeze,
    receiver::{Told, tell},
};
use crate::{
    staged::Staged,
    story::{Story, act},
};

pub(super) const STORY: &str = "RELANCE_TEST_STORY";
pub(super) const FILE: &str = "RELANCE_TEST_FILE";
pub(super) const PORT: &str = "RELANCE_TEST_PORT";
pub(super) const TRUSTING: &str = "RELANCE_TEST_TRUSTING";
pub(super) const FREEZE: &str = "RELANCE_TEST_FREEZE";

/// Says whether everything stops at that moment.
pub(super) type Watch = Arc<dyn Fn(Freeze) -> bool + Send + Sync>;

/// The part itself; without its variables it has nothing to do.
#[test]
fn process() {
    let Some(story) = env::var_os(STORY) else { return };
    let text = |name| env::var_os(name).map(|it| it.into_string().unwrap());
    let story = Story::named(story.to_str().unwrap());
    let story = if text(TRUSTING).is_some() { story.trusting() } else { story };
    let freeze = text(FREEZE).map(|text| Freeze::from_text(&text));
    let watch: Watch = Arc::new(move |moment| {
        let here = Some(moment) == freeze;
        say(&if here { "frozen".to_owned() } else { format!("moment {}", moment.to_text()) });
        here
    });
    let journal: Arc<dyn Journal> = Arc::new(SqliteJournal::open(text(FILE).unwrap()).unwrap());
    let commits = Arc::clone(&watch);
    let staged = Staged::new(journal, Arc::new(move |it| commits(Freeze::Commit(it))));
    let relay = Arc::new(Relay::new(&text(PORT).unwrap(), watch));
    let world = World {
        clock: Arc::new(HastyClock::default()),
        http: Arc::<Relay>::clone(&relay),
        ai: relay,
    };
    let observer = |_: &str, event: &relance_runtime::event::Event| {
        say(&format!("acknowledged {}", event.seq));
    };
    let engine =
        Engine::new(Arc::new(staged), world, story.settings()).observed_by(Arc::new(observer));
    super::runtime().block_on(async {
        act(&story, &story.graph_file(), &engine).await;
    });
    say("done");
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// The outside world, which is the receiver.
pub(super) struct Relay {
    port: String,
    watch: Watch,
    calls: AtomicUsize,
}

impl Relay {
    pub(super) fn new(port: &str, watch: Watch) -> Relay {
        Relay { port: port.to_owned(), watch, calls: AtomicUsize::new(0) }
    }

    async fn ask(&self, key: &str, request: Value) -> ScriptedAnswer {
        let number = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if (self.watch)(Freeze::Leaving(number)) {
            std::future::pending::<()>().await;
        }
        let answer = tell(&self.port, &Told::Call(key.to_owned(), request));
        if (self.watch)(Freeze::Answered(number)) {
            std::future::pending::<()>().await;
        }
        serde_json::from_value(answer).unwrap()
    }
}

impl Http for Relay {
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpAnswer, Failure>> {
        Box::pin(async move { self.ask(&request.key, http_request(request)).await.http() })
    }
}

impl Ai for Relay {
    fn reply<'a>(&'a self, request: &'a AiRequest) -> BoxFuture<'a, Result<AiAnswer, Failure>> {
        Box::pin(async move { self.ask(&request.key, ai_request(request)).await.ai() })
    }
}

/// The machine's clock, set forward instead of waiting.
#[derive(Debug, Default)]
struct HastyClock {
    ahead: Mutex<Duration>,
}

impl Clock for HastyClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + *self.ahead.lock().unwrap()
    }

    fn sleep_until(&self, time: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            if let Ok(left) = Duration::try_from(time.duration_since(self.now())) {
                *self.ahead.lock().unwrap() += left;
            }
        })
    }

    fn elapsed(&self) -> Duration {
        SystemClock.elapsed() + *self.ahead.lock().unwrap()
    }

    /// Here calls end, or the process is killed: nobody's time is up.
    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::pending())
    }
}
