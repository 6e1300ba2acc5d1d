//! Another side, in a process of its own that is told what to do line by line and answers with what it took: ajv in Node.js, and
//! `serde_json` in this program, started once more.

use std::{
    fs,
    hint::black_box,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::TempDir;

use super::mean;

/// The process, ended when this is dropped.
pub(super) struct Peer {
    process: Child,
    told: ChildStdin,
    answers: BufReader<ChildStdout>,
    folder: TempDir,
}

/// What it is told: a document to take, or to do its work so many times.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Question {
    Take { take: PathBuf, valid: bool },
    Work { times: u32 },
}

/// How often the work is done on a new document before anything counts.
const WARM_UP: u32 = 40;

impl Peer {
    /// ajv, with the schema of graphs compiled.
    pub(super) fn ajv(workspace: &Path) -> Result<Peer> {
        let home = workspace.join("conformance/javascript");
        ensure!(
            home.join("node_modules/ajv").is_dir(),
            "it is not installed; `npm ci` in conformance/javascript does that"
        );
        let schema = workspace.join("schemas/graph.schema.json");
        let mut node = Command::new("node");
        node.arg("bench.js").arg(schema).current_dir(home);
        Peer::start(&mut node).context("Node.js does not start")
    }

    /// `serde_json`, which makes its generic tree and judges nothing.
    pub(super) fn serde_json() -> Result<Peer> {
        Peer::start(Command::new(std::env::current_exe()?).arg("bench-serde-json"))
    }

    fn start(command: &mut Command) -> Result<Peer> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let told = process.stdin.take().context("no way in")?;
        let answers = BufReader::new(process.stdout.take().context("no way out")?);
        Ok(Peer { process, told, answers, folder: tempfile::tempdir()? })
    }

    /// Hands it a document; it warms up on it.
    pub(super) fn take(&mut self, text: &str, valid: bool) -> Result<()> {
        let take = self.folder.path().join("graph.json");
        fs::write(&take, text)?;
        self.ask(&Question::Take { take, valid })?;
        Ok(())
    }

    /// Seconds for one time.
    pub(super) fn mean(&mut self, times: u32) -> Result<f64> {
        self.ask(&Question::Work { times })
    }

    fn ask(&mut self, question: &Question) -> Result<f64> {
        writeln!(self.told, "{}", serde_json::to_string(question)?)?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        answer.trim().parse().context("it gave no time")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Answers as `serde_json`, until nothing is asked any more.
#[expect(clippy::print_stdout, reason = "its parent reads the times")]
pub(crate) fn serde_json() -> Result<()> {
    let mut text = Vec::new();
    for line in std::io::stdin().lines() {
        let times = match serde_json::from_str(&line?)? {
            Question::Take { take, valid: _ } => {
                text = fs::read(take)?;
                WARM_UP
            }
            Question::Work { times } => times,
        };
        let parse = || {
            let value: Value = serde_json::from_slice(black_box(&text)).context("it is no JSON")?;
            drop(black_box(value));
            Ok(())
        };
        println!("{}", mean(times, parse)?);
    }
    Ok(())
}
