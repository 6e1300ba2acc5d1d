//! What holds for every file: a module says what it is, and no file knows the machine that it was written on.

use std::fs;

use relance_samples::repository;

use crate::at;

#[test]
fn every_module_begins_with_what_it_is() {
    for path in repository::files() {
        if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(at(path.to_str().unwrap())).unwrap();
            assert!(text.starts_with("//! "), "{} begins without `//!`", path.display());
        }
    }
}

#[test]
fn no_file_knows_a_machine() {
    // Taken apart, so that this file is not one of those.
    let folders = ["home", "root", "work", "tmp", "Users"].map(|name| format!("/{name}/"));
    let mut read = 0;
    for path in repository::files() {
        // Files of others are kept as they are; of those that are not text nothing is shown.
        if path.starts_with("fixtures/data") {
            continue;
        }
        let Ok(text) = fs::read_to_string(at(path.to_str().unwrap())) else { continue };
        read += 1;
        let found = folders.iter().find(|folder| text.contains(folder.as_str()));
        assert_eq!(found, None, "{}", path.display());
    }
    assert!(read > 300, "only {read} files were read");
}
