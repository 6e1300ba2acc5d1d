//! The sandbox, over HTTPS from end to end.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up its world should stop")]

use std::{fs, sync::Arc, time::Duration};

use relance_model::Environment;
use relance_runtime::{
    port::{Ai, AiRequest, AiSettings, ConnectedAi, Http, HttpRequest, SystemClock},
    sandbox::{Sandbox, SandboxSettings, Script, ScriptedAnswer},
    secret::Redactor,
};
use serde_json::json;

use super::stand_in::{client, outcome, policy, request};

async fn sandbox(scripts: Vec<Script>) -> (Sandbox, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let settings = SandboxSettings { folder: Some(folder.path().to_owned()), scripts };
    (Sandbox::start(settings).await.unwrap(), folder)
}

fn notify() -> HttpRequest {
    HttpRequest {
        headers: vec![("Authorization".to_owned(), "Bearer sk_live_canary".to_owned())],
        body: Some(("application/json".to_owned(), b"{\"event\": \"relance\"}".to_vec())),
        ..request("POST", "https://exemple.com/relance?x=1")
    }
}

#[tokio::test]
async fn every_https_host_answers_and_what_it_was_sent_is_kept() {
    let (sandbox, folder) = sandbox(Vec::new()).await;
    let client = client(&sandbox.egress(policy(Environment::Production, &[])));
    let answer = client.send(&notify()).await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["received"], json!({"event": "relance"}));
    assert_eq!(answer.body["path"], "/relance");
    let again = client.send(&notify()).await.unwrap();
    assert_eq!(again.body["id"], answer.body["id"]);
    client.send(&request("GET", "https://api.exemple.com:8443/v1")).await.unwrap();
    client.send(&request("DELETE", "https://1.1.1.1/x")).await.unwrap();
    let received = sandbox.received().unwrap();
    insta::assert_json_snapshot!(received);
    drop(sandbox);
    let spooled = fs::read_to_string(folder.path().join("received.jsonl")).unwrap();
    assert_eq!(spooled.lines().count(), 4);
    assert!(!spooled.contains("canary"));
}

#[tokio::test]
async fn plain_http_is_answered_in_development() {
    let (sandbox, _folder) = sandbox(Vec::new()).await;
    let client = client(&sandbox.egress(policy(Environment::Development, &[])));
    let answer = client.send(&request("PUT", "http://localhost:3000/hook")).await.unwrap();
    assert_eq!(answer.body["path"], "/hook");
    assert_eq!(sandbox.received().unwrap()[0].url, "http://localhost:3000/hook");
}

#[tokio::test]
async fn urls_are_judged_as_always() {
    let (sandbox, _folder) = sandbox(Vec::new()).await;
    let client = client(&sandbox.egress(policy(Environment::Production, &[])));
    for url in [
        "https://127.0.0.1/",
        "https://localhost/",
        "http://exemple.com/",
        "https://exemple.com:22/",
    ] {
        assert_eq!(outcome(&client, &request("GET", url)).await, "terminal address-refused");
    }
    assert!(sandbox.received().unwrap().is_empty());
}

#[tokio::test]
async fn scripted_answers_come_in_turn() {
    let script = Script {
        host: Some("api.exemple.com".to_owned()),
        path: Some("/v1".to_owned()),
        method: Some("POST".to_owned()),
        answers: vec![
            ScriptedAnswer::status(503, "busy"),
            ScriptedAnswer::HangUp(Duration::ZERO),
            ScriptedAnswer::Reply {
                status: 201,
                headers: vec![("X-Id".to_owned(), "7".to_owned())],
                body: "made".to_owned(),
                delay: Duration::from_millis(10),
            },
        ],
    };
    let (sandbox, _folder) = sandbox(vec![script]).await;
    let client = client(&sandbox.egress(policy(Environment::Production, &[])));
    let call = request("POST", "https://api.exemple.com/v1");
    assert_eq!(outcome(&client, &call).await, "retryable http-status");
    assert_eq!(outcome(&client, &call).await, "unknown answer-lost");
    assert_eq!(outcome(&client, &call).await, "201");
    assert_eq!(outcome(&client, &call).await, "201");
    assert_eq!(outcome(&client, &request("GET", "https://api.exemple.com/v1")).await, "200");
    assert_eq!(sandbox.received().unwrap().len(), 5);
}

#[tokio::test]
async fn an_ai_writes_about_the_contact() {
    let (sandbox, _folder) = sandbox(Vec::new()).await;
    let egress = sandbox.egress(policy(Environment::Production, &[]));
    let settings = AiSettings::sandbox().unwrap();
    let ai =
        ConnectedAi::new(&egress, settings, &Redactor::default(), Arc::new(SystemClock)).unwrap();
    let mut request = AiRequest {
        model: Some("mistral-small".to_owned()),
        system_prompt: None,
        contact: json!({"first_name": "Ada", "company": "Analytique"}),
        temperature: 0.4,
        max_output_tokens: 240,
        key: "key-7".to_owned(),
    };
    let answer = ai.reply(&request).await.unwrap();
    assert!(
        answer.text.starts_with("Bonjour Ada, ") && answer.text.contains("Analytique"),
        "{}",
        answer.text
    );
    assert_eq!(answer.model, "mistral-small");
    assert!(answer.tokens_out.unwrap() > 10 && !answer.truncated);
    request.max_output_tokens = 3;
    let short = ai.reply(&request).await.unwrap();
    assert!(short.truncated && short.tokens_out == Some(3));
}

#[tokio::test]
async fn nobody_else_trusts_the_sandbox() {
    let (sandbox, _folder) = sandbox(Vec::new()).await;
    let (other, _other_folder) = self::sandbox(Vec::new()).await;
    let mut egress = sandbox.egress(policy(Environment::Production, &[]));
    egress.roots = other.egress(egress.policy.clone()).roots;
    assert_eq!(outcome(&client(&egress), &notify()).await, "retryable tls-failed");
    assert!(sandbox.received().unwrap().is_empty());
}

#[tokio::test]
async fn fifty_calls_at_once_are_all_kept() {
    let (sandbox, _folder) = sandbox(Vec::new()).await;
    let client = Arc::new(client(&sandbox.egress(policy(Environment::Production, &[]))));
    let calls = (0..50).map(|place| {
        let client = Arc::clone(&client);
        tokio::spawn(async move {
            let url = format!("https://host-{}.example/{place}", place % 5);
            client.send(&request("POST", &url)).await.unwrap().status
        })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert_eq!(sandbox.received().unwrap().len(), 50);
}
