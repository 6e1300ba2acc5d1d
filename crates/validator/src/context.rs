//! What a check may see and say.

use std::ops::Range;

use foldhash::{HashSet, HashSetExt as _};
use relance_diagnostics::{Edit, Fix, Severity, Span, Text};
use relance_model::egress::Policy;

use crate::{
    Code, Level, Options,
    edit::{Change, Mend, escaped},
    finding::Finding,
    origin::{Maps, Origin},
};

/// One check under way.
pub(crate) struct Context<'c> {
    /// The text of the document.
    pub(crate) source: &'c str,
    pub(crate) options: &'c Options,
    pub(crate) policy: Policy,
    findings: Vec<Finding>,
    /// The last of the findings beyond [`MAX_FINDINGS`].
    untold: Option<Finding>,
    /// Values that were refused for their shape: the schema says why.
    pub(crate) refused: Vec<Span>,
    /// Values about which everything has been said: the schema is not heard on what lies in them.
    pub(crate) explained: Vec<Span>,
    /// Stretches that must not be quoted.
    pub(crate) secrets: Vec<Span>,
    /// URLs that have been judged and are right: calls often go to the same place.
    pub(crate) sound_urls: HashSet<String>,
    /// How many more ids of blocks may be compared with a misspelled one.
    pub(crate) comparisons: usize,
    maps: Maps,
}

/// How many ids are compared with misspelled ones in all: enough for whatever a person mends in one go, and nothing beside the
/// rest of the check.
const MOST_COMPARISONS: usize = 20_000;

/// The most findings that are told of one document: ten times what a person could read, and little enough to hold in memory.
const MAX_FINDINGS: usize = 100_000;

impl<'c> Context<'c> {
    pub(crate) fn new(source: &'c str, options: &'c Options) -> Context<'c> {
        let policy = Policy { environment: options.environment, allow: options.allow.clone() };
        let (findings, refused, explained, secrets) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (comparisons, maps, untold) = (MOST_COMPARISONS, Maps::default(), None);
        Context {
            source,
            options,
            policy,
            findings,
            untold,
            refused,
            explained,
            secrets,
            sound_urls: HashSet::new(),
            comparisons,
            maps,
        }
    }

    /// Says what is wrong under `span`.
    pub(crate) fn report(&mut self, code: Code, span: Span, message: Text) -> &mut Finding {
        self.push(Finding::new(code, span, message))
    }

    pub(crate) fn push(&mut self, finding: Finding) -> &mut Finding {
        let place = self.findings.len();
        if place == MAX_FINDINGS {
            return self.untold.insert(finding);
        }
        self.findings.push(finding);
        #[expect(clippy::indexing_slicing, reason = "it was put there in the line before")]
        &mut self.findings[place]
    }

    /// The findings that are errors unless the configuration says otherwise.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.code.severity() == Severity::Error)
    }

    /// Takes all findings, in the order of the text; the first says so when there were more.
    pub(crate) fn take_findings(&mut self) -> Vec<Finding> {
        let mut findings = std::mem::take(&mut self.findings);
        if self.untold.take().is_some() {
            let message = Text::new(
                format!("more than {MAX_FINDINGS} things are wrong here: the rest is not told"),
                format!("il y a plus de {MAX_FINDINGS} constats : le reste n'est pas donné"),
            );
            let mut finding = Finding::new(Code::TooManyFindings, Span::at(0), message);
            finding.at_root();
            findings.push(finding);
        }
        findings.sort_by_key(|finding| (finding.span, finding.code));
        findings
    }

    /// The place in the file of a stretch of a text.
    pub(crate) fn place(&mut self, origin: Origin<'_>, range: Range<usize>) -> Span {
        self.maps.place(self.source, origin, range)
    }

    /// The edits of the file that make the changes of a text in it.
    pub(crate) fn fix(&mut self, origin: Origin<'_>, mend: Mend) -> Fix {
        let Mend { title, safety, changes } = mend;
        Fix {
            title,
            safety,
            edits: changes.into_iter().map(|change| self.edit(origin, change)).collect(),
        }
    }

    fn edit(&mut self, origin: Origin<'_>, change: Change) -> Edit {
        let span = self.place(origin, change.range);
        let text = escaped(&change.text);
        let text = match origin {
            Origin::Value(_) => text,
            Origin::Inner { .. } => escaped(&text),
        };
        Edit { span, text }
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

    /// The weight of a code in a block, which may have a weight of its own for it.
    pub(crate) fn severity_in(&self, block: Option<&str>, code: Code) -> Option<Severity> {
        let levels = block.and_then(|id| self.options.block_levels.get(id));
        match levels.and_then(|levels| levels.get(&code)).filter(|_| code.is_warning()) {
            Some(Level::Error) => Some(Severity::Error),
            Some(Level::Warning) => Some(Severity::Warning),
            Some(Level::Ignore) => None,
            None => self.severity(code),
        }
    }

    /// Whether unknown parameters are no errors.
    pub(crate) fn unknown_parameters_pass(&self) -> bool {
        self.severity(Code::UnknownParameter) != Some(Severity::Error)
    }
}
