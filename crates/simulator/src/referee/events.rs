//! The rules of events: each is judged by what was stored before it, and then taken down.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use relance_runtime::{
    event::{Decision, EndStatus, Event, Fact, FailureClass},
    failure::Reason,
    history::{History, Phase},
    journal::{Lease, Rest},
};
use relance_validator::plan::On;
use serde_json::Value;

use super::{Due, Held, Place, Process, Referee, Reply, RunNumber, Try, class, has_come, must};
use crate::sketch::{Does, Read};

/// Where an event comes from.
#[derive(Clone, Copy)]
struct Origin {
    /// The process; none: a stop of a run that nobody carried out.
    process: Option<Process>,
    epoch: u32,
    at: Timestamp,
}

impl Referee {
    /// A run was started.
    pub(crate) fn started(&mut self, process: Process, lease: &Lease, event: &Event) {
        self.tally.runs += 1;
        let held = self.began(lease).and_then(|run| {
            self.runs[run].epoch = 1;
            self.runs[run].owner = Some(Arc::clone(&lease.owner));
            self.take_in(run, Some(process), lease.epoch, event)
        });
        self.note(held);
    }

    /// A batch was stored.
    pub(crate) fn stored(
        &mut self,
        process: Process,
        lease: &Lease,
        events: &[Event],
        (rest, at): (Option<Rest>, Timestamp),
    ) {
        let held = self.number(&lease.run).and_then(|run| {
            must!(
                lease.epoch == self.runs[run].epoch,
                "process {process} stored under the lease {}, though {} was given out",
                lease.epoch,
                self.runs[run].epoch
            );
            for event in events {
                self.take_in(run, Some(process), lease.epoch, event)?;
            }
            if let Some(rest) = rest {
                self.runs[run].owner = None;
                self.rested(run, rest, at)?;
            }
            Ok(())
        });
        self.note(held);
    }

    fn began(&self, lease: &Lease) -> Held<RunNumber> {
        let run = self.number(&lease.run)?;
        must!(self.runs[run].events.is_empty(), "`{}` was started twice", lease.run);
        let contact = &self.runs[run].contact;
        let twin = self
            .runs
            .iter()
            .find(|it| it.contact == *contact && !it.events.is_empty() && !it.is_over());
        if let Some(twin) = twin {
            return Err(format!("`{}` was started while `{}` is active", lease.run, twin.id));
        }
        Ok(run)
    }

    pub(super) fn take_in(
        &mut self,
        run: RunNumber,
        process: Option<Process>,
        epoch: u32,
        event: &Event,
    ) -> Held {
        self.tally.events += 1;
        let course = &self.runs[run];
        let place = course.events.len() + 1;
        must!(event.seq as usize == place, "event {place} has the number {}", event.seq);
        must!(
            (event.seq == 1) == matches!(event.fact, Fact::RunStarted(_)),
            "a run starts once, with its first event"
        );
        must!(
            !course.is_over() || matches!(event.fact, Fact::BlockResolved { .. }),
            "after the end of `{}` came {:?}",
            course.id,
            event.fact
        );
        let origin = Origin { process, epoch, at: event.at };
        let judged = self.judge(run, origin, &event.fact);
        judged.map_err(|why| format!("event {} of `{}`: {why}", event.seq, self.runs[run].id))?;
        let plan = &self.case.graph.plan;
        let course = &mut self.runs[run];
        course.events.push(event.clone());
        let folded = course.history.apply(plan, &event.fact);
        must!(folded.is_ok(), "the history refuses {:?}: {folded:?}", event.fact);
        self.compare(run)
    }

    /// The runtime's own fold says the same as these books.
    fn compare(&self, run: RunNumber) -> Held {
        let course = &self.runs[run];
        for (number, place) in course.places.iter().enumerate() {
            let step = self.case.steps[number];
            let Some(state) = step.and_then(|step| course.history.state(step)) else { continue };
            let theirs = (state.phase, state.visit, state.attempts, state.failures, state.doubtful);
            let ours = (place.phase, place.visit, place.attempts, place.failures, place.doubtful);
            must!(
                theirs == ours,
                "block `{}` is {ours:?} by the rules, and {theirs:?} by the history",
                self.case.sketch.blocks[number].id
            );
        }
        Ok(())
    }

    /// The same events, folded from the first, are the same history.
    pub(super) fn refold(&self, run: RunNumber, events: &[Event]) -> Held {
        let plan = &self.case.graph.plan;
        let again =
            History::of(plan, events).map_err(|error| format!("a replay fails: {error}"))?;
        for step in self.case.steps.iter().flatten() {
            must!(
                again.state(*step) == self.runs[run].history.state(*step),
                "a replay gives another state of block {step:?}"
            );
        }
        must!(again.ended() == self.runs[run].history.ended(), "a replay ends in another way");
        Ok(())
    }

    fn judge(&mut self, run: RunNumber, origin: Origin, fact: &Fact) -> Held {
        let Some(block) = fact.block() else {
            return match fact {
                Fact::RunEnded { status, .. } => self.end(run, *status),
                _ => Ok(()),
            };
        };
        let number = self.case.sketch.find(block);
        let number = number.ok_or_else(|| format!("there is no block `{block}`"))?;
        must!(self.case.sketch.takes_part(number), "block `{block}` is isolated");
        let judged = match fact {
            Fact::RunStarted(_) | Fact::RunEnded { .. } => Ok(()),
            Fact::AttemptStarted { visit, attempt, key, .. } => {
                self.attempt(run, number, origin, (*visit, *attempt), key)
            }
            Fact::AttemptFailed { failure, reason, retry_at, .. } => {
                self.failure(run, number, origin, (*failure, reason), *retry_at)
            }
            Fact::AttemptInterrupted { retry_at, .. } => {
                self.interruption(run, number, origin, *retry_at)
            }
            Fact::BlockSucceeded { output, .. } => self.success(run, number, origin, output),
            Fact::BlockFailed { error, .. } => self.failed(run, number, error),
            Fact::BlockParked { .. } => self.due(run, number, Due::Park, Phase::Parked),
            Fact::BlockSkipped { .. } => {
                self.ready(run, number)?;
                must!(
                    !self.is_reached(run, number),
                    "it is skipped, though an edge to it was taken"
                );
                self.settle(run, number, Phase::Skipped)
            }
            Fact::BlockPassed { .. } => {
                self.begins(run, number)?;
                must!(self.case.sketch.blocks[number].does.passes(), "it is passed, and has work");
                self.settle(run, number, Phase::Passed)
            }
            Fact::BlockResolved { decision, reopened, .. } => {
                self.resolved(run, number, decision, reopened)
            }
        };
        judged.map_err(|why| format!("block `{block}`: {why}"))
    }

    fn place(&mut self, run: RunNumber, number: usize) -> &mut Place {
        &mut self.runs[run].places[number]
    }

    /// Nothing happened yet, and everything before it has settled.
    pub(super) fn ready(&self, run: RunNumber, number: usize) -> Held {
        let places = &self.runs[run].places;
        must!(places[number].phase == Phase::Untouched, "it is {:?} already", places[number].phase);
        // Not only its sources: one further off may be tried again.
        for before in &self.case.ancestors[number] {
            let before_it = places[*before].phase;
            let settled = matches!(
                before_it,
                Phase::Succeeded | Phase::Failed | Phase::Skipped | Phase::Passed
            );
            must!(
                settled,
                "it moves, though `{}` is {before_it:?}",
                self.case.sketch.blocks[*before].id
            );
        }
        Ok(())
    }

    /// It has no sources, or an edge to it was taken.
    fn is_reached(&self, run: RunNumber, number: usize) -> bool {
        let places = &self.runs[run].places;
        let taken = |from: usize, on| match places[from].phase {
            Phase::Succeeded | Phase::Passed => on == On::Success,
            Phase::Failed => on == On::Error,
            _ => false,
        };
        let mut into = self.case.sketch.edges_into(number).peekable();
        into.peek().is_none() || into.any(|edge| taken(edge.from, edge.on))
    }

    /// It may begin its work.
    fn begins(&self, run: RunNumber, number: usize) -> Held {
        self.ready(run, number)?;
        must!(self.is_reached(run, number), "it begins, though no edge to it was taken");
        Ok(())
    }

    /// Every reference without a default finds a value.
    fn finds_all(&self, run: RunNumber, number: usize) -> bool {
        let found = |read: &Read| {
            let source = &self.runs[run].places[read.from];
            read.default
                || match read.on {
                    On::Success => source.phase == Phase::Succeeded && !source.said_done,
                    On::Error => source.phase == Phase::Failed,
                }
        };
        self.case.sketch.blocks[number].reads.iter().all(found)
    }

    fn attempt(
        &mut self,
        run: RunNumber,
        number: usize,
        origin: Origin,
        (visit, attempt): (u32, u32),
        key: &str,
    ) -> Held {
        let does = self.case.sketch.blocks[number].does;
        must!(does.calls(), "it calls nobody");
        must!(!self.runs[run].is_to_stop, "it calls, though the run is to stop");
        if let Phase::Waiting(time) = self.runs[run].places[number].phase {
            must!(has_come(time, origin.at), "it is tried at {}, before {time}", origin.at);
        } else {
            self.begins(run, number)?;
        }
        must!(self.finds_all(run, number), "it calls without a value that it needs");
        let contact = &self.runs[run].contact;
        must!(!self.opted_out.contains(contact), "it calls for a contact who has opted out");
        let (policy, at_once) = (self.case.sketch.attempts, self.case.sketch.calls_at_once);
        let running = |place: &&Place| place.phase == Phase::Running;
        let running = self.runs[run].places.iter().filter(running).count();
        must!(running < at_once, "{running} calls are in flight already");
        let known = self.keys.get(key).copied();
        let place = self.place(run, number);
        must!(place.failures < policy, "it was tried {} times", place.failures);
        must!(visit == place.visit, "it is visit {visit}, not {}", place.visit);
        must!(attempt == place.attempts + 1, "attempt {attempt} follows {}", place.attempts);
        if place.visit_was_tried() {
            must!(known == Some((run, number, visit)), "the key changed between attempts");
        } else {
            must!(known.is_none(), "the key was used before, for {known:?}");
        }
        place.phase = Phase::Running;
        place.attempts = attempt;
        place.cut_off = false;
        let (process, epoch) = (origin.process.ok_or("nobody makes this call")?, origin.epoch);
        place.tries.push(Try { process, epoch, visit, arrived: false, answer: None });
        self.keys.insert(key.to_owned(), (run, number, visit));
        Ok(())
    }

    fn failure(
        &mut self,
        run: RunNumber,
        number: usize,
        origin: Origin,
        (failure, reason): (FailureClass, &Reason),
        retry_at: Option<Timestamp>,
    ) -> Held {
        let (policy, repeatable) =
            (self.case.sketch.attempts, self.case.sketch.is_repeatable(number));
        let place = self.place(run, number);
        let reply = place.reply(origin)?;
        let (status, answered, after) = match reply {
            Reply::Success => return Err("the service said yes".to_owned()),
            Reply::Refusal => (400, FailureClass::Terminal, None),
            Reply::Trouble(trouble) => (trouble.status(), class(trouble.doubtful), trouble.after),
        };
        must!(failure == answered, "{failure:?} was noted, and {answered:?} was answered");
        must!(reason.status == Some(status), "{:?} was noted, not {status}", reason.status);
        place.failures += 1;
        place.noted += 1;
        place.doubtful = match answered {
            FailureClass::Unknown => true,
            FailureClass::Retryable => place.doubtful,
            FailureClass::Terminal => false,
        };
        place.due = match answered {
            FailureClass::Terminal => Some(Due::Fail),
            FailureClass::Unknown if !repeatable => Some(Due::Park),
            FailureClass::Unknown | FailureClass::Retryable => {
                (place.failures >= policy).then_some(Due::Fail)
            }
        };
        must!(place.due.is_some() == retry_at.is_none(), "a retry at {retry_at:?} is not due");
        if let Some(time) = retry_at {
            let wait = time.duration_since(origin.at);
            let asked = SignedDuration::from_secs(after.unwrap_or_default().min(24 * 3_600));
            let least = asked.max(SignedDuration::from_millis(500));
            must!(wait >= least, "the retry waits {wait:?}, and {least:?} were asked for");
            let most = asked.max(SignedDuration::from_mins(5));
            must!(wait <= most, "the retry waits {wait:?}, and {most:?} are enough");
            place.phase = Phase::Waiting(time);
        }
        Ok(())
    }

    fn interruption(
        &mut self,
        run: RunNumber,
        number: usize,
        origin: Origin,
        retry_at: Option<Timestamp>,
    ) -> Held {
        let is_to_stop = self.runs[run].is_to_stop;
        let repeatable = self.case.sketch.is_repeatable(number);
        let place = self.place(run, number);
        must!(place.phase == Phase::Running && place.due.is_none(), "nothing was in flight");
        let cut = place.tries.last().is_some_and(|last| last.epoch < origin.epoch);
        must!(cut || is_to_stop, "its own process says that it was interrupted");
        // A run that is to stop may end with it, and is not tried again.
        must!(
            retry_at.is_some() == repeatable || (is_to_stop && retry_at.is_none()),
            "a retry at {retry_at:?} of a call that was cut off"
        );
        place.doubtful = true;
        place.cut_off = true;
        match retry_at {
            Some(time) => place.phase = Phase::Waiting(time),
            None => place.due = Some(Due::Park),
        }
        Ok(())
    }

    fn success(&mut self, run: RunNumber, number: usize, origin: Origin, output: &Value) -> Held {
        let does = self.case.sketch.blocks[number].does;
        must!(!does.passes(), "it has no work");
        if does.calls() {
            let place = self.place(run, number);
            must!(place.reply(origin)? == Reply::Success, "the service said no");
        } else {
            self.begins(run, number)?;
            // A text that is configured leaves no trace: it may be taken until the run hears of the wish.
            let is_effect = matches!(does, Does::Task | Does::Tag | Does::Upsert);
            let is_to_stop = is_effect && self.runs[run].is_to_stop;
            must!(!is_to_stop, "it works, though the run is to stop");
            must!(self.finds_all(run, number), "it works without a value that it needs");
        }
        let field = match does {
            Does::Call(_) => "status",
            Does::Task | Does::Upsert => "id",
            Does::Tag => "tag",
            Does::AskAi | Does::Template | Does::Static | Does::Trigger | Does::Foreign => "text",
        };
        must!(output.get(field).is_some(), "its output has no `{field}`: {output}");
        self.settle(run, number, Phase::Succeeded)
    }

    fn failed(&mut self, run: RunNumber, number: usize, error: &Reason) -> Held {
        if self.runs[run].places[number].due == Some(Due::Fail) {
            return self.due(run, number, Due::Fail, Phase::Failed);
        }
        match self.runs[run].places[number].phase {
            Phase::Waiting(_) => {}
            _ => self.begins(run, number)?,
        }
        let calls = self.case.sketch.blocks[number].does.calls();
        let allowed = match &*error.code {
            "reference-absent" => !self.finds_all(run, number),
            "contact-opted-out" => calls && self.opted_out.contains(&self.runs[run].contact),
            _ => false,
        };
        must!(allowed, "it fails without cause: {error:?}");
        self.settle(run, number, Phase::Failed)
    }

    fn due(&mut self, run: RunNumber, number: usize, due: Due, phase: Phase) -> Held {
        let place = self.place(run, number);
        must!(place.phase == Phase::Running, "it is {:?}", place.phase);
        must!(place.due.take() == Some(due), "{due:?} was not due");
        self.settle(run, number, phase)
    }

    fn settle(&mut self, run: RunNumber, number: usize, phase: Phase) -> Held {
        let place = self.place(run, number);
        must!(place.due.is_none(), "{:?} was due", place.due);
        place.phase = phase;
        Ok(())
    }

    fn resolved(
        &mut self,
        run: RunNumber,
        number: usize,
        decision: &Decision,
        reopened: &[String],
    ) -> Held {
        let fates = self.fates(run);
        let place = &self.runs[run].places[number];
        let mut behind = Vec::new();
        match place.phase {
            Phase::Parked => {}
            Phase::Failed => {
                must!(*decision == Decision::Retry, "it has failed for certain");
                must!(!self.case.sketch.has_error_edge(number), "its failure was dealt with");
                behind = self.case.sketch.behind(number, &fates);
                let reader =
                    self.still_reads(run, number).map(|it| &self.case.sketch.blocks[it].id);
                must!(
                    reader.is_none(),
                    "it is retried, and {reader:?} may send again what it read"
                );
            }
            other => return Err(format!("a person decides though it is {other:?}")),
        }
        let mut named: Vec<&str> =
            behind.iter().map(|it| self.case.sketch.blocks[*it].id.as_str()).collect();
        named.sort_unstable();
        must!(named == reopened, "{reopened:?} wait again, and should be {named:?}");
        for it in behind {
            self.place(run, it).phase = Phase::Untouched;
        }
        let mended: Vec<bool> = self.runs[run].places.iter().map(|it| it.mended).collect();
        let foreseen = self.case.sketch.to_mend(&fates, &mended, |_| true) == Some(number);
        let course = &mut self.runs[run];
        course.ended = None;
        let place = &mut course.places[number];
        match decision {
            Decision::Retry => {
                if place.phase == Phase::Failed {
                    // A decision about a parked block may come when that has failed: it was tried again meanwhile.
                    course.is_exact &= foreseen;
                    place.mended = true;
                    if !place.doubtful {
                        place.visit += 1;
                    }
                }
                place.failures = 0;
                place.phase = Phase::Untouched;
            }
            Decision::Failed => place.phase = Phase::Failed,
            Decision::Succeeded { output } => {
                place.said_done = output.is_none();
                place.phase = Phase::Succeeded;
            }
        }
        Ok(())
    }

    fn end(&mut self, run: RunNumber, status: EndStatus) -> Held {
        if status == EndStatus::Stopped {
            must!(self.runs[run].is_to_stop, "it stops, and nobody wants it to");
            let running = |place: &Place| place.phase == Phase::Running;
            must!(!self.runs[run].places.iter().any(running), "it stops with a call in flight");
            self.runs[run].ended = Some(status);
            return Ok(());
        }
        let fates = self.fates(run);
        for (number, fate) in fates.iter().enumerate() {
            let open = fate.is_none() && self.case.sketch.takes_part(number);
            must!(!open, "the run ends, and `{}` is open", self.case.sketch.blocks[number].id);
        }
        let failed = (0..fates.len()).any(|it| self.case.sketch.is_unhandled(it, &fates));
        let verdict = if failed { EndStatus::Failed } else { EndStatus::Succeeded };
        must!(status == verdict, "the run ends as {status:?}, not {verdict:?}");
        self.runs[run].ended = Some(status);
        Ok(())
    }
}

impl Place {
    pub(super) fn visit_was_tried(&self) -> bool {
        self.tries.last().is_some_and(|last| last.visit == self.visit)
    }

    /// What the service answered the last attempt, which was this process's own.
    fn reply(&self, origin: Origin) -> Held<Reply> {
        must!(self.phase == Phase::Running && self.due.is_none(), "nothing was in flight");
        let last = self.tries.last().ok_or("it was never tried")?;
        must!(
            (Some(last.process), last.epoch) == (origin.process, origin.epoch),
            "process {:?} has the outcome of a call of process {}",
            origin.process,
            last.process
        );
        last.answer.ok_or_else(|| "an outcome was noted before there was an answer".to_owned())
    }
}
