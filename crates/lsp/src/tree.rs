//! JSON as far as it can be understood: every text gives a tree, however broken it is.
//!
//! The strict reader of `model` stops at a mistake of grammar, as what follows would be guesses, and findings must not rest on
//! guesses. While somebody types, though, nearly every state of a document is broken, and help is wanted right then. So this
//! reader goes on: a text without its closing quote ends with the line, a bracket that is missing is closed where another one
//! shows that it should have been, a key without a value has a [`Value::Missing`]. Of a document that the strict reader takes
//! it makes the same tree.

mod read;

use std::borrow::Cow;

use relance_diagnostics::Span;

use crate::passage::decode;

/// A value, or the place of one.
#[derive(Debug, Clone)]
pub(crate) struct Node<'t> {
    /// From its first byte to its last, quotes and brackets included.
    pub(crate) span: Span,
    /// What it is.
    pub(crate) value: Value<'t>,
    /// Whether its closing bracket or quote is there.
    pub(crate) closed: bool,
}

/// What stands in the place of a value.
#[derive(Debug, Clone)]
pub(crate) enum Value<'t> {
    /// Nothing yet: it may stand anywhere in the span.
    Missing,
    /// A text.
    Text(Literal<'t>),
    /// A number, `true`, `false`, `null`, or a word that is none of them.
    Plain,
    /// An array.
    Array(Vec<Node<'t>>),
    /// An object, with all its members in order.
    Object(Vec<Member<'t>>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(crate) struct Member<'t> {
    /// The key.
    pub(crate) key: Literal<'t>,
    /// Whether a colon follows it.
    pub(crate) colon: bool,
    /// The value.
    pub(crate) node: Node<'t>,
}

/// A string as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Literal<'t> {
    /// Where it stands, quotes included.
    pub(crate) span: Span,
    /// What stands between its quotes, escapes and all.
    pub(crate) raw: &'t str,
    /// Whether the closing quote is there.
    pub(crate) closed: bool,
}

impl<'t> Literal<'t> {
    /// What it means.
    pub(crate) fn text(&self) -> Cow<'t, str> {
        decode(self.raw)
    }

    /// Whether it means that. Few strings have an escape to look behind.
    pub(crate) fn means(&self, text: &str) -> bool {
        self.raw == text || (self.raw.contains('\\') && self.text() == text)
    }

    /// Where it stands, without quotes.
    pub(crate) fn inner(&self) -> Span {
        let Span { start, end } = self.span;
        let end = end - u32::from(self.closed);
        Span { start: (start + 1).min(end), end }
    }

    /// Whether a cursor stands between its quotes.
    pub(crate) fn holds(&self, offset: usize) -> bool {
        (self.span.start as usize) < offset && offset <= self.inner().end as usize
    }
}

impl<'t> Node<'t> {
    /// Understands as much of a text as there is to understand.
    pub(crate) fn read(text: &'t str) -> Node<'t> {
        read::read(text)
    }

    /// The bracket that opens it; all of what has none, for that may begin with a character of several bytes.
    pub(crate) fn head(&self) -> Span {
        match self.value {
            Value::Array(_) | Value::Object(_) => self.span.first_byte(),
            Value::Missing | Value::Plain | Value::Text(_) => self.span,
        }
    }

    /// The text, when it is one.
    pub(crate) fn literal(&self) -> Option<&Literal<'t>> {
        match &self.value {
            Value::Text(literal) => Some(literal),
            Value::Missing | Value::Plain | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The members, when it is an object.
    pub(crate) fn members(&self) -> &[Member<'t>] {
        match &self.value {
            Value::Object(members) => members,
            Value::Missing | Value::Text(_) | Value::Plain | Value::Array(_) => &[],
        }
    }

    /// The elements, when it is an array.
    pub(crate) fn items(&self) -> &[Node<'t>] {
        match &self.value {
            Value::Array(items) => items,
            Value::Missing | Value::Text(_) | Value::Plain | Value::Object(_) => &[],
        }
    }

    /// The first value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'t>> {
        self.member(key).map(|member| &member.node)
    }

    /// The first member of a key.
    pub(crate) fn member(&self, key: &str) -> Option<&Member<'t>> {
        self.members().iter().find(|member| member.key.means(key))
    }

    /// Whether a cursor stands in it: between its brackets or quotes, or at an edge of a word.
    pub(crate) fn holds(&self, offset: usize) -> bool {
        let span = self.span.range();
        match &self.value {
            Value::Text(literal) => literal.holds(offset),
            Value::Missing | Value::Plain => span.start <= offset && offset <= span.end,
            Value::Array(_) | Value::Object(_) => {
                span.start < offset && offset < span.end + usize::from(!self.closed)
            }
        }
    }
}
