//! Any text with a cursor in it, as an editor holds it: every question that an editor asks, at that place.

use relance_diagnostics::{Edit, Language, Source, Span};
use relance_lsp::{
    View, Wanted, complete, definition, fix_all, hover, quick_fixes, references, rename, symbols,
};
use relance_validator::{Environment, Options};

use crate::checked::checked;

/// The first two bytes say where the cursor is. Every answer names stretches of the text, and every edit can be applied.
pub fn lsp(bytes: &[u8]) {
    let Some(([high, low], rest)) = bytes.split_first_chunk::<2>() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let cursor = usize::from(u16::from_be_bytes([*high, *low])) % (text.len() + 1);
    let cursor = text.floor_char_boundary(cursor);
    let lies_in = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?}");

    let view = View::of(text);
    let secrets = ["CRM_TOKEN".to_owned()];
    for language in [Language::English, Language::French] {
        for completion in complete(&view, cursor, Wanted { language, secrets: &secrets }).items {
            assert!(!completion.label.is_empty());
            can_be_applied(text, &[completion.edit]);
        }
        if let Some(hover) = hover(&view, cursor, language) {
            lies_in(hover.span);
            assert!(!hover.text.is_empty());
        }
        symbols(&view, language);
    }
    if let Some(found) = definition(&view, cursor) {
        [found.origin, found.block, found.name].into_iter().for_each(lies_in);
    }
    references(&view, cursor, true).into_iter().for_each(lies_in);
    if let Ok(Some(renamed)) = rename::prepare(&view, cursor) {
        lies_in(renamed.span);
    }
    if let Ok(edits) = rename::rename(&view, cursor, "étape \"2\"") {
        can_be_applied(text, &edits);
    }

    let source = Source::new("fuzzed.json", text);
    let checked = checked(&source, Environment::Production);
    let here = Span::at(cursor);
    let found = &checked.diagnostics;
    let actions = quick_fixes(found, here, Language::French);
    let all = fix_all(text, found, &Options::default(), Language::French);
    for action in actions.into_iter().chain(all) {
        can_be_applied(text, &action.edits);
    }
}

/// Edits stand in the text and do not overlap, in whatever order they come.
fn can_be_applied(text: &str, edits: &[Edit]) {
    let mut spans: Vec<Span> = edits.iter().map(|edit| edit.span).collect();
    spans.sort_unstable();
    for span in &spans {
        assert!(text.get(span.range()).is_some(), "{span:?} is no stretch of the text");
    }
    let apart = spans.windows(2).all(|pair| pair[0].end <= pair[1].start);
    assert!(apart, "edits overlap: {edits:?}");
}
