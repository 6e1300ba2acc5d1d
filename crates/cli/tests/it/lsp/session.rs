//! Whole conversations: what is said when, and what nobody should say.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::{Client, able};

const URI: &str = "file:///relance.json";

const TAG: &str = r#"{ "id": "tag", "type": "action", "position": { "x": 0, "y": 0 },
  "data": { "parameters": { "action_type": "tag_contact", "tag": "relance" } } }"#;

fn workspace() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn start(folder: &Path) -> Client {
    Client::start(folder, &Value::Null, &able())
}

fn codes(findings: &Value) -> Vec<&str> {
    findings.as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect()
}

fn range(line: u32, start: u32, end: u32) -> Value {
    json!({
        "start": { "line": line, "character": start },
        "end": { "line": line, "character": end },
    })
}

#[test]
fn findings_follow_each_change() {
    let folder = workspace();
    let mut client = start(folder.path());
    assert_eq!(codes(&client.open(URI, TAG)), [""; 0]);
    // "relance" becomes "", by its columns.
    client.change(URI, 2, &range(1, 66, 73), "");
    assert_eq!(codes(&client.findings(URI, 2)), ["blank-required"]);
    // Then `"tag": ""` goes with its comma.
    client.change(URI, 3, &range(1, 56, 67), "");
    assert_eq!(codes(&client.findings(URI, 3)), ["missing-key"]);
    client.change(URI, 4, &Value::Null, TAG);
    assert_eq!(codes(&client.findings(URI, 4)), [""; 0]);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn several_changes_in_one_message_apply_in_order() {
    let folder = workspace();
    let mut client = start(folder.path());
    client.open(URI, TAG);
    let changes = json!([
        { "range": range(0, 0, 0), "text": "\r\n😀" },
        // Between the halves of the emoji's line and what follows.
        { "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 1, "character": 2 } }, "text": "" },
        { "range": range(1, 66, 73), "text": "" },
    ]);
    let params = json!({ "textDocument": { "uri": URI, "version": 2 }, "contentChanges": changes });
    client.tell("textDocument/didChange", params);
    assert_eq!(codes(&client.findings(URI, 2)), ["blank-required"]);
    client.end();
}

#[test]
fn what_is_found_in_a_stale_state_is_not_shown() {
    let folder = workspace();
    let mut client = start(folder.path());
    client.open(URI, TAG);
    for version in 2..200 {
        client.change(URI, version, &range(1, 66, 66), "x");
    }
    client.change(URI, 200, &range(1, 66, 73 + 198), "");
    assert_eq!(codes(&client.findings(URI, 200)), ["blank-required"]);
    // A question behind all of that is answered from the newest state.
    let position = json!({ "line": 1, "character": 66 });
    let params = json!({ "textDocument": { "uri": URI }, "position": position });
    let hover = client.ask("textDocument/hover", params).unwrap();
    assert!(hover["contents"]["value"].as_str().unwrap().contains("blank-required"));
    client.end();
}

#[test]
fn a_closed_document_has_no_findings() {
    let folder = workspace();
    let mut client = start(folder.path());
    assert_eq!(codes(&client.open(URI, "{}")), ["unrecognised-document"]);
    client.tell("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    let empty = |it: &Value| it["diagnostics"] == json!([]);
    client.hear("textDocument/publishDiagnostics", empty);
    let params =
        json!({ "textDocument": { "uri": URI }, "position": { "line": 0, "character": 0 } });
    let answer = client.ask("textDocument/hover", params);
    assert_eq!(answer, Err("-32602: this document is not open".to_owned()));
    client.end();
}

#[test]
fn the_configuration_of_the_folder_holds_and_is_read_again_when_it_changes() {
    let folder = workspace();
    let config = folder.path().join("relance.toml");
    fs::write(&config, "[diagnostics]\nforeign-block = \"ignore\"\n").unwrap();
    let mut abilities = able();
    abilities["workspace"] = json!({ "didChangeWatchedFiles": { "dynamicRegistration": true } });
    let mut client = Client::start(folder.path(), &Value::Null, &abilities);
    let watch = client.hear("client/registerCapability", |_| true);
    assert_eq!(watch["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    let uri = format!("file://{}/graph.json", folder.path().canonicalize().unwrap().display());
    let foreign = r#"{ "id": "x", "type": "trigger", "position": { "x": 0, "y": 0 }, "data": {} }"#;
    assert_eq!(codes(&client.open(&uri, foreign)), [""; 0]);
    fs::write(&config, "[diagnostics]\nforeign-block = \"error\"\n").unwrap();
    client.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    assert_eq!(codes(&client.findings(&uri, 1)), ["foreign-block"]);
    fs::write(&config, "environment = \"staging\"\n").unwrap();
    client.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    let message = client.hear("window/showMessage", |_| true);
    assert_eq!(message["type"], 1);
    let message = message["message"].as_str().unwrap();
    assert!(message.contains("relance.toml:1:"), "{message}");
    assert_eq!(codes(&client.findings(&uri, 1)), ["foreign-block"]);
    client.end();
}

#[test]
fn whoever_renames_a_block_hears_where_the_configuration_names_it() {
    let folder = workspace();
    fs::write(
        folder.path().join("relance.toml"),
        "[blocks.tag]\nisolated-block = \"ignore\"\n[texts.suivi]\ntag = \"Bonjour\"\n",
    )
    .unwrap();
    let mut client = start(folder.path());
    for (file, told) in [("suivi.json", "`[blocks]` and `[texts]`:"), ("autre.json", "`[blocks]`:")]
    {
        let uri = format!("file://{}/{file}", folder.path().canonicalize().unwrap().display());
        client.open(&uri, TAG);
        let position = json!({ "line": 0, "character": 9 });
        let params =
            json!({ "textDocument": { "uri": uri }, "position": position, "newName": "étiquette" });
        let edit = client.ask("textDocument/rename", params).unwrap();
        assert_eq!(edit["changes"][&uri].as_array().unwrap().len(), 1);
        let message = client.hear("window/showMessage", |_| true);
        assert_eq!(message["type"], 3);
        let message = message["message"].as_str().unwrap();
        assert!(message.contains("names `tag` too") && message.contains(told), "{message}");
    }
    client.end();
}

#[test]
fn all_is_mended_at_once_only_when_somebody_asks() {
    let folder = workspace();
    let mut client = start(folder.path());
    let call = r#"{ "id": "x", "type": "action", "position": { "x": 0, "y": 0 },
  "data": { "parameters": { "action_type": "http_request", "http_method": "GET", "url": "https://exemple.com/", "timeout_seconds": 30 } } }"#;
    let findings = client.open(URI, call);
    assert_eq!(codes(&findings), ["number-not-text"]);
    let place = findings[0]["range"].clone();
    let mut kinds = |context: Value| {
        let params = json!({ "textDocument": { "uri": URI }, "range": place, "context": context });
        let actions = client.ask("textDocument/codeAction", params).unwrap();
        let kinds = actions.as_array().unwrap().iter();
        kinds.map(|it| it["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let by_itself = json!({ "diagnostics": [], "triggerKind": 2 });
    assert_eq!(kinds(by_itself), ["quickfix"]);
    let by_a_person = json!({ "diagnostics": [], "triggerKind": 1 });
    assert_eq!(kinds(by_a_person), ["quickfix", "source.fixAll"]);
    let on_save = json!({ "diagnostics": [], "triggerKind": 2, "only": ["source.fixAll"] });
    assert_eq!(kinds(on_save), ["source.fixAll"]);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn the_client_chooses_language_and_environment() {
    let folder = workspace();
    let options = json!({ "language": "fr", "environment": "development" });
    let mut client = Client::start(folder.path(), &options, &able());
    let call = r#"{ "id": "x", "type": "action", "position": { "x": 0, "y": 0 }, "data": { "parameters": { "action_type": "http_request", "http_method": "GET", "url": "http://localhost/", "timeout_seconds": "90" } } }"#;
    let findings = client.open(URI, call);
    assert_eq!(codes(&findings), ["out-of-range"]);
    assert!(findings[0]["message"].as_str().unwrap().contains("secondes"));
    client.end();
}

#[test]
fn options_that_mean_nothing_are_told() {
    let folder = workspace();
    for (options, told) in [
        (json!({ "language": "de" }), "`language` is `en` or `fr`, not `de`"),
        (json!({ "environment": "staging" }), "`environment` is `production` or `development`"),
        (json!({ "langage": "fr" }), "unknown field `langage`"),
        (json!(3), "initializationOptions cannot be read"),
    ] {
        let mut client = Client::start(folder.path(), &options, &able());
        let message = client.hear("window/showMessage", |_| true);
        assert!(message["message"].as_str().unwrap().contains(told), "{message}");
        client.end();
    }
}

#[test]
fn a_client_that_can_little_gets_what_it_understands() {
    let folder = workspace();
    let mut client = Client::start(folder.path(), &Value::Null, &json!({}));
    assert_eq!(client.capabilities["positionEncoding"], "utf-16");
    let text = TAG.replace(", \"tag\": \"relance\"", ", ");
    client.open(URI, &text);
    let at = json!({ "textDocument": { "uri": URI }, "position": { "line": 1, "character": 58 } });
    let items = client.ask("textDocument/completion", at).unwrap();
    assert_eq!(items[0]["textEdit"]["newText"], "\"tag\": \"\"");
    assert_eq!(items[0]["insertTextFormat"], Value::Null);
    let document = json!({ "textDocument": { "uri": URI } });
    let symbols = client.ask("textDocument/documentSymbol", document).unwrap();
    assert_eq!(symbols[0]["location"]["uri"], URI);
    client.end();
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let folder = workspace();
    let mut client = start(folder.path());
    client.open(URI, TAG);
    let refused = client.ask("textDocument/hover", json!({ "textDocument": 3 }));
    assert!(refused.unwrap_err().starts_with("-32602"));
    let refused = client.ask("textDocument/foldingRange", json!({}));
    assert_eq!(refused.unwrap_err(), "-32601: there is no request `textDocument/foldingRange`");
    // A change of a document that nobody opened, and one that is no change.
    client.change("file:///other.json", 2, &Value::Null, "{");
    client.tell("textDocument/didChange", json!({ "nothing": true }));
    // A place that is not in the document is held at the nearest one.
    let far = json!({ "textDocument": { "uri": URI }, "position": { "line": 99, "character": 9 } });
    assert_eq!(client.ask("textDocument/hover", far), Ok(Value::Null));
    client.end();
}

#[test]
fn a_block_that_is_offered_is_described_when_it_is_looked_at() {
    let folder = workspace();
    let mut client = start(folder.path());
    let graph = format!(r#"{{ "nodes": [ {TAG} ], "edges": [ {{ "id": "e", "source": "" }} ] }}"#);
    client.open(URI, &graph);
    let line = graph.lines().count() - 1;
    let column = graph.lines().last().unwrap().find("\"source\": \"").unwrap() + 11;
    let position = json!({ "line": line, "character": column });
    let at = json!({ "textDocument": { "uri": URI }, "position": position });
    let items = client.ask("textDocument/completion", at).unwrap();
    assert_eq!((&items[0]["label"], &items[0]["documentation"]), (&json!("tag"), &Value::Null));
    let item = client.ask("completionItem/resolve", items[0].clone()).unwrap();
    let about = item["documentation"]["value"].as_str().unwrap();
    assert!(about.contains("Tag the contact"), "{about}");
    // What needs no description is given back as it is.
    let plain = json!({ "label": "x" });
    assert_eq!(client.ask("completionItem/resolve", plain.clone()), Ok(plain));
    client.end();
}

#[test]
fn the_language_of_the_command_line_holds_where_the_client_names_none() {
    let folder = workspace();
    let arguments = ["--lang", "fr", "lsp"];
    let mut client = Client::with_arguments(&arguments, folder.path(), &Value::Null, &able());
    let findings = client.open(URI, "{}");
    assert!(findings[0]["message"].as_str().unwrap().starts_with("ceci n'est ni un graphe"));
    client.end();
}
