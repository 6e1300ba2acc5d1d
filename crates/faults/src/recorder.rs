//! The library that stands before the system's own, and processes that are started with it.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A built library.
#[derive(Debug)]
pub struct Recorder {
    /// It lies here as long as this does.
    folder: TempDir,
}

/// At which operation a process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kill {
    /// Before, within or after it.
    pub moment: Moment,
    /// Which operation; they count from 1.
    pub operation: usize,
}

/// Where in an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Nothing of it was done.
    Before,
    /// Half of a write was done, in whole sectors; nothing of any other operation.
    Within,
    /// All of it was done, and the process does not know yet.
    After,
}

impl Moment {
    /// All of them.
    pub const ALL: [Moment; 3] = [Moment::Before, Moment::Within, Moment::After];
}

impl fmt::Display for Kill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.moment {
            Moment::Before => "before",
            Moment::Within => "within",
            Moment::After => "after",
        };
        write!(f, "{word} {}", self.operation)
    }
}

impl Recorder {
    /// Builds the library with the C compiler that SQLite was built with.
    pub fn build() -> Recorder {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("recorder.c");
        fs::write(&source, include_str!("recorder.c")).unwrap();
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-Wno-nonnull-compare", "-o"])
            .arg(folder.path().join("recorder.so"))
            .arg(&source)
            .arg("-lpthread")
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        Recorder { folder }
    }

    /// Lets a process that is about to be started write down what it does to the files of that folder, in that log outside it.
    pub fn record(&self, command: &mut Command, folder: &Path, log: &Path) {
        command
            .env("LD_PRELOAD", self.folder.path().join("recorder.so"))
            .env("RELANCE_FAULTS_FOLDER", real(folder))
            .env("RELANCE_FAULTS_LOG", log);
    }

    /// Has a process that is about to be started killed at an operation on the files of that folder.
    pub fn kill(&self, command: &mut Command, folder: &Path, kill: Kill) {
        command
            .env("LD_PRELOAD", self.folder.path().join("recorder.so"))
            .env("RELANCE_FAULTS_FOLDER", real(folder))
            .env("RELANCE_FAULTS_KILL", kill.to_string());
    }
}

fn real(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap()
}
