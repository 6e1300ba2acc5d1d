//! The check of a database: a sound one is said to be so, and each way of breaking one is found.

use std::{path::Path, sync::Arc};

use relance_runtime::journal::{
    Journal, SqliteJournal,
    check::{Checked, Flaw, Kind},
};
use rusqlite::Connection;

use crate::{
    kill::memory_folder,
    staged::Staged,
    story::{RUN, Stage, Story},
};

/// A database in which that story has been played.
fn played(story: &str, path: &Path) {
    let stage = Stage::new(Story::named(story), 0);
    let journal = Arc::new(SqliteJournal::open(path).unwrap());
    let journal: Arc<dyn Journal> = Arc::new(Staged::calm(journal));
    stage.prepare(&journal);
    stage.play([journal]);
}

/// What is found after that was done to the database of a story.
fn found_after(story: &str, sql: &str) -> Vec<Flaw> {
    let folder = memory_folder();
    let path = folder.path().join("relance.db");
    played(story, &path);
    let other = Connection::open(&path).unwrap();
    other.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
    drop(other);
    SqliteJournal::check(&path).unwrap().flaws
}

fn run() -> String {
    RUN.to_owned()
}

#[test]
fn every_story_leaves_a_sound_database() {
    let folder = memory_folder();
    for (name, _) in Story::all() {
        let path = folder.path().join(format!("{name}.db"));
        played(&name, &path);
        let Checked { runs, events, flaws } = SqliteJournal::check(&path).unwrap();
        assert_eq!(flaws, [], "story `{name}`");
        assert!(runs > 0 && events > 1, "story `{name}`");
    }
}

#[test]
fn an_event_that_is_gone_is_missed() {
    let gap = |seq| Flaw::Gap { run: run(), seq };
    let found = found_after("http_is_called", "DELETE FROM events WHERE seq = 2");
    assert_eq!(found, [gap(2)]);
    let found = found_after("http_is_called", "DELETE FROM events WHERE seq = 1");
    assert_eq!(found, [gap(1)]);
    let all = found_after("http_is_called", "DELETE FROM events");
    assert_eq!(all, [Flaw::Beginning { run: run() }]);
}

#[test]
fn the_last_event_that_is_gone_is_missed_by_the_row() {
    let last = "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)";
    let differs = |column| Flaw::Differs { run: run(), column };
    assert_eq!(found_after("http_is_called", last), [differs("status"), differs("ended_at")]);
}

#[test]
fn a_row_that_says_something_else_than_its_events_is_found() {
    for (change, column) in [
        ("status = 'failed'", "status"),
        ("graph = 'other'", "graph"),
        ("hash = 'other'", "hash"),
        ("contact = 'other'", "contact"),
        ("planner = 99", "planner"),
        ("started_at = '2020-01-01T00:00:00.000Z'", "started_at"),
        ("ended_at = '2020-01-01T00:00:00.000Z'", "ended_at"),
    ] {
        let found = found_after("http_is_called", &format!("UPDATE runs SET {change}"));
        assert_eq!(found, [Flaw::Differs { run: run(), column }], "{change}");
    }
}

#[test]
fn a_run_that_waits_for_nobody_is_found() {
    let unpark = "UPDATE runs SET status = 'parked', ended_at = NULL; DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)";
    let differs = Flaw::Differs { run: run(), column: "status" };
    assert_eq!(found_after("http_is_called", unpark), [differs]);
}

#[test]
fn what_cannot_be_understood_is_told_with_its_place() {
    let found = found_after("http_is_called", "UPDATE events SET body = '{}' WHERE seq = 2");
    assert!(matches!(&found[..], [Flaw::Event { seq: 2, .. }]), "{found:?}");
    let found = found_after("http_is_called", "UPDATE events SET version = 9 WHERE seq = 2");
    assert!(matches!(&found[..], [Flaw::Event { seq: 2, .. }]), "{found:?}");
    let found = found_after("http_is_called", "UPDATE runs SET environment = 'moon'");
    assert!(matches!(&found[..], [Flaw::Row { .. }]), "{found:?}");
}

#[test]
fn a_local_effect_without_its_event_and_an_event_without_its_effect_are_found() {
    let missing = |effect, found: Vec<Flaw>| {
        let [Flaw::Missing { effect: kind, .. }] = found[..] else { panic!("{found:?}") };
        assert_eq!(kind, effect);
    };
    missing(Kind::Task, found_after("task_is_opened", "DELETE FROM tasks"));
    missing(Kind::Tag, found_after("tag_is_new", "DELETE FROM contact_tags"));
    missing(Kind::Record, found_after("crm_record_is_created", "DELETE FROM crm_contacts"));
    let more = "INSERT INTO tasks SELECT 't-other', run, block, contact, label, assignee, priority, created_at, done_at FROM tasks";
    let unexplained = |effect, id: &str| Flaw::Unexplained { effect, id: id.to_owned() };
    assert_eq!(found_after("task_is_opened", more), [unexplained(Kind::Task, "t-other")]);
    let more = "INSERT INTO crm_contacts SELECT 'c-other', NULL, NULL, fields, created_at, updated_at FROM crm_contacts";
    assert_eq!(found_after("crm_record_is_created", more), [unexplained(Kind::Record, "c-other")]);
}

#[test]
fn a_block_that_did_its_work_twice_is_found() {
    let again = "UPDATE events SET seq = seq + 1 WHERE seq = (SELECT max(seq) FROM events);
        INSERT INTO events (run, seq, at, version, body)
        SELECT run, seq + 1, at, version, body FROM events WHERE kind = 'block-succeeded'";
    let found = found_after("task_is_opened", again);
    let block = Story::named("task_is_opened").blocks().swap_remove(0);
    assert_eq!(found, [Flaw::Twice { run: run(), block }]);
}

#[test]
fn a_key_that_is_not_its_own_is_found() {
    let other =
        "UPDATE events SET body = json_set(body, '$.key', 'other') WHERE kind = 'attempt-started'";
    let found = found_after("http_is_called", other);
    assert!(matches!(&found[..], [Flaw::Key { .. }]), "{found:?}");
}

#[test]
fn a_document_that_was_changed_and_rows_that_dangle_are_found() {
    let found = found_after("task_is_opened", "UPDATE documents SET bytes = x'7b7d'");
    assert!(matches!(&found[..], [Flaw::Document { .. }]), "{found:?}");
    let found = found_after("task_is_opened", "DELETE FROM documents");
    assert!(matches!(&found[..], [Flaw::Dangling { .. }]), "{found:?}");
}

#[test]
fn a_page_that_is_damaged_is_found_and_the_file_is_left_alone() {
    let folder = memory_folder();
    let path = folder.path().join("relance.db");
    played("task_is_opened", &path);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096 * 3..4096 * 4].fill(0xA5);
    std::fs::write(&path, &bytes).unwrap();
    let flaws = SqliteJournal::check(&path).unwrap().flaws;
    assert!(matches!(&flaws[..], [Flaw::Damaged { .. }, ..]), "{flaws:?}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}
