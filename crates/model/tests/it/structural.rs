//! `fixtures/structural.jsonl`: cases that the schemas alone decide. Validators of other languages run the same list.

use std::collections::BTreeMap;

use relance_model::schema::{Draft, Kind, schema};
use relance_model::{ActionKind, Environment};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::fixture;

#[derive(Deserialize)]
struct Case {
    name: String,
    schema: String,
    env: String,
    document: Value,
    valid: bool,
}

/// A line of the contract's cases.
#[derive(Deserialize)]
struct Line {
    name: String,
    valid: bool,
    text: String,
}

/// The wrong lines of the contract whose mistake no schema can see: hosts, JSON in text, references, and what takes the whole graph.
const BEYOND_SCHEMA: [&str; 19] = [
    "url 'https://127.0.0.1/'",
    "url 'https://localhost/x'",
    "headers '{'",
    "headers '{\"a\": 1}'",
    "headers '[\"a\"]'",
    "headers '{\"X A\": \"b\"}'",
    "headers '{\"Host\": \"x\"}'",
    "body '{event: 1}'",
    "body '{\"a\": }'",
    "unknown contact field",
    "reference in system_prompt",
    "secret in a tag",
    "output of a block after",
    "duplicate id",
    "target unknown",
    "self-loop",
    "cycle of two",
    "trailing comma",
    "duplicate key",
];

fn read<T: for<'de> Deserialize<'de>>(file: &str) -> Vec<T> {
    let text = std::fs::read_to_string(fixture(file)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn schemas_decide_the_structural_cases() {
    let kinds: BTreeMap<String, Kind> =
        Kind::all().map(|kind| (kind.file().replace(".schema.json", ""), kind)).collect();
    let cases: Vec<Case> = read("structural.jsonl");
    let mut wrong = Vec::new();
    for draft in [Draft::Draft202012, Draft::Draft07] {
        let mut validators = BTreeMap::new();
        for case in &cases {
            let validator = validators.entry((&case.schema, &case.env)).or_insert_with(|| {
                let environment: Environment = case.env.parse().unwrap();
                jsonschema::validator_for(&schema(kinds[&case.schema], draft, environment)).unwrap()
            });
            if validator.is_valid(&case.document) != case.valid {
                wrong.push(format!("{draft:?}: {} should be valid: {}", case.name, case.valid));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn one_mistake_gives_one_error() {
    let graph = schema(Kind::Graph, Draft::Draft202012, Environment::Production);
    let validator = jsonschema::validator_for(&graph).unwrap();
    for parameters in [
        json!({"action_type": "http_requests"}),
        json!({"action_type": ""}),
        json!({"action_type": null}),
        json!({"action_type": "tag_contact"}),
        json!({"action_type": "ai_reply", "temperature": "2"}),
        json!({"action_type": "ai_reply", "temperature": 2}),
        json!({"action_type": "http_request", "http_method": "get", "url": "https://exemple.com"}),
        json!({"action_type": "crm_upsert", "x": ""}),
        json!({"action_type": "tag_contact", "tag": ""}),
        json!({"action_type": "http_request", "http_method": "GET", "url": ""}),
        json!({"http_method": "GET", "url": "https://exemple.com"}),
        json!({"tag": 1}),
        json!({"priorite": "x"}),
        json!([]),
        json!(null),
    ] {
        let node = json!({"id": "a", "type": "action", "position": {"x": 0, "y": 0}, "data": {"parameters": parameters}});
        let errors = validator.iter_errors(&json!({"nodes": [node], "edges": []})).count();
        assert_eq!(errors, 1, "{parameters}");
    }
}

#[test]
fn a_graph_may_have_so_many_blocks_and_edges_and_no_more() {
    let graph = schema(Kind::Graph, Draft::Draft202012, Environment::Production);
    let validator = jsonschema::validator_for(&graph).unwrap();
    let block = json!({"id": "a", "type": "action", "position": {"x": 0, "y": 0}, "data": {"parameters": {}}});
    let edge = json!({"id": "e", "source": "a", "target": "b"});
    for (nodes, edges, valid) in [(5_000, 20_000, true), (5_001, 0, false), (1, 20_001, false)] {
        let document = json!({"nodes": vec![&block; nodes], "edges": vec![&edge; edges]});
        assert_eq!(validator.is_valid(&document), valid, "{nodes} blocks, {edges} edges");
    }
}

#[test]
fn no_line_of_the_contract_is_forgotten() {
    let cases: BTreeMap<String, Case> = read::<Case>("structural.jsonl")
        .into_iter()
        .map(|case| (case.name.clone(), case))
        .collect();
    for line in read::<Line>("documents.jsonl") {
        let case = cases.get(&format!("documents: {}", line.name));
        if BEYOND_SCHEMA.contains(&line.name.as_str()) {
            assert!(case.is_none() && !line.valid, "{}", line.name);
            continue;
        }
        let case =
            case.unwrap_or_else(|| panic!("{} is not among the structural cases", line.name));
        assert_eq!(case.valid, line.valid, "{}", line.name);
        assert_eq!(
            case.document,
            serde_json::from_str::<Value>(&line.text).unwrap(),
            "{}",
            line.name
        );
    }
}

#[test]
fn every_parameter_has_cases_on_both_sides() {
    let cases: Vec<Case> = read("structural.jsonl");
    for parameter in ActionKind::ALL.iter().flat_map(|kind| kind.parameters()) {
        for valid in [true, false] {
            let covered = |case: &Case| {
                case.valid == valid
                    && case
                        .document
                        .pointer("/data/parameters")
                        .is_some_and(|it| it.get(parameter.name).is_some())
            };
            assert!(cases.iter().any(covered), "{} when valid is {valid}", parameter.name);
        }
    }
}
