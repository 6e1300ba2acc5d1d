//! JSON Schemas, drawn from the constants that the actions tell.
//!
//! The shape is chosen so that one mistake gives one error in every validator: `action_type` is an enumeration on the object of
//! parameters, and a chain of `if`/`then` leads to one closed definition per action (DESIGN, "Schemas"). A schema says all that a
//! schema can say portably, and refuses nothing that the validator accepts; references, URLs' hosts, JSON in text and the order of
//! a graph are the validator's.
//!
//! An editor's schema is the same one with words beside the rules: see [`editor_schema`].

mod editor;
mod envelope;
mod output;
mod parameters;
mod url;
mod words;

use relance_diagnostics::{Language, Text};
use serde_json::{Map, Value, json};

use crate::action::ActionKind;
use crate::contact::Contact;
use crate::environment::Environment;

pub use editor::KEYWORDS as EDITOR_KEYWORDS;
pub use url::url_pattern;

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A graph.
    Graph,
    /// A block of any type, alone.
    Block,
    /// A block of one action, alone.
    Action(ActionKind),
    /// What a block of one action gives when it succeeds.
    Output(ActionKind),
    /// What a block of any action gives when it fails.
    Failure,
    /// The contact of a run.
    Contact,
}

/// A dialect of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    /// 2020-12.
    Draft202012,
    /// Draft-07, for older validators. Only the names of two keywords differ.
    Draft07,
}

impl Kind {
    /// Everything that a schema describes.
    pub fn all() -> impl Iterator<Item = Kind> {
        let actions = ActionKind::ALL.iter().copied();
        let documents =
            [Kind::Graph, Kind::Block].into_iter().chain(actions.clone().map(Kind::Action));
        documents.chain(actions.map(Kind::Output)).chain([Kind::Failure, Kind::Contact])
    }

    /// The file of its schema, under the folder of a draft and an environment.
    pub fn file(self) -> String {
        match self {
            Kind::Graph => "graph.schema.json".to_owned(),
            Kind::Block => "block.schema.json".to_owned(),
            Kind::Action(kind) => format!("actions/{}.schema.json", kind.as_str()),
            Kind::Output(kind) => format!("outputs/{}.schema.json", kind.as_str()),
            Kind::Failure => "outputs/error.schema.json".to_owned(),
            Kind::Contact => "contact.schema.json".to_owned(),
        }
    }

    /// Whether it is a document that authors write, whose rules depend on the environment.
    pub fn is_document(self) -> bool {
        match self {
            Kind::Graph | Kind::Block | Kind::Action(_) => true,
            Kind::Output(_) | Kind::Failure | Kind::Contact => false,
        }
    }
}

/// The schema of a kind of document.
pub fn schema(kind: Kind, draft: Draft, environment: Environment) -> Value {
    draw(kind, Target { draft, environment, language: Language::English })
}

/// The schema of a kind of document for people who write one in an editor: the rules of [`schema`] for production, described in
/// their language, with documentation, snippets and messages. Without the [`EDITOR_KEYWORDS`], the English one is the schema itself.
pub fn editor_schema(kind: Kind, language: Language) -> Value {
    let target =
        Target { draft: Draft::Draft202012, environment: Environment::Production, language };
    let mut schema = draw(kind, target);
    editor::annotate(&mut schema, kind, language);
    schema
}

fn draw(kind: Kind, target: Target) -> Value {
    match kind {
        Kind::Graph => target.root(envelope::graph(target), envelope::graph_definitions(target)),
        Kind::Block => target.root(envelope::block(target), envelope::block_definitions(target)),
        Kind::Action(kind) => target
            .root(envelope::action_block(target, kind), envelope::action_definitions(target, kind)),
        Kind::Output(kind) => target.root(output::success(kind), Map::new()),
        Kind::Failure => target.root(output::failure(), Map::new()),
        Kind::Contact => target.root(contact(target.draft), Map::new()),
    }
}

/// For whom a schema is drawn.
#[derive(Debug, Clone, Copy)]
struct Target {
    draft: Draft,
    environment: Environment,
    /// The language of titles and descriptions.
    language: Language,
}

impl Target {
    /// A sentence in the language of the schema.
    fn say(self, text: &Text) -> Value {
        json!(text.to(self.language))
    }

    /// A sentence, and what the environment changes.
    fn say_with_rules(self, text: &Text) -> Value {
        json!(format!("{} {}", text.to(self.language), self.rules().to(self.language)))
    }

    /// A whole schema: its dialect, what it says, and the definitions that it uses.
    fn root(self, body: Value, definitions: Map<String, Value>) -> Value {
        let mut schema = Map::new();
        schema.insert("$schema".to_owned(), json!(self.draft.uri()));
        if let Value::Object(body) = body {
            schema.extend(body);
        }
        if !definitions.is_empty() {
            schema.insert(self.draft.definitions().to_owned(), Value::Object(definitions));
        }
        Value::Object(schema)
    }

    /// A reference to a definition. It stands alone: draft-07 ignores whatever stands beside it.
    fn reference(self, name: &str) -> Value {
        json!({ "$ref": format!("#/{}/{name}", self.draft.definitions()) })
    }

    /// What the environment changes, in words.
    fn rules(self) -> Text {
        match self.environment {
            Environment::Production => Text::fixed(
                "Production rules: a URL is HTTPS.",
                "Règles de production : une URL est en HTTPS.",
            ),
            Environment::Development => Text::fixed(
                "Development rules: a URL is HTTPS or HTTP.",
                "Règles de développement : une URL est en HTTPS ou en HTTP.",
            ),
        }
    }
}

impl Draft {
    fn uri(self) -> &'static str {
        match self {
            Draft::Draft202012 => "https://json-schema.org/draft/2020-12/schema",
            Draft::Draft07 => "http://json-schema.org/draft-07/schema#",
        }
    }

    fn definitions(self) -> &'static str {
        match self {
            Draft::Draft202012 => "$defs",
            Draft::Draft07 => "definitions",
        }
    }
}

/// The contact's type is our own and has no discriminator: its schema is derived.
fn contact(draft: Draft) -> Value {
    let settings = match draft {
        Draft::Draft202012 => schemars::generate::SchemaSettings::draft2020_12(),
        Draft::Draft07 => schemars::generate::SchemaSettings::draft07(),
    };
    settings.into_generator().into_root_schema_for::<Contact>().to_value()
}

#[cfg(test)]
mod tests;
