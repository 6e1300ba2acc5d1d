//! The reader that never gives up, beside the one that does.

use proptest::prelude::*;
use relance_model::document::{self, read_text};
use relance_samples::{fixture::Fixture, graph};

use crate::tree::{Node, Value};

/// Whether both readers see the same.
fn same(ours: &Node<'_>, strict: document::Node<'_>) -> bool {
    ours.span == strict.span
        && ours.closed
        && match (&ours.value, strict.value()) {
            (Value::Text(literal), document::Value::Text(text)) => literal.text() == text,
            (Value::Array(ours), document::Value::Array(strict)) => {
                ours.len() == strict.len()
                    && ours.iter().zip(strict.iter()).all(|(a, b)| same(a, b))
            }
            (Value::Object(ours), document::Value::Object(strict)) => {
                ours.len() == strict.len()
                    && ours.iter().zip(strict.members()).all(|(a, b)| {
                        a.key.text() == b.key
                            && a.key.span == b.key_span
                            && a.colon
                            && same(&a.node, b.node)
                    })
            }
            (
                Value::Plain,
                document::Value::Null | document::Value::Bool(_) | document::Value::Number(_),
            ) => true,
            _ => false,
        }
}

fn agree(text: &str) -> bool {
    let read = read_text(text);
    read.document.is_none_or(|document| same(&Node::read(text), document.root()))
}

#[test]
fn a_document_that_is_right_is_read_alike_by_both() {
    for kind in ["ok", "findings"] {
        let fixtures = Fixture::all(kind);
        assert!(fixtures.len() > 20);
        for fixture in fixtures {
            let Ok(text) = std::str::from_utf8(&fixture.bytes) else { continue };
            assert!(agree(text), "{}", fixture.name);
        }
    }
    assert!(agree(&graph::graph(50, graph::Quality::EveryBlockWrong)));
}

#[test]
fn every_beginning_of_a_document_is_understood() {
    let text = graph::graph(6, graph::Quality::Clean);
    for end in (0..text.len()).filter(|it| text.is_char_boundary(*it)) {
        let start = text.get(..end).unwrap();
        let tree = Node::read(start);
        let blocks = tree.get("nodes").map(|nodes| nodes.items().len()).unwrap_or_default();
        // A block counts once its bracket is open.
        let in_nodes = start.split("\"edges\"").next().unwrap();
        assert_eq!(blocks, in_nodes.matches("\n    {").count(), "{start}");
    }
}

#[test]
fn what_is_missing_is_found_all_the_same() {
    let shapes = [
        // A value, then the next key.
        (r#"{ "a": "b": 1 }"#, "{a: ?, b: _}"),
        (r#"{ "a":, "b": 1 }"#, "{a: ?, b: _}"),
        (r#"{ "a": , "b" }"#, "{a: ?, b: ?}"),
        // A comma.
        (r#"{ "a": 1 "b": 2 }"#, "{a: _, b: _}"),
        (r#"[1 "x" {}]"#, "[_, x, {}]"),
        // A closing quote: the line ends the text, or the comma before the next string does.
        ("{ \"a\": \"x\n\"b\": 1 }", "{a: x, b: _}"),
        ("{ \"a\": \"x,\n\"b\": 1 }", "{a: x, b: _}"),
        (r#"{ "a": "x }"#, "{a: x}"),
        (r#"{ "a": "{{ x }}"#, "{a: {{ x }}}"),
        (r#"{ "a": "x, "b": "y" }"#, "{a: x, b: y}"),
        // Closing brackets: the next element, the end of the array, the next key of the object around.
        (r#"[{ "a": { "b": 1 }, { "c": 2 }]"#, "[{a: {b: _}}, {c: _}]"),
        (r#"{ "l": [{ "a": 1 ], "m": 2 }"#, "{l: [{a: _}], m: _}"),
        (r#"{ "l": [{ "a": 1 }, "m": 2 }"#, "{l: [{a: _}], m: _}"),
        (r#"{ "l": [1, 2 }"#, "{l: [_, _]}"),
        // One too many.
        (r#"{ "a": { "b": 1 }}, "c": 2 }"#, "{a: {b: _}, c: _}"),
        ("[1], 2]", "[_, _]"),
        (r#"{ "a": ] 1 }"#, "{a: _}"),
        // Nothing at all, or not yet.
        ("", "?"),
        ("x", "_"),
        ("x {", "{}"),
        (r#"{ "a" { "b": 1 } }"#, "{a: {b: _}}"),
        ("{ a: 1 }", "{}"),
    ];
    for (text, shape) in shapes {
        assert_eq!(shape_of(&Node::read(text)), shape, "{text}");
    }
}

fn shape_of(node: &Node<'_>) -> String {
    match &node.value {
        Value::Missing => "?".to_owned(),
        Value::Plain => "_".to_owned(),
        Value::Text(literal) => literal.text().into_owned(),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(shape_of).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let members =
                members.iter().map(|it| format!("{}: {}", it.key.text(), shape_of(&it.node)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Whether every value lies in the text and in what holds it.
fn well_formed(text: &str, node: &Node<'_>) -> bool {
    let cut = |span: relance_diagnostics::Span| text.get(span.range()).is_some();
    let within = |inner: &Node<'_>| node.span.contains(inner.span) && well_formed(text, inner);
    cut(node.span)
        && node.items().iter().all(within)
        && node
            .members()
            .iter()
            .all(|it| cut(it.key.span) && cut(it.key.inner()) && within(&it.node))
}

proptest! {
    #[test]
    fn any_text_gives_a_tree_that_lies_in_it(text in r#"([\[\]{}:,"\\ \n]|a|é|😀|1|\\u00e9|"a":|\{\{)*"#) {
        prop_assert!(well_formed(&text, &Node::read(&text)), "{:?}", Node::read(&text));
        prop_assert!(agree(&text));
    }

    #[test]
    fn a_mistake_anywhere_leaves_a_tree(place in 0..4000_usize, put in r#"["{}\[\],:\\]{0,3}"#, gone in 0..3_usize) {
        let mut text = graph::graph(3, graph::Quality::Clean);
        let start = text.floor_char_boundary(place.min(text.len()));
        let end = text.ceil_char_boundary((start + gone).min(text.len()));
        text.replace_range(start..end, &put);
        prop_assert!(well_formed(&text, &Node::read(&text)));
        prop_assert!(agree(&text));
    }
}

#[test]
fn nesting_without_end_is_passed_over() {
    for text in [
        "[".repeat(1_000_000),
        "{\"a\":".repeat(300_000),
        "]".repeat(1_000_000),
        "[{".repeat(400_000),
    ] {
        assert!(well_formed(&text, &Node::read(&text)));
    }
}
