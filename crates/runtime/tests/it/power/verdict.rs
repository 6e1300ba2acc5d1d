//! What is said of the files that a power cut left.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, Mutex},
};

use relance_faults::Files;
use relance_runtime::{
    event::Fact,
    journal::{Journal, JournalError, MemoryJournal, RunFilter, SqliteJournal, check::Flaw},
    retry::idempotency_key,
    simulation::Received,
};

use super::actor::{DATABASE, Said, perform};
use crate::{
    kill::{memory_folder, runtime},
    story::{Ending, RUN, Stage, Story, answers_known, effects},
};

/// How many visits of a block the stories have at most.
const VISITS: u32 = 8;

/// What became of a database.
#[derive(Debug)]
pub(super) enum Verdict {
    /// Nothing is wrong, and the story went on to its end.
    Sound,
    /// Something is gone that was acknowledged, or whose consequence had left.
    Lost(String),
    /// A local effect is there without its event, or the other way round, or twice.
    Twice(String),
    /// It cannot be read.
    Corrupt(String),
    /// The story went on to another end.
    Diverged(String),
}

/// Opens what is left, and carries the story on.
pub(super) fn judge(story: &str, files: &Files, said: &[Said]) -> Verdict {
    let folder = memory_folder();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let file = folder.path().join(DATABASE);
    let journal: Arc<dyn Journal> = match SqliteJournal::open(&file) {
        Ok(journal) => Arc::new(journal),
        Err(error) => return Verdict::Corrupt(error.to_string()),
    };
    if let Some(verdict) = flaws(&file) {
        return verdict;
    }
    match runtime().block_on(missing(&journal, said)) {
        Ok(None) => {}
        Ok(Some(why)) => return Verdict::Lost(why),
        Err(error) => return Verdict::Corrupt(error.to_string()),
    }
    let of_story =
        |it: &Received| (1..=VISITS).any(|visit| idempotency_key(RUN, &it.block, visit) == it.key);
    let before = said.iter().filter_map(|said| match said {
        Said::Sent(received) if of_story(received) => Some(received.clone()),
        Said::Sent(_) | Said::Safe(..) | Said::Imported(_) | Said::OptedOut(_) => None,
    });
    let before: Vec<Received> = before.collect();
    // A page that was lost may be needed only now; with the settings of every day nothing of the kind may be seen at all.
    let carried = catch_unwind(AssertUnwindSafe(|| carry_on(story, &journal, before)));
    let Ok((went, expected)) = carried else {
        return Verdict::Corrupt("it cannot be carried on".to_owned());
    };
    if went != expected {
        return Verdict::Diverged(format!("{went:?}\ninstead of {expected:?}"));
    }
    flaws(&file).unwrap_or(Verdict::Sound)
}

/// What the check of the database finds.
fn flaws(file: &Path) -> Option<Verdict> {
    let flaw = match SqliteJournal::check(file) {
        Ok(checked) => checked.flaws.into_iter().next()?,
        Err(error) => return Some(Verdict::Corrupt(error.to_string())),
    };
    let why = format!("{flaw:?}");
    Some(match flaw {
        Flaw::Twice { .. } | Flaw::Missing { .. } | Flaw::Unexplained { .. } => Verdict::Twice(why),
        Flaw::Damaged { .. }
        | Flaw::Dangling { .. }
        | Flaw::Document { .. }
        | Flaw::Row { .. }
        | Flaw::Event { .. }
        | Flaw::Gap { .. }
        | Flaw::Beginning { .. }
        | Flaw::Differs { .. }
        | Flaw::Key { .. } => Verdict::Corrupt(why),
    })
}

/// What was said and is not there.
async fn missing(
    journal: &Arc<dyn Journal>,
    said: &[Said],
) -> Result<Option<String>, JournalError> {
    let mut intents = BTreeSet::new();
    for row in journal.runs(RunFilter::default()).await? {
        for event in journal.events(&row.id, 0).await? {
            if let Fact::AttemptStarted { key, .. } = event.fact {
                intents.insert(key);
            }
        }
    }
    for it in said {
        let there = match it {
            Said::Safe(run, event) => {
                journal.events(run, event.seq - 1).await?.first() == Some(event)
            }
            Said::Imported(id) => journal.contact(id).await?.is_some(),
            Said::OptedOut(id) => {
                journal.contact(id).await?.is_some_and(|row| row.opted_out_at.is_some())
            }
            Said::Sent(received) => intents.contains(&received.key),
        };
        if !there {
            return Ok(Some(format!("{it:?}")));
        }
    }
    Ok(None)
}

/// Carries the story on an hour later: how it ended, and how it ends when nobody disturbs it.
fn carry_on(story: &str, journal: &Arc<dyn Journal>, before: Vec<Received>) -> (Ending, Ending) {
    let stage = Stage::at("2026-11-22T10:30:00Z", Story::named(story), 0);
    let runtime = runtime();
    let events = runtime.block_on(journal.events(RUN, 0)).unwrap();
    for block in &stage.story.blocks() {
        stage.services.rewind(block, answers_known(&events, block));
    }
    let report = perform(&stage, journal, &(Arc::new(|_: &Said| {}) as _));
    let mut received = before;
    received.extend(stage.services.received());
    let ending = Ending::new(&report, received, runtime.block_on(effects(journal)));
    (ending, undisturbed(story))
}

/// How a story ends when nobody disturbs it.
fn undisturbed(story: &str) -> Ending {
    static KNOWN: Mutex<BTreeMap<String, Ending>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap();
    let end = || {
        let stage = Stage::new(Story::named(story), 0);
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
        let report = perform(&stage, &journal, &(Arc::new(|_: &Said| {}) as _));
        let effects = stage.clock.run(effects(&journal)).unwrap();
        Ending::new(&report, stage.services.received(), effects)
    };
    known.entry(story.to_owned()).or_insert_with(end).clone()
}
