//! What only a file can do: be missing, foreign, damaged, locked, full, newer, shared.

use std::{fs, path::Path, sync::Arc};

use relance_model::contact::Contact;
use relance_runtime::{
    identity::{Person, Region, identify},
    journal::{ContactFilter, Journal, JournalError, Records, SqliteJournal, Trial},
};
use rusqlite::Connection;
use tempfile::tempdir;

fn person(number: usize) -> Person {
    let email = Some(format!("contact-{number}@exemple.com"));
    identify(Contact { email, ..Contact::default() }, Region::default()).unwrap()
}

fn refusal(path: &Path) -> JournalError {
    SqliteJournal::open(path).err().unwrap()
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    let notes = "These are notes, and they are longer than the header of a database.".repeat(20);
    fs::write(&path, &notes).unwrap();
    assert_eq!(refusal(&path), JournalError::NotADatabase(path.clone()));
    assert_eq!(fs::read_to_string(&path).unwrap(), notes);
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("other.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE songs (title TEXT)").unwrap();
    drop(other);
    let before = fs::read(&path).unwrap();
    assert_eq!(refusal(&path), JournalError::NotOurs(path.clone()));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_newer_format_is_refused() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("relance.db");
    drop(SqliteJournal::open(&path).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let newer = JournalError::Newer { path: path.clone(), found: 99, known: 2 };
    assert_eq!(refusal(&path), newer);
}

#[test]
fn a_folder_that_is_not_there_is_said_to_be_so() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("nowhere/relance.db");
    assert_eq!(refusal(&path), JournalError::CannotOpen(path.clone()));
}

#[tokio::test]
async fn a_damaged_file_is_said_to_be_damaged() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("relance.db");
    let journal = SqliteJournal::open(&path).unwrap();
    journal.import((0..500).map(person).collect(), jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    drop(journal);
    let mut bytes = fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[4096 * 2..end].fill(0xA5);
    fs::write(&path, bytes).unwrap();
    let damaged = match SqliteJournal::open(&path) {
        Ok(journal) => journal.contacts(ContactFilter::default()).await.map(|_| ()),
        Err(error) => Err(error),
    };
    assert_eq!(damaged, Err(JournalError::Corrupt(path)));
}

#[tokio::test]
async fn a_file_that_another_process_holds_is_said_to_be_locked() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("relance.db");
    let journal = SqliteJournal::open(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let now = jiff::Timestamp::UNIX_EPOCH;
    let (locked, also) =
        tokio::join!(journal.import(vec![person(1)], now), journal.import(vec![person(2)], now));
    assert_eq!(locked, Err(JournalError::Locked(path.clone())));
    assert_eq!(also, Err(JournalError::Locked(path)), "all who wait hear it");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(
        journal.import(vec![person(1)], now).await.unwrap().added,
        1,
        "it goes on afterwards"
    );
}

#[tokio::test]
async fn a_full_disk_is_said_to_be_full_and_nothing_is_half_written() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("relance.db");
    drop(SqliteJournal::open(&path).unwrap());
    let journal =
        SqliteJournal::open_for_trial(&path, Trial { pages: Some(40), ..Trial::default() });
    let journal = journal.unwrap();
    let now = jiff::Timestamp::UNIX_EPOCH;
    assert_eq!(journal.import(vec![person(0)], now).await.unwrap().added, 1);
    let many = (1..5_000).map(person).collect();
    assert_eq!(journal.import(many, now).await, Err(JournalError::Full(path)));
    assert_eq!(journal.contacts(ContactFilter::default()).await.unwrap().len(), 1);
    assert_eq!(
        journal.import(vec![person(9)], now).await.unwrap().added,
        1,
        "it goes on afterwards"
    );
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().unwrap();
    let path = folder.path().join("relance.db");
    let _journal = SqliteJournal::open(&path).unwrap();
    for name in ["relance.db", "relance.db-wal", "relance.db-shm"] {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn what_is_stored_is_synchronous_and_ours() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("relance.db");
    let _journal = SqliteJournal::open(&path).unwrap();
    let connection = Connection::open(&path).unwrap();
    let pragma = |name| {
        connection
            .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
            .unwrap()
    };
    assert_eq!(pragma("journal_mode"), "wal".to_owned().into());
    assert_eq!(pragma("application_id"), 0x524C_4E43_i64.into());
    assert_eq!(pragma("user_version"), 2_i64.into());
}

#[tokio::test]
async fn two_processes_may_share_a_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("relance.db");
    let one: Arc<dyn Journal> = Arc::new(SqliteJournal::open(&path).unwrap());
    let two: Arc<dyn Journal> = Arc::new(SqliteJournal::open(&path).unwrap());
    let now = jiff::Timestamp::UNIX_EPOCH;
    for number in 0..20 {
        let journal = if number % 2 == 0 { &one } else { &two };
        journal.import(vec![person(number)], now).await.unwrap();
    }
    for journal in [&one, &two] {
        assert_eq!(journal.contacts(ContactFilter::default()).await.unwrap().len(), 20);
    }
}
