//! Parts taken out and put in, in every layout.

use super::*;

fn changed(json: &str, change: &Change) -> String {
    Mend::write(Safety::Safe, change.range.clone(), &change.text).applied_to(json)
}

/// Takes `part` out of `json`.
fn without(json: &str, part: &str) -> String {
    let start = json.find(part).unwrap();
    changed(json, &removal(json, start..start + part.len()))
}

#[test]
fn a_part_goes_with_its_comma() {
    assert_eq!(without(r#"{"a":1,"b":2,"c":3}"#, r#""a":1"#), r#"{"b":2,"c":3}"#);
    assert_eq!(without(r#"{"a":1,"b":2,"c":3}"#, r#""b":2"#), r#"{"a":1,"c":3}"#);
    assert_eq!(without(r#"{"a":1,"b":2,"c":3}"#, r#""c":3"#), r#"{"a":1,"b":2}"#);
    assert_eq!(without(r#"{ "a": 1 }"#, r#""a": 1"#), "{}");
    assert_eq!(without("[\r\n\t1,\r\n\t2\r\n]", "1"), "[\r\n\t2\r\n]");
    assert_eq!(without("[\r\n\t1,\r\n\t2\r\n]", "2"), "[\r\n\t1\r\n]");
    assert_eq!(without("[1 , 2 , 3]", "2"), "[1 , 3]");
}

#[test]
fn a_member_stands_as_its_neighbours_do() {
    let with = |json: &str, side| {
        changed(json, &insertion(json, 0..json.len(), "k", "{ \"x\": 0 }", side))
    };
    let both = |json: &str| [with(json, Side::Front), with(json, Side::Back)];
    assert_eq!(both("{}"), [r#"{"k": { "x": 0 }}"#, r#"{"k": { "x": 0 }}"#]);
    assert_eq!(both("{ }"), [r#"{ "k": { "x": 0 } }"#, r#"{ "k": { "x": 0 } }"#]);
    assert_eq!(
        both(r#"{"a":1,"b":2}"#),
        [r#"{"k":{"x":0},"a":1,"b":2}"#, r#"{"a":1,"b":2,"k":{"x":0}}"#]
    );
    assert_eq!(
        both(r#"{"a": 1}"#),
        [r#"{"k": { "x": 0 }, "a": 1}"#, r#"{"a": 1, "k": { "x": 0 }}"#]
    );
    assert_eq!(
        both("{\r\n\t\"a\": 1\r\n}"),
        [
            "{\r\n\t\"k\": { \"x\": 0 },\r\n\t\"a\": 1\r\n}",
            "{\r\n\t\"a\": 1,\r\n\t\"k\": { \"x\": 0 }\r\n}"
        ]
    );
}

#[test]
fn a_member_ends_where_its_value_does() {
    for value in ["1", "-1.5e3", "null", r#""a\"b}""#, r#"{"x":[1,{"y":"]"}]}"#, "[]", "[ [ ] ]"] {
        for json in [format!(r#"{{"k" : {value} , "z": 1}}"#), format!(r#"{{"k":{value}}}"#)] {
            let (member, found) = member_at(&json, Span::new(1, 4)).unwrap();
            assert_eq!(member, 1..found.end);
            assert!(is_valued(&json, Span::new(1, 4), value));
            assert_eq!(json.get(found), Some(value));
        }
    }
}

#[test]
fn json_loses_its_white_space_and_nothing_else() {
    let json = "{ \"a b\" : [ 1.10 , 1e2,\r\n\t-0 ],\n \"q\\\"  \" : \" x \" , \"é\": true }";
    assert_eq!(compact(json), "{\"a b\":[1.10,1e2,-0],\"q\\\"  \":\" x \",\"é\":true}");
    assert_eq!(compact(" 12 "), "12");
    assert_eq!(compact(""), "");
}

#[test]
fn a_new_id_has_room_for_its_number() {
    let long = "é".repeat(MAX_ID_CHARACTERS);
    assert!(Stem::Block.of(&long).chars().count() < MAX_ID_CHARACTERS - 10);
    assert_eq!(Stem::Block.of("tag"), "tag");
    assert_eq!([Stem::Block.of(""), Stem::Edge.of("")], ["block", "edge"]);
}

#[test]
fn a_value_is_not_taken_for_one_that_it_begins_with() {
    for (json, value) in [(r#"{"k": 12}"#, "1"), (r#"{"k": "a"}"#, r#""ab""#), (r#"{"k"}"#, "1")] {
        assert!(!is_valued(json, Span::new(1, 4), value), "{json}");
    }
}
