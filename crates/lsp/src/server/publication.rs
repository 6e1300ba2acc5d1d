//! What was found, as the client is told: written straight from the findings, as a thousand of them are told with each keystroke.

use lsp_types::{
    DiagnosticRelatedInformation, DiagnosticSeverity, Location, Range, Uri,
    notification::{Notification as _, PublishDiagnostics},
};
use relance_diagnostics::{Diagnostic, Language, Severity, Span, Text, render::sentence};
use serde::Serialize;

use super::payload::{self, Payload};

/// Findings beyond these are counted and not shown: nobody reads them, and an editor would choke on them.
const MOST_FINDINGS: usize = 1_000;

/// Related places beyond these are left out.
const MOST_RELATED: usize = 50;

/// The message that tells of everything that was found in a document, or of the first of it and how much more there is; `range`
/// says where a span stands.
pub(super) fn publication(
    findings: &[Diagnostic],
    range: &dyn Fn(Span) -> Range,
    uri: &Uri,
    version: i32,
    language: Language,
) -> Result<Payload, serde_json::Error> {
    let shown = findings.iter().take(MOST_FINDINGS);
    let mut diagnostics: Vec<_> = shown.map(|it| finding(it, range, uri, language)).collect();
    let more = findings.len().saturating_sub(MOST_FINDINGS);
    if more > 0 {
        diagnostics.push(rest(more, language));
    }
    let params = Publication { uri, version, diagnostics };
    payload::notification(PublishDiagnostics::METHOD, params)
}

/// One finding.
pub(super) fn finding<'f>(
    finding: &'f Diagnostic,
    range: &dyn Fn(Span) -> Range,
    uri: &Uri,
    language: Language,
) -> Shown<'f> {
    let severity = match finding.severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
    };
    let related = finding.related.iter().take(MOST_RELATED);
    let related = related.map(|it| DiagnosticRelatedInformation {
        location: Location { uri: uri.clone(), range: range(it.span) },
        message: it.message.to(language).to_owned(),
    });
    Shown {
        range: range(finding.span),
        severity,
        code: Some(finding.code),
        source: SOURCE,
        message: sentence(finding, language),
        related_information: related.collect(),
        data: Some(Data { pointer: &finding.pointer }),
    }
}

/// How many findings are not shown.
fn rest(more: usize, language: Language) -> Shown<'static> {
    let message = Text::new(
        format!("{more} more findings are not shown here: `relance validate` tells all"),
        format!(
            "{more} autres constats ne sont pas montrés ici : `relance validate` les donne tous"
        ),
    );
    Shown {
        range: Range::default(),
        severity: DiagnosticSeverity::INFORMATION,
        code: None,
        source: SOURCE,
        message: message.to(language).to_owned(),
        related_information: Vec::new(),
        data: None,
    }
}

const SOURCE: &str = "relance";

#[derive(Serialize)]
struct Publication<'f> {
    uri: &'f Uri,
    version: i32,
    diagnostics: Vec<Shown<'f>>,
}

/// A finding as the protocol writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown<'f> {
    range: Range,
    severity: DiagnosticSeverity,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    source: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_information: Vec<DiagnosticRelatedInformation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Data<'f>>,
}

#[derive(Serialize)]
struct Data<'f> {
    pointer: &'f str,
}

impl Shown<'_> {
    /// The same as the protocol's own type, for the few that stand in other messages.
    pub(super) fn into_diagnostic(self) -> Result<lsp_types::Diagnostic, serde_json::Error> {
        serde_json::from_value(serde_json::to_value(self)?)
    }
}
