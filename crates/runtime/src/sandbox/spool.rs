//! What the sandbox received, on disk: one JSON object a line.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::SandboxError;

/// A request that the sandbox received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Its method.
    pub method: String,
    /// Where it was meant to go.
    pub url: String,
    /// Its headers, names in lower case, credentials masked.
    pub headers: Vec<(String, String)>,
    /// Its body, as text.
    pub body: String,
    /// Its `Idempotency-Key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
}

#[derive(Debug)]
pub(super) struct Spool {
    folder: PathBuf,
    path: PathBuf,
    file: Mutex<File>,
}

const FILE_NAME: &str = "received.jsonl";

impl Spool {
    pub(super) fn open(folder: Option<PathBuf>) -> Result<Spool, SandboxError> {
        let folder = match folder {
            Some(folder) => {
                fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
                folder
            }
            None => tempfile::Builder::new()
                .prefix("relance-sandbox-")
                .tempdir()
                .map_err(|error| failed(&std::env::temp_dir(), error))?
                .keep(),
        };
        let path = folder.join(FILE_NAME);
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|error| failed(&path, error))?;
        Ok(Spool { folder, path, file: Mutex::new(file) })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps a request, before it is answered. One short write: it holds its connection up, and no other.
    pub(super) fn keep(&self, received: &Received) -> io::Result<()> {
        let mut line = serde_json::to_vec(received)?;
        line.push(b'\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)
    }

    pub(super) fn read(&self) -> Result<Vec<Received>, SandboxError> {
        let text = fs::read_to_string(&self.path).map_err(|error| failed(&self.path, error))?;
        let lines = text.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().map_err(|error| failed(&self.path, error.into()))
    }
}

fn failed(path: &Path, error: io::Error) -> SandboxError {
    SandboxError::Folder { path: path.to_owned(), error }
}
