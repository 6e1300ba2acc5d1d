//! What may be wrong with a journal, and how the events of a run are held against everything else that is stored.
//!
//! A run is its events. Its row and its local effects were written in the same transactions, so they must agree; where they do
//! not, something else has written to the file.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    event::{Decision, Event, Fact, RunStarted},
    retry::idempotency_key,
    run::{RunRow, RunStatus},
};

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// How many runs were read.
    pub runs: u64,
    /// How many events were read.
    pub events: u64,
    /// What is wrong: the first so many.
    pub flaws: Vec<Flaw>,
}

/// How many flaws are told: whoever has more needs no longer list.
pub(super) const MOST: usize = 100;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The file itself is damaged.
    Damaged {
        /// What SQLite said.
        said: String,
    },
    /// A row names another that is not there.
    Dangling {
        /// The row's table.
        table: String,
        /// The table of what it names.
        parent: String,
    },
    /// A document is not what its hash says.
    Document {
        /// The hash.
        hash: String,
    },
    /// The row of a run cannot be understood.
    Row {
        /// The run.
        run: String,
        /// Why.
        why: String,
    },
    /// An event cannot be understood.
    Event {
        /// The run.
        run: String,
        /// The event's place.
        seq: u32,
        /// Why.
        why: String,
    },
    /// The events of a run have a gap.
    Gap {
        /// The run.
        run: String,
        /// The first place where none is.
        seq: u32,
    },
    /// A run does not begin with its start.
    Beginning {
        /// The run.
        run: String,
    },
    /// The row of a run says something else than its events.
    Differs {
        /// The run.
        run: String,
        /// The row's column.
        column: &'static str,
    },
    /// A block of a run has done its work more than once.
    Twice {
        /// The run.
        run: String,
        /// The block.
        block: String,
    },
    /// An idempotency key is not that of its run, block and visit.
    Key {
        /// The run.
        run: String,
        /// The block.
        block: String,
    },
    /// An event tells of a local effect that is not there.
    Missing {
        /// The run.
        run: String,
        /// The block.
        block: String,
        /// Which kind of effect.
        effect: Kind,
        /// Its id, or the tag.
        id: String,
    },
    /// A local effect is there, and no event tells of it.
    Unexplained {
        /// Which kind of effect.
        effect: Kind,
        /// Its id.
        id: String,
    },
}

/// A kind of local effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A task.
    Task,
    /// A tag of a contact.
    Tag,
    /// A record of the embedded CRM.
    Record,
}

impl Flaw {
    /// Its name: a promise, like those of findings.
    pub fn code(&self) -> &'static str {
        match self {
            Flaw::Damaged { .. } => "damaged-file",
            Flaw::Dangling { .. } => "dangling-row",
            Flaw::Document { .. } => "document-changed",
            Flaw::Row { .. } => "unreadable-run",
            Flaw::Event { .. } => "unreadable-event",
            Flaw::Gap { .. } => "missing-event",
            Flaw::Beginning { .. } => "missing-start",
            Flaw::Differs { .. } => "row-differs",
            Flaw::Twice { .. } => "done-twice",
            Flaw::Key { .. } => "wrong-key",
            Flaw::Missing { .. } => "missing-effect",
            Flaw::Unexplained { .. } => "unexplained-effect",
        }
    }

    /// The run that it is about, if it is about one.
    pub fn run(&self) -> Option<&str> {
        match self {
            Flaw::Row { run, .. }
            | Flaw::Event { run, .. }
            | Flaw::Gap { run, .. }
            | Flaw::Beginning { run }
            | Flaw::Differs { run, .. }
            | Flaw::Twice { run, .. }
            | Flaw::Key { run, .. }
            | Flaw::Missing { run, .. } => Some(run),
            Flaw::Damaged { .. }
            | Flaw::Dangling { .. }
            | Flaw::Document { .. }
            | Flaw::Unexplained { .. } => None,
        }
    }
}

/// A local effect that an event tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Effect {
    pub(super) block: String,
    pub(super) kind: Kind,
    pub(super) id: String,
}

/// The events of one run, read one after the other.
#[derive(Debug)]
pub(super) struct Reading {
    run: String,
    next: u32,
    started: Option<(RunStarted, Timestamp)>,
    blocks: BTreeMap<String, Block>,
    /// How and when it ended; none: something happened since.
    ended: Option<(RunStatus, Timestamp)>,
    flaws: Vec<Flaw>,
}

/// What is known of a block.
#[derive(Debug, Default)]
struct Block {
    called: bool,
    done: bool,
    parked: bool,
    visits: u32,
}

impl Reading {
    pub(super) fn new(run: &str) -> Reading {
        Reading {
            run: run.to_owned(),
            next: 1,
            started: None,
            blocks: BTreeMap::new(),
            ended: None,
            flaws: Vec::new(),
        }
    }

    pub(super) fn run(&self) -> &str {
        &self.run
    }

    /// The event at that place cannot be understood.
    pub(super) fn unreadable(&mut self, seq: u32, why: String) {
        self.place(seq);
        self.flaws.push(Flaw::Event { run: self.run.clone(), seq, why });
    }

    /// Takes the next event in; gives the local effect that it tells of.
    pub(super) fn take(&mut self, event: Event) -> Option<Effect> {
        let Event { seq, at, fact } = event;
        self.place(seq);
        if (seq == 1) != matches!(fact, Fact::RunStarted(_)) {
            self.flaws.push(Flaw::Beginning { run: self.run.clone() });
        }
        self.ended = None;
        match fact {
            Fact::RunStarted(started) => {
                self.started = Some((*started, at));
                None
            }
            Fact::AttemptStarted { block, visit, key, .. } => {
                if key != idempotency_key(&self.run, &block, visit) {
                    self.flaws.push(Flaw::Key { run: self.run.clone(), block: block.clone() });
                }
                self.block(&block).called = true;
                self.moved(&block)
            }
            Fact::BlockSucceeded { block, output } => self.succeeded(block, &output),
            Fact::BlockParked { block, .. } => {
                self.block(&block).parked = true;
                None
            }
            Fact::BlockResolved { block, decision, .. } => {
                match decision {
                    Decision::Succeeded { .. } => self.done(&block),
                    Decision::Retry => self.block(&block).visits += 1,
                    Decision::Failed => {}
                }
                self.moved(&block)
            }
            Fact::AttemptFailed { block, .. }
            | Fact::AttemptInterrupted { block, .. }
            | Fact::BlockFailed { block, .. }
            | Fact::BlockSkipped { block }
            | Fact::BlockPassed { block } => self.moved(&block),
            Fact::RunEnded { status, by: _ } => {
                self.ended = Some((status.into(), at));
                None
            }
        }
    }

    /// Everything that is wrong with the run, once its events have been read: `row` is what is looked up of it.
    pub(super) fn end(mut self, row: Option<&RunRow>) -> Vec<Flaw> {
        // A run without a row dangles: that is told elsewhere.
        let (Some(row), Some((started, at))) = (row, &self.started) else { return self.flaws };
        let parked = self.blocks.values().any(|block| block.parked);
        let agrees = match (row.status, self.ended) {
            (status, Some((ended, _))) => status == ended,
            (RunStatus::Parked, None) => parked,
            (status, None) => status.is_active(),
        };
        let columns = [
            ("graph", row.graph == started.graph),
            ("hash", row.hash == started.hash),
            ("document", row.document == started.document),
            ("planner", row.planner == started.planner),
            ("environment", row.environment == started.environment),
            ("contact", row.contact == started.contact_id),
            ("started_at", row.started_at == *at),
            ("status", agrees),
            ("ended_at", row.ended_at == self.ended.map(|(_, at)| at)),
        ];
        for (column, _) in columns.into_iter().filter(|(_, agrees)| !agrees) {
            self.flaws.push(Flaw::Differs { run: self.run.clone(), column });
        }
        if started.run != self.run {
            self.flaws.push(Flaw::Differs { run: self.run.clone(), column: "id" });
        }
        self.flaws
    }

    fn place(&mut self, seq: u32) {
        if seq != self.next {
            self.flaws.push(Flaw::Gap { run: self.run.clone(), seq: self.next });
        }
        self.next = seq.saturating_add(1);
    }

    fn block(&mut self, block: &str) -> &mut Block {
        self.blocks.entry(block.to_owned()).or_default()
    }

    fn moved(&mut self, block: &str) -> Option<Effect> {
        self.block(block).parked = false;
        None
    }

    fn done(&mut self, block: &str) {
        if std::mem::replace(&mut self.block(block).done, true) {
            self.flaws.push(Flaw::Twice { run: self.run.clone(), block: block.to_owned() });
        }
    }

    /// A block that never called anybody did its work in this database, or wrote a text that it knew.
    fn succeeded(&mut self, block: String, output: &Value) -> Option<Effect> {
        self.done(&block);
        self.moved(&block);
        if self.block(&block).called {
            return None;
        }
        let text = |name| Some(output.get(name)?.as_str()?.to_owned());
        let (kind, id) = match (text("id"), text("tag")) {
            (Some(id), None) if output.get("priority").is_some() => (Kind::Task, id),
            (Some(id), None) if output.get("created").is_some() => (Kind::Record, id),
            (None, Some(tag)) if output.get("added").is_some() => (Kind::Tag, tag),
            _ => return None,
        };
        let made_here = kind == Kind::Task || output.get("created") == Some(&Value::Bool(true));
        let visits = self.block(&block).visits + 1;
        let drawn = |visit| {
            let key = idempotency_key(&self.run, &block, visit);
            id.split_once('-').is_some_and(|(_, drawn)| key.starts_with(drawn))
        };
        if kind != Kind::Tag && made_here && !(1..=visits).any(drawn) {
            self.flaws.push(Flaw::Key { run: self.run.clone(), block: block.clone() });
        }
        Some(Effect { block, kind, id })
    }
}
