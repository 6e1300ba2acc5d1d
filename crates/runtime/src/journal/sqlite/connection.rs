//! Opening the file: settings, and its format brought up to date.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, config::DbConfig};

use super::failure::{classify, unreadable};
use crate::journal::JournalError;

/// `RLNC`: marks the file as ours.
const APPLICATION_ID: i64 = 0x524C_4E43;

/// The steps from an empty file to today's format. One is never changed once it was released; a new format is a new step.
const MIGRATIONS: [&str; 2] = [include_str!("0001_runs.sql"), include_str!("0002_leases.sql")];

/// How long to wait for another process that holds the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// The connection that writes. Makes the file when it is not there, readable by its owner only.
pub(super) fn writing(path: &Path) -> Result<Connection, JournalError> {
    // It may be there already; when it cannot be made, opening it says why.
    drop(create(path));
    let mut connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    prepare(&mut connection, path)?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reading(path: &Path) -> Result<Connection, JournalError> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let only = connection.pragma_update(None, "query_only", true);
    only.map_err(|error| classify(path, &error))?;
    Ok(connection)
}

fn open(path: &Path, mode: OpenFlags) -> Result<Connection, JournalError> {
    let error = |error| classify(path, &error);
    let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(error)?;
    connection.busy_timeout(PATIENCE).map_err(error)?;
    // Else SQLite plans a statement anew whenever a bound value might suit another plan, though ours have one plan each.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(error)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Brings a file to today's format, or says why it is none of ours. A file that is refused is left as it was.
fn prepare(connection: &mut Connection, path: &Path) -> Result<(), JournalError> {
    let error = |error| classify(path, &error);
    if version(connection, path)? == 0 {
        // The log mode is kept in the file, and cannot be set inside a transaction.
        let mode = connection.pragma_update(None, "journal_mode", "WAL");
        mode.map_err(error)?;
    }
    connection.pragma_update(None, "synchronous", "FULL").map_err(error)?;
    if version(connection, path)? != newest() {
        // A table that others point at is made anew in a migration; this cannot be set inside a transaction.
        connection.pragma_update(None, "foreign_keys", false).map_err(error)?;
        migrate(connection, path)?;
    }
    connection.pragma_update(None, "foreign_keys", true).map_err(error)
}

/// Takes the steps that are missing, all or none.
fn migrate(connection: &mut Connection, path: &Path) -> Result<(), JournalError> {
    let error = |error| classify(path, &error);
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(error)?;
    // Another process may have done it while we waited.
    let from = usize::try_from(version(&transaction, path)?).unwrap_or_default();
    for step in MIGRATIONS.iter().skip(from) {
        transaction.execute_batch(step).map_err(error)?;
    }
    // The file kept this promise before; what a step would break is seen here.
    let broken =
        transaction.query_row("SELECT \"table\" FROM pragma_foreign_key_check", (), |row| {
            row.get::<_, String>(0)
        });
    if let Some(table) = broken.optional().map_err(error)? {
        return Err(unreadable(format!("table `{table}`"), "it points at rows that are not there"));
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(error)?;
    transaction.pragma_update(None, "user_version", newest()).map_err(error)?;
    transaction.commit().map_err(error)
}

/// The format of the file; 0 when it is empty.
pub(super) fn version(connection: &Connection, path: &Path) -> Result<i64, JournalError> {
    let number = |query| {
        let number = connection.query_row(query, (), |row| row.get::<_, i64>(0));
        number.map_err(|error| classify(path, &error))
    };
    let id = number("PRAGMA application_id")?;
    let version = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    match (id, version, tables) {
        (0, 0, 0) => Ok(0),
        (APPLICATION_ID, version, _) if version > newest() => {
            Err(JournalError::Newer { path: path.to_owned(), found: version, known: newest() })
        }
        (APPLICATION_ID, version, _) => Ok(version),
        _ => Err(JournalError::NotOurs(path.to_owned())),
    }
}

fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Makes the file, for its owner only: it holds people's data.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
