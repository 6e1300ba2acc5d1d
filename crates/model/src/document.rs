//! A JSON text as a tree in which every value and every key knows its place.
//!
//! Strings without escapes are borrowed from the text. Objects keep their members in the order written, duplicates included:
//! [`Object::get`] answers with the first.

mod pointer;
mod read;

use std::borrow::Cow;

use relance_diagnostics::Span;

pub use pointer::{Step, pointer};
pub use read::{
    Expected, MAX_BYTES, MAX_DEPTH, Mistake, MistakeKind, Read, Syntax, read, read_source,
    read_text,
};

/// A whole JSON text.
#[derive(Debug, Clone, PartialEq)]
pub struct Document<'s> {
    /// Its one value.
    pub root: Node<'s>,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'s> {
    /// From its first byte to its last, quotes and brackets included.
    pub span: Span,
    /// What it is.
    pub value: Value<'s>,
}

/// A JSON value. Numbers stay as they were written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'s> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written: finite, and in `i64` or `u64` when it is an integer.
    Number(&'s str),
    /// A string, with its escapes undone.
    Text(Cow<'s, str>),
    /// An array.
    Array(Vec<Node<'s>>),
    /// An object.
    Object(Object<'s>),
}

/// The members of an object, in the order written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object<'s> {
    /// All of them, duplicates included.
    pub members: Vec<Member<'s>>,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Member<'s> {
    /// The key, with its escapes undone.
    pub key: Cow<'s, str>,
    /// Where the key stands, quotes included.
    pub key_span: Span,
    /// The value.
    pub node: Node<'s>,
}

impl Member<'_> {
    /// From the first byte of the key to the last of the value.
    pub fn span(&self) -> Span {
        Span { start: self.key_span.start, end: self.node.span.end }
    }
}

impl<'s> Object<'s> {
    /// The first value of that key.
    pub fn get(&self, key: &str) -> Option<&Node<'s>> {
        self.member(key).map(|member| &member.node)
    }

    /// The first member of that key.
    pub fn member(&self, key: &str) -> Option<&Member<'s>> {
        self.members.iter().find(|member| member.key == key)
    }
}

impl<'s> Node<'s> {
    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The object, when it is one.
    pub fn as_object(&self) -> Option<&Object<'s>> {
        if let Value::Object(object) = &self.value { Some(object) } else { None }
    }

    /// The elements, when it is an array.
    pub fn as_array(&self) -> Option<&[Node<'s>]> {
        if let Value::Array(items) = &self.value { Some(items) } else { None }
    }

    /// The same value for programs that know `serde_json`. Of duplicate keys the first stays.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(it) => serde_json::Value::Bool(*it),
            Value::Number(text) => serde_json::from_str(text).unwrap_or_default(),
            Value::Text(text) => serde_json::Value::String(text.clone().into_owned()),
            Value::Array(items) => items.iter().map(Node::to_json).collect(),
            Value::Object(object) => {
                let mut map = serde_json::Map::with_capacity(object.members.len());
                for member in &object.members {
                    map.entry(member.key.as_ref()).or_insert_with(|| member.node.to_json());
                }
                serde_json::Value::Object(map)
            }
        }
    }

    /// What kind of value it is, in words.
    pub fn kind(&self) -> Kind {
        match &self.value {
            Value::Null => Kind::Null,
            Value::Bool(_) => Kind::Bool,
            Value::Number(_) => Kind::Number,
            Value::Text(_) => Kind::Text,
            Value::Array(_) => Kind::Array,
            Value::Object(_) => Kind::Object,
        }
    }
}

/// The six kinds of JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// A boolean.
    Bool,
    /// A number.
    Number,
    /// A string.
    Text,
    /// An array.
    Array,
    /// An object.
    Object,
}
