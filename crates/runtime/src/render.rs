//! References become values.
//!
//! Rendering is pure, and what it puts in is data: it is never parsed as a template, a key, a path or a header name. Each place
//! has its own way of taking a value in, and its own way of refusing one: a text here, JSON in [`json`], a URL in [`url`].

mod filter;
mod json;
mod url;

use std::borrow::Cow;

use ::url::Url;
use jiff::{Timestamp, tz::TimeZone};
use relance_model::{
    contact::Contact,
    text::{Part, Path, Reference, Root, Segment, Template},
};
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::{action::Texts, failure::Reason, secret::Secrets};

/// Everything that references may name while one block is made ready.
pub(crate) struct Scope<'a> {
    /// The contact of the run, with its id.
    pub contact: &'a Contact,
    /// The run.
    pub run: RunFacts<'a>,
    /// What settled blocks gave, by id.
    pub outputs: &'a dyn Fn(&str) -> Option<&'a Value>,
    /// The secrets of the installation.
    pub secrets: &'a Secrets,
    /// The configured texts.
    pub texts: &'a Texts,
    /// The idempotency key of this block.
    pub key: &'a str,
    /// The name of the graph.
    pub graph: &'a str,
}

/// What `run.…` names, and how this run writes dates.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RunFacts<'a> {
    /// `run.id`.
    pub id: &'a str,
    /// `run.started_at`.
    pub started_at: Timestamp,
    /// The time zone in which the filter `date` writes.
    pub zone: &'a TimeZone,
}

/// The most bytes that a rendered text or body may have.
pub(crate) const MAX_BYTES: usize = 256 * 1024;

/// How deep a value may be nested.
pub(crate) const MAX_DEPTH: usize = 64;

/// The longest value of a header.
const MAX_HEADER: usize = 8 * 1024;

/// Renders templates for one block.
#[derive(Clone, Copy)]
pub(crate) struct Renderer<'r, 'a> {
    scope: &'r Scope<'a>,
    /// Where the result is sent; secrets go nowhere else.
    destination: Option<&'r Url>,
}

impl<'r, 'a> Renderer<'r, 'a> {
    /// For something that stays here: secrets are refused.
    pub(crate) fn local(scope: &'r Scope<'a>) -> Renderer<'r, 'a> {
        Renderer { scope, destination: None }
    }

    /// For a call to that host: the secrets that are bound to it may be used.
    pub(crate) fn call(scope: &'r Scope<'a>, destination: &'r Url) -> Renderer<'r, 'a> {
        Renderer { scope, destination: Some(destination) }
    }

    /// A text, with every value in it written as text.
    pub(crate) fn text(&self, template: &Template) -> Result<String, Reason> {
        self.encoded(template, |text| text)
    }

    /// The value of a header: it cannot end the line that it stands on.
    pub(crate) fn header(&self, name: &str, template: &Template) -> Result<String, Reason> {
        let value = self.text(template)?;
        if value.chars().any(|it| it.is_ascii_control() && it != '\t') {
            return Err(Reason::new(
                "header-value",
                format!("the value of the header `{name}` holds a control character"),
            ));
        }
        if value.len() > MAX_HEADER {
            return Err(Reason::new(
                "header-value",
                format!("the value of the header `{name}` is longer than {MAX_HEADER} bytes"),
            ));
        }
        Ok(value)
    }

    /// A text in which every value is encoded before it is put in.
    fn encoded(
        &self,
        template: &Template,
        encode: impl Fn(String) -> String,
    ) -> Result<String, Reason> {
        let mut rendered = String::new();
        for part in &template.parts {
            match part {
                Part::Literal(text) => rendered.push_str(text),
                Part::Slot(reference) => {
                    let mut text = String::new();
                    write_text(&mut text, self.value(reference)?.as_ref());
                    rendered.push_str(&encode(text));
                }
            }
            if rendered.len() > MAX_BYTES {
                return Err(too_long());
            }
        }
        Ok(rendered)
    }

    /// The value of a reference, after its filters.
    fn value(&self, reference: &Reference) -> Result<Cow<'a, Value>, Reason> {
        let found = self.find(&reference.path)?;
        let mut value = found.filter(|value| !value.is_null());
        for each in &reference.filters {
            value = filter::apply(each, value, &reference.path, self.scope.run.zone)?;
        }
        let value = value.ok_or_else(|| absent(&reference.path))?;
        if depth(&value) > MAX_DEPTH {
            return Err(Reason::new(
                "value-too-deep",
                format!("`{}` is nested deeper than {MAX_DEPTH} levels", written(&reference.path)),
            ));
        }
        Ok(value)
    }

    fn find(&self, path: &Path) -> Result<Option<Cow<'a, Value>>, Reason> {
        let Some((first, rest)) = path.segments.split_first() else { return Ok(None) };
        Ok(match path.root {
            Root::Contact => contact(self.scope.contact, &first.name, rest),
            Root::Blocks => {
                (self.scope.outputs)(&first.name).and_then(|it| inside(it, rest)).map(Cow::Borrowed)
            }
            Root::Run => match first.name.as_str() {
                "id" => Some(owned(self.scope.run.id)),
                "graph" => Some(owned(self.scope.graph)),
                "started_at" => Some(owned(&self.scope.run.started_at.to_string())),
                _ => None,
            },
            Root::Secrets => {
                let name = &first.name;
                let Some(destination) = self.destination else {
                    return Err(Reason::new(
                        "secret-not-allowed-here",
                        format!("the secret `{name}` may only stand in an HTTP request"),
                    ));
                };
                Some(owned(self.scope.secrets.reveal(name, destination)?.expose_secret()))
            }
        })
    }
}

fn contact<'a>(contact: &'a Contact, name: &str, rest: &[Segment]) -> Option<Cow<'a, Value>> {
    let text = match name {
        "id" => &contact.id,
        "email" => &contact.email,
        "phone" => &contact.phone,
        "first_name" => &contact.first_name,
        "last_name" => &contact.last_name,
        "company" => &contact.company,
        "language" => &contact.language,
        "tags" => return Some(Cow::Owned(contact.tags.iter().map(String::as_str).collect())),
        "fields" => {
            let (field, rest) = rest.split_first()?;
            return contact
                .fields
                .get(&field.name)
                .and_then(|it| inside(it, rest))
                .map(Cow::Borrowed);
        }
        _ => return None,
    };
    text.as_deref().map(owned)
}

/// What a path finds inside a value. A number names an element of an array.
fn inside<'v>(value: &'v Value, path: &[Segment]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, segment| match value {
        Value::Object(members) => members.get(&segment.name),
        Value::Array(items) => items.get(segment.name.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

/// A value written inside a text: the elements of an array stand side by side, an object is JSON.
fn write_text(out: &mut String, value: &Value) {
    match value {
        Value::Null => {}
        Value::String(text) => out.push_str(text),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => out.push_str(&value.to_string()),
        Value::Array(items) => {
            let mut separator = "";
            for item in items {
                out.push_str(separator);
                if item.is_array() {
                    out.push_str(&item.to_string());
                } else {
                    write_text(out, item);
                }
                separator = ", ";
            }
        }
    }
}

/// How deep a value is nested: 1 for what is neither array nor object.
pub(crate) fn depth(value: &Value) -> usize {
    let mut deepest = 0;
    let mut open = vec![(value, 1)];
    while let Some((value, level)) = open.pop() {
        deepest = deepest.max(level);
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, level + 1))),
            Value::Object(members) => open.extend(members.values().map(|item| (item, level + 1))),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    deepest
}

fn owned(text: &str) -> Cow<'static, Value> {
    Cow::Owned(Value::from(text))
}

fn absent(path: &Path) -> Reason {
    let path = written(path);
    Reason::new(
        "reference-absent",
        format!("`{path}` has no value; `{{{{ {path} | default: '…' }}}}` would give it one"),
    )
}

fn too_long() -> Reason {
    Reason::new("text-too-long", format!("a rendered text is longer than {MAX_BYTES} bytes"))
}

fn written(path: &Path) -> String {
    let mut text = path.root.as_str().to_owned();
    for segment in &path.segments {
        text.push('.');
        text.push_str(&segment.name);
    }
    text
}

#[cfg(test)]
mod tests;
