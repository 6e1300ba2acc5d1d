//! The rules of calls: none arrives whose intent is not stored, each intent lets one call leave, and a key always asks the same.

use super::{Held, Process, Referee, RunNumber, must};
use crate::sketch::{Answer, Trouble};

/// What a service answered.
pub(crate) type Reply = Answer;

/// A call that has arrived, and will be answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrived {
    pub(crate) run: RunNumber,
    pub(crate) number: usize,
    place: usize,
    pub(crate) reply: Reply,
}

impl Referee {
    /// Takes a call down. None: it should never have left.
    pub(crate) fn arrive(&mut self, process: Process, key: &str, request: &str) -> Option<Arrived> {
        self.tally.calls += 1;
        match self.judge_call(process, key, request) {
            Ok(arrived) => Some(arrived),
            Err(why) => {
                self.note(Err(format!("a call of process {process}: {why}")));
                None
            }
        }
    }

    /// The answer reaches the process.
    pub(crate) fn answer(&mut self, arrived: Arrived) {
        let place = &mut self.runs[arrived.run].places[arrived.number];
        place.tries[arrived.place].answer = Some(arrived.reply);
    }

    fn judge_call(&mut self, process: Process, key: &str, request: &str) -> Held<Arrived> {
        let (run, number, _) =
            *self.keys.get(key).ok_or("no intent with its key was ever stored")?;
        let answers = &self.case.sketch.blocks[number].answers;
        let place = &mut self.runs[run].places[number];
        let mine = |it: &super::Try| it.process == process && !it.arrived;
        let open = place.tries.iter().rposition(mine);
        let open = open.ok_or("its intent is not stored, or let another call leave")?;
        place.tries[open].arrived = true;
        let reply = answers.after(place.noted, place.mended);
        let known = self.requests.entry(key.to_owned()).or_insert_with(|| request.to_owned());
        must!(known == request, "its key asked `{known}` before, and asks `{request}` now");
        Ok(Arrived { run, number, place: open, reply })
    }
}

impl Trouble {
    /// The HTTP status of it.
    pub(crate) fn status(self) -> u16 {
        if self.doubtful { 500 } else { 503 }
    }
}
