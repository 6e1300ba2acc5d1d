//! Graph, block and edge: everything around the parameters. Keys that are not named here are tolerated.

use serde_json::{Map, Value, json};

use super::{Target, parameters};
use crate::action::ActionKind;
use crate::graph::{ACTION, MAX_EDGES, MAX_ID_CHARACTERS, MAX_NODES};

/// A whole graph.
pub(super) fn graph(target: Target) -> Value {
    json!({
        "title": "Graph",
        "description": format!("A sales follow-up: blocks, and the edges that order them. {}", target.rules()),
        "type": "object",
        "required": ["nodes", "edges"],
        "properties": {
            "nodes": {
                "description": "The blocks: at least one.",
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_NODES,
                "items": target.reference("block"),
            },
            "edges": {
                "description": "The edges, in any order.",
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
    definitions.insert("edge".to_owned(), edge());
    definitions.extend(block_definitions(target));
    definitions
}

/// A block of any type. The parameters of an action are judged, those of a foreign block are not.
pub(super) fn block(target: Target) -> Value {
    json!({
        "title": "Block",
        "description": format!("One block of a graph. {}", target.rules()),
        "type": "object",
        "required": ["id", "type", "position", "data"],
        "properties": {
            "id": id(),
            "type": {
                "description": "`action` for the blocks described here; blocks of another type are foreign.",
                "type": "string",
            },
            "position": target.reference("position"),
            "data": {
                "description": "What the block says and does.",
                "type": "object",
                "properties": words(),
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
    definitions.insert("position".to_owned(), position());
    definitions.insert("parameters".to_owned(), parameters::of_any_action(target));
    for kind in ActionKind::ALL {
        definitions.insert(kind.as_str().to_owned(), parameters::of_action(target, *kind));
    }
    definitions
}

/// A block of one action.
pub(super) fn action_block(target: Target, kind: ActionKind) -> Value {
    let spec = kind.spec();
    let mut properties = words();
    properties.insert("parameters".to_owned(), target.reference(kind.as_str()));
    json!({
        "title": spec.title.en,
        "description": format!("A whole block of this action. {} {}", spec.about.en, target.rules()),
        "type": "object",
        "required": ["id", "type", "position", "data"],
        "properties": {
            "id": id(),
            "type": { "description": "An action.", "const": ACTION },
            "position": target.reference("position"),
            "data": {
                "description": "What the block says and does.",
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
    definitions.insert("position".to_owned(), position());
    definitions.insert(kind.as_str().to_owned(), parameters::of_action(target, kind));
    definitions
}

fn id() -> Value {
    json!({
        "description": "Name of the block in its graph, given to no other block.",
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_ID_CHARACTERS,
    })
}

/// The texts that a block shows.
fn words() -> Map<String, Value> {
    let words = [
        ("label", "Title of the block, for people."),
        ("subtitle", "A second line under the title."),
        ("channel", "Channel that the block belongs to, such as `commercial` or `http`."),
        ("description", "What the block is for, in a sentence."),
    ];
    words.map(|(name, about)| (name.to_owned(), text(about))).into_iter().collect()
}

fn position() -> Value {
    json!({
        "description": "Place of the block on the canvas. It never changes a run.",
        "type": "object",
        "required": ["x", "y"],
        "properties": {
            "x": { "description": "To the right.", "type": "number" },
            "y": { "description": "Downwards.", "type": "number" },
        },
    })
}

fn edge() -> Value {
    json!({
        "title": "Edge",
        "description": "The target begins when the source has ended that way.",
        "type": "object",
        "required": ["id", "source", "target"],
        "properties": {
            "id": text("Name of the edge in its graph, given to no other edge."),
            "source": text("The id of the block that it leaves."),
            "target": text("The id of the block that it enters."),
            "sourceHandle": {
                "description": "`success` or `error`: which end of the source leads on. Absent or null: `success`.",
                "type": ["string", "null"],
            },
        },
    })
}

fn text(about: &str) -> Value {
    json!({ "description": about, "type": "string" })
}
