//! Whole blocks and edges, to begin with.

use std::fmt::Write as _;

use relance_diagnostics::{Edit, Language, Span, Text};
use relance_model::ActionKind;

use super::{
    Completion, CompletionKind, comma_before, keys::without_stops, parameters::value_of, say,
};
use crate::{
    about,
    outline::{ACTION_TYPE, Outline},
    slot::is_name,
    tree::Node,
    view::View,
};

/// A block of each action, with what it must have.
pub(super) fn blocks(
    view: &View<'_>,
    outline: &Outline<'_>,
    list: &Node<'_>,
    offset: usize,
    language: Language,
) -> Vec<Completion> {
    let kinds = ActionKind::ALL.iter();
    kinds
        .map(|kind| {
            let spec = kind.spec();
            let title = spec.title.to(language);
            let mut id = spec.name.replace('_', "-");
            let mut number = 2;
            while outline.block(&id).is_some() {
                id = format!("{}-{number}", spec.name.replace('_', "-"));
                number += 1;
            }
            let mut parameters = String::new();
            if let Some(name) = kind.action_type() {
                _ = write!(parameters, "\"{ACTION_TYPE}\": \"{name}\"");
            }
            let required = spec.parameters.iter().filter(|parameter| parameter.required);
            for (stop, parameter) in (2..).zip(required) {
                let value = value_of(parameter).replace("$0", "");
                let value = value.replace("$1", &format!("${stop}")).replace("${1", &format!("${{{stop}"));
                _ = write!(parameters, ", \"{}\": {value}", parameter.name);
            }
            let snippet = format!(
                "{{ \"id\": \"${{1:{id}}}\", \"type\": \"action\", \"position\": {{ \"x\": 0, \"y\": 0 \\}},\n  \"data\": {{ \"label\": \"{title}\", \"parameters\": {{ {parameters}$0 \\}} \\}} \\}}"
            );
            item(view, list, offset, spec.name, &snippet, title, &say(&about::action(*kind), language))
        })
        .collect()
}

/// An edge.
pub(super) fn edge(
    view: &View<'_>,
    outline: &Outline<'_>,
    list: &Node<'_>,
    offset: usize,
    language: Language,
) -> Vec<Completion> {
    static EDGE: Text =
        Text::fixed("An edge: which block follows which.", "Un lien : quel bloc suit quel autre.");
    let taken = |id: &str| {
        outline.edges.iter().any(|edge| edge.id.as_ref().is_some_and(|it| it.text == id))
    };
    let mut number = outline.edges.len() + 1;
    while taken(&format!("e{number}")) {
        number += 1;
    }
    let snippet =
        format!("{{ \"id\": \"e{number}\", \"source\": \"$1\", \"target\": \"$2\" \\}}$0");
    vec![item(view, list, offset, "edge", &snippet, "", EDGE.to(language))]
}

fn item(
    view: &View<'_>,
    list: &Node<'_>,
    offset: usize,
    label: &str,
    snippet: &str,
    detail: &str,
    about: &str,
) -> Completion {
    let typed = view.text().get(..offset).unwrap_or_default();
    let start = typed.trim_end_matches(is_name).len();
    let (before, comma) = comma_before(view, start);
    let more = list.items().iter().any(|item| item.span.range().start >= offset);
    let after = if more && view.after(offset) != Some(',') { "," } else { "" };
    Completion {
        label: label.to_owned(),
        kind: CompletionKind::Snippet,
        detail: detail.to_owned(),
        about: about.to_owned(),
        edit: Edit {
            span: Span::new(start, offset),
            text: format!("{before}{}{after}", without_stops(snippet)),
        },
        snippet: Some(format!("{before}{snippet}{after}")),
        comma,
        filter: label.to_owned(),
    }
}
