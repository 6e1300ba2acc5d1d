//! Databases of older formats: they are brought to today's, and the runs in them go on.
//!
//! `fixtures/databases/format-N` holds files that a version with that format left when it was killed in the middle of a story of
//! that name, as the SQL that makes them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use relance_runtime::journal::{Claim, Journal, JournalError, SqliteJournal};
use rusqlite::Connection;
use tempfile::{TempDir, tempdir};

use crate::{
    staged::Staged,
    stories::uninterrupted,
    story::{Ending, RUN, Stage, Story},
};

/// The files of a format, by the name of their story.
fn files(format: u32) -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/databases");
    let folder = folder.join(format!("format-{format}"));
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let name = |path: PathBuf| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path);
    files.into_iter().map(name).collect()
}

/// A database as it was left.
fn left(sql: &Path) -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("relance.db");
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    // Rows come in the order of their tables' names.
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute_batch(&fs::read_to_string(sql).unwrap()).unwrap();
    (folder, path)
}

fn schema(path: &Path) -> Vec<(String, String)> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection
        .prepare("SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY name")
        .unwrap();
    let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn runs_of_an_older_format_go_on() {
    for (name, sql) in files(1) {
        let (_folder, path) = left(&sql);
        let story = Story::named(&name);
        let stage = Stage::new(story.clone(), 0);
        let journal = Arc::new(SqliteJournal::open(&path).unwrap());
        let journal: Arc<dyn Journal> = Arc::new(Staged::calm(journal));
        stage.rewind(&journal);
        let before = stage.clock.run(journal.events(RUN, 0)).unwrap().unwrap();
        let report = stage.play([Arc::clone(&journal)]);
        let after = stage.clock.run(journal.events(RUN, 0)).unwrap().unwrap();
        assert_eq!(after[..before.len()], before, "story `{name}`: what happened stays");
        let mut endings = [stage.ending(&report, &journal), uninterrupted(&story).ending];
        endings.iter_mut().for_each(Ending::forget_calls);
        assert_eq!(endings[0], endings[1], "story `{name}`");
    }
}

#[test]
fn an_older_file_becomes_what_a_new_one_is() {
    let folder = tempdir().unwrap();
    let new = folder.path().join("new.db");
    drop(SqliteJournal::open(&new).unwrap());
    for (name, sql) in files(1) {
        let (_folder, path) = left(&sql);
        assert_ne!(schema(&path), schema(&new));
        drop(SqliteJournal::open(&path).unwrap());
        assert_eq!(schema(&path), schema(&new), "{name}");
    }
}

#[tokio::test]
async fn a_run_whose_process_knew_no_heartbeat_may_be_claimed() {
    let (_, sql) = files(1).into_iter().find(|(name, _)| name.starts_with("branches")).unwrap();
    let (_folder, path) = left(&sql);
    let journal: Arc<dyn Journal> = Arc::new(SqliteJournal::open(&path).unwrap());
    let at = "2026-11-22T09:31:00Z".parse().unwrap();
    let claim = Claim { owner: "me".into(), at, limit: 9, campaign: None };
    let claimed = journal.claim(claim).await.unwrap();
    assert_eq!(claimed.runs.len(), 1);
    assert_eq!(&*claimed.runs[0].lease.run, RUN);
}

#[test]
fn a_migration_that_cannot_be_carried_out_leaves_the_file_as_it_was() {
    let (_, sql) = files(1).remove(0);
    let (_folder, path) = left(&sql);
    // In the way of a table that the next format makes.
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE campaigns (mine TEXT)").unwrap();
    let before = schema(&path);
    let refused = SqliteJournal::open(&path).err().unwrap();
    assert!(matches!(refused, JournalError::Failed { .. }), "{refused}");
    assert_eq!(schema(&path), before);
    let version = Connection::open(&path).unwrap();
    let version: i64 = version.query_row("PRAGMA user_version", (), |row| row.get(0)).unwrap();
    assert_eq!(version, 1);
}
