//! A copy of a database that others may be writing to.
//!
//! The copy is made beside its place, with SQLite's own means and in one reading, so that it holds one moment and writers need
//! not wait. It is looked at and synced before it gets its name: whatever bears that name is whole.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process, thread,
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags,
    backup::{self, StepResult},
};

use super::{SqliteJournal, connection, failure::classify};
use crate::journal::JournalError;

/// A copy that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// How many runs it holds.
    pub runs: u64,
    /// How many events it holds.
    pub events: u64,
    /// How many bytes it has.
    pub bytes: u64,
}

/// Why no copy was made. What bore its name still does.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something bears its name already.
    #[error("`{}` is there already", .0.display())]
    Exists(PathBuf),
    /// A database that is in use bears its name.
    #[error("`{}` is a database in use: it is not replaced", .0.display())]
    InUse(PathBuf),
    /// The copy and the database are one file.
    #[error("`{}` is the database itself", .0.display())]
    Itself(PathBuf),
    /// It could not be written.
    #[error("the copy `{}` cannot be written: {why}", path.display())]
    Unwritable {
        /// The copy.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// What was copied is damaged, and so would be the copy.
    #[error("the database `{}` is damaged: {said}", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        said: String,
    },
    /// The database could not be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The copy could not be made.
    #[error("the copy cannot be made: {0}")]
    Copy(JournalError),
}

/// What SQLite says of a file that it cannot go on with.
const MALFORMED: &str = "database disk image is malformed";

/// How often the database is tried again when somebody holds all of it, and how long is waited each time.
const TRIES: u32 = 50;
const WAIT: Duration = Duration::from_millis(100);

impl SqliteJournal {
    /// Copies the database of that file as it is at one moment. What bears the copy's name is left alone, unless it may be
    /// replaced.
    pub fn backup(
        path: impl AsRef<Path>,
        to: impl AsRef<Path>,
        replace: bool,
    ) -> Result<Backup, BackupError> {
        let (path, to) = (path.as_ref(), to.as_ref());
        let source = connection::reading(path).and_then(|source| {
            connection::version(&source, path)?;
            Ok(source)
        });
        let source = source.map_err(|error| {
            let corrupt = matches!(error, JournalError::Corrupt(_));
            if corrupt { damaged(path, MALFORMED) } else { error.into() }
        })?;
        refuse(path, to, replace)?;
        let part = Part::new(to)?;
        let backup = part.fill(&source, path)?;
        part.publish(replace)?;
        Ok(backup)
    }
}

/// What must not be written over.
fn refuse(path: &Path, to: &Path, replace: bool) -> Result<(), BackupError> {
    let real = |path: &Path| path.canonicalize().ok();
    if real(to).is_some_and(|to| Some(to) == real(path)) {
        return Err(BackupError::Itself(to.to_owned()));
    }
    if [beside(to, "-wal"), beside(to, "-shm"), beside(to, "-journal")].iter().any(|it| it.exists())
    {
        return Err(BackupError::InUse(to.to_owned()));
    }
    if !replace && to.symlink_metadata().is_ok() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    Ok(())
}

/// The copy before it has its name. It is taken away if it never gets it.
struct Part<'a> {
    path: PathBuf,
    to: &'a Path,
    /// Says, by its lock, that somebody works on it.
    _held: Option<File>,
}

impl<'a> Part<'a> {
    fn new(to: &'a Path) -> Result<Part<'a>, BackupError> {
        sweep(to);
        let path = beside(to, &format!("{PART}{}", process::id()));
        let file = connection::create(&path).map_err(|why| unwritable(to, why))?;
        Ok(Part { path, to, _held: lock(file) })
    }

    /// Copies, and looks at the copy.
    fn fill(&self, source: &Connection, path: &Path) -> Result<Backup, BackupError> {
        let error = |error| BackupError::Copy(classify(self.to, &error));
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut copy = Connection::open_with_flags(&self.path, flags).map_err(error)?;
        // Nobody else has the file, and it is synced at its end.
        for (setting, value) in
            [("locking_mode", "EXCLUSIVE"), ("journal_mode", "OFF"), ("synchronous", "OFF")]
        {
            copy.pragma_update(None, setting, value).map_err(error)?;
        }
        match copy_all(source, path, &mut copy, self.to) {
            Err(BackupError::Copy(JournalError::Corrupt(_))) => {
                return Err(damaged(path, MALFORMED));
            }
            copied => copied?,
        }
        let text = |sql| copy.query_row(sql, (), |row| row.get::<_, String>(0)).map_err(error);
        let said = text("PRAGMA quick_check(1)")?;
        if said != "ok" {
            return Err(damaged(path, &said));
        }
        let number = |sql| {
            let number = copy.query_row(sql, (), |row| row.get::<_, i64>(0)).map_err(error);
            number.map(i64::unsigned_abs)
        };
        let (runs, events) =
            (number("SELECT count(*) FROM runs")?, number("SELECT count(*) FROM events")?);
        copy.close().map_err(|(_, it)| error(it))?;
        let synced = File::open(&self.path).and_then(|file| {
            file.sync_all()?;
            Ok(file.metadata()?.len())
        });
        let bytes = synced.map_err(|why| unwritable(self.to, why))?;
        Ok(Backup { runs, events, bytes })
    }

    /// Gives the copy its name.
    fn publish(&self, replace: bool) -> Result<(), BackupError> {
        let to = self.to;
        let error = |why: io::Error| {
            if why.kind() == io::ErrorKind::AlreadyExists {
                BackupError::Exists(to.to_owned())
            } else {
                unwritable(to, why)
            }
        };
        let linked = if replace {
            fs::rename(&self.path, to)
        } else {
            // A second name is refused where there is one already, whoever made it in the meantime.
            fs::hard_link(&self.path, to).and_then(|()| fs::remove_file(&self.path))
        };
        linked.map_err(error)?;
        sync_folder(to).map_err(|why| unwritable(to, why))
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        for path in [self.path.clone(), beside(&self.path, "-wal"), beside(&self.path, "-journal")]
        {
            // It may be gone, under its name.
            drop(fs::remove_file(path));
        }
    }
}

/// How the name of a copy goes on before it is whole; the number of its process follows.
const PART: &str = ".part-";

/// Takes away what backups left under that name that were killed. What somebody works on is locked, and stays.
fn sweep(to: &Path) {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = fs::read_dir(folder.unwrap_or(Path::new("."))) else { return };
    let begins = beside(to, PART).file_name().map(OsString::from).unwrap_or_default();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let number = name.as_encoded_bytes().strip_prefix(begins.as_encoded_bytes());
        let is_part = number.is_some_and(|it| !it.is_empty() && it.iter().all(u8::is_ascii_digit));
        if is_part && File::open(entry.path()).ok().and_then(lock).is_some() {
            // If it cannot be taken away it harms nobody: copies never begin from it.
            drop(fs::remove_file(entry.path()));
        }
    }
}

/// The file, locked, if nobody else has it. Elsewhere than on Unix a lock would keep SQLite out too: there is none.
fn lock(file: File) -> Option<File> {
    (cfg!(unix) && file.try_lock().is_ok()).then_some(file)
}

/// One step takes all pages, from one moment.
fn copy_all(
    source: &Connection,
    path: &Path,
    copy: &mut Connection,
    to: &Path,
) -> Result<(), BackupError> {
    let error = |error| BackupError::Copy(classify(to, &error));
    let copying = backup::Backup::new(source, copy).map_err(error)?;
    for _ in 0..TRIES {
        match copying.step(-1).map_err(error)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            StepResult::Busy | StepResult::Locked | _ => thread::sleep(WAIT),
        }
    }
    Err(JournalError::Locked(path.to_owned()).into())
}

/// The path of a file whose name goes on so.
fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(more);
    path.with_file_name(name)
}

/// A name is safe once its folder is synced.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if cfg!(unix) { File::open(folder.unwrap_or(Path::new(".")))?.sync_all() } else { Ok(()) }
}

fn damaged(path: &Path, said: &str) -> BackupError {
    BackupError::Damaged { path: path.to_owned(), said: said.to_owned() }
}

fn unwritable(path: &Path, why: io::Error) -> BackupError {
    BackupError::Unwritable { path: path.to_owned(), why }
}
