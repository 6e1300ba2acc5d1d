//! Lines and columns against a reading of the text that is too simple to be wrong.

use proptest::prelude::*;

use super::{Encoding, Lines, Position};

const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

/// A place by walking the text from its start.
fn walk(text: &str, offset: usize, encoding: Encoding) -> Position {
    let mut position = Position { line: 0, character: 0 };
    let mut characters = text.char_indices().peekable();
    while let Some((place, character)) = characters.next() {
        if place >= offset {
            break;
        }
        let next = characters.peek().map(|(_, next)| *next);
        if character == '\n' || (character == '\r' && next != Some('\n')) {
            position = Position { line: position.line + 1, character: 0 };
        } else {
            let width = match encoding {
                Encoding::Utf8 => character.len_utf8(),
                Encoding::Utf16 => character.len_utf16(),
                Encoding::Utf32 => 1,
            };
            position.character += u32::try_from(width).unwrap();
        }
    }
    position
}

#[test]
fn an_emoji_is_two_units_of_utf_16() {
    let text = "a\r\né😀b\rc";
    let lines = Lines::new(text, Encoding::Utf16);
    let b = text.find('b').unwrap();
    assert_eq!(lines.position(text, b), Position { line: 1, character: 3 });
    assert_eq!(lines.offset(text, Position { line: 1, character: 3 }), b);
    // Between the two halves: the character itself.
    assert_eq!(lines.offset(text, Position { line: 1, character: 2 }), text.find('😀').unwrap());
    // Past the end of a line: its end, before the line break.
    assert_eq!(lines.offset(text, Position { line: 0, character: 99 }), 1);
    assert_eq!(lines.offset(text, Position { line: 1, character: 99 }), b + 1);
    assert_eq!(lines.offset(text, Position { line: 2, character: 0 }), b + 2);
    assert_eq!(lines.offset(text, Position { line: 99, character: 0 }), text.len());
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof!["\r", "\n", "\r\n", "a", "é", "…", "😀"], 0..40)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn every_place_is_that_of_the_walk_and_leads_back(text in text(), strides in 0..2_usize) {
        let text = text + &"é".repeat(strides * 2500) + "😀\n!";
        for encoding in ENCODINGS {
            let lines = Lines::new(&text, encoding);
            for (offset, character) in text.char_indices().rev().take(20).chain(text.char_indices().take(20)) {
                let position = lines.position(&text, offset);
                prop_assert_eq!(position, walk(&text, offset, encoding));
                // The LF of a CR LF is no place of its own.
                let inside_break = character == '\n' && text.as_bytes().get(offset.wrapping_sub(1)) == Some(&b'\r');
                if !inside_break {
                    prop_assert_eq!(lines.offset(&text, position), offset);
                }
            }
        }
    }

    #[test]
    fn a_change_leaves_the_lines_that_a_fresh_reading_finds(text in text(), put in text(), start in 0..60_usize, length in 0..60_usize) {
        let start = text.floor_char_boundary(start.min(text.len()));
        let end = text.floor_char_boundary((start + length).min(text.len()));
        let mut lines = Lines::new(&text, Encoding::Utf16);
        let mut changed = text;
        changed.replace_range(start..end, &put);
        lines.replaced(&changed, start..end, put.len());
        prop_assert_eq!(lines.starts, Lines::new(&changed, Encoding::Utf16).starts);
    }
}
