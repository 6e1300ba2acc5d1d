//! A text with a name, and its lines.

use crate::Span;

/// A text to check, with the name by which people know it.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    bytes: Vec<u8>,
}

/// A place as people count: both from 1, columns in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1. A line ends at LF, CR LF, or a lone CR.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values.
    pub column: usize,
    /// Byte offset, from 0.
    pub offset: usize,
}

impl Source {
    /// A text as it was read: it need not be UTF-8, and a finding says so when it is not.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Source {
        Source { name: name.into(), bytes: bytes.into() }
    }

    /// The name: a path, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes as they were read.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
