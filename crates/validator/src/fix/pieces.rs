//! A text that is edited over and over, and still knows which of its parts are the first author's: a piece table.
//!
//! What was never touched stays a stretch of the original, byte for byte, whatever its bytes are. So, however many times it was
//! edited, what was done can be told as one list of edits of the original.

use std::ops::Range;

use relance_diagnostics::{Edit, Span};

/// The pieces of a text, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pieces(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// A stretch of the original.
    Kept(Range<usize>),
    /// Something new.
    Written(String),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Piece::Kept(range) => range.len(),
            Piece::Written(text) => text.len(),
        }
    }

    /// A part of it, by offsets from its start. Edits never begin or end within a character of a text.
    fn part(&self, part: Range<usize>) -> Piece {
        match self {
            Piece::Kept(range) => Piece::Kept(range.start + part.start..range.start + part.end),
            Piece::Written(text) => Piece::Written(text.get(part).unwrap_or_default().to_owned()),
        }
    }
}

impl Pieces {
    /// An original of so many bytes, as it is.
    pub(super) fn of(original: usize) -> Pieces {
        Pieces(vec![Piece::Kept(0..original)])
    }

    /// The text after these edits, which are in order and apart.
    pub(super) fn edited<'e>(&self, edits: impl IntoIterator<Item = &'e Edit>) -> Pieces {
        let mut cut = Cut { pieces: &self.0, at: 0, into: 0, done: Pieces(Vec::new()) };
        for edit in edits {
            cut.keep_up_to(edit.span.range().start);
            cut.skip_up_to(edit.span.range().end);
            cut.done.push(Piece::Written(edit.text.clone()));
        }
        cut.keep_up_to(usize::MAX);
        cut.done
    }

    /// The bytes of the text.
    pub(super) fn bytes(&self, original: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.iter().map(Piece::len).sum());
        for piece in &self.0 {
            bytes.extend_from_slice(match piece {
                Piece::Kept(range) => original.get(range.clone()).unwrap_or_default(),
                Piece::Written(text) => text.as_bytes(),
            });
        }
        bytes
    }

    /// The edits that make the text of an original of so many bytes.
    pub(super) fn edits(&self, original: usize) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        let (mut done, mut text) = (0, String::new());
        let end = Piece::Kept(original..original);
        for piece in self.0.iter().chain([&end]) {
            match piece {
                Piece::Written(written) => text.push_str(written),
                Piece::Kept(range) => {
                    if done < range.start || !text.is_empty() {
                        let span = Span::new(done, range.start);
                        edits.push(Edit { span, text: std::mem::take(&mut text) });
                    }
                    done = range.end;
                }
            }
        }
        edits
    }

    /// Where an offset of the text stands in the original: what was written stands where it was put.
    pub(super) fn in_original(&self, offset: usize) -> usize {
        let (mut start, mut original) = (0, 0);
        for piece in &self.0 {
            let end = start + piece.len();
            match piece {
                Piece::Kept(range) if offset < end => return range.start + (offset - start),
                Piece::Kept(range) => original = range.end,
                Piece::Written(_) if offset < end => return original,
                Piece::Written(_) => {}
            }
            start = end;
        }
        original
    }

    fn push(&mut self, piece: Piece) {
        if piece.len() > 0 {
            self.0.push(piece);
        }
    }
}

/// A walk along the pieces while others are put together.
struct Cut<'p> {
    /// Those that are still ahead.
    pieces: &'p [Piece],
    /// The offset in the text.
    at: usize,
    /// The same, from the start of the first piece ahead.
    into: usize,
    done: Pieces,
}

impl<'p> Cut<'p> {
    fn keep_up_to(&mut self, offset: usize) {
        while let Some((piece, part)) = self.step_to(offset) {
            self.done.push(piece.part(part));
        }
    }

    fn skip_up_to(&mut self, offset: usize) {
        while self.step_to(offset).is_some() {}
    }

    /// Walks to an offset, or to the end of the first piece: over this part of it.
    fn step_to(&mut self, offset: usize) -> Option<(&'p Piece, Range<usize>)> {
        let (piece, rest) = self.pieces.split_first()?;
        let length = offset.saturating_sub(self.at).min(piece.len() - self.into);
        if length == 0 && self.into < piece.len() {
            return None;
        }
        let part = self.into..self.into + length;
        self.at += length;
        self.into = part.end;
        if part.end == piece.len() {
            self.pieces = rest;
            self.into = 0;
        }
        Some((piece, part))
    }
}

#[cfg(test)]
mod tests;
