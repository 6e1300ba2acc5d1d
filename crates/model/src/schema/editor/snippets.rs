//! Snippets: whole graphs, blocks, edges and values, with places to fill in. What they insert is valid as it stands.
//!
//! An editor turns a body into JSON, and takes a text that begins with `^` as it is, quotes and all. There `\`, `$` and `}` are
//! escaped; elsewhere nothing would undo the escapes, so a text that needs them is written in the first way.

use relance_diagnostics::{Language, Text};
use serde_json::{Map, Value, json};

use crate::action::{ActionKind, Parameter, ParameterKind};
use crate::graph::{ACTION, ACTION_TYPE};
use crate::schema::words;

/// Whole graphs.
pub(super) fn graphs(language: Language) -> Value {
    let mut places = Places::default();
    let task =
        json!({ "nodes": [block(ActionKind::CreateTask, language, 0, &mut places)], "edges": [] });
    let mut places = Places::default();
    let call = block(ActionKind::HttpRequest, language, 0, &mut places);
    let (source, target) = (1, places.next + 1);
    let fallback = block(ActionKind::CreateTask, language, 240, &mut places);
    let edge = json!({
        "id": places.text("e1"),
        "source": format!("${source}"),
        "target": format!("${target}"),
        "sourceHandle": "error",
    });
    let chain = json!({ "nodes": [call, fallback], "edges": [edge] });
    json!([
        snippet(&words::GRAPH_OF_ONE_BLOCK, &words::GRAPH_ABOUT, &task, language),
        snippet(&words::GRAPH_WITH_A_FALLBACK, &words::FALLBACK_ABOUT, &chain, language),
    ])
}

/// A block of each action.
pub(super) fn blocks(language: Language) -> Value {
    of_each_action(language, |kind| block(kind, language, 0, &mut Places::default()))
}

/// The parameters of each action.
pub(super) fn parameters(language: Language) -> Value {
    of_each_action(language, |kind| parameters_of(kind, language, &mut Places::default()))
}

/// An edge after success, and one after failure.
pub(super) fn edges(language: Language) -> Value {
    let edge = |handle: Option<&str>| {
        let mut places = Places::default();
        let mut edge = Map::new();
        for (key, value) in [("id", "e1"), ("source", "source"), ("target", "target")] {
            edge.insert(key.to_owned(), places.text(value));
        }
        if let Some(handle) = handle {
            edge.insert("sourceHandle".to_owned(), json!(handle));
        }
        Value::Object(edge)
    };
    json!([
        snippet(&words::AFTER_SUCCESS, &words::EDGE_ABOUT, &edge(None), language),
        snippet(&words::AFTER_FAILURE, &words::EDGE_ABOUT, &edge(Some("error")), language),
    ])
}

/// The ends of a block.
pub(super) fn handles(language: Language) -> Value {
    let handle = |handle: &str, about: &Text| json!({ "label": format!("\"{handle}\""), "description": about.to(language), "body": handle });
    json!([handle("success", &words::AFTER_SUCCESS), handle("error", &words::AFTER_FAILURE)])
}

/// The type of the blocks that are described here.
pub(super) fn block_type() -> Value {
    json!([{ "label": format!("\"{ACTION}\""), "body": ACTION }])
}

/// A place on the canvas.
pub(super) fn position() -> Value {
    json!([{ "label": "{ x, y }", "body": { "x": "^${1:0}", "y": "^${2:0}" } }])
}

/// The examples of a parameter.
pub(super) fn values(parameter: &Parameter, language: Language) -> Option<Value> {
    let snippets = parameter.examples.iter().map(|example| {
        let value = example.value.to(language);
        json!({
            "label": example.title.to(language),
            "markdownDescription": format!("`{value}`"),
            "body": Places::default().text(value),
        })
    });
    let snippets: Vec<Value> = snippets.collect();
    // The words of a choice are offered already.
    let is_choice = matches!(parameter.kind, ParameterKind::Choice(_));
    (!snippets.is_empty() && !is_choice).then(|| Value::Array(snippets))
}

fn of_each_action(language: Language, body: impl Fn(ActionKind) -> Value) -> Value {
    let snippets = ActionKind::ALL.iter().map(|kind| {
        let spec = kind.spec();
        snippet(&spec.title, &spec.about, &body(*kind), language)
    });
    snippets.collect()
}

fn snippet(label: &Text, about: &Text, body: &Value, language: Language) -> Value {
    json!({
        "label": label.to(language),
        "markdownDescription": about.to(language),
        "body": body,
    })
}

fn block(kind: ActionKind, language: Language, x: u32, places: &mut Places) -> Value {
    let spec = kind.spec();
    json!({
        "id": places.text(spec.block.id),
        "type": ACTION,
        "position": { "x": x, "y": 0 },
        "data": {
            "label": places.text(spec.title.to(language)),
            "subtitle": spec.block.subtitle.to(language),
            "channel": spec.block.channel,
            "description": spec.block.description.to(language),
            "parameters": parameters_of(kind, language, places),
        },
    })
}

/// The parameters that have something to begin with: an example, a default, or words to choose from.
fn parameters_of(kind: ActionKind, language: Language, places: &mut Places) -> Value {
    let mut parameters = Map::new();
    if let Some(tag) = kind.action_type() {
        parameters.insert(ACTION_TYPE.to_owned(), json!(tag));
    }
    for parameter in kind.parameters() {
        let example = parameter.examples.first().map(|example| example.value.to(language));
        let value = match parameter.kind {
            ParameterKind::Choice(choice) => {
                let first = example.or(choice.default);
                let words = choice.values.iter().map(|(word, _)| *word);
                let others = words.clone().filter(|word| Some(*word) != first);
                Some(places.choice(first.into_iter().chain(others)))
            }
            ParameterKind::Number(limits) => Some(places.text(example.unwrap_or(limits.default))),
            ParameterKind::Text
            | ParameterKind::Url
            | ParameterKind::Headers
            | ParameterKind::Json => example.map(|example| places.text(example)),
        };
        if let Some(value) = value {
            parameters.insert(parameter.name.to_owned(), value);
        }
    }
    Value::Object(parameters)
}

/// Counts the places to fill in.
#[derive(Debug, Default)]
struct Places {
    next: usize,
}

impl Places {
    fn take(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    /// A text that the author may type over.
    fn text(&mut self, text: &str) -> Value {
        let place = self.take();
        if !text.contains(['"', '\\', '$', '}']) {
            return json!(format!("${{{place}:{text}}}"));
        }
        let quoted = json!(text).to_string();
        let inner = quoted.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        let mut escaped = String::new();
        for character in inner.unwrap_or_default().chars() {
            if matches!(character, '\\' | '$' | '}') {
                escaped.push('\\');
            }
            escaped.push(character);
        }
        json!(format!("^\"${{{place}:{escaped}}}\""))
    }

    /// One of a few words, the first of them unless the author takes another.
    fn choice<'w>(&mut self, words: impl Iterator<Item = &'w str>) -> Value {
        let (place, words) = (self.take(), words.collect::<Vec<&str>>().join(","));
        json!(format!("${{{place}|{words}|}}"))
    }
}
