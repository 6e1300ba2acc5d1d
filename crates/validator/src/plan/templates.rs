//! The texts of a step that may hold references.

use relance_model::text::{Root, Template};

use super::{Body, Call, Effect, JsonTemplate, Step};

impl Step {
    /// Whether one of its texts reads what that block gave.
    pub fn reads(&self, block: &str) -> bool {
        self.effect.templates().into_iter().flat_map(Template::references).any(|reference| {
            let named = reference.path.segments.first();
            reference.path.root == Root::Blocks && named.is_some_and(|it| it.name == block)
        })
    }
}

impl Effect {
    /// Its texts that may hold references. A text that the operator configures is not the document's, and not among them.
    pub fn templates(&self) -> Vec<&Template> {
        match self {
            Effect::CreateTask(task) => task.assignee.iter().collect(),
            Effect::HttpRequest(call) => call.templates(),
            Effect::TagContact(tag) => vec![&tag.tag],
            Effect::CrmUpsert(_) | Effect::AiReply(_) | Effect::Foreign(_) => Vec::new(),
        }
    }
}

impl Call {
    /// Its texts that may hold references.
    pub fn templates(&self) -> Vec<&Template> {
        let mut templates: Vec<&Template> = self.url.path.iter().chain(&self.url.query).collect();
        templates.extend(self.headers.iter().map(|(_, value)| value));
        match &self.body {
            Body::Empty => {}
            Body::Json(json) => push(json, &mut templates),
            Body::Text(text) => templates.push(text),
        }
        templates
    }
}

fn push<'j>(json: &'j JsonTemplate, templates: &mut Vec<&'j Template>) {
    match json {
        JsonTemplate::Null | JsonTemplate::Bool(_) | JsonTemplate::Number(_) => {}
        JsonTemplate::Text(text) => templates.push(text),
        JsonTemplate::Array(items) => items.iter().for_each(|it| push(it, templates)),
        JsonTemplate::Object(members) => members.iter().for_each(|(_, it)| push(it, templates)),
    }
}
