//! The name of an action is the table of its contents: every part of it is found by it.

use std::{collections::BTreeSet, fs};

use relance_model::ActionKind;

use crate::{at, names};

fn kinds() -> BTreeSet<String> {
    ActionKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect()
}

#[test]
fn every_action_has_a_file_in_each_layer() {
    for layer in ["model", "validator", "runtime"] {
        let files = names(&format!("crates/{layer}/src/action"), ".rs");
        let missing: Vec<_> = kinds().difference(&files).cloned().collect();
        assert!(missing.is_empty(), "without a file in {layer}: {missing:?}");
    }
}

#[test]
fn every_action_has_a_schema_a_page_and_right_documents_and_none_is_left_over() {
    let kinds = kinds();
    for folder in ["schemas/actions", "schemas/draft-07/actions", "schemas/development/actions"] {
        assert_eq!(names(folder, ".schema.json"), kinds, "{folder}");
    }
    assert_eq!(names("docs/actions", ".md"), kinds);
    for kind in kinds {
        let fixtures = names(&format!("fixtures/ok/{kind}"), ".json");
        assert!(!fixtures.is_empty(), "no right document of {kind}");
    }
}

#[test]
fn no_action_knows_another() {
    for layer in ["model", "validator", "runtime"] {
        for kind in kinds() {
            let file = at(&format!("crates/{layer}/src/action/{kind}.rs"));
            let text = fs::read_to_string(&file).unwrap();
            for other in kinds().into_iter().filter(|other| *other != kind) {
                let imports = [format!("super::{other}"), format!("action::{other}")];
                let found = imports.iter().find(|path| text.contains(path.as_str()));
                assert_eq!(found, None, "{}", file.display());
            }
        }
    }
}
