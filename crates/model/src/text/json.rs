//! JSON written as text: where a byte of the decoded text stands in the file.

use std::ops::Range;

use relance_diagnostics::Span;

/// Maps offsets in the decoded text of a string literal back to the text that the literal stands in, through its escapes.
#[derive(Debug, Clone)]
pub struct TextMap {
    /// Where each run begins, in order: a stretch without escapes, or one escape.
    runs: Vec<Run>,
    /// The offset of the closing quote.
    end: usize,
}

#[derive(Debug, Clone, Copy)]
struct Run {
    decoded: usize,
    outer: usize,
    escape: bool,
}

impl TextMap {
    /// The map of the string literal at `literal` (quotes included) in `outer`.
    pub fn new(outer: &str, literal: Span) -> TextMap {
        let start = literal.start as usize + 1;
        let end = (literal.end as usize).saturating_sub(1).max(start);
        let bytes = outer.as_bytes().get(start..end).unwrap_or_default();
        let mut runs = vec![Run { decoded: 0, outer: start, escape: false }];
        let (mut at, mut decoded) = (0, 0);
        while let Some(byte) = bytes.get(at) {
            if *byte != b'\\' {
                at += 1;
                decoded += 1;
                continue;
            }
            let (written, width) = escape_widths(bytes.get(at..).unwrap_or_default());
            runs.push(Run { decoded, outer: start + at, escape: true });
            at += written;
            decoded += width;
            runs.push(Run { decoded, outer: start + at, escape: false });
        }
        TextMap { runs, end }
    }

    /// The place of an offset of the decoded text.
    pub fn offset(&self, decoded: usize) -> usize {
        let after = self.runs.partition_point(|run| run.decoded <= decoded);
        let run = after.checked_sub(1).and_then(|place| self.runs.get(place));
        run.map_or(
            self.end,
            |run| if run.escape { run.outer } else { run.outer + decoded - run.decoded },
        )
        .min(self.end)
    }

    /// The place of a stretch of the decoded text.
    pub fn span(&self, decoded: Range<usize>) -> Span {
        Span::new(self.offset(decoded.start), self.offset(decoded.end))
    }
}

/// How long an escape is as written, and how many bytes of UTF-8 it stands for.
fn escape_widths(bytes: &[u8]) -> (usize, usize) {
    if bytes.get(1) != Some(&b'u') {
        return (2, 1);
    }
    let digits =
        bytes.get(2..6).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default();
    match u32::from_str_radix(digits, 16).unwrap_or_default() {
        0..=0x7F => (6, 1),
        0x80..=0x7FF => (6, 2),
        0xD800..=0xDBFF => (12, 4),
        _ => (6, 3),
    }
}
