//! JSON bodies: the template was parsed before, so a value can only ever become a leaf.

use relance_validator::plan::JsonTemplate;

use super::{MAX_BYTES, Renderer, too_long};
use crate::failure::Reason;

impl Renderer<'_, '_> {
    /// A JSON value as bytes. Keys stay as they are, numbers as they were written, and a text that is exactly one reference
    /// takes the value's own type.
    pub(crate) fn json(&self, template: &JsonTemplate) -> Result<Vec<u8>, Reason> {
        let mut out = String::new();
        self.write_json(&mut out, template)?;
        Ok(out.into_bytes())
    }

    /// Recurses no deeper than the strict reader let the template be.
    fn write_json(&self, out: &mut String, template: &JsonTemplate) -> Result<(), Reason> {
        match template {
            JsonTemplate::Null => out.push_str("null"),
            JsonTemplate::Bool(it) => out.push_str(if *it { "true" } else { "false" }),
            JsonTemplate::Number(written) => out.push_str(written),
            JsonTemplate::Text(text) => match text.as_reference() {
                Some(reference) => out.push_str(&self.value(reference)?.to_string()),
                None => out.push_str(&quoted(&self.text(text)?)),
            },
            JsonTemplate::Array(items) => {
                out.push('[');
                let mut separator = "";
                for item in items {
                    out.push_str(separator);
                    self.write_json(out, item)?;
                    separator = ",";
                }
                out.push(']');
            }
            JsonTemplate::Object(members) => {
                out.push('{');
                let mut separator = "";
                for (key, member) in members {
                    out.push_str(separator);
                    out.push_str(&quoted(key));
                    out.push(':');
                    self.write_json(out, member)?;
                    separator = ",";
                }
                out.push('}');
            }
        }
        if out.len() > MAX_BYTES { Err(too_long()) } else { Ok(()) }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
