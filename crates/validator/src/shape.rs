//! What the schema says about a document that lowering refused: its errors in our words, at our spans.
//!
//! The schema is the one that we publish, so that what it refuses and what we say agree by construction.

mod ids;
mod keys;
mod kinds;
mod tree;
mod values;

use std::{collections::HashSet, sync::LazyLock};

use jsonschema::{PatternOptions, ValidationError, Validator, error::ValidationErrorKind as Kind};
use relance_diagnostics::Span;
use relance_model::{
    ActionKind, Document, Environment, Parameter,
    document::Node,
    schema::{self, Draft},
};

pub(crate) use values::unexpected;

use self::{ids::Ids, tree::Tree};
use crate::{Code, context::Context, finding::Finding, wire::RootKind};

static SCHEMAS: [LazyLock<Option<Validator<Tree>>>; 4] = [
    LazyLock::new(|| compile(schema::Kind::Graph, Environment::Production)),
    LazyLock::new(|| compile(schema::Kind::Block, Environment::Production)),
    LazyLock::new(|| compile(schema::Kind::Graph, Environment::Development)),
    LazyLock::new(|| compile(schema::Kind::Block, Environment::Development)),
];

fn compile(kind: schema::Kind, environment: Environment) -> Option<Validator<Tree>> {
    let schema = schema::schema(kind, Draft::Draft202012, environment);
    jsonschema::options_for::<Tree>()
        .with_pattern_options(PatternOptions::regex())
        .build(&schema)
        .ok()
}

fn validator(root: RootKind, environment: Environment) -> Option<&'static Validator<Tree>> {
    let [graph, block, development_graph, development_block] = &SCHEMAS;
    let schema = match (root, environment) {
        (RootKind::Graph, Environment::Production) => graph,
        (RootKind::Block, Environment::Production) => block,
        (RootKind::Graph, Environment::Development) => development_graph,
        (RootKind::Block, Environment::Development) => development_block,
    };
    schema.as_ref()
}

/// Says why the schema refuses the document: at most one finding for each value, and none where a rule has explained the value.
pub(crate) fn explain(cx: &mut Context<'_>, document: &Document<'_>, root: RootKind) {
    let Some(validator) = validator(root, cx.options.environment) else { return };
    let explained = Explained::new(cx);
    let around = Around { source: cx.source, ids: Ids::of(document) };
    let mut said = HashSet::new();
    for error in validator.iter_errors(document.root()) {
        let pointer = error.instance_path().as_str();
        let Some(node) = document.at_pointer(pointer) else { continue };
        if explained.wholly(node.span) {
            continue;
        }
        let at = Place { pointer, node, around: &around };
        for finding in findings(&error, at) {
            let about_keys = matches!(finding.code, Code::MissingKey | Code::UnknownParameter);
            let subject = if about_keys {
                (finding.span, finding.message.en.clone())
            } else {
                (node.span, "".into())
            };
            if (about_keys || !explained.by_a_rule(node.span)) && said.insert(subject) {
                cx.push(finding);
            }
        }
    }
}

/// What the rules have said already.
struct Explained {
    wholly: Vec<Span>,
    /// Where errors begin, in order.
    starts: Vec<u32>,
}

impl Explained {
    fn new(cx: &Context<'_>) -> Explained {
        let mut starts: Vec<u32> = cx.errors().map(|finding| finding.span.start).collect();
        starts.sort_unstable();
        let mut wholly = cx.explained.clone();
        wholly.sort_unstable();
        Explained { wholly, starts }
    }

    /// Whether everything in a value has been explained. The stretches that are do not overlap.
    fn wholly(&self, span: Span) -> bool {
        let after = self.wholly.partition_point(|explained| explained.start <= span.start);
        let before = after.checked_sub(1).and_then(|place| self.wholly.get(place));
        before.is_some_and(|explained| explained.contains(span))
    }

    fn by_a_rule(&self, span: Span) -> bool {
        let first = self.starts.partition_point(|start| *start < span.start);
        self.starts.get(first).is_some_and(|start| *start < span.end.max(span.start + 1))
    }
}

/// The document around a value.
struct Around<'p> {
    source: &'p str,
    ids: Ids<'p>,
}

/// The value that the schema refuses.
#[derive(Clone, Copy)]
struct Place<'p> {
    pointer: &'p str,
    node: Node<'p>,
    around: &'p Around<'p>,
}

impl<'p> Place<'p> {
    /// Its key; in an array, its index.
    fn name(self) -> &'p str {
        self.pointer.rsplit('/').next().unwrap_or_default()
    }

    /// The parameter that it is, when it is one.
    fn parameter(self) -> Option<&'static Parameter> {
        let (parent, name) = self.pointer.rsplit_once('/')?;
        parameter(name).filter(|_| parent.ends_with("/parameters"))
    }

    /// It as it was written.
    fn written(self) -> &'p str {
        self.around.source.get(self.node.span.range()).unwrap_or_default()
    }

    /// What is underlined: all of a plain value, the bracket that opens a large one.
    fn span(self) -> Span {
        if self.node.as_object().is_some() || self.node.as_array().is_some() {
            self.node.span.first_byte()
        } else {
            self.node.span
        }
    }
}

/// The parameter of that name; no two actions share one.
fn parameter(name: &str) -> Option<&'static Parameter> {
    ActionKind::ALL
        .iter()
        .flat_map(|kind| kind.parameters())
        .find(|parameter| parameter.name == name)
}

/// One error of the schema as findings: an error about keys may concern several.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the keywords of JSON Schema that ours does not use are many"
)]
fn findings(error: &ValidationError<'_>, at: Place<'_>) -> Vec<Finding> {
    let finding = match error.kind() {
        Kind::Required { property } => keys::missing(at, property.as_str().unwrap_or_default()),
        Kind::AdditionalProperties { unexpected } => return keys::unknown(at, unexpected),
        Kind::Type { kind } => kinds::wrong(at, kind),
        Kind::Enum { options } => values::unknown(at, options),
        Kind::MinItems { .. } => values::no_blocks(at),
        Kind::MinLength { .. } | Kind::MaxLength { .. } if at.name() == "id" => {
            values::id_length(at)
        }
        Kind::MinLength { .. } | Kind::Pattern { .. } | Kind::Not { .. } => values::wrong_text(at),
        _ => unexpected(at.span(), at.name()),
    };
    vec![finding]
}
