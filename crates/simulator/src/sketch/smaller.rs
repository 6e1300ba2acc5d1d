//! The same sketch with something less: where a failure is looked for, what does not matter is taken away.

use super::{Answers, Sketch};

impl Sketch {
    /// Every sketch that has one thing less than this one, the greatest loss first. Some are no valid graphs any more.
    pub fn smaller(&self) -> Vec<Sketch> {
        let blocks = (0..self.blocks.len()).rev().map(|place| self.without_block(place));
        let edges = (0..self.edges.len()).map(|number| {
            let mut less = self.clone();
            less.edges.remove(number);
            less
        });
        let parts = (0..self.blocks.len()).flat_map(|place| self.plainer(place));
        let mut all: Vec<Sketch> = blocks.chain(edges).chain(parts).collect();
        all.retain(|less| !less.blocks.is_empty());
        all
    }

    fn without_block(&self, gone: usize) -> Sketch {
        let moved = |place: usize| if place > gone { place - 1 } else { place };
        let mut less = self.clone();
        less.blocks.remove(gone);
        less.edges.retain(|edge| edge.from != gone && edge.to != gone);
        for edge in &mut less.edges {
            (edge.from, edge.to) = (moved(edge.from), moved(edge.to));
        }
        for block in &mut less.blocks {
            block.reads.retain(|read| read.from != gone);
            block.reads.iter_mut().for_each(|read| read.from = moved(read.from));
        }
        less
    }

    /// The same with less to be said about one block.
    fn plainer(&self, place: usize) -> Vec<Sketch> {
        let block = &self.blocks[place];
        let mut all = Vec::new();
        for read in 0..block.reads.len() {
            let mut less = self.clone();
            less.blocks[place].reads.remove(read);
            all.push(less);
        }
        let answers = &block.answers;
        let fewer = (0..answers.troubles.len()).map(|gone| {
            let mut troubles = answers.troubles.clone();
            troubles.remove(gone);
            Answers { troubles, ..answers.clone() }
        });
        let plain = (*answers != Answers::default()).then(Answers::default);
        let unmended = answers.mended.then(|| Answers { mended: false, ..answers.clone() });
        for answers in plain.into_iter().chain(unmended).chain(fewer) {
            let mut less = self.clone();
            less.blocks[place].answers = answers;
            all.push(less);
        }
        all
    }
}
