//! `relance validate`.

use crate::bench::Bench;

const VALID: &str = r#"{ "id": "tag", "type": "action", "position": { "x": 0, "y": 0 },
  "data": { "parameters": { "action_type": "tag_contact", "tag": "relance" } } }"#;

#[test]
fn a_valid_file_is_said_to_be_so() {
    let bench = Bench::new().file("tag.json", VALID);
    insta::assert_snapshot!(bench.relance("validate tag.json"));
}

#[test]
fn every_mistake_is_shown_under_its_characters() {
    let bench = Bench::new().graph("invalid.json", 0);
    insta::assert_snapshot!(bench.relance("validate invalid.json"));
}

#[test]
fn findings_speak_french() {
    let bench = Bench::new().graph("invalid.json", 0);
    insta::assert_snapshot!(bench.relance("validate invalid.json --lang fr"));
}

#[test]
fn the_language_is_that_of_the_terminal() {
    let bench = Bench::new().file("tag.json", VALID).variable("LANG", "fr_FR.UTF-8");
    insta::assert_snapshot!(bench.relance("validate tag.json"));
}

#[test]
fn json_is_one_object_for_all_files() {
    let bench = Bench::new().graph("invalid.json", 0).file("tag.json", VALID);
    let said = bench.relance("validate tag.json invalid.json --format json");
    assert_eq!(said.out.lines().count(), 1);
    let object: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    insta::assert_json_snapshot!(object);
    assert_eq!(said.code, Some(1));
}

#[test]
fn concise_is_a_finding_a_line() {
    let bench = Bench::new().graph("invalid.json", 0).file("tag.json", VALID);
    insta::assert_snapshot!(bench.relance("validate tag.json invalid.json --format concise"));
}

#[test]
fn several_files_are_counted() {
    let bench = Bench::new().graph("invalid.json", 0).graph("foreign.json", 0);
    let said = bench.relance("validate foreign.json invalid.json nowhere.json");
    insta::assert_snapshot!(said);
}

#[test]
fn a_graph_comes_through_standard_input() {
    insta::assert_snapshot!(Bench::new().relance_with("validate -", VALID));
}

#[test]
fn the_environment_decides_about_http() {
    let http = r#"{ "id": "a", "type": "action", "position": { "x": 0, "y": 0 }, "data": { "parameters":
        { "action_type": "http_request", "http_method": "GET", "url": "http://localhost:8080/" } } }"#;
    let bench = Bench::new().file("call.json", http);
    insta::assert_snapshot!(bench.relance("validate call.json --format concise"));
    assert_eq!(bench.relance("validate call.json --env development").code, Some(0));
    let bench = bench.file("relance.toml", "environment = \"development\"");
    assert_eq!(bench.relance("validate call.json").code, Some(0));
    assert_eq!(bench.relance("validate call.json --env production").code, Some(1));
}

#[test]
fn the_configuration_weighs_findings() {
    let bench =
        Bench::configured("[diagnostics]\nforeign-block = \"ignore\"").graph("foreign.json", 0);
    insta::assert_snapshot!(bench.relance("validate foreign.json"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    insta::assert_snapshot!(Bench::new().relance("validate nowhere.json"));
}

#[test]
fn a_folder_is_no_file() {
    insta::assert_snapshot!(Bench::new().relance("validate ."));
}

#[test]
fn text_that_is_not_utf8_is_a_finding() {
    let bench = Bench::new().file("latin.json", b"{ \"id\": \"caf\xe9\" }");
    insta::assert_snapshot!(bench.relance("validate latin.json"));
}

#[test]
fn broken_json_is_a_finding() {
    let bench = Bench::new().file("broken.json", "{ \"nodes\": [ }");
    insta::assert_snapshot!(bench.relance("validate broken.json"));
}

#[test]
fn an_empty_file_is_a_finding() {
    let bench = Bench::new().file("empty.json", "");
    insta::assert_snapshot!(bench.relance("validate empty.json"));
}

#[test]
fn an_endless_file_is_read_no_further_than_needed() {
    let said = Bench::new().relance("validate /dev/zero --format concise");
    insta::assert_snapshot!(said);
}

#[test]
fn a_name_cannot_command_the_terminal() {
    let bench = Bench::new();
    let said = bench.relance("validate \u{1b}[31mred.json");
    assert!(!said.err.contains('\u{1b}'), "{}", said.err);
}

#[test]
fn a_warning_is_ignored_in_one_block_and_weighs_more_in_another() {
    let block = |id: &str| {
        format!(
            r#"{{ "id": "{id}", "type": "action", "position": {{ "x": 0, "y": 0 }}, "data": {{ "parameters": {{
               "action_type": "http_request", "http_method": "GET", "url": "https://exemple.com/", "body_json": "{{}}" }} }} }}"#
        )
    };
    let graph = format!(
        r#"{{ "nodes": [ {}, {}, {} ], "edges": [
           {{ "id": "1", "source": "quiet", "target": "usual" }}, {{ "id": "2", "source": "usual", "target": "strict" }} ] }}"#,
        block("quiet"),
        block("usual"),
        block("strict"),
    );
    let weights =
        "[blocks.quiet]\nunusual-body = \"ignore\"\n[blocks.strict]\nunusual-body = \"error\"\n";
    let bench = Bench::configured(weights).file("graph.json", &graph);
    let said = bench.relance("validate graph.json --format concise");
    insta::assert_snapshot!(said);
    assert_eq!(said.code, Some(1));
}
