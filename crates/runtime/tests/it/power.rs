//! Power cuts: every state in which the disk may be left, at every operation of a real process.
//!
//! The process plays a story on a new database while everything that it does to its files is written down. Then each moment of
//! that record is played on a disk that keeps its promises and no more ([`relance_faults::Disk`]), its power is cut, and the
//! files that are left are opened with our own code. Whatever the process had been told must be there; nothing may be there
//! half or twice; and when the story is carried on, it must end as if nothing had happened.
//!
//! A process that syncs too little must be found out by the same means, else these tests would prove nothing. Syncs are taken out
//! of the record for that; no setting of the program leaves them out.

mod actor;
mod killed;
mod verdict;

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use relance_faults::{
    Disk, Fate, Op, Recorder,
    proof::{Figures, full},
};

use self::{
    actor::{SAID, Said},
    verdict::{Verdict, judge},
};
use crate::{
    kill::{again, memory_folder},
    story::Story,
};

/// Moments of a usual run; a full one looks at all.
const USUAL: usize = 240;

/// States that a full run sees at least.
const FULL: usize = 10_000;

/// How many mixtures of lost and kept, and how many torn ones, at each moment.
const SEEDS: u64 = 2;

/// What a process did, and the story that it played.
struct Record {
    story: String,
    ops: Vec<Op>,
}

/// A power cut after so many operations, and what becomes of what was not synced.
#[derive(Debug, Clone, Copy)]
struct Cut {
    operation: usize,
    fate: Fate,
}

#[test]
fn a_power_cut_loses_nothing_and_does_nothing_twice() {
    let stories: Vec<String> = Story::all().into_iter().map(|(name, _)| name).collect();
    let records = records(&stories);
    let cuts: usize = records.iter().map(|record| record.cuts().len()).sum();
    let found = judge_all(&records, if full() { 1 } else { stride(cuts / USUAL) });
    found.figures("power-cuts");
    assert!(found.states >= if full() { FULL } else { USUAL / 2 }, "only {} states", found.states);
    assert!(found.told.is_empty(), "{found:#?}");
}

#[test]
fn a_log_that_is_never_synced_is_found_out() {
    let found = judge_weak(|op| !is_sync_of(op, LOG));
    assert!(found.lost > 0, "{found:?}");
}

#[test]
fn a_file_that_is_never_synced_is_found_out() {
    // As with `synchronous = OFF`.
    let found = judge_weak(|op| !matches!(op, Op::Sync { .. }));
    assert!(found.lost > 0, "{found:?}");
}

#[test]
fn a_folder_that_is_never_synced_is_found_out() {
    let found = judge_weak(|op| !is_sync_of(op, ""));
    assert!(found.lost > 0, "{found:?}");
}

/// The write-ahead log.
const LOG: &str = "relance.db-wal";

fn is_sync_of(op: &Op, name: &str) -> bool {
    matches!(op, Op::Sync { file } if file == name)
}

/// What is found when only those operations were made.
fn judge_weak(real: impl Fn(&Op) -> bool) -> Found {
    let mut records = records(&["task_is_opened".to_owned()]);
    for record in &mut records {
        record.ops.retain(&real);
    }
    judge_all(&records, 7)
}

/// What was found in many states.
#[derive(Debug, Default)]
struct Found {
    /// Different states that were looked at.
    states: usize,
    /// States that lack what was acknowledged.
    lost: usize,
    /// States with an effect without its event, or twice.
    twice: usize,
    /// States that cannot be read.
    corrupt: usize,
    /// States from which the story ends otherwise.
    diverged: usize,
    /// The first few, told.
    told: Vec<String>,
}

impl Found {
    /// Writes the figures of a proof.
    fn figures(&self, proof: &'static str) {
        Figures::of(proof, self.states)
            .count("lost", self.lost)
            .count("twice", self.twice)
            .count("corrupt", self.corrupt)
            .count("diverged", self.diverged)
            .write();
    }

    fn add(&mut self, verdict: Verdict, what: impl Fn() -> String) {
        self.states += 1;
        let (count, why) = match verdict {
            Verdict::Sound => return,
            Verdict::Lost(why) => (&mut self.lost, why),
            Verdict::Twice(why) => (&mut self.twice, why),
            Verdict::Corrupt(why) => (&mut self.corrupt, why),
            Verdict::Diverged(why) => (&mut self.diverged, why),
        };
        *count += 1;
        if self.told.len() < 3 {
            self.told.push(format!("{}: {why}", what()));
        }
    }

    fn join(mut self, other: Found) -> Found {
        self.states += other.states;
        self.lost += other.lost;
        self.twice += other.twice;
        self.corrupt += other.corrupt;
        self.diverged += other.diverged;
        self.told.extend(other.told);
        self
    }
}

/// Looks at each cut whose turn it is, every so many of all, with two hands.
fn judge_all(records: &[Record], every: usize) -> Found {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Found::default();
        while let Some(record) = records.get(next.fetch_add(1, Ordering::Relaxed)) {
            record.judge(every, &mut found);
        }
        found
    };
    thread::scope(|scope| {
        let hands = [scope.spawn(work), scope.spawn(work)];
        hands.into_iter().map(|hand| hand.join().unwrap()).fold(Found::default(), Found::join)
    })
}

/// A step up to that long that meets every fate in turn.
fn stride(longest: usize) -> usize {
    let meets_all = |step: &usize| !step.is_multiple_of(2) && !step.is_multiple_of(3);
    (1..=longest).rev().find(meets_all).unwrap()
}

fn records(stories: &[String]) -> Vec<Record> {
    let recorder = Recorder::build();
    stories.iter().map(|story| Record::of(&recorder, story)).collect()
}

impl Record {
    fn of(recorder: &Recorder, story: &str) -> Record {
        let (folder, logs) = (memory_folder(), memory_folder());
        let log = logs.path().join("log");
        let mut process = process(story, folder.path());
        recorder.record(&mut process, folder.path(), &log);
        let output = process.output().unwrap();
        assert!(output.status.success(), "{story}: {}", String::from_utf8_lossy(&output.stdout));
        Record { story: story.to_owned(), ops: Op::read(&log) }
    }

    /// Every cut, in order.
    fn cuts(&self) -> Vec<Cut> {
        let fates = |operation: usize| {
            let seeds = (0..SEEDS).map(move |n| operation as u64 * SEEDS + n);
            let chances = seeds.flat_map(|seed| [Fate::Some(seed), Fate::Torn(seed)]);
            [Fate::Lost, Fate::Kept].into_iter().chain(chances)
        };
        let moments = 0..=self.ops.len();
        moments
            .flat_map(|operation| fates(operation).map(move |fate| Cut { operation, fate }))
            .collect()
    }

    /// Looks at every so many cuts. Cuts that leave the same are looked at once.
    fn judge(&self, every: usize, found: &mut Found) {
        let mut disk = Disk::default();
        let mut said: Vec<Said> = Vec::new();
        let mut seen = HashSet::new();
        let mut done = 0;
        for cut in self.cuts().into_iter().step_by(every) {
            for op in &self.ops[done..cut.operation] {
                if op.file() != SAID {
                    disk.apply(op);
                } else if let Op::Write { data, .. } = op {
                    said.push(serde_json::from_slice(data).unwrap());
                }
            }
            done = cut.operation;
            let files = disk.cut(cut.fate);
            let mut hasher = DefaultHasher::new();
            (&files, said.len()).hash(&mut hasher);
            if seen.insert(hasher.finish()) {
                let Cut { operation, fate } = cut;
                let what = || format!("{} cut after operation {operation}, {fate:?}", self.story);
                found.add(judge(&self.story, &files, &said), what);
            }
        }
    }
}

fn process(story: &str, folder: &Path) -> std::process::Command {
    let mut process = again("power::actor::process");
    process.env(actor::STORY, story).env(actor::FOLDER, folder);
    process
}
