//! Whole runs against the sandbox: the same engine, client and database as in production.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot set up its world should stop"
)]

use std::{collections::BTreeMap, fs, path::Path, sync::Arc, time::Duration};

use relance_diagnostics::Source;
use relance_model::{Environment, contact::Contact};
use relance_runtime::{
    driver::{Engine, Outcome, Settings, Start, World},
    journal::SqliteJournal,
    port::{AiSettings, ConnectedAi, GuardedHttp, SystemClock},
    run::{GraphFile, Report},
    sandbox::{Received, Sandbox, SandboxSettings, Script, ScriptedAnswer},
    secret::{Secret, Secrets},
};
use relance_validator::{Options, check_and_plan};
use serde_json::{Value, json};

use super::stand_in::policy;

fn block(id: &str, parameters: &Value) -> Value {
    json!({
        "id": id, "type": "action", "position": {"x": 0, "y": 0},
        "data": {"label": id, "parameters": parameters},
    })
}

/// All five actions: the reply is written, sent, and then a task, a tag and the CRM in parallel.
fn graph() -> Value {
    let edge = |source: &str, target: &str| json!({"id": format!("{source}-{target}"), "source": source, "target": target});
    json!({
        "nodes": [
            block("ai", &json!({"action_type": "ai_reply"})),
            block("http", &json!({
                "action_type": "http_request", "http_method": "POST",
                "url": "https://hooks.exemple.com/relance/{{ contact.id }}",
                "headers_json": "{\"Authorization\": \"Bearer {{ secrets.CRM }}\"}",
                "body_json": "{\"message\": \"{{ blocks.ai.text }}\"}",
            })),
            block("task", &json!({"assignation": "{{ contact.fields.owner | default: 'commercial' }}"})),
            block("tag", &json!({"action_type": "tag_contact", "tag": "relance_{{ blocks.http.status }}"})),
            block("crm", &json!({"action_type": "crm_upsert"})),
        ],
        "edges": [edge("ai", "http"), edge("http", "task"), edge("http", "tag"), edge("http", "crm")],
    })
}

async fn run(folder: &Path, secrets: Secrets, scripts: Vec<Script>) -> (Report, Vec<Received>) {
    let settings = SandboxSettings { folder: Some(folder.join("sandbox")), scripts };
    let sandbox = Sandbox::start(settings).await.unwrap();
    let egress = sandbox.egress(policy(Environment::Production, &[]));
    let (clock, redactor) = (Arc::new(SystemClock), secrets.redactor());
    let ai = AiSettings::sandbox().unwrap();
    let world = World {
        clock: Arc::clone(&clock) as _,
        http: Arc::new(GuardedHttp::new(&egress, &redactor, Arc::clone(&clock) as _).unwrap()),
        ai: Arc::new(ConnectedAi::new(&egress, ai, &redactor, clock).unwrap()),
    };
    let bytes = graph().to_string();
    let (checked, plan) =
        check_and_plan(&Source::new("relance.json", bytes.clone()), &Options::default());
    let plan = plan.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
    let start = Start {
        graph: GraphFile::new("relance", bytes.as_bytes(), plan),
        contact: Contact {
            email: Some("ada@exemple.com".to_owned()),
            first_name: Some("Ada".to_owned()),
            ..Contact::default()
        },
        run: None,
    };
    let journal = Arc::new(SqliteJournal::open(folder.join("runs.db")).unwrap());
    let engine = Engine::new(journal, world, Settings { secrets, ..Settings::default() });
    let outcome = engine.run(start, Duration::from_secs(10)).await.unwrap();
    let Outcome::Done(report) = outcome else { panic!("{outcome:?}") };
    (report, sandbox.received().unwrap())
}

#[tokio::test]
async fn all_five_actions_run_in_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let (report, received) = run(folder.path(), Secrets::standing_in(), Vec::new()).await;
    assert_eq!(report.run.status.as_str(), "succeeded", "{report:?}");
    assert_eq!(received.len(), 2);
    let body: Value = serde_json::from_str(&received[1].body).unwrap();
    assert!(body["message"].as_str().unwrap().starts_with("Bonjour Ada, "), "{body}");
    assert_eq!(
        received[1].url,
        "https://hooks.exemple.com/relance/ada@exemple.com".replace('@', "%40")
    );
    assert!(received.iter().all(|it| it.idempotency_key.is_some()));
}

#[tokio::test]
async fn a_secret_that_services_repeat_is_on_no_disk() {
    const CANARY: &str = "sk_live_canary_0123456789";
    let hosts = BTreeMap::from([("CRM".to_owned(), vec!["hooks.exemple.com".parse().unwrap()])]);
    let repeat = |status: u16| ScriptedAnswer::Reply {
        status,
        headers: vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("X-Echo".to_owned(), format!("Bearer {CANARY}")),
        ],
        body: json!({"authorization": format!("Bearer {CANARY}"), CANARY: 1}).to_string(),
        delay: Duration::ZERO,
    };
    for status in [200, 422] {
        let folder = tempfile::tempdir().unwrap();
        let variables = [("RELANCE_SECRET_CRM".to_owned(), CANARY.to_owned())];
        let secrets = Secrets::from_variables(variables, &hosts);
        let host = Some("hooks.exemple.com".to_owned());
        let script = Script { host, answers: vec![repeat(status)], ..Script::default() };
        let (report, received) = run(folder.path(), secrets, vec![script]).await;
        assert_eq!(received.len(), 2);
        let shown = serde_json::to_string(&report).unwrap();
        assert!(shown.contains("[secret CRM]") && !shown.contains(CANARY), "{shown}");
        let mut files = 0;
        for entry in walk(folder.path()) {
            let text = String::from_utf8_lossy(&fs::read(&entry).unwrap()).into_owned();
            assert!(!text.contains(CANARY), "{}", entry.display());
            files += 1;
        }
        assert!(files >= 2);
    }
}

#[tokio::test]
async fn a_secret_that_is_not_bound_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let secret =
        Secret { value: "sk_live_canary".into(), hosts: vec!["exemple.com".parse().unwrap()] };
    let secrets = Secrets::new([("CRM".to_owned(), secret)]);
    let (report, received) = run(folder.path(), secrets, Vec::new()).await;
    assert_eq!(report.run.status.as_str(), "failed");
    assert!(serde_json::to_string(&report).unwrap().contains("secret-not-allowed-here"));
    assert_eq!(received.len(), 1);
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
