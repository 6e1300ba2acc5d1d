//! Lines and columns, beside the plainest way to count them.

use proptest::prelude::*;
use relance_diagnostics::{Place, Source};

fn place(text: &str, offset: usize) -> (usize, usize) {
    let Place { line, column, .. } = Source::new("a.json", text).place(offset);
    (line, column)
}

#[test]
fn lines_end_at_lf_crlf_and_lone_cr() {
    let source = Source::new("a.json", "ab\ncd\r\nef\rgh");
    assert_eq!(source.line_count(), 4);
    let lines: Vec<_> = (1..=5).map(|line| source.line(line)).collect();
    assert_eq!(lines, [Some(0..2), Some(3..5), Some(7..9), Some(10..12), None]);
    assert_eq!(source.line(0), None);
}

#[test]
fn the_lf_of_a_crlf_is_on_the_line_that_it_ends() {
    assert_eq!(place("ab\r\ncd", 3), (1, 4));
    assert_eq!(place("ab\r\ncd", 4), (2, 1));
}

#[test]
fn columns_count_characters_and_a_byte_order_mark_is_one() {
    assert_eq!(place("\u{feff}{é𝄞x", 10), (1, 5));
}

#[test]
fn an_offset_inside_a_character_stands_for_the_character() {
    let place = Source::new("a.json", "aé").place(2);
    assert_eq!(place, Place { line: 1, column: 2, offset: 1 });
}

#[test]
fn an_offset_past_the_end_stands_for_the_end() {
    let place = Source::new("a.json", "a\nbc").place(usize::MAX);
    assert_eq!(place, Place { line: 2, column: 3, offset: 4 });
    let empty = Source::new("a.json", "").place(9);
    assert_eq!(empty, Place { line: 1, column: 1, offset: 0 });
}

#[test]
fn bytes_that_are_not_utf8_keep_their_offsets() {
    let source = Source::new("a.json", *b"a\xff\xc3\nb\xe2\x82");
    assert_eq!(source.view(), "a\u{1a}\u{1a}\nb\u{1a}\u{1a}");
    assert_eq!(source.text().unwrap_err().valid_up_to(), 1);
    assert_eq!(source.bytes(), b"a\xff\xc3\nb\xe2\x82");
    assert_eq!(source.place(6), Place { line: 2, column: 3, offset: 6 });
}

/// Counts by walking every character from the start.
fn counted(source: &Source, offset: usize) -> Place {
    let view = source.view();
    let mut place = Place { line: 1, column: 1, offset: 0 };
    let mut characters = view.char_indices().peekable();
    while let Some((start, character)) = characters.next() {
        place.offset = start;
        let end = start + character.len_utf8();
        if offset < end {
            return place;
        }
        place.offset = end;
        let next = characters.peek().map(|(_, next)| *next);
        if character == '\n' || character == '\r' && next != Some('\n') {
            (place.line, place.column) = (place.line + 1, 1);
        } else {
            place.column += 1;
        }
    }
    place
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(b"\n".to_vec()),
        4 => Just(b"\r\n".to_vec()),
        2 => Just(b"\r".to_vec()),
        1 => Just("\u{feff}".as_bytes().to_vec()),
        8 => "\\PC{0,8}".prop_map(String::into_bytes),
        2 => proptest::collection::vec(any::<u8>(), 0..6),
        1 => Just(vec![b'x'; 1024]),
        1 => Just("é".repeat(600).into_bytes()),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn places_are_those_that_a_walk_from_the_start_finds(bytes in bytes(), offset in 0..8192_usize) {
        let source = Source::new("a.json", bytes);
        prop_assert_eq!(source.place(offset), counted(&source, offset));
        let end = source.bytes().len();
        prop_assert_eq!(source.place(end), counted(&source, end));
    }

    #[test]
    fn lines_and_their_breaks_make_up_the_text(bytes in bytes()) {
        let source = Source::new("a.json", bytes);
        let mut end = 0;
        for line in 1..=source.line_count() {
            let range = source.line(line).unwrap();
            prop_assert_eq!(source.place(range.start).line, line);
            prop_assert!(["", "\n", "\r\n", "\r"].contains(&source.view().get(end..range.start).unwrap()));
            prop_assert!(!source.view().get(range.clone()).unwrap().contains(['\n', '\r']));
            end = range.end;
        }
        prop_assert_eq!(end, source.view().len());
    }
}
