//! `schemas/`: production rules in 2020-12 at its root; other drafts and environments, and schemas for editors, in folders beside.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use relance_diagnostics::Language;
use relance_model::Environment;
use relance_model::schema::{Draft, Kind, editor_schema, schema};

use super::Files;

/// The folder of all schemas.
const ROOT: &str = "schemas";

/// Every schema.
pub(super) fn files() -> Files {
    let mut files = Files::new();
    for kind in Kind::all() {
        for (folder, draft, environment) in folders(kind) {
            let schema = schema(kind, draft, environment);
            files.insert(format!("{ROOT}/{folder}{}", kind.file()), format!("{schema:#}\n"));
        }
    }
    for (ending, language) in [("en", Language::English), ("fr", Language::French)] {
        for kind in [Kind::Graph, Kind::Block] {
            let file = kind.file().replace(".schema", &format!(".{ending}.schema"));
            let schema = editor_schema(kind, language);
            files.insert(format!("{ROOT}/editor/{file}"), format!("{schema:#}\n"));
        }
    }
    files
}

/// Where the schema of a kind stands. What no author writes is there once, in the newest draft.
fn folders(kind: Kind) -> Vec<(&'static str, Draft, Environment)> {
    let newest = ("", Draft::Draft202012, Environment::Production);
    if !kind.is_document() {
        return vec![newest];
    }
    vec![
        newest,
        ("draft-07/", Draft::Draft07, Environment::Production),
        ("development/", Draft::Draft202012, Environment::Development),
        ("development/draft-07/", Draft::Draft07, Environment::Development),
    ]
}

/// The paths of all schemas on the disk.
pub(super) fn on_disk(workspace: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![ROOT.to_owned()];
    while let Some(folder) = folders.pop() {
        let path = workspace.join(&folder);
        if !path.exists() {
            continue;
        }
        for entry in fs::read_dir(&path).with_context(|| format!("list {folder}"))? {
            let entry = entry?;
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if path.ends_with(".schema.json") {
                found.push(path);
            }
        }
    }
    Ok(found)
}
