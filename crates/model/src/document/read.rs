//! Bytes into a document, strictly.
use super::Document;
use relance_diagnostics::Span;
/// 16 MiB.
pub const MAX_BYTES: usize = 16 << 20;
/// Deepest nesting.
pub const MAX_DEPTH: usize = 64;
/// What was read.
#[derive(Debug)]
pub struct Read<'s> {
    /// The tree.
    pub document: Option<Document<'s>>,
    /// What is wrong.
    pub mistakes: Vec<Mistake>,
}
/// A mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What.
    pub kind: MistakeKind,
    /// Where.
    pub span: Span,
}
/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MistakeKind {
    /// Broken.
    Broken,
}
/// Reads bytes.
pub fn read(_bytes: &[u8]) -> Read<'_> {
    Read { document: None, mistakes: vec![] }
}
/// Reads text.
pub fn read_text(_text: &str) -> Read<'_> {
    Read { document: None, mistakes: vec![] }
}
