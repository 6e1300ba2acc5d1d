//! Checks documents and turns them into plans.
//!
//! [`check`] is the one door. It reads the bytes strictly, takes blocks and edges out of the tree, judges how they hang together,
//! and lowers each block from texts to meaning. What is left over from that without an error is a [`Plan`], and nothing else
//! makes one: the plan is the proof. Where lowering refuses a value for its shape, the published schema is asked and says why.
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
pub use suggest::closest;

use crate::{
    context::Context,
    finding::Finding,
    graph::{Links, Reach},
    plan::{BlockId, Effect, Foreign, Link, Step, StepIndex},
    references::Scope,
    wire::{BlockKind, Wire},
};

/// What a check found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The plan; there is one exactly when no finding is an error.
    pub plan: Option<Plan>,
    /// All findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// What of the text must not be shown. Where nothing was found there is nothing to show, and nothing is looked for.
    pub mask: Mask,
    /// Whether the text is JSON to its end.
    pub readable: bool,
}

impl Checked {
    /// Whether there is no error.
    pub fn is_valid(&self) -> bool {
        self.plan.is_some()
    }

    /// How much there is to say: errors, then all findings. Less is better.
    pub fn weight(&self) -> (usize, usize) {
        let errors = self.diagnostics.iter().filter(|it| it.severity == Severity::Error);
        (errors.count(), self.diagnostics.len())
    }

    /// Whether it can be run too: no foreign block stands in the way.
    pub fn is_runnable(&self) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.refused().next().is_none())
    }
}

/// Checks a document: a graph, or one block alone.
pub fn check(source: &Source, options: &Options) -> Checked {
    let read = document::read_source(source);
    let text = source.view();
    let mut cx = Context::new(text, options);
    report_mistakes(&mut cx, source, &read.mistakes);
    let Some(document) = &read.document else { return Checked::refused(&mut cx) };
    let Some(wire) = wire::wire(&mut cx, document) else {
        return Checked::close(cx, document, None, None);
    };
    let links = graph::links(&mut cx, &wire);
    let order = in_id_order(&wire);
    let steps = lower(&mut cx, &wire, &links, &order);
    if !cx.refused.is_empty() {
        shape::explain(&mut cx, document, wire.root);
        leave_nothing_unsaid(&mut cx);
    }
    let plan = steps.map(|steps| Plan {
        isolated: isolated(&wire, &links),
        steps,
        hash: hash::content(&wire, &links, &order),
        environment: options.environment,
    });
    Checked::close(cx, document, Some(&wire), plan)
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
            plan: None,
            diagnostics: diagnostics.collect(),
            mask: mask::mask_unread(cx.source),
            readable: false,
        }
    }

    /// Findings become diagnostics: their pointers and blocks follow from their spans.
    fn close(
        mut cx: Context<'_>,
        document: &Document<'_>,
        wire: Option<&Wire<'_>>,
        plan: Option<Plan>,
    ) -> Checked {
        let findings = cx.take_findings();
        if findings.is_empty() {
            let (diagnostics, mask) = (Vec::new(), Mask::default());
            return Checked { plan, diagnostics, mask, readable: true };
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
        let valid = diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
        Checked { plan: plan.filter(|_| valid), diagnostics, mask, readable: true }
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

/// The places of all blocks, by their ids.
fn in_id_order(wire: &Wire<'_>) -> Vec<usize> {
    let ids = wire.blocks.iter().map(|block| block.id.map(|(id, _)| id));
    let mut order: Vec<(u64, Option<&str>, usize)> =
        ids.enumerate().map(|(place, id)| (beginning(id), id, place)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, _, place)| place).collect()
}

/// The first eight bytes of an id as a number. It orders ids as their texts do where it differs, without looking at them.
fn beginning(id: Option<&str>) -> u64 {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(id.unwrap_or_default().bytes()).for_each(|(slot, byte)| *slot = byte);
    u64::from_be_bytes(bytes)
}

/// The steps of the plan, in block-id order; none when a block is not sound.
fn lower<'d>(
    cx: &mut Context<'_>,
    wire: &Wire<'d>,
    links: &Links<'d>,
    order: &[usize],
) -> Option<Vec<Step>> {
    let mut reach = Reach::default();
    let mut effects: Vec<Option<Effect>> = Vec::with_capacity(wire.blocks.len());
    for (place, block) in wire.blocks.iter().enumerate() {
        effects.push(match block.kind {
            BlockKind::Action(kind, parameters) => {
                let mut scope = Scope { wire, links, reach: &mut reach, block: place };
                action::lower(cx, &mut scope, kind, parameters)
            }
            BlockKind::Foreign(block_type, _) => {
                let entry = links.incoming.of(place).is_empty();
                let passes = entry || cx.options.foreign_passes.contains(block_type);
                Some(Effect::Foreign(Foreign { block_type: block_type.to_owned(), passes }))
            }
            BlockKind::Unclear => None,
        });
    }
    let runs = |place: &usize| links.isolated.get(*place) == Some(&false);
    let order: Vec<usize> = order.iter().copied().filter(runs).collect();
    let mut index = vec![StepIndex(0); wire.blocks.len()];
    for (step, place) in order.iter().enumerate() {
        if let Some(slot) = index.get_mut(*place) {
            *slot = StepIndex(u32::try_from(step).unwrap_or(u32::MAX));
        }
    }
    if effects.iter().any(Option::is_none) {
        return None;
    }
    order
        .into_iter()
        .map(|place| {
            let block = wire.blocks.get(place)?;
            let mut incoming: Vec<Link> = links
                .incoming
                .of(place)
                .iter()
                .map(|(source, on)| Some(Link { source: *index.get(*source)?, on: *on }))
                .collect::<Option<_>>()?;
            incoming.sort_unstable();
            let effect = effects.get_mut(place)?.take()?;
            Some(Step {
                id: BlockId::new(block.id?.0),
                label: block.label.map(str::to_owned),
                effect,
                incoming,
            })
        })
        .collect()
}

fn isolated(wire: &Wire<'_>, links: &Links<'_>) -> Vec<BlockId> {
    let lonely = wire.blocks.iter().zip(&links.isolated).filter(|(_, isolated)| **isolated);
    let mut ids: Vec<BlockId> =
        lonely.filter_map(|(block, _)| Some(BlockId::new(block.id?.0))).collect();
    ids.sort_unstable();
    ids
}

/// A value was refused, so something must have been said. Should schema and lowering ever disagree, this says at least where.
fn leave_nothing_unsaid(cx: &mut Context<'_>) {
    if cx.errors().next().is_none()
        && let Some(span) = cx.refused.first().copied()
    {
        cx.push(shape::unexpected(span, "this"));
    }
}
