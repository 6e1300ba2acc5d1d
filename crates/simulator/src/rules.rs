//! The rules of running, said again as plainly as they can be: what becomes of each block, in one pass from the first to the last.
//!
//! There is no time here, no order, no crash and no journal. Whatever those do, a run must come to this end.

use relance_runtime::event::EndStatus;
use relance_validator::plan::On;

use crate::sketch::{Answer, Decided, Does, Read, Sketch};

/// What becomes of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It did its work.
    Succeeded,
    /// It did its work, as a person says who knows no output.
    SaidDone,
    /// It did not.
    Failed,
    /// No edge to it was taken.
    Skipped,
    /// It was gone through.
    Passed,
}

/// How a run ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fates {
    /// By place; none for blocks that do not take part.
    pub blocks: Vec<Option<Fate>>,
    /// The verdict.
    pub status: EndStatus,
}

impl Fate {
    /// Whether an edge is taken that leaves a block of this fate.
    pub fn takes(self, on: On) -> bool {
        match self {
            Fate::Succeeded | Fate::SaidDone | Fate::Passed => on == On::Success,
            Fate::Failed => on == On::Error,
            Fate::Skipped => false,
        }
    }

    /// Whether a reference finds something in a block of this fate.
    pub fn gives(self, on: On) -> bool {
        match self {
            Fate::Succeeded => on == On::Success,
            Fate::Failed => on == On::Error,
            Fate::SaidDone | Fate::Skipped | Fate::Passed => false,
        }
    }
}

impl Sketch {
    /// How a run of this sketch ends, a person's help included.
    pub fn fates(&self) -> Fates {
        let mut blocks = vec![None; self.blocks.len()];
        let mut mended = vec![false; self.blocks.len()];
        loop {
            for place in 0..self.blocks.len() {
                if blocks[place].is_none() && self.takes_part(place) {
                    blocks[place] = Some(self.fate(place, &blocks, mended[place]));
                }
            }
            let Some(place) = self.to_mend(&blocks, &mended, |_| true) else { break };
            mended[place] = true;
            for place in self.behind(place, &blocks) {
                blocks[place] = None;
            }
            blocks[place] = None;
        }
        let unhandled = |place: usize| self.is_unhandled(place, &blocks);
        let failed = (0..self.blocks.len()).any(unhandled);
        let status = if failed { EndStatus::Failed } else { EndStatus::Succeeded };
        Fates { blocks, status }
    }

    fn fate(&self, place: usize, fates: &[Option<Fate>], mended: bool) -> Fate {
        let fate = |place: usize| fates[place].expect("sources come first");
        let mut into = self.edges_into(place).peekable();
        let is_entry = into.peek().is_none();
        if !is_entry && !into.any(|edge| fate(edge.from).takes(edge.on)) {
            return Fate::Skipped;
        }
        let block = &self.blocks[place];
        let found =
            |read: &Read| read.default || fates[read.from].is_some_and(|it| it.gives(read.on));
        if !block.reads.iter().all(found) {
            return Fate::Failed;
        }
        match block.does {
            Does::Trigger | Does::Foreign => Fate::Passed,
            Does::Task | Does::Tag | Does::Upsert | Does::Template | Does::Static => {
                Fate::Succeeded
            }
            Does::Call(_) | Does::AskAi => self.call(place, mended),
        }
    }

    /// What becomes of a call, answer after answer.
    fn call(&self, place: usize, mended: bool) -> Fate {
        let answers = &self.blocks[place].answers;
        let mut failures = 0;
        for noted in 0.. {
            match answers.after(noted, mended) {
                Answer::Success => return Fate::Succeeded,
                Answer::Refusal => return Fate::Failed,
                Answer::Trouble(trouble) if trouble.doubtful && !self.is_repeatable(place) => {
                    match answers.decided() {
                        Decided::Done => return Fate::SaidDone,
                        Decided::DoneWith => return Fate::Succeeded,
                        Decided::Failed => return Fate::Failed,
                        Decided::Retry => failures = 0,
                    }
                }
                Answer::Trouble(_) => failures += 1,
            }
            if failures >= self.attempts {
                return Fate::Failed;
            }
        }
        Fate::Failed
    }

    /// The first block, by id, that a person mends once a run has failed, of those that they may.
    pub(crate) fn to_mend(
        &self,
        fates: &[Option<Fate>],
        mended: &[bool],
        may: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let wanted = |place: &usize| {
            let block = &self.blocks[*place];
            block.does.calls()
                && block.answers.mended
                && !mended[*place]
                && self.is_unhandled(*place, fates)
                && may(*place)
        };
        (0..self.blocks.len()).filter(wanted).min_by_key(|place| &self.blocks[*place].id)
    }

    /// The skipped blocks that hang on a block through skipped ones alone.
    pub(crate) fn behind(&self, place: usize, fates: &[Option<Fate>]) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for (to, fate) in fates.iter().enumerate().skip(place + 1) {
            let hangs = |from: usize| from == place || found.contains(&from);
            let is_skipped = *fate == Some(Fate::Skipped);
            if is_skipped && self.edges_into(to).any(|edge| hangs(edge.from)) {
                found.push(to);
            }
        }
        found
    }

    pub(crate) fn is_unhandled(&self, place: usize, fates: &[Option<Fate>]) -> bool {
        fates[place] == Some(Fate::Failed) && !self.has_error_edge(place)
    }
}
