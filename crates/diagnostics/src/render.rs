//! Shows findings: to people in a terminal, to programs as JSON, and one a line for whatever reads lines.
//!
//! Documents come from anywhere, so whatever is shown of them is made harmless first: no text of theirs reaches a terminal as a
//! command, and no secret under a [`Mask`] reaches anyone.

mod clean;
mod concise;
mod human;
mod json;
mod quote;
mod summary;
mod words;

use crate::{Diagnostic, Mask, Source};

pub use clean::clean;
pub use concise::concise;
pub use human::{Style, human};
pub use json::{Validation, json};
pub use summary::summary;

/// What a check said about one file.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The file.
    pub source: &'a Source,
    /// What must not be shown of it.
    pub mask: &'a Mask,
    /// What was found, in the order to show.
    pub diagnostics: &'a [Diagnostic],
    /// Whether there was no error.
    pub valid: bool,
    /// Whether it can also be run as it is.
    pub runnable: bool,
}
