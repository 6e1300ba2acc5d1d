//! The floor: the rows, commits and calls of one run of our side, by hand.

use std::{sync::Arc, time::Duration};

use anyhow::{Result, bail};
use jiff::Timestamp;
use relance_model::Environment;
use relance_runtime::{
    event::{EndStatus, Fact, RunStarted},
    identity::{Person, Region, identify},
    journal::{Batch, Entry, Journal as _, Lease, NewRun, Rest, SqliteJournal, Started},
    local::LocalEffect,
    port::{Clock as _, GuardedHttp, Http as _, HttpRequest, SystemClock},
    run::{RunStatus, document_hash},
};
use relance_validator::plan::Priority;
use serde_json::{Map, Value, json};

pub(super) struct Floor {
    journal: Arc<SqliteJournal>,
    http: Arc<GuardedHttp>,
    url: String,
    document: Arc<[u8]>,
    hash: String,
}

impl Floor {
    pub(super) fn new(
        journal: Arc<SqliteJournal>,
        http: Arc<GuardedHttp>,
        url: &str,
        document: Arc<[u8]>,
    ) -> Floor {
        Floor { journal, http, url: url.to_owned(), hash: document_hash(&document), document }
    }

    pub(super) async fn run(&self) -> Result<()> {
        let person = Arc::new(identify(super::contact(), Region::default())?);
        let email = person.contact.email.clone().unwrap_or_default();
        let lease = self.start(Arc::clone(&person)).await?;
        let mut entries = vec![intent("call-1")];
        for (call, next) in [
            ("call-1", intent("call-2")),
            ("call-2", local("tag", tag())),
            ("call-3", local("task", task())),
        ] {
            self.append(&lease, std::mem::take(&mut entries), None).await?;
            let output = self.call(call, &email).await?;
            entries = vec![success(call, output), next];
            if call == "call-2" {
                self.append(&lease, std::mem::take(&mut entries), None).await?;
                entries = vec![intent("call-3")];
            }
        }
        self.append(&lease, entries, None).await?;
        let ended = Entry::Fact(Fact::RunEnded { status: EndStatus::Succeeded });
        let rest = Rest { status: RunStatus::Succeeded, wake_at: None };
        self.append(&lease, vec![ended], Some(rest)).await
    }

    async fn start(&self, person: Arc<Person>) -> Result<Lease> {
        let number = super::fresh_number();
        let started = RunStarted {
            run: format!("0192f0c0-0000-7000-8000-{number:012}"),
            graph: "bench".to_owned(),
            hash: self.hash.clone(),
            document: self.hash.clone(),
            planner: 1,
            environment: Environment::Development,
            foreign_passes: std::collections::BTreeSet::new(),
            region: Region::default(),
            zone: "UTC".to_owned(),
            contact_id: person.id.clone(),
            contact: person.contact.clone(),
        };
        let (document, owner, at) = (Arc::clone(&self.document), Arc::from("floor"), now());
        match self.journal.start(NewRun { started, person, document, owner, at }).await? {
            Started::New(lease, _) => Ok(lease),
            Started::Known(row) => bail!("the run {} was there already", row.id),
        }
    }

    async fn append(&self, lease: &Lease, entries: Vec<Entry>, rest: Option<Rest>) -> Result<()> {
        self.journal.append(lease, Batch { at: now(), entries, rest }).await?;
        Ok(())
    }

    async fn call(&self, block: &str, email: &str) -> Result<Value> {
        let body = format!(r#"{{"event":"{block}","contact":"{email}"}}"#);
        let answer = self
            .http
            .send(&HttpRequest {
                method: "POST",
                url: self.url.clone(),
                headers: Vec::new(),
                body: Some(("application/json".to_owned(), body.into_bytes())),
                timeout: Duration::from_secs(10),
                key: key(block),
            })
            .await?;
        let headers: Map<String, Value> =
            answer.headers.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        Ok(
            json!({"status": answer.status, "headers": headers, "body": answer.body, "truncated": answer.truncated}),
        )
    }
}

fn intent(block: &str) -> Entry {
    Entry::Intent { block: block.to_owned(), visit: 1, attempt: 1, key: key(block), personal: true }
}

fn success(block: &str, output: Value) -> Entry {
    Entry::Fact(Fact::BlockSucceeded { block: block.to_owned(), output })
}

fn local(block: &str, effect: LocalEffect) -> Entry {
    Entry::Local {
        block: block.to_owned(),
        key: format!("{:016x}{block:0>16}", super::fresh_number()),
        effect,
    }
}

fn tag() -> LocalEffect {
    LocalEffect::AddTag { tag: "bench".to_owned() }
}

fn task() -> LocalEffect {
    LocalEffect::CreateTask {
        assignee: Some("commercial".to_owned()),
        priority: Priority::Normal,
        label: Some("task".to_owned()),
    }
}

/// As long as a real one.
fn key(block: &str) -> String {
    format!("{block:0>32}")
}

fn now() -> Timestamp {
    SystemClock.now()
}
