//! A document that is open in an editor, as it stands after every change so far.

use std::ops::Range;

use relance_diagnostics::Span;

use crate::lines::{Encoding, Lines, Position};

/// The text of an open document, its lines, and how often it changed.
#[derive(Debug, Clone)]
pub struct Document {
    text: String,
    lines: Lines,
    version: i32,
}

impl Document {
    /// A document as it was opened.
    pub fn new(text: String, version: i32, encoding: Encoding) -> Document {
        let lines = Lines::new(&text, encoding);
        Document { text, lines, version }
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where its lines begin.
    pub(crate) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The number that the client gave to its state.
    pub fn version(&self) -> i32 {
        self.version
    }

    /// Puts `text` in the place of a stretch.
    pub fn replace(&mut self, range: Range<Position>, text: &str) {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        let range = start..end.max(start);
        self.text.replace_range(range.clone(), text);
        self.lines.replaced(&self.text, range, text.len());
    }

    /// Puts `text` in the place of everything.
    pub fn replace_all(&mut self, text: String, encoding: Encoding) {
        *self = Document::new(text, self.version, encoding);
    }

    /// Takes the number of its new state.
    pub fn now(&mut self, version: i32) {
        self.version = version;
    }

    /// The byte at a place.
    pub fn offset(&self, position: Position) -> usize {
        self.lines.offset(&self.text, position)
    }

    /// The place of a stretch.
    pub fn range(&self, span: Span) -> Range<Position> {
        self.lines.range(&self.text, span)
    }
}
