//! The scanner: one pass over the text, one function per kind of value.

mod mistakes;
mod stride;

use relance_diagnostics::Span;

use super::{Expected, MAX_DEPTH, Mistake, MistakeKind, Syntax};
use crate::document::{Document, Mark, Pair, Slot, Stretch, What};

pub(super) struct Reader<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    depth: usize,
    /// The members of the objects that are open, and the items of the arrays that are: each takes its own off the end when it
    /// closes, all at once.
    open_members: Vec<Pair>,
    open_items: Vec<Slot>,
    /// Those of the objects and arrays that are closed.
    members: Vec<Pair>,
    items: Vec<Slot>,
    undone: String,
    mistakes: Vec<Mistake>,
}

/// A mistake that stops the reader. It is made once at most, and boxed so that what every value returns stays small.
struct Stop(Box<Mistake>);

impl Stop {
    #[cold]
    fn new(kind: MistakeKind, span: Span) -> Stop {
        Stop(Box::new(Mistake { kind, span }))
    }
}

type Scanned<T> = Result<T, Stop>;

/// More mistakes than these are not kept; nobody reads them.
const MAX_MISTAKES: usize = 200_000;

/// Room is made for a member in so many bytes from the start, which is what indented documents have: growing costs copies.
const BYTES_A_MEMBER: usize = 32;

/// Objects up to this size are searched for duplicate keys pair by pair, larger ones by sorting.
const FEW_MEMBERS: usize = 16;

impl<'s> Reader<'s> {
    pub(super) fn new(text: &'s str) -> Reader<'s> {
        Reader {
            text,
            bytes: text.as_bytes(),
            at: 0,
            depth: 0,
            open_members: Vec::new(),
            open_items: Vec::new(),
            members: Vec::with_capacity(text.len() / BYTES_A_MEMBER),
            items: Vec::new(),
            undone: String::new(),
            mistakes: Vec::new(),
        }
    }

    /// The document, unless a mistake stops the reader, and all mistakes.
    pub(super) fn read(mut self) -> (Option<Document<'s>>, Vec<Mistake>) {
        let root = self.root();
        let Reader { text, members, items, undone, mut mistakes, .. } = self;
        match root {
            Ok(root) => (Some(Document { text, root, members, items, undone }), mistakes),
            Err(stop) => {
                mistakes.push(*stop.0);
                (None, mistakes)
            }
        }
    }

    /// The one value of the text.
    fn root(&mut self) -> Scanned<Slot> {
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

    fn value(&mut self) -> Scanned<Slot> {
        let start = self.at;
        let what = match self.peek() {
            Some(b'"') => self.string()?,
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
        Ok(Slot { span: Span::new(start, self.at), what })
    }

    fn nested(&mut self, scan: impl FnOnce(&mut Self) -> Scanned<What>) -> Scanned<What> {
        if self.depth == MAX_DEPTH {
            let span = Span::new(self.at, self.at + 1);
            return Err(Stop::new(MistakeKind::TooDeep, span));
        }
        self.depth += 1;
        self.at += 1;
        let what = scan(self)?;
        self.depth -= 1;
        Ok(what)
    }

    fn object(&mut self) -> Scanned<What> {
        let first = self.open_members.len();
        let mut comma: Option<usize> = None;
        loop {
            match self.skip_white_space() {
                Some(b'"') => self.member()?,
                Some(b'}') => {
                    if let Some(comma) = comma {
                        return Err(
                            self.syntax_at(Span::new(comma, comma + 1), Syntax::TrailingComma)
                        );
                    }
                    self.at += 1;
                    break;
                }
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
        Ok(What::Object(self.close_object(first)))
    }

    /// Takes the members from that place on to the closed ones.
    fn close_object(&mut self, first: usize) -> Stretch {
        let place = self.members.len();
        self.members.extend_from_slice(self.open_members.get(first..).unwrap_or_default());
        self.open_members.truncate(first);
        self.find_duplicates(place);
        Stretch::new(place, self.members.len())
    }

    fn member(&mut self) -> Scanned<()> {
        let start = self.at;
        let what = self.string()?;
        let key = Slot { span: Span::new(start, self.at), what };
        let mark = Mark::of(self.key_bytes(&key));
        match self.skip_white_space() {
            Some(b':') => self.at += 1,
            None => return Err(self.syntax_here(Syntax::UnexpectedEnd(Expected::Colon))),
            Some(b'/') => return Err(self.comment_or(self.unexpected(Expected::Colon))),
            Some(_) => return Err(self.syntax_here(self.unexpected(Expected::Colon))),
        }
        self.skip_white_space();
        let node = self.value()?;
        self.open_members.push(Pair { mark, key, node });
        Ok(())
    }

    fn array(&mut self) -> Scanned<What> {
        let first = self.open_items.len();
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
            self.open_items.push(item);
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
        let place = self.items.len();
        self.items.extend_from_slice(self.open_items.get(first..).unwrap_or_default());
        self.open_items.truncate(first);
        Ok(What::Array(Stretch::new(place, self.items.len())))
    }

    /// A string, its opening quote under the cursor. Most have no escapes and are left where they stand.
    fn string(&mut self) -> Scanned<What> {
        let opening = self.at;
        self.at += 1;
        self.at += stride::plain(self.rest());
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(What::Plain);
        }
        self.string_with_escapes(opening)
    }

    /// The same string, the cursor behind its first plain stretch. Kept apart, so that plain strings stay quick.
    #[inline(never)]
    fn string_with_escapes(&mut self, opening: usize) -> Scanned<What> {
        let first = self.undone.len();
        let mut kept = opening + 1;
        loop {
            self.undone.push_str(self.text.get(kept..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(What::Undone(Stretch::new(first, self.undone.len())));
                }
                Some(b'\\') => {
                    let undone = self.escape()?;
                    self.undone.push(undone);
                }
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

    fn number(&mut self) -> Scanned<What> {
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
        Ok(What::Number)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        self.at - start
    }

    fn word(&mut self) -> Scanned<What> {
        let start = self.at;
        let end = self.word_end();
        let what = match self.slice(start, end) {
            "null" => What::Null,
            "true" => What::Bool(true),
            "false" => What::Bool(false),
            other => {
                let kind = Syntax::UnknownWord(other.to_owned());
                return Err(self.syntax_at(Span::new(start, end), kind));
            }
        };
        self.at = end;
        Ok(what)
    }

    /// Looks for keys that are there twice among the members from that place on.
    fn find_duplicates(&mut self, first: usize) {
        let members = self.members.get(first..).unwrap_or_default();
        let mut again: Vec<Mistake> = Vec::new();
        let mut tell = |first: &Slot, slot: &Slot| {
            let (key, first) = (self.key(slot).to_owned(), first.span);
            let kind = MistakeKind::DuplicateKey { key, first };
            again.push(Mistake { kind, span: slot.span });
        };
        if members.len() <= FEW_MEMBERS {
            let mut seen = 0;
            for (place, pair) in members.iter().enumerate() {
                if seen & pair.mark.bit() != 0 {
                    let mut earlier = members.iter().take(place);
                    let same = |it: &&Pair| self.key_bytes(&it.key) == self.key_bytes(&pair.key);
                    earlier.find(same).into_iter().for_each(|first| tell(&first.key, &pair.key));
                }
                seen |= pair.mark.bit();
            }
        } else {
            let mut sorted: Vec<&Slot> = members.iter().map(|pair| &pair.key).collect();
            sorted.sort_unstable_by_key(|slot| (self.key_bytes(slot), slot.span));
            for same in sorted.chunk_by(|a, b| self.key_bytes(a) == self.key_bytes(b)) {
                if let Some((first, rest)) = same.split_first() {
                    rest.iter().for_each(|slot| tell(first, slot));
                }
            }
        }
        let room = MAX_MISTAKES.saturating_sub(self.mistakes.len());
        self.mistakes.extend(again.into_iter().take(room));
    }

    /// The text of a key.
    fn key(&self, slot: &Slot) -> &str {
        std::str::from_utf8(self.key_bytes(slot)).unwrap_or_default()
    }

    fn key_bytes(&self, slot: &Slot) -> &[u8] {
        let bytes = if let What::Undone(stretch) = slot.what {
            self.undone.as_bytes().get(stretch.range())
        } else {
            self.bytes.get(slot.span.range_inside())
        };
        bytes.unwrap_or_default()
    }

    /// Keeps a mistake that leaves no doubt about what follows.
    fn go_on_after(&mut self, kind: MistakeKind, span: Span) {
        if self.mistakes.len() < MAX_MISTAKES {
            self.mistakes.push(Mistake { kind, span });
        }
    }

    fn word_end(&self) -> usize {
        self.at
            + self
                .rest()
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric() || b"_$".contains(byte))
                .count()
    }

    /// Skips white space and looks at what follows. There is most often none, or one blank, or a line break and an indent.
    fn skip_white_space(&mut self) -> Option<u8> {
        match self.rest() {
            [next, ..] if *next > b' ' => Some(*next),
            [b' ', next, ..] if *next > b' ' => {
                self.at += 1;
                Some(*next)
            }
            rest => {
                self.at += stride::white(rest);
                self.peek()
            }
        }
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
