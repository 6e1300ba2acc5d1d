//! An engine of the other kind: it keeps a log of its own, and after a crash begins a stretch again from its first line. What the log
//! knows comes from the log, in the order of the log, and only then does anything happen.
//!
//! Engines that journal the results of named steps work so, Restate among them. Its lines are JSON, as they would be elsewhere.

use std::{
    collections::BTreeSet,
    future::poll_fn,
    sync::{Mutex, MutexGuard},
    task::Poll,
};

use jiff::Timestamp;
use relance_runtime::{
    action::Outside,
    driver::{Call, Durable, Embedded, Performed, Timer},
    event::{Decision, Event},
    journal::{Appended, Batch, JournalError},
    run::RunRow,
};
use serde::{Deserialize, Serialize};

/// What the engine has written of a run: its stretches.
#[derive(Debug, Default)]
pub(crate) struct Log {
    stretches: Vec<Stretch>,
}

/// A stretch: what it was begun with, and what came of what was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Stretch {
    pub(crate) row: RunRow,
    pub(crate) events: Vec<Event>,
    /// It takes down what a person decided about a block.
    pub(crate) decision: Option<(String, Decision, &'static str)>,
    pub(crate) began: Timestamp,
    lines: Vec<String>,
    over: bool,
}

/// A line of the log: what was asked for under which name, what came of it, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    #[serde(flatten)]
    what: Written,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "kebab-case")]
enum Written {
    Kept { asked: String, kept: Appended },
    Performed { call: Call, performed: Performed },
    Waited { timer: Timer },
    StopWished,
}

impl Log {
    /// The stretch that was begun and is not over, if there is one.
    pub(crate) fn open(&self) -> Option<&Stretch> {
        self.stretches.last().filter(|stretch| !stretch.over)
    }

    /// Begins a stretch, unless one was begun that is not over.
    pub(crate) fn begin(
        &mut self,
        row: RunRow,
        events: Vec<Event>,
        decision: Option<(String, Decision, &'static str)>,
        began: Timestamp,
    ) -> Stretch {
        if self.open().is_none() {
            let lines = Vec::new();
            let stretch = Stretch { row, events, decision, began, lines, over: false };
            self.stretches.push(stretch);
        }
        self.open().unwrap().clone()
    }

    /// The stretch is over: it will not be begun again.
    pub(crate) fn close(&mut self) {
        self.stretches.last_mut().unwrap().over = true;
    }

    /// How many answers to a block's calls it knows.
    pub(crate) fn answers_known(&self, block: &str) -> usize {
        let lines = self.stretches.iter().flat_map(|stretch| &stretch.lines);
        let answer = |line: &&String| match read(line).what {
            Written::Performed { call, performed } => {
                call.block == block && performed != Performed::Interrupted
            }
            Written::Kept { .. } | Written::Waited { .. } | Written::StopWished => false,
        };
        lines.filter(answer).count()
    }
}

fn read(line: &str) -> Line {
    serde_json::from_str(line).unwrap()
}

/// The last stretch of a log, as one life of a process plays it.
pub(crate) struct Logged<'e> {
    inner: Embedded<'e>,
    log: &'e Mutex<Log>,
    reading: Mutex<Reading>,
}

/// How far a life has come.
struct Reading {
    /// The time of the last line.
    now: Timestamp,
    read: usize,
    /// Calls whose intent was kept in an earlier life.
    earlier: BTreeSet<Call>,
    /// How often it was waited in vain for a line's turn.
    waited: u32,
}

/// A life that waits so often for its turn will never have it: the run asks for other things than before.
const TOO_OFTEN: u32 = 100_000;

impl<'e> Logged<'e> {
    pub(crate) fn new(inner: Embedded<'e>, log: &'e Mutex<Log>) -> Logged<'e> {
        let began = log.lock().unwrap().open().unwrap().began;
        let reading = Reading { now: began, read: 0, earlier: BTreeSet::new(), waited: 0 };
        Logged { inner, log, reading: Mutex::new(reading) }
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.reading.lock().unwrap()
    }

    /// The next line, if this life has not come to the end of the log.
    fn next(&self) -> Option<Line> {
        let read_so_far = self.reading().read;
        let log = self.log.lock().unwrap();
        log.open().unwrap().lines.get(read_so_far).map(|line| read(line))
    }

    fn turn_over(&self, line: &Line) {
        let mut reading = self.reading();
        reading.read += 1;
        reading.now = line.at;
        reading.waited = 0;
    }

    fn write(&self, what: Written) {
        let line = Line { at: self.inner.now(), what };
        let text = serde_json::to_string(&line).unwrap();
        assert_eq!(read(&text), line, "what a log holds can be read back");
        {
            let mut log = self.log.lock().unwrap();
            let stretch = log.stretches.last_mut().unwrap();
            assert_eq!(self.reading().read, stretch.lines.len(), "what is known is read first");
            stretch.lines.push(text);
        }
        self.turn_over(&line);
    }

    /// Waits for the turn of something that the log may know. None: the log is at its end, and does not.
    async fn turn<T>(&self, mine: impl Fn(&Written) -> Option<T>) -> Option<T> {
        poll_fn(|context| {
            let Some(line) = self.next() else { return Poll::Ready(None) };
            if let Some(found) = mine(&line.what) {
                self.turn_over(&line);
                return Poll::Ready(Some(found));
            }
            let waited = &mut self.reading().waited;
            *waited += 1;
            assert!(*waited < TOO_OFTEN, "nobody asks for {line:?}");
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await
    }
}

impl Durable for Logged<'_> {
    fn now(&self) -> Timestamp {
        self.reading().now
    }

    async fn keep(&self, batch: Batch) -> Result<Appended, JournalError> {
        let asked = format!("{batch:?}");
        if let Some(line) = self.next() {
            let Written::Kept { asked: before, kept } = &line.what else {
                panic!("the log has {line:?}, and {asked} is to be kept");
            };
            assert_eq!(asked, *before, "the run went another way than before");
            self.turn_over(&line);
            let intents = kept.events.iter().filter_map(|event| Call::intended(&event.fact));
            self.reading().earlier.extend(intents);
            return Ok(kept.clone());
        }
        let kept = self.inner.keep(batch).await?;
        self.write(Written::Kept { asked, kept: kept.clone() });
        Ok(kept)
    }

    async fn perform(&self, call: &Call, outside: Outside) -> Performed {
        let known = self.turn(|line| match line {
            Written::Performed { call: known, performed } if known == call => {
                Some(performed.clone())
            }
            Written::Performed { .. }
            | Written::Kept { .. }
            | Written::Waited { .. }
            | Written::StopWished => None,
        });
        if let Some(performed) = known.await {
            return performed;
        }
        let performed = if self.reading().earlier.contains(call) {
            Performed::Interrupted
        } else {
            self.inner.perform(call, outside).await
        };
        self.write(Written::Performed { call: call.clone(), performed: performed.clone() });
        performed
    }

    async fn sleep_until(&self, timer: &Timer, time: Timestamp) {
        let known = self.turn(|line| match line {
            Written::Waited { timer: known } => (known == timer).then_some(()),
            Written::Performed { .. } | Written::Kept { .. } | Written::StopWished => None,
        });
        if known.await.is_none() {
            self.inner.sleep_until(timer, time).await;
            self.write(Written::Waited { timer: timer.clone() });
        }
    }

    async fn stop_wished(&self) {
        let known = self.turn(|line| (*line == Written::StopWished).then_some(()));
        if known.await.is_none() {
            self.inner.stop_wished().await;
            self.write(Written::StopWished);
        }
    }
}
