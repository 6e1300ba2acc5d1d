//! The person who decides about blocks that a run cannot decide about, as the sketch says.

use relance_runtime::{
    event::{Decision, EndStatus},
    history::Phase,
};
use serde_json::json;

use super::{Referee, RunNumber};
use crate::{rules::Fate, sketch::Decided};

impl Referee {
    /// What a person decides next, now that the run has come to rest.
    pub(crate) fn next_decision(&self, run: RunNumber) -> Option<(String, Decision)> {
        let course = &self.runs[run];
        let id = |number: usize| self.case.sketch.blocks[number].id.clone();
        if course.ended == Some(EndStatus::Stopped) || course.is_to_stop {
            return None;
        }
        let parked = course.places.iter().position(|place| place.phase == Phase::Parked);
        if let Some(number) = parked {
            let answers = &self.case.sketch.blocks[number].answers;
            // Whoever was cut off only tries again: what the services say comes after that.
            let decided =
                if course.places[number].cut_off { Decided::Retry } else { answers.decided() };
            let decision = match decided {
                Decided::Retry => Decision::Retry,
                Decided::Failed => Decision::Failed,
                Decided::Done => Decision::Succeeded { output: None },
                Decided::DoneWith => {
                    let output = json!({ "status": 200, "body": { "de": "quelqu'un" } });
                    Decision::Succeeded { output: Some(output) }
                }
            };
            return Some((id(number), decision));
        }
        if !course.is_over() {
            return None;
        }
        let mended: Vec<bool> = course.places.iter().map(|place| place.mended).collect();
        let may = |number: usize| self.still_reads(run, number).is_none();
        let number = self.case.sketch.to_mend(&self.fates(run), &mended, may)?;
        Some((id(number), Decision::Retry))
    }

    /// A block whose call may have to be made again as it was, and would be another one if this block, or one that was skipped
    /// because of it, gave something else.
    pub(super) fn still_reads(&self, run: RunNumber, number: usize) -> Option<usize> {
        let mut again = self.case.sketch.behind(number, &self.fates(run));
        again.push(number);
        let places = self.runs[run].places.iter().zip(&self.case.sketch.blocks);
        let mut places = places.map(|(place, block)| {
            let is_open = match place.phase {
                Phase::Succeeded => false,
                Phase::Failed => place.doubtful,
                _ => true,
            };
            let reads = || block.reads.iter().any(|read| again.contains(&read.from));
            place.visit_was_tried() && is_open && reads()
        });
        places.position(|reads| reads)
    }

    /// Whether somebody still has to do something about a run.
    pub(crate) fn is_finished(&self, run: RunNumber) -> bool {
        self.runs[run].is_over() && self.next_decision(run).is_none()
    }

    /// What has become of each block so far; none: it is open.
    pub(super) fn fates(&self, run: RunNumber) -> Vec<Option<Fate>> {
        let fate = |place: &super::Place| match place.phase {
            Phase::Succeeded if place.said_done => Some(Fate::SaidDone),
            Phase::Succeeded => Some(Fate::Succeeded),
            Phase::Failed => Some(Fate::Failed),
            Phase::Skipped => Some(Fate::Skipped),
            Phase::Passed => Some(Fate::Passed),
            Phase::Untouched | Phase::Running | Phase::Waiting(_) | Phase::Parked => None,
        };
        self.runs[run].places.iter().map(fate).collect()
    }
}
