//! Our tree as the schema's validator reads it: in place, so that nothing is copied before there is something to say.

use std::{borrow::Cow, slice};

use foldhash::{HashSet, HashSetExt as _};
use jsonschema::{
    JsonType,
    json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object as JsonObject},
};
use relance_diagnostics::Span;
use relance_model::document::{Kind, Member, Node, Object, Value};

/// The representation of JSON that [`relance_model::document`] reads.
pub(super) struct Tree;

impl Json for Tree {
    type Node<'a> = &'a Node<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(Self::Node<'_>) -> T) -> T {
        f(&Node { span: Span::default(), value: Value::Text(Cow::Borrowed(string)) })
    }
}

impl<'a> JsonNode<'a, Tree> for &'a Node<'a> {
    type Object = &'a Object<'a>;
    type Array = &'a [Node<'a>];
    type Number = Number<'a>;

    fn as_object(&self) -> Option<&'a Object<'a>> {
        Node::as_object(self)
    }

    fn as_array(&self) -> Option<&'a [Node<'a>]> {
        Node::as_array(self)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.as_text().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<Number<'a>> {
        if let Value::Number(text) = self.value { Some(Number(text)) } else { None }
    }

    fn as_boolean(&self) -> Option<bool> {
        if let Value::Bool(it) = self.value { Some(it) } else { None }
    }

    fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    fn json_type(&self) -> JsonType {
        match self.kind() {
            Kind::Null => JsonType::Null,
            Kind::Bool => JsonType::Boolean,
            Kind::Number => JsonType::Number,
            Kind::Text => JsonType::String,
            Kind::Array => JsonType::Array,
            Kind::Object => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &serde_json::Value) -> bool {
        match (self.as_text(), expected) {
            (Some(text), serde_json::Value::String(expected)) => text == expected,
            (Some(_), _) | (None, serde_json::Value::String(_)) => false,
            (None, _) => jsonschema::json::cmp::equal(&self.to_json(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, serde_json::Value> {
        Cow::Owned(self.to_json())
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref::<Node<'a>>(self).addr()))
    }
}

impl<'a> JsonObject<'a, Tree> for &'a Object<'a> {
    type Node = &'a Node<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    /// Duplicates are counted: whoever asks only wants to know whether there can be enough of them.
    fn len(&self) -> usize {
        self.members.len()
    }

    fn get(&self, key: &String) -> Option<&'a Node<'a>> {
        Object::get(self, key)
    }

    fn members(&self) -> Members<'a> {
        Members { all: &self.members, next: 0, seen: HashSet::new() }
    }
}

impl<'a> Array<'a, Tree> for &'a [Node<'a>] {
    type Node = &'a Node<'a>;
    type ElementsIter = slice::Iter<'a, Node<'a>>;

    fn len(&self) -> usize {
        <[Node<'a>]>::len(self)
    }

    fn elements(&self) -> slice::Iter<'a, Node<'a>> {
        self.iter()
    }
}

/// The members of an object, of equal keys the first alone, as [`Object::get`] answers.
pub(super) struct Members<'a> {
    all: &'a [Member<'a>],
    next: usize,
    /// The keys so far, in an object of more than a few.
    seen: HashSet<&'a str>,
}

/// An object of so many members is looked through faster than its keys are hashed.
const FEW_MEMBERS: usize = 16;

impl<'a> Members<'a> {
    fn is_first(&mut self, key: &'a str) -> bool {
        if self.all.len() > FEW_MEMBERS {
            return self.seen.insert(key);
        }
        !self.all.iter().take(self.next).any(|earlier| earlier.key == key)
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a Node<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let member = self.all.get(self.next)?;
            let is_first = self.is_first(&member.key);
            self.next += 1;
            if is_first {
                return Some((&member.key, &member.node));
            }
        }
    }
}

/// A number as it was written.
pub(super) struct Number<'a>(&'a str);

impl JsonNumber for Number<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        Cow::Owned(serde_json::from_str(self.0).unwrap_or_else(|_| 0.into()))
    }
}

#[cfg(test)]
mod tests {
    use relance_model::document::read_text;

    use super::*;

    #[test]
    fn the_tree_is_read_as_the_validator_of_schemas_expects() {
        use jsonschema::json::conformance;
        let text = conformance::document().to_string();
        let read = read_text(&text);
        conformance::assert_conformance::<Tree>(&&read.document.unwrap().root);
    }

    #[test]
    fn of_equal_keys_the_first_is_seen() {
        let more = r#", "c": 0, "d": 0, "e": 0, "f": 0, "g": 0, "h": 0, "c": 0"#.repeat(3);
        for (more, others) in [("", 0), (more.as_str(), 6)] {
            let text = format!(r#"{{"a": 1, "b": 2, "a": 3{more}}}"#);
            let read = read_text(&text);
            let root = &read.document.unwrap().root;
            let object = root.as_object().unwrap();
            let members: Vec<_> =
                JsonObject::members(&object).map(|(key, node)| (key, &node.value)).collect();
            assert_eq!(members[..2], [("a", &Value::Number("1")), ("b", &Value::Number("2"))]);
            assert_eq!(members.len(), 2 + others);
        }
    }
}
