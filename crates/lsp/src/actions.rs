//! What can be mended: the fix of each finding, and all safe ones at once.

use relance_diagnostics::{Diagnostic, Edit, Language, Safety, Source, Span, Text};
use relance_validator::{Options, fix};

/// Something that mends the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What it does.
    pub title: String,
    /// Whether it surely means what the author meant.
    pub is_safe: bool,
    /// The finding that it mends, by its place among those of the document; none: many of them.
    pub mends: Option<usize>,
    /// The changes, in the order of the text.
    pub edits: Vec<Edit>,
}

/// The fixes of the findings that touch a stretch of the text.
pub fn quick_fixes(findings: &[Diagnostic], span: Span, language: Language) -> Vec<Action> {
    let touches = |it: Span| it.start <= span.end && span.start <= it.end;
    let touched = findings.iter().enumerate().filter(|(_, it)| touches(it.span));
    touched
        .filter_map(|(place, finding)| {
            let fix = finding.fix.as_ref()?;
            Some(Action {
                title: fix.title.to(language).to_owned(),
                is_safe: fix.safety == Safety::Safe,
                mends: Some(place),
                edits: fix.edits.clone(),
            })
        })
        .collect()
}

/// All that is sure to mend a document, round after round, if there is any of it.
pub fn fix_all(
    text: &str,
    findings: &[Diagnostic],
    options: &Options,
    language: Language,
) -> Option<Action> {
    static TITLE: Text =
        Text::fixed("apply all safe fixes", "appliquer toutes les corrections sûres");
    let is_safe = |it: &Diagnostic| it.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
    if !findings.iter().any(is_safe) {
        return None;
    }
    let edits = fix(&Source::new("", text), options, Safety::Safe).edits;
    let title = TITLE.to(language).to_owned();
    (!edits.is_empty()).then_some(Action { title, is_safe: true, mends: None, edits })
}
