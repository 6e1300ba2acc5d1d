//! Which configuration a document belongs to: that of the innermost workspace folder around it.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use lsp_types::{InitializeParams, Uri, WorkspaceFoldersChangeEvent};
use relance_diagnostics::Text;
use relance_model::Environment;
use relance_validator::Options;
use url::Url;

use super::{Host, Settings, Wishes};

pub(super) struct Folders {
    roots: Vec<PathBuf>,
    wishes: Wishes,
    known: HashMap<PathBuf, Arc<Settings>>,
}

impl Folders {
    pub(super) fn new(params: &InitializeParams, wishes: Wishes) -> Folders {
        let folders = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
        let mut roots: Vec<PathBuf> = folders.filter_map(path_of).collect();
        if roots.is_empty() {
            #[expect(deprecated, reason = "what clients said before there were several folders")]
            roots.extend(params.root_uri.as_ref().and_then(path_of));
        }
        Folders { roots, wishes, known: HashMap::new() }
    }

    pub(super) fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    pub(super) fn wishes(&self) -> &Wishes {
        &self.wishes
    }

    pub(super) fn change(&mut self, event: &WorkspaceFoldersChangeEvent) {
        let removed: Vec<PathBuf> =
            event.removed.iter().filter_map(|folder| path_of(&folder.uri)).collect();
        self.roots.retain(|root| !removed.contains(root));
        self.roots.extend(event.added.iter().filter_map(|folder| path_of(&folder.uri)));
        self.forget();
    }

    /// Reads every configuration again.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    /// How a document is checked, and what is wrong with its configuration when that is new.
    pub(super) fn settings(&mut self, uri: &Uri, host: &dyn Host) -> (Arc<Settings>, Option<Text>) {
        let folder = self.folder(uri);
        if let Some(known) = self.known.get(&folder) {
            return (Arc::clone(known), None);
        }
        let (settings, problem) = match host.settings(&folder, &self.wishes) {
            Ok(settings) => (settings, None),
            Err(problem) => (self.without_configuration(), Some(problem)),
        };
        let settings = Arc::new(settings);
        self.known.insert(folder, Arc::clone(&settings));
        (settings, problem)
    }

    /// The innermost folder around a document; outside of all the first, and without any the one that the server runs in.
    fn folder(&self, uri: &Uri) -> PathBuf {
        let path = path_of(uri).unwrap_or_default();
        let around = self.roots.iter().filter(|root| path.starts_with(root));
        let innermost = around.max_by_key(|root| root.components().count());
        innermost.or(self.roots.first()).cloned().unwrap_or_else(|| Path::new(".").to_owned())
    }

    fn without_configuration(&self) -> Settings {
        let environment = self.wishes.environment.unwrap_or(Environment::Production);
        let options = Options { environment, ..Options::default() };
        Settings { options, ..Settings::default() }
    }
}

pub(super) fn path_of(uri: &Uri) -> Option<PathBuf> {
    Url::parse(uri.as_str()).ok()?.to_file_path().ok()
}
