//! The scanner: one pass over the text, one function per kind of value.

mod stride;

use std::borrow::Cow;

use relance_diagnostics::Span;

use super::{Expected, MAX_DEPTH, Mistake, MistakeKind, Syntax};
use crate::document::{Member, Node, Object, Value};

pub(super) struct Reader<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    depth: usize,
    /// The members of the objects that are open, and the items of the arrays that are: each takes its own off the end when it
    /// closes, all at once and at their exact number.
    members: Vec<Member<'s>>,
    items: Vec<Node<'s>>,
    pub(super) mistakes: Vec<Mistake>,
}

/// A mistake that stops the reader. It is made once at most, and boxed so that what every value returns stays small.
pub(super) struct Stop(pub(super) Box<Mistake>);

impl Stop {
    #[cold]
    fn new(kind: MistakeKind, span: Span) -> Stop {
        Stop(Box::new(Mistake { kind, span }))
    }
}

type Scanned<T> = Result<T, Stop>;

/// More mistakes than these are not kept; nobody reads them.
const MAX_MISTAKES: usize = 200_000;

/// Room for a text with escapes from the start: most are JSON in text, of this length or more.
const ESCAPED_TEXT: usize = 128;

/// Objects up to this size are searched for duplicate keys pair by pair, larger ones by sorting.
const FEW_MEMBERS: usize = 16;

impl<'s> Reader<'s> {
    pub(super) fn new(text: &'s str) -> Reader<'s> {
        let (members, items, mistakes) = (Vec::new(), Vec::new(), Vec::new());
        Reader { text, bytes: text.as_bytes(), at: 0, depth: 0, members, items, mistakes }
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

    fn nested(&mut self, scan: impl FnOnce(&mut Self) -> Scanned<Value<'s>>) -> Scanned<Value<'s>> {
        if self.depth == MAX_DEPTH {
            let span = Span::new(self.at, self.at + 1);
            return Err(Stop::new(MistakeKind::TooDeep, span));
        }
        self.depth += 1;
        self.at += 1;
        let value = scan(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Scanned<Value<'s>> {
        let first = self.members.len();
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
                Some(b'"') => self.member()?,
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
        let members = self.members.split_off(first);
        self.find_duplicates(&members);
        Ok(Value::Object(Object { members }))
    }

    fn member(&mut self) -> Scanned<()> {
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
        let node = self.value()?;
        self.members.push(Member { key, key_span, node });
        Ok(())
    }

    fn array(&mut self) -> Scanned<Value<'s>> {
        let first = self.items.len();
        let mut comma: Option<usize> = None;
        loop {
            if self.skip_white_space() == Some(b']') {
                if let Some(comma) = comma {
                    return Err(self.syntax_at(Span::new(comma, comma + 1), Syntax::TrailingComma));
                }
                self.at += 1;
                break;
            }
            let item = self.value()?;
            self.items.push(item);
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
        Ok(Value::Array(self.items.split_off(first)))
    }

    /// A string, its opening quote under the cursor. Most have no escapes and are borrowed as they stand.
    fn string(&mut self) -> Scanned<Cow<'s, str>> {
        let opening = self.at;
        self.at += 1;
        self.at += stride::plain(self.rest());
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(Cow::Borrowed(self.slice(opening + 1, self.at - 1)));
        }
        self.string_with_escapes(opening)
    }

    /// The same string, the cursor behind its first plain stretch. Kept apart, so that plain strings stay quick.
    #[inline(never)]
    fn string_with_escapes(&mut self, opening: usize) -> Scanned<Cow<'s, str>> {
        let mut undone = String::with_capacity(ESCAPED_TEXT);
        let mut kept = opening + 1;
        loop {
            undone.push_str(self.slice(kept, self.at));
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(undone));
                }
                Some(b'\\') => undone.push(self.escape()?),
                Some(byte) => {
                    return Err(self.syntax_here(Syntax::ControlCharacter(char::from(byte))));
                }
                None => {
                    return Err(self.syntax_at(
                        Span::new(opening, opening + 1),
                        Syntax::UnexpectedEnd(Expected::Quote),
                    ));
                }
            }
            kept = self.at;
            self.at += stride::plain(self.rest());
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
        let (mut integer, mut exponent) = (true, false);
        if self.peek() == Some(b'.') {
            self.at += 1;
            integer = false;
            well_formed &= self.digits() > 0;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            (integer, exponent) = (false, true);
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
            // Without an exponent only a very long number is too large.
            (!exponent && whole <= 300) || text.parse::<f64>().is_ok_and(f64::is_finite)
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
            let mut seen = 0;
            for (place, again) in members.iter().enumerate() {
                let mark = mark(&again.key);
                if seen & mark != 0
                    && let Some(first) =
                        members.iter().take(place).find(|first| first.key == again.key)
                {
                    report(first, again);
                }
                seen |= mark;
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

    #[cold]
    fn not_a_key(&self, found: Option<u8>) -> Stop {
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
    fn not_a_separator(&self, found: Option<u8>, expected: Expected) -> Stop {
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
    fn single_quotes(&self) -> Stop {
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
    fn comment_or(&self, otherwise: Syntax) -> Stop {
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
    #[cold]
    fn syntax_here(&self, kind: Syntax) -> Stop {
        let width = self.slice(self.at, self.bytes.len()).chars().next().map_or(0, char::len_utf8);
        self.syntax_at(Span::new(self.at, self.at + width), kind)
    }

    /// A mistake from `start` to the end of the word or number that the cursor is in.
    #[cold]
    fn syntax_from(&self, start: usize, kind: Syntax) -> Stop {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
            .count();
        self.syntax_at(Span::new(start, start + length.max(1)), kind)
    }

    #[expect(clippy::unused_self, reason = "reads as one of its sisters")]
    #[cold]
    fn syntax_at(&self, span: Span, kind: Syntax) -> Stop {
        Stop::new(MistakeKind::Syntax(kind), span)
    }

    fn word_end(&self) -> usize {
        self.at
            + self
                .rest()
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric() || b"_$".contains(byte))
                .count()
    }

    /// Skips white space and looks at what follows.
    fn skip_white_space(&mut self) -> Option<u8> {
        let next = self.peek()?;
        if next > b' ' {
            return Some(next);
        }
        self.at += stride::white(self.rest());
        self.peek()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'s [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The text between two offsets that lie on character boundaries.
    fn slice(&self, start: usize, end: usize) -> &'s str {
        self.text.get(start..end).unwrap_or_default()
    }
}

/// One bit of 64 for a key: equal keys have the same, and most others in an object do not.
fn mark(key: &str) -> u64 {
    let (first, last) = (key.bytes().next(), key.bytes().next_back());
    let mix = u64::from(first.unwrap_or_default()) * 31 + u64::from(last.unwrap_or_default()) * 7;
    1 << ((mix + key.len() as u64) % 64)
}
