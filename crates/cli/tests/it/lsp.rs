//! The language server over its protocol: the program itself, asked as an editor asks.
//!
//! Each file under `fixtures/lsp` is a case, in a folder named for what is asked; the snapshot holds the answer.
#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::expect_used,
    reason = "a test that cannot read its case or an answer should stop"
)]

mod case;
mod client;
mod lifecycle;
mod session;
mod show;

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};

use self::{
    case::Case,
    client::{Client, able},
};

/// Asks about every case in a folder.
fn cases(folder: &str, ask: fn(&mut Client, &str, &Case) -> String) {
    let workspace = tempfile::tempdir().unwrap();
    fs::write(
        workspace.path().join("relance.toml"),
        "[secrets.CRM_TOKEN]\nhosts = [\"api.exemple.com\"]\n",
    )
    .unwrap();
    let mut clients = BTreeMap::new();
    insta::with_settings!({ snapshot_path => "lsp/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::glob!("../../../../fixtures/lsp", &format!("{folder}/*.json"), |path| {
            let case = Case::read(&fs::read_to_string(path).unwrap());
            let language = case.says("language").unwrap_or("en").to_owned();
            let session = (language, case.encoding().to_owned());
            let client = clients.entry(session).or_insert_with_key(|(language, encoding)| {
                let mut abilities = able();
                abilities["general"]["positionEncodings"] = json!([encoding]);
                let options = json!({ "language": language });
                let client = Client::start(workspace.path(), &options, &abilities);
                assert_eq!(client.capabilities["positionEncoding"], **encoding);
                client
            });
            let name = path.file_name().unwrap().display();
            let uri = format!("file://{}/{name}", workspace.path().display());
            let shown = ask(client, &uri, &case);
            insta::assert_snapshot!(folder, shown);
        });
    });
    for client in clients.into_values() {
        assert_eq!(client.end(), Some(0));
    }
}

fn at(uri: &str, case: &Case) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": case.position() })
}

#[test]
fn findings_stand_under_what_is_wrong() {
    cases("findings", |client, uri, case| show::findings(case, &client.open(uri, &case.text)));
}

#[test]
fn hovering_tells_what_a_thing_is() {
    cases("hover", |client, uri, case| {
        client.open(uri, &case.text);
        show::hover(case, &client.ask("textDocument/hover", at(uri, case)).unwrap())
    });
}

#[test]
fn completion_offers_what_may_be_written() {
    cases("completion", |client, uri, case| {
        client.open(uri, &case.text);
        let mut params = at(uri, case);
        if let Some(trigger) = case.says("trigger") {
            params["context"] =
                json!({ "triggerKind": 2, "triggerCharacter": trigger.trim_matches('`') });
        }
        show::completion(case, &client.ask("textDocument/completion", params).unwrap())
    });
}

#[test]
fn a_name_leads_to_its_block() {
    cases("definition", |client, uri, case| {
        client.open(uri, &case.text);
        show::definition(case, &client.ask("textDocument/definition", at(uri, case)).unwrap())
    });
}

#[test]
fn every_mention_of_a_block_is_found() {
    cases("references", |client, uri, case| {
        client.open(uri, &case.text);
        let mut params = at(uri, case);
        params["context"] = json!({ "includeDeclaration": true });
        show::references(case, &client.ask("textDocument/references", params).unwrap())
    });
}

#[test]
fn renaming_a_block_changes_every_mention() {
    cases("rename", |client, uri, case| {
        client.open(uri, &case.text);
        let prepared = client.ask("textDocument/prepareRename", at(uri, case));
        let mut params = at(uri, case);
        params["newName"] = case.says("name").unwrap_or("nouveau").into();
        let answer = client.ask("textDocument/rename", params);
        show::rename(case, &prepared, &answer)
    });
}

#[test]
fn a_document_has_a_table_of_contents() {
    cases("symbols", |client, uri, case| {
        client.open(uri, &case.text);
        let params = json!({ "textDocument": { "uri": uri } });
        let answer = client.ask("textDocument/documentSymbol", params).unwrap();
        show::symbols(case, &answer, 0)
    });
}

#[test]
fn findings_can_be_mended_where_they_stand() {
    cases("actions", |client, uri, case| {
        let findings = client.open(uri, &case.text);
        let params = json!({
            "textDocument": { "uri": uri },
            "range": case.selection(),
            "context": { "diagnostics": findings },
        });
        show::actions(case, &client.ask("textDocument/codeAction", params).unwrap())
    });
}
