//! Shows findings: to people in a terminal, to programs as JSON or SARIF, to GitHub as annotations, and one a line for whatever
//! reads lines.
//!
//! Documents come from anywhere, so whatever is shown of them is made harmless first: no text of theirs reaches a terminal as a
//! command, and no secret under a [`Mask`] reaches anyone.

mod clean;
mod concise;
mod github;
mod human;
mod json;
mod quote;
mod sarif;
mod sentence;
mod summary;
mod words;

use crate::{Diagnostic, Fix, Mask, Source, Span};

pub use clean::clean;
pub use concise::concise;
pub use github::github;
pub use human::{Style, human};
pub use json::{JsonWriter, Validation, json};
pub use sarif::{Ending, Rule, SarifWriter};
pub use sentence::sentence;
pub use summary::summary;
pub use words::colon;

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

impl Report<'_> {
    /// Whether the text of a fix repeats something that must not be shown: what it replaces may hold a secret, and come back
    /// written otherwise.
    fn repeats_a_secret(&self, fix: &Fix) -> bool {
        let (Some(start), Some(end)) = (
            fix.edits.iter().map(|edit| edit.span.start).min(),
            fix.edits.iter().map(|edit| edit.span.end).max(),
        ) else {
            return false;
        };
        let (view, span) = (self.source.view(), Span { start, end });
        if self.mask.hides_all(view.len()) {
            return true;
        }
        fix.edits.iter().any(|edit| self.mask.is_repeated_in(view, span, &edit.text))
    }
}
