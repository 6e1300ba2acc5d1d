//! What has surely happened when a block starts: which blocks come before it, and how those must have ended.
//!
//! Most references name a block close by, and a short walk against the edges tells. The first that does not end soon works out the
//! answers to all: a row of bits for each block, made from the rows of the blocks that lead to it. So thousands of references to
//! far blocks cost little more than one.

mod walk;

use super::Links;
use crate::plan::On;

/// Answers about what comes before a block.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    worked_out: Option<Rows>,
}

/// What a block may count on about an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// It does not come before.
    Not,
    /// It comes before, but may have been skipped or have ended otherwise.
    Perhaps,
    /// Whenever the block starts, the earlier one has ended that way.
    Surely,
}

impl Reach {
    /// Whether `earlier` has ended with `outcome` whenever `block` starts. Where edges lead nowhere or in a circle nobody can tell,
    /// and that is what is wrong.
    pub(crate) fn before(
        &mut self,
        links: &Links<'_>,
        block: usize,
        earlier: usize,
        outcome: On,
    ) -> Before {
        if block == earlier {
            return Before::Not;
        }
        if links.unclear {
            return Before::Surely;
        }
        if let Some(answer) = walk::before(links, block, earlier, outcome) {
            return answer;
        }
        let rows = self.worked_out.get_or_insert_with(|| Rows::of(links));
        let surely = match outcome {
            On::Success => &rows.succeeded,
            On::Error => &rows.failed,
        };
        if surely.has(block, earlier) {
            Before::Surely
        } else if rows.behind.has(block, earlier) {
            Before::Perhaps
        } else {
            Before::Not
        }
    }
}

/// For each block: which blocks lead to it, and which have surely succeeded or failed when it starts.
#[derive(Debug)]
struct Rows {
    behind: Bits,
    succeeded: Bits,
    failed: Bits,
}

impl Rows {
    fn of(links: &Links<'_>) -> Rows {
        let blocks = links.incoming.blocks();
        let new = || Bits::new(blocks);
        let (mut behind, mut succeeded, mut failed) = (new(), new(), new());
        for block in order(links) {
            for (place, (source, on)) in links.incoming.of(block).iter().copied().enumerate() {
                behind.merge(block, source, true, |row, of_source| row | of_source);
                // One edge taken starts a block: only what holds along all of them is sure.
                let join = |row: u64, of_source: u64| match place {
                    0 => of_source,
                    _ => row & of_source,
                };
                succeeded.merge(block, source, on == On::Success, join);
                failed.merge(block, source, on == On::Error, join);
            }
        }
        Rows { behind, succeeded, failed }
    }
}

/// A square of bits, a row for each block.
#[derive(Debug)]
struct Bits {
    width: usize,
    words: Vec<u64>,
}

impl Bits {
    fn new(blocks: usize) -> Bits {
        let width = blocks.div_ceil(64);
        Bits { width, words: vec![0; width * blocks] }
    }

    fn has(&self, row: usize, bit: usize) -> bool {
        let word = self.words.get(row * self.width + bit / 64);
        word.is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }

    /// Joins the row of `source`, with its own bit set where asked, into the row of `block`.
    fn merge(&mut self, block: usize, source: usize, own: bool, join: impl Fn(u64, u64) -> u64) {
        let Some((row, of_source)) = self.two(block, source) else { return };
        let place = source / 64;
        let before = row.get(place).copied();
        for (word, of_source) in row.iter_mut().zip(of_source.iter()) {
            *word = join(*word, *of_source);
        }
        if let (true, Some(before), Some(word), Some(of_source)) =
            (own, before, row.get_mut(place), of_source.get(place))
        {
            *word = join(before, *of_source | 1 << (source % 64));
        }
    }

    /// Two different rows.
    fn two(&mut self, one: usize, other: usize) -> Option<(&mut [u64], &[u64])> {
        let width = self.width;
        let (low, high) = (one.min(other), one.max(other));
        let (before, after) = self.words.split_at_mut_checked(high * width)?;
        let low = before.get_mut(low * width..)?.get_mut(..width)?;
        let high = after.get_mut(..width)?;
        Some(if one < other { (low, high) } else { (high, low) })
    }
}

/// The blocks, each after all that lead to it. Those that are part of a cycle, or lie behind one, are left out.
pub(super) fn order(links: &Links<'_>) -> Vec<usize> {
    let mut awaited: Vec<usize> = links.incoming.iter().map(<[_]>::len).collect();
    let mut order: Vec<usize> =
        (0..awaited.len()).filter(|block| awaited.get(*block) == Some(&0)).collect();
    let mut next = 0;
    while let Some(block) = order.get(next).copied() {
        next += 1;
        for (target, _) in links.outgoing.of(block) {
            if let Some(count) = awaited.get_mut(*target) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    order.push(*target);
                }
            }
        }
    }
    order
}

#[cfg(test)]
mod tests;
