//! The texts of `ai_reply` blocks whose `body_source` is `template` or `statique`. The spec has no parameter for them, so they
//! live in the configuration, under the graph's name and the block's id.

use std::collections::BTreeMap;

use relance_model::text::{Template, TemplateMistake};
use relance_validator::{
    Plan,
    plan::{Effect, ReplySource},
};

use crate::failure::Reason;

/// Configured texts, by graph name and block id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts(BTreeMap<String, BTreeMap<String, String>>);

/// A text that a run would need and does not find.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MissingText {
    /// The configuration has none.
    #[error("the block `{block}` has no text: add\n{key}")]
    Absent {
        /// The block.
        block: String,
        /// The key to add.
        key: String,
    },
    /// It is not a template.
    #[error("the text of the block `{block}` is not a template: mend\n{key}")]
    Unreadable {
        /// The block.
        block: String,
        /// The key to mend.
        key: String,
        /// What is wrong with it.
        mistakes: Vec<TemplateMistake>,
    },
}

impl Texts {
    /// Those of a configuration: graph name → block id → text.
    pub fn new(by_graph: BTreeMap<String, BTreeMap<String, String>>) -> Texts {
        Texts(by_graph)
    }

    /// The blocks that have a text, each behind the name of its graph.
    pub fn blocks(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(graph, texts)| {
            texts.keys().map(move |block| (graph.as_str(), block.as_str()))
        })
    }

    /// What a run of this plan would miss, so that it is said before the run.
    pub fn missing(&self, plan: &Plan, graph: &str) -> Vec<MissingText> {
        let wanting = plan.steps().iter().filter_map(|step| {
            let Effect::AiReply(reply) = &step.effect else { return None };
            let block = step.id.as_str();
            let key = key(graph, block);
            let template = match reply.source {
                ReplySource::Ai => return None,
                ReplySource::Template => true,
                ReplySource::Static => false,
            };
            let Some(text) = self.get(graph, block) else {
                return Some(MissingText::Absent { block: block.to_owned(), key });
            };
            let mistakes = template.then(|| Template::parse(text).err()).flatten()?;
            Some(MissingText::Unreadable { block: block.to_owned(), key, mistakes })
        });
        wanting.collect()
    }

    pub(super) fn get(&self, graph: &str, block: &str) -> Option<&str> {
        self.0.get(graph)?.get(block).map(String::as_str)
    }
}

pub(super) fn missing(graph: &str, block: &str) -> Reason {
    Reason::new(
        "text-missing",
        format!("the configuration has no text for this block: add `{}`", key(graph, block)),
    )
}

/// The line to add, as TOML.
fn key(graph: &str, block: &str) -> String {
    format!("[texts.{}]\n{} = \"…\"", quoted(graph), quoted(block))
}

/// A JSON string is also a TOML one.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
