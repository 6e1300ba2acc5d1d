//! A graph that was found without error, with its meaning taken out of its texts.
//!
//! Only [`check`](crate::check) makes a [`Plan`]: having one is the proof that every rule holds. The wire speaks French, the
//! plan speaks English.

mod templates;

use std::{fmt, sync::Arc, time::Duration};

use relance_model::{ActionKind, Environment, text::Template};
use url::Url;

/// The version of the planner: how documents become plans. A run keeps the one it was started with.
pub const PLANNER_VERSION: u32 = 1;

/// A checked graph, ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) isolated: Vec<BlockId>,
    pub(crate) hash: ContentHash,
    pub(crate) environment: Environment,
}

impl Plan {
    /// Every block that takes part in a run, in block-id order. A step's place here is its [`StepIndex`].
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// One step.
    pub fn step(&self, index: StepIndex) -> Option<&Step> {
        self.steps.get(index.0 as usize)
    }

    /// The step of a block.
    pub fn find(&self, id: &str) -> Option<(StepIndex, &Step)> {
        let place = self.steps.binary_search_by(|step| step.id.as_str().cmp(id)).ok()?;
        Some((StepIndex(u32::try_from(place).ok()?), self.steps.get(place)?))
    }

    /// Blocks that no edge touches in a graph that has edges: they never run.
    pub fn isolated(&self) -> &[BlockId] {
        &self.isolated
    }

    /// The version of the graph: a hash of everything that a run depends on, which layout, labels and UI state are not.
    pub fn hash(&self) -> ContentHash {
        self.hash
    }

    /// Where the graph was checked for.
    pub fn environment(&self) -> Environment {
        self.environment
    }

    /// The foreign blocks that the configuration does not let pass: with one of them a graph is valid but not runnable.
    pub fn refused(&self) -> impl Iterator<Item = (&Step, &str)> {
        self.steps.iter().filter_map(|step| match &step.effect {
            Effect::Foreign(foreign) if !foreign.passes => {
                Some((step, foreign.block_type.as_str()))
            }
            Effect::Foreign(_)
            | Effect::CreateTask(_)
            | Effect::HttpRequest(_)
            | Effect::CrmUpsert(_)
            | Effect::AiReply(_)
            | Effect::TagContact(_) => None,
        })
    }
}

/// The place of a step in [`Plan::steps`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepIndex(pub u32);

/// The `id` of a block.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(Arc<str>);

impl BlockId {
    pub(crate) fn new(id: &str) -> BlockId {
        BlockId(Arc::from(id))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A BLAKE3 hash, shown as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentHash(pub(crate) [u8; 32]);

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// One block of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its id.
    pub id: BlockId,
    /// `data.label`, for people.
    pub label: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// The edges into it, by source and condition. None: it is an entry point.
    pub incoming: Vec<Link>,
}

/// An edge, seen from its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Where it comes from.
    pub source: StepIndex,
    /// When it is taken.
    pub on: On,
}

/// When an edge is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    /// When its source succeeded (or passed).
    Success,
    /// When its source failed.
    Error,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Open a task.
    CreateTask(NewTask),
    /// Call an HTTP service.
    HttpRequest(Box<Call>),
    /// Create or update the contact in the CRM.
    CrmUpsert(Upsert),
    /// Write a reply.
    AiReply(Reply),
    /// Tag the contact.
    TagContact(Tag),
    /// Nothing: a block that another product would run.
    Foreign(Foreign),
}

impl Effect {
    /// Its action; a foreign block has none.
    pub fn kind(&self) -> Option<ActionKind> {
        match self {
            Effect::CreateTask(_) => Some(ActionKind::CreateTask),
            Effect::HttpRequest(_) => Some(ActionKind::HttpRequest),
            Effect::CrmUpsert(_) => Some(ActionKind::CrmUpsert),
            Effect::AiReply(_) => Some(ActionKind::AiReply),
            Effect::TagContact(_) => Some(ActionKind::TagContact),
            Effect::Foreign(_) => None,
        }
    }
}

/// A task to open.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTask {
    /// Who takes it.
    pub assignee: Option<Template>,
    /// How urgent it is.
    pub priority: Priority,
}

/// How urgent a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// `haute`.
    High,
    /// `normale`.
    Normal,
    /// `basse`.
    Low,
}

impl Priority {
    /// The spec's word for it.
    pub fn as_wire(self) -> &'static str {
        match self {
            Priority::High => "haute",
            Priority::Normal => "normale",
            Priority::Low => "basse",
        }
    }
}

/// An HTTP call to make.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Its method.
    pub method: Method,
    /// Where to.
    pub url: UrlTemplate,
    /// Headers, names as written.
    pub headers: Vec<(String, Template)>,
    /// What is sent.
    pub body: Body,
    /// How long one attempt may take in all.
    pub timeout: Duration,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Send.
    Post,
    /// Replace.
    Put,
    /// Delete.
    Delete,
}

impl Method {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }
}

/// A URL whose path and query may hold references.
#[derive(Debug, Clone, PartialEq)]
pub struct UrlTemplate {
    /// Scheme, host and port, judged when the graph was checked; its path is `/`, without query or fragment.
    pub origin: Url,
    /// The segments of the path as written, without the slashes.
    pub path: Vec<Template>,
    /// What follows `?`.
    pub query: Option<Template>,
}

/// What a call sends.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// `application/json`.
    Json(JsonTemplate),
    /// `text/plain; charset=utf-8`.
    Text(Template),
}

/// A JSON value whose texts may hold references. Keys never do.
#[derive(Debug, Clone, PartialEq)]
pub enum JsonTemplate {
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A text; one that is exactly one reference takes the value's own type.
    Text(Template),
    /// An array.
    Array(Vec<JsonTemplate>),
    /// An object, members in the order written.
    Object(Vec<(String, JsonTemplate)>),
}

/// A contact to write to the CRM.
#[derive(Debug, Clone, PartialEq)]
pub struct Upsert {
    /// The CRM's field for the e-mail; none: the connector's default.
    pub email_field: Option<String>,
    /// The CRM's field for the phone number; none: the connector's default.
    pub phone_field: Option<String>,
}

/// A reply to write.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// Where the text comes from.
    pub source: ReplySource,
    /// 0.0 to 1.0.
    pub temperature: f64,
    /// 1 to 2000.
    pub max_output_tokens: u32,
    /// The frame given to the model.
    pub system_prompt: Option<String>,
    /// The model; none: the configured one.
    pub model: Option<String>,
}

/// Where the text of a reply comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplySource {
    /// The AI writes it.
    Ai,
    /// A configured template.
    Template,
    /// A configured fixed text.
    Static,
}

/// A tag to put.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag {
    /// Its name.
    pub tag: Template,
}

/// A block of another type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// `type` of the node.
    pub block_type: String,
    /// Whether the run goes on through it: it has no incoming edge, or the configuration says so.
    pub passes: bool,
}
