//! How an edit is written: in the layout of what stands around it, and through the escapes of the text that it stands in.
//!
//! A [`Change`] is told in the bytes of the JSON text that it changes, be that the file or JSON written as text. Taking a part
//! out of an object or array takes its comma along; what is put in stands as its neighbours stand. The result is JSON again.

use std::ops::Range;

use relance_diagnostics::{Edit, Safety, Span, Text};
use relance_model::graph::MAX_ID_CHARACTERS;

use crate::finding::quoted;

/// A change of a JSON text: `text` in the place of `range`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

/// Where a new member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Before all others.
    Front,
    /// After all others.
    Back,
}

impl Change {
    pub(crate) fn new(range: Range<usize>, text: impl Into<String>) -> Change {
        Change { range, text: text.into() }
    }

    /// The change of the file itself.
    pub(crate) fn in_file(self) -> Edit {
        Edit { span: Span::new(self.range.start, self.range.end), text: self.text }
    }
}

/// Changes of one JSON text that mend a mistake in it.
#[derive(Debug, Clone)]
pub(crate) struct Mend {
    pub(crate) title: Text,
    pub(crate) safety: Safety,
    /// In order, and apart.
    pub(crate) changes: Vec<Change>,
}

impl Mend {
    pub(crate) fn new(safety: Safety, title: Text, changes: impl Into<Vec<Change>>) -> Mend {
        Mend { title, safety, changes: changes.into() }
    }

    /// Edits whose meaning is certain.
    pub(crate) fn safe(title: Text, changes: impl Into<Vec<Change>>) -> Mend {
        Mend::new(Safety::Safe, title, changes)
    }

    /// Edits that a person should look at.
    pub(crate) fn guess(title: Text, changes: impl Into<Vec<Change>>) -> Mend {
        Mend::new(Safety::Unsafe, title, changes)
    }

    /// Puts one text in the place of another.
    pub(crate) fn write(safety: Safety, range: Range<usize>, text: &str) -> Mend {
        Mend::new(safety, writing(text), [Change::new(range, text)])
    }

    /// The text after it.
    pub(crate) fn applied_to(&self, text: &str) -> String {
        let mut mended = text.to_owned();
        for change in self.changes.iter().rev() {
            mended.replace_range(change.range.clone(), &change.text);
        }
        mended
    }
}

/// That a text is put there.
pub(crate) fn writing(text: &str) -> Text {
    Text::new(format!("write `{text}`"), format!("écrire `{text}`"))
}

/// The stretches of such characters in a part of a text, in order.
pub(crate) fn stretches(
    text: &str,
    part: Range<usize>,
    such: impl Fn(char) -> bool + Copy,
) -> impl Iterator<Item = Range<usize>> {
    let mut at = part.start;
    std::iter::from_fn(move || {
        let start = at + text.get(at..part.end)?.find(such)?;
        let length = text.get(start..part.end)?.find(|it| !such(it));
        at = length.map_or(part.end, |length| start + length);
        Some(start..at)
    })
}

/// How a new id begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stem {
    /// That of a block.
    Block,
    /// That of an edge.
    Edge,
}

impl Stem {
    /// What stands before the number of a new id: the id that it was, as far as there is room.
    pub(crate) fn of(self, id: &str) -> &str {
        let end = id.char_indices().nth(LONGEST_STEM).map_or(id.len(), |(place, _)| place);
        match (self, id.get(..end).unwrap_or_default()) {
            (Stem::Block, "") => "block",
            (Stem::Edge, "") => "edge",
            (_, stem) => stem,
        }
    }
}

/// So many characters of an id stay when a number is put behind it.
const LONGEST_STEM: usize = MAX_ID_CHARACTERS - 20;

/// The first number of those that are put behind an id that is taken.
pub(crate) const SECOND: usize = 2;

/// Takes a member or an element out, with one comma and the white space that goes with it.
pub(crate) fn removal(json: &str, part: Range<usize>) -> Change {
    let before = json.get(..part.start).unwrap_or_default().trim_end_matches(is_white);
    let rest = json.get(part.end..).unwrap_or_default();
    let after = rest.trim_start_matches(is_white);
    let range = if let Some(next) = after.strip_prefix(',') {
        // The next one moves to where this one stood.
        part.start..json.len() - next.trim_start_matches(is_white).len()
    } else if before.ends_with(',') {
        before.len() - 1..part.end
    } else {
        before.len()..json.len() - after.len()
    };
    Change::new(range, "")
}

/// Puts a member into the object at `object` (braces included), as its other members stand.
pub(crate) fn insertion(
    json: &str,
    object: Range<usize>,
    key: &str,
    value: &str,
    side: Side,
) -> Change {
    let (start, end) = (object.start + 1, object.end.saturating_sub(1));
    let inside = json.get(start..end).unwrap_or_default();
    let first = inside.trim_start_matches(is_white);
    if first.is_empty() {
        let around = if inside.is_empty() { "" } else { " " };
        return Change::new(start..end, format!("{around}\"{key}\": {value}{around}"));
    }
    let (colon, value) =
        if is_spaced(first) { (": ", value.to_owned()) } else { (":", value.replace(' ', "")) };
    let member = format!("\"{key}\"{colon}{value}");
    let indent = indent(inside.strip_suffix(first).unwrap_or_default());
    let gap = if colon == ": " { " " } else { "" };
    match side {
        Side::Front if indent.is_empty() => Change::new(start..start, format!("{member},{gap}")),
        Side::Front => Change::new(start..start, format!("{indent}{member},")),
        Side::Back => {
            let at = start + inside.trim_end_matches(is_white).len();
            let indent = if indent.is_empty() { gap } else { indent };
            Change::new(at..at, format!(",{indent}{member}"))
        }
    }
}

/// Puts a member whose value is a text before another one, with the same white space between them.
pub(crate) fn before(json: &str, key: Span, name: &str, value: &str) -> Change {
    let at = key.range().start;
    let before = json.get(..at).unwrap_or_default();
    let white = before.strip_prefix(before.trim_end_matches(is_white)).unwrap_or_default();
    let space = if is_spaced(json.get(at..).unwrap_or_default()) { " " } else { "" };
    let [name, value] = [name, value].map(quoted);
    Change::new(at..at, format!("{name}:{space}{value},{}", indent(white)))
}

/// JSON without the white space between its parts, everything else as it was written.
pub(crate) fn compact(json: &str) -> String {
    let mut compact = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(place) = rest.find(|it| is_white(it) || it == '"') {
        let (before, after) = rest.split_at(place);
        compact.push_str(before);
        let length = if after.starts_with('"') { text_length(after.as_bytes()) } else { 0 };
        let (text, after) = after.split_at_checked(length).unwrap_or((after, ""));
        compact.push_str(text);
        rest = after.trim_start_matches(is_white);
    }
    compact.push_str(rest);
    compact
}

/// All of a member, and its value, by where its key stands in a text that is JSON there.
pub(crate) fn member_at(json: &str, key: Span) -> Option<(Range<usize>, Range<usize>)> {
    let start = value_start(json, key)?;
    let end = start + value_length(json.as_bytes().get(start..)?);
    Some((key.range().start..end, start..end))
}

/// Where the value begins whose key stands there.
fn value_start(json: &str, key: Span) -> Option<usize> {
    let after_key = json.get(key.range().end..)?.trim_start_matches(is_white);
    let value = after_key.strip_prefix(':')?.trim_start_matches(is_white);
    Some(json.len() - value.len())
}

/// Whether the value of the key is written like this.
pub(crate) fn is_valued(json: &str, key: Span, value: &str) -> bool {
    let written = value_start(json, key).and_then(|start| json.get(start..));
    let rest = written.and_then(|written| written.strip_prefix(value));
    // Of two numbers one may begin like the other.
    rest.is_some_and(|rest| rest.starts_with(|it| is_white(it) || matches!(it, ',' | '}')))
}

/// How long the value is with which a text begins.
fn value_length(json: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => {
                at += text_length(json.get(at..).unwrap_or_default());
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return at + depth,
            b'}' | b']' => depth -= 1,
            b',' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// How long the string literal is with which a text begins, quotes included.
pub(crate) fn text_length(json: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}

/// What stands between the quotes of a JSON string literal.
pub(crate) fn escaped(text: &str) -> String {
    let literal = serde_json::Value::from(text).to_string();
    literal.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or_default().to_owned()
}

/// The white space of JSON.
pub(crate) fn is_white(character: char) -> bool {
    matches!(character, ' ' | '\n' | '\r' | '\t')
}

/// Whether a blank follows the colon of the member with which a text begins.
fn is_spaced(members: &str) -> bool {
    let after_key = members.get(text_length(members.as_bytes())..).unwrap_or_default();
    let after_colon = after_key.trim_start_matches(is_white).strip_prefix(':');
    after_colon.is_none_or(|value| value.starts_with(is_white))
}

/// The white space before a member, without what would only be copied: blank lines, and blanks without end.
fn indent(white: &str) -> &str {
    let line = white.rfind('\n').map_or(0, |place| {
        place - usize::from(white.get(..place).is_some_and(|before| before.ends_with('\r')))
    });
    let indent = white.get(line..).unwrap_or_default();
    if indent.len() > LONGEST_INDENT { " " } else { indent }
}

/// Nobody indents further.
const LONGEST_INDENT: usize = 200;

#[cfg(test)]
mod tests;
