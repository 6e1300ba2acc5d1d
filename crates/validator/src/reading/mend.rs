//! What mends a mistake of the strict reader, told in the bytes of the JSON that it read.

mod encoding;
mod grammar;
mod outside;

use std::ops::Range;

use relance_diagnostics::{Safety, Source, Span, Text};
use relance_model::document::{Mistake, MistakeKind};

use crate::{
    edit::{Change, Mend, is_valued, is_white, member_at, removal},
    finding::quoted,
};

/// What mends a mistake in a file.
pub(super) fn file(source: &Source, mistake: &Mistake) -> Option<Mend> {
    if mistake.kind == MistakeKind::InvalidUtf8 {
        return encoding::mend(source.bytes());
    }
    text(source.view(), mistake)
}

/// What mends a mistake in JSON.
pub(super) fn text(json: &str, mistake: &Mistake) -> Option<Mend> {
    let range = mistake.span.range();
    match &mistake.kind {
        MistakeKind::ByteOrderMark => Some(Mend::safe(
            Text::fixed("remove the mark", "enlever la marque"),
            [Change::new(range, "")],
        )),
        MistakeKind::DuplicateKey { first, .. } => duplicate_key(json, *first, mistake.span),
        MistakeKind::Syntax(syntax) => grammar::mend(json, range, syntax),
        MistakeKind::NulInText => Some(Mend::guess(
            Text::fixed("remove the character", "supprimer le caractère"),
            [Change::new(range, "")],
        )),
        MistakeKind::NumberOutOfRange => number(json, range),
        MistakeKind::InvalidUtf8 | MistakeKind::TooLarge | MistakeKind::TooDeep => None,
    }
}

/// Writes a number as text, where nobody will count with it: an identifier of many digits. On the canvas it becomes 0.
fn number(json: &str, range: Range<usize>) -> Option<Mend> {
    let written = json.get(range.clone())?;
    let before = json.get(..range.start)?.trim_end_matches(is_white);
    let key = before.strip_suffix(':').unwrap_or_default().trim_end_matches(is_white);
    if key.ends_with("\"x\"") || key.ends_with("\"y\"") {
        return Some(Mend::write(Safety::Unsafe, range, "0"));
    }
    let title = Text::fixed("write it as text", "l'écrire en texte");
    Some(Mend::guess(title, [Change::new(range, quoted(written))]))
}

/// Takes the second of two equal keys out. Nothing is lost if both have the same value.
fn duplicate_key(json: &str, first: Span, again: Span) -> Option<Mend> {
    let (member, value) = member_at(json, again)?;
    let same = is_valued(json, first, json.get(value)?);
    let safety = Safety::when(same);
    let title = Text::fixed("remove the second one", "supprimer la seconde");
    Some(Mend::new(safety, title, [removal(json, member)]))
}
