//! Documents made to do harm: known attacks are refused, and what is large or twisted costs no more than its size.

use std::fs;

use relance_diagnostics::{Severity, Source};
use relance_samples::json::Json;
use relance_validator::{Checked, Options, check};
use serde_json::Value;

fn checked(text: &str) -> Checked {
    check(&Source::new("hostile.json", text), &Options::default())
}

/// A block that calls with these parameters.
fn call<const N: usize>(parameters: [(&str, Json); N]) -> Json {
    let mut members = vec![
        ("action_type".to_owned(), Json::text("http_request")),
        ("http_method".to_owned(), Json::text("POST")),
        ("url".to_owned(), Json::text("https://api.exemple.com/")),
    ];
    for (key, value) in parameters {
        members.retain(|(known, _)| known != key);
        members.push((key.to_owned(), value));
    }
    block("appel", Json::Object(members))
}

fn block(id: &str, parameters: Json) -> Json {
    Json::object([
        ("id", Json::text(id)),
        ("type", Json::text("action")),
        ("position", Json::object([("x", Json::bare("0")), ("y", Json::bare("0"))])),
        ("data", Json::object([("parameters", parameters)])),
    ])
}

/// A document that holds an entry of the collection of attacks; none for those that other parts answer.
fn document_of(kind: &str, input: &Value) -> Option<Json> {
    let text = || Json::text(input.as_str().unwrap());
    Some(match kind {
        "url" => call([("url", text())]),
        "header" => call([("headers_json", Json::text(input.to_string()))]),
        "json" => call([("body_json", text())]),
        "template" => {
            let template = input["t"].as_str().unwrap();
            let key = if template.starts_with("{\"") { "body_json" } else { "body_text" };
            call([("content_type", Json::text("text")), (key, Json::text(template))])
        }
        "graph" => match (input.as_object().unwrap().iter().next().unwrap(), input) {
            ((key, Value::Number(count)), _) if key == "nodes" => {
                let nodes =
                    vec![Json::bare("{}"); usize::try_from(count.as_u64().unwrap()).unwrap()];
                Json::object([("nodes", Json::Array(nodes)), ("edges", Json::Array(Vec::new()))])
            }
            ((key, value), _) if key == "max_output_tokens" => {
                let reply = ("action_type", Json::text("ai_reply"));
                block("reponse", Json::object([reply, (key, value.clone().into())]))
            }
            ((key, value), _) => call([(key, value.clone().into())]),
        },
        _ => return None,
    })
}

#[test]
fn every_known_attack_is_judged_as_it_should_be() {
    let path = relance_samples::fixture::folder().join("adversarial.json");
    let entries: Vec<Value> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let mut judged = 0;
    for entry in &entries {
        let (kind, input) = (entry["kind"].as_str().unwrap(), &entry["input"]);
        let Some(document) = document_of(kind, input) else { continue };
        let checked = checked(&document.to_string());
        let accepted = match entry["expect"].as_str().unwrap() {
            "accept" | "accept_escaped" => true,
            "reject" => false,
            other => panic!("{other} is no verdict on a document"),
        };
        assert_eq!(checked.is_valid(), accepted, "{entry}: {:#?}", checked.diagnostics);
        judged += 1;
    }
    assert!(judged >= 30, "only {judged} of {} were judged", entries.len());
}

/// So many blocks and edges are the most that there may be.
const BLOCKS: usize = 5_000;
const EDGES: usize = 20_000;

/// How many errors and warnings there are.
fn count(checked: &Checked) -> (usize, usize) {
    let errors = checked.diagnostics.iter().filter(|it| it.severity == Severity::Error).count();
    (errors, checked.diagnostics.len() - errors)
}

fn graph(nodes: Vec<Json>, edges: Vec<Json>) -> String {
    Json::object([("nodes", Json::Array(nodes)), ("edges", Json::Array(edges))]).to_string()
}

fn tasks() -> Vec<Json> {
    let id = |place: usize| format!("bloc-{place:05}");
    (0..BLOCKS).map(|place| block(&id(place), Json::Object(Vec::new()))).collect()
}

fn edge(place: usize, source: usize, target: usize) -> Json {
    Json::object([
        ("id", Json::text(format!("e{place}"))),
        ("source", Json::text(format!("bloc-{source:05}"))),
        ("target", Json::text(format!("bloc-{target:05}"))),
    ])
}

#[test]
fn the_largest_chain_of_references_is_checked() {
    let mut nodes = tasks();
    for (place, node) in nodes.iter_mut().enumerate().skip(1) {
        // Each block reads all over what comes before it.
        let earlier = [0, place / 2, place - 1];
        let read = earlier.map(|earlier| format!("{{{{ blocks.bloc-{earlier:05}.id }}}}"));
        let assignee = ("assignation", Json::text(read.join(" ")));
        *node = block(&format!("bloc-{place:05}"), Json::object([assignee]));
    }
    let edges = (1..BLOCKS).map(|place| edge(place, place - 1, place)).collect();
    assert_eq!(count(&checked(&graph(nodes, edges))), (0, 0));
}

#[test]
fn the_largest_graph_of_lost_edges_is_checked() {
    let edges = (0..EDGES).map(|place| edge(place, BLOCKS + place, 2 * BLOCKS + place)).collect();
    assert_eq!(count(&checked(&graph(tasks(), edges))), (2 * EDGES, 0));
}

#[test]
fn the_largest_circle_is_one_finding() {
    let edges = (0..BLOCKS).map(|place| edge(place, place, (place + 1) % BLOCKS)).collect();
    let checked = checked(&graph(tasks(), edges));
    assert_eq!(count(&checked), (1, 0));
    let message = &checked.diagnostics[0].message.en;
    assert!(message.len() < 300, "{message}");
}

#[test]
fn the_largest_tangle_is_checked() {
    // Every block leads to the next four, and the last ones lead back.
    let edges = (0..EDGES).map(|place| {
        let (source, step) = (place / 4, 1 + place % 4);
        edge(place, source, (source + step) % BLOCKS)
    });
    assert_eq!(count(&checked(&graph(tasks(), edges.collect()))), (1, 0));
}

#[test]
fn as_many_equal_ids_as_there_can_be_are_told() {
    let nodes = vec![block("a", Json::Object(Vec::new())); BLOCKS];
    assert_eq!(count(&checked(&graph(nodes, Vec::new()))), (BLOCKS - 1, 0));
}

/// How often the mistakes below are repeated in one text.
const TIMES: usize = 20_000;

#[test]
fn many_mistakes_in_one_text_are_told_one_by_one() {
    let body = format!("[{}1]", "\"{{ contact.nope }}\",".repeat(TIMES));
    assert_eq!(count(&checked(&call([("body_json", Json::text(body))]).to_string())), (TIMES, 0));

    let text = "{{ contact.nope }}\n".repeat(TIMES);
    let text = call([("content_type", Json::text("text")), ("body_text", Json::text(text))]);
    assert_eq!(count(&checked(&text.to_string())), (TIMES, 0));

    let leaf = "\\\"{{ nope }}".repeat(TIMES);
    let body = call([("body_json", Json::text(format!("\"{leaf}\"")))]);
    assert_eq!(count(&checked(&body.to_string())), (TIMES, 0));

    let headers: Vec<String> = (0..TIMES).map(|it| format!("\"a {it}\": {it}")).collect();
    let headers = call([("headers_json", Json::text(format!("{{{}}}", headers.join(","))))]);
    assert_eq!(count(&checked(&headers.to_string())), (2 * TIMES, 0));
}

#[test]
fn many_unknown_keys_are_told_one_by_one() {
    let keys: Vec<(String, Json)> =
        (0..TIMES).map(|it| (format!("parametre_{it}"), Json::bare("0"))).collect();
    let block = block("tache", Json::Object(keys));
    assert_eq!(count(&checked(&block.to_string())), (TIMES, 0));
}

#[test]
fn long_words_are_not_compared_letter_by_letter() {
    let long = "x".repeat(1 << 20);
    let words = [
        block("a", Json::object([("priorite", Json::text(&long))])),
        block("b", Json::object([("action_type", Json::text(&long))])),
        block("c", Json::object([(&long, Json::text(""))])),
        block("d", Json::object([("assignation", Json::text(format!("{{{{ {long} }}}}")))])),
        block(
            "e",
            Json::object([("assignation", Json::text(format!("{{{{ blocks.{long}.id }}}}")))]),
        ),
        call([("timeout_seconds", Json::text("9".repeat(1 << 20)))]),
        call([("url", Json::text(format!("http://{long}.exemple.com/")))]),
    ];
    for document in words {
        assert_eq!(count(&checked(&document.to_string())), (1, 0));
    }
}

#[test]
fn twisted_texts_end() {
    let units = [
        "{{",
        "}}",
        "{%",
        "%}",
        "{{ ",
        "{{ contact",
        "{{ contact['",
        "{{ contact.id | ",
        "{{-",
        "{{{{{",
        "\\",
        "\"",
        "[",
        "{\"a\":",
        "{{ contact.id | default: '",
        "Bearer ",
        "sk_",
        "VOTRE_TOKEN",
        "https://",
        "é",
        "\u{feff}",
        "/..",
        "@",
        ":",
        "%2e",
    ];
    for unit in units {
        let text = unit.repeat(TIMES);
        let keys = ["url", "headers_json", "body_json", "body_text", "timeout_seconds", "tag"];
        for key in keys {
            checked(&call([(key, Json::text(&text))]).to_string());
        }
        checked(&text);
    }
}

#[test]
fn no_document_has_more_findings_than_memory_can_hold() {
    let references = "{{}}".repeat(250_000);
    let keys = r#","":0"#.repeat(250_000);
    let documents = [
        call([("content_type", Json::text("text")), ("body_text", Json::text(references))])
            .to_string(),
        format!(r#"{{"type":"note"{keys}}}"#),
        format!(r#"[{{"type":"note"{keys}}},]"#),
    ];
    for document in documents {
        let checked = checked(&document);
        assert_eq!(checked.diagnostics.len(), 100_001);
        assert_eq!(checked.diagnostics[0].code, "too-many-findings");
        assert!(!checked.is_valid());
    }
}
