//! JSON written as text: where a byte of the decoded text stands in the file.

/// Maps offsets in a decoded text back to the file it stands in.
#[derive(Debug, Clone)]
pub struct TextMap {}
