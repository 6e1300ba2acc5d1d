//! From a step and what is known to the work that it asks for.
//!
//! Each action has a file of its name, and none knows another. Here nothing happens yet: the driver performs the work.

mod ai_reply;
mod create_task;
mod crm_upsert;
mod http_request;
mod tag_contact;
mod texts;

use relance_validator::plan::{Effect, Step};
use serde_json::Value;

use crate::{
    failure::Reason,
    local::LocalEffect,
    port::{AiRequest, HttpRequest},
    render::Scope,
};

pub(crate) use ai_reply::output as ai_output;
pub(crate) use http_request::output as http_output;
pub use texts::{MissingText, Texts};

/// What a step asks for.
#[derive(Debug)]
pub(crate) enum Work {
    /// An effect in our own database.
    Local(LocalEffect),
    /// A call to the outside.
    Outside(Outside),
    /// Nothing more: the output is known.
    Written(Value),
    /// Nothing at all.
    Pass,
}

/// A call to the outside, ready to leave. Secrets stand in it: it is made where it is performed, and never stored.
#[derive(Debug)]
pub enum Outside {
    /// To a service.
    Http(HttpRequest),
    /// To an AI.
    Ai(AiRequest),
}

/// Makes a step ready: every reference in it becomes a value.
///
/// # Errors
///
/// Why it can never be made ready with what is known; the block fails for good.
pub(crate) fn prepare(step: &Step, scope: &Scope<'_>) -> Result<Work, Reason> {
    match &step.effect {
        Effect::CreateTask(task) => create_task::prepare(task, step.label.as_deref(), scope),
        Effect::HttpRequest(call) => http_request::prepare(call, scope),
        Effect::CrmUpsert(upsert) => crm_upsert::prepare(upsert, scope),
        Effect::AiReply(reply) => ai_reply::prepare(reply, step.id.as_str(), scope),
        Effect::TagContact(tag) => tag_contact::prepare(tag, scope),
        Effect::Foreign(_) => Ok(Work::Pass),
    }
}

#[cfg(test)]
mod tests;
