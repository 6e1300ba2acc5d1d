//! Decoding and the way back, beside the strict reader and its maps.

use proptest::prelude::*;
use relance_model::{document::read_text, text::TextMap};

use super::Passage;
use crate::tree::Node;

fn strict(text: &str) -> Option<String> {
    read_text(text).document?.root().as_text().map(str::to_owned)
}

proptest! {
    #[test]
    fn a_string_that_is_right_means_what_the_strict_reader_says(raw in r#"([a-zé😀{}]|\\["\\/bfnrt]|\\u00e9|\\uD83D\\uDE00|\\u0041){0,20}"#) {
        let text = format!("\"{raw}\"");
        let node = Node::read(&text);
        let literal = node.literal().unwrap();
        let passage = Passage::new(literal);
        prop_assert_eq!(Some(passage.text.to_string()), strict(&text));
        let map = TextMap::new(&text, literal.span);
        for (offset, _) in passage.text.char_indices() {
            let span = passage.span(offset..offset);
            prop_assert_eq!(span, map.span(offset..offset));
            prop_assert_eq!(passage.offset(span.range().start), offset);
        }
    }

    #[test]
    fn half_an_escape_means_something(raw in r#"([a-zé😀]|\\[^"\n]|\\u[0-9a-fD]{0,4}){0,20}"#, cursor in 0..60_usize) {
        let text = format!("\"{raw}\"");
        let node = Node::read(&text);
        if let Some(literal) = node.literal() {
            let passage = Passage::new(literal);
            let offset = passage.offset(cursor);
            prop_assert!(passage.text.is_char_boundary(offset));
            let span = passage.span(offset..passage.text.len());
            prop_assert!(text.get(span.range()).is_some());
        }
    }

    #[test]
    fn what_is_escaped_for_a_place_means_itself_there(words in ".{0,12}") {
        let inner = format!("{{\"a\": {}}}", super::quoted("xy"));
        let text = super::quoted(&inner);
        let node = Node::read(&text);
        let outside = Passage::new(node.literal().unwrap());
        let tree = Node::read(&outside.text);
        let passage = outside.inside(tree.get("a").unwrap().literal().unwrap());
        let mut edited = text.clone();
        edited.replace_range(passage.span(1..1).range(), &passage.escape(&words));
        let meant = strict(&edited).unwrap();
        let read = read_text(&meant);
        let value = read.document.unwrap();
        let value = value.root().as_object().unwrap().get("a").unwrap().as_text().unwrap().to_owned();
        prop_assert_eq!(value, format!("x{words}y"));
    }
}
