//! What the schema says about a document that lowering refused: its errors in our words, at our spans.
//!
//! The schema is the one that we publish, so that what it refuses and what we say agree by construction.

use std::{collections::HashSet, sync::LazyLock};

use jsonschema::{
    PatternOptions, ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use relance_diagnostics::{Span, Text};
use relance_model::{
    ActionKind, Document, Environment, Parameter,
    action::ParameterKind,
    document::{self, Node, Value},
    schema::{self, Draft},
    text::{Minimum, NumberInText, NumberMistake},
};

use crate::{
    Code,
    context::Context,
    finding::{Finding, list, quoted},
    suggest::closest,
    wire::RootKind,
};

static SCHEMAS: [LazyLock<Option<Validator>>; 4] = [
    LazyLock::new(|| compile(schema::Kind::Graph, Environment::Production)),
    LazyLock::new(|| compile(schema::Kind::Block, Environment::Production)),
    LazyLock::new(|| compile(schema::Kind::Graph, Environment::Development)),
    LazyLock::new(|| compile(schema::Kind::Block, Environment::Development)),
];

fn compile(kind: schema::Kind, environment: Environment) -> Option<Validator> {
    let schema = schema::schema(kind, Draft::Draft202012, environment);
    jsonschema::options().with_pattern_options(PatternOptions::regex()).build(&schema).ok()
}

fn validator(root: RootKind, environment: Environment) -> Option<&'static Validator> {
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
    let value = document.root.to_json();
    let explained = Explained::new(cx);
    let mut said = HashSet::new();
    for error in validator.iter_errors(&value) {
        let pointer = error.instance_path().as_str();
        let Some(node) = document.at_pointer(pointer) else { continue };
        if explained.wholly(node.span) {
            continue;
        }
        for finding in findings(&error, pointer, node) {
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
        let errors = cx
            .findings
            .iter()
            .filter(|finding| finding.code.severity() == relance_diagnostics::Severity::Error);
        let mut starts: Vec<u32> = errors.map(|finding| finding.span.start).collect();
        starts.sort_unstable();
        Explained { wholly: cx.explained.clone(), starts }
    }

    fn wholly(&self, span: Span) -> bool {
        self.wholly.iter().any(|explained| explained.contains(span))
    }

    fn by_a_rule(&self, span: Span) -> bool {
        let first = self.starts.partition_point(|start| *start < span.start);
        self.starts.get(first).is_some_and(|start| *start < span.end.max(span.start + 1))
    }
}

/// One error of the schema as findings: an error about keys may concern several.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the keywords of JSON Schema that ours does not use are many"
)]
fn findings(error: &ValidationError<'_>, pointer: &str, node: &Node<'_>) -> Vec<Finding> {
    let parameter = parameter(pointer);
    let one = |finding: Finding| vec![finding];
    match error.kind() {
        Kind::Required { property } => {
            one(missing_key(node, property.as_str().unwrap_or_default()))
        }
        Kind::AdditionalProperties { unexpected } => {
            let Value::Object(object) = &node.value else { return Vec::new() };
            let unknown = object
                .members
                .iter()
                .filter(|member| unexpected.iter().any(|key| *key == member.key));
            unknown.map(|member| unknown_parameter(object, member)).collect()
        }
        Kind::Type { kind } => one(wrong_type(node, parameter, last(pointer), kind)),
        Kind::Enum { options } => one(unknown_value(node, last(pointer), options)),
        Kind::MinItems { .. } => one(no_blocks(node)),
        Kind::MinLength { .. } | Kind::MaxLength { .. } if last(pointer) == "id" => {
            one(id_length(node))
        }
        Kind::MinLength { .. } | Kind::Pattern { .. } | Kind::Not { .. } => {
            one(wrong_text(node, parameter, last(pointer)))
        }
        _ => one(unexpected_value(node.span, last(pointer))),
    }
}

/// The parameter at a pointer, when there is one.
fn parameter(pointer: &str) -> Option<&'static Parameter> {
    let (parent, name) = pointer.rsplit_once('/')?;
    if !parent.ends_with("/parameters") {
        return None;
    }
    ActionKind::ALL
        .iter()
        .flat_map(|kind| kind.parameters())
        .find(|parameter| parameter.name == name)
}

fn last(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or_default()
}

fn missing_key(node: &Node<'_>, key: &str) -> Finding {
    let message = Text::new(format!("`{key}` is missing"), format!("il manque `{key}`"));
    let mut finding = Finding::new(Code::MissingKey, node.span.first_byte(), message);
    let parameter = ActionKind::ALL
        .iter()
        .flat_map(|kind| kind.parameters())
        .find(|parameter| parameter.name == key);
    if let Some(parameter) = parameter {
        finding.help(parameter.about.clone());
    }
    finding
}

fn unknown_parameter(object: &document::Object<'_>, member: &document::Member<'_>) -> Finding {
    let key = member.key.as_ref();
    let action_type = object.get("action_type").and_then(Node::as_text);
    let kind = action_type.and_then(ActionKind::from_action_type).unwrap_or(ActionKind::CreateTask);
    let owner = ActionKind::ALL
        .iter()
        .find(|other| other.parameters().iter().any(|parameter| parameter.name == key));
    let message = Text::new(
        format!("`{}` has no parameter `{key}`", kind.as_str()),
        format!("`{}` n'a pas de paramètre `{key}`", kind.as_str()),
    );
    let mut finding = Finding::new(Code::UnknownParameter, member.key_span, message);
    let free = kind
        .parameters()
        .iter()
        .map(|parameter| parameter.name)
        .filter(|name| object.get(name).is_none());
    if let Some(meant) = closest(key, free) {
        finding.did_you_mean(Some(meant));
        finding.fix(
            Text::new(format!("write `{meant}`"), format!("écrire `{meant}`")),
            member.key_span,
            quoted(meant),
        );
    } else if let Some(owner) = owner.and_then(|owner| owner.action_type()) {
        finding.help(Text::new(
            format!("it is a parameter of `{owner}`: is `action_type` right?"),
            format!("c'est un paramètre de `{owner}` : `action_type` est-il correct ?"),
        ));
    }
    finding
}

fn wrong_type(
    node: &Node<'_>,
    parameter: Option<&Parameter>,
    name: &str,
    wanted: &TypeKind,
) -> Finding {
    let found = kind_name(node.kind());
    match (parameter.map(|parameter| &parameter.kind), &node.value) {
        (Some(ParameterKind::Number(limits)), Value::Number(number)) => {
            return number_not_text(node.span, limits, name, number);
        }
        (
            Some(ParameterKind::Headers | ParameterKind::Json),
            Value::Object(_) | Value::Array(_),
        ) => return json_not_text(node, name),
        _ => {}
    }
    let wanted = match wanted {
        TypeKind::Single(wanted) => type_name(&wanted.to_string()),
        TypeKind::Multiple(_) => Text::fixed("a text or null", "un texte ou null"),
    };
    let subject = if name.is_empty() || name.parse::<usize>().is_ok() {
        Text::fixed("this", "ceci")
    } else {
        Text::new(format!("`{name}`"), format!("`{name}`"))
    };
    let message = Text::new(
        format!("{} must be {}, not {}", subject.en, wanted.en, found.en),
        format!("{} doit être {}, pas {}", subject.fr, wanted.fr, found.fr),
    );
    let mut finding = Finding::new(Code::WrongType, node.span, message);
    if let (Some(_), Value::Number(_) | Value::Bool(_)) = (parameter, &node.value) {
        finding.fix(
            Text::fixed("write it as text", "l'écrire en texte"),
            node.span,
            quoted(&node.to_json().to_string()),
        );
    }
    finding
}

fn number_not_text(span: Span, limits: &NumberInText, name: &str, number: &str) -> Finding {
    let message = Text::new(
        format!("`{name}` is a number written as text: `\"{number}\"`"),
        format!("`{name}` est un nombre écrit en texte : `\"{number}\"`"),
    );
    let mut finding = Finding::new(Code::NumberNotText, span, message);
    let meant = match limits.parse(number) {
        Err(NumberMistake::Malformed(meant) | NumberMistake::NotWhole(meant)) => meant,
        Ok(_) | Err(NumberMistake::TooSmall | NumberMistake::TooLarge) => Some(number.to_owned()),
    };
    if let Some(meant) = meant {
        finding.fix(Text::fixed("write it as text", "l'écrire en texte"), span, quoted(&meant));
    }
    finding
}

fn json_not_text(node: &Node<'_>, name: &str) -> Finding {
    let message = Text::new(
        format!("`{name}` is JSON written as text: put it in quotes, with its own quotes escaped"),
        format!("`{name}` est du JSON écrit en texte : entre guillemets, les siens échappés"),
    );
    let mut finding = Finding::new(Code::JsonNotText, node.span, message);
    finding.fix(
        Text::fixed("write it as text", "l'écrire en texte"),
        node.span,
        quoted(&node.to_json().to_string()),
    );
    finding
}

fn unknown_value(node: &Node<'_>, name: &str, options: &serde_json::Value) -> Finding {
    let words: Vec<&str> = options
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_str)
        .filter(|word| !word.is_empty())
        .collect();
    let known = list(words.iter().copied());
    let Some(found) = node.as_text() else {
        let found = kind_name(node.kind());
        let message = Text::new(
            format!("`{name}` must be a text, not {}: {}", found.en, known.en),
            format!("`{name}` doit être un texte, pas {} : {}", found.fr, known.fr),
        );
        return Finding::new(Code::WrongType, node.span, message);
    };
    let (code, message) = if name == "action_type" {
        let message = Text::new(
            format!("`{found}` is not an action"),
            format!("`{found}` n'est pas une action"),
        );
        (Code::UnknownAction, message)
    } else if found.is_empty() {
        (
            Code::BlankRequired,
            Text::new(
                format!("`{name}` may not be empty"),
                format!("`{name}` ne peut pas être vide"),
            ),
        )
    } else {
        let message = Text::new(
            format!("`{name}` cannot be `{found}`"),
            format!("`{name}` ne peut pas être `{found}`"),
        );
        (Code::UnknownValue, message)
    };
    let mut finding = Finding::new(code, node.span, message);
    finding.help(Text::new(format!("write {}", known.en), format!("écrivez {}", known.fr)));
    let same = words.iter().find(|word| word.eq_ignore_ascii_case(found.trim()));
    match (same, closest(found, words.iter().copied())) {
        (Some(meant), _) => {
            finding.fix(
                Text::new(format!("write `{meant}`"), format!("écrire `{meant}`")),
                node.span,
                quoted(meant),
            );
        }
        (None, Some(meant)) if !found.is_empty() => {
            finding.unsafe_fix(
                Text::new(format!("write `{meant}`"), format!("écrire `{meant}`")),
                node.span,
                quoted(meant),
            );
        }
        (None, _) => {}
    }
    finding
}

fn no_blocks(node: &Node<'_>) -> Finding {
    Finding::new(
        Code::NoBlocks,
        node.span,
        Text::fixed("a graph has at least one block", "un graphe a au moins un bloc"),
    )
}

fn id_length(node: &Node<'_>) -> Finding {
    let message = Text::fixed("an id has 1 to 200 characters", "un id a de 1 à 200 caractères");
    Finding::new(Code::IdLength, node.span, message)
}

/// A text that is not what its parameter wants.
fn wrong_text(node: &Node<'_>, parameter: Option<&Parameter>, name: &str) -> Finding {
    match (parameter.map(|parameter| &parameter.kind), node.as_text()) {
        (Some(ParameterKind::Number(limits)), Some(text)) => {
            wrong_number(node.span, limits, name, text)
        }
        _ => unexpected_value(node.span, name),
    }
}

fn wrong_number(span: Span, limits: &NumberInText, name: &str, text: &str) -> Finding {
    let (unit, at_most) = (&limits.unit, limits.at_most);
    let with = |number: &str, unit: &str| {
        if unit.is_empty() { number.to_owned() } else { format!("{number} {unit}") }
    };
    let (code, message, meant) = match limits.parse(text) {
        Err(NumberMistake::TooLarge) => {
            let most = at_most.to_string();
            let message = Text::new(
                format!("`{name}` is at most {}, not {text}", with(&most, &unit.en)),
                format!("`{name}` vaut au plus {}, pas {text}", with(&most, &unit.fr)),
            );
            (Code::OutOfRange, message, None)
        }
        Err(NumberMistake::TooSmall) => {
            let (en, fr, least) = match limits.minimum {
                Minimum::Above(least) => ("more than", "plus de", least),
                Minimum::AtLeast(least) => ("at least", "au moins", least),
            };
            let message = Text::new(
                format!("`{name}` is {en} {least}, not {text}"),
                format!("`{name}` vaut {fr} {least}, pas {text}"),
            );
            (Code::OutOfRange, message, None)
        }
        Err(NumberMistake::NotWhole(meant)) => {
            let message = Text::new(
                format!("`{name}` is a whole number"),
                format!("`{name}` est un nombre entier"),
            );
            (Code::MalformedNumber, message, meant)
        }
        Err(NumberMistake::Malformed(meant)) => {
            let message = Text::new(
                format!("`{name}` is not a number: write digits, with `.` for decimals"),
                format!(
                    "`{name}` n'est pas un nombre : écrivez des chiffres, avec `.` pour les décimales"
                ),
            );
            (Code::MalformedNumber, message, meant)
        }
        Ok(_) => return unexpected_value(span, name),
    };
    let mut finding = Finding::new(code, span, message);
    finding.help(Text::new(
        format!("leave it empty for {}", with(limits.default, &unit.en)),
        format!("laissez vide pour {}", with(limits.default, &unit.fr)),
    ));
    if let Some(meant) = meant {
        finding.fix(
            Text::new(format!("write `{meant}`"), format!("écrire `{meant}`")),
            span,
            quoted(&meant),
        );
    }
    finding
}

pub(crate) fn unexpected_value(span: Span, name: &str) -> Finding {
    let message = Text::new(
        format!("`{name}` may not hold this"),
        format!("`{name}` ne peut pas contenir ceci"),
    );
    Finding::new(Code::UnexpectedValue, span, message)
}

fn type_name(name: &str) -> Text {
    match name {
        "string" => Text::fixed("a text", "un texte"),
        "number" | "integer" => Text::fixed("a number", "un nombre"),
        "boolean" => Text::fixed("true or false", "true ou false"),
        "array" => Text::fixed("an array", "un tableau"),
        "object" => Text::fixed("an object", "un objet"),
        _ => Text::fixed("null", "null"),
    }
}

fn kind_name(kind: document::Kind) -> Text {
    match kind {
        document::Kind::Null => Text::fixed("null", "null"),
        document::Kind::Bool => Text::fixed("true or false", "true ou false"),
        document::Kind::Number => Text::fixed("a number", "un nombre"),
        document::Kind::Text => Text::fixed("a text", "un texte"),
        document::Kind::Array => Text::fixed("an array", "un tableau"),
        document::Kind::Object => Text::fixed("an object", "un objet"),
    }
}
