//! The parameters: which action they are of, and what each may hold.

use relance_diagnostics::Text;
use serde_json::{Map, Value, json};

use super::{Target, url, words};
use crate::action::{ActionKind, Choice, Parameter, ParameterKind};
use crate::graph::ACTION_TYPE;
use crate::text::NumberInText;

/// Something that is not printable ASCII. It stands under `not` beside an anchored pattern: in many dialects `$` lets a line
/// break pass.
const NOT_PRINTABLE: &str = "[^ -~]";

/// A character that is not white space.
const NOT_BLANK: &str = r"[^\t-\r ]";

/// The parameters of a block that may be of any action. Without an `action_type` they are those of a task to create.
pub(super) fn of_any_action(target: Target) -> Value {
    let tagged =
        ActionKind::ALL.iter().filter_map(|kind| Some((kind.as_str(), kind.action_type()?)));
    let tags: Vec<&str> = tagged.clone().map(|(_, tag)| tag).collect();
    let cases = tagged.map(|(name, tag)| {
        json!({
            "if": {
                "type": "object",
                "required": [ACTION_TYPE],
                "properties": { ACTION_TYPE: { "const": tag } },
            },
            "then": target.reference(name),
        })
    });
    let untagged = ActionKind::ALL.iter().filter(|kind| kind.action_type().is_none()).map(|kind| {
        json!({
            "if": { "type": "object", "not": { "required": [ACTION_TYPE] } },
            "then": {
                "if": { "type": "object", "allOf": unlike_tagged() },
                "then": target.reference(kind.as_str()),
                "else": { "required": [ACTION_TYPE] },
            },
        })
    });
    json!({
        "description": target.say(&words::PARAMETERS),
        "type": "object",
        "properties": {
            ACTION_TYPE: {
                "description": target.say(&words::ACTION_TYPE),
                "enum": tags,
            },
        },
        "allOf": cases.chain(untagged).collect::<Vec<Value>>(),
    })
}

/// That parameters are not all of one action which has an `action_type`: then this key alone is missing, and the others are right.
fn unlike_tagged() -> Vec<Value> {
    let tagged = ActionKind::ALL.iter().filter(|kind| kind.action_type().is_some());
    let names = tagged.map(|kind| kind.parameters().iter().map(|it| it.name));
    let unlike = names.map(|names| {
        let names: Vec<&str> = names.collect();
        json!({ "not": { "type": "object", "minProperties": 1, "propertyNames": { "enum": names } } })
    });
    unlike.collect()
}

/// The parameters of one action: these keys and no others.
pub(super) fn of_action(target: Target, kind: ActionKind) -> Value {
    let spec = kind.spec();
    let mut properties = Map::new();
    let mut required = Vec::new();
    if let Some(tag) = spec.action_type {
        let about = Text::new(
            format!("Must be exactly `{tag}`."),
            format!("Doit valoir exactement `{tag}`."),
        );
        let about = target.say(&about);
        properties.insert(ACTION_TYPE.to_owned(), json!({ "description": about, "const": tag }));
        required.push(ACTION_TYPE);
    }
    for it in spec.parameters {
        properties.insert(it.name.to_owned(), parameter(target, it));
    }
    required.extend(spec.parameters.iter().filter(|it| it.required).map(|it| it.name));
    let mut schema = Map::new();
    schema.insert("title".to_owned(), target.say(&spec.title));
    schema.insert("description".to_owned(), target.say(&spec.about));
    schema.insert("type".to_owned(), json!("object"));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema.insert("properties".to_owned(), Value::Object(properties));
    Value::Object(schema)
}

/// What one parameter may hold. A blank optional one is absent, so `""` is always among the values of those.
fn parameter(target: Target, parameter: &Parameter) -> Value {
    let mut schema = match parameter.kind {
        ParameterKind::Text if parameter.required => {
            json!({ "type": "string", "pattern": NOT_BLANK })
        }
        ParameterKind::Text | ParameterKind::Headers | ParameterKind::Json => {
            json!({ "type": "string" })
        }
        ParameterKind::Choice(choice) => choice_schema(choice, parameter.required),
        ParameterKind::Number(limits) => number_schema(limits, parameter.required),
        ParameterKind::Url => url_schema(target),
    };
    if let Value::Object(schema) = &mut schema {
        schema.shift_insert(0, "description".to_owned(), target.say(&parameter.about));
    }
    schema
}

fn choice_schema(choice: &Choice, required: bool) -> Value {
    let blank = (!required).then_some("");
    let words: Vec<&str> = choice.values.iter().map(|(word, _)| *word).chain(blank).collect();
    match choice.default {
        Some(default) => json!({ "enum": words, "default": default }),
        None => json!({ "enum": words }),
    }
}

fn number_schema(limits: &NumberInText, required: bool) -> Value {
    json!({
        "type": "string",
        "pattern": limits.pattern(!required),
        "not": { "type": "string", "pattern": NOT_PRINTABLE },
        "default": limits.default,
    })
}

/// A URL is always required, and the pattern knows no empty one.
fn url_schema(target: Target) -> Value {
    json!({
        "type": "string",
        "pattern": url::url_pattern(target.environment),
        "not": { "type": "string", "pattern": url::BROKEN },
    })
}
