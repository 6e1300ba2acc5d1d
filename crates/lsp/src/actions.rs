//! What can be mended: the fix of each finding, and all safe ones at once.

use std::collections::BTreeMap;

use relance_diagnostics::{Diagnostic, Edit, Language, Safety, Span, Text};

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

/// All safe fixes of a document at once, if there is any. Of two that touch, the first is applied: the other is found again in
/// what becomes of the document.
pub fn fix_all(findings: &[Diagnostic], language: Language) -> Option<Action> {
    static TITLE: Text =
        Text::fixed("apply all safe fixes", "appliquer toutes les corrections sûres");
    // Those applied so far, by where they stand; no two of them touch.
    let mut applied: BTreeMap<Span, Edit> = BTreeMap::new();
    let safe = findings.iter().filter_map(|finding| finding.fix.as_ref());
    for fix in safe.filter(|fix| fix.safety == Safety::Safe) {
        let touches = |edit: &Edit| {
            let up_to = Span { start: edit.span.end, end: u32::MAX };
            let nearest = applied.range(..=up_to).next_back();
            nearest.is_some_and(|(span, _)| span.end >= edit.span.start)
        };
        if !fix.edits.iter().any(touches) {
            applied.extend(fix.edits.iter().map(|edit| (edit.span, edit.clone())));
        }
    }
    let edits: Vec<Edit> = applied.into_values().collect();
    let title = TITLE.to(language).to_owned();
    (!edits.is_empty()).then_some(Action { title, is_safe: true, mends: None, edits })
}
