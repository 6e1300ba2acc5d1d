//! Hides secrets when a line of the document is quoted.

use crate::Span;

/// The stretches of a source that must never be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mask {
    spans: Vec<Span>,
}

impl Mask {
    /// Hides these stretches.
    pub fn new(spans: Vec<Span>) -> Mask {
        Mask { spans }
    }

    /// The stretches that are hidden.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }
}
