//! Our side: a graph of five blocks, checked once, run for a fresh contact each time.

use std::{sync::Arc, time::Duration};

use anyhow::{Result, bail, ensure};
use relance_diagnostics::Source;
use relance_model::Environment;
use relance_runtime::{
    driver::{Engine, HostLimits, Outcome, Settings, Start, World},
    journal::SqliteJournal,
    port::{Http, NoAi, SystemClock},
    run::{GraphFile, RunStatus},
};
use relance_validator::{Options, check_and_plan};
use serde_json::{Value, json};

pub(super) struct Ours {
    engine: Engine,
    graph: GraphFile,
}

impl Ours {
    pub(super) fn new(journal: Arc<SqliteJournal>, http: Arc<dyn Http>, url: &str) -> Result<Ours> {
        let text = graph(url).to_string();
        let options = Options { environment: Environment::Development, ..Options::default() };
        let (checked, plan) = check_and_plan(&Source::new("bench.json", text.as_bytes()), &options);
        let Some(plan) = plan else {
            bail!("the graph of the benchmark is not valid: {:?}", checked.diagnostics)
        };
        let world = World { clock: Arc::new(SystemClock), http, ai: Arc::new(NoAi) };
        // The floor has no limits either.
        let hosts = HostLimits::none();
        let settings = Settings { options, hosts, ..Settings::default() };
        let engine = Engine::new(journal, world, settings);
        Ok(Ours { engine, graph: GraphFile::new("bench", text.as_bytes(), plan) })
    }

    /// The bytes that each run stores, or finds stored.
    pub(super) fn document(&self) -> Arc<[u8]> {
        Arc::clone(&self.graph.bytes)
    }

    pub(super) async fn run(&self) -> Result<()> {
        let start = Start { graph: self.graph.clone(), contact: super::contact(), run: None };
        let Outcome::Done(report) = self.engine.run(start, Duration::from_mins(1)).await? else {
            bail!("the run was there already")
        };
        ensure!(
            report.run.status == RunStatus::Succeeded,
            "a run ended as {:?}",
            report.run.status
        );
        Ok(())
    }
}

/// Call, call, tag, call, task.
fn graph(url: &str) -> Value {
    let block = |id: &str, parameters: Value| json!({"id": id, "type": "action", "position": {"x": 0, "y": 0}, "data": {"label": id, "parameters": parameters}});
    let call = |id: &str| {
        let body = json!({"event": id, "contact": "{{ contact.email }}"}).to_string();
        block(
            id,
            json!({"action_type": "http_request", "http_method": "POST", "url": url, "body_json": body}),
        )
    };
    let edge = |source: &str, target: &str| json!({"id": format!("{source}-{target}"), "source": source, "target": target});
    json!({
        "nodes": [
            call("call-1"), call("call-2"), call("call-3"),
            block("tag", json!({"action_type": "tag_contact", "tag": "bench"})),
            block("task", json!({"assignation": "commercial"})),
        ],
        "edges": [edge("call-1", "call-2"), edge("call-2", "tag"), edge("tag", "call-3"), edge("call-3", "task")],
    })
}
