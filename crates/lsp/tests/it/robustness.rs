//! Whatever the text and wherever the cursor, each feature answers, and its answer lies in the text.

use proptest::prelude::*;
use relance_diagnostics::{Edit, Language, Source, Span};
use relance_lsp::{
    Symbol, View, Wanted, complete, definition, fix_all, hover, quick_fixes, references, rename,
    symbols,
};
use relance_samples::{
    document::document,
    graph::{Quality, graph},
    mutation::mutate,
    random::Random,
};
use relance_validator::{Options, check};

/// Asks every feature at a place.
fn ask_everything(text: &str, offset: usize) {
    let view = View::of(text);
    let lies_in = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} in {text}");
    let can_be_made = |edits: &[Edit]| edits.iter().for_each(|edit| lies_in(edit.span));
    for language in [Language::English, Language::French] {
        if let Some(hover) = hover(&view, offset, language) {
            lies_in(hover.span);
            assert!(!hover.text.trim().is_empty());
        }
        let secrets = ["CRM_TOKEN".to_owned()];
        for item in complete(&view, offset, Wanted { language, secrets: &secrets }).items {
            can_be_made(&[item.edit]);
            can_be_made(item.comma.as_slice());
            assert!(!item.label.is_empty());
        }
        symbols_lie_in(&symbols(&view, language), &lies_in);
    }
    if let Some(found) = definition(&view, offset) {
        [found.origin, found.block, found.name].into_iter().for_each(lies_in);
        assert!(found.block.contains(found.name) || found.name == found.block.first_byte());
    }
    references(&view, offset, true).into_iter().for_each(lies_in);
    if let Ok(Some(found)) = rename::prepare(&view, offset) {
        lies_in(found.span);
    }
    if let Ok(edits) = rename::rename(&view, offset, "un \"autre\" id") {
        super::edited(text, &edits);
    }
}

fn symbols_lie_in(symbols: &[Symbol], lies_in: &impl Fn(Span)) {
    for symbol in symbols {
        lies_in(symbol.span);
        // A client refuses an entry whose head lies outside of it.
        assert!(symbol.span.contains(symbol.head), "{symbol:?}");
        assert!(!symbol.name.is_empty());
        symbols_lie_in(&symbol.inside, lies_in);
    }
}

#[test]
fn everything_can_be_asked_everywhere() {
    let text = graph(5, Quality::Clean);
    for offset in 0..=text.len() + 1 {
        ask_everything(&text, offset);
    }
}

proptest! {
    #[test]
    fn everything_can_be_asked_of_a_document_with_mistakes(seed in 0..u64::MAX, cursors in proptest::collection::vec(0..3000_usize, 12)) {
        let random = &mut Random::new(seed);
        let mut document = document(random);
        for _ in 0..random.below(4) {
            mutate(random, &mut document);
        }
        let text = document.to_string();
        for cursor in cursors {
            ask_everything(&text, cursor % (text.len() + 1));
        }
    }

    #[test]
    fn everything_can_be_asked_of_half_a_document(end in 0..9000_usize, put in r#"["{}\[\],:\\'.|]{0,4}|\{\{ blocks\.|\\u00"#, gone in 0..40_usize, more in 0..30_usize) {
        let mut text = graph(5, Quality::Clean);
        let start = text.floor_char_boundary(end.min(text.len()));
        let stop = text.ceil_char_boundary((start + gone).min(text.len()));
        text.replace_range(start..stop, &put);
        for offset in [start, start + put.len(), start + put.len() + more, start.saturating_sub(more)] {
            ask_everything(&text, offset);
        }
    }

    #[test]
    fn everything_can_be_asked_of_any_text(text in r#"([\[\]{}:,"\\ \n]|a|é|😀|"(id|nodes|edges|data|parameters|action_type|tag|url|source|type)": ?|\{\{ |blocks|\.|\[')*"#) {
        for offset in 0..=text.len() {
            ask_everything(&text, offset);
        }
    }

    #[test]
    fn safe_fixes_can_all_be_applied_at_once(seed in 0..u64::MAX) {
        let random = &mut Random::new(seed);
        let mut document = document(random);
        for _ in 0..6 {
            mutate(random, &mut document);
        }
        let text = document.to_string();
        let findings = check(&Source::new("x", text.clone()), &Options::default()).diagnostics;
        let whole = Span::new(0, text.len());
        for action in quick_fixes(&findings, whole, Language::French) {
            super::edited(&text, &action.edits);
        }
        if let Some(action) = fix_all(&text, &findings, &Options::default(), Language::English) {
            let mended = super::edited(&text, &action.edits);
            let left = check(&Source::new("x", mended), &Options::default()).diagnostics;
            let broken = left.iter().find(|it| it.code == "invalid-json" && it.pointer.is_empty());
            prop_assert!(broken.is_none(), "{broken:?} {text}");
        }
    }
}
