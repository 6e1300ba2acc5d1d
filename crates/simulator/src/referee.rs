//! Somebody who sees every event as it is stored and every call as it arrives, and knows the rules.
//!
//! The referee keeps its own books, from the sketch and from what it has seen, and looks through them block by block: slowly, and
//! plainly. The first broken rule is kept.

mod calls;
mod end;
mod events;
mod person;
mod processes;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::AddAssign,
    sync::Arc,
};

use jiff::Timestamp;
use relance_runtime::{
    event::{EndStatus, Event, FailureClass},
    history::{History, Phase},
};

use crate::case::Case;
pub(crate) use calls::Reply;
pub(crate) use end::Kept;

/// The place of a run in a trial.
pub(crate) type RunNumber = usize;

/// What one process is called.
pub(crate) type Process = usize;

/// Says why a rule is broken unless it holds.
macro_rules! must {
    ($holds:expr, $($why:tt)*) => {
        if !$holds {
            return Err(format!($($why)*));
        }
    };
}
pub(crate) use must;

/// A rule that holds, or what was broken.
pub(crate) type Held<T = ()> = Result<T, String>;

/// The books.
#[derive(Debug)]
pub(crate) struct Referee {
    case: Arc<Case>,
    runs: Vec<Course>,
    /// Every key that was ever used: run, place, visit.
    keys: BTreeMap<String, (RunNumber, usize, u32)>,
    /// What was sent under each key.
    requests: BTreeMap<String, String>,
    opted_out: BTreeSet<String>,
    /// Until when processes have their runs, by their names.
    leases: BTreeMap<Arc<str>, Timestamp>,
    broken: Option<String>,
    pub(crate) tally: Tally,
}

/// What happened in trials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Runs that were started.
    pub runs: u64,
    /// Events that were stored.
    pub events: u64,
    /// Calls that arrived.
    pub calls: u64,
    /// Processes that were killed.
    pub kills: u64,
    /// Runs that were taken over.
    pub taken: u64,
    /// Commits that the journal refused.
    pub refusals: u64,
    /// Runs that somebody wanted to stop.
    pub stops: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.runs += other.runs;
        self.events += other.events;
        self.calls += other.calls;
        self.kills += other.kills;
        self.taken += other.taken;
        self.refusals += other.refusals;
        self.stops += other.stops;
    }
}

/// A run, as far as it was seen.
#[derive(Debug)]
struct Course {
    id: String,
    contact: String,
    events: Vec<Event>,
    /// Folded by the runtime's own code, to be compared.
    history: History,
    places: Vec<Place>,
    ended: Option<EndStatus>,
    /// Whether people decided what the rules foresee, and nothing else.
    is_exact: bool,
    /// Whether somebody wants it to stop.
    is_to_stop: bool,
    /// Who carries it out, or did when that ended.
    owner: Option<Arc<str>>,
    epoch: u32,
}

/// A block, as far as it was seen.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Place {
    phase: Phase,
    visit: u32,
    attempts: u32,
    failures: u32,
    /// Whether a call of this visit may have taken effect, and nothing definite is known since.
    doubtful: bool,
    /// Failures that were noted, in all: the services go by this.
    noted: usize,
    /// Whether a person has mended its service.
    mended: bool,
    /// Whether it was done as a person said, who knew no output.
    said_done: bool,
    /// Whether the process ended in the middle of its last attempt.
    cut_off: bool,
    /// What must follow the failure that was noted last.
    due: Option<Due>,
    tries: Vec<Try>,
}

/// What must follow a failed attempt that is not tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Park,
    Fail,
}

/// A call whose intent was stored.
#[derive(Debug, Clone)]
struct Try {
    process: Process,
    epoch: u32,
    visit: u32,
    arrived: bool,
    answer: Option<Reply>,
}

impl Referee {
    pub(crate) fn new(case: &Arc<Case>, runs: impl Iterator<Item = (String, String)>) -> Referee {
        let course = |(id, contact)| Course {
            id,
            contact,
            events: Vec::new(),
            history: History::new(&case.graph.plan),
            places: vec![Place::default(); case.sketch.blocks.len()],
            ended: None,
            is_exact: true,
            is_to_stop: false,
            owner: None,
            epoch: 0,
        };
        Referee {
            runs: runs.map(course).collect(),
            case: Arc::clone(case),
            keys: BTreeMap::new(),
            requests: BTreeMap::new(),
            opted_out: BTreeSet::new(),
            leases: BTreeMap::new(),
            broken: None,
            tally: Tally::default(),
        }
    }

    /// The first broken rule.
    pub(crate) fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// Keeps what was broken, if it is the first.
    pub(crate) fn note(&mut self, held: Held) {
        if let Err(why) = held {
            self.broken.get_or_insert(why);
        }
    }

    pub(crate) fn opt_out(&mut self, contact: &str) {
        self.opted_out.insert(contact.to_owned());
    }

    fn number(&self, run: &str) -> Held<RunNumber> {
        let found = self.runs.iter().position(|course| course.id == run);
        found.ok_or_else(|| format!("nobody started a run `{run}`"))
    }
}

impl Course {
    fn is_over(&self) -> bool {
        self.ended.is_some()
    }
}

impl Default for Place {
    fn default() -> Place {
        Place {
            phase: Phase::Untouched,
            visit: 1,
            attempts: 0,
            failures: 0,
            doubtful: false,
            noted: 0,
            mended: false,
            said_done: false,
            cut_off: false,
            due: None,
            tries: Vec::new(),
        }
    }
}

/// Times are stored to the millisecond.
const GRAIN: jiff::SignedDuration = jiff::SignedDuration::from_millis(1);

/// Whether that time has come, to the millisecond.
fn has_come(time: Timestamp, now: Timestamp) -> bool {
    time.duration_since(now) <= GRAIN
}

/// What a failure says, in the words of events.
fn class(doubtful: bool) -> FailureClass {
    if doubtful { FailureClass::Unknown } else { FailureClass::Retryable }
}
