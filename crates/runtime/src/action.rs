//! Stand-in until the actions are here.
use jiff::{Timestamp, tz::TimeZone};
use relance_model::contact::Contact;
use relance_validator::{
    Plan,
    plan::{Effect, Step},
};
use serde_json::{Value, json};

use crate::{
    failure::Reason,
    local::LocalEffect,
    port::{AiAnswer, AiRequest, HttpAnswer, HttpRequest},
};

#[derive(Debug)]
pub(crate) enum Work {
    Local(LocalEffect),
    Http(HttpRequest),
    Ai(AiRequest),
    Written(Value),
    Pass,
}

pub(crate) struct Scope<'a> {
    pub contact: &'a Contact,
    pub run: RunFacts<'a>,
    pub outputs: &'a dyn Fn(&str) -> Option<&'a Value>,
    pub secrets: &'a Secrets,
    pub texts: &'a Texts,
    pub key: &'a str,
    pub graph: &'a str,
}

pub(crate) struct RunFacts<'a> {
    pub id: &'a str,
    pub started_at: Timestamp,
    pub zone: &'a TimeZone,
}

#[derive(Debug, Default, Clone)]
pub struct Secrets;
#[derive(Debug, Default, Clone)]
pub struct Texts;
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingText;
impl Texts {
    pub fn missing(&self, _plan: &Plan, _graph: &str) -> Vec<MissingText> {
        Vec::new()
    }
}

pub(crate) fn prepare(step: &Step, scope: &Scope<'_>) -> Result<Work, Reason> {
    Ok(match &step.effect {
        Effect::CreateTask(task) => Work::Local(LocalEffect::CreateTask {
            assignee: None,
            priority: task.priority,
            label: step.label.clone(),
        }),
        Effect::HttpRequest(call) => Work::Http(HttpRequest {
            method: call.method.as_str(),
            url: call.url.origin.to_string(),
            headers: Vec::new(),
            body: None,
            timeout: call.timeout,
            key: scope.key.to_owned(),
        }),
        Effect::CrmUpsert(_) => Work::Local(LocalEffect::UpsertCrm {
            email_field: "email".to_owned(),
            phone_field: "phone".to_owned(),
            email: scope.contact.email.clone(),
            phone: scope.contact.phone.clone(),
            values: serde_json::Map::new(),
        }),
        Effect::AiReply(_) => Work::Ai(AiRequest {
            model: None,
            system_prompt: None,
            contact: json!({}),
            temperature: 0.4,
            max_output_tokens: 240,
            key: scope.key.to_owned(),
        }),
        Effect::TagContact(_) => Work::Local(LocalEffect::AddTag { tag: "x".to_owned() }),
        Effect::Foreign(_) => Work::Pass,
    })
}

pub(crate) fn http_output(answer: HttpAnswer) -> Value {
    json!({"status": answer.status, "body": answer.body})
}
pub(crate) fn ai_output(answer: AiAnswer) -> Value {
    json!({"text": answer.text})
}
