//! Any document, mended by the safe fixes of its findings.

use relance_diagnostics::{Diagnostic, Fix, Safety, Source};
use relance_model::document::{self, MistakeKind};
use relance_validator::Environment;

use crate::checked::checked;

/// A safe fix, applied alone, ends its finding. Where a text is not even JSON only the edits are looked at: what follows a broken
/// place comes to light once it is mended.
pub fn fix(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = Source::new("fuzzed.json", text);
    let before = checked(&source, Environment::Production).diagnostics;
    let read = document::read(bytes);
    let readable = read.mistakes.iter().all(|it| !matches!(it.kind, MistakeKind::Syntax(_)));
    for finding in &before {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safety == Safety::Safe) else {
            continue;
        };
        let mended = Source::new("fuzzed.json", applied(text, fix));
        let after = checked(&mended, Environment::Production).diagnostics;
        if readable && read.document.is_some() {
            assert!(
                count(&after, finding) < count(&before, finding),
                "{finding:#?} is not mended by {}",
                mended.view()
            );
        }
    }
}

fn applied(text: &str, fix: &Fix) -> String {
    let mut text = text.to_owned();
    for edit in fix.edits.iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

/// How many findings say the same about the same value.
fn count(found: &[Diagnostic], finding: &Diagnostic) -> usize {
    let same = |it: &&Diagnostic| it.code == finding.code && it.pointer == finding.pointer;
    found.iter().filter(same).count()
}
