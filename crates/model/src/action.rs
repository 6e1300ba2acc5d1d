//! The registry of actions: this enum is the only list of them.
//!
//! Each action tells its parameters once, as constants in the file of its name; the schemas, the checks, the editor texts and
//! the documentation all read them there. Wire names are the spec's French and never change.

pub mod ai_reply;
pub mod create_task;
pub mod crm_upsert;
pub mod http_request;
pub mod tag_contact;

use relance_diagnostics::Text;
use strum::VariantArray;

use crate::text::NumberInText;

/// The five actions of the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum ActionKind {
    /// Create a task for the sales team.
    CreateTask,
    /// Call an external HTTP service.
    HttpRequest,
    /// Create or update a contact in the CRM.
    CrmUpsert,
    /// Have an AI write a reply.
    AiReply,
    /// Put a tag on the contact.
    TagContact,
}

impl ActionKind {
    /// Every action, in the order of the spec.
    pub const ALL: &'static [ActionKind] = ActionKind::VARIANTS;

    /// The name of its files, schema and page: `http_request`.
    pub fn as_str(self) -> &'static str {
        self.spec().name
    }

    /// What its `action_type` must be; a created task has none.
    pub fn action_type(self) -> Option<&'static str> {
        self.spec().action_type
    }

    /// Its parameters, `action_type` excepted, in the order of the spec.
    pub fn parameters(self) -> &'static [Parameter] {
        self.spec().parameters
    }

    /// The action that an `action_type` names.
    pub fn from_action_type(text: &str) -> Option<ActionKind> {
        ActionKind::ALL.iter().copied().find(|kind| kind.action_type() == Some(text))
    }

    /// Everything that its file tells.
    pub fn spec(self) -> &'static Spec {
        match self {
            ActionKind::CreateTask => &create_task::SPEC,
            ActionKind::HttpRequest => &http_request::SPEC,
            ActionKind::CrmUpsert => &crm_upsert::SPEC,
            ActionKind::AiReply => &ai_reply::SPEC,
            ActionKind::TagContact => &tag_contact::SPEC,
        }
    }
}

/// What one action is, told once.
#[derive(Debug)]
pub struct Spec {
    /// Its name in files and in the journal.
    pub name: &'static str,
    /// The value of `action_type`, if it has one.
    pub action_type: Option<&'static str>,
    /// Its title.
    pub title: Text,
    /// What it does, in a sentence or two.
    pub about: Text,
    /// The words of a new block.
    pub block: NewBlock,
    /// Its parameters, `action_type` excepted.
    pub parameters: &'static [Parameter],
    /// What it gives to later blocks when it succeeds: the names after `blocks.<id>.`, `error` excepted.
    pub outputs: &'static [Output],
}

/// What a block of an action says when it has just been put on the canvas, its title excepted.
#[derive(Debug)]
pub struct NewBlock {
    /// Its id.
    pub id: &'static str,
    /// The line under its title.
    pub subtitle: Text,
    /// The channel that it belongs to.
    pub channel: &'static str,
    /// What it is for.
    pub description: Text,
}

/// One parameter of an action.
#[derive(Debug)]
pub struct Parameter {
    /// Its name on the wire: the spec's.
    pub name: &'static str,
    /// What the spec says of it, word for word, in its French.
    pub spec: &'static str,
    /// What it means, its unit, default and limits.
    pub about: Text,
    /// What it may hold.
    pub kind: ParameterKind,
    /// Whether the key must be there and hold something.
    pub required: bool,
    /// Whether `{{ … }}` may stand in it.
    pub references: References,
    /// Values to begin with, where its words, limits or default do not show one. The first stands in new blocks.
    pub examples: &'static [Example],
}

/// A value that a parameter may hold, for people to begin with.
#[derive(Debug)]
pub struct Example {
    /// What it is good for, in a few words.
    pub title: Text,
    /// The value: the same in both languages unless it is prose.
    pub value: Text,
}

impl Example {
    /// A value that no language changes.
    const fn new(title: Text, value: &'static str) -> Example {
        Example { title, value: Text::fixed(value, value) }
    }
}

/// What a parameter may hold. On the wire it is always a JSON text; a blank optional one is absent.
#[derive(Debug)]
pub enum ParameterKind {
    /// Any text.
    Text,
    /// One of a few words.
    Choice(&'static Choice),
    /// A number written as text.
    Number(&'static NumberInText),
    /// An HTTPS (in development also HTTP) URL.
    Url,
    /// JSON written as text: a flat object of texts, whose values may be secret.
    Headers,
    /// JSON written as text: any value.
    Json,
}

/// A closed list of words.
#[derive(Debug)]
pub struct Choice {
    /// The words, with what each means.
    pub values: &'static [(&'static str, Text)],
    /// The word that a blank or absent parameter stands for.
    pub default: Option<&'static str>,
}

/// Which references a parameter may hold (DESIGN, "References").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum References {
    /// None: `{{` is a mistake.
    None,
    /// The contact, earlier blocks and the run.
    Data,
    /// These and secrets.
    DataAndSecrets,
}

/// One output of an action.
#[derive(Debug)]
pub struct Output {
    /// Its name after `blocks.<id>.`.
    pub name: &'static str,
    /// What it is.
    pub about: Text,
    /// Its JSON type: `string`, `integer`, `boolean`, `object` or `any`. Inside `object` and `any` a path may go deeper.
    pub json_type: &'static str,
    /// Whether it may be null instead.
    pub nullable: bool,
}

/// The output of a block that failed, whatever its action: `{code, message, status}`.
pub static ERROR_OUTPUT: Output = Output {
    name: "error",
    about: Text::fixed(
        "Why the block failed: `code`, `message` and, for HTTP, `status`. There only after a failure.",
        "Pourquoi le bloc a échoué : `code`, `message` et, en HTTP, `status`. Présent seulement après un échec.",
    ),
    json_type: "object",
    nullable: false,
};
