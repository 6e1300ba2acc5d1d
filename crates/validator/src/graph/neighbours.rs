//! The blocks at the other ends of each block's edges: one list for all, in which those of one block lie side by side.

use super::SoundEdge;
use crate::plan::On;

/// A block at the other end of an edge, and when the edge is taken.
pub(crate) type Neighbour = (usize, On);

/// The neighbours of every block, along edges of one direction, in the order of the edges.
#[derive(Debug, Default)]
pub(crate) struct Neighbours {
    all: Vec<Neighbour>,
    /// Where those of each block end. They begin where those of the block before end.
    ends: Vec<usize>,
}

impl Neighbours {
    /// `split` says to which block an edge belongs, and what it leads to.
    pub(super) fn new(
        blocks: usize,
        edges: &[SoundEdge],
        split: impl Fn(&SoundEdge) -> (usize, Neighbour),
    ) -> Neighbours {
        let mut next = vec![0; blocks];
        for edge in edges {
            next.get_mut(split(edge).0).into_iter().for_each(|count| *count += 1);
        }
        let mut sum = 0;
        for count in &mut next {
            (*count, sum) = (sum, sum + *count);
        }
        let mut all = vec![(0, On::Success); sum];
        for edge in edges {
            let (block, neighbour) = split(edge);
            let Some(next) = next.get_mut(block) else { continue };
            all.get_mut(*next).into_iter().for_each(|slot| *slot = neighbour);
            *next += 1;
        }
        // Behind the last of its own, each block has come to where they end.
        Neighbours { all, ends: next }
    }

    /// Those of a block.
    pub(crate) fn of(&self, block: usize) -> &[Neighbour] {
        let end = self.ends.get(block).copied().unwrap_or_default();
        let first = block.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.all.get(first.unwrap_or_default()..end).unwrap_or_default()
    }

    /// Those of every block, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[Neighbour]> {
        (0..self.blocks()).map(|block| self.of(block))
    }

    /// How many blocks there are.
    pub(crate) fn blocks(&self) -> usize {
        self.ends.len()
    }
}
