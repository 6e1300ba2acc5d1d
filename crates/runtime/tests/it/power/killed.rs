//! The same process, killed: before, within and after any operation on its files.
//!
//! What lies between two operations leaves no trace, so these are all the moments that there are, whatever the code in between.

use std::{fs, os::unix::process::ExitStatusExt, thread};

use relance_faults::{Files, Kill, Moment, Recorder, proof::full};

use super::{
    Found, Record,
    actor::{SAID, Said},
    process, stride,
    verdict::judge,
};
use crate::{kill::memory_folder, story::Story};

/// Kills of a usual run, and of a full one.
const USUAL: usize = 60;
const FULL: usize = 2_000;

/// The signal of `kill -9`.
const SIGKILL: i32 = 9;

#[test]
fn a_process_killed_at_any_operation_loses_nothing_and_does_nothing_twice() {
    let recorder = Recorder::build();
    let stories = Story::all().into_iter().map(|(name, _)| name);
    let records: Vec<Record> = stories.map(|story| Record::of(&recorder, &story)).collect();
    let moments: Vec<(&Record, Kill)> = records.iter().flat_map(moments).collect();
    let kills = if full() { FULL } else { USUAL };
    let chosen: Vec<_> = moments.iter().copied().step_by(stride(moments.len() / kills)).collect();
    let found = thread::scope(|scope| {
        let hands: Vec<_> = chosen
            .chunks(chosen.len().div_ceil(2))
            .map(|chosen| scope.spawn(|| kill_all(&recorder, chosen)))
            .collect();
        hands.into_iter().map(|hand| hand.join().unwrap()).fold(Found::default(), Found::join)
    });
    found.figures("kills-on-disk");
    assert!(found.states >= kills, "only {} kills", found.states);
    assert!(found.told.is_empty(), "{found:#?}");
}

fn moments(record: &Record) -> impl Iterator<Item = (&Record, Kill)> {
    (1..=record.ops.len())
        .flat_map(move |operation| Moment::ALL.map(|moment| (record, Kill { moment, operation })))
}

fn kill_all(recorder: &Recorder, chosen: &[(&Record, Kill)]) -> Found {
    let mut found = Found::default();
    for (record, kill) in chosen {
        let folder = memory_folder();
        let mut process = process(&record.story, folder.path());
        recorder.kill(&mut process, folder.path(), *kill);
        let output = process.output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        let killed = output.status.signal() == Some(SIGKILL);
        assert!(killed, "{} was not killed {kill}: {told}", record.story);
        let mut files = left(folder.path());
        let said = files.remove(SAID).unwrap_or_default();
        let verdict = judge(&record.story, &files, &heard(&said));
        found.add(verdict, || format!("{} killed {kill}", record.story));
    }
    found
}

/// The files that are left, but for the shared memory, which means nothing without its processes.
fn left(folder: &std::path::Path) -> Files {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let file = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().unwrap();
        (!name.ends_with("-shm")).then(|| (name, fs::read(entry.path()).unwrap()))
    };
    entries.filter_map(file).collect()
}

/// What was said in whole lines: half a line was not heard.
fn heard(said: &[u8]) -> Vec<Said> {
    let lines = said.split_inclusive(|byte| *byte == b'\n');
    let whole = lines.filter(|line| line.ends_with(b"\n"));
    whole.map(|line| serde_json::from_slice(line).unwrap()).collect()
}
