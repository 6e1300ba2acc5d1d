//! What is wrong where the scanner stopped, and where exactly.

use relance_diagnostics::Span;

use super::{Reader, Stop};
use crate::document::read::{Expected, Mistake, MistakeKind, Syntax};

impl Reader<'_> {
    #[cold]
    pub(super) fn not_a_key(&mut self, found: Option<u8>) -> Stop {
        match found {
            None => self.syntax_here(Syntax::UnexpectedEnd(Expected::Key)),
            Some(b'\'') => self.single_quotes(),
            Some(b'/') => self.comment_or(self.unexpected(Expected::Key)),
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$') => {
                self.syntax_at(Span::new(self.at, self.word_end()), Syntax::UnquotedKey)
            }
            Some(_) => self.syntax_here(self.unexpected(Expected::Key)),
        }
    }

    #[cold]
    pub(super) fn not_a_separator(&mut self, found: Option<u8>, expected: Expected) -> Stop {
        match found {
            None => self.syntax_here(Syntax::UnexpectedEnd(expected)),
            Some(b'/') => self.comment_or(self.unexpected(expected)),
            Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b'a'..=b'z') => {
                self.syntax_here(Syntax::MissingComma)
            }
            Some(_) => self.syntax_here(self.unexpected(expected)),
        }
    }

    #[cold]
    pub(super) fn single_quotes(&mut self) -> Stop {
        let end = self.slice(self.at + 1, self.bytes.len()).find(['\'', '\n']).map_or(
            self.at + 1,
            |place| {
                self.at
                    + 1
                    + place
                    + usize::from(self.bytes.get(self.at + 1 + place) == Some(&b'\''))
            },
        );
        self.syntax_at(Span::new(self.at, end), Syntax::SingleQuotes)
    }

    #[cold]
    pub(super) fn comment_or(&mut self, otherwise: Syntax) -> Stop {
        match self.bytes.get(self.at + 1) {
            Some(b'/' | b'*') => self.syntax_at(Span::new(self.at, self.at + 2), Syntax::Comment),
            _ => self.syntax_here(otherwise),
        }
    }

    pub(super) fn unexpected(&self, expected: Expected) -> Syntax {
        let found = self.slice(self.at, self.bytes.len()).chars().next();
        found.map_or(Syntax::UnexpectedEnd(expected), |found| Syntax::Unexpected(found, expected))
    }

    /// A mistake under the one character at the cursor, or at the end of the text.
    #[cold]
    pub(super) fn syntax_here(&mut self, kind: Syntax) -> Stop {
        let width = self.slice(self.at, self.bytes.len()).chars().next().map_or(0, char::len_utf8);
        self.syntax_at(Span::new(self.at, self.at + width), kind)
    }

    /// A mistake from `start` to the end of the word or number that the cursor is in.
    #[cold]
    pub(super) fn syntax_from(&mut self, start: usize, kind: Syntax) -> Stop {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
            .count();
        self.syntax_at(Span::new(start, start + length.max(1)), kind)
    }

    pub(super) fn syntax_at(&mut self, span: Span, kind: Syntax) -> Stop {
        self.stop(MistakeKind::Syntax(kind), span)
    }

    #[cold]
    pub(super) fn stop(&mut self, kind: MistakeKind, span: Span) -> Stop {
        self.mistakes.push(Mistake { kind, span });
        Stop
    }
}
