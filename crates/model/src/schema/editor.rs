//! What an editor's schema says beside the rules: documentation, snippets, and one message for each rule.
//!
//! The keywords are those of the language service in VS Code, which Neovim, Helix, Zed and others run too; other validators ignore
//! them, and strict ones refuse them, so they have files of their own. Nothing here adds a rule or takes one away.
//!
//! One keyword's message may be shared by several rules of a value. That is wanted: a text with a line break fails a pattern and its
//! guard, and the same words at the same place are shown once.

mod documentation;
mod messages;
mod snippets;

use relance_diagnostics::{Language, Text};
use serde_json::{Map, Value, json};

use super::{Kind, words};
use crate::action::ActionKind;
use crate::graph::ACTION_TYPE;

/// The keywords that an editor's schema has and others do not.
pub const KEYWORDS: [&str; 10] = [
    "completionDetail",
    "defaultSnippets",
    "doNotSuggest",
    "enumDescriptions",
    "enumSortTexts",
    "errorMessage",
    "markdownDescription",
    "markdownEnumDescriptions",
    "patternErrorMessage",
    "suggestSortText",
];

/// Puts the words into a schema of that kind.
pub(super) fn annotate(schema: &mut Value, kind: Kind, language: Language) {
    document(schema);
    quieten(schema);
    name_types(schema, language);
    let mut notes = Notes { schema, language };
    match kind {
        Kind::Graph => {
            notes.message("", &messages::wrong_type(&words::A_GRAPH, "object"));
            notes.set("", "defaultSnippets", snippets::graphs(language));
            notes.block("/$defs/block");
            notes.edge("/$defs/edge");
        }
        Kind::Block => notes.block(""),
        Kind::Action(_) | Kind::Output(_) | Kind::Failure | Kind::Contact => {}
    }
    notes.definitions();
}

/// Descriptions are Markdown; an editor that is given them as plain text would show the backticks.
fn document(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(document),
        Value::Object(object) => {
            object.values_mut().for_each(document);
            if let Some(Value::String(about)) = object.get("description") {
                let about = json!(about);
                object.insert("markdownDescription".to_owned(), about);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Keeps the conditions out of what is offered: they name keys that are described elsewhere.
fn quieten(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(quieten),
        Value::Object(object) => {
            let condition = object.get_mut("if").and_then(|it| it.get_mut("properties"));
            let properties = condition.and_then(Value::as_object_mut);
            for property in properties.into_iter().flat_map(Map::values_mut) {
                if let Value::Object(property) = property {
                    property.insert("doNotSuggest".to_owned(), json!(true));
                }
            }
            object.values_mut().for_each(quieten);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Says of each described property which type it must have, and in which order to offer them.
fn name_types(schema: &mut Value, language: Language) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| name_types(item, language)),
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get_mut("properties") {
                for (place, (name, property)) in properties.iter_mut().enumerate() {
                    if let Value::Object(property) = property {
                        name_type(property, name, place, language);
                    }
                }
            }
            object.values_mut().for_each(|value| name_types(value, language));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn name_type(property: &mut Map<String, Value>, name: &str, place: usize, language: Language) {
    if !["description", "$ref"].iter().any(|keyword| property.contains_key(*keyword)) {
        return;
    }
    property.insert("suggestSortText".to_owned(), sort_text(place));
    let wanted = match property.get("type") {
        Some(Value::String(wanted)) => Some(wanted.as_str()),
        Some(_) => Some("string or null"),
        None => None,
    };
    if let Some(wanted) = wanted {
        let name = Text::new(format!("`{name}`"), format!("`{name}`"));
        let message = json!(messages::wrong_type(&name, wanted).to(language));
        property.insert("errorMessage".to_owned(), message);
    }
}

/// A text that sorts as the place does.
fn sort_text(place: usize) -> Value {
    json!(format!("{place:02}"))
}

/// A schema that is being annotated.
struct Notes<'s> {
    schema: &'s mut Value,
    language: Language,
}

impl Notes<'_> {
    /// Sets a keyword of the schema at a pointer. What a kind of document lacks is passed over.
    fn set(&mut self, pointer: &str, keyword: &str, value: Value) {
        if let Some(Value::Object(schema)) = self.schema.pointer_mut(pointer) {
            schema.insert(keyword.to_owned(), value);
        }
    }

    fn say(&mut self, pointer: &str, keyword: &str, text: &Text) {
        let text = json!(text.to(self.language));
        self.set(pointer, keyword, text);
    }

    fn message(&mut self, pointer: &str, text: &Text) {
        self.say(pointer, "errorMessage", text);
    }

    fn block(&mut self, at: &str) {
        self.message(at, &messages::wrong_type(&words::A_BLOCK, "object"));
        self.set(at, "defaultSnippets", snippets::blocks(self.language));
        self.set(&format!("{at}/properties/type"), "defaultSnippets", snippets::block_type());
    }

    fn edge(&mut self, at: &str) {
        self.message(at, &messages::wrong_type(&words::AN_EDGE, "object"));
        self.set(at, "defaultSnippets", snippets::edges(self.language));
        let handle = format!("{at}/properties/sourceHandle");
        self.set(&handle, "defaultSnippets", snippets::handles(self.language));
    }

    fn definitions(&mut self) {
        let name = |name: &str| Text::new(format!("`{name}`"), format!("`{name}`"));
        let position = "/$defs/position";
        self.message(position, &messages::wrong_type(&name("position"), "object"));
        self.set(position, "defaultSnippets", snippets::position());
        let parameters = "/$defs/parameters";
        self.message(parameters, &messages::wrong_type(&name("parameters"), "object"));
        self.set(parameters, "defaultSnippets", snippets::parameters(self.language));
        let action_type = format!("{parameters}/properties/{ACTION_TYPE}");
        self.message(&action_type, &messages::unknown_action());
        let actions = documentation::actions();
        self.words(&action_type, &actions);
        for kind in ActionKind::ALL {
            self.action(*kind);
        }
    }

    fn action(&mut self, kind: ActionKind) {
        let at = format!("/$defs/{}", kind.as_str());
        self.say(&at, "markdownDescription", &documentation::action(kind));
        self.message(&at, &messages::unknown_parameter(kind));
        // The key that tells the action comes first, then what is required.
        let tag = format!("{at}/properties/{ACTION_TYPE}");
        self.say(&tag, "markdownDescription", &documentation::title(kind));
        self.message(&tag, &messages::unknown_action());
        self.set(&tag, "suggestSortText", sort_text(0));
        let (required, optional): (Vec<_>, Vec<_>) =
            kind.parameters().iter().partition(|parameter| parameter.required);
        for (place, parameter) in required.into_iter().chain(optional).enumerate() {
            let at = format!("{at}/properties/{}", parameter.name);
            self.set(&at, "suggestSortText", sort_text(place + 1));
            self.say(&at, "completionDetail", &documentation::obligation(parameter));
            self.say(&at, "markdownDescription", &documentation::parameter(parameter));
            self.message(&at, &messages::wrong_value(parameter));
            self.words(&at, &documentation::words(parameter));
            if let Some(snippets) = snippets::values(parameter, self.language) {
                self.set(&at, "defaultSnippets", snippets);
            }
        }
    }

    /// Says what each word of an enumeration means, in the order in which they stand there.
    fn words(&mut self, at: &str, words: &[Text]) {
        if words.is_empty() {
            return;
        }
        let said: Vec<&str> = words.iter().map(|word| word.to(self.language)).collect();
        let (said, order) = (json!(said), (0..words.len()).map(sort_text).collect());
        self.set(at, "enumDescriptions", said.clone());
        self.set(at, "markdownEnumDescriptions", said);
        self.set(at, "enumSortTexts", order);
    }
}
