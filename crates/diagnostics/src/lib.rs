//! Findings: what relance tells people about their documents.
//!
//! A [`Source`] is a named text. A check says what is wrong with it as [`Diagnostic`]s: a stable code, a severity, a short
//! message in English and French, the exact bytes concerned ([`Span`]), help and, where the cure is certain, a [`Fix`].
//! `render` turns diagnostics into what a terminal, a script or an editor wants to read, hiding secrets with a [`Mask`].
//!
//! Nothing here knows what a graph is: this crate is only the language that the others speak.

mod diagnostic;
mod mask;
pub mod render;
mod source;
mod span;
mod text;

pub use diagnostic::{Block, Diagnostic, Edit, Fix, Related, Safety, Severity};
pub use mask::Mask;
pub use source::{Place, Source};
pub use span::Span;
pub use text::{Language, Text};
