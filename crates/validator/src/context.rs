//! What a check may see and say.

use relance_diagnostics::{Severity, Span, Text};
use relance_model::egress::Policy;

use crate::{Code, Level, Options, finding::Finding};

/// One check under way.
pub(crate) struct Context<'c> {
    /// The text of the document.
    pub(crate) source: &'c str,
    pub(crate) options: &'c Options,
    pub(crate) policy: Policy,
    pub(crate) findings: Vec<Finding>,
    /// Values that were refused for their shape: the schema says why.
    pub(crate) refused: Vec<Span>,
    /// Values about which everything has been said: the schema is not heard on what lies in them.
    pub(crate) explained: Vec<Span>,
    /// Stretches that must not be quoted.
    pub(crate) secrets: Vec<Span>,
}

impl<'c> Context<'c> {
    pub(crate) fn new(source: &'c str, options: &'c Options) -> Context<'c> {
        let policy = Policy { environment: options.environment, allow: options.allow.clone() };
        let (findings, refused, explained, secrets) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Context { source, options, policy, findings, refused, explained, secrets }
    }

    /// Says what is wrong under `span`.
    pub(crate) fn report(&mut self, code: Code, span: Span, message: Text) -> &mut Finding {
        self.push(Finding::new(code, span, message))
    }

    pub(crate) fn push(&mut self, finding: Finding) -> &mut Finding {
        let place = self.findings.len();
        self.findings.push(finding);
        #[expect(clippy::indexing_slicing, reason = "it was put there in the line before")]
        &mut self.findings[place]
    }

    /// Leaves a value of the wrong shape to the schema, which says why.
    pub(crate) fn refuse<T>(&mut self, span: Span) -> Option<T> {
        self.refused.push(span);
        None
    }

    /// The weight of a code, by its own and the configuration; none: it is not reported.
    pub(crate) fn severity(&self, code: Code) -> Option<Severity> {
        match self.options.levels.get(&code).filter(|_| code.may_be_lowered()) {
            Some(Level::Error) => Some(Severity::Error),
            Some(Level::Warning) => Some(Severity::Warning),
            Some(Level::Ignore) if code != Code::UnknownParameter => None,
            Some(Level::Ignore) | None => Some(code.severity()),
        }
    }

    /// Whether unknown parameters are no errors.
    pub(crate) fn unknown_parameters_pass(&self) -> bool {
        self.severity(Code::UnknownParameter) != Some(Severity::Error)
    }
}
