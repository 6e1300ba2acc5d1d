//! A text as it is meant, which knows where each of its bytes stands in the file, however many strings it is wrapped in.
//!
//! The prompt of a block is a string of the file; a value in `body_json` is a string of a text that is itself a string of the
//! file. A cursor in either is a place in the decoded text, and whatever is to be put there must be escaped as often as the
//! text is wrapped. Half an escape or a wrong one stands for something all the same: nothing that is being typed is lost.

use std::{borrow::Cow, ops::Range, rc::Rc};

use relance_diagnostics::Span;

use crate::tree::Literal;

/// A decoded text and the way back to the file.
#[derive(Debug, Clone)]
pub(crate) struct Passage<'t> {
    /// The text as it is meant.
    pub(crate) text: Cow<'t, str>,
    /// The maps to the text outside, the innermost first.
    maps: Vec<Rc<Map>>,
}

impl<'t> Passage<'t> {
    /// The text of a string of the file.
    pub(crate) fn new(literal: &Literal<'t>) -> Passage<'t> {
        let (text, map) = Map::decode(literal.raw, literal.inner().range().start);
        Passage { text, maps: vec![Rc::new(map)] }
    }

    /// The text of a string that stands in this text.
    pub(crate) fn inside<'i>(&self, literal: &Literal<'i>) -> Passage<'i> {
        let (text, map) = Map::decode(literal.raw, literal.inner().range().start);
        let mut maps = vec![Rc::new(map)];
        maps.extend(self.maps.iter().map(Rc::clone));
        Passage { text, maps }
    }

    /// The same, with a text of its own.
    pub(crate) fn owned<'o>(self) -> Passage<'o> {
        Passage { text: Cow::Owned(self.text.into_owned()), maps: self.maps }
    }

    /// How many strings it is wrapped in.
    pub(crate) fn depth(&self) -> usize {
        self.maps.len()
    }

    /// Where a stretch of the text stands in the file.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        let out = |offset| self.maps.iter().fold(offset, |offset, map| map.outward(offset));
        Span::new(out(range.start), out(range.end))
    }

    /// The place in the text of a cursor in the file.
    pub(crate) fn offset(&self, file: usize) -> usize {
        let offset = self.maps.iter().rev().fold(file, |offset, map| map.inward(offset));
        self.text.floor_char_boundary(offset)
    }

    /// What to write in the file for these words to stand in the text.
    pub(crate) fn escape(&self, words: &str) -> String {
        escape_times(words, self.depth())
    }
}

/// What stands between the quotes of a JSON string that means this.
pub(crate) fn escape(words: &str) -> String {
    let quoted = serde_json::Value::from(words).to_string();
    let inner = quoted.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    inner.unwrap_or_default().to_owned()
}

/// The same for a text that is wrapped so many times.
pub(crate) fn escape_times(words: &str, depth: usize) -> String {
    (0..depth).fold(words.to_owned(), |words, _| escape(&words))
}

/// A JSON string that means this.
pub(crate) fn quoted(words: &str) -> String {
    serde_json::Value::from(words).to_string()
}

/// What a raw string means.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    if raw.contains('\\') { Map::decode(raw, 0).0 } else { Cow::Borrowed(raw) }
}

/// From places in a decoded text to places in the text that it is written in, and back.
#[derive(Debug, Clone)]
struct Map {
    /// Where each run begins, in order: a stretch without escapes, or one escape.
    runs: Vec<Run>,
    /// The last place of each text.
    end: (usize, usize),
}

#[derive(Debug, Clone, Copy)]
struct Run {
    decoded: usize,
    written: usize,
    is_escape: bool,
}

impl Map {
    /// Decodes a raw string whose first byte stands at `start`.
    fn decode(raw: &str, start: usize) -> (Cow<'_, str>, Map) {
        let mut runs = vec![Run { decoded: 0, written: start, is_escape: false }];
        let mut text = Cow::Borrowed(raw);
        if let Some(first) = raw.find('\\') {
            let mut decoded = raw.get(..first).unwrap_or_default().to_owned();
            let mut at = first;
            while at < raw.len() {
                let rest = raw.get(at..).unwrap_or_default();
                if rest.starts_with('\\') {
                    let (meant, length) = unescape(rest);
                    runs.push(Run { decoded: decoded.len(), written: start + at, is_escape: true });
                    decoded.extend(meant);
                    at += length;
                    runs.push(Run {
                        decoded: decoded.len(),
                        written: start + at,
                        is_escape: false,
                    });
                } else {
                    let plain = rest.find('\\').unwrap_or(rest.len());
                    decoded.push_str(rest.get(..plain).unwrap_or_default());
                    at += plain;
                }
            }
            text = Cow::Owned(decoded);
        }
        let end = (text.len(), start + raw.len());
        (text, Map { runs, end })
    }

    /// The place outside.
    fn outward(&self, decoded: usize) -> usize {
        let after = self.runs.partition_point(|run| run.decoded <= decoded);
        let run = after.checked_sub(1).and_then(|place| self.runs.get(place));
        let written = run.map_or(self.end.1, |run| {
            if run.is_escape { run.written } else { run.written + decoded - run.decoded }
        });
        written.min(self.end.1)
    }

    /// The place inside; within an escape, that before it.
    fn inward(&self, written: usize) -> usize {
        let after = self.runs.partition_point(|run| run.written <= written);
        let run = after.checked_sub(1).and_then(|place| self.runs.get(place));
        let decoded = run.map_or(0, |run| {
            if run.is_escape { run.decoded } else { run.decoded + written - run.written }
        });
        decoded.min(self.end.0)
    }
}

/// What an escape means, and how long it is. One that means nothing stands for what follows its backslash.
fn unescape(rest: &str) -> (Option<char>, usize) {
    let Some(letter) = rest.chars().nth(1) else { return (None, 1) };
    let meant = match letter {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(rest),
        other => other,
    };
    (Some(meant), 1 + letter.len_utf8())
}

fn unicode(rest: &str) -> (Option<char>, usize) {
    let unit = |from: usize| {
        let escape = rest.get(from..from + 6)?;
        let digits = escape.strip_prefix("\\u")?;
        let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| is_hexadecimal)
    };
    match (unit(0), unit(6)) {
        (None, _) => (Some('u'), 2),
        (Some(high @ 0xD800..=0xDBFF), Some(low @ 0xDC00..=0xDFFF)) => {
            (char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 12)
        }
        (Some(code), _) => (Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)), 6),
    }
}

#[cfg(test)]
mod tests;
