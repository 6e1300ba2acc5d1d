//! JSON that may be wrong: an object here may have a key twice, and a number may be anything.

use std::fmt::{self, Write as _};

use serde_json::Value;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`, `true`, a number: whatever is written without quotes.
    Bare(String),
    /// A text.
    Text(String),
    /// An array.
    Array(Vec<Json>),
    /// An object, members in order.
    Object(Vec<(String, Json)>),
}

/// One step from a value into a part of it, by place. In an object the places are those of its members.
pub type Path = Vec<usize>;

impl Json {
    /// A text.
    pub fn text(text: impl Into<String>) -> Json {
        Json::Text(text.into())
    }

    /// What is written without quotes.
    pub fn bare(literal: impl Into<String>) -> Json {
        Json::Bare(literal.into())
    }

    /// An object.
    pub fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
        Json::Object(members.map(|(key, value)| (key.to_owned(), value)).into())
    }

    /// Parses a text that is known to be JSON.
    pub fn parse(text: &str) -> Json {
        Json::from(serde_json::from_str::<Value>(text).unwrap())
    }

    /// The first value of a key.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => {
                members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
            }
            Json::Bare(_) | Json::Text(_) | Json::Array(_) => None,
        }
    }

    /// Every value in it, itself first, with the way to it.
    pub fn places(&self) -> Vec<Path> {
        let mut places = vec![Path::new()];
        for (place, part) in self.parts().into_iter().enumerate() {
            places.extend(part.places().into_iter().map(|rest| {
                let mut path = vec![place];
                path.extend(rest);
                path
            }));
        }
        places
    }

    /// The value at a place.
    pub fn at(&self, path: &[usize]) -> &Json {
        path.iter().fold(self, |value, place| value.parts()[*place])
    }

    /// The value at a place, to be changed.
    pub fn at_mut(&mut self, path: &[usize]) -> &mut Json {
        path.iter().fold(self, |value, place| match value {
            Json::Array(items) => &mut items[*place],
            Json::Object(members) => &mut members[*place].1,
            Json::Bare(_) | Json::Text(_) => unreachable!("a plain value has no parts"),
        })
    }

    /// The JSON Pointer of a place.
    pub fn pointer(&self, path: &[usize]) -> String {
        let mut pointer = String::new();
        let mut value = self;
        for place in path {
            match value {
                Json::Array(items) => {
                    write!(pointer, "/{place}").unwrap();
                    value = &items[*place];
                }
                Json::Object(members) => {
                    let (key, part) = &members[*place];
                    write!(pointer, "/{}", key.replace('~', "~0").replace('/', "~1")).unwrap();
                    value = part;
                }
                Json::Bare(_) | Json::Text(_) => unreachable!("a plain value has no parts"),
            }
        }
        pointer
    }

    fn parts(&self) -> Vec<&Json> {
        match self {
            Json::Array(items) => items.iter().collect(),
            Json::Object(members) => members.iter().map(|(_, value)| value).collect(),
            Json::Bare(_) | Json::Text(_) => Vec::new(),
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, indent: usize) -> fmt::Result {
        match self {
            Json::Bare(literal) => f.write_str(literal),
            Json::Text(text) => write!(f, "{}", Value::from(text.as_str())),
            Json::Array(items) => {
                let write = |f: &mut fmt::Formatter<'_>, item: &Json| item.write(f, indent + 1);
                enclosed(f, indent, ['[', ']'], items, write)
            }
            Json::Object(members) => enclosed(f, indent, ['{', '}'], members, |f, (key, value)| {
                write!(
                    f,
                    "{}:{}",
                    Value::from(key.as_str()),
                    if f.alternate() { " " } else { "" }
                )?;
                value.write(f, indent + 1)
            }),
        }
    }
}

fn enclosed<T>(
    f: &mut fmt::Formatter<'_>,
    indent: usize,
    [open, close]: [char; 2],
    parts: &[T],
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_char(open)?;
    let new_line = |f: &mut fmt::Formatter<'_>, indent: usize| {
        if f.alternate() {
            write!(
                f,
                "
{}",
                "  ".repeat(indent)
            )
        } else {
            Ok(())
        }
    };
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            f.write_char(',')?;
        }
        new_line(f, indent + 1)?;
        write(f, part)?;
    }
    if !parts.is_empty() {
        new_line(f, indent)?;
    }
    f.write_char(close)
}

/// On one line; with `{:#}` indented.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Json {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => Json::Bare(value.to_string()),
            Value::String(text) => Json::Text(text),
            Value::Array(items) => Json::Array(items.into_iter().map(Json::from).collect()),
            Value::Object(members) => {
                Json::Object(members.into_iter().map(|(key, value)| (key, value.into())).collect())
            }
        }
    }
}
