//! What is said about each fixture, word for word; and that each shows what its folder promises.

use std::fmt::Write as _;

use relance_diagnostics::{Safety, Severity, Source};
use relance_validator::{Code, Options, check};

use crate::fixture::{Fixture, folders, shown};

#[test]
fn every_fixture_is_told_in_these_words() {
    insta::glob!("../../../../fixtures", "{findings,ok}/*", |folder| {
        let mut told = String::new();
        for fixture in Fixture::all_in(folder) {
            writeln!(told, "{}", fixture.name).unwrap();
            let checked = fixture.check();
            told.extend(checked.diagnostics.iter().map(|it| shown(&fixture.source, it)));
        }
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(told);
        });
    });
}

#[test]
fn every_fixture_raises_the_code_of_its_folder() {
    for folder in folders("findings") {
        let code = folder.file_name().unwrap().to_str().unwrap();
        for fixture in Fixture::all_in(&folder) {
            let checked = fixture.check();
            let raised = checked.diagnostics.iter().any(|it| it.code == code);
            assert!(raised, "{code}/{} does not raise its code", fixture.name);
            let refused = checked.diagnostics.iter().any(|it| it.severity == Severity::Error);
            assert_eq!(refused, checked.plan.is_none(), "{code}/{}", fixture.name);
        }
    }
}

#[test]
fn every_code_has_at_least_three_fixtures_and_every_folder_is_a_code() {
    let mut codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    codes.sort_unstable();
    let folders = folders("findings");
    let names: Vec<&str> =
        folders.iter().map(|it| it.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, codes);
    for folder in &folders {
        assert!(Fixture::all_in(folder).len() >= 3, "{}", folder.display());
    }
}

#[test]
fn every_ok_fixture_is_valid() {
    for folder in folders("ok") {
        for fixture in Fixture::all_in(&folder) {
            let checked = fixture.check();
            assert!(checked.is_valid(), "{}: {:#?}", fixture.name, checked.diagnostics);
        }
    }
}

#[test]
fn a_safe_fix_mends_its_finding_and_breaks_nothing() {
    let mut mended = 0;
    for folder in folders("findings") {
        for fixture in Fixture::all_in(&folder) {
            let before = fixture.check().diagnostics;
            for finding in &before {
                let Some(fix) = finding.fix.as_ref().filter(|it| it.safety == Safety::Safe) else {
                    continue;
                };
                let mut text = fixture.source.view().to_owned();
                for edit in fix.edits.iter().rev() {
                    text.replace_range(edit.span.range(), &edit.text);
                }
                let after = check(&Source::new("fixed.json", text.as_bytes()), &Options::default());
                let count = |code: &str, found: &[relance_diagnostics::Diagnostic]| {
                    found
                        .iter()
                        .filter(|it| it.code == code && it.pointer == finding.pointer)
                        .count()
                };
                let (was, is) =
                    (count(finding.code, &before), count(finding.code, &after.diagnostics));
                assert!(is < was, "{}/{} is not mended by {text}", finding.code, fixture.name);
                mended += 1;
            }
        }
    }
    assert!(mended > 20, "only {mended} safe fixes were tried");
}
