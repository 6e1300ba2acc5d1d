//! What is hidden, and that nothing moves.

use proptest::prelude::*;
use relance_diagnostics::{Mask, Span};

fn masked(text: &str, spans: &[(usize, usize)]) -> String {
    let spans = spans.iter().map(|(start, end)| Span::new(*start, *end)).collect();
    Mask::new(spans).apply(text).into_owned()
}

#[test]
fn every_byte_of_a_secret_becomes_a_star() {
    assert_eq!(masked("Bearer clé!", &[(7, 11)]), "Bearer ****!");
}

#[test]
fn a_character_that_is_partly_hidden_is_hidden_whole() {
    assert_eq!(masked("aéb", &[(2, 3)]), "a**b");
    assert_eq!(masked("aéb", &[(1, 2), (2, 3)]), "a**b");
}

#[test]
fn line_breaks_stay() {
    assert_eq!(masked("ab\r\ncd", &[(1, 5)]), "a*\r\n*d");
}

#[test]
fn stretches_may_overlap_stand_in_any_order_and_run_past_the_end() {
    assert_eq!(masked("abcdef", &[(4, 99), (0, 1), (3, 5), (2, 2)]), "*bc***");
    assert_eq!(masked("abc", &[(50, 60)]), "abc");
}

#[test]
fn what_touches_a_hidden_byte_is_hidden() {
    let mask = Mask::new(vec![Span::new(2, 4), Span::new(8, 9)]);
    let hidden: Vec<_> =
        (0..10).filter(|start| mask.hides(Span::new(*start, *start + 1))).collect();
    assert_eq!(hidden, [2, 3, 8]);
    assert!(mask.hides(Span::new(0, 9)));
    assert!(!mask.hides(Span::new(4, 8)));
}

proptest! {
    #[test]
    fn offsets_stay_valid_and_no_hidden_character_is_left(
        text in "[a-zé𝄞\r\n]{0,40}",
        spans in proptest::collection::vec((0..60_usize, 0..60_usize), 0..5),
    ) {
        let mask = Mask::new(spans.iter().map(|(start, end)| Span::new(*start, *end)).collect());
        let shown = mask.apply(&text).into_owned();
        prop_assert_eq!(shown.len(), text.len());
        for (start, character) in text.char_indices() {
            let end = start + character.len_utf8();
            let expected = if mask.hides(Span::new(start, end)) && !['\r', '\n'].contains(&character) {
                "*".repeat(end - start)
            } else {
                character.to_string()
            };
            prop_assert_eq!(shown.get(start..end), Some(expected.as_str()));
        }
    }
}
