//! Our tree as the schema's validator reads it: in place, so that nothing is copied before there is something to say.

use std::borrow::Cow;

use jsonschema::{
    JsonType,
    json::{
        Array as JsonArray, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object as JsonObject,
    },
};
use relance_model::document::{Array, Document, Firsts, Kind, Node, Object, Value};

/// The representation of JSON that [`relance_model::document`] reads.
pub(super) struct Tree;

impl Json for Tree {
    type Node<'a> = Node<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(Node<'_>) -> T) -> T {
        f(Document::of_text(string).root())
    }
}

impl<'a> JsonNode<'a, Tree> for Node<'a> {
    type Object = Object<'a>;
    type Array = Array<'a>;
    type Number = Number<'a>;

    fn as_object(&self) -> Option<Object<'a>> {
        Node::as_object(*self)
    }

    fn as_array(&self) -> Option<Array<'a>> {
        Node::as_array(*self)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.as_text().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<Number<'a>> {
        if let Value::Number(text) = self.value() { Some(Number(text)) } else { None }
    }

    fn as_boolean(&self) -> Option<bool> {
        if let Value::Bool(it) = self.value() { Some(it) } else { None }
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
        Some(NodeIdentity::new(Node::identity(*self)))
    }
}

impl<'a> JsonObject<'a, Tree> for Object<'a> {
    type Node = Node<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    /// Duplicates are counted: whoever asks only wants to know whether there can be enough of them.
    fn len(&self) -> usize {
        Object::len(*self)
    }

    fn get(&self, key: &String) -> Option<Node<'a>> {
        Object::get(*self, key)
    }

    fn members(&self) -> Members<'a> {
        Members(self.firsts())
    }
}

impl<'a> JsonArray<'a, Tree> for Array<'a> {
    type Node = Node<'a>;
    type ElementsIter = Items<'a>;

    fn len(&self) -> usize {
        Array::len(*self)
    }

    fn elements(&self) -> Items<'a> {
        Items { all: *self, next: 0 }
    }
}

/// The items of an array.
pub(super) struct Items<'a> {
    all: Array<'a>,
    next: usize,
}

impl<'a> Iterator for Items<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let item = self.all.get(self.next)?;
        self.next += 1;
        Some(item)
    }
}

/// The members of an object, of equal keys the first alone.
pub(super) struct Members<'a>(Firsts<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, Node<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|member| (member.key, member.node))
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
        conformance::assert_conformance::<Tree>(&read.document.unwrap().root());
    }

    #[test]
    fn of_equal_keys_the_first_is_seen() {
        let more = r#", "c": 0, "d": 0, "e": 0, "f": 0, "g": 0, "h": 0, "c": 0"#.repeat(3);
        for (more, others) in [("", 0), (more.as_str(), 6)] {
            let text = format!(r#"{{"a": 1, "b": 2, "a": 3{more}}}"#);
            let read = read_text(&text);
            let document = read.document.unwrap();
            let object = document.root().as_object().unwrap();
            let members: Vec<_> =
                JsonObject::members(&object).map(|(key, node)| (key, node.to_json())).collect();
            assert_eq!(members[..2], [("a", 1.into()), ("b", 2.into())]);
            assert_eq!(members.len(), 2 + others);
        }
    }
}
