//! From a place to its JSON Pointer, and back.

use std::borrow::Cow;

use relance_diagnostics::Span;

use super::{Document, Node, Value};

/// One step of a JSON Pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'d> {
    /// Into a member of an object.
    Key(&'d str),
    /// Into an element of an array.
    Index(usize),
}

impl Document<'_> {
    /// The way to the deepest value that holds `span`; a span that lies in a key leads to that key's value.
    ///
    /// So a finding need only know its span: under a key it points at that member, under the opening bracket of an object at
    /// the object, inside a text at the text.
    pub fn path_to(&self, span: Span) -> Vec<Step<'_>> {
        let mut path = Vec::new();
        let mut node = self.root();
        loop {
            let (step, inner) = match node.value() {
                Value::Object(object) => {
                    let after =
                        object.members.partition_point(|[key, _]| key.span.start <= span.start);
                    let pair = after.checked_sub(1).and_then(|place| object.members.get(place));
                    let Some(member) = pair.map(|pair| object.view(pair)) else { return path };
                    if member.key_span.contains(span) {
                        path.push(Step::Key(member.key));
                        return path;
                    }
                    (Step::Key(member.key), member.node)
                }
                Value::Array(array) => {
                    let after = array.items.partition_point(|item| item.span.start <= span.start);
                    let item = after.checked_sub(1).and_then(|it| Some((it, array.get(it)?)));
                    let Some((place, item)) = item else { return path };
                    (Step::Index(place), item)
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => return path,
            };
            if !inner.span.contains(span) {
                return path;
            }
            path.push(step);
            node = inner;
        }
    }

    /// The value at a JSON Pointer (RFC 6901), if there is one.
    pub fn at_pointer(&self, pointer: &str) -> Option<Node<'_>> {
        let mut node = self.root();
        for token in pointer.split('/').skip(1) {
            let name = unescaped(token);
            node = match node.value() {
                Value::Object(object) => object.get(&name)?,
                Value::Array(items) => items.get(name.parse::<usize>().ok()?)?,
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => return None,
            };
        }
        Some(node)
    }
}

/// Writes a path as a JSON Pointer (RFC 6901).
pub fn pointer(path: &[Step<'_>]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for step in path {
        text.push('/');
        match step {
            Step::Key(key) if !key.contains(['~', '/']) => text.push_str(key),
            Step::Key(key) => text.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => _ = write!(text, "{index}"),
        }
    }
    text
}

/// The key that a token of a pointer stands for.
fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}
