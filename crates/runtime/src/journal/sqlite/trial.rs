//! Files that are treated otherwise than every day, for trials: as if the disk were full, or with a log that is moved into the file
//! sooner. Nothing here makes a file less safe.

use std::path::Path;

use rusqlite::Connection;

use super::failure::classify;
use crate::journal::JournalError;

/// What is otherwise than every day. Nothing outside trials makes one that is not the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Trial {
    /// The file may grow to so many pages of 4 KiB and is then full, as if its disk were.
    pub pages: Option<u32>,
    /// The log is moved into the file when it has so many pages; SQLite's own measure is 1000.
    pub checkpoint_pages: Option<u32>,
}

impl Trial {
    pub(super) fn apply(self, connection: &Connection, path: &Path) -> Result<(), JournalError> {
        let set = |name, value: u32| {
            let set = connection.pragma_update(None, name, value);
            set.map_err(|error| classify(path, &error))
        };
        if let Some(pages) = self.pages {
            set("max_page_count", pages)?;
        }
        match self.checkpoint_pages {
            Some(pages) => set("wal_autocheckpoint", pages),
            None => Ok(()),
        }
    }
}
