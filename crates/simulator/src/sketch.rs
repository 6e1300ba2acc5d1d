//! A graph in outline, with all that is to be said about its blocks: what they do, what they read of each other, and what the
//! services answer them.
//!
//! A sketch is what the simulator itself knows of a graph. It is written out as a document, which the validator plans and the
//! runtime carries out; everything else here judges by the sketch alone, so that no mistake of theirs is shared.

mod document;
mod random;
mod smaller;

pub(crate) use document::GRAPH;

use relance_runtime::retry::OnUnknown;
use relance_validator::plan::{Method, On};

/// A graph, and the settings under which it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Sketch {
    /// The blocks; an edge leads from an earlier one to a later one.
    pub blocks: Vec<Block>,
    /// The edges.
    pub edges: Vec<Edge>,
    /// What is done with a POST that may have taken effect.
    pub on_unknown: OnUnknown,
    /// How often a call is tried.
    pub attempts: u32,
    /// How many calls a run may have in flight.
    pub calls_at_once: usize,
}

/// A block.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Its id.
    pub id: String,
    /// What it does.
    pub does: Does,
    /// What it reads of the blocks before it.
    pub reads: Vec<Read>,
    /// What services answer it, if it calls one.
    pub answers: Answers,
}

/// What a block does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Opens a task.
    Task,
    /// Tags the contact.
    Tag,
    /// Writes the contact to the embedded CRM.
    Upsert,
    /// Calls a service.
    Call(Method),
    /// Has an AI write.
    AskAi,
    /// Takes a configured text with references.
    Template,
    /// Takes a configured text.
    Static,
    /// Begins: a foreign block without sources.
    Trigger,
    /// A foreign block that is passed.
    Foreign,
}

/// An edge, by the places of its blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Where it comes from.
    pub from: usize,
    /// Where it leads: a later place.
    pub to: usize,
    /// When it is taken.
    pub on: On,
}

/// A reference to what an earlier block gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// The place of that block.
    pub from: usize,
    /// Its output when it succeeded, or its error when it failed.
    pub on: On,
    /// Whether there is a value for when there is none.
    pub default: bool,
}

/// What services answer a block, and what a person does about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    /// First these, one for each answer that was noted.
    pub troubles: Vec<Trouble>,
    /// Then this, for good.
    pub end: End,
    /// What a person decides when the block is parked.
    pub decision: Decided,
    /// Whether a person mends the service and tries again when the block made the run fail.
    pub mended: bool,
}

/// A failure that may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    /// Whether the call may have taken effect.
    pub doubtful: bool,
    /// `Retry-After`, in seconds.
    pub after: Option<i64>,
    /// Whether no answer comes before the call's time is up.
    pub slow: bool,
}

/// How a service answers in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum End {
    /// With success.
    #[default]
    Success,
    /// With a refusal for good.
    Refusal,
    /// It never stops failing.
    Endless(Trouble),
}

/// What a person decides about a parked block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Decided {
    /// It is tried again.
    #[default]
    Retry,
    /// It took effect.
    Done,
    /// It took effect, and gave this.
    DoneWith,
    /// It did not.
    Failed,
}

impl Does {
    /// Whether it calls the world outside.
    pub fn calls(self) -> bool {
        match self {
            Does::Call(_) | Does::AskAi => true,
            Does::Task
            | Does::Tag
            | Does::Upsert
            | Does::Template
            | Does::Static
            | Does::Trigger
            | Does::Foreign => false,
        }
    }

    /// Whether it is only gone through.
    pub fn passes(self) -> bool {
        matches!(self, Does::Trigger | Does::Foreign)
    }
}

impl Answers {
    /// The answer after so many that were noted; none: success.
    pub fn after(&self, noted: usize, mended: bool) -> Answer {
        if mended {
            return Answer::Success;
        }
        match (self.troubles.get(noted), self.end) {
            (Some(trouble), _) => Answer::Trouble(*trouble),
            (None, End::Success) => Answer::Success,
            (None, End::Refusal) => Answer::Refusal,
            (None, End::Endless(trouble)) => Answer::Trouble(trouble),
        }
    }

    /// What a person decides; nobody tries for ever.
    pub fn decided(&self) -> Decided {
        match (self.decision, self.end) {
            (Decided::Retry, End::Endless(_)) => Decided::Failed,
            (decision, _) => decision,
        }
    }
}

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Success,
    /// Refused for good.
    Refusal,
    /// Neither.
    Trouble(Trouble),
}

impl Sketch {
    /// The place of a block.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.blocks.iter().position(|block| block.id == id)
    }

    /// Whether a block takes part: an isolated one of a graph with edges does not.
    pub fn takes_part(&self, place: usize) -> bool {
        self.edges.is_empty() || self.edges.iter().any(|it| it.from == place || it.to == place)
    }

    /// The edges into a block.
    pub fn edges_into(&self, place: usize) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(move |edge| edge.to == place)
    }

    /// Whether a failure of this block is dealt with.
    pub fn has_error_edge(&self, place: usize) -> bool {
        self.edges.iter().any(|edge| edge.from == place && edge.on == On::Error)
    }

    /// Whether a call whose outcome nobody knows may be made again.
    pub fn is_repeatable(&self, place: usize) -> bool {
        self.blocks[place].does != Does::Call(Method::Post) || self.on_unknown == OnUnknown::Retry
    }
}
