//! What is written is what the spec says, and reading it gives it back.

use serde_json::json;

use super::*;
use crate::action::ActionKind;
use crate::action::ai_reply::AiReply;
use crate::action::create_task::CreateTask;
use crate::action::crm_upsert::CrmUpsert;
use crate::action::http_request::HttpRequest;
use crate::action::tag_contact::TagContact;

/// Every field of every action, set; the compiler sees to it that none is forgotten.
fn full() -> [Parameters; 5] {
    let text = || Some("x".to_owned());
    [
        Parameters::CreateTask(CreateTask { assignation: text(), priorite: text() }),
        Parameters::HttpRequest(HttpRequest {
            http_method: "x".to_owned(),
            url: "x".to_owned(),
            content_type: text(),
            headers_json: text(),
            body_json: text(),
            body_text: text(),
            timeout_seconds: text(),
        }),
        Parameters::CrmUpsert(CrmUpsert { crm_champ_email: text(), crm_champ_telephone: text() }),
        Parameters::AiReply(AiReply {
            body_source: text(),
            temperature: text(),
            max_output_tokens: text(),
            system_prompt: text(),
            model: text(),
        }),
        Parameters::TagContact(TagContact { tag: "x".to_owned() }),
    ]
}

#[test]
fn wire_fields_are_the_parameters_that_are_told() {
    for (parameters, kind) in full().iter().zip(ActionKind::ALL) {
        let written = serde_json::to_value(parameters).unwrap();
        let names: Vec<&str> = written.as_object().unwrap().keys().map(String::as_str).collect();
        let told: Vec<&str> = kind
            .action_type()
            .map(|_| parameters::ACTION_TYPE)
            .into_iter()
            .chain(kind.parameters().iter().map(|it| it.name))
            .collect();
        assert_eq!(names, told);
        assert_eq!(parameters.kind(), Some(*kind));
    }
}

#[test]
fn required_fields_are_the_parameters_that_are_required() {
    for kind in ActionKind::ALL {
        let tag = kind.action_type().map(|it| (parameters::ACTION_TYPE.to_owned(), json!(it)));
        for left_out in kind.parameters() {
            let others = kind.parameters().iter().filter(|it| it.name != left_out.name);
            let object =
                others.map(|it| (it.name.to_owned(), json!("x"))).chain(tag.clone()).collect();
            assert_eq!(Parameters::read(object).is_err(), left_out.required, "{}", left_out.name);
        }
    }
}

#[test]
fn a_graph_is_read_as_it_was_written() {
    for parameters in full() {
        let graph = Graph {
            nodes: vec![Block::action("a", parameters)],
            edges: vec![Edge {
                id: "e".to_owned(),
                source: "a".to_owned(),
                target: "b".to_owned(),
                ..Edge::default()
            }],
            other: Map::new(),
        };
        let text = serde_json::to_string(&graph).unwrap();
        assert_eq!(serde_json::from_str::<Graph>(&text).unwrap(), graph, "{text}");
    }
}

#[test]
fn keys_of_the_canvas_and_foreign_blocks_are_kept() {
    let document = json!({
        "nodes": [{
            "id": "depart",
            "type": "trigger",
            "position": {"x": 1.5, "y": 2.0},
            "data": {"label": "Départ", "parameters": ["anything"], "icon": "bolt"},
            "selected": true,
        }],
        "edges": [{"id": "e", "source": "depart", "target": "b", "sourceHandle": "error", "animated": true}],
        "viewport": {"zoom": 1},
    });
    let graph: Graph = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(serde_json::to_value(&graph).unwrap(), document);
}

#[test]
fn unknown_parameters_are_refused() {
    let block = |parameters| {
        serde_json::from_value::<Block>(json!({
            "id": "a", "type": "action", "position": {"x": 0, "y": 0}, "data": {"parameters": parameters}
        }))
    };
    assert!(block(json!({"action_type": "tag_contact", "tag": "x"})).is_ok());
    assert!(block(json!({"action_type": "tag_contact", "tag": "x", "tags": "y"})).is_err());
    assert!(block(json!({"action_type": "tag", "tag": "x"})).is_err());
    assert!(block(json!({"action_type": null})).is_err());
    assert!(block(json!({"tag": "x"})).is_err());
    assert!(block(json!([])).is_err());
}
