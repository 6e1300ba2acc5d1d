//! Why a command could not do its work, in a sentence with a way out, and how a command ends.

use std::process::ExitCode;

use relance_diagnostics::Text;

/// How a command ends. The numbers are a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// All is well.
    Fine = 0,
    /// Errors were found, a run failed, or a graph is not runnable.
    Bad = 1,
    /// Wrong usage, or something that cannot be read or written.
    Unusable = 2,
    /// A run is parked or waiting: it is not over.
    Unfinished = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// What kept a command from doing its work.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) exit: Exit,
    /// One sentence that stands alone.
    pub(crate) message: Text,
    /// Ways out.
    pub(crate) help: Vec<Text>,
}

impl Trouble {
    /// Wrong usage, or something that cannot be read or written.
    pub(crate) fn unusable(message: Text) -> Trouble {
        Trouble { exit: Exit::Unusable, message, help: Vec::new() }
    }

    /// Something that was read and is wrong.
    pub(crate) fn bad(message: Text) -> Trouble {
        Trouble { exit: Exit::Bad, ..Trouble::unusable(message) }
    }

    /// The same, with a way out.
    #[must_use]
    pub(crate) fn help(mut self, help: Text) -> Trouble {
        self.help.push(help);
        self
    }
}
