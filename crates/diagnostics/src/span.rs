//! Where something stands in a text.

/// A stretch of a source text, as byte offsets: `start` is its first byte, `end` the one after its last.
///
/// Offsets are 32 bits wide: no document is over 16 MiB (DESIGN, "The document").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to `end`. An offset past 4 GiB is held at the highest one there is.
    #[inline]
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: clamp(start), end: clamp(end) }
    }

    /// The empty span at one offset.
    pub fn at(offset: usize) -> Span {
        Span::new(offset, offset)
    }

    /// Only the first byte: the opening bracket of an object or array.
    #[must_use]
    pub fn first_byte(self) -> Span {
        Span { start: self.start, end: self.end.min(self.start.saturating_add(1)) }
    }

    /// Whether `other` lies within.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// What lies between the quotes or brackets at its ends.
    #[inline]
    pub fn range_inside(self) -> std::ops::Range<usize> {
        let start = self.start as usize + 1;
        start..(self.end as usize).saturating_sub(1).max(start)
    }

    /// The offsets as a range that cuts text.
    #[inline]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
