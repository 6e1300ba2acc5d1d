//! A folder to work in, the program, and what it said.

use std::{
    fmt, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use regex::Regex;
use tempfile::TempDir;

/// A folder of its own, in which commands are given.
pub(crate) struct Bench {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command said, and how it ended.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
    folder: PathBuf,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        Bench { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// A folder that holds this configuration.
    pub(crate) fn configured(config: &str) -> Bench {
        Bench::new().file("relance.toml", config)
    }

    /// The same, with a variable in the environment of its commands.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Bench {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, with a file in it.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Bench {
        if let Some(folder) = Path::new(name).parent() {
            fs::create_dir_all(self.folder.path().join(folder)).unwrap();
        }
        fs::write(self.path(name), content).unwrap();
        self
    }

    /// The same, with one of the test files in it, whose `PORT` becomes a port.
    pub(crate) fn graph(self, name: &str, port: u16) -> Bench {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/files").join(name);
        let graph = fs::read_to_string(path).unwrap().replace("PORT", &port.to_string());
        self.file(name, graph)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Gives a command, and hears it out.
    pub(crate) fn relance(&self, args: &str) -> Said {
        self.relance_with(args, "")
    }

    /// Gives a command with something on its standard input.
    pub(crate) fn relance_with(&self, args: &str, input: &str) -> Said {
        let mut child = self.start(args);
        // A command that does not read its input has no need to.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        self.said(child.wait_with_output().unwrap())
    }

    /// Gives a command, and leaves it alone.
    pub(crate) fn start(&self, args: &str) -> Child {
        self.command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// A command with an environment that is the same everywhere.
    pub(crate) fn command(&self, args: &str) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_relance").as_ref(), args)
    }

    pub(crate) fn command_of(&self, program: &Path, args: &str) -> Command {
        let mut command = Command::new(program);
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        command
            .args(args.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .envs([("LANG", "C.UTF-8"), ("TZ", "Europe/Paris"), ("USER", "nadia")])
            .envs(variables);
        command
    }

    pub(crate) fn said(&self, output: Output) -> Said {
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            folder: self.folder.path().to_owned(),
        }
    }
}

impl fmt::Display for Said {
    /// Everything that was said, without what differs from day to day.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.to_string_lossy();
        let mask = |text: &str| masked(&text.replace(&*folder, "FOLDER"));
        writeln!(f, "exit code {}", self.code.unwrap_or(-1))?;
        for (name, text) in [("output", &self.out), ("messages", &self.err)] {
            if !text.is_empty() {
                write!(f, "--- {name}\n{}", mask(text))?;
            }
        }
        Ok(())
    }
}

/// A text without what differs from day to day.
pub(crate) fn masked(text: &str) -> String {
    let masks = [
        (r"\d{8}T\d{6}-[0-9a-f]{12}", "RUN"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", "TIME"),
        (r"\d\d/\d\d/\d{4}", "DATE"),
        (r"at \d\d:\d\d:\d\d", "at TIME"),
        (r"\b(in|en|dans) \d+([.,]\d)? (ms|s)\b", "$1 SPAN"),
        (r"\b[ct]-[0-9a-f]{16}\b", "ID"),
        (r#""id":"[0-9a-f]{12}""#, r#""id":"ID""#),
        (r"\b[0-9a-f]{32,64}\b", "HASH"),
        (r"\([0-9a-f]{12}\)", "(HASH)"),
        (r"\b(process|processus) \d+", "$1 PID"),
        (r"until \d\d:\d\d:\d\d", "until TIME"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r#""content-length":"\d+","date":"[^"]+""#, r#""content-length":"…","date":"…""#),
    ];
    masks.iter().fold(text.to_owned(), |text, (pattern, mask)| {
        Regex::new(pattern).unwrap().replace_all(&text, *mask).into_owned()
    })
}
