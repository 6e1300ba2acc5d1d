//! The rules of processes: a run changes hands when its process is gone, and begins nothing once it is to stop.

use std::sync::Arc;

use jiff::Timestamp;
use relance_runtime::{
    event::Event,
    journal::{Heartbeat, Stopping, Taken},
};

use super::{Held, Referee, RunNumber, must};

impl Referee {
    /// A process says that it lives.
    pub(crate) fn lives(&mut self, beat: &Heartbeat) {
        // Where the clock was set back, a lease from before ends no later than a new one might.
        let most = beat.until + beat.until.duration_since(beat.at);
        self.leases.values_mut().for_each(|until| *until = (*until).min(most));
        self.leases.insert(Arc::clone(&beat.owner), beat.until);
    }

    /// A run was taken over.
    pub(crate) fn taken(&mut self, taken: &Taken, at: Timestamp) {
        self.tally.taken += 1;
        let held = self.judge_taken(taken, at);
        self.note(held);
    }

    fn judge_taken(&mut self, taken: &Taken, at: Timestamp) -> Held {
        let run = self.number(&taken.lease.run)?;
        let course = &mut self.runs[run];
        let (epoch, id) = (taken.lease.epoch, &course.id);
        must!(epoch > course.epoch, "the lease {epoch} was given out twice");
        // One that has ended is carried out by nobody.
        let holder = course.owner.as_ref().filter(|_| !course.is_over());
        if let Some(owner) = holder.filter(|owner| **owner != taken.lease.owner) {
            let until = self.leases.get(owner).copied();
            must!(
                until <= Some(at),
                "`{id}` is taken at {at}, and its process has it until {until:?}"
            );
        }
        let (given, stored) = (taken.events.len(), course.events.len());
        must!(
            taken.events == course.events,
            "the journal gives {given} events of `{id}`, and {stored} were stored"
        );
        course.epoch = epoch;
        course.owner = Some(Arc::clone(&taken.lease.owner));
        Ok(())
    }

    /// Somebody wants a run to stop. Where nobody carries it out it has ended at once; these are its events.
    pub(crate) fn stop(&mut self, run: RunNumber, stopping: &Stopping, events: &[Event]) {
        let held = self.judge_stop(run, stopping, events);
        self.note(held);
    }

    fn judge_stop(&mut self, run: RunNumber, stopping: &Stopping, events: &[Event]) -> Held {
        if stopping.over.is_some() {
            must!(self.runs[run].is_over(), "a run that goes on is said to be over");
            return Ok(());
        }
        self.tally.stops += 1;
        let course = &mut self.runs[run];
        let known = course.events.len();
        must!(events.len() >= known, "events are gone");
        course.is_to_stop = true;
        if !stopping.ended.is_empty() {
            course.owner = None;
            let epoch = course.epoch + 1;
            events[known..].iter().try_for_each(|event| self.take_in(run, None, epoch, event))?;
            must!(self.runs[run].is_over(), "a run that was stopped goes on");
        }
        Ok(())
    }
}
