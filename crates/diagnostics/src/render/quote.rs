//! Quotes the lines around a finding: cut to a width, secrets hidden, harmless, with the marks still under the same characters.
//!
//! The cost depends on what is shown, never on how long a line or a file is, so that many findings in one minified line stay
//! cheap.

use std::ops::Range;

use super::clean::{columns, push_clean};
use crate::{Mask, Source, Span, mask::push_hidden};

/// A span that covers more lines than this is shown by the first of them.
const MOST_LINES: usize = 40;

/// A few lines to show.
#[derive(Debug)]
pub(super) struct Quote {
    /// The number of the first line.
    pub(super) first_line: usize,
    /// The lines.
    pub(super) text: String,
    /// Where each mark that was asked for stands in `text`, in the same order.
    pub(super) marks: Vec<Range<usize>>,
}

/// A stretch of a source that can be quoted: it lies within the text, on whole characters, and is not too tall.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    range: Range<usize>,
    lines: Range<usize>,
}

impl Mark {
    /// The mark that comes nearest to a span.
    pub(super) fn of(source: &Source, span: Span) -> Mark {
        let range = span.range();
        let start = source.place(range.start);
        let end = source.view().ceil_char_boundary(range.end).max(start.offset);
        // A span that ends with a line break ends on that line, not at the start of the next.
        let last = source.place(end.saturating_sub(1).max(start.offset)).line;
        if last - start.line < MOST_LINES {
            return Mark { range: start.offset..end, lines: start.line..last + 1 };
        }
        let line_end = source.line(start.line).map_or(start.offset, |line| line.end);
        let lines = start.line..start.line + 1;
        Mark { range: start.offset..line_end.max(start.offset), lines }
    }

    /// The last line that it touches.
    pub(super) fn last_line(&self) -> usize {
        self.lines.end.saturating_sub(1)
    }

    /// How many lines, the two themselves included, show both this mark and another.
    pub(super) fn lines_with(&self, other: &Mark) -> usize {
        self.lines.end.max(other.lines.end) - self.lines.start.min(other.lines.start)
    }

    /// Whether both stand on one line, where only one window is shown, and too far apart for it.
    pub(super) fn crowds(&self, other: &Mark, width: usize) -> bool {
        let same_line = self.lines.start < other.lines.end && other.lines.start < self.lines.end;
        let end = self.range.end.max(other.range.end);
        same_line && end - self.range.start.min(other.range.start) > width / 2
    }
}

/// Quotes the lines of these marks.
pub(super) fn quote(source: &Source, mask: &Mask, marks: &[Mark], width: usize) -> Quote {
    let first_line = marks.iter().map(|mark| mark.lines.start).min().unwrap_or(1);
    let end_line = marks.iter().map(|mark| mark.lines.end).max().unwrap_or(first_line + 1);
    let mut quote = Quote { first_line, text: String::new(), marks: vec![0..0; marks.len()] };
    for number in first_line..end_line {
        if number > first_line {
            quote.text.push('\n');
        }
        let line = source.line(number).unwrap_or_default();
        let wanted = wanted(marks, number, &line);
        let window = window(source.view(), &line, &wanted, width);
        let places = push_window(&mut quote.text, source.view(), mask, &line, &window);
        for (mark, shown) in marks.iter().zip(&mut quote.marks) {
            if mark.lines.start == number {
                shown.start = shown_at(&places, mark.range.start);
            }
            if mark.last_line() == number {
                shown.end = shown_at(&places, mark.range.end).max(shown.start);
            }
        }
    }
    quote
}

/// The part of a line that must be seen: from its first mark to its last.
fn wanted(marks: &[Mark], number: usize, line: &Range<usize>) -> Range<usize> {
    let here = || marks.iter().filter(|mark| mark.lines.contains(&number));
    let within = |offset: usize| offset.clamp(line.start, line.end);
    let start = here().map(|mark| within(mark.range.start)).min().unwrap_or(line.start);
    let end = here().map(|mark| within(mark.range.end)).max().unwrap_or(start);
    start..end
}

/// The part of a line that is shown: all of it, or what fits around the part that is wanted.
fn window(view: &str, line: &Range<usize>, wanted: &Range<usize>, width: usize) -> Range<usize> {
    let mut room = width;
    if forward(view, line.start, line.end, &mut room) == line.end {
        return line.clone();
    }
    // Two columns are for the `…` at both ends. What is wanted comes first, but never without a little before it; what is left
    // goes rather after the mark, for its label stands there.
    let room = width.saturating_sub(2);
    let kept = room / 6;
    let mut room = room - kept;
    let marked = forward(view, wanted.start, wanted.end, &mut room);
    let mut before = kept + room / 4;
    let after = room - room / 4;
    if marked < wanted.end {
        return backward(view, line.start, wanted.start, &mut before)..marked;
    }
    let start = backward(view, line.start, wanted.start, &mut before);
    let mut room = after + before;
    let end = forward(view, marked, line.end, &mut room);
    backward(view, line.start, start, &mut room)..end
}

/// As far from `start` towards `end` as there is room.
fn forward(view: &str, start: usize, end: usize, room: &mut usize) -> usize {
    let text = view.get(start..end).unwrap_or_default();
    start + text.chars().map_while(|character| take(character, room)).sum::<usize>()
}

/// As far back from `end` towards `start` as there is room.
fn backward(view: &str, start: usize, end: usize, room: &mut usize) -> usize {
    let text = view.get(start..end).unwrap_or_default();
    end - text.chars().rev().map_while(|character| take(character, room)).sum::<usize>()
}

fn take(character: char, room: &mut usize) -> Option<usize> {
    *room = room.checked_sub(columns(character))?;
    Some(character.len_utf8())
}

/// Shows a window of a line, and says where each of its characters went: offsets in the source, and in `shown`.
fn push_window(
    shown: &mut String,
    view: &str,
    mask: &Mask,
    line: &Range<usize>,
    window: &Range<usize>,
) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    if window.start > line.start {
        shown.push('…');
    }
    for (offset, character) in view.get(window.clone()).unwrap_or_default().char_indices() {
        let start = window.start + offset;
        places.push((start, shown.len()));
        if mask.hides(Span::new(start, start + character.len_utf8())) {
            push_hidden(shown, character);
        } else {
            push_clean(shown, character);
        }
    }
    places.push((window.end, shown.len()));
    if window.end < line.end {
        shown.push('…');
    }
    places
}

/// Where an offset of the source stands in what is shown; one that was cut off stands at the edge.
fn shown_at(places: &[(usize, usize)], offset: usize) -> usize {
    let next = places.partition_point(|(source, _)| *source < offset);
    places.get(next).or(places.last()).map_or(0, |(_, shown)| *shown)
}
