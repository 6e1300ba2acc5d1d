//! Checks documents and turns them into plans.
//!
//! [`check`] is the one door. It reads the bytes strictly, takes blocks and edges out of the tree, judges how they hang together,
//! and lowers each block from texts to meaning. What is left over from that without an error can be made a [`Plan`]
//! ([`check_and_plan`]), and nothing else makes one: the plan is the proof. A verdict alone copies nothing. Where lowering refuses
//! a value for its shape, the published schema is asked and says why.
//!
//! Mistakes are data: a document never makes the check fail, and all its mistakes are told in one pass.

mod action;
mod code;
mod context;
mod edit;
mod finding;
mod fix;
mod graph;
mod hash;
mod mask;
mod options;
mod origin;
pub mod plan;
mod planning;
mod reading;
mod references;
mod shape;
mod suggest;
mod wire;

use relance_diagnostics::{Block, Diagnostic, Mask, Safety, Severity, Source};
use relance_model::document::{self, Document, Step as PathStep};

pub use code::{Code, Cure, Group};
pub use fix::{Applied, Fixed, fix, fix_checked};
pub use options::{Level, Options};
pub use plan::Plan;
pub use relance_model::Environment;
pub use suggest::{closest, unaccented};

use crate::{
    context::Context,
    finding::Finding,
    graph::{Links, Reach},
    planning::{Judged, Meaning},
    references::Scope,
    wire::{BlockKind, Wire},
};

/// What a check found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// All findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// What of the text must not be shown. Where nothing was found there is nothing to show, and nothing is looked for.
    pub mask: Mask,
    /// Whether the text is JSON to its end.
    pub readable: bool,
    valid: bool,
    runnable: bool,
}

impl Checked {
    /// Whether there is no error.
    pub fn is_valid(&self) -> bool {
        self.valid
    }

    /// How much there is to say: errors, then all findings. Less is better.
    pub fn weight(&self) -> (usize, usize) {
        let errors = self.diagnostics.iter().filter(|it| it.severity == Severity::Error);
        (errors.count(), self.diagnostics.len())
    }

    /// Whether it can be run too: no foreign block stands in the way.
    pub fn is_runnable(&self) -> bool {
        self.runnable
    }
}

/// Checks a document: a graph, or one block alone.
pub fn check(source: &Source, options: &Options) -> Checked {
    examine(source, options, |_| ()).0
}

/// Checks a document, and makes its plan; there is one exactly when no finding is an error.
pub fn check_and_plan(source: &Source, options: &Options) -> (Checked, Option<Plan>) {
    let (checked, plan) = examine(source, options, |judged| planning::plan(judged, options));
    (checked, plan.flatten())
}

/// Checks a document. What is made of it is made only when nothing is wrong with it.
fn examine<T>(
    source: &Source,
    options: &Options,
    make: impl FnOnce(Judged<'_, '_>) -> T,
) -> (Checked, Option<T>) {
    let read = document::read_source(source);
    let mut cx = Context::new(source.view(), options);
    report_mistakes(&mut cx, source, &read.mistakes);
    let Some(document) = &read.document else { return (Checked::refused(&mut cx), None) };
    let Some(wire) = wire::wire(&mut cx, document) else {
        return (Checked::close(cx, document, None, None), None);
    };
    let links = graph::links(&mut cx, &wire);
    let meanings = lower(&mut cx, &wire, &links);
    if !cx.refused.is_empty() {
        shape::explain(&mut cx, document, wire.root);
        leave_nothing_unsaid(&mut cx);
    }
    let judged = meanings.map(|meanings| Judged { wire: &wire, links: &links, meanings });
    let checked = Checked::close(cx, document, Some(&wire), judged.as_ref());
    let made = judged.filter(|_| checked.valid).map(make);
    (checked, made)
}

/// Checks that a text is JSON as we read it, whatever it is about: contacts pass the same reader as graphs.
pub fn check_json(source: &Source) -> Vec<Diagnostic> {
    let read = document::read_source(source);
    let options = Options::default();
    let mut cx = Context::new(source.view(), &options);
    report_mistakes(&mut cx, source, &read.mistakes);
    match &read.document {
        Some(document) => Checked::close(cx, document, None, None).diagnostics,
        None => Checked::refused(&mut cx).diagnostics,
    }
}

/// What must not be shown of a text about which there is nothing to say.
fn mask_of_valid(source: &Source, options: &Options) -> Mask {
    let read = document::read_source(source);
    let mut cx = Context::new(source.view(), options);
    let wire = read.document.as_ref().and_then(|document| wire::wire(&mut cx, document));
    wire.map_or_else(|| mask::mask_unread(source.view()), |wire| mask::mask(&cx, &wire))
}

/// Says what the strict reader has against a text.
fn report_mistakes(cx: &mut Context<'_>, source: &Source, mistakes: &[document::Mistake]) {
    for mistake in mistakes {
        cx.push(reading::in_file(source, mistake));
    }
}

impl Checked {
    /// The text was not even JSON.
    fn refused(cx: &mut Context<'_>) -> Checked {
        let findings = cx.take_findings().into_iter();
        let diagnostics =
            findings.map(|finding| diagnostic(finding, String::new(), None, Severity::Error));
        Checked {
            diagnostics: diagnostics.collect(),
            mask: mask::mask_unread(cx.source),
            readable: false,
            valid: false,
            runnable: false,
        }
    }

    /// Findings become diagnostics: their pointers and blocks follow from their spans.
    fn close(
        mut cx: Context<'_>,
        document: &Document<'_>,
        wire: Option<&Wire<'_>>,
        judged: Option<&Judged<'_, '_>>,
    ) -> Checked {
        let findings = cx.take_findings();
        let runnable = judged.is_some_and(Judged::is_runnable);
        if findings.is_empty() {
            let (diagnostics, mask, valid) = (Vec::new(), Mask::default(), judged.is_some());
            return Checked { diagnostics, mask, readable: true, valid, runnable };
        }
        let mask = wire.map_or_else(|| mask::mask_unread(cx.source), |wire| mask::mask(&cx, wire));
        let diagnostics: Vec<Diagnostic> = findings
            .into_iter()
            .filter_map(|finding| {
                let path = document.path_to(finding.span);
                let block = wire.and_then(|wire| block_at(wire, &path));
                let id = block.as_ref().map(|block| block.id.as_str());
                let severity = cx.severity_in(id, finding.code)?;
                let pointer =
                    if finding.at_root { String::new() } else { document::pointer(&path) };
                Some(diagnostic(finding, pointer, block, severity))
            })
            .collect();
        let errors = diagnostics.iter().any(|it| it.severity == Severity::Error);
        let valid = judged.is_some() && !errors;
        Checked { diagnostics, mask, readable: true, valid, runnable: valid && runnable }
    }
}

fn diagnostic(
    finding: Finding,
    pointer: String,
    block: Option<Block>,
    severity: Severity,
) -> Diagnostic {
    let Finding { code, span, at_root: _, message, label, help, related, mut fix } = finding;
    if let (Severity::Warning | Severity::Info, Some(fix)) = (severity, &mut fix) {
        // A document that is valid means something already: only a person may change it.
        fix.safety = Safety::Unsafe;
    }
    Diagnostic {
        code: code.as_str(),
        severity,
        message,
        label,
        pointer,
        block,
        span,
        related,
        help,
        fix,
    }
}

/// The block that a path leads into.
fn block_at(wire: &Wire<'_>, path: &[PathStep<'_>]) -> Option<Block> {
    let place = match (wire.root, path) {
        (wire::RootKind::Graph, [PathStep::Key("nodes"), PathStep::Index(place), ..]) => *place,
        (wire::RootKind::Block, _) => 0,
        (wire::RootKind::Graph, _) => return None,
    };
    let block = wire.blocks.get(place)?;
    Some(Block { id: block.id?.0.to_owned(), label: block.label.map(str::to_owned) })
}

/// What each block means; none when one of them is not sound.
fn lower<'d>(cx: &mut Context<'_>, wire: &Wire<'d>, links: &Links<'d>) -> Option<Vec<Meaning<'d>>> {
    let mut reach = Reach::default();
    let mut meanings = Vec::with_capacity(wire.blocks.len());
    for (place, block) in wire.blocks.iter().enumerate() {
        meanings.extend(match block.kind {
            BlockKind::Action(kind, parameters) => {
                let mut scope = Scope { wire, links, reach: &mut reach, block: place };
                action::lower(cx, &mut scope, kind, parameters).map(Meaning::Action)
            }
            BlockKind::Foreign(block_type, _) => {
                let entry = links.incoming.of(place).is_empty();
                let passes = entry || cx.options.foreign_passes.contains(block_type);
                Some(Meaning::Foreign { block_type, passes })
            }
            BlockKind::Unclear => None,
        });
    }
    (meanings.len() == wire.blocks.len()).then_some(meanings)
}

/// A value was refused, so something must have been said. Should schema and lowering ever disagree, this says at least where.
fn leave_nothing_unsaid(cx: &mut Context<'_>) {
    if cx.errors().next().is_none()
        && let Some(span) = cx.refused.first().copied()
    {
        cx.push(shape::unexpected(span, "this"));
    }
}
