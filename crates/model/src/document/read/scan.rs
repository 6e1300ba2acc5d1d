//! The scanner: one pass over the text, one function per kind of value.

mod mistakes;
mod stride;

use relance_diagnostics::Span;

use super::{Expected, MAX_DEPTH, Mistake, MistakeKind, Syntax};
use crate::document::{Document, Mark, Slot, Stretch, What};

pub(super) struct Reader<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    depth: usize,
    /// What the objects and arrays that are open hold so far: each takes its own off the end when it closes, all at once.
    open: Vec<Slot>,
    /// What those hold that are closed.
    slots: Vec<Slot>,
    undone: String,
    /// The one that stops the reader comes last.
    mistakes: Vec<Mistake>,
}

/// A mistake stopped the reader, and has been noted.
struct Stop;

type Scanned<T> = Result<T, Stop>;

/// More mistakes than these are not kept; nobody reads them.
const MAX_MISTAKES: usize = 200_000;

/// Room is made for a key or value in so many bytes from the start, which is what indented documents have: growing costs copies.
const BYTES_A_SLOT: usize = 16;

/// Room for what a document of ordinary depth holds open at once.
const OPEN_SLOTS: usize = 32;

impl<'s> Reader<'s> {
    pub(super) fn new(text: &'s str) -> Reader<'s> {
        Reader {
            text,
            bytes: text.as_bytes(),
            at: 0,
            depth: 0,
            open: Vec::with_capacity(OPEN_SLOTS),
            slots: Vec::with_capacity(text.len() / BYTES_A_SLOT),
            undone: String::new(),
            mistakes: Vec::new(),
        }
    }

    /// The document, unless a mistake stops the reader, and all mistakes.
    pub(super) fn read(mut self) -> (Option<Document<'s>>, Vec<Mistake>) {
        let read = self.root();
        let Reader { text, mut open, slots, undone, mistakes, .. } = self;
        let root = read.ok().and_then(|()| open.pop());
        (root.map(|root| Document { text, root, slots, undone }), mistakes)
    }

    /// The one value of the text.
    fn root(&mut self) -> Scanned<()> {
        if self.skip_white_space().is_none() {
            return Err(self.syntax_here(Syntax::Nothing));
        }
        self.value()?;
        match self.skip_white_space() {
            None => Ok(()),
            Some(b'/') => Err(self.comment_or(Syntax::TrailingContent)),
            Some(_) => Err(self.syntax_here(Syntax::TrailingContent)),
        }
    }

    /// One value: it is put on the open ones.
    fn value(&mut self) -> Scanned<()> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string(|_| Mark::default()),
            Some(b'{') => self.nested(Reader::object),
            Some(b'[') => self.nested(Reader::array),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$') => self.word(),
            None => Err(self.syntax_here(Syntax::UnexpectedEnd(Expected::Value))),
            Some(b'\'') => Err(self.single_quotes()),
            Some(b'/') => Err(self.comment_or(self.unexpected(Expected::Value))),
            Some(b'+' | b'.') => Err(self.syntax_from(start, Syntax::BadNumber)),
            Some(_) => Err(self.syntax_here(self.unexpected(Expected::Value))),
        }
    }

    /// Puts what stands between `start` and the cursor on the open ones.
    fn push(&mut self, start: usize, what: What, mark: Mark, held: Stretch) {
        self.open.push(Slot { span: Span::new(start, self.at), what, mark, held });
    }

    fn nested(&mut self, scan: impl FnOnce(&mut Self) -> Scanned<()>) -> Scanned<()> {
        if self.depth == MAX_DEPTH {
            let span = Span::new(self.at, self.at + 1);
            return Err(self.stop(MistakeKind::TooDeep, span));
        }
        self.depth += 1;
        scan(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn object(&mut self) -> Scanned<()> {
        let (start, first) = (self.at, self.open.len());
        let mut comma: Option<usize> = None;
        self.at += 1;
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
        let held = self.close(first);
        if may_hold_duplicates(self.slots.get(held.range()).unwrap_or_default()) {
            self.find_duplicates(held);
        }
        self.push(start, What::Object, Mark::default(), held);
        Ok(())
    }

    /// Takes the open slots from that place on to the closed ones.
    fn close(&mut self, first: usize) -> Stretch {
        let place = self.slots.len();
        self.slots.extend_from_slice(self.open.get(first..).unwrap_or_default());
        self.open.truncate(first);
        Stretch::new(place, self.slots.len())
    }

    fn member(&mut self) -> Scanned<()> {
        self.string(Mark::of)?;
        match self.rest() {
            // As documents are written.
            [b':', b' ', next, ..] if *next > b' ' => self.at += 2,
            _ => self.colon()?,
        }
        self.value()
    }

    /// The colon behind a key, and the white space around it.
    fn colon(&mut self) -> Scanned<()> {
        match self.skip_white_space() {
            Some(b':') => self.at += 1,
            None => return Err(self.syntax_here(Syntax::UnexpectedEnd(Expected::Colon))),
            Some(b'/') => return Err(self.comment_or(self.unexpected(Expected::Colon))),
            Some(_) => return Err(self.syntax_here(self.unexpected(Expected::Colon))),
        }
        self.skip_white_space();
        Ok(())
    }

    fn array(&mut self) -> Scanned<()> {
        let (start, first) = (self.at, self.open.len());
        let mut comma: Option<usize> = None;
        self.at += 1;
        loop {
            if self.skip_white_space() == Some(b']') {
                if let Some(comma) = comma {
                    return Err(self.syntax_at(Span::new(comma, comma + 1), Syntax::TrailingComma));
                }
                self.at += 1;
                break;
            }
            self.value()?;
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
        let held = self.close(first);
        self.push(start, What::Array, Mark::default(), held);
        Ok(())
    }

    /// A string, its opening quote under the cursor. Most have no escapes and are left where they stand.
    fn string(&mut self, mark: impl FnOnce(&[u8]) -> Mark) -> Scanned<()> {
        let opening = self.at;
        let inside = self.bytes.get(opening + 1..).unwrap_or_default();
        let plain = inside.get(..stride::plain(inside)).unwrap_or_default();
        self.at = opening + 1 + plain.len();
        if self.peek() == Some(b'"') {
            self.at += 1;
            self.push(opening, What::Plain, mark(plain), Stretch::default());
            return Ok(());
        }
        let held = self.undo_escapes(opening)?;
        let mark = mark(self.undone.as_bytes().get(held.range()).unwrap_or_default());
        self.push(opening, What::Undone, mark, held);
        Ok(())
    }

    /// The same string, the cursor behind its first plain stretch. Kept apart, so that plain strings stay quick.
    #[inline(never)]
    fn undo_escapes(&mut self, opening: usize) -> Scanned<Stretch> {
        let first = self.undone.len();
        let mut kept = opening + 1;
        loop {
            self.undone.push_str(self.text.get(kept..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Stretch::new(first, self.undone.len()));
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
    fn hexadecimal(&mut self, start: usize) -> Scanned<u32> {
        let digits = self.bytes.get(start + 2..start + 6);
        let value = digits.and_then(|digits| {
            digits
                .iter()
                .try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
        });
        value.ok_or_else(|| self.syntax_at(Span::new(start, start + 2), Syntax::BadEscape))
    }

    fn number(&mut self) -> Scanned<()> {
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
        self.push(start, What::Number, Mark::default(), Stretch::default());
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        self.at - start
    }

    fn word(&mut self) -> Scanned<()> {
        let start = self.at;
        let end = self.word_end();
        let what = match self.slice(start, end) {
            "null" => What::Null,
            "true" => What::True,
            "false" => What::False,
            other => {
                let kind = Syntax::UnknownWord(other.to_owned());
                return Err(self.syntax_at(Span::new(start, end), kind));
            }
        };
        self.at = end;
        self.push(start, what, Mark::default(), Stretch::default());
        Ok(())
    }

    /// Looks for keys that are there twice.
    #[cold]
    fn find_duplicates(&mut self, held: Stretch) {
        let (members, _) = self.slots.get(held.range()).unwrap_or_default().as_chunks();
        let mut sorted: Vec<&Slot> = members.iter().map(|[key, _]| key).collect();
        sorted.sort_unstable_by_key(|slot| (self.key_bytes(slot), slot.span));
        let mut again: Vec<Mistake> = Vec::new();
        for same in sorted.chunk_by(|a, b| self.key_bytes(a) == self.key_bytes(b)) {
            let Some((first, rest)) = same.split_first() else { continue };
            again.extend(rest.iter().map(|slot| {
                let (key, first) = (self.key(slot).to_owned(), first.span);
                Mistake { kind: MistakeKind::DuplicateKey { key, first }, span: slot.span }
            }));
        }
        let room = MAX_MISTAKES.saturating_sub(self.mistakes.len());
        self.mistakes.extend(again.into_iter().take(room));
    }

    /// The text of a key.
    fn key(&self, slot: &Slot) -> &str {
        std::str::from_utf8(self.key_bytes(slot)).unwrap_or_default()
    }

    fn key_bytes(&self, slot: &Slot) -> &[u8] {
        let found = slot.string_in(self.text, &self.undone);
        let bytes = found.and_then(|(text, range)| text.as_bytes().get(range));
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

/// Whether two keys of an object may be equal, as far as their marks tell.
fn may_hold_duplicates(members: &[Slot]) -> bool {
    let (members, _) = members.as_chunks();
    let (mut seen, mut twice) = (0, 0);
    for [key, _] in members {
        twice |= seen & key.mark.bit();
        seen |= key.mark.bit();
    }
    twice != 0
}
