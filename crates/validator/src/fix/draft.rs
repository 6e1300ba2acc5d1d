//! A state of the text on its way: what was changed so far, and what is said about it now.

use std::collections::BTreeMap;

use relance_diagnostics::{Diagnostic, Fix, Safety, Source};

use super::{Applied, Fixed, pieces::Pieces};
use crate::{Checked, Code, Options, check, mask_of_valid};

/// A text on its way.
#[derive(Debug, Clone)]
pub(super) struct Draft<'s> {
    original: &'s Source,
    options: &'s Options,
    pieces: Pieces,
    applied: Vec<Applied>,
    pub(super) source: Source,
    pub(super) checked: Checked,
}

/// A fix that may be applied.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offer<'d> {
    finding: &'d Diagnostic,
    pub(super) fix: &'d Fix,
}

/// How a text that can be read stands: errors, then findings. Less is better.
type Standing = (bool, (usize, usize));

impl<'s> Draft<'s> {
    /// The text as it came.
    pub(super) fn of(original: &'s Source, checked: Checked, options: &'s Options) -> Draft<'s> {
        let source = original.clone();
        let pieces = Pieces::of(source.bytes().len());
        Draft { original, options, pieces, applied: Vec::new(), source, checked }
    }

    /// The text with these fixes, which stand apart.
    pub(super) fn with(&self, offers: &[Offer<'_>]) -> Draft<'s> {
        let mut edits: Vec<_> = offers.iter().flat_map(|offer| &offer.fix.edits).collect();
        edits.sort_by_key(|edit| edit.span);
        let pieces = self.pieces.edited(edits);
        let mut applied = self.applied.clone();
        applied.extend(offers.iter().map(|offer| Applied {
            code: offer.finding.code,
            block: offer.finding.block.clone(),
            offset: self.pieces.in_original(offer.finding.span.range().start),
            fix: offer.fix.clone(),
        }));
        let bytes = pieces.bytes(self.original.bytes());
        let source = Source::new(self.original.name(), bytes);
        let checked = check(&source, self.options);
        Draft { pieces, applied, source, checked, ..*self }
    }

    /// All fixes that are at least so sure, in the order of the text.
    pub(super) fn offers(&self, down_to: Safety) -> Vec<Offer<'_>> {
        self.checked
            .diagnostics
            .iter()
            .filter_map(Offer::of)
            .filter(|it| it.fix.safety <= down_to)
            .collect()
    }

    /// The fix of the mistake at which the reader stopped.
    pub(super) fn grammar(&self) -> Option<Offer<'_>> {
        self.stop().and_then(Offer::of)
    }

    /// The mistake at which the reader stopped.
    fn stop(&self) -> Option<&Diagnostic> {
        const STOPS: [Code; 5] = [
            Code::TooLarge,
            Code::ByteOrderMark,
            Code::InvalidUtf8,
            Code::TooDeep,
            Code::InvalidJson,
        ];
        let stops = |it: &&Diagnostic| STOPS.iter().any(|code| code.as_str() == it.code);
        self.checked.diagnostics.iter().find(stops)
    }

    /// Whether the reader came further than in another draft that it could not read to its end.
    pub(super) fn gets_further_than(&self, other: &Draft<'_>) -> bool {
        let left = |draft: &Draft<'_>| {
            let stop = draft.stop().map(|it| it.span.range().start)?;
            Some(draft.source.bytes().len().saturating_sub(stop))
        };
        left(self) < left(other)
    }

    pub(super) fn standing(&self) -> Standing {
        (!self.checked.readable, self.checked.weight())
    }

    pub(super) fn finish(self) -> Fixed {
        let Draft { original, options, pieces, mut applied, source, mut checked } = self;
        applied.sort_by_key(|it| it.offset);
        if checked.diagnostics.is_empty() && !applied.is_empty() {
            checked.mask = mask_of_valid(&source, options);
        }
        Fixed { source, checked, applied, edits: pieces.edits(original.bytes().len()) }
    }
}

impl<'d> Offer<'d> {
    fn of(finding: &'d Diagnostic) -> Option<Offer<'d>> {
        Some(Offer { finding, fix: finding.fix.as_ref()? })
    }
}

/// Those of the offers that stand apart; of two that do not, the first. The others are found again in what becomes of the
/// text, if they are still wanted.
pub(super) fn apart<'d>(offers: &[Offer<'d>]) -> Vec<Offer<'d>> {
    // Where something is changed: each start with its end.
    let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
    let mut apart = Vec::with_capacity(offers.len());
    for offer in offers {
        let is_free = |start: u32, end: u32| {
            // An edit that takes nothing away puts something at its place: none may end or begin there.
            taken.range(..=end).next_back().is_none_or(|(_, last)| *last < start)
        };
        let spans = offer.fix.edits.iter().map(|edit| edit.span);
        if spans.clone().all(|span| is_free(span.start, span.end)) {
            taken.extend(spans.map(|span| (span.start, span.end)));
            apart.push(*offer);
        }
    }
    apart
}
