//! Keys that are missing, and keys that an action does not know.

use std::collections::{HashMap, HashSet};

use relance_diagnostics::{Safety, Text};
use relance_model::{
    ActionKind, Parameter,
    document::{Array, Member, Node, Object},
    graph::ACTION,
};

use super::{Place, parameter};
use crate::{
    Code,
    edit::Side,
    finding::{Finding, list, quoted},
    suggest::{closest, is_same_name},
};

pub(super) fn missing(at: Place<'_>, key: &str) -> Finding {
    let message = Text::new(format!("`{key}` is missing"), format!("il manque `{key}`"));
    let mut finding = Finding::new(Code::MissingKey, at.node.span.first_byte(), message);
    if let Some(parameter) = parameter(key) {
        finding.help(parameter.about.clone());
    }
    if key == "parameters" {
        finding.help(Text::fixed(
            "what the block does stands there, `action_type` first; `{}` creates a task",
            "ce que fait le bloc s'y trouve, en commençant par `action_type` ; `{}` crée une tâche",
        ));
    }
    if let Some(object) = at.node.as_object() {
        give(&mut finding, at, object, key);
    }
    finding
}

/// Where a block stands that says nothing about it.
pub(super) const ORIGIN: &str = "{ \"x\": 0, \"y\": 0 }";

/// A value for a key that is missing, or the key itself where another one stands for it.
fn give(finding: &mut Finding, at: Place<'_>, object: Object<'_>, key: &str) {
    // What is wrong with the key of a parameter is said there.
    if parameter(key).is_none()
        && let Some(misspelt) = misspelt(object, key)
    {
        finding.replace(Safety::Unsafe, misspelt.key_span, key);
        return;
    }
    let (source, ids) = (at.around.source, &at.around.ids);
    let is_edge = at.pointer.starts_with("/edges/");
    let mut insert = |safety, value: &str, side| {
        finding.insert(safety, source, at.node.span, (key, value), side);
    };
    match key {
        // Where a block stands on the canvas never changes a run.
        "position" => insert(Safety::Safe, ORIGIN, Side::Back),
        "x" => insert(Safety::Safe, "0", Side::Front),
        "y" => insert(Safety::Safe, "0", Side::Back),
        // Nothing names an edge, but a block may be named by an id that it lacks.
        "id" => {
            let safety = Safety::when(is_edge);
            insert(safety, &quoted(&ids.new_for(at, "")), Side::Front);
        }
        "edges" => {
            // They may stand under another name, and a reference tells that there were some.
            let is_list = |member: &Member<'_>| member.key != "nodes" && holds_objects(member);
            let lost = source.contains("blocks") || object.members().any(|it| is_list(&it));
            let safety = if lost { Safety::Unsafe } else { Safety::Safe };
            insert(safety, "[]", Side::Back);
        }
        // A block of another type is one that is not run.
        "type" => insert(Safety::Unsafe, &quoted(ACTION), Side::Front),
        // Without parameters a block creates a task.
        "parameters" => insert(Safety::Unsafe, "{}", Side::Back),
        _ => {}
    }
}

/// The member whose key is the missing one in another spelling.
fn misspelt<'d>(object: Object<'d>, key: &str) -> Option<Member<'d>> {
    let unknown = || object.members().filter(|member| !is_known(member.key));
    let meant = closest(key, unknown().map(|member| member.key))?;
    unknown().find(|member| member.key == meant)
}

/// Whether graphs, blocks and edges have a key of that name, here or as React Flow writes them.
fn is_known(key: &str) -> bool {
    parameter(key).is_some()
        || matches!(
            key,
            "nodes"
                | "edges"
                | "id"
                | "type"
                | "position"
                | "data"
                | "x"
                | "y"
                | "parameters"
                | "label"
                | "subtitle"
                | "channel"
                | "description"
                | "source"
                | "target"
                | "sourceHandle"
                | "targetHandle"
                | "viewport"
                | "measured"
                | "style"
        )
}

fn holds_objects(member: &Member<'_>) -> bool {
    let mut items = member.node.as_array().into_iter().flat_map(Array::iter);
    items.any(|item| item.as_object().is_some())
}

pub(super) fn unknown(at: Place<'_>, unexpected: &[String]) -> Vec<Finding> {
    let Some(object) = at.node.as_object() else { return Vec::new() };
    let action = Action::of(object);
    let mut unexpected: HashSet<&str> = unexpected.iter().map(String::as_str).collect();
    let unknown = object.members().filter(|member| unexpected.remove(member.key));
    let mut findings: Vec<Finding> = unknown.map(|member| action.does_not_know(&member)).collect();
    leave_one_to_each_name(&mut findings);
    findings
}

/// Of two keys that may mean the same parameter only the first may take its name, and whether it should is a guess.
fn leave_one_to_each_name(findings: &mut [Finding]) {
    let name = |finding: &Finding| Some(finding.fix.as_ref()?.edits.first()?.text.clone());
    let mut first: HashMap<String, usize> = HashMap::new();
    for place in 0..findings.len() {
        let Some(name) = findings.get(place).and_then(name) else { continue };
        let taken = *first.entry(name).or_insert(place);
        if taken != place
            && let Ok([taken, finding]) = findings.get_disjoint_mut([taken, place])
        {
            finding.fix = None;
            taken.fix.iter_mut().for_each(|fix| fix.safety = Safety::Unsafe);
        }
    }
}

/// The action whose parameters they are, and those of them that are not used yet.
struct Action {
    kind: ActionKind,
    free: Vec<&'static str>,
}

impl Action {
    fn of(object: Object<'_>) -> Action {
        let action_type = object.get("action_type").and_then(Node::as_text);
        let kind =
            action_type.and_then(ActionKind::from_action_type).unwrap_or(ActionKind::CreateTask);
        let names = kind.parameters().iter().map(|parameter| parameter.name);
        Action { kind, free: names.filter(|name| object.get(name).is_none()).collect() }
    }

    fn does_not_know(&self, member: &Member<'_>) -> Finding {
        let key = member.key;
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
            let safety = Safety::when(is_same_name(key, meant));
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
