//! `ai_reply`: where the text comes from, and how the model is asked.

use relance_model::action::ai_reply::{
    BODY_SOURCE, MAX_OUTPUT_TOKENS, MODEL, SYSTEM_PROMPT, TEMPERATURE,
};

use super::Parameters;
use crate::{
    context::Context,
    plan::{Reply, ReplySource},
};

pub(super) fn lower(cx: &mut Context<'_>, parameters: &Parameters<'_>) -> Option<Reply> {
    let source = parameters.choice(cx, &BODY_SOURCE).and_then(source);
    let temperature = parameters.number(cx, &TEMPERATURE).and_then(|text| text.parse().ok());
    let max_output_tokens =
        parameters.number(cx, &MAX_OUTPUT_TOKENS).and_then(|text| text.parse().ok());
    let system_prompt = parameters.plain(cx, &SYSTEM_PROMPT);
    let model = parameters.plain(cx, &MODEL);
    Some(Reply {
        source: source?,
        temperature: temperature?,
        max_output_tokens: max_output_tokens?,
        system_prompt: system_prompt.ok()?,
        model: model.ok()?,
    })
}

fn source(word: &str) -> Option<ReplySource> {
    match word {
        "ai" => Some(ReplySource::Ai),
        "template" => Some(ReplySource::Template),
        "statique" => Some(ReplySource::Static),
        _ => None,
    }
}
