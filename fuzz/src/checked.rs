//! What holds for every check, whatever the document.

use relance_diagnostics::{
    Diagnostic, Language, Severity, Source, Span,
    render::{Report, Style, concise, human, json},
};
use relance_validator::{Checked, Environment, Options, check_and_plan};

/// Checks a document in one environment, and that what was found about it can be relied upon.
pub(crate) fn checked(source: &Source, environment: Environment) -> Checked {
    let options = Options { environment, ..Options::default() };
    let (checked, plan) = check_and_plan(source, &options);
    let errors = checked.diagnostics.iter().filter(|it| it.severity == Severity::Error).count();
    assert_eq!(checked.is_valid(), errors == 0, "a verdict stands for the absence of errors");
    assert_eq!(plan.is_some(), errors == 0, "so does a plan");
    for finding in &checked.diagnostics {
        is_sound(source, finding);
    }
    for span in checked.mask.spans() {
        lies_in(source, *span);
    }
    checked
}

/// Every place that a finding names is one of the text.
fn is_sound(source: &Source, finding: &Diagnostic) {
    lies_in(source, finding.span);
    for related in &finding.related {
        lies_in(source, related.span);
    }
    let mut end = 0;
    for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
        lies_in(source, edit.span);
        assert!(end <= edit.span.start, "edits overlap: {finding:?}");
        end = edit.span.end;
    }
    assert!(finding.pointer.is_empty() || finding.pointer.starts_with('/'), "{finding:?}");
    for text in std::iter::once(&finding.message).chain(&finding.help) {
        assert!(!text.en.is_empty() && !text.fr.is_empty(), "{finding:?}");
    }
}

fn lies_in(source: &Source, span: Span) {
    assert!(source.view().get(span.range()).is_some(), "{span:?} is no stretch of the text");
}

/// Shows what was found in every way that there is.
pub(crate) fn shown(source: &Source, checked: &Checked) {
    let report = Report {
        source,
        mask: &checked.mask,
        diagnostics: &checked.diagnostics,
        valid: checked.is_valid(),
        runnable: checked.is_runnable(),
    };
    for language in [Language::English, Language::French] {
        let text = human(&report, language, Style::plain());
        let lines = concise(&report, language);
        assert_eq!(lines.lines().count(), checked.diagnostics.len(), "a finding is one line");
        for shown in [text, lines] {
            let command = shown.chars().find(|it| it.is_control() && *it != '\n');
            assert_eq!(command, None, "no text of a document is a command to a terminal");
        }
        serde_json::to_string(&json([report], language)).expect("findings are JSON");
    }
}
