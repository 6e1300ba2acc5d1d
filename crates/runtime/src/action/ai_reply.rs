//! `ai_reply`: have the connected AI write a reply, or take a configured text.

use relance_model::text::Template;
use relance_validator::plan::{Reply, ReplySource};
use serde_json::{Value, json};

use super::{Outside, Work, texts::missing};
use crate::{
    failure::Reason,
    port::{AiAnswer, AiRequest},
    render::{Renderer, Scope},
};

/// What is asked of the AI, or the text that is already known.
pub(super) fn prepare(reply: &Reply, block: &str, scope: &Scope<'_>) -> Result<Work, Reason> {
    let configured =
        || scope.texts.get(scope.graph, block).ok_or_else(|| missing(scope.graph, block));
    match reply.source {
        ReplySource::Ai => Ok(Work::Outside(Outside::Ai(AiRequest {
            model: reply.model.clone(),
            system_prompt: reply.system_prompt.clone(),
            contact: contact(scope)?,
            temperature: reply.temperature,
            max_output_tokens: reply.max_output_tokens,
            key: scope.key.to_owned(),
        }))),
        ReplySource::Template => {
            let template = Template::parse(configured()?).map_err(|_| unreadable(block))?;
            Ok(Work::Written(written(&Renderer::local(scope).text(&template)?)))
        }
        ReplySource::Static => Ok(Work::Written(written(configured()?))),
    }
}

/// What later blocks read of an answer.
pub(crate) fn output(answer: AiAnswer) -> Value {
    let AiAnswer { text, model, tokens_in, tokens_out, truncated } = answer;
    json!({
        "text": text,
        "model": model,
        "tokens_in": tokens_in,
        "tokens_out": tokens_out,
        "truncated": truncated,
    })
}

fn written(text: &str) -> Value {
    json!({ "text": text, "model": null, "tokens_in": 0, "tokens_out": 0, "truncated": false })
}

fn contact(scope: &Scope<'_>) -> Result<Value, Reason> {
    serde_json::to_value(scope.contact).map_err(|mistake| {
        Reason::new(
            "contact-unwritable",
            format!("the contact cannot be written as JSON: {mistake}"),
        )
    })
}

fn unreadable(block: &str) -> Reason {
    Reason::new("text-unreadable", format!("the configured text of `{block}` is not a template"))
}
