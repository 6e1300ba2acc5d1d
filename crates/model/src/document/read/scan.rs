//! The scanner: one pass over the text, one function per kind of value.

use std::borrow::Cow;

use relance_diagnostics::Span;

use super::{Expected, MAX_DEPTH, Mistake, MistakeKind, Syntax};
use crate::document::{Member, Node, Object, Value};

pub(super) struct Reader<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    depth: usize,
    pub(super) mistakes: Vec<Mistake>,
}

type Scanned<T> = Result<T, Mistake>;

/// More mistakes than these are not kept; nobody reads them.
const MAX_MISTAKES: usize = 200_000;

/// Objects up to this size are searched for duplicate keys pair by pair, larger ones by sorting.
const FEW_MEMBERS: usize = 16;

impl<'s> Reader<'s> {
    pub(super) fn new(text: &'s str) -> Reader<'s> {
        Reader { text, bytes: text.as_bytes(), at: 0, depth: 0, mistakes: Vec::new() }
    }

    /// The one value of the text.
    pub(super) fn document(&mut self) -> Scanned<Node<'s>> {
        if self.skip_white_space().is_none() {
            return Err(self.syntax_here(Syntax::Nothing));
        }
        let root = self.value()?;
        match self.skip_white_space() {
            None => Ok(root),
            Some(b'/') => Err(self.comment_or(Syntax::TrailingContent)),
            Some(_) => Err(self.syntax_here(Syntax::TrailingContent)),
        }
    }

    fn value(&mut self) -> Scanned<Node<'s>> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'"') => Value::Text(self.string()?),
            Some(b'{') => self.nested(Reader::object)?,
            Some(b'[') => self.nested(Reader::array)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$') => self.word()?,
            None => return Err(self.syntax_here(Syntax::UnexpectedEnd(Expected::Value))),
            Some(b'\'') => return Err(self.single_quotes()),
            Some(b'/') => return Err(self.comment_or(self.unexpected(Expected::Value))),
            Some(b'+' | b'.') => return Err(self.syntax_from(start, Syntax::BadNumber)),
            Some(_) => return Err(self.syntax_here(self.unexpected(Expected::Value))),
        };
        Ok(Node { span: Span::new(start, self.at), value })
    }

    fn nested(&mut self, scan: fn(&mut Self) -> Scanned<Value<'s>>) -> Scanned<Value<'s>> {
        if self.depth == MAX_DEPTH {
            return Err(Mistake {
                kind: MistakeKind::TooDeep,
                span: Span::new(self.at, self.at + 1),
            });
        }
        self.depth += 1;
        self.at += 1;
        let value = scan(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Scanned<Value<'s>> {
        let mut members: Vec<Member<'s>> = Vec::new();
        let mut comma: Option<usize> = None;
        loop {
            match self.skip_white_space() {
                Some(b'}') => {
                    if let Some(comma) = comma {
                        return Err(
                            self.syntax_at(Span::new(comma, comma + 1), Syntax::TrailingComma)
                        );
                    }
                    self.at += 1;
                    break;
                }
                Some(b'"') => members.push(self.member()?),
                other => return Err(self.not_a_key(other)),
            }
            match self.skip_white_space() {
                Some(b',') => {
                    comma = Some(self.at);
                    self.at += 1;
                }
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                other => return Err(self.not_a_separator(other, Expected::CommaOrBrace)),
            }
        }
        self.find_duplicates(&members);
        Ok(Value::Object(Object { members }))
    }

    fn member(&mut self) -> Scanned<Member<'s>> {
        let start = self.at;
        let key = self.string()?;
        let key_span = Span::new(start, self.at);
        match self.skip_white_space() {
            Some(b':') => self.at += 1,
            None => return Err(self.syntax_here(Syntax::UnexpectedEnd(Expected::Colon))),
            Some(b'/') => return Err(self.comment_or(self.unexpected(Expected::Colon))),
            Some(_) => return Err(self.syntax_here(self.unexpected(Expected::Colon))),
        }
        self.skip_white_space();
        Ok(Member { key, key_span, node: self.value()? })
    }

    fn array(&mut self) -> Scanned<Value<'s>> {
        let mut items = Vec::new();
        let mut comma: Option<usize> = None;
        loop {
            if self.skip_white_space() == Some(b']') {
                if let Some(comma) = comma {
                    return Err(self.syntax_at(Span::new(comma, comma + 1), Syntax::TrailingComma));
                }
                self.at += 1;
                break;
            }
            items.push(self.value()?);
            match self.skip_white_space() {
                Some(b',') => {
                    comma = Some(self.at);
                    self.at += 1;
                }
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                other => return Err(self.not_a_separator(other, Expected::CommaOrBracket)),
            }
        }
        Ok(Value::Array(items))
    }

    /// A string, its opening quote under the cursor.
    fn string(&mut self) -> Scanned<Cow<'s, str>> {
        let opening = self.at;
        self.at += 1;
        let start = self.at;
        let mut undone: Option<String> = None;
        let mut kept = start;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let last = self.slice(kept, self.at);
                    self.at += 1;
                    return Ok(match undone {
                        None => Cow::Borrowed(last),
                        Some(mut text) => {
                            text.push_str(last);
                            Cow::Owned(text)
                        }
                    });
                }
                Some(b'\\') => {
                    let before = self.slice(kept, self.at);
                    let character = self.escape()?;
                    let text = undone.get_or_insert_with(String::new);
                    text.push_str(before);
                    text.push(character);
                    kept = self.at;
                }
                Some(byte) if byte < 0x20 => {
                    return Err(self.syntax_here(Syntax::ControlCharacter(char::from(byte))));
                }
                Some(_) => self.at += 1,
                None => {
                    return Err(self.syntax_at(
                        Span::new(opening, opening + 1),
                        Syntax::UnexpectedEnd(Expected::Quote),
                    ));
                }
            }
        }
    }

    /// One escape, its backslash under the cursor.
    fn escape(&mut self) -> Scanned<char> {
        let start = self.at;
        let plain = match self.bytes.get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => {
                let width = self
                    .slice(start + 1, self.bytes.len())
                    .chars()
                    .next()
                    .map_or(0, char::len_utf8);
                return Err(self.syntax_at(Span::new(start, start + 1 + width), Syntax::BadEscape));
            }
        };
        self.at += 2;
        Ok(plain)
    }

    fn unicode_escape(&mut self) -> Scanned<char> {
        let start = self.at;
        let first = self.hexadecimal(start)?;
        self.at += 6;
        let code = match first {
            0xD800..=0xDBFF => {
                let second =
                    if self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"\\u")) {
                        Some(self.hexadecimal(self.at)?)
                    } else {
                        None
                    };
                match second {
                    Some(low @ 0xDC00..=0xDFFF) => {
                        self.at += 6;
                        0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00)
                    }
                    _ => {
                        return Err(
                            self.syntax_at(Span::new(start, start + 6), Syntax::LoneSurrogate)
                        );
                    }
                }
            }
            0 => {
                self.go_on_after(MistakeKind::NulInText, Span::new(start, self.at));
                0
            }
            code => code,
        };
        char::from_u32(code)
            .ok_or_else(|| self.syntax_at(Span::new(start, start + 6), Syntax::LoneSurrogate))
    }

    /// The four digits after `\u` at `start`.
    fn hexadecimal(&self, start: usize) -> Scanned<u32> {
        let digits = self.bytes.get(start + 2..start + 6);
        let value = digits.and_then(|digits| {
            digits
                .iter()
                .try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
        });
        value.ok_or_else(|| self.syntax_at(Span::new(start, start + 2), Syntax::BadEscape))
    }

    fn number(&mut self) -> Scanned<Value<'s>> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.digits();
        let leading_zero = whole > 1 && self.bytes.get(self.at - whole) == Some(&b'0');
        let mut well_formed = whole > 0 && !leading_zero;
        let mut integer = true;
        if self.peek() == Some(b'.') {
            self.at += 1;
            integer = false;
            well_formed &= self.digits() > 0;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            integer = false;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            well_formed &= self.digits() > 0;
        }
        // `10s`, `0x1F`, `1.2.3`: what goes on is no second value, but the rest of a bad number.
        let goes_on = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte);
        if !well_formed || self.peek().is_some_and(goes_on) {
            return Err(self.syntax_from(start, Syntax::BadNumber));
        }
        let text = self.slice(start, self.at);
        let in_range = if integer {
            whole <= 18 || text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok()
        } else {
            text.parse::<f64>().is_ok_and(f64::is_finite)
        };
        if !in_range {
            self.go_on_after(MistakeKind::NumberOutOfRange, Span::new(start, self.at));
        }
        Ok(Value::Number(text))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        self.at - start
    }

    fn word(&mut self) -> Scanned<Value<'s>> {
        let start = self.at;
        let end = self.word_end();
        let value = match self.slice(start, end) {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            other => {
                let kind = Syntax::UnknownWord(other.to_owned());
                return Err(self.syntax_at(Span::new(start, end), kind));
            }
        };
        self.at = end;
        Ok(value)
    }

    fn find_duplicates(&mut self, members: &[Member<'s>]) {
        let mut report = |first: &Member<'s>, again: &Member<'s>| {
            let kind = MistakeKind::DuplicateKey {
                key: again.key.clone().into_owned(),
                first: first.key_span,
            };
            self.go_on_after(kind, again.key_span);
        };
        if members.len() <= FEW_MEMBERS {
            for (place, again) in members.iter().enumerate() {
                if let Some(first) = members.iter().take(place).find(|first| first.key == again.key)
                {
                    report(first, again);
                }
            }
        } else {
            let mut sorted: Vec<&Member<'s>> = members.iter().collect();
            sorted.sort_by(|a, b| a.key.cmp(&b.key).then(a.key_span.cmp(&b.key_span)));
            for same in sorted.chunk_by(|a, b| a.key == b.key) {
                if let Some((first, rest)) = same.split_first() {
                    for again in rest {
                        report(first, again);
                    }
                }
            }
        }
    }

    /// Keeps a mistake that leaves no doubt about what follows.
    fn go_on_after(&mut self, kind: MistakeKind, span: Span) {
        if self.mistakes.len() < MAX_MISTAKES {
            self.mistakes.push(Mistake { kind, span });
        }
    }

    fn not_a_key(&self, found: Option<u8>) -> Mistake {
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

    fn not_a_separator(&self, found: Option<u8>, expected: Expected) -> Mistake {
        match found {
            None => self.syntax_here(Syntax::UnexpectedEnd(expected)),
            Some(b'/') => self.comment_or(self.unexpected(expected)),
            Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b'a'..=b'z') => {
                self.syntax_here(Syntax::MissingComma)
            }
            Some(_) => self.syntax_here(self.unexpected(expected)),
        }
    }

    fn single_quotes(&self) -> Mistake {
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

    fn comment_or(&self, otherwise: Syntax) -> Mistake {
        match self.bytes.get(self.at + 1) {
            Some(b'/' | b'*') => self.syntax_at(Span::new(self.at, self.at + 2), Syntax::Comment),
            _ => self.syntax_here(otherwise),
        }
    }

    fn unexpected(&self, expected: Expected) -> Syntax {
        let found = self.slice(self.at, self.bytes.len()).chars().next();
        found.map_or(Syntax::UnexpectedEnd(expected), |found| Syntax::Unexpected(found, expected))
    }

    /// A mistake under the one character at the cursor, or at the end of the text.
    fn syntax_here(&self, kind: Syntax) -> Mistake {
        let width = self.slice(self.at, self.bytes.len()).chars().next().map_or(0, char::len_utf8);
        self.syntax_at(Span::new(self.at, self.at + width), kind)
    }

    /// A mistake from `start` to the end of the word or number that the cursor is in.
    fn syntax_from(&self, start: usize, kind: Syntax) -> Mistake {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
            .count();
        self.syntax_at(Span::new(start, start + length.max(1)), kind)
    }

    #[expect(clippy::unused_self, reason = "reads as one of its sisters")]
    fn syntax_at(&self, span: Span, kind: Syntax) -> Mistake {
        Mistake { kind: MistakeKind::Syntax(kind), span }
    }

    fn word_end(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at
            + rest
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric() || b"_$".contains(byte))
                .count()
    }

    /// Skips white space and looks at what follows.
    fn skip_white_space(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The text between two offsets that lie on character boundaries.
    fn slice(&self, start: usize, end: usize) -> &'s str {
        self.text.get(start..end).unwrap_or_default()
    }
}
