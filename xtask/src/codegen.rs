//! Files that are drawn from the model: written, or compared with what stands on the disk.

mod action_docs;
mod book;
mod diagnostic_docs;
mod names;
mod page;
mod reliability;
mod schemas;
mod twins;

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context as _;
use similar::TextDiff;

/// The files as they should be, by their path from the root of the workspace.
type Files = BTreeMap<String, String>;

/// Writes every generated file or, with `check`, prints what would change.
pub(crate) fn run(workspace: &Path, check: bool) -> anyhow::Result<ExitCode> {
    let changes = changes(workspace)?;
    let mut out = std::io::stdout().lock();
    if check && !changes.is_empty() {
        out.write_all(report(&changes).as_bytes())?;
        return Ok(ExitCode::FAILURE);
    }
    for change in &changes {
        change.make(workspace)?;
        writeln!(out, "{}", change.path)?;
    }
    if !check {
        commands_in_pages(workspace)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Has the test of the command line renew what the commands in pages print: it alone has the program at hand.
fn commands_in_pages(workspace: &Path) -> anyhow::Result<()> {
    let status = Command::new(env!("CARGO"))
        .args(["test", "--quiet", "--package", "relance-cli", "--test", "it", "commands_in_pages"])
        .env("RELANCE_PAGES", "write")
        .current_dir(workspace)
        .stdout(Stdio::null())
        .status()
        .context("run cargo")?;
    anyhow::ensure!(status.success(), "the commands in the pages could not be run");
    Ok(())
}

/// A file that is not as it should be.
struct Change {
    /// Its path, from the root of the workspace.
    path: String,
    /// What it holds. Empty when there is no file.
    before: String,
    /// What it should hold; nothing when no file should be there.
    after: Option<String>,
}

impl Change {
    fn make(&self, workspace: &Path) -> anyhow::Result<()> {
        let path = workspace.join(&self.path);
        let Some(after) = &self.after else {
            return fs::remove_file(&path).with_context(|| format!("delete {}", self.path));
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("make the folder of {}", self.path))?;
        }
        fs::write(&path, after).with_context(|| format!("write {}", self.path))
    }
}

/// What differs between the disk and the model.
fn changes(workspace: &Path) -> anyhow::Result<Vec<Change>> {
    let mut files = schemas::files();
    let obsolete =
        schemas::on_disk(workspace)?.into_iter().filter(|path| !files.contains_key(path));
    let mut changes = Vec::new();
    for path in obsolete.collect::<Vec<String>>() {
        let before = read(workspace, &path)?;
        changes.push(Change { path, before, after: None });
    }
    files.extend(action_docs::files(workspace)?);
    files.extend(diagnostic_docs::files(workspace)?);
    files.extend(book::files(workspace)?);
    files.extend(names::files(workspace)?);
    files.extend(reliability::files(workspace)?);
    files.extend(twins::files(workspace, &files)?);
    for (path, after) in files {
        let before = read(workspace, &path)?;
        if before != after {
            changes.push(Change { path, before, after: Some(after) });
        }
    }
    Ok(changes)
}

/// The text of a file, empty when there is none.
fn read(workspace: &Path, path: &str) -> anyhow::Result<String> {
    match fs::read_to_string(workspace.join(path)) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("read {path}")),
    }
}

/// The differences, and the command that removes them.
fn report(changes: &[Change]) -> String {
    let diffs = changes.iter().map(|change| {
        let after = change.after.as_deref().unwrap_or_default();
        let diff = TextDiff::from_lines(change.before.as_str(), after);
        diff.unified_diff()
            .header(&format!("{} (on the disk)", change.path), "as the model tells it")
            .to_string()
    });
    let diffs: String = diffs.collect();
    format!("{diffs}\nGenerated files are not up to date. Run: cargo xtask codegen\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_files_are_up_to_date() {
        let changes = changes(&crate::workspace()).unwrap();
        assert!(changes.is_empty(), "{}", report(&changes));
    }
}
