//! What each action makes of its parameters and of what is known.
#![expect(clippy::needless_pass_by_value, reason = "parameters stand where they are used")]

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use relance_diagnostics::Source;
use relance_model::contact::Contact;
use relance_validator::{Options, check_and_plan};
use serde_json::{Map, Value, json};

use super::{MissingText, Outside, Texts, Work, prepare};
use crate::{
    local::LocalEffect,
    port::HttpRequest,
    render::{RunFacts, Scope},
    secret::{Secret, Secrets},
};

fn contact() -> Contact {
    Contact {
        id: Some("c1".to_owned()),
        email: Some("ada@example.org".to_owned()),
        first_name: Some("Ada".to_owned()),
        fields: BTreeMap::from([("score".to_owned(), json!(12))]),
        ..Contact::default()
    }
}

fn texts() -> Texts {
    let of_graph = BTreeMap::from([
        ("written".to_owned(), "Bonjour {{ contact.first_name }}".to_owned()),
        ("broken".to_owned(), "Bonjour {{ contact".to_owned()),
    ]);
    Texts::new(BTreeMap::from([("relance".to_owned(), of_graph)]))
}

fn plan(id: &str, parameters: &Value) -> relance_validator::Plan {
    let block = json!({
        "id": id, "type": "action", "position": {"x": 0, "y": 0},
        "data": {"label": "Un bloc", "parameters": parameters},
    });
    let (checked, plan) =
        check_and_plan(&Source::new("block.json", block.to_string()), &Options::default());
    plan.unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
}

fn work_of(contact: &Contact, id: &str, parameters: Value) -> Result<Work, String> {
    let plan = plan(id, &parameters);
    let secret = Secret { value: "s3cr3t".into(), hosts: vec!["exemple.com".parse().unwrap()] };
    let scope = Scope {
        contact,
        run: RunFacts {
            id: "run-1",
            started_at: "2026-01-05T00:00:00Z".parse().unwrap(),
            zone: &TimeZone::UTC,
        },
        outputs: &|_| None,
        secrets: &Secrets::new([("CRM".to_owned(), secret)]),
        texts: &texts(),
        key: "key-1",
        graph: "relance",
    };
    prepare(&plan.steps()[0], &scope).map_err(|reason| reason.code.into_owned())
}

fn work(id: &str, parameters: Value) -> Result<Work, String> {
    work_of(&contact(), id, parameters)
}

fn http(parameters: Value) -> HttpRequest {
    let Ok(Work::Outside(Outside::Http(request))) = work("http", parameters) else { panic!() };
    request
}

#[test]
fn a_task_is_named_after_its_block() {
    let made =
        work("task", json!({"assignation": "{{ contact.first_name }}", "priorite": "haute"}));
    let Ok(Work::Local(LocalEffect::CreateTask { assignee, priority, label })) = made else {
        panic!("{made:?}")
    };
    assert_eq!((assignee.as_deref(), priority.as_wire()), (Some("Ada"), "haute"));
    assert_eq!(label.as_deref(), Some("Un bloc"));
}

#[test]
fn a_tag_that_comes_out_blank_fails_the_block() {
    let tag = |template: &str| work("tag", json!({"action_type": "tag_contact", "tag": template}));
    let Ok(Work::Local(LocalEffect::AddTag { tag: made })) =
        tag(" score-{{ contact.fields.score }} ")
    else {
        panic!()
    };
    assert_eq!(made, "score-12");
    assert_eq!(tag("{{ contact.company | default: ' ' }}").unwrap_err(), "tag-blank");
    assert_eq!(tag("{{ contact.company }}").unwrap_err(), "reference-absent");
}

#[test]
fn the_crm_is_given_all_that_is_known() {
    let made = work("crm", json!({"action_type": "crm_upsert", "crm_champ_email": "courriel"}));
    let Ok(Work::Local(effect)) = made else { panic!("{made:?}") };
    let values =
        Map::from_iter([("score".to_owned(), json!(12)), ("first_name".to_owned(), json!("Ada"))]);
    assert_eq!(
        effect,
        LocalEffect::UpsertCrm {
            email_field: "courriel".to_owned(),
            phone_field: "phone".to_owned(),
            email: Some("ada@example.org".to_owned()),
            phone: None,
            values,
        }
    );
    let unknown = Contact { email: Some(" ".to_owned()), ..contact() };
    let made = work_of(&unknown, "crm", json!({"action_type": "crm_upsert"}));
    assert_eq!(made.unwrap_err(), "crm-no-key");
}

#[test]
fn a_call_is_complete() {
    let request = http(json!({
        "action_type": "http_request", "http_method": "POST",
        "url": "https://exemple.com/c/{{ contact.id }}?q={{ contact.first_name }}",
        "headers_json": "{\"Authorization\": \"Bearer {{ secrets.CRM }}\"}",
        "body_json": "{\"score\": \"{{ contact.fields.score }}\", \"n\": 1.50}",
        "timeout_seconds": "0.5",
    }));
    assert_eq!(request.url, "https://exemple.com/c/c1?q=Ada");
    assert_eq!(request.headers, [("Authorization".to_owned(), "Bearer s3cr3t".to_owned())]);
    let (media_type, bytes) = request.body.unwrap();
    assert_eq!(
        (media_type.as_str(), bytes.as_slice()),
        ("application/json", &b"{\"score\":12,\"n\":1.50}"[..])
    );
    assert_eq!((request.timeout.as_millis(), request.key.as_str()), (500, "key-1"));
    let text = http(json!({
        "action_type": "http_request", "http_method": "PUT", "url": "https://exemple.com",
        "content_type": "text", "body_text": "{{ contact.first_name }} !",
    }));
    assert_eq!(text.url, "https://exemple.com/");
    assert_eq!(text.body, Some(("text/plain; charset=utf-8".to_owned(), b"Ada !".to_vec())));
}

#[test]
fn a_secret_for_another_host_fails_the_block() {
    let made = work(
        "http",
        json!({
            "action_type": "http_request", "http_method": "GET", "url": "https://evil.example/",
            "headers_json": "{\"X-Key\": \"{{ secrets.CRM }}\"}",
        }),
    );
    assert_eq!(made.unwrap_err(), "secret-not-allowed-here");
}

#[test]
fn an_ai_is_given_the_contact_as_data() {
    let made = work("ai", json!({"action_type": "ai_reply", "system_prompt": "Sois bref."}));
    let Ok(Work::Outside(Outside::Ai(request))) = made else { panic!("{made:?}") };
    assert_eq!(request.contact["first_name"], "Ada");
    assert_eq!((request.temperature, request.max_output_tokens), (0.4, 240));
    assert_eq!(request.system_prompt.as_deref(), Some("Sois bref."));
}

#[test]
fn a_configured_text_needs_no_ai() {
    let reply = |id: &str, source: &str| {
        work(id, json!({"action_type": "ai_reply", "body_source": source}))
    };
    let text = |made: Result<Work, String>| {
        let Ok(Work::Written(output)) = made else { panic!() };
        output["text"].as_str().unwrap().to_owned()
    };
    assert_eq!(text(reply("written", "template")), "Bonjour Ada");
    assert_eq!(text(reply("written", "statique")), "Bonjour {{ contact.first_name }}");
    assert_eq!(text(reply("broken", "statique")), "Bonjour {{ contact");
    assert_eq!(reply("broken", "template").unwrap_err(), "text-unreadable");
    assert_eq!(reply("other", "template").unwrap_err(), "text-missing");
}

#[test]
fn texts_that_are_missing_are_known_before_the_run() {
    let missing = |id: &str, source: &str| {
        let plan = plan(id, &json!({"action_type": "ai_reply", "body_source": source}));
        texts().missing(&plan, "relance")
    };
    assert!(missing("written", "template").is_empty());
    assert!(missing("other", "ai").is_empty());
    assert!(matches!(missing("broken", "template").as_slice(), [MissingText::Unreadable { .. }]));
    let [MissingText::Absent { key, .. }] = &missing("a\"b", "statique")[..] else { panic!() };
    assert_eq!(key, "[texts.\"relance\"]\n\"a\\\"b\" = \"…\"");
}
