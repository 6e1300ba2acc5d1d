//! Which files `relance validate` takes: named ones, folders, patterns, standard input.

use crate::bench::Bench;

const TAG: &str = r#"{ "id": "tag", "type": "action", "position": { "x": 0, "y": 0 },
  "data": { "parameters": { "action_type": "tag_contact", "tag": "relance" } } }"#;

/// A project as they are: graphs, and much else in JSON.
fn project() -> Bench {
    Bench::new()
        .file("relances/b.json", TAG)
        .file("relances/a.json", TAG.replace("\"tag\": ", "\"tga\": "))
        .file("relances/2026/janvier.json", TAG)
        .file("relances/notes.txt", "{")
        .file("relances/.brouillons/x.json", "{")
        .file("node_modules/x/nodes.json", r#"{ "nodes": 1 }"#)
        .file("target/x.json", r#"{ "nodes": 1 }"#)
        .file("package.json", r#"{ "name": "x", "type": "module" }"#)
        .file("tsconfig.json", "{ // a comment\n}")
        .file("broken.json", "{ \"nodes\": [")
        .file("list.json", "[1, 2]")
}

#[test]
fn a_folder_stands_for_the_graphs_and_blocks_in_it() {
    insta::assert_snapshot!(project().relance("validate --format concise relances"));
    insta::assert_snapshot!("the_whole_project", project().relance("validate ."));
}

#[test]
fn other_json_is_passed_by_unless_it_is_named() {
    let bench = project();
    assert_eq!(bench.relance("validate package.json").code, Some(1));
    assert_eq!(bench.relance("validate tsconfig.json").code, Some(1));
    assert_eq!(bench.relance("validate relances/.brouillons/x.json").code, Some(1));
    insta::assert_snapshot!(bench.relance("validate [l-t]*.json --lang fr"));
}

#[test]
fn patterns_are_understood_whatever_the_shell() {
    let bench = project();
    let files = |args: &str| {
        let said = bench.relance(&format!("validate --format json {args}"));
        let object: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let files = object.get("files").unwrap().as_array().unwrap().iter();
        files.map(|file| file.get("file").unwrap().as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(files("relances/*.json"), ["relances/a.json", "relances/b.json"]);
    assert_eq!(files("./relances/?.json"), ["relances/a.json", "relances/b.json"]);
    assert_eq!(files("re*/{b,c}.json"), ["relances/b.json"]);
    assert_eq!(files("**/j*.json"), ["relances/2026/janvier.json"]);
    let all = ["relances/2026/janvier.json", "relances/a.json", "relances/b.json"];
    assert_eq!(files("relances/**/*.json"), all);
    assert_eq!(files("relances"), all);
    assert_eq!(files("./relances/"), all);
}

#[test]
fn a_file_that_is_meant_twice_is_taken_once() {
    let said = project().relance("validate relances/b.json relances ./relances/b.json relances/b*");
    insta::assert_snapshot!(said);
}

#[test]
fn a_file_with_the_signs_of_a_pattern_in_its_name_is_a_file() {
    let bench = Bench::new().file("a[1].json", TAG);
    assert_eq!(bench.relance("validate a[1].json").code, Some(0));
    assert_eq!(bench.relance("validate a[[]1].json").code, Some(0));
}

#[test]
fn what_matches_nothing_is_told() {
    let bench = Bench::new().file("empty/notes.txt", "").file("others/x.json", "[]");
    let told = ["empty", "others", "*.jsn", "x/**/*.json", "a[.json", "others/x.json empty"]
        .map(|args| format!("$ {args}\n{}", bench.relance(&format!("validate {args}"))));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn standard_input_may_have_a_name() {
    let said =
        Bench::new().relance_with("validate - --stdin-name relance.json --format concise", "[]");
    assert_eq!(
        said.out,
        "relance.json:1:1: error[unrecognised-document]: this is neither a graph (`nodes` and `edges`) nor a block (`type` and `data`)\n"
    );
}
