//! Where a text stands in the file, so that a stretch of it can be found there.

use std::ops::Range;

use relance_diagnostics::Span;
use relance_model::text::TextMap;

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin<'t> {
    /// A string of the file.
    Value(Span),
    /// A string inside JSON that is itself the string `value` of the file: `text` decoded, the inner string at `leaf` in it.
    Inner { value: Span, text: &'t str, leaf: Span },
}

/// The maps that lead from a text back to the file, worked out only when there is something to say. The last ones are kept:
/// what one text has many mistakes about is mapped once.
#[derive(Debug, Default)]
pub(crate) struct Maps {
    value: Option<(Span, TextMap)>,
    leaf: Option<(Span, Span, TextMap)>,
}

impl Maps {
    /// The place in the file of a stretch of the text.
    pub(crate) fn place(&mut self, source: &str, origin: Origin<'_>, range: Range<usize>) -> Span {
        match origin {
            Origin::Value(value) => self.in_value(source, value, range),
            Origin::Inner { value, text, leaf } => {
                let range = self.in_leaf(value, text, leaf, range);
                self.in_value(source, value, range)
            }
        }
    }

    fn in_value(&mut self, source: &str, value: Span, range: Range<usize>) -> Span {
        let (_, map) = match self.value.take_if(|(known, _)| *known == value) {
            Some(kept) => self.value.insert(kept),
            None => self.value.insert((value, TextMap::new(source, value))),
        };
        map.span(range)
    }

    fn in_leaf(
        &mut self,
        value: Span,
        text: &str,
        leaf: Span,
        range: Range<usize>,
    ) -> Range<usize> {
        let (_, _, map) = match self.leaf.take_if(|(v, l, _)| (*v, *l) == (value, leaf)) {
            Some(kept) => self.leaf.insert(kept),
            None => self.leaf.insert((value, leaf, TextMap::new(text, leaf))),
        };
        map.span(range).range()
    }
}
