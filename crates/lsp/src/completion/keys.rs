//! Keys of an object that are not there yet, with the commas and colons that belong to them.

use relance_diagnostics::{Edit, Language, Span, Text};

use super::{Completion, CompletionKind, comma_before, say};
use crate::{
    passage::quoted,
    place::Spot,
    slot::is_name,
    tree::{Member, Node, Value},
    view::View,
    words::Key,
};

/// A key that an object may have.
pub(super) struct Known {
    pub(super) name: &'static str,
    /// A few words beside it.
    pub(super) detail: String,
    pub(super) about: String,
    /// What is written after the colon, as a snippet.
    pub(super) value: String,
    pub(super) required: bool,
}

/// The keys of a graph, a block or an edge.
pub(super) fn known(keys: &'static [Key], language: Language) -> Vec<Known> {
    let known = keys.iter().map(|key| Known {
        name: key.name,
        detail: requirement(key.required, language),
        about: say(&key.about, language),
        value: key.value.to_owned(),
        required: key.required,
    });
    known.collect()
}

/// Whether a key must be there, in a word.
pub(super) fn requirement(required: bool, language: Language) -> String {
    static REQUIRED: Text = Text::fixed("required", "obligatoire");
    static OPTIONAL: Text = Text::fixed("optional", "facultatif");
    say(if required { &REQUIRED } else { &OPTIONAL }, language)
}

/// The keys that may be written in an object or in the place of a key: those that are not there, required ones first.
pub(super) fn complete(
    view: &View<'_>,
    spot: Spot<'_>,
    offset: usize,
    known: &[Known],
) -> Vec<Completion> {
    let (object, replaced) = match spot {
        Spot::Members(object) => (object, None),
        Spot::Key { object, member } => (object, Some(member)),
        Spot::Value(_) | Spot::Items(_) | Spot::Outside => return Vec::new(),
    };
    let Some(gap) = Gap::of(view, object, replaced, offset) else { return Vec::new() };
    let there = |name: &str| {
        let others = object.members().iter();
        others.filter(|it| gap.key != Some(it.key.span)).any(|it| it.key.text() == name)
    };
    let mut missing: Vec<&Known> = known.iter().filter(|it| !there(it.name)).collect();
    missing.sort_by_key(|it| !it.required);
    missing.into_iter().map(|it| gap.item(it)).collect()
}

/// The place of a key, and what it needs around it.
struct Gap {
    span: Span,
    /// The key that stands there.
    key: Option<Span>,
    /// Whether a value is there already, so that only the key is written.
    has_value: bool,
    /// The comma that is missing before it, in the same edit or in one of its own.
    before: &'static str,
    comma: Option<Edit>,
    /// The comma that is missing behind it.
    after: &'static str,
    /// Whether a quote was typed.
    in_quotes: bool,
}

impl Gap {
    fn of(
        view: &View<'_>,
        object: &Node<'_>,
        replaced: Option<&Member<'_>>,
        offset: usize,
    ) -> Option<Gap> {
        let span = if let Some(member) = replaced {
            member.key.span
        } else {
            // A key without its colon: nothing may stand behind it yet.
            let behind = |it: &&Member<'_>| it.key.span.range().end <= offset;
            let last = object.members().iter().rfind(behind);
            let is_open = |it: &Member<'_>| !it.colon && offset <= it.node.span.range().end;
            if last.is_some_and(is_open) {
                return None;
            }
            let before = view.text().get(..offset)?;
            let word = before.trim_end_matches(is_name).len();
            Span::new(word, offset)
        };
        let (before, comma) = comma_before(view, span.range().start);
        // A colon without a value is replaced with the key, unless it stands on another line, where no edit may reach.
        let colon = replaced.filter(|it| it.colon).map(|it| it.node.span.range().start);
        let is_missing = |it: &Member<'_>| matches!(it.node.value, Value::Missing);
        let reachable = colon.filter(|end| {
            let between = view.text().get(span.range().end..*end).unwrap_or_default();
            replaced.is_some_and(is_missing) && !between.contains(['\n', '\r'])
        });
        let end = reachable.unwrap_or(span.range().end);
        let has_value = colon.is_some() && reachable.is_none();
        let after = if view.after(end) == Some('"') && !has_value { "," } else { "" };
        Some(Gap {
            span: Span::new(span.range().start, end),
            key: replaced.map(|it| it.key.span),
            has_value,
            before,
            comma,
            after,
            in_quotes: replaced.is_some(),
        })
    }

    fn item(&self, known: &Known) -> Completion {
        let key = quoted(known.name);
        let Gap { before, after, .. } = self;
        let (text, snippet) = if self.has_value {
            (format!("{before}{key}"), None)
        } else {
            let value = &known.value;
            let plain = without_stops(value);
            (
                format!("{before}{key}: {plain}{after}"),
                Some(format!("{before}{key}: {value}{after}")),
            )
        };
        Completion {
            label: known.name.to_owned(),
            kind: CompletionKind::Key,
            detail: known.detail.clone(),
            about: known.about.clone(),
            edit: Edit { span: self.span, text },
            snippet,
            comma: self.comma.clone(),
            filter: if self.in_quotes { key } else { known.name.to_owned() },
        }
    }
}

/// A snippet as text: its stops left out, what they propose kept.
pub(super) fn without_stops(snippet: &str) -> String {
    let mut text = String::with_capacity(snippet.len());
    let mut characters = snippet.chars().peekable();
    let mut in_stop = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next()),
            '$' if characters.next_if_eq(&'{').is_some() => {
                while characters.next_if(char::is_ascii_digit).is_some() {}
                // `${1:text}` proposes a text, `${1|a,b|}` the first of several.
                if characters.next_if_eq(&'|').is_some() {
                    while let Some(first) = characters.next_if(|it| *it != ',' && *it != '|') {
                        text.push(first);
                    }
                    while characters.next_if(|it| *it != '}').is_some() {}
                } else {
                    characters.next_if_eq(&':');
                }
                in_stop = true;
            }
            '$' => while characters.next_if(char::is_ascii_digit).is_some() {},
            '}' if in_stop => in_stop = false,
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::without_stops;

    #[test]
    fn stops_of_a_snippet_are_left_out_and_proposals_kept() {
        assert_eq!(without_stops(r#""url": "https://$1"$0"#), r#""url": "https://""#);
        assert_eq!(without_stops(r#"{ "x": "${1|haute,basse|}" }"#), r#"{ "x": "haute" }"#);
        assert_eq!(without_stops(r#""${1:10}" \$ \} \\"#), r#""10" $ } \"#);
    }
}
