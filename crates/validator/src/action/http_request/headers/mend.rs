//! What mends headers, told in the bytes of the JSON that holds them. No value is written out in it: one may be a secret.

use relance_diagnostics::{Safety, Text};
use relance_model::document::{Member, Node, Object, Value};

use super::{is_token, may_be_sent};
use crate::{
    edit::{Change, Mend, compact, escaped, removal, stretches, writing},
    finding::quoted,
    suggest::unaccented,
};

/// Headers that the client works out from the request: without them the same bytes are sent.
const WORKED_OUT: [&str; 4] = ["content-length", "transfer-encoding", "connection", "keep-alive"];

/// Takes a header out that the client alone sets.
pub(super) fn refused(json: &str, member: &Member<'_>) -> Mend {
    let worked_out = WORKED_OUT.iter().any(|it| it.eq_ignore_ascii_case(member.key));
    let safety = Safety::when(worked_out);
    without(safety, json, member)
}

/// Takes a header out that is there already. Nothing is lost if both say the same.
pub(super) fn again(json: &str, member: &Member<'_>, first: &Member<'_>) -> Mend {
    let [value, earlier] = [member, first].map(|member| member.node.as_text());
    let same = value.is_some() && value == earlier;
    without(Safety::when(same), json, member)
}

fn without(safety: Safety, json: &str, member: &Member<'_>) -> Mend {
    let title = Text::fixed("remove the header", "supprimer l'en-tête");
    Mend::new(safety, title, [removal(json, member.span().range())])
}

/// Another name in the place of one that cannot be sent, or no header where there is no name.
pub(super) fn name(json: &str, headers: Object<'_>, member: &Member<'_>) -> Option<Mend> {
    let written = member.key.trim();
    if written.is_empty() {
        return Some(without(Safety::Unsafe, json, member));
    }
    // A name copied with its colon is that name.
    let bare = written.trim_end_matches(':').trim_end();
    let surely = is_token(bare);
    let name: String = if surely {
        bare.to_owned()
    } else {
        bare.chars().map(|it| if it.is_whitespace() { '-' } else { unaccented(it) }).collect()
    };
    let is_there = |it: &Member<'_>| it.key.eq_ignore_ascii_case(&name);
    if !is_token(&name) || headers.members().any(|it| is_there(&it)) {
        return None;
    }
    let safety = Safety::when(surely);
    Some(Mend::new(safety, writing(&name), [Change::new(member.key_span.range(), quoted(&name))]))
}

/// More stretches than these are not taken out one by one.
const MOST_STRETCHES: usize = 100;

/// Takes what cannot be sent out of a value, told in the bytes of the value. At its ends it was never part of it: a line break
/// comes along when a token is copied.
pub(super) fn value(value: &str) -> Option<Mend> {
    let odd = |it: char| !may_be_sent(it);
    let middle = value.trim_matches(odd);
    let mut changes = Vec::new();
    for range in stretches(value, 0..value.len(), odd) {
        let at_an_end = range.start == 0 || range.end == value.len();
        let text = if at_an_end { "" } else { " " };
        changes.push(Change::new(range, text));
        if changes.len() > MOST_STRETCHES {
            return None;
        }
    }
    let surely = !middle.is_empty() && !middle.contains(odd);
    let safety = Safety::when(surely);
    let title =
        Text::fixed("remove the control characters", "supprimer les caractères de contrôle");
    Some(Mend::new(safety, title, changes))
}

/// A text in the place of another value; no header where there is no value.
pub(super) fn not_text(json: &str, member: &Member<'_>) -> Mend {
    let range = member.node.span.range();
    let title = Text::fixed("write it as text", "l'écrire en texte");
    // Around a plain value quotes are enough.
    let in_quotes = |safety| {
        let [before, after] = [range.start, range.end].map(|at| Change::new(at..at, "\""));
        Mend::new(safety, title.clone(), [before, after])
    };
    match member.node.value() {
        Value::Null => without(Safety::Unsafe, json, member),
        Value::Number(_) | Value::Bool(_) | Value::Text(_) => in_quotes(Safety::Safe),
        Value::Array(_) | Value::Object(_) => {
            let text = escaped(&compact(json.get(range.clone()).unwrap_or_default()));
            Mend::guess(title, [Change::new(range, format!("\"{text}\""))])
        }
    }
}

/// An object in the place of what is none: nothing for `null`, one header for `"Name: value"`.
pub(super) fn not_an_object(json: &str, root: Node<'_>) -> Option<Mend> {
    match root.value() {
        Value::Null => Some(Mend::safe(
            Text::fixed("leave it empty", "le laisser vide"),
            [Change::new(0..json.len(), "")],
        )),
        Value::Text(_) => {
            let range = root.span.range();
            let literal = json.get(range.clone())?;
            let colon = literal.find(':')?;
            let value = literal.get(colon + 1..)?;
            let after = literal.len() - value.trim_start_matches(' ').len();
            is_token(literal.get(1..colon)?).then(|| {
                let colon = range.start + colon..range.start + after;
                let title = Text::fixed("write it as an object", "l'écrire en objet");
                let changes = [
                    Change::new(range.start..range.start, "{"),
                    Change::new(colon, "\": \""),
                    Change::new(range.end..range.end, "}"),
                ];
                Mend::guess(title, changes)
            })
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
