//! Lines and columns as editors count them, and back to bytes.
//!
//! A client says in which units it counts columns: bytes, UTF-16 units (unless told otherwise) or characters. A line ends at LF,
//! CR LF or a lone CR. A place that is not in the text is held at the nearest one that is, so nothing that a client says can
//! lead outside or into the middle of a character.

use std::{cell::OnceCell, ops::Range};

use relance_diagnostics::Span;

/// The unit in which columns are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16: what the protocol takes when nothing is agreed.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// How many units a text is long.
    fn length(self, text: &str) -> usize {
        let bytes = text.as_bytes();
        // A character begins at each byte that continues none, and takes a second UTF-16 unit when it is four bytes long.
        let characters = || bytes.iter().filter(|byte| !matches!(**byte, 0x80..=0xBF)).count();
        match self {
            Encoding::Utf8 => bytes.len(),
            Encoding::Utf16 => characters() + bytes.iter().filter(|byte| **byte >= 0xF0).count(),
            Encoding::Utf32 => characters(),
        }
    }

    fn width(self, character: char) -> usize {
        match self {
            Encoding::Utf8 => character.len_utf8(),
            Encoding::Utf16 => character.len_utf16(),
            Encoding::Utf32 => 1,
        }
    }
}

/// A place as the protocol says it: both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column, in units of the [`Encoding`].
    pub character: u32,
}

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub struct Lines {
    encoding: Encoding,
    starts: Vec<usize>,
    /// How many units stand before each stride of the text, so that a column in a minified file needs no walk from its start.
    marks: OnceCell<Vec<usize>>,
}

const STRIDE: usize = 4096;

impl Lines {
    /// The lines of a text.
    pub fn new(text: &str, encoding: Encoding) -> Lines {
        let mut starts = vec![0];
        push_starts(text, 0..text.len(), &mut starts);
        Lines { encoding, starts, marks: OnceCell::new() }
    }

    /// Takes note that `range` of the old text was replaced by so many bytes; `text` is what it became.
    pub(crate) fn replaced(&mut self, text: &str, range: Range<usize>, length: usize) {
        self.marks.take();
        // A CR before the change may now belong to an LF, or no longer, and so may an LF behind it: the lines around it are
        // read again, those behind are moved.
        let first = self.starts.partition_point(|start| *start < range.start).max(1) - 1;
        let behind = self.starts.partition_point(|start| *start <= range.end + 1);
        let moved = |start: usize| start + length - range.len();
        let mut again = Vec::new();
        let from = self.starts.get(first).copied().unwrap_or_default();
        let to = self.starts.get(behind).map_or(text.len(), |start| moved(*start));
        push_starts(text, from..to, &mut again);
        if behind < self.starts.len() {
            // It is itself the last one that was found again.
            again.pop();
        }
        for start in self.starts.iter_mut().skip(behind) {
            *start = moved(*start);
        }
        self.starts.splice(first + 1..behind, again);
    }

    /// The byte at a place.
    pub fn offset(&self, text: &str, position: Position) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let content = text.get(start..end).unwrap_or_default().trim_end_matches(['\r', '\n']);
        let wanted = position.character as usize;
        if content.is_ascii() {
            return start + wanted.min(content.len());
        }
        let mut units = 0;
        for (place, character) in content.char_indices() {
            units += self.encoding.width(character);
            if units > wanted {
                return start + place;
            }
        }
        start + content.len()
    }

    /// The place of a byte; one inside a character is that of the character.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset).max(1) - 1;
        let start = self.starts.get(line).copied().unwrap_or_default();
        let units = self.between(text, start, offset);
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            character: u32::try_from(units).unwrap_or(u32::MAX),
        }
    }

    /// The place of a stretch.
    pub fn range(&self, text: &str, span: Span) -> Range<Position> {
        let range = span.range();
        self.position(text, range.start)..self.position(text, range.end)
    }

    /// How many units a line has before an offset. Nearly every line is short, and is simply looked at.
    fn between(&self, text: &str, start: usize, offset: usize) -> usize {
        if offset - start <= STRIDE {
            return self.encoding.length(text.get(start..offset).unwrap_or_default());
        }
        self.units(text, offset) - self.units(text, start)
    }

    /// How many units stand before an offset.
    fn units(&self, text: &str, offset: usize) -> usize {
        if self.encoding == Encoding::Utf8 {
            return offset;
        }
        let marks = self.marks.get_or_init(|| {
            let (mut marks, mut units, mut from) = (Vec::new(), 0, 0);
            for stride in 0..=text.len() / STRIDE {
                let to = text.floor_char_boundary(stride * STRIDE);
                units += self.encoding.length(text.get(from..to).unwrap_or_default());
                marks.push(units);
                from = to;
            }
            marks
        });
        let stride = offset / STRIDE;
        let from = text.floor_char_boundary(stride * STRIDE);
        let before = marks.get(stride).copied().unwrap_or_default();
        before + self.encoding.length(text.get(from..offset).unwrap_or_default())
    }
}

/// Where lines begin behind the line breaks of a stretch.
fn push_starts(text: &str, range: Range<usize>, starts: &mut Vec<usize>) {
    let bytes = text.as_bytes();
    for place in range {
        let ends_line = match bytes.get(place) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(place + 1) != Some(&b'\n'),
            Some(_) | None => false,
        };
        if ends_line {
            starts.push(place + 1);
        }
    }
}

#[cfg(test)]
mod tests;
