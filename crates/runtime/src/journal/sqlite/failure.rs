//! What SQLite's errors mean to us.

use std::path::Path;

use rusqlite::{Error, ErrorCode};

use crate::journal::JournalError;

/// The journal's error for one of SQLite's.
pub(super) fn classify(path: &Path, error: &Error) -> JournalError {
    let failed = || JournalError::Failed { path: path.to_owned(), message: error.to_string() };
    let Some(code) = error.sqlite_error_code() else { return failed() };
    // The memory that processes share is a file too, which needs space.
    let extended = error.sqlite_error().map(|error| error.extended_code);
    if extended == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) {
        return JournalError::Full(path.to_owned());
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "the many other codes mean one thing here")]
    let make: fn(std::path::PathBuf) -> JournalError = match code {
        ErrorCode::NotADatabase => JournalError::NotADatabase,
        ErrorCode::DatabaseCorrupt => JournalError::Corrupt,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => JournalError::Locked,
        ErrorCode::DiskFull => JournalError::Full,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => JournalError::ReadOnly,
        ErrorCode::CannotOpen => JournalError::CannotOpen,
        _ => return failed(),
    };
    make(path.to_owned())
}

/// The error for a stored value that cannot be understood.
pub(super) fn unreadable(what: impl Into<String>, why: impl std::fmt::Display) -> JournalError {
    JournalError::Unreadable { what: what.into(), why: why.to_string() }
}
