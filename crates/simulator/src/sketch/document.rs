//! A sketch written out: the document that authors would have made, and the texts that operators would have configured.

use std::collections::BTreeMap;

use relance_validator::plan::{Method, On};
use serde_json::{Map, Value, json};

use super::{Does, Edge, Read, Sketch};

/// The name of every graph here.
pub(crate) const GRAPH: &str = "simulated";

impl Sketch {
    /// The document.
    pub fn document(&self) -> String {
        let nodes: Vec<Value> = (0..self.blocks.len()).map(|place| self.node(place)).collect();
        let edges: Vec<Value> =
            self.edges.iter().enumerate().map(|(n, it)| self.edge(n, *it)).collect();
        json!({ "nodes": nodes, "edges": edges }).to_string()
    }

    /// The configured texts: graph → block → text.
    pub fn texts(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        let written = self.blocks.iter().filter_map(|block| match block.does {
            Does::Template => {
                Some((block.id.clone(), format!("Bonjour{}", self.slots(block, " "))))
            }
            Does::Static => Some((block.id.clone(), "Bonjour".to_owned())),
            Does::Task
            | Does::Tag
            | Does::Upsert
            | Does::Call(_)
            | Does::AskAi
            | Does::Trigger
            | Does::Foreign => None,
        });
        BTreeMap::from([(GRAPH.to_owned(), written.collect())])
    }

    fn node(&self, place: usize) -> Value {
        let block = &self.blocks[place];
        let kind = match block.does {
            Does::Trigger => "trigger",
            Does::Foreign => "wait",
            Does::Task
            | Does::Tag
            | Does::Upsert
            | Does::Call(_)
            | Does::AskAi
            | Does::Template
            | Does::Static => "action",
        };
        json!({
            "id": block.id,
            "type": kind,
            "position": { "x": 0, "y": place },
            "data": { "label": block.id, "parameters": self.parameters(place) },
        })
    }

    fn parameters(&self, place: usize) -> Value {
        let block = &self.blocks[place];
        match block.does {
            Does::Task => json!({ "assignation": format!("equipe{}", self.slots(block, "-")) }),
            Does::Tag => {
                let tag = format!("{}{}", block.id, self.slots(block, "-"));
                json!({ "action_type": "tag_contact", "tag": tag })
            }
            Does::Upsert => json!({ "action_type": "crm_upsert" }),
            Does::AskAi => json!({ "action_type": "ai_reply" }),
            Does::Template => json!({ "action_type": "ai_reply", "body_source": "template" }),
            Does::Static => json!({ "action_type": "ai_reply", "body_source": "statique" }),
            Does::Trigger | Does::Foreign => json!({}),
            Does::Call(method) => {
                let host = format!("https://hote{}.exemple.com", place % 3);
                let mut fields = Map::new();
                fields.insert("action_type".to_owned(), json!("http_request"));
                fields.insert("http_method".to_owned(), json!(method.as_str()));
                if matches!(method, Method::Get | Method::Delete) {
                    let query = format!("{host}/?de=x{}", self.slots(block, "&lu="));
                    fields.insert("url".to_owned(), json!(query));
                } else {
                    let body = json!({ "de": "{{ contact.id }}", "lu": self.slots(block, " ") });
                    fields.insert("url".to_owned(), json!(format!("{host}/")));
                    fields.insert("body_json".to_owned(), json!(body.to_string()));
                }
                Value::Object(fields)
            }
        }
    }

    /// The references of a block, each behind a text.
    fn slots(&self, block: &super::Block, before: &str) -> String {
        let slot = |read: &Read| [before.to_owned(), self.slot(*read)];
        block.reads.iter().flat_map(slot).collect()
    }

    fn slot(&self, read: Read) -> String {
        let source = &self.blocks[read.from];
        let path = match read.on {
            On::Error => "error.code",
            On::Success => source.does.output().unwrap_or("error.code"),
        };
        let default = if read.default { " | default: 'rien'" } else { "" };
        format!("{{{{ blocks.{}.{path}{default} }}}}", source.id)
    }

    fn edge(&self, number: usize, Edge { from, to, on }: Edge) -> Value {
        let handle = match on {
            On::Success => Value::Null,
            On::Error => json!("error"),
        };
        json!({
            "id": format!("e{number}"),
            "source": self.blocks[from].id,
            "target": self.blocks[to].id,
            "sourceHandle": handle,
        })
    }
}

impl Does {
    /// An output that is the same in whatever order independent blocks run.
    pub(super) fn output(self) -> Option<&'static str> {
        match self {
            Does::Task => Some("priority"),
            Does::Tag => Some("tag"),
            Does::Call(_) => Some("body.de"),
            Does::AskAi | Does::Template | Does::Static => Some("text"),
            Does::Upsert | Does::Trigger | Does::Foreign => None,
        }
    }

    /// Whether references may stand in it.
    pub(super) fn may_read(self) -> bool {
        match self {
            Does::Task | Does::Tag | Does::Call(_) | Does::Template => true,
            Does::Upsert | Does::AskAi | Does::Static | Does::Trigger | Does::Foreign => false,
        }
    }
}
