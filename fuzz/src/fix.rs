//! Any bytes, mended.

use relance_diagnostics::{Diagnostic, Edit, Safety, Source};
use relance_validator::{Checked, Options, fix as mend};

use crate::checked::checked;

/// A safe fix ends its finding; all of them together do no harm, leave valid documents alone, and leave nothing to do.
pub fn fix(bytes: &[u8]) {
    let source = Source::new("fuzzed.json", bytes);
    let before = checked(&source, Options::default().environment);
    if before.readable {
        each_alone(&source, &before);
    }
    together(&source, &before);
}

/// A safe fix, applied alone, ends its finding.
fn each_alone(source: &Source, before: &Checked) {
    for finding in &before.diagnostics {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safety == Safety::Safe) else {
            continue;
        };
        let mended = Source::new("fuzzed.json", Edit::apply_all(&fix.edits, source.bytes()));
        let after = checked(&mended, Options::default().environment).diagnostics;
        let same =
            |found: &[Diagnostic]| found.iter().filter(|it| says_the_same(it, finding)).count();
        // Behind a mended key stands its twin, of which only was said that it is one.
        let is_mended =
            same(&after) < same(&before.diagnostics) || after.len() < before.diagnostics.len();
        assert!(is_mended, "{finding:#?} is not mended by {}", mended.view());
    }
}

/// Whether a finding says the same. Its place does not tell: the next one moves to where the first was.
fn says_the_same(it: &Diagnostic, finding: &Diagnostic) -> bool {
    (it.code, &it.message) == (finding.code, &finding.message)
}

fn together(source: &Source, before: &Checked) {
    let (bytes, options) = (source.bytes(), Options::default());
    for down_to in [Safety::Safe, Safety::Unsafe] {
        let fixed = mend(source, &options, down_to);
        let after = checked(&fixed.source, options.environment);
        assert_eq!(
            Edit::apply_all(&fixed.edits, bytes),
            fixed.source.bytes(),
            "the edits make the text"
        );
        assert_eq!(after.diagnostics, fixed.checked.diagnostics, "what is left is told");
        if before.is_valid() && down_to == Safety::Safe {
            assert!(fixed.edits.is_empty(), "a valid document stays as it is");
        }
        if before.readable {
            let (was, is) = (before.weight(), after.weight());
            assert!(after.readable && is <= was, "{is:?} after {was:?}: {}", fixed.source.view());
        }
        let again = mend(&fixed.source, &options, down_to);
        assert!(again.edits.is_empty(), "{:?} was left to do", again.applied);
    }
}
