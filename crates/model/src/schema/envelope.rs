//! Graph, block and edge: everything around the parameters. Keys that are not named here are tolerated.

use relance_diagnostics::Text;
use serde_json::{Map, Value, json};

use super::{Target, parameters, words};
use crate::action::ActionKind;
use crate::graph::{ACTION, MAX_EDGES, MAX_ID_CHARACTERS, MAX_NODES};

/// A whole graph.
pub(super) fn graph(target: Target) -> Value {
    json!({
        "title": target.say(&words::GRAPH),
        "description": target.say_with_rules(&words::GRAPH_ABOUT),
        "type": "object",
        "required": ["nodes", "edges"],
        "properties": {
            "nodes": {
                "description": target.say(&words::NODES),
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_NODES,
                "items": target.reference("block"),
            },
            "edges": {
                "description": target.say(&words::EDGES),
                "type": "array",
                "maxItems": MAX_EDGES,
                "items": target.reference("edge"),
            },
        },
    })
}

/// What a graph refers to.
pub(super) fn graph_definitions(target: Target) -> Map<String, Value> {
    let mut definitions = Map::new();
    definitions.insert("block".to_owned(), block(target));
    definitions.insert("edge".to_owned(), edge(target));
    definitions.extend(block_definitions(target));
    definitions
}

/// A block of any type. The parameters of an action are judged, those of a foreign block are not.
pub(super) fn block(target: Target) -> Value {
    json!({
        "title": target.say(&words::BLOCK),
        "description": target.say_with_rules(&words::BLOCK_ABOUT),
        "type": "object",
        "required": ["id", "type", "position", "data"],
        "properties": {
            "id": id(target),
            "type": { "description": target.say(&words::TYPE), "type": "string" },
            "position": target.reference("position"),
            "data": {
                "description": target.say(&words::DATA),
                "type": "object",
                "properties": block_texts(target),
            },
        },
        "if": {
            "type": "object",
            "required": ["type", "data"],
            "properties": { "type": { "const": ACTION }, "data": { "type": "object" } },
        },
        "then": {
            "type": "object",
            "properties": {
                "data": {
                    "type": "object",
                    "required": ["parameters"],
                    "properties": { "parameters": target.reference("parameters") },
                },
            },
        },
    })
}

/// What a block refers to.
pub(super) fn block_definitions(target: Target) -> Map<String, Value> {
    let mut definitions = Map::new();
    definitions.insert("position".to_owned(), position(target));
    definitions.insert("parameters".to_owned(), parameters::of_any_action(target));
    for kind in ActionKind::ALL {
        definitions.insert(kind.as_str().to_owned(), parameters::of_action(target, *kind));
    }
    definitions
}

/// A block of one action.
pub(super) fn action_block(target: Target, kind: ActionKind) -> Value {
    let spec = kind.spec();
    let about = Text::new(
        format!("A whole block of this action. {}", spec.about.en),
        format!("Un bloc entier de cette action. {}", spec.about.fr),
    );
    let mut properties = block_texts(target);
    properties.insert("parameters".to_owned(), target.reference(kind.as_str()));
    json!({
        "title": target.say(&spec.title),
        "description": target.say_with_rules(&about),
        "type": "object",
        "required": ["id", "type", "position", "data"],
        "properties": {
            "id": id(target),
            "type": { "description": target.say(&words::TYPE_OF_ACTION), "const": ACTION },
            "position": target.reference("position"),
            "data": {
                "description": target.say(&words::DATA),
                "type": "object",
                "required": ["parameters"],
                "properties": properties,
            },
        },
    })
}

/// What a block of one action refers to.
pub(super) fn action_definitions(target: Target, kind: ActionKind) -> Map<String, Value> {
    let mut definitions = Map::new();
    definitions.insert("position".to_owned(), position(target));
    definitions.insert(kind.as_str().to_owned(), parameters::of_action(target, kind));
    definitions
}

fn id(target: Target) -> Value {
    json!({
        "description": target.say(&words::ID),
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_ID_CHARACTERS,
    })
}

/// The texts that a block shows.
fn block_texts(target: Target) -> Map<String, Value> {
    let texts = words::BLOCK_TEXTS.iter();
    texts.map(|(name, about)| ((*name).to_owned(), text(target, about))).collect()
}

fn position(target: Target) -> Value {
    json!({
        "description": target.say(&words::POSITION),
        "type": "object",
        "required": ["x", "y"],
        "properties": {
            "x": { "description": target.say(&words::X), "type": "number" },
            "y": { "description": target.say(&words::Y), "type": "number" },
        },
    })
}

fn edge(target: Target) -> Value {
    json!({
        "title": target.say(&words::EDGE),
        "description": target.say(&words::EDGE_ABOUT),
        "type": "object",
        "required": ["id", "source", "target"],
        "properties": {
            "id": text(target, &words::EDGE_ID),
            "source": text(target, &words::SOURCE),
            "target": text(target, &words::TARGET),
            "sourceHandle": {
                "description": target.say(&words::SOURCE_HANDLE),
                "type": ["string", "null"],
            },
        },
    })
}

fn text(target: Target, about: &Text) -> Value {
    json!({ "description": target.say(about), "type": "string" })
}
