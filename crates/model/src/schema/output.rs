//! What blocks return: the values that later blocks read as `{{ blocks.<id>.<name> }}`.

use serde_json::{Map, Value, json};

use crate::action::{ActionKind, ERROR_OUTPUT, Output};

/// What a block of that action gives when it succeeds.
pub(super) fn success(kind: ActionKind) -> Value {
    let spec = kind.spec();
    let properties: Map<String, Value> =
        spec.outputs.iter().map(|output| (output.name.to_owned(), property(output))).collect();
    let names: Vec<&str> = spec.outputs.iter().map(|output| output.name).collect();
    json!({
        "title": format!("Output: {}", spec.title.en),
        "description": "What the block returns when it succeeds, for `{{ blocks.<id>.<name> }}` in later blocks.",
        "type": "object",
        "required": names,
        "additionalProperties": false,
        "properties": properties,
    })
}

/// What a block gives when it fails, whatever its action.
pub(super) fn failure() -> Value {
    json!({
        "title": "Output: a failure",
        "description": ERROR_OUTPUT.about.en,
        "type": "object",
        "required": ["code", "message"],
        "additionalProperties": false,
        "properties": {
            "code": { "description": "Names the failure, in kebab-case.", "type": "string" },
            "message": { "description": "What happened, in a sentence.", "type": "string" },
            "status": { "description": "HTTP status of the answer, where there was one.", "type": "integer" },
        },
    })
}

fn property(output: &Output) -> Value {
    let about = &output.about.en;
    match (output.json_type, output.nullable) {
        ("any", _) => json!({ "description": about }),
        (json_type, true) => json!({ "description": about, "type": [json_type, "null"] }),
        (json_type, false) => json!({ "description": about, "type": json_type }),
    }
}
