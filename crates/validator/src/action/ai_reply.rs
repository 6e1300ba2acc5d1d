//! `ai_reply`: where the text comes from, and how the model is asked.

use relance_model::action::ai_reply::{
    BODY_SOURCE, MAX_OUTPUT_TOKENS, MODEL, SYSTEM_PROMPT, TEMPERATURE,
};

use super::{Parameters, maybe};
use crate::{
    context::Context,
    plan::{Reply, ReplySource},
    references::Sound,
};

#[derive(Debug)]
pub(crate) struct Lowered<'d> {
    source: ReplySource,
    temperature: f64,
    max_output_tokens: u32,
    system_prompt: Option<Sound<'d>>,
    model: Option<Sound<'d>>,
}

pub(super) fn lower<'d>(cx: &mut Context<'_>, parameters: &Parameters<'d>) -> Option<Lowered<'d>> {
    let source = parameters.choice(cx, &BODY_SOURCE).and_then(source);
    let temperature = parameters.number(cx, &TEMPERATURE).and_then(|text| text.parse().ok());
    let max_output_tokens =
        parameters.number(cx, &MAX_OUTPUT_TOKENS).and_then(|text| text.parse().ok());
    let system_prompt = parameters.plain(cx, &SYSTEM_PROMPT);
    let model = parameters.plain(cx, &MODEL);
    Some(Lowered {
        source: source?,
        temperature: temperature?,
        max_output_tokens: max_output_tokens?,
        system_prompt: system_prompt.ok()?,
        model: model.ok()?,
    })
}

impl Lowered<'_> {
    pub(super) fn plan(self) -> Option<Reply> {
        Some(Reply {
            source: self.source,
            temperature: self.temperature,
            max_output_tokens: self.max_output_tokens,
            system_prompt: maybe(self.system_prompt, Sound::literal).ok()?,
            model: maybe(self.model, Sound::literal).ok()?,
        })
    }
}

fn source(word: &str) -> Option<ReplySource> {
    match word {
        "ai" => Some(ReplySource::Ai),
        "template" => Some(ReplySource::Template),
        "statique" => Some(ReplySource::Static),
        _ => None,
    }
}
