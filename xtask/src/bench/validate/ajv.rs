//! ajv, in a process of Node.js that is told what to do line by line and answers with what it took.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use tempfile::TempDir;

/// The process, ended when this is dropped.
pub(super) struct Ajv {
    process: Child,
    told: ChildStdin,
    answers: BufReader<ChildStdout>,
    folder: TempDir,
}

impl Ajv {
    /// Starts it, with the schema of graphs compiled.
    pub(super) fn start(workspace: &Path) -> Result<Ajv> {
        let home = workspace.join("conformance/javascript");
        ensure!(
            home.join("node_modules/ajv").is_dir(),
            "it is not installed; `npm ci` in conformance/javascript does that"
        );
        let mut process = Command::new("node")
            .arg("bench.js")
            .arg(workspace.join("schemas/graph.schema.json"))
            .current_dir(home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("Node.js does not start")?;
        let told = process.stdin.take().context("no way in")?;
        let answers = BufReader::new(process.stdout.take().context("no way out")?);
        Ok(Ajv { process, told, answers, folder: tempfile::tempdir()? })
    }

    /// Hands it a document; it warms up on it.
    pub(super) fn take(&mut self, text: &str, valid: bool) -> Result<()> {
        let path = self.folder.path().join("graph.json");
        std::fs::write(&path, text)?;
        self.ask(&json!({ "take": path, "valid": valid }))?;
        Ok(())
    }

    /// Seconds for one time.
    pub(super) fn mean(&mut self, times: u32) -> Result<f64> {
        self.ask(&json!({ "times": times }))
    }

    fn ask(&mut self, question: &serde_json::Value) -> Result<f64> {
        writeln!(self.told, "{question}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        answer.trim().parse().context("ajv gave no time")
    }
}

impl Drop for Ajv {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
