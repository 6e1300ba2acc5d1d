//! Hides secrets when a line of the document is quoted.

use std::borrow::Cow;

use crate::Span;

/// The stretches of a source that must never be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mask {
    spans: Vec<Span>,
}

impl Mask {
    /// Hides these stretches, in any order; they may overlap.
    pub fn new(mut spans: Vec<Span>) -> Mask {
        spans.retain(|span| span.start < span.end);
        spans.sort_unstable();
        spans.dedup_by(|next, span| {
            let touches = next.start <= span.end;
            if touches {
                span.end = span.end.max(next.end);
            }
            touches
        });
        Mask { spans }
    }

    /// The stretches that are hidden, in order and apart.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether any byte of a stretch is hidden.
    pub fn hides(&self, span: Span) -> bool {
        let first = self.spans.partition_point(|hidden| hidden.end <= span.start);
        self.spans.get(first).is_some_and(|hidden| hidden.start < span.end)
    }

    /// The stretches that are hidden within another, or reach into it.
    pub fn spans_in(&self, span: Span) -> impl Iterator<Item = Span> {
        let first = self.spans.partition_point(|hidden| hidden.end <= span.start);
        let rest = self.spans.get(first..).unwrap_or_default().iter();
        rest.copied().take_while(move |hidden| hidden.start < span.end)
    }

    /// Whether nothing of a text of so many bytes may be shown.
    pub fn hides_all(&self, length: usize) -> bool {
        let whole = Span::new(0, length);
        length > 0 && self.spans.first().is_some_and(|hidden| hidden.contains(whole))
    }

    /// Whether a text repeats something that is hidden within a stretch of `view`. Escapes do not count: what comes back may be
    /// written otherwise.
    pub fn is_repeated_in(&self, view: &str, stretch: Span, text: &str) -> bool {
        let text = unescaped(text);
        self.spans_in(stretch).any(|hidden| {
            let hidden = unescaped(view.get(hidden.range()).unwrap_or_default());
            !hidden.trim().is_empty() && text.contains(&hidden)
        })
    }

    /// A part of the text, from an offset on, with what is hidden of it hidden.
    pub(crate) fn apply_to(&self, part: &str, offset: usize) -> String {
        let mut shown = String::with_capacity(part.len());
        for (place, character) in part.char_indices() {
            let start = offset + place;
            if self.hides(Span::new(start, start + character.len_utf8())) {
                push_hidden(&mut shown, character);
            } else {
                shown.push(character);
            }
        }
        shown
    }

    /// The text with `*` for each hidden byte, so that every offset stays valid. Line breaks stay; a character that is partly
    /// hidden is hidden whole.
    pub fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut shown = String::new();
        let mut done = 0;
        for span in &self.spans {
            let range = span.range();
            let start = text.floor_char_boundary(range.start).max(done);
            let end = text.ceil_char_boundary(range.end).max(start);
            shown.push_str(text.get(done..start).unwrap_or_default());
            for character in text.get(start..end).unwrap_or_default().chars() {
                push_hidden(&mut shown, character);
            }
            done = end;
        }
        if done == 0 {
            return Cow::Borrowed(text);
        }
        shown.push_str(text.get(done..).unwrap_or_default());
        Cow::Owned(shown)
    }
}

/// A text of JSON without what escaping adds, however often it was escaped.
fn unescaped(text: &str) -> String {
    text.replace('\\', "")
}

/// One hidden character.
pub(crate) fn push_hidden(shown: &mut String, character: char) {
    match character {
        '\n' | '\r' => shown.push(character),
        _ => shown.extend(std::iter::repeat_n('*', character.len_utf8())),
    }
}
