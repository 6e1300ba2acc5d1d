//! Whatever the bytes and the spans, findings are shown, soon, and without what must stay hidden.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use relance_diagnostics::{
    Language, Mask, Related, Source, Span, Text,
    render::{Report, Style, concise, human, json},
};

use crate::case::Case;

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![
        8 => (0..300_usize, 0..300_usize).prop_map(|(start, end)| Span::new(start, end)),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(start, end)| Span::new(start, end)),
    ]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(b"\n".to_vec()),
        1 => Just(b"\r".to_vec()),
        1 => Just(b"\t".to_vec()),
        1 => Just("\u{200d}\u{301}\u{feff}日".as_bytes().to_vec()),
        8 => any::<String>().prop_map(String::into_bytes),
        4 => proptest::collection::vec(any::<u8>(), 0..40),
    ];
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn anything_can_be_shown(
        bytes in bytes(),
        span in span(),
        related in proptest::collection::vec(span(), 0..4),
        hidden in proptest::collection::vec(span(), 0..3),
        width in 0..200_usize,
        text in any::<String>(),
    ) {
        let mut case = Case::new("");
        case.source = Source::new(text.as_str(), bytes);
        case.mask = Mask::new(hidden);
        case.diagnostic.span = span;
        case.diagnostic.message = Text::new(text.clone(), text.clone());
        case.diagnostic.label = Some(Text::new(text.clone(), text));
        case.diagnostic.related = related
            .into_iter()
            .map(|span| Related { span, message: Text::fixed("see here", "voir ici") })
            .collect();
        let report = case.report();
        let shown = human(&report, Language::French, Style::plain().width(width));
        prop_assert!(shown.chars().all(|it| it == '\n' || !it.is_control()));
        human(&report, Language::English, Style::colour().width(width));
        concise(&report, Language::English);
        serde_json::to_string(&json([report], Language::French)).unwrap();
    }

    #[test]
    fn a_secret_is_hidden_wherever_the_caret_stands(span in span(), before in "[a-y\n]{0,80}", after in "[a-y\n]{0,80}") {
        let secret = "Z".repeat(30);
        let mut case = Case::new("");
        case.source = Source::new("a.json", format!("{before}{secret}{after}"));
        case.mask = Mask::new(vec![Span::new(before.len(), before.len() + secret.len())]);
        case.diagnostic.span = span;
        prop_assert!(!case.human().contains('Z'));
    }
}

#[test]
fn thousands_of_findings_on_four_megabytes_take_no_time() {
    let item = r#"{"id":"a","name":"né"},"#;
    let count = 4_000_000 / item.len();
    for text in [item.repeat(count), format!("{item}\n").repeat(count)] {
        let source = Source::new("big.json", text);
        let step = source.bytes().len() / 2_000;
        let diagnostics: Vec<_> = (0..2_000)
            .map(|it| {
                let mut diagnostic = Case::new("").diagnostic;
                diagnostic.span = Span::new(it * step + 2, it * step + 6);
                diagnostic
            })
            .collect();
        let mask = Mask::new(diagnostics.iter().map(|it| it.span).collect());
        let report = Report {
            source: &source,
            mask: &mask,
            diagnostics: &diagnostics,
            valid: false,
            runnable: false,
        };
        let started = Instant::now();
        human(&report, Language::English, Style::plain());
        serde_json::to_string(&json([report], Language::English)).unwrap();
        // A debug build on a busy machine; walking the line from its start for each finding would take minutes.
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    }
}
