//! Keys that are missing, and keys that an action does not know.

use std::collections::HashSet;

use relance_diagnostics::{Safety, Text};
use relance_model::{
    ActionKind, Parameter,
    document::{Member, Node, Object, Value},
};

use super::{Place, parameter};
use crate::{
    Code,
    finding::{Finding, list},
    suggest::closest,
};

pub(super) fn missing(at: Place<'_>, key: &str) -> Finding {
    let message = Text::new(format!("`{key}` is missing"), format!("il manque `{key}`"));
    let mut finding = Finding::new(Code::MissingKey, at.node.span.first_byte(), message);
    if let Some(parameter) = parameter(key) {
        finding.help(parameter.about.clone());
    }
    // Without them a document means the same as with these.
    let neutral = match key {
        "edges" => Some("\"edges\": []"),
        "position" => Some("\"position\": { \"x\": 0, \"y\": 0 }"),
        "parameters" => {
            finding.help(Text::fixed(
                "what the block does stands there, `action_type` first; `{}` creates a task",
                "ce que fait le bloc s'y trouve, en commençant par `action_type` ; `{}` crée une tâche",
            ));
            None
        }
        _ => None,
    };
    if let (Some(member), Some(object)) = (neutral, at.node.as_object()) {
        finding.insert(at.node, object, member);
    }
    finding
}

pub(super) fn unknown(at: Place<'_>, unexpected: &[String]) -> Vec<Finding> {
    let Value::Object(object) = &at.node.value else { return Vec::new() };
    let action = Action::of(object);
    let mut unexpected: HashSet<&str> = unexpected.iter().map(String::as_str).collect();
    let unknown = object.members.iter().filter(|member| unexpected.remove(member.key.as_ref()));
    unknown.map(|member| action.does_not_know(member)).collect()
}

/// The action whose parameters they are, and those of them that are not used yet.
struct Action {
    kind: ActionKind,
    free: Vec<&'static str>,
}

impl Action {
    fn of(object: &Object<'_>) -> Action {
        let action_type = object.get("action_type").and_then(Node::as_text);
        let kind =
            action_type.and_then(ActionKind::from_action_type).unwrap_or(ActionKind::CreateTask);
        let names = kind.parameters().iter().map(|parameter| parameter.name);
        Action { kind, free: names.filter(|name| object.get(name).is_none()).collect() }
    }

    fn does_not_know(&self, member: &Member<'_>) -> Finding {
        let key = member.key.as_ref();
        let message = match self.kind.action_type() {
            Some(action_type) => Text::new(
                format!("`{action_type}` has no parameter `{key}`"),
                format!("`{action_type}` n'a pas de paramètre `{key}`"),
            ),
            None => Text::new(
                format!("a task has no parameter `{key}`"),
                format!("une tâche n'a pas de paramètre `{key}`"),
            ),
        };
        let mut finding = Finding::new(Code::UnknownParameter, member.key_span, message);
        if let Some(meant) = closest(key, self.free.iter().copied()) {
            let same = letters(key).eq(letters(meant));
            let safety = if same { Safety::Safe } else { Safety::Unsafe };
            finding.did_you_mean(Some(meant)).replace(safety, member.key_span, meant);
        } else if let Some(owner) = owner(key) {
            finding.help(self.belongs_to(owner));
        } else if !self.free.is_empty() {
            let free = list(self.free.iter().copied());
            finding.help(Text::new(
                format!("it may still have {}", free.en),
                format!("restent possibles : {}", free.fr),
            ));
        }
        if self.kind.action_type().is_none() {
            finding.help(Text::fixed(
                "without `action_type` a block creates a task",
                "sans `action_type`, un bloc crée une tâche",
            ));
        }
        finding
    }

    fn belongs_to(&self, owner: ActionKind) -> Text {
        match (owner.action_type(), self.kind.action_type()) {
            (Some(owner), Some(_)) => Text::new(
                format!("it is a parameter of `{owner}`: is `action_type` right?"),
                format!("c'est un paramètre de `{owner}` : `action_type` est-il correct ?"),
            ),
            (Some(owner), None) => Text::new(
                format!("it is a parameter of `{owner}`: should `action_type` say so?"),
                format!("c'est un paramètre de `{owner}` : manque-t-il `action_type` ?"),
            ),
            (None, _) => Text::fixed(
                "it is a parameter of a task, which has no `action_type`",
                "c'est un paramètre d'une tâche, qui n'a pas d'`action_type`",
            ),
        }
    }
}

/// The action that has a parameter of that name.
fn owner(key: &str) -> Option<ActionKind> {
    let knows = |parameters: &[Parameter]| parameters.iter().any(|it| it.name == key);
    ActionKind::ALL.iter().copied().find(|kind| knows(kind.parameters()))
}

/// A name without what people write in different ways.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|it| !matches!(it, '_' | '-' | ' ')).map(|it| it.to_ascii_lowercase())
}
