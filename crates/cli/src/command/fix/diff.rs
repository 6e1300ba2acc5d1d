//! What would change, as a unified diff: the form that people review and that `patch` applies.
//!
//! Lines are compared as they are and shown with their secrets hidden, so such lines do not serve `patch`.

use std::borrow::Cow;

use relance_diagnostics::{Mask, Source, render::clean};
use relance_validator::Fixed;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use crate::output::{Output, Paint, push_line};

/// How many unchanged lines stand around a change.
const AROUND: usize = 3;

/// What was changed in a file; nothing, when nothing was.
pub(super) fn unified(source: &Source, mask: &Mask, fixed: &Fixed, out: &Output) -> String {
    if fixed.edits.is_empty() {
        return String::new();
    }
    let (old, new) = (source.view(), fixed.source.view());
    let (old_lines, new_lines) = (lines(old), lines(new));
    let (old_shown, new_shown) = (mask.apply(old), fixed.checked.mask.apply(new));
    let sheet = Sheet { old: lines(&old_shown), new: lines(&new_shown), out };
    let changes = capture_diff_slices(Algorithm::Patience, &old_lines, &new_lines);
    let name = clean(source.name());
    let mut diff = String::new();
    for (sign, name) in [("---", &name), ("+++", &name)] {
        push_line(&mut diff, &out.paint(Paint::Strong, &format!("{sign} {name}")));
    }
    for hunk in group_diff_ops(changes, AROUND) {
        sheet.push_hunk(&mut diff, &hunk);
    }
    diff
}

/// The lines of a text, each with its line break.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The lines to show, of the text before and of the text after.
struct Sheet<'s> {
    old: Vec<&'s str>,
    new: Vec<&'s str>,
    out: &'s Output,
}

impl Sheet<'_> {
    fn push_hunk(&self, diff: &mut String, hunk: &[DiffOp]) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
        let old = first.old_range().start..last.old_range().end;
        let new = first.new_range().start..last.new_range().end;
        let place = |range: std::ops::Range<usize>| {
            // An empty stretch is named by the line before it.
            let start = range.start + usize::from(!range.is_empty());
            format!("{start},{}", range.len())
        };
        let heading = format!("@@ -{} +{} @@", place(old), place(new));
        push_line(diff, &self.out.paint(Paint::Name, &heading));
        for change in hunk {
            let old = self.old.get(change.old_range()).unwrap_or_default();
            let new = self.new.get(change.new_range()).unwrap_or_default();
            match change.tag() {
                // The mask of the text after knows best: it could be read further.
                DiffTag::Equal => self.push_lines(diff, ' ', new),
                DiffTag::Delete | DiffTag::Insert | DiffTag::Replace => {
                    self.push_lines(diff, '-', old);
                    self.push_lines(diff, '+', new);
                }
            }
        }
    }

    fn push_lines(&self, diff: &mut String, sign: char, lines: &[&str]) {
        for line in lines {
            let text = line.strip_suffix('\n').unwrap_or(line);
            // A terminal would obey what stands in a text; a file must get it as it is.
            let text = if self.out.terminal { clean(text) } else { Cow::Borrowed(text) };
            let shown = format!("{sign}{text}");
            let shown = match sign {
                '-' => self.out.paint(Paint::Bad, &shown),
                '+' => self.out.paint(Paint::Good, &shown),
                _ => shown,
            };
            push_line(diff, &shown);
            if !line.ends_with('\n') {
                push_line(diff, "\\ No newline at end of file");
            }
        }
    }
}
