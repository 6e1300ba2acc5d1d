//! A finding about a marked text: `⟦` and `⟧` stand around what is wrong, and are not part of the text.

use relance_diagnostics::{
    Diagnostic, Language, Mask, Related, Severity, Source, Span, Text,
    render::{Report, Style, human},
};

pub(crate) struct Case {
    pub(crate) source: Source,
    pub(crate) mask: Mask,
    pub(crate) diagnostic: Diagnostic,
}

impl Case {
    pub(crate) fn new(marked: &str) -> Case {
        let (text, spans) = unmark(marked);
        let mut spans = spans.into_iter();
        let diagnostic = Diagnostic {
            code: "out-of-range",
            severity: Severity::Error,
            message: Text::fixed(
                "a call may take up to 60 seconds, not 90",
                "un appel peut durer 60 secondes, pas 90",
            ),
            label: Some(Text::fixed("above the maximum of 60", "au-dessus du maximum de 60")),
            pointer: "/data/parameters/timeout_seconds".to_owned(),
            block: None,
            span: spans.next().unwrap_or_default(),
            related: spans
                .map(|span| Related { span, message: Text::fixed("see here", "voir ici") })
                .collect(),
            help: vec![Text::fixed(
                "leave it empty for 10 seconds",
                "laissez-le vide pour 10 secondes",
            )],
            fix: None,
        };
        Case { source: Source::new("relance.json", text), mask: Mask::default(), diagnostic }
    }

    pub(crate) fn report(&self) -> Report<'_> {
        Report {
            source: &self.source,
            mask: &self.mask,
            diagnostics: std::slice::from_ref(&self.diagnostic),
            valid: false,
            runnable: false,
        }
    }

    pub(crate) fn human(&self) -> String {
        human(&self.report(), Language::English, Style::plain().width(80))
    }
}

/// The text without its marks, and the stretches that they enclosed.
pub(crate) fn unmark(marked: &str) -> (String, Vec<Span>) {
    let (mut text, mut open, mut spans) = (String::new(), Vec::new(), Vec::new());
    for character in marked.chars() {
        match character {
            '⟦' => open.push(text.len()),
            '⟧' => spans.extend(open.pop().map(|start| Span::new(start, text.len()))),
            _ => text.push(character),
        }
    }
    (text, spans)
}
