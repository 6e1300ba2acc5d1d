//! A file in another encoding than UTF-8, written in UTF-8.

use relance_diagnostics::Text;

use crate::edit::{Change, Mend};

/// Writes a file in UTF-8: all of one in UTF-16 that says so, else the bytes that are not UTF-8, as Windows writes Western
/// European languages.
pub(super) fn mend(bytes: &[u8]) -> Option<Mend> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(bytes, rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(bytes, rest, u16::from_be_bytes),
        _ => windows_1252(bytes),
    }
}

/// The mark at the start tells the encoding, so nothing is guessed.
fn utf16(bytes: &[u8], rest: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Mend> {
    let (units, odd) = rest.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(units.iter().copied().map(unit)).collect();
    let text = text.ok().filter(|_| odd.is_empty())?;
    let title = Text::fixed("write the file in UTF-8", "écrire le fichier en UTF-8");
    Some(Mend::safe(title, [Change::new(0..bytes.len(), text)]))
}

/// More stretches than these are no slip of an editor.
const MOST_STRETCHES: usize = 10_000;

fn windows_1252(bytes: &[u8]) -> Option<Mend> {
    let (mut at, mut changes) = (0, Vec::new());
    for chunk in bytes.utf8_chunks() {
        at += chunk.valid().len();
        let invalid = chunk.invalid();
        if invalid.is_empty() {
            continue;
        }
        if changes.len() == MOST_STRETCHES {
            return None;
        }
        let text: Option<String> = invalid.iter().copied().map(character).collect();
        changes.push(Change::new(at..at + invalid.len(), text?));
        at += invalid.len();
    }
    // A character that is cut at the end has lost its rest.
    if changes.last().is_some_and(|last| last.range.end == bytes.len()) {
        return None;
    }
    let title = Text::fixed("read it as Windows-1252", "le lire en Windows-1252");
    Some(Mend::guess(title, changes))
}

/// The character of a byte in Windows-1252, where it has one that JSON may hold.
fn character(byte: u8) -> Option<char> {
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH.get(usize::from(byte - 0x80)).copied().filter(|it| *it != '\0'),
        _ => Some(char::from(byte)),
    }
}
