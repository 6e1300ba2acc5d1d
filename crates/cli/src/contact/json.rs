//! Contacts as JSON: one a line, or the elements of an array, or one alone.
//!
//! The text of one contact is held at a time. An array is cut into its elements by its brackets, so that each can be judged by
//! itself and the rest be read on.

use std::io::{self, BufRead};

use relance_diagnostics::Text;
use relance_model::contact::Contact;

use super::{
    MAX_CONTACT, Mistake,
    finding::{Fault, Finding, Place},
    list::{Raw, line_breaks, not_utf8, too_long},
    parse,
};

/// How contacts follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One a line.
    Lines,
    /// In an array.
    Array,
    /// There is only one.
    Alone,
}

/// Contacts in JSON that are being read.
pub(super) struct Elements<R> {
    input: R,
    form: Form,
    raw: Vec<u8>,
    start: Place,
    /// Where what is read next stands.
    next: Place,
    /// Whether the bracket of the array has been read.
    begun: bool,
    /// Whether a comma has been read, behind which an element must stand.
    owed: bool,
    ended: bool,
}

impl<R: BufRead> Elements<R> {
    pub(super) fn open(input: R, form: Form) -> Elements<R> {
        let start = Place { line: 1, column: 1 };
        let (begun, owed, ended) = (false, false, false);
        Elements { input, form, raw: Vec::new(), start, next: start, begun, owed, ended }
    }

    /// Goes to the next contact.
    pub(super) fn advance(&mut self) -> io::Result<Raw> {
        self.raw.clear();
        let raw = match self.form {
            _ if self.ended => Raw::End,
            Form::Lines => self.line()?,
            Form::Array => self.element()?,
            Form::Alone => self.alone()?,
        };
        if let Err(error) = std::str::from_utf8(&self.raw) {
            let before = self.raw.get(..error.valid_up_to()).unwrap_or_default();
            return Ok(Raw::Hopeless(not_utf8(behind(self.start, before))));
        }
        Ok(raw)
    }

    /// The text of the contact.
    pub(super) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Where it begins.
    pub(super) fn start(&self) -> Place {
        self.start
    }

    /// The contact.
    pub(super) fn contact(&self) -> Result<Contact, Finding> {
        parse(&self.raw).map_err(|Mistake { at, message, fault }| {
            let place = at.map_or(self.start, |(line, column)| self.place(line, column));
            Finding::new(place, fault, message)
        })
    }

    /// A place in the text of the contact, whose columns count bytes, as a place in the file.
    fn place(&self, line: usize, column: usize) -> Place {
        let lines = self.raw.split_inclusive(|byte| *byte == b'\n');
        let mut before: Vec<u8> =
            lines.clone().take(line.saturating_sub(1)).flatten().copied().collect();
        let own = lines.skip(line.saturating_sub(1)).flatten();
        before.extend(own.take(column.saturating_sub(1)));
        behind(self.start, &before)
    }

    fn line(&mut self) -> io::Result<Raw> {
        loop {
            self.raw.clear();
            self.start = self.next;
            loop {
                let input = self.input.fill_buf()?;
                let line = input.iter().position(|byte| *byte == b'\n');
                let taken = line.map_or(input.len(), |place| place + 1);
                let ended = line.is_some() || input.is_empty();
                self.raw.extend_from_slice(input.get(..taken).unwrap_or_default());
                self.input.consume(taken);
                if self.raw.len() > MAX_CONTACT {
                    self.ended = true;
                    return Ok(Raw::Hopeless(too_long(self.start)));
                }
                if ended {
                    break;
                }
            }
            if self.raw.is_empty() {
                self.ended = true;
                return Ok(Raw::End);
            }
            self.next = Place { line: self.start.line + 1, column: 1 };
            while matches!(self.raw.last(), Some(b'\r' | b'\n')) {
                self.raw.pop();
            }
            if !self.raw.trim_ascii().is_empty() {
                return Ok(Raw::Line);
            }
        }
    }

    fn alone(&mut self) -> io::Result<Raw> {
        while let Some(byte) = self.peek()? {
            self.take(byte);
            if self.raw.len() > MAX_CONTACT {
                self.ended = true;
                return Ok(Raw::Hopeless(too_long(self.start)));
            }
        }
        self.ended = true;
        Ok(if self.raw.trim_ascii().is_empty() { Raw::End } else { Raw::Line })
    }

    /// The next element: as far as a comma or the end of the array, outside of texts and brackets.
    fn element(&mut self) -> io::Result<Raw> {
        if !self.begun {
            self.skip_blanks()?;
            // The form was chosen because of this bracket.
            self.skip()?;
            self.begun = true;
        }
        self.skip_blanks()?;
        self.start = self.next;
        let (mut depth, mut text, mut escaped) = (0_usize, false, false);
        loop {
            let Some(byte) = self.peek()? else { return Ok(self.broken_off()) };
            if text {
                text = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
            } else {
                match byte {
                    b',' if depth == 0 => {
                        self.skip()?;
                        self.owed = true;
                        return Ok(Raw::Line);
                    }
                    b']' if depth == 0 => {
                        self.skip()?;
                        return self.array_end();
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    b'"' => text = true,
                    _ => {}
                }
            }
            self.take(byte);
            if self.raw.len() > MAX_CONTACT {
                self.ended = true;
                return Ok(Raw::Hopeless(too_long(self.start)));
            }
        }
    }

    /// Behind the array nothing may stand.
    fn array_end(&mut self) -> io::Result<Raw> {
        self.ended = true;
        let empty = self.raw.trim_ascii().is_empty() && !self.owed;
        self.skip_blanks()?;
        if self.peek()?.is_some() {
            let message = Text::fixed(
                "this is not JSON: something stands behind the end of the array",
                "ce n'est pas du JSON : quelque chose suit la fin du tableau",
            );
            return Ok(Raw::Hopeless(Finding::new(self.next, Fault::NotJson, message)));
        }
        Ok(if empty { Raw::End } else { Raw::Line })
    }

    fn broken_off(&mut self) -> Raw {
        self.ended = true;
        let message = Text::fixed(
            "this is not JSON: the array does not end",
            "ce n'est pas du JSON : le tableau n'a pas de fin",
        );
        Raw::Hopeless(Finding::new(self.start, Fault::NotJson, message))
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    fn skip(&mut self) -> io::Result<()> {
        if let Some(byte) = self.peek()? {
            self.pass(byte);
        }
        Ok(())
    }

    fn skip_blanks(&mut self) -> io::Result<()> {
        while let Some(byte) = self.peek()?.filter(u8::is_ascii_whitespace) {
            self.pass(byte);
        }
        Ok(())
    }

    fn take(&mut self, byte: u8) {
        self.raw.push(byte);
        self.pass(byte);
    }

    fn pass(&mut self, byte: u8) {
        self.input.consume(1);
        if byte == b'\n' {
            self.next = Place { line: self.next.line + 1, column: 1 };
        } else if byte & 0b1100_0000 != 0b1000_0000 {
            // Bytes that continue a character are no columns of their own.
            self.next.column += 1;
        }
    }
}

/// The place behind those bytes, from where they begin.
fn behind(start: Place, before: &[u8]) -> Place {
    let breaks = line_breaks(before);
    let last = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    let own = String::from_utf8_lossy(before.get(last..).unwrap_or_default()).chars().count();
    let column = if breaks == 0 { start.column + own } else { own + 1 };
    Place { line: start.line + breaks, column }
}
