//! Keys that are missing, misspelt, there twice, or where they do not belong.

use super::{
    Change,
    site::{ACTIONS, actions, any, edges, member, nodes, text},
};
use crate::{
    json::{Json, Path},
    random::Random,
    spelling::Part,
};

type Make = fn(&mut Random, &Json) -> Option<Change>;

pub(super) const OPERATORS: &[(&str, Make)] = &[
    ("a block without its id", |random, right| without(random, right, "id")),
    ("a block without its type", |random, right| without(random, right, "type")),
    ("a block without its position", |random, right| without(random, right, "position")),
    ("a block without its data", |random, right| without(random, right, "data")),
    ("a position without an axis", without_axis),
    ("data without parameters", without_parameters),
    ("an edge without an end or an id", edge_without),
    ("a graph without its edges", |_, right| without_array(right, "edges")),
    ("a graph without its nodes", |_, right| without_array(right, "nodes")),
    ("a required parameter missing", without_required),
    ("action_type forgotten", without_action_type),
    ("an optional parameter misspelt", misspelt_optional),
    ("a required parameter misspelt", misspelt_required),
    ("action_type misspelt", misspelt_action_type),
    ("an unknown parameter", unknown),
    ("a parameter of another action", foreign),
    ("a key twice", twice),
];

fn remove(right: &Json, path: &[usize]) -> Option<Json> {
    let (place, parent) = path.split_last()?;
    let mut document = right.clone();
    if let Json::Object(members) = document.at_mut(parent) {
        members.remove(*place);
    }
    Some(document)
}

fn missing(right: &Json, holder: Path, key: &str) -> Option<Change> {
    let document = remove(right, &member(right, &holder, key)?)?;
    Some(Change::new(document, "missing-key", holder, Part::Value))
}

fn without(random: &mut Random, right: &Json, key: &str) -> Option<Change> {
    let node = any(random, &nodes(right))?;
    // What is left of a block alone must still show that it is one.
    missing(right, node, key)
}

fn without_axis(random: &mut Random, right: &Json) -> Option<Change> {
    let position = member(right, &any(random, &nodes(right))?, "position")?;
    let axis = *random.pick(&["x", "y"]);
    missing(right, position, axis)
}

fn without_parameters(random: &mut Random, right: &Json) -> Option<Change> {
    let data = member(right, &any(random, &actions(right))?.node, "data")?;
    missing(right, data, "parameters")
}

fn edge_without(random: &mut Random, right: &Json) -> Option<Change> {
    let edge = any(random, &edges(right))?;
    let key = *random.pick(&["id", "source", "target"]);
    missing(right, edge, key)
}

fn without_array(right: &Json, key: &str) -> Option<Change> {
    missing(right, Path::new(), key)
}

fn without_required(random: &mut Random, right: &Json) -> Option<Change> {
    let action = any(random, &actions(right))?;
    let required: Vec<_> = action.known.iter().filter(|(_, _, required)| *required).collect();
    let (key, _, _) = any(random, &required)?;
    missing(right, action.parameters, key)
}

fn without_action_type(random: &mut Random, right: &Json) -> Option<Change> {
    let action = any(random, &actions(right))?;
    let document = remove(right, &member(right, &action.parameters, "action_type")?)?;
    let alone =
        matches!(document.at(&action.parameters), Json::Object(members) if members.is_empty());
    (!alone).then(|| Change::new(document, "action-type-missing", action.parameters, Part::Key))
}

/// A word with a slip of the finger in it.
fn slip(random: &mut Random, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let place = random.below(letters.len() - 1);
    match random.below(6) {
        0 => letters.swap(place, place + 1),
        1 => drop(letters.remove(place)),
        2 => letters.insert(place, letters[place]),
        3 => return word.to_uppercase(),
        4 => return word.replace('_', "-") + "s",
        _ => letters[place] = 'é',
    }
    letters.into_iter().collect()
}

fn misspelt(random: &mut Random, right: &Json, wanted: bool) -> Option<Change> {
    let action = any(random, &actions(right))?;
    let there: Vec<Path> = action
        .known
        .iter()
        .filter(|(_, _, required)| *required == wanted)
        .filter_map(|(key, _, _)| member(right, &action.parameters, key))
        .collect();
    let path = any(random, &there)?;
    rename(random, right, path)
}

fn rename(random: &mut Random, right: &Json, path: Path) -> Option<Change> {
    let (place, parent) = path.split_last()?;
    let mut document = right.clone();
    let Json::Object(members) = document.at_mut(parent) else { return None };
    let word = slip(random, &members[*place].0);
    let known =
        |word: &str| ACTIONS.iter().flat_map(|(_, keys)| *keys).any(|(key, _, _)| *key == word);
    if known(&word) || members.iter().any(|(key, _)| *key == word) {
        return None;
    }
    members[*place].0 = word;
    Some(Change::new(document, "unknown-parameter", path, Part::Key))
}

fn misspelt_optional(random: &mut Random, right: &Json) -> Option<Change> {
    misspelt(random, right, false)
}

fn misspelt_required(random: &mut Random, right: &Json) -> Option<Change> {
    misspelt(random, right, true)
}

fn misspelt_action_type(random: &mut Random, right: &Json) -> Option<Change> {
    let action = any(random, &actions(right))?;
    let path = member(right, &action.parameters, "action_type")?;
    rename(random, right, path)
}

fn put_in(
    random: &mut Random,
    right: &Json,
    parameters: Path,
    key: &str,
    value: Json,
) -> Option<Change> {
    let mut document = right.clone();
    let Json::Object(members) = document.at_mut(&parameters) else { return None };
    let place = random.below(members.len() + 1);
    members.insert(place, (key.to_owned(), value));
    let path = parameters.into_iter().chain([place]).collect();
    Some(Change::new(document, "unknown-parameter", path, Part::Key))
}

fn unknown(random: &mut Random, right: &Json) -> Option<Change> {
    let action = any(random, &actions(right))?;
    let key =
        *random.pick(&["retries", "note", "é", "", "nombre d'essais", "~0/x", "Content-Type"]);
    let value = *random.pick(&["\"3\"", "3", "null", "{\"a\": [1]}", "\"{{ contact.nope }}\""]);
    put_in(random, right, action.parameters, key, Json::parse(value))
}

/// A key of another action, in a block whose action is told.
fn foreign(random: &mut Random, right: &Json) -> Option<Change> {
    let action = any(random, &actions(right))?;
    text(right, &action.parameters, "action_type")?;
    let others: Vec<&str> = ACTIONS
        .iter()
        .filter(|(name, _)| *name != action.kind)
        .flat_map(|(_, keys)| keys.iter().map(|(key, _, _)| *key))
        .collect();
    let key = *random.pick(&others);
    put_in(random, right, action.parameters, key, Json::text("haute"))
}

/// A member of any object, again at its end.
fn twice(random: &mut Random, right: &Json) -> Option<Change> {
    let filled =
        |path: &Path| matches!(right.at(path), Json::Object(members) if !members.is_empty());
    let objects: Vec<Path> = right.places().into_iter().filter(filled).collect();
    let path = any(random, &objects)?;
    let mut document = right.clone();
    let Json::Object(members) = document.at_mut(&path) else { return None };
    let again = random.pick(members).clone();
    let place = members.len();
    members.push(again);
    let path = path.into_iter().chain([place]).collect();
    Some(Change::new(document, "duplicate-key", path, Part::Key))
}
