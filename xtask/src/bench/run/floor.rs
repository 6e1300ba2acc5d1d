//! The floor: the rows, commits and calls of one run of our side, by hand. Ids and keys are made as ours are: where a row lands in
//! the file is part of its cost.

use std::{sync::Arc, time::Duration};

use anyhow::{Result, bail};
use jiff::Timestamp;
use relance_model::Environment;
use relance_runtime::{
    event::{EndStatus, Fact, RunStarted},
    identity::{Person, Region, identify},
    journal::{Batch, Entry, Journal as _, Lease, NewRun, Rest, SqliteJournal, Started},
    local::LocalEffect,
    port::{Clock as _, Http, HttpRequest, SystemClock},
    retry::idempotency_key,
    run::{RunStatus, document_hash, new_owner, new_run_id},
};
use relance_validator::plan::Priority;
use serde_json::{Map, Value, json};

pub(super) struct Floor {
    journal: Arc<SqliteJournal>,
    http: Arc<dyn Http>,
    url: String,
    document: Arc<[u8]>,
    hash: String,
    owner: Arc<str>,
}

impl Floor {
    pub(super) fn new(
        journal: Arc<SqliteJournal>,
        http: Arc<dyn Http>,
        url: &str,
        document: Arc<[u8]>,
    ) -> Floor {
        Floor {
            journal,
            http,
            url: url.to_owned(),
            hash: document_hash(&document),
            document,
            owner: new_owner().into(),
        }
    }

    pub(super) async fn run(&self) -> Result<()> {
        let person = Arc::new(identify(super::contact(), Region::default())?);
        let email = person.contact.email.clone().unwrap_or_default();
        let lease = self.start(Arc::clone(&person)).await?;
        let run = &*lease.run;
        let mut entries = vec![intent(run, "call-1")];
        for (call, next) in [
            ("call-1", intent(run, "call-2")),
            ("call-2", local(run, "tag", tag())),
            ("call-3", local(run, "task", task())),
        ] {
            self.append(&lease, std::mem::take(&mut entries), None).await?;
            let output = self.call(run, call, &email).await?;
            entries = vec![success(call, output), next];
            if call == "call-2" {
                self.append(&lease, std::mem::take(&mut entries), None).await?;
                entries = vec![intent(run, "call-3")];
            }
        }
        self.append(&lease, entries, None).await?;
        let ended = Entry::Fact(Fact::RunEnded { status: EndStatus::Succeeded, by: None });
        let rest = Rest { status: RunStatus::Succeeded, wake_at: None };
        self.append(&lease, vec![ended], Some(rest)).await
    }

    async fn start(&self, person: Arc<Person>) -> Result<Lease> {
        let at = now();
        let started = RunStarted {
            run: new_run_id(at),
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
            campaign: None,
        };
        let (document, owner) = (Arc::clone(&self.document), Arc::clone(&self.owner));
        match self.journal.start(NewRun { started, person, document, owner, at }).await? {
            Started::New(lease, _) => Ok(lease),
            Started::Known(row) => bail!("the run {} was there already", row.id),
        }
    }

    async fn append(&self, lease: &Lease, entries: Vec<Entry>, rest: Option<Rest>) -> Result<()> {
        self.journal.append(lease, Batch { at: now(), entries, rest }).await?;
        Ok(())
    }

    async fn call(&self, run: &str, block: &str, email: &str) -> Result<Value> {
        let body = format!(r#"{{"event":"{block}","contact":"{email}"}}"#);
        let answer = self
            .http
            .send(&HttpRequest {
                method: "POST",
                url: self.url.clone(),
                headers: Vec::new(),
                body: Some(("application/json".to_owned(), body.into_bytes())),
                timeout: Duration::from_secs(10),
                key: idempotency_key(run, block, 1),
            })
            .await?;
        let headers: Map<String, Value> =
            answer.headers.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        Ok(
            json!({"status": answer.status, "headers": headers, "body": answer.body, "truncated": answer.truncated}),
        )
    }
}

fn intent(run: &str, block: &str) -> Entry {
    let key = idempotency_key(run, block, 1);
    Entry::Intent { block: block.to_owned(), visit: 1, attempt: 1, key, personal: true }
}

fn success(block: &str, output: Value) -> Entry {
    Entry::Fact(Fact::BlockSucceeded { block: block.to_owned(), output })
}

fn local(run: &str, block: &str, effect: LocalEffect) -> Entry {
    Entry::Local { block: block.to_owned(), key: idempotency_key(run, block, 1), effect }
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

fn now() -> Timestamp {
    SystemClock.now()
}
