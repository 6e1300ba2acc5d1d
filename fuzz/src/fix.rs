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
            let stays = after.iter().any(|it| says_the_same(it, finding));
            assert!(!stays, "{finding:#?} is not mended by {}", mended.view());
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

/// Whether a finding says the same at the same place. Another one may come to light behind it: a text that is broken twice is told
/// once, where it breaks first.
fn says_the_same(it: &Diagnostic, finding: &Diagnostic) -> bool {
    (it.code, &it.pointer, it.span.start, &it.message)
        == (finding.code, &finding.pointer, finding.span.start, &finding.message)
}
