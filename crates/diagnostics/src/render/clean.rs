//! Makes texts from outside harmless to show.
//!
//! A terminal obeys control characters, and some invisible ones make a line read otherwise than it is. They are shown as
//! pictures of themselves, or as `�`.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

use crate::source::SUBSTITUTE;

/// What a tab is shown as.
const TAB: &str = "    ";

/// A text on one line without anything that a terminal would obey.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|character| push_clean(&mut shown, character));
    Cow::Owned(shown)
}

/// One character, made harmless.
pub(super) fn push_clean(shown: &mut String, character: char) {
    match character {
        _ if is_harmless(character) => shown.push(character),
        '\t' => shown.push_str(TAB),
        // It joins emoji into one; terminals disagree on how wide the whole is, so its parts are shown.
        '\u{200d}' => {}
        SUBSTITUTE => shown.push(char::REPLACEMENT_CHARACTER),
        '\0'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + u32::from(character))),
        '\u{7f}' => shown.push('␡'),
        _ => shown.push(char::REPLACEMENT_CHARACTER),
    }
}

/// How many columns a character takes at most once it is clean, and never none: what is measured with it is finite.
pub(super) fn columns(character: char) -> usize {
    match character {
        '\t' => TAB.len(),
        _ if is_harmless(character) => character.width().unwrap_or_default().max(1),
        _ => 1,
    }
}

fn is_harmless(character: char) -> bool {
    !matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // Soft hyphen, Arabic and Mongolian marks, zero-width spaces and joiners.
        | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{feff}'
        // Line separators, directions, invisible operators, annotations, tags.
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}
