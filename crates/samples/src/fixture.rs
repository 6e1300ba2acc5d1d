//! The documents under `fixtures/`.
//!
//! A file that ends with `.grown` is written short: `«text»×1000` in it stands for that text a thousand times, and `‹E9›` for that
//! byte.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folder of all fixtures.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// What stands in a folder of fixtures, by name.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// A document of the fixtures.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// The name of its folder and of its file, without the ending: `out-of-range/timeout_zero`.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Fixture {
    /// Reads one.
    pub fn read(path: &Path) -> Fixture {
        let mut bytes = fs::read(path).unwrap();
        if path.extension().is_some_and(|it| it == "grown") {
            bytes = written_out(&String::from_utf8(bytes).unwrap());
        }
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        let file = path.file_stem().unwrap_or_default();
        Fixture { name: format!("{}/{}", folder.display(), file.display()), bytes }
    }

    /// The documents of a folder, by name.
    pub fn all_in(folder: &Path) -> Vec<Fixture> {
        entries(folder).iter().map(|path| Fixture::read(path)).collect()
    }

    /// The documents of `fixtures/ok` or `fixtures/findings`.
    pub fn all(kind: &str) -> Vec<Fixture> {
        entries(&folder().join(kind)).iter().flat_map(|folder| Fixture::all_in(folder)).collect()
    }
}

/// Writes out every `«text»×1000` and every `‹E9›`, which stands for one byte.
pub fn written_out(short: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = short;
    while let Some((before, from)) = rest.split_once(['«', '‹']) {
        bytes.extend_from_slice(before.as_bytes());
        if rest.get(before.len()..).is_some_and(|it| it.starts_with('«')) {
            let (repeated, from) = from.split_once("»×").unwrap();
            let digits = from.find(|it: char| !it.is_ascii_digit()).unwrap_or(from.len());
            let (times, after) = from.split_at(digits);
            bytes.extend(repeated.repeat(times.parse().unwrap()).into_bytes());
            rest = after;
        } else {
            let (byte, after) = from.split_once('›').unwrap();
            bytes.push(u8::from_str_radix(byte, 16).unwrap());
            rest = after;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}
