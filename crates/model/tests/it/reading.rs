//! The strict reader, beside `serde_json` and the JSON test suite.

use std::{fmt::Write as _, fs};

use proptest::prelude::*;
use relance_diagnostics::Span;
use relance_model::{
    document::{MAX_DEPTH, MistakeKind, Read, Value, pointer, read, read_text},
    text::TextMap,
};

fn kinds(read: &Read<'_>) -> Vec<MistakeKind> {
    read.mistakes.iter().map(|mistake| mistake.kind.clone()).collect()
}

/// The texts that RFC 8259 allows and this reader refuses on purpose.
const NARROWED: [&str; 4] = [
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_object_escaped_null_in_key.json",
    "y_string_null_escape.json",
];

#[test]
fn the_json_test_suite_is_judged_as_it_should_be() {
    let folder = crate::fixture("data/json-test-suite/test_parsing");
    let mut seen = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let accepted = read(&bytes).mistakes.is_empty();
        match name.split_at(2).0 {
            "y_" => assert_eq!(accepted, !NARROWED.contains(&name.as_str()), "{name}"),
            "n_" => assert!(!accepted, "{name}"),
            // Either verdict is allowed; ours must be that of the oracle, except where a value would be lost.
            "i_" => {
                let oracle = serde_json::from_slice::<serde_json::Value>(&bytes).is_ok();
                assert!(oracle || !accepted, "{name}: more lenient than serde_json");
            }
            _ => panic!("{name} belongs to no class"),
        }
        seen += 1;
    }
    assert_eq!(seen, 318, "the whole suite is there");
}

#[test]
fn a_duplicate_key_is_seen_through_an_escape() {
    let read = read_text(r#"{"url":"a","\u0075rl":"b"}"#);
    assert_eq!(
        kinds(&read),
        [MistakeKind::DuplicateKey { key: "url".into(), first: Span::new(1, 6) }]
    );
    let document = read.document.unwrap();
    assert_eq!(pointer(&document.path_to(read.mistakes[0].span)), "/url");
    assert_eq!(document.at_pointer("/url").unwrap().as_text(), Some("a"));
}

#[test]
fn duplicate_keys_are_seen_in_large_objects_too() {
    let members: Vec<String> = (0..100).map(|it| format!("\"k{}\":{it}", it % 60)).collect();
    let text = format!("{{{}}}", members.join(","));
    assert_eq!(read_text(&text).mistakes.len(), 40);
}

#[test]
fn the_deepest_nesting_is_read_and_one_more_is_refused() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(read_text(&nested(MAX_DEPTH)).mistakes, []);
    assert_eq!(kinds(&read_text(&nested(MAX_DEPTH + 1))), [MistakeKind::TooDeep]);
    assert_eq!(kinds(&read_text(&"[".repeat(1_000_000))), [MistakeKind::TooDeep]);
}

#[test]
fn numbers_keep_their_value_or_are_refused() {
    for text in
        ["0", "-0", "18446744073709551615", "-9223372036854775808", "1.10", "1e308", "0.1E-7"]
    {
        let read = read_text(text);
        assert_eq!(read.mistakes, [], "{text}");
        let document = read.document.unwrap();
        assert!(matches!(document.root().value(), Value::Number(written) if written == text));
    }
    for text in ["18446744073709551616", "-9223372036854775809", "1e400", "-1e400"] {
        assert_eq!(kinds(&read_text(text)), [MistakeKind::NumberOutOfRange], "{text}");
    }
}

#[test]
fn a_mistake_stands_under_the_smallest_wrong_thing() {
    let cases = [
        "",
        "  ",
        "{",
        "[1,",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a: 1}",
        "{'a': 1}",
        "[1 2]",
        "{\"a\":1 \"b\":2}",
        "[tru]",
        "[NaN]",
        "[01]",
        "[.5]",
        "[1.]",
        "[+1]",
        "\"a\nb\"",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\u00\"",
        "[1] 2",
        "// c\n1",
        "1 /* */",
        "\"open",
        "{\"a\": }",
        "[é]",
        "{\"a\":\"x\\u0000y\"}",
    ];
    let table: Vec<String> = cases
        .iter()
        .map(|text| {
            let found: Vec<String> = read_text(text)
                .mistakes
                .iter()
                .map(|mistake| {
                    format!(
                        "{:?} under {:?}",
                        mistake.kind,
                        text.get(mistake.span.range()).unwrap()
                    )
                })
                .collect();
            format!("{text:?}: {}", found.join("; "))
        })
        .collect();
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn encodings_are_told_apart() {
    assert_eq!(kinds(&read(b"\xEF\xBB\xBF{}")), [MistakeKind::ByteOrderMark]);
    let read = read(b"{\"a\": \"\xE9\"}");
    assert_eq!(kinds(&read), [MistakeKind::InvalidUtf8]);
    assert_eq!(read.mistakes[0].span, Span::new(7, 8));
}

/// JSON values, with awkward keys, texts and numbers.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_filter("finite", |it| it.is_finite()).prop_map(Into::into),
        "[^\u{0}]{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 64, 20, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..20).prop_map(serde_json::Value::Array),
            prop::collection::btree_map("[^\u{0}]{0,6}", inner, 0..20)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read_back(value in json(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let read = read_text(&text);
        prop_assert_eq!(&read.mistakes, &[]);
        prop_assert_eq!(read.document.unwrap().root().to_json(), value);
    }

    #[test]
    fn no_text_makes_it_stop_and_none_is_read_that_serde_json_refuses(text in r#"[\[\]{}:,"\\a-cu0-9eE+. \n-]{0,40}"#) {
        let read = read_text(&text);
        let oracle = serde_json::from_str::<serde_json::Value>(&text);
        match (&read.mistakes[..], oracle) {
            ([], oracle) => prop_assert_eq!(read.document.unwrap().root().to_json(), oracle.unwrap()),
            (mistakes, Ok(_)) => prop_assert!(mistakes.iter().all(|it| !matches!(it.kind, MistakeKind::Syntax(_)))),
            (_, Err(_)) => {}
        }
    }

    #[test]
    fn no_bytes_make_it_stop(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let found = read(&bytes);
        prop_assert!(found.mistakes.iter().all(|it| it.span.end as usize <= bytes.len()));
    }

    #[test]
    fn every_value_is_found_again_by_its_span(value in json()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let document = read_text(&text).document.unwrap();
        let mut open = vec![document.root()];
        while let Some(node) = open.pop() {
            let way = pointer(&document.path_to(node.span));
            prop_assert_eq!(document.at_pointer(&way).unwrap().span, node.span);
            match node.value() {
                Value::Array(items) => open.extend(items.iter()),
                Value::Object(object) => open.extend(object.members().map(|member| member.node)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
            }
        }
    }

    #[test]
    fn a_character_of_a_text_is_found_through_its_escapes(text in "[^\u{0}]{0,20}", escaped in prop::collection::vec(any::<bool>(), 40)) {
        let mut literal = String::from("\"");
        let mut places = Vec::new();
        for (character, escape) in text.chars().zip(&escaped) {
            places.push((literal.len(), character));
            if *escape || character < ' ' || matches!(character, '"' | '\\') {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    write!(literal, "\\u{unit:04x}").unwrap();
                }
            } else {
                literal.push(character);
            }
        }
        places.push((literal.len(), '"'));
        literal.push('"');
        let outer = format!("  {literal} ");
        let map = TextMap::new(&outer, Span::new(2, 2 + literal.len()));
        let mut decoded = 0;
        for (place, character) in places {
            prop_assert_eq!(map.offset(decoded), place + 2);
            decoded += character.len_utf8();
        }
    }
}
