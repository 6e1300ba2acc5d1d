//! `fixtures/ok/`: documents that are right.

use std::fs;
use std::path::PathBuf;

use relance_model::graph::{Block, Graph};
use relance_model::schema::{Draft, Kind, schema};
use relance_model::{ActionKind, Environment};
use serde_json::Value;

use crate::fixture;

fn documents() -> Vec<(PathBuf, Value)> {
    let subjects = fs::read_dir(fixture("ok")).unwrap().map(|subject| subject.unwrap().path());
    let files = subjects
        .flat_map(|subject| fs::read_dir(subject).unwrap().map(|file| file.unwrap().path()));
    files
        .map(|path| {
            (path.clone(), serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())
        })
        .collect()
}

#[test]
fn right_documents_satisfy_the_schemas() {
    let validator = |kind| {
        jsonschema::validator_for(&schema(kind, Draft::Draft202012, Environment::Production))
            .unwrap()
    };
    let (graph, block) = (validator(Kind::Graph), validator(Kind::Block));
    for (path, document) in documents() {
        let validator = if document.get("nodes").is_some() { &graph } else { &block };
        if let Err(error) = validator.validate(&document) {
            panic!("{}: {error} at {}", path.display(), error.instance_path());
        }
    }
}

#[test]
fn wire_types_read_right_documents_and_write_them_back() {
    for (path, document) in documents() {
        let written = if document.get("nodes").is_some() {
            serde_json::to_value(serde_json::from_value::<Graph>(document.clone()).unwrap())
        } else {
            serde_json::to_value(serde_json::from_value::<Block>(document.clone()).unwrap())
        };
        assert_eq!(comparable(written.unwrap()), comparable(document), "{}", path.display());
    }
}

/// The same document with every number as a float and no null: a written position is `0.0`, and an absent handle is not written.
fn comparable(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.as_f64()),
        Value::Array(items) => items.into_iter().map(comparable).collect(),
        Value::Object(object) => object
            .into_iter()
            .filter(|(_, it)| !it.is_null())
            .map(|(key, it)| (key, comparable(it)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::String(_) => value,
    }
}

#[test]
fn every_action_has_minimal_and_full_documents() {
    for kind in ActionKind::ALL {
        for name in ["minimal", "full", "spec_sample", "spec_sample_in_a_graph"] {
            let path = fixture(&format!("ok/{}/{name}.json", kind.as_str()));
            assert!(path.exists(), "{}", path.display());
        }
    }
}
