//! The same JSON written in different ways: every layout, and every escape that stands for a character.
//!
//! Whoever writes a document here knows where each of its values stands, down to the characters inside its texts, without asking
//! the reader that is to be tested.

mod literal;

pub use literal::{Escapes, Literal};

use std::ops::Range;

use crate::{
    json::{Json, Path},
    random::Random,
};

/// How a document is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// What ends a line; none: all of it stands on one line.
    line_break: Option<&'static str>,
    indent: &'static str,
    /// What stands after a colon, and after a comma on one line.
    gap: &'static str,
    escapes: Escapes,
}

impl Layout {
    /// One of them all.
    pub fn any(random: &mut Random) -> Layout {
        Layout {
            line_break: *random.pick(&[None, Some("\n"), Some("\n"), Some("\r\n"), Some("\r")]),
            indent: ["", " ", "  ", "    ", "\t"][random.below(5)],
            gap: ["", " ", "  ", "\t"][random.below(4)],
            escapes: *random.pick(&[Escapes::Needed, Escapes::Needed, Escapes::Some, Escapes::All]),
        }
    }

    /// On one line, no character more than needed.
    pub const COMPACT: Layout =
        Layout { line_break: None, indent: "", gap: "", escapes: Escapes::Needed };
}

/// A piece of a written document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// The place of the value that it belongs to; a key, colon or comma belongs to the member or element.
    pub path: Path,
    /// As written.
    pub text: String,
    /// Where each character of a text stands in it.
    pub literal: Option<Literal>,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// White space.
    Blank,
    /// `{` or `[`.
    Open,
    /// `}` or `]`.
    Close,
    /// `,`, after the element or member that it belongs to.
    Comma,
    /// `:`.
    Colon,
    /// A key.
    Key,
    /// A text.
    Text,
    /// `null`, `true`, a number.
    Bare,
}

/// What of a value is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All of a plain value; the bracket that opens a large one.
    Value,
    /// All of a large value, from bracket to bracket.
    Whole,
    /// Its key.
    Key,
    /// These bytes of the text that it is.
    Within(Range<usize>),
}

/// A document as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its pieces, in order.
    pub tokens: Vec<Token>,
}

impl Written {
    /// Writes a document in a layout.
    pub fn new(random: &mut Random, document: &Json, layout: Layout) -> Written {
        let mut writer = Writer { random, layout, tokens: Vec::new(), path: Path::new() };
        writer.value(document);
        if let Some(line_break) = layout.line_break {
            writer.put(TokenKind::Blank, line_break);
        }
        Written { tokens: writer.tokens }
    }

    /// Its text.
    pub fn text(&self) -> String {
        self.tokens.iter().map(|token| token.text.as_str()).collect()
    }

    /// Where a token stands, by its index.
    pub fn start_of(&self, token: usize) -> usize {
        self.tokens[..token].iter().map(|token| token.text.len()).sum()
    }

    /// Where a part of a value stands in the text.
    pub fn place(&self, path: &[usize], part: &Part) -> Range<usize> {
        let fits = |token: &Token| match part {
            Part::Value => {
                matches!(token.kind, TokenKind::Open | TokenKind::Text | TokenKind::Bare)
            }
            Part::Whole => token.kind == TokenKind::Open,
            Part::Key => token.kind == TokenKind::Key,
            Part::Within(_) => token.kind == TokenKind::Text,
        };
        let token = self.tokens.iter().position(|it| it.path == path && fits(it)).unwrap();
        let start = self.start_of(token);
        let within = match (part, &self.tokens[token].literal) {
            (Part::Within(range), Some(literal)) => literal.place(range),
            (Part::Whole, _) => {
                let closes = |it: &Token| it.path == path && it.kind == TokenKind::Close;
                let close = self.tokens.iter().position(closes).unwrap();
                0..self.start_of(close + 1) - start
            }
            (Part::Value | Part::Key | Part::Within(_), _) => 0..self.tokens[token].text.len(),
        };
        start + within.start..start + within.end
    }
}

struct Writer<'r> {
    random: &'r mut Random,
    layout: Layout,
    tokens: Vec<Token>,
    path: Path,
}

impl Writer<'_> {
    fn value(&mut self, value: &Json) {
        match value {
            Json::Bare(literal) => self.put(TokenKind::Bare, literal),
            Json::Text(text) => self.literal(TokenKind::Text, text),
            Json::Array(items) => self.enclosed(["[", "]"], items, Writer::value),
            Json::Object(members) => self.enclosed(["{", "}"], members, |writer, (key, value)| {
                writer.literal(TokenKind::Key, key);
                writer.put(TokenKind::Colon, ":");
                writer.put(TokenKind::Blank, writer.layout.gap);
                writer.value(value);
            }),
        }
    }

    fn enclosed<T>(
        &mut self,
        [open, close]: [&str; 2],
        parts: &[T],
        write: impl Fn(&mut Self, &T),
    ) {
        self.put(TokenKind::Open, open);
        for (place, part) in parts.iter().enumerate() {
            self.line(1);
            self.path.push(place);
            write(self, part);
            if place + 1 < parts.len() {
                self.put(TokenKind::Comma, ",");
            }
            self.path.pop();
            if place + 1 < parts.len() && self.layout.line_break.is_none() {
                self.put(TokenKind::Blank, self.layout.gap);
            }
        }
        if !parts.is_empty() {
            self.line(0);
        }
        self.put(TokenKind::Close, close);
    }

    fn line(&mut self, deeper: usize) {
        if let Some(line_break) = self.layout.line_break {
            let indent = self.layout.indent.repeat(self.path.len() + deeper);
            self.put(TokenKind::Blank, &format!("{line_break}{indent}"));
        }
    }

    fn literal(&mut self, kind: TokenKind, text: &str) {
        let literal = Literal::new(self.random, text, self.layout.escapes);
        let (path, text) = (self.path.clone(), literal.text.clone());
        self.tokens.push(Token { kind, path, text, literal: Some(literal) });
    }

    fn put(&mut self, kind: TokenKind, text: &str) {
        if !text.is_empty() {
            let path = self.path.clone();
            self.tokens.push(Token { kind, path, text: text.to_owned(), literal: None });
        }
    }
}
