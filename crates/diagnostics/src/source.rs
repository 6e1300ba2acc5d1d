//! A text with a name, and its lines.
//!
//! People say "line 14, column 26", programs say "byte 391". A [`Source`] knows both, for any offset into any bytes: it never
//! panics, and a finding near the end of a minified file of one line costs no more than one at its start.

use std::{ops::Range, str::Utf8Error, sync::OnceLock};

/// A text to check, with the name by which people know it.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    content: Content,
    lines: OnceLock<Lines>,
}

/// A place as people count: both from 1, columns in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1. A line ends at LF, CR LF, or a lone CR.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values; a byte order mark is one of them.
    pub column: usize,
    /// Byte offset, from 0.
    pub offset: usize,
}

impl Source {
    /// A text as it was read: it need not be UTF-8, and a finding says so when it is not.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Source {
        Source { name: name.into(), content: Content::new(bytes.into()), lines: OnceLock::new() }
    }

    /// The name: a path, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes as they were read.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Text(text) => text.as_bytes(),
            Content::NotUtf8 { bytes, .. } => bytes,
        }
    }

    /// The text, or where it stops being UTF-8.
    pub fn text(&self) -> Result<&str, Utf8Error> {
        match &self.content {
            Content::Text(text) => Ok(text),
            Content::NotUtf8 { error, .. } => Err(*error),
        }
    }

    /// The text to look at, whatever the bytes: each one that is not UTF-8 is replaced by the control
    /// character `SUBSTITUTE` (U+001A), so that every byte
    /// offset stays valid.
    pub fn view(&self) -> &str {
        match &self.content {
            Content::Text(text) => text,
            Content::NotUtf8 { view, .. } => view,
        }
    }

    /// Where an offset stands. One past the end is held at the end, and one inside a character stands for the character.
    pub fn place(&self, offset: usize) -> Place {
        let (view, lines) = (self.view(), self.lines());
        let offset = view.floor_char_boundary(offset);
        let line = lines.starts.partition_point(|start| *start <= offset);
        let start = lines.start_of(line).unwrap_or_default();
        let column = lines.characters(view, offset).saturating_sub(lines.characters(view, start));
        Place { line, column: column + 1, offset }
    }

    /// How many lines there are, as an editor counts: one at least, and a last empty one after a final line break.
    pub fn line_count(&self) -> usize {
        self.lines().starts.len()
    }

    /// The bytes of a line (from 1), without its line break.
    pub fn line(&self, line: usize) -> Option<Range<usize>> {
        let start = self.lines().start_of(line)?;
        let end = self.lines().start_of(line + 1).unwrap_or(self.view().len());
        let text = self.view().get(start..end)?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        Some(start..start + text.strip_suffix('\r').unwrap_or(text).len())
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(self.view()))
    }
}

/// What stands for a byte that is not UTF-8 in [`Source::view`]: the control character made for it, one byte long.
pub(crate) const SUBSTITUTE: char = '\u{1a}';

#[derive(Debug, Clone)]
enum Content {
    Text(String),
    NotUtf8 { bytes: Vec<u8>, view: String, error: Utf8Error },
}

impl Content {
    fn new(bytes: Vec<u8>) -> Content {
        match String::from_utf8(bytes) {
            Ok(text) => Content::Text(text),
            Err(refused) => {
                let error = refused.utf8_error();
                let bytes = refused.into_bytes();
                let view = view_of(&bytes);
                Content::NotUtf8 { bytes, view, error }
            }
        }
    }
}

fn view_of(bytes: &[u8]) -> String {
    let mut view = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        view.push_str(chunk.valid());
        view.extend(chunk.invalid().iter().map(|_| SUBSTITUTE));
    }
    view
}

/// Where lines start, and how many characters stand before each stride of bytes, so that counting a column never walks a long
/// line from its start.
#[derive(Debug, Clone)]
struct Lines {
    starts: Vec<usize>,
    characters: Vec<usize>,
}

const STRIDE: usize = 1024;

impl Lines {
    fn of(view: &str) -> Lines {
        let mut starts = vec![0];
        let mut bytes = view.bytes().enumerate().peekable();
        while let Some((offset, byte)) = bytes.next() {
            let ends_line = match byte {
                b'\n' => true,
                b'\r' => bytes.peek().is_none_or(|(_, next)| *next != b'\n'),
                _ => false,
            };
            if ends_line {
                starts.push(offset + 1);
            }
        }
        let mut seen = 0;
        let mut characters = vec![seen];
        for stride in view.as_bytes().chunks(STRIDE) {
            seen += characters_in(stride);
            characters.push(seen);
        }
        Lines { starts, characters }
    }

    fn start_of(&self, line: usize) -> Option<usize> {
        self.starts.get(line.checked_sub(1)?).copied()
    }

    /// How many characters start before an offset.
    fn characters(&self, view: &str, offset: usize) -> usize {
        let stride = offset / STRIDE;
        let before = self.characters.get(stride).copied().unwrap_or_default();
        before + view.as_bytes().get(stride * STRIDE..offset).map_or(0, characters_in)
    }
}

fn characters_in(utf8: &[u8]) -> usize {
    utf8.iter().filter(|byte| !matches!(**byte, 0x80..=0xBF)).count()
}
