//! Bytes into a document, strictly.
//!
//! The reader takes RFC 8259 and nothing more, and refuses what parsers quarrel about: a byte order mark, text that is not
//! UTF-8, duplicate keys (escapes undone), `\u0000`, numbers that lose their value as `f64`, `i64` or `u64`, nesting over
//! [`MAX_DEPTH`], input over [`MAX_BYTES`]. A mistake of grammar stops it, for what follows would be guesses; duplicate keys,
//! NUL and numbers out of range do not. `serde_json` is its oracle in the property tests.

mod scan;

use std::str::Utf8Error;

use relance_diagnostics::{Source, Span};

use super::Document;

/// The largest input: 16 MiB (DESIGN, "The document").
pub const MAX_BYTES: usize = 16 << 20;
/// The deepest nesting of arrays and objects (DESIGN, "The document").
pub const MAX_DEPTH: usize = 64;

/// What was understood, and what is wrong.
#[derive(Debug, PartialEq)]
pub struct Read<'s> {
    /// The tree, unless a mistake of grammar stopped the reader.
    pub document: Option<Document<'s>>,
    /// What is wrong, in the order of the text.
    pub mistakes: Vec<Mistake>,
}

/// Something wrong with a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub kind: MistakeKind,
    /// The smallest wrong thing.
    pub span: Span,
}

/// What may be wrong with a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MistakeKind {
    /// Over [`MAX_BYTES`].
    TooLarge,
    /// It begins with a byte order mark.
    ByteOrderMark,
    /// Not UTF-8 from here on.
    InvalidUtf8,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Not JSON.
    Syntax(Syntax),
    /// A key that the object has already.
    DuplicateKey {
        /// The key.
        key: String,
        /// Where it stands first.
        first: Span,
    },
    /// `\u0000` in a text or a key.
    NulInText,
    /// An integer outside `i64` and `u64`, or a number too large for `f64`.
    NumberOutOfRange,
}

impl MistakeKind {
    /// Whether the whole text is refused rather than one value of it (DESIGN, "Where the pointer points").
    pub fn concerns_the_whole(&self) -> bool {
        match self {
            MistakeKind::TooLarge
            | MistakeKind::ByteOrderMark
            | MistakeKind::InvalidUtf8
            | MistakeKind::TooDeep
            | MistakeKind::Syntax(_) => true,
            MistakeKind::DuplicateKey { .. }
            | MistakeKind::NulInText
            | MistakeKind::NumberOutOfRange => false,
        }
    }
}

/// A mistake of JSON grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Syntax {
    /// Nothing but white space.
    Nothing,
    /// The text ends while something is open or awaited.
    UnexpectedEnd(Expected),
    /// A character that cannot stand here.
    Unexpected(char, Expected),
    /// A comma before `]` or `}`.
    TrailingComma,
    /// Two values or members without a comma between them.
    MissingComma,
    /// Something after the one value.
    TrailingContent,
    /// `//` or `/* */`.
    Comment,
    /// A key without quotes.
    UnquotedKey,
    /// `'text'`.
    SingleQuotes,
    /// A word that JSON does not know: `True`, `undefined`, `NaN`.
    UnknownWord(String),
    /// A number in a form that JSON does not know: `01`, `.5`, `1.`, `+1`.
    BadNumber,
    /// A raw line break, tab or other control character inside a text.
    ControlCharacter(char),
    /// A `\` before something that cannot be escaped.
    BadEscape,
    /// Half of a surrogate pair.
    LoneSurrogate,
}

/// What the reader was waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A value.
    Value,
    /// A key, or `}`.
    Key,
    /// `:`.
    Colon,
    /// `,` or `}`.
    CommaOrBrace,
    /// `,` or `]`.
    CommaOrBracket,
    /// The closing `"`.
    Quote,
}

/// Reads a file.
pub fn read(bytes: &[u8]) -> Read<'_> {
    read_file(bytes, || std::str::from_utf8(bytes))
}

/// Reads a file whose text is known already, so that nobody looks twice whether it is UTF-8.
pub fn read_source(source: &Source) -> Read<'_> {
    read_file(source.bytes(), || source.text())
}

fn read_file<'s>(bytes: &'s [u8], text: impl FnOnce() -> Result<&'s str, Utf8Error>) -> Read<'s> {
    let refuse = |kind, span| Read { document: None, mistakes: vec![Mistake { kind, span }] };
    if bytes.len() > MAX_BYTES {
        return refuse(MistakeKind::TooLarge, Span::at(0));
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return refuse(MistakeKind::ByteOrderMark, Span::new(0, 3));
    }
    match text() {
        Ok(text) => read_text(text),
        Err(error) => {
            let start = error.valid_up_to();
            refuse(
                MistakeKind::InvalidUtf8,
                Span::new(start, start + error.error_len().unwrap_or(bytes.len() - start)),
            )
        }
    }
}

/// Reads JSON that stands in a text, or a file that is known to be UTF-8. A byte order mark here is a character that JSON does
/// not know.
pub fn read_text(text: &str) -> Read<'_> {
    let (document, mut mistakes) = scan::Reader::new(text).read();
    mistakes.sort_by_key(|mistake| mistake.span);
    Read { document, mistakes }
}
