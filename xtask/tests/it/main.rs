//! Tidy: promises about the repository that the compiler cannot keep.
#![expect(clippy::unwrap_used, reason = "a test that cannot read the repository should stop")]

mod actions;
mod architecture;
mod book;
mod catalogue;
mod files;
mod findings;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A file or folder of the repository.
fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The names in a folder of those that end so, without the ending.
fn names(folder: &str, ending: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(at(folder)).unwrap().map(|entry| entry.unwrap().file_name());
    entries.filter_map(|name| Some(name.to_str()?.strip_suffix(ending)?.to_owned())).collect()
}
