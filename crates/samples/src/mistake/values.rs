//! Values of another type than the one wanted, and texts that their parameter refuses.

use super::{
    Change,
    site::{self, Kind, actions, any, edges, member, nodes, set},
};
use crate::{
    json::{Json, Path},
    random::Random,
    spelling::Part,
    wrong::{Wrong, unmarked},
};

type Make = fn(&mut Random, &Json) -> Option<Change>;

pub(super) const OPERATORS: &[(&str, Make)] = &[
    ("a parameter of another type", parameter_type),
    ("action_type of another type", action_type_type),
    ("a text of a block of another type", text_type),
    ("an id of another type", id_type),
    ("a coordinate of another type", coordinate_type),
    ("an object of another type", object_type),
    ("a block of another type", node_type),
    ("nodes or edges of another type", array_type),
    ("an edge of another type", edge_type),
    ("a part of an edge of another type", edge_part_type),
    ("an empty graph", no_blocks),
];

/// Values that are no text.
const NO_TEXTS: [&str; 9] =
    ["12", "0.5", "-1e3", "true", "null", "[]", "{}", "{\"é\": 1}", "[\"日\", {\"b\": [2]}]"];

/// Puts one of these literals in the place of a value.
fn put(
    random: &mut Random,
    right: &Json,
    path: Path,
    literals: &[&str],
    code: &'static str,
) -> Change {
    let mut document = right.clone();
    *document.at_mut(&path) = Json::parse(literals[random.below(literals.len())]);
    Change::new(document, code, path, Part::Value)
}

fn parameter_type(random: &mut Random, right: &Json) -> Option<Change> {
    let action = any(random, &actions(right))?;
    let (key, kind, _) = *random.pick(action.known);
    let literal = *random.pick(&NO_TEXTS);
    let is_number = literal.starts_with(|it: char| it == '-' || it.is_ascii_digit());
    let code = match kind {
        Kind::Number if is_number => "number-not-text",
        Kind::Headers | Kind::Json if literal.starts_with(['{', '[']) => "json-not-text",
        Kind::Text | Kind::Choice | Kind::Number | Kind::Url | Kind::Headers | Kind::Json => {
            "wrong-type"
        }
    };
    let mut document = right.clone();
    set(&mut document, &action.parameters, key, Json::parse(literal));
    let path = member(&document, &action.parameters, key)?;
    Some(Change::new(document, code, path, Part::Value))
}

fn action_type_type(random: &mut Random, right: &Json) -> Option<Change> {
    let action = any(random, &actions(right))?;
    let path = member(right, &action.parameters, "action_type")?;
    Some(put(random, right, path, &NO_TEXTS, "wrong-type"))
}

fn text_type(random: &mut Random, right: &Json) -> Option<Change> {
    let node = any(random, &nodes(right))?;
    let data = member(right, &node, "data")?;
    let paths: Vec<Path> = ["label", "subtitle", "channel", "description"]
        .into_iter()
        .filter_map(|key| member(right, &data, key))
        .chain(member(right, &node, "type"))
        .collect();
    let path = any(random, &paths)?;
    Some(put(random, right, path, &NO_TEXTS, "wrong-type"))
}

fn id_type(random: &mut Random, right: &Json) -> Option<Change> {
    let path = member(right, &any(random, &nodes(right))?, "id")?;
    Some(put(random, right, path, &NO_TEXTS, "wrong-type"))
}

fn coordinate_type(random: &mut Random, right: &Json) -> Option<Change> {
    let position = member(right, &any(random, &nodes(right))?, "position")?;
    let path = member(right, &position, if random.one_in(2) { "x" } else { "y" })?;
    let literals = ["\"960\"", "\"\"", "null", "true", "[0]", "{\"x\": 0}"];
    Some(put(random, right, path, &literals, "wrong-type"))
}

/// `position`, `data` or `parameters`.
fn object_type(random: &mut Random, right: &Json) -> Option<Change> {
    let action = any(random, &actions(right))?;
    let path = match random.below(3) {
        0 => member(right, &action.node, "position")?,
        1 => member(right, &action.node, "data")?,
        _ => action.parameters,
    };
    Some(put(random, right, path, &["\"x\"", "12", "null", "[]", "[{\"a\": 1}]"], "wrong-type"))
}

fn node_type(random: &mut Random, right: &Json) -> Option<Change> {
    let path = any(random, &nodes(right)).filter(|path| !path.is_empty())?;
    Some(put(random, right, path, &["\"tag\"", "12", "null", "[\"é\"]"], "wrong-type"))
}

fn array_type(random: &mut Random, right: &Json) -> Option<Change> {
    let path = member(right, &[], if random.one_in(2) { "nodes" } else { "edges" })?;
    Some(put(random, right, path, &["{}", "{\"a\": {}}", "null", "\"[]\"", "0"], "wrong-type"))
}

fn edge_type(random: &mut Random, right: &Json) -> Option<Change> {
    let path = any(random, &edges(right))?;
    Some(put(random, right, path, &["\"e1\"", "12", "null", "[\"a\", \"b\"]"], "wrong-type"))
}

fn edge_part_type(random: &mut Random, right: &Json) -> Option<Change> {
    let edge = any(random, &edges(right))?;
    let key = *random.pick(&["id", "source", "target", "sourceHandle"]);
    let literals =
        if key == "sourceHandle" { &["0", "true", "[\"error\"]"] } else { &["0", "null", "{}"] };
    Some(put(random, right, member(right, &edge, key)?, literals, "wrong-type"))
}

fn no_blocks(random: &mut Random, right: &Json) -> Option<Change> {
    let path = member(right, &[], "nodes")?;
    let change = put(random, right, path, &["[]"], "no-blocks");
    let places = change.places.into_iter().map(|(path, _)| (path, Part::Whole)).collect();
    Some(Change { places, ..change })
}

/// A text that a parameter refuses, in the place of what it holds or where it holds nothing.
pub(super) fn wrong_text(random: &mut Random, right: &Json, wrong: &Wrong) -> Option<Change> {
    let takes =
        |known: &[super::site::Parameter]| known.iter().any(|(key, _, _)| *key == wrong.parameter);
    let able: Vec<_> = actions(right)
        .into_iter()
        .filter(|action| match wrong.parameter {
            "action_type" => !action.kind.is_empty(),
            "body_json" => takes(action.known) && site::sends_json(right, action),
            _ => takes(action.known),
        })
        .collect();
    let action = any(random, &able)?;
    let (text, within) = unmarked(wrong.texts[random.below(wrong.texts.len())]);
    let mut document = right.clone();
    set(&mut document, &action.parameters, wrong.parameter, Json::text(text));
    let path = member(&document, &action.parameters, wrong.parameter)?;
    Some(Change::new(document, wrong.code, path, within.map_or(Part::Value, Part::Within)))
}
