//! Every finding has its page and its fixtures, and there are none that are no finding's. What stands in them is tried elsewhere:
//! the pages where they are generated, the fixtures beside the validator.

use std::{collections::BTreeSet, fs};

use relance_validator::Code;

use crate::{at, names};

/// The pages, in English and in French.
const FOLDERS: [&str; 2] = ["docs/diagnostics", "docs/fr/diagnostics"];

fn codes() -> BTreeSet<String> {
    Code::ALL.iter().map(|code| code.as_str().to_owned()).collect()
}

#[test]
fn every_finding_has_a_page_and_every_page_is_of_a_finding() {
    for folder in FOLDERS {
        assert_eq!(names(folder, ".md"), codes(), "{folder}");
    }
}

#[test]
fn every_page_is_headed_by_its_code_and_its_title() {
    for code in Code::ALL {
        let title = code.title();
        let headings = [format!("# {code}: {}", title.en), format!("# {code} : {}", title.fr)];
        for (folder, heading) in FOLDERS.iter().zip(headings) {
            let page = fs::read_to_string(at(&format!("{folder}/{code}.md"))).unwrap();
            assert_eq!(page.lines().next(), Some(heading.as_str()), "{folder}");
        }
    }
}

#[test]
fn every_finding_has_a_folder_of_fixtures_and_every_folder_is_of_a_finding() {
    assert_eq!(names("fixtures/findings", ""), codes());
}

#[test]
fn every_finding_is_shown_by_three_fixtures_at_least() {
    for code in codes() {
        let fixtures = fs::read_dir(at(&format!("fixtures/findings/{code}"))).unwrap().count();
        assert!(fixtures >= 3, "{code} has only {fixtures}");
    }
}

/// The one secret that fixtures and pages write out.
const TOKEN: &str = "sk_relance_fixture_0123456789";

#[test]
fn no_snapshot_shows_a_secret() {
    let mut snapshots = 0;
    for path in relance_samples::repository::files() {
        if path.extension().is_some_and(|it| it == "snap") {
            snapshots += 1;
            let text = fs::read_to_string(at(path.to_str().unwrap())).unwrap();
            assert!(!text.contains(TOKEN), "{}", path.display());
        }
    }
    assert!(snapshots > 50, "only {snapshots} snapshots were looked at");
}

#[test]
fn no_page_shows_a_secret_in_what_is_printed() {
    let mut written_out = 0;
    let pages = FOLDERS.iter().flat_map(|folder| codes().into_iter().map(move |it| (folder, it)));
    for (folder, code) in pages {
        let page = fs::read_to_string(at(&format!("{folder}/{code}.md"))).unwrap();
        written_out += page.matches(TOKEN).count();
        for printed in page.split("```text\n").skip(1) {
            let printed = printed.split("```").next().unwrap_or_default();
            assert!(!printed.contains(TOKEN), "{folder}/{code}");
        }
    }
    assert!(written_out > 0, "no page tries it");
}
