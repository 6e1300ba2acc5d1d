//! Edits of edits come to the same as edits of a text.

use proptest::prelude::*;
use relance_diagnostics::{Edit, Span};

use super::Pieces;

fn edit(span: std::ops::Range<usize>, text: &str) -> Edit {
    Edit { span: Span::new(span.start, span.end), text: text.to_owned() }
}

fn applied(bytes: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for edit in edits.iter().rev() {
        bytes.splice(edit.span.range(), edit.text.bytes());
    }
    bytes
}

#[test]
fn an_edit_of_an_edit_is_one_edit_of_the_original() {
    let original = b"un deux trois";
    let pieces = Pieces::of(original.len());
    let pieces = pieces.edited(&[edit(3..7, "2 ou 3")]);
    let pieces = pieces.edited(&[edit(4..8, ","), edit(9..15, "")]);
    assert_eq!(pieces.bytes(original), b"un 2,3");
    assert_eq!(pieces.edits(original.len()), [edit(3..13, "2,3")]);
}

#[test]
fn what_was_written_stands_where_it_was_put() {
    let pieces = Pieces::of(6).edited(&[edit(2..4, "abc")]);
    let places: Vec<usize> = (0..8).map(|offset| pieces.in_original(offset)).collect();
    assert_eq!(places, [0, 1, 2, 2, 2, 4, 5, 6]);
}

/// Edits of a text of so many bytes, in order and apart.
fn edits(length: usize, numbers: &[(usize, usize, usize)]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut from = 0;
    for (gap, taken, put) in numbers {
        let start = (from + gap).min(length);
        let end = (start + taken).min(length);
        edits.push(edit(start..end, ["", "x", "xy", "xyz"][put % 4]));
        from = end + 1;
        if from > length {
            break;
        }
    }
    edits
}

proptest! {
    #[test]
    fn rounds_of_edits_end_as_if_each_had_been_made_in_a_text(
        original in proptest::collection::vec(any::<u8>(), 0..40),
        rounds in proptest::collection::vec(
            proptest::collection::vec((0_usize..9, 0_usize..9, 0_usize..4), 0..5),
            0..5,
        ),
    ) {
        let mut text = original.clone();
        let mut pieces = Pieces::of(original.len());
        for numbers in rounds {
            let edits = edits(text.len(), &numbers);
            text = applied(&text, &edits);
            pieces = pieces.edited(&edits);
            prop_assert_eq!(&pieces.bytes(&original), &text);
        }
        let whole = pieces.edits(original.len());
        prop_assert!(whole.windows(2).all(|two| two[0].span.end < two[1].span.start));
        prop_assert_eq!(applied(&original, &whole), text);
    }
}
