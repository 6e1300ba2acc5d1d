//! Copies made while others write, and carried on from.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use relance_model::contact::Contact;
use relance_runtime::{
    identity::{Person, Region, identify},
    journal::{ContactFilter, Journal, Records, SqliteJournal},
};

use crate::{
    kill::{memory_folder, runtime},
    staged::{Moment, Staged, Watch},
    stories::uninterrupted,
    story::{Stage, Story},
};

fn person(number: usize) -> Person {
    let email = Some(format!("contact-{number:05}@exemple.com"));
    identify(Contact { email, ..Contact::default() }, Region::default()).unwrap()
}

#[test]
fn a_copy_made_while_others_write_holds_one_moment() {
    let folder = memory_folder();
    let path = folder.path().join("relance.db");
    let journal = SqliteJournal::open(&path).unwrap();
    let written = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let now = jiff::Timestamp::UNIX_EPOCH;
            for number in 0..400 {
                runtime().block_on(journal.import(vec![person(number)], now)).unwrap();
            }
            written.store(true, Ordering::Relaxed);
        });
        let mut copies = Vec::new();
        while !written.load(Ordering::Relaxed) || copies.is_empty() {
            let copy = folder.path().join(format!("copy-{}.db", copies.len()));
            SqliteJournal::backup(&path, &copy, false).unwrap();
            copies.push(copy);
        }
        let mut last = 0;
        for copy in copies {
            assert_eq!(SqliteJournal::check(&copy).unwrap().flaws, []);
            let copied = SqliteJournal::open(&copy).unwrap();
            let contacts = runtime().block_on(copied.contacts(ContactFilter::default())).unwrap();
            // They were written one after the other: a copy holds the first so many, and a later copy no fewer.
            for (number, row) in contacts.iter().enumerate() {
                assert_eq!(row.contact.email, person(number).contact.email);
            }
            assert!(contacts.len() >= last);
            last = contacts.len();
        }
    });
}

#[test]
fn what_a_killed_backup_left_is_taken_away_by_the_next() {
    let folder = memory_folder();
    let path = folder.path().join("relance.db");
    drop(SqliteJournal::open(&path).unwrap());
    let beside = |name: &str| folder.path().join(name);
    for name in ["copy.db.part-1", "copy.db.part-2", "copy.db.part-x", "other.db.part-1"] {
        fs::write(beside(name), "half of a copy").unwrap();
    }
    // Somebody works on this one.
    let held = fs::File::open(beside("copy.db.part-2")).unwrap();
    held.try_lock().unwrap();
    SqliteJournal::backup(&path, beside("copy.db"), false).unwrap();
    assert!(!beside("copy.db.part-1").exists());
    for stays in ["copy.db", "copy.db.part-2", "copy.db.part-x", "other.db.part-1"] {
        assert!(beside(stays).exists(), "{stays}");
    }
    drop(held);
    SqliteJournal::backup(&path, beside("copy.db"), true).unwrap();
    assert!(!beside("copy.db.part-2").exists());
}

/// A copy is made at each commit of a story; each is carried on as if the database had been lost.
#[test]
fn a_story_carried_on_from_a_copy_ends_as_it_would_have() {
    for name in
        ["branches_run_in_parallel_and_join", "call_is_retried_and_succeeds", "task_is_opened"]
    {
        let story = Story::named(name);
        let expected = uninterrupted(&story).ending;
        let folder = memory_folder();
        let path = folder.path().join("relance.db");
        let stage = Stage::new(story.clone(), 0);
        let journal: Arc<dyn Journal> = Arc::new(SqliteJournal::open(&path).unwrap());
        let calm: Arc<dyn Journal> = Arc::new(Staged::calm(Arc::clone(&journal)));
        stage.prepare(&calm);
        let copy = |commit: usize| folder.path().join(format!("copy-{commit}.db"));
        let (from, to) = (path.clone(), folder.path().to_owned());
        let watch: Watch = Arc::new(move |moment| {
            if let Moment::After(commit) = moment {
                let to = to.join(format!("copy-{commit}.db"));
                SqliteJournal::backup(&from, to, false).unwrap();
            }
            false
        });
        let watched = Arc::new(Staged::blocking(journal, watch));
        stage.play([Arc::<Staged>::clone(&watched) as Arc<dyn Journal>]);
        assert!(watched.commits() > 1);
        for commit in 1..=watched.commits() {
            let stage = Stage::at("2026-11-22T10:30:00Z", story.clone(), 0);
            let journal = Arc::new(SqliteJournal::open(copy(commit)).unwrap());
            let journal: Arc<dyn Journal> = Arc::new(Staged::calm(journal));
            stage.rewind(&journal);
            let report = stage.play([Arc::clone(&journal)]);
            let mut ending = stage.ending(&report, &journal);
            ending.forget_calls();
            let mut expected = expected.clone();
            expected.forget_calls();
            assert_eq!(ending, expected, "story `{name}` from commit {commit}");
        }
    }
}
