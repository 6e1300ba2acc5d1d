//! A document as the features look at it: its text, and what of it can be understood.

use relance_diagnostics::Span;

use crate::{outline::Outline, tree::Node};

/// A text, and all that can be understood of it.
#[derive(Debug)]
pub struct View<'t> {
    text: &'t str,
    root: Node<'t>,
}

impl<'t> View<'t> {
    /// Looks at a text. This never fails, whatever the text.
    pub fn of(text: &'t str) -> View<'t> {
        View { text, root: Node::read(text) }
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    pub(crate) fn root(&self) -> &Node<'t> {
        &self.root
    }

    pub(crate) fn outline(&self) -> Outline<'_> {
        Outline::of(&self.root)
    }

    /// The first character before an offset that is not white space, and where it ends.
    pub(crate) fn before(&self, offset: usize) -> Option<(char, usize)> {
        let before = self.text.get(..offset)?.trim_end_matches([' ', '\t', '\n', '\r']);
        Some((before.chars().next_back()?, before.len()))
    }

    /// The first character from an offset on that is not white space.
    pub(crate) fn after(&self, offset: usize) -> Option<char> {
        let after = self.text.get(offset..)?;
        after.trim_start_matches([' ', '\t', '\n', '\r']).chars().next()
    }

    /// Whether a span lies in the text.
    pub(crate) fn holds(&self, span: Span) -> bool {
        self.text.get(span.range()).is_some()
    }
}
