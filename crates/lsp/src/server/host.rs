//! What the server asks of whoever starts it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use relance_diagnostics::{Language, Text};
use relance_model::Environment;
use relance_validator::Options;

/// What the server asks of whoever starts it: this crate reads no file.
pub trait Host: Send + Sync {
    /// How documents under a folder are checked: by its `relance.toml` where there is one, or by the file that was wished for.
    fn settings(&self, folder: &Path, wishes: &Wishes) -> Result<Settings, Text>;

    /// The page of a finding, as Markdown.
    fn page(&self, code: &str, language: Language) -> Option<&'static str>;

    /// The language that was asked for, if one was.
    fn asked_language(&self) -> Option<Language>;

    /// The language of the machine, for clients that name none.
    fn usual_language(&self) -> Language;
}

/// What the client wants otherwise than the configuration says: its `initializationOptions`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wishes {
    /// The environment to check for.
    pub environment: Option<Environment>,
    /// Another file than `relance.toml`, from the folder.
    pub config: Option<PathBuf>,
}

/// How documents are checked.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Environment, levels, what may be called.
    pub options: Options,
    /// The names of the configured secrets.
    pub secrets: Vec<String>,
    /// Blocks whose text is configured, by the name of their graph.
    pub texts: BTreeMap<String, BTreeSet<String>>,
}
