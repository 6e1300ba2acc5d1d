//! The files of the repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What is built or fetched, and belongs to no one.
const NOT_OURS: [&str; 6] =
    [".git", "target", "node_modules", ".venv", "__pycache__", "Cargo.lock"];

/// Every file, by its path from the root of the repository, in order.
pub fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).unwrap().map(Result::unwrap) {
            let name = entry.file_name();
            let path = folder.join(&name);
            if NOT_OURS.iter().any(|it| name == *it) {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
