//! The rules of rest and of the end: nothing that could move is left, and what the journal holds is what was seen.

use std::collections::BTreeMap;

use jiff::Timestamp;
use relance_runtime::{event::Event, history::Phase, journal::Rest, local::Task, run::RunStatus};

use super::{Held, Referee, RunNumber, must};
use crate::{rules::Fates, sketch::Does};

/// What a journal holds when everything is over.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The events of each run, by number.
    pub(crate) events: Vec<Vec<Event>>,
    pub(crate) tasks: Vec<Task>,
    /// The tags of each contact.
    pub(crate) tags: BTreeMap<String, Vec<String>>,
    pub(crate) crm_emails: Vec<Option<String>>,
}

impl Referee {
    /// A run comes to rest: nothing of it may move, and its status says why. Or it is left to whoever takes it up at once.
    pub(super) fn rested(&mut self, run: RunNumber, rest: Rest, at: Timestamp) -> Held {
        let course = &self.runs[run];
        let is_handed_on = rest.status == RunStatus::Waiting && rest.wake_at <= Some(at);
        if is_handed_on && !course.is_over() {
            return Ok(());
        }
        let (mut first_retry, mut parked) = (None, false);
        for place in &course.places {
            match place.phase {
                Phase::Waiting(time) => {
                    first_retry = first_retry.map_or(Some(time), |first| Some(time.min(first)));
                }
                Phase::Parked => parked = true,
                Phase::Running => {
                    return Err(format!("`{}` rests with a call in flight", course.id));
                }
                Phase::Untouched
                | Phase::Succeeded
                | Phase::Failed
                | Phase::Skipped
                | Phase::Passed => {}
            }
        }
        let status = match (course.ended, first_retry, parked) {
            (Some(status), ..) => RunStatus::from(status),
            (None, Some(_), _) => RunStatus::Waiting,
            (None, None, true) => RunStatus::Parked,
            (None, None, false) => return Err(format!("`{}` rests for no reason", course.id)),
        };
        must!(rest.status == status, "`{}` rests as {}, not {status}", course.id, rest.status);
        if rest.status == RunStatus::Stopped {
            return Ok(());
        }
        let wake_at = rest.wake_at;
        must!(wake_at == first_retry, "it wakes at {wake_at:?}, not {first_retry:?}");
        for (number, block) in self.case.sketch.blocks.iter().enumerate() {
            let movable = self.case.sketch.takes_part(number) && self.ready(run, number).is_ok();
            must!(!movable, "`{}` rests, and block `{}` could move", course.id, block.id);
        }
        Ok(())
    }

    /// Looks at everything once more, when all runs are over.
    pub(crate) fn whistle(&mut self, kept: &Kept, exact: bool) {
        for run in 0..self.runs.len() {
            let held = self.over(run, kept, exact);
            let held = held.map_err(|why| format!("in the end, `{}`: {why}", self.runs[run].id));
            self.note(held);
        }
        let held = self.effects(kept);
        self.note(held);
    }

    fn over(&self, run: RunNumber, kept: &Kept, exact: bool) -> Held {
        let course = &self.runs[run];
        must!(kept.events[run] == course.events, "the journal holds other events");
        if course.events.is_empty() {
            return Ok(());
        }
        self.refold(run, &course.events)?;
        // Where another run of the contact is active, this one cannot go on.
        let has_twin = self.runs.iter().filter(|it| it.contact == course.contact).count() > 1;
        must!(
            self.is_finished(run) || (has_twin && course.is_over()),
            "nobody does anything any more"
        );
        if exact
            && course.is_exact
            && !course.is_to_stop
            && let Some(status) = course.ended
        {
            let Fates { blocks, status: fate } = &self.case.fates;
            let came = self.fates(run);
            let mended: Vec<bool> = course.places.iter().map(|it| it.mended).collect();
            if self.case.sketch.to_mend(&came, &mended, |_| true).is_some() {
                // A person would, and may not.
                return Ok(());
            }
            must!(came == *blocks, "the blocks became {came:?}, and should be {blocks:?}");
            must!(status == *fate, "the run ended as {status:?}, and should be {fate:?}");
        }
        Ok(())
    }

    /// Each local effect is there as often as its success was stored.
    fn effects(&self, kept: &Kept) -> Held {
        let mut upserts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut tasks = 0;
        for course in &self.runs {
            for (block, place) in self.case.sketch.blocks.iter().zip(&course.places) {
                let done = place.phase == Phase::Succeeded;
                match block.does {
                    Does::Task => {
                        let mine = |task: &&Task| task.run == course.id && task.block == block.id;
                        let found = kept.tasks.iter().filter(mine).count();
                        must!(
                            found == usize::from(done),
                            "block `{}` of `{}` opened {found} tasks",
                            block.id,
                            course.id
                        );
                        tasks += found;
                    }
                    Does::Tag => {
                        let tags = kept.tags.get(&course.contact);
                        let found = tags
                            .is_some_and(|tags| tags.iter().any(|tag| tag.starts_with(&block.id)));
                        must!(found || !done, "the tag of `{}` is lost", block.id);
                        let anybody = self.runs.iter().filter(|it| it.contact == course.contact);
                        let number = self.case.sketch.find(&block.id).unwrap_or_default();
                        let tagged = anybody
                            .map(|it| it.places[number].phase)
                            .any(|phase| phase == Phase::Succeeded);
                        must!(
                            tagged == found,
                            "the tag of `{}` is there, and nobody put it",
                            block.id
                        );
                    }
                    Does::Upsert => {
                        *upserts.entry(&course.contact).or_default() += usize::from(done);
                    }
                    Does::Call(_)
                    | Does::AskAi
                    | Does::Template
                    | Does::Static
                    | Does::Trigger
                    | Does::Foreign => {}
                }
            }
        }
        must!(tasks == kept.tasks.len(), "{} tasks are nobody's", kept.tasks.len() - tasks);
        for (contact, count) in upserts {
            let records = kept.crm_emails.iter().flatten().filter(|it| it.as_str() == contact);
            let records = records.count();
            must!(records == count.min(1), "{contact} has {records} records after {count} upserts");
        }
        Ok(())
    }
}
