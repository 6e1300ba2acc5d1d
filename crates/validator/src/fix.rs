//! Mends a document by the fixes of its findings.
//!
//! Fixes are applied in rounds: those of one check that stand apart, then the text is checked again, until there is nothing left
//! to apply. While a text is no JSON, its grammar comes first, one mistake a round, for nothing else is known of it.
//!
//! Three things hold for whatever text comes in:
//!
//! * **No harm.** A text that can be read never ends with more errors, nor with more findings, than it had. A fix may bring
//!   to light what could not be seen before; if what came to light is not mended in its turn, that fix is left to a person.
//! * **Nothing to say, nothing to do.** A safe fix mends an error, so a valid document stays as it is, byte for byte.
//! * **Once is enough.** What was mended, mended again, stays as it is.

mod draft;
mod pieces;

use relance_diagnostics::{Block, Edit, Fix, Safety, Source};

use self::draft::{Draft, Offer, apart};
use crate::{Checked, Options, check};

/// A document after its fixes.
#[derive(Debug)]
pub struct Fixed {
    /// The text as it is now, by the name that it had.
    pub source: Source,
    /// What is said about it now. Its mask is whole even if there is nothing to say: what was changed may be shown.
    pub checked: Checked,
    /// The fixes that were applied, in the order of the text.
    pub applied: Vec<Applied>,
    /// What was changed: edits of the text as it was, in order and apart. None, when nothing was.
    pub edits: Vec<Edit>,
}

/// A fix that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The mistake that it mended.
    pub code: &'static str,
    /// The block in which it was.
    pub block: Option<Block>,
    /// Where it was, as an offset of the text as it was.
    pub offset: usize,
    /// What was done.
    pub fix: Fix,
}

/// Checks a document, and mends it by fixes that are at least as sure as `down_to`.
pub fn fix(source: &Source, options: &Options, down_to: Safety) -> Fixed {
    fix_checked(source, check(source, options), options, down_to)
}

/// The same with a document that was checked, under the same options.
pub fn fix_checked(source: &Source, checked: Checked, options: &Options, down_to: Safety) -> Fixed {
    let draft = mend_grammar(Draft::of(source, checked, options), down_to);
    let draft = if draft.checked.readable { mend(draft, down_to) } else { draft };
    draft.finish()
}

/// How often a text is checked at most on the way to JSON, times its length: enough for thousands of mistakes in a text that
/// people write, and an end for one that they do not.
const GRAMMAR_BYTES: usize = 1 << 28;

/// Mends a text until it is JSON. What is sure stays mended whatever comes after; a guess only if JSON comes of it.
fn mend_grammar<'s>(draft: Draft<'s>, down_to: Safety) -> Draft<'s> {
    let (mut sure, mut tried): (Draft<'s>, Option<Draft<'s>>) = (draft, None);
    let mut bytes = 0;
    loop {
        let draft = tried.as_ref().unwrap_or(&sure);
        if draft.checked.readable {
            return tried.unwrap_or(sure);
        }
        bytes += draft.source.bytes().len();
        let Some(offer) = draft.grammar().filter(|it| it.fix.safety <= down_to) else {
            return sure;
        };
        let next = draft.with(&[offer]);
        if bytes > GRAMMAR_BYTES || !next.gets_further_than(draft) {
            return sure;
        }
        match (offer.fix.safety, &tried) {
            (Safety::Safe, None) => sure = next,
            (Safety::Safe | Safety::Unsafe, _) => tried = Some(next),
        }
    }
}

/// Mends a document as far as nothing gets worse.
fn mend(mut draft: Draft<'_>, down_to: Safety) -> Draft<'_> {
    loop {
        if let Some(end) = to_the_end(&draft, down_to)
            && end.standing() <= draft.standing()
        {
            return end;
        }
        match carefully(&draft, down_to) {
            Some(better) => draft = better,
            None => return draft,
        }
    }
}

/// More rounds than fixes hidden behind fixes ever ask for.
const MAX_ROUNDS: usize = 100;

/// Applies all there is, round after round, whatever comes to light on the way; none, if that has no end.
fn to_the_end<'s>(draft: &Draft<'s>, down_to: Safety) -> Option<Draft<'s>> {
    let mut draft = draft.clone();
    for _ in 0..MAX_ROUNDS {
        let offers = draft.offers(Safety::Safe);
        let offers = if offers.is_empty() { draft.offers(down_to) } else { offers };
        if offers.is_empty() {
            return Some(draft);
        }
        draft = draft.with(&apart(&offers));
        if !draft.checked.readable {
            return None;
        }
    }
    None
}

/// Applies those of the offered fixes after which there is less to say; none, if there are none.
fn carefully<'s>(draft: &Draft<'s>, down_to: Safety) -> Option<Draft<'s>> {
    let careful = |safety| {
        let offers = draft.offers(safety);
        let mut choice = Choice { draft, best: None, taken: Vec::new(), tries: MOST_TRIES };
        choice.consider(&offers);
        choice.best
    };
    let guesses = down_to > Safety::Safe;
    careful(Safety::Safe).or_else(|| guesses.then(|| careful(down_to)).flatten())
}

/// How many ways to choose among fixes are tried in one pass.
const MOST_TRIES: usize = 200;

/// A choice among the fixes of a draft. Parts are tried whole before they are halved, so that a few bad ones among many good
/// ones cost a few tries each.
struct Choice<'d, 's> {
    draft: &'d Draft<'s>,
    best: Option<Draft<'s>>,
    taken: Vec<Offer<'d>>,
    tries: usize,
}

impl<'d> Choice<'d, '_> {
    fn consider(&mut self, offers: &[Offer<'d>]) {
        if offers.is_empty() || self.tries == 0 {
            return;
        }
        self.tries -= 1;
        let together: Vec<_> = self.taken.iter().chain(offers).copied().collect();
        let together = apart(&together);
        let next = self.draft.with(&together);
        if next.standing() < self.best.as_ref().unwrap_or(self.draft).standing() {
            (self.taken, self.best) = (together, Some(next));
        } else if offers.len() > 1 {
            let (first, second) = offers.split_at(offers.len() / 2);
            self.consider(first);
            self.consider(second);
        }
    }
}
