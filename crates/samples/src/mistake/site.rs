//! Where in a document a mistake can be made.

use crate::{
    json::{Json, Path},
    random::Random,
};

/// What a parameter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Choice,
    Number,
    Url,
    Headers,
    Json,
}

/// A parameter: its name, what it holds, whether it must be there.
pub(super) type Parameter = (&'static str, Kind, bool);

/// The parameters of each action, by its `action_type`. Written a second time here, on purpose: what makes the mistakes must not
/// ask what is to be tested.
pub(super) const ACTIONS: [(&str, &[Parameter]); 5] = [
    ("", &[("assignation", Kind::Text, false), ("priorite", Kind::Choice, false)]),
    (
        "http_request",
        &[
            ("http_method", Kind::Choice, true),
            ("url", Kind::Url, true),
            ("content_type", Kind::Choice, false),
            ("headers_json", Kind::Headers, false),
            ("body_json", Kind::Json, false),
            ("body_text", Kind::Text, false),
            ("timeout_seconds", Kind::Number, false),
        ],
    ),
    (
        "crm_upsert",
        &[("crm_champ_email", Kind::Text, false), ("crm_champ_telephone", Kind::Text, false)],
    ),
    (
        "ai_reply",
        &[
            ("body_source", Kind::Choice, false),
            ("temperature", Kind::Number, false),
            ("max_output_tokens", Kind::Number, false),
            ("system_prompt", Kind::Text, false),
            ("model", Kind::Text, false),
        ],
    ),
    ("tag_contact", &[("tag", Kind::Text, true)]),
];

/// A block of one of the five actions.
#[derive(Debug, Clone)]
pub(super) struct Action {
    /// The node.
    pub(super) node: Path,
    /// Its id.
    pub(super) id: String,
    /// Its parameters, as an object of the document.
    pub(super) parameters: Path,
    /// Its `action_type`, empty for a task.
    pub(super) kind: String,
    /// The parameters that it may have.
    pub(super) known: &'static [Parameter],
}

/// The way to a member, when there is one.
pub(super) fn member(document: &Json, path: &[usize], key: &str) -> Option<Path> {
    let Json::Object(members) = document.at(path) else { return None };
    let place = members.iter().position(|(name, _)| name == key)?;
    Some(path.iter().copied().chain([place]).collect())
}

/// The text of a member.
pub(super) fn text<'d>(document: &'d Json, path: &[usize], key: &str) -> Option<&'d str> {
    match document.at(&member(document, path, key)?) {
        Json::Text(text) => Some(text),
        Json::Bare(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

/// The ways to the elements of an array of the root.
fn elements(document: &Json, key: &str) -> Vec<Path> {
    let Some(array) = member(document, &[], key) else { return Vec::new() };
    let Json::Array(items) = document.at(&array) else { return Vec::new() };
    (0..items.len()).map(|place| array.iter().copied().chain([place]).collect()).collect()
}

/// Every node; of a block alone the root.
pub(super) fn nodes(document: &Json) -> Vec<Path> {
    if document.get("nodes").is_some() { elements(document, "nodes") } else { vec![Path::new()] }
}

/// Every edge.
pub(super) fn edges(document: &Json) -> Vec<Path> {
    elements(document, "edges")
}

/// Every block of the five actions.
pub(super) fn actions(document: &Json) -> Vec<Action> {
    let action = |node: Path| {
        text(document, &node, "type").filter(|it| *it == "action")?;
        let data = member(document, &node, "data")?;
        let parameters = member(document, &data, "parameters")?;
        let action_type = text(document, &parameters, "action_type").unwrap_or_default().to_owned();
        let (_, known) = ACTIONS.into_iter().find(|(name, _)| *name == action_type)?;
        let id = text(document, &node, "id")?.to_owned();
        Some(Action { node, id, parameters, kind: action_type, known })
    };
    nodes(document).into_iter().filter_map(action).collect()
}

/// The ids of the blocks that lead to one.
pub(super) fn ancestors(document: &Json, id: &str) -> Vec<String> {
    let ends: Vec<(&str, &str)> = edges(document)
        .iter()
        .filter_map(|edge| Some((text(document, edge, "source")?, text(document, edge, "target")?)))
        .collect();
    let mut found: Vec<String> = Vec::new();
    let mut open = vec![id.to_owned()];
    while let Some(target) = open.pop() {
        for (source, _) in ends.iter().filter(|(_, it)| *it == target) {
            if !found.iter().any(|it| it == source) {
                found.push((*source).to_owned());
                open.push((*source).to_owned());
            }
        }
    }
    found
}

/// One of them, by chance.
pub(super) fn any<T: Clone>(random: &mut Random, from: &[T]) -> Option<T> {
    (!from.is_empty()).then(|| random.pick(from).clone())
}

/// Puts a member first, or changes its value where it is there already.
pub(super) fn set(document: &mut Json, path: &[usize], key: &str, value: Json) {
    if let Some(member) = member(document, path, key) {
        *document.at_mut(&member) = value;
    } else if let Json::Object(members) = document.at_mut(path) {
        members.insert(0, (key.to_owned(), value));
    }
}

/// Texts that move what follows: of two, three and four bytes, with quotes and line breaks.
const NOISE: [&str; 5] =
    ["Étape n° 2", "日本 🎉", "a\nb\tc", "\"entre guillemets\" \\ \u{7f}", "\u{fffd}\u{200d}é"];

const HEADERS: &str =
    "{\"X-Source\": \"relancé 🎉\", \"Authorization\": \"Bearer {{ secrets.CRM_TOKEN }}\"}";
const BODY: &str = "{\"événement\": \"relance\", \"prénom\": \"{{ contact.first_name | default: 'cher·e client·e' }}\", \
                    \"étiquettes\": [\"devis\", {\"niveau\": 2, \"ouvert\": true}], \"montant\": 1250.5, \"note\": null}";

/// The same document with more around the places where mistakes are made: other labels, keys of a canvas, headers and a body for
/// calls that have none. It stays right.
pub(super) fn dressed(random: &mut Random, right: &Json) -> Json {
    let mut document = right.clone();
    for action in actions(&document) {
        if random.one_in(2) {
            let data = &action.parameters[..action.parameters.len() - 1];
            set(&mut document, data, "label", Json::text(*random.pick(&NOISE)));
        }
    }
    for action in actions(&document) {
        if action.kind == "http_request" && random.one_in(2) {
            give_body(&mut document, &action.parameters);
        }
    }
    if random.one_in(2)
        && let Json::Object(members) = &mut document
    {
        members.insert(0, ("étiquette".to_owned(), Json::text(*random.pick(&NOISE))));
    }
    document
}

/// Whether a call is one that sends JSON, so that there is no doubt about its body.
pub(super) fn sends_json(document: &Json, call: &Action) -> bool {
    let is = |key: &str, wanted: &[&str]| {
        text(document, &call.parameters, key).is_none_or(|it| wanted.contains(&it))
    };
    is("content_type", &["", "json"]) && is("http_method", &["POST", "PUT"])
}

fn give_body(document: &mut Json, parameters: &[usize]) {
    let blank =
        |document: &Json, key: &str| text(document, parameters, key).is_none_or(str::is_empty);
    if blank(document, "headers_json") {
        set(document, parameters, "headers_json", Json::text(HEADERS));
    }
    let json = text(document, parameters, "content_type").is_none_or(|it| it != "text");
    if json && blank(document, "body_json") {
        set(document, parameters, "body_json", Json::text(BODY));
    }
}
