//! Each code keeps what its cure promises, on the fixtures of its folder.

use std::collections::BTreeMap;

use relance_diagnostics::{Safety, Severity, Source};
use relance_samples::fixture::Fixture;
use relance_validator::{Code, Cure, Options, check};

/// The safeties of the fixes that fixtures raise, by code.
fn raised() -> BTreeMap<&'static str, Vec<Safety>> {
    let mut raised: BTreeMap<&str, Vec<Safety>> = BTreeMap::new();
    for fixture in Fixture::all("findings") {
        let source = Source::new("fixture.json", fixture.bytes);
        for finding in check(&source, &Options::default()).diagnostics {
            raised.entry(finding.code).or_default().extend(finding.fix.map(|fix| fix.safety));
        }
    }
    raised
}

#[test]
fn a_code_has_the_fixes_that_it_promises() {
    let raised = raised();
    let keeps = |code: &Code| {
        let fixes = &raised[code.as_str()];
        let [safe, guesses] = [Safety::Safe, Safety::Unsafe].map(|safety| fixes.contains(&safety));
        match code.cure() {
            Cure::Fix { safety: Some(Safety::Safe) } => safe && !guesses,
            Cure::Fix { safety: Some(Safety::Unsafe) } => guesses && !safe,
            Cure::Fix { safety: None } => safe && guesses,
            Cure::None(_) => !safe && !guesses,
        }
    };
    let broken: Vec<&str> =
        Code::ALL.iter().filter(|code| !keeps(code)).map(|code| code.as_str()).collect();
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn a_reason_is_told_in_both_languages() {
    for code in Code::ALL {
        if let Cure::None(why) = code.cure() {
            assert!(!why.en.is_empty() && !why.fr.is_empty() && why.en != why.fr, "{code}");
        }
    }
}

#[test]
fn no_warning_has_a_safe_fix() {
    for code in Code::ALL.iter().filter(|code| code.severity() == Severity::Warning) {
        assert!(
            matches!(code.cure(), Cure::None(_) | Cure::Fix { safety: Some(Safety::Unsafe) }),
            "{code}"
        );
    }
}
