//! What the features write, the validator takes.

use relance_diagnostics::{Diagnostic, Language, Source};
use relance_lsp::{Completion, CompletionKind, View, Wanted, complete, rename};
use relance_samples::graph::{Quality, graph};
use relance_validator::{Options, check, check_and_plan};

fn findings(text: &str) -> Vec<Diagnostic> {
    check(&Source::new("x", text), &Options::default()).diagnostics
}

fn codes(text: &str) -> Vec<&'static str> {
    findings(text).iter().map(|finding| finding.code).collect()
}

fn offered(text: &str, offset: usize) -> Vec<Completion> {
    let secrets = ["CRM_TOKEN".to_owned()];
    let wanted = Wanted { language: Language::English, secrets: &secrets };
    complete(&View::of(text), offset, wanted).items
}

/// What becomes of a text when that is chosen, and where the cursor stands then.
fn chosen(text: &str, item: &Completion) -> (String, usize) {
    let mut edits = item.comma.clone().into_iter().collect::<Vec<_>>();
    edits.push(item.edit.clone());
    let changed = super::edited(text, &edits);
    let before: usize = item.comma.iter().map(|comma| comma.text.len()).sum();
    let cursor = item.edit.span.range().start + before + item.edit.text.len();
    (changed, cursor)
}

/// A graph with a text put in the place of another, once, and the place behind it.
fn with(graph: &str, old: &str, new: &str) -> (String, usize) {
    let place = graph.rfind(old).unwrap();
    let mut text = graph.to_owned();
    text.replace_range(place..place + old.len(), new);
    (text, place + new.len())
}

#[test]
fn a_reference_that_was_completed_is_right() {
    let graph = graph(11, Quality::Clean);
    // The last block is a task: a reference may stand in its assignation, and there is no default to make it sure.
    let (text, cursor) = with(&graph, "\"assignation\": \"commercial", "\"assignation\": \"{{ ");
    let mut ends = 0;
    let mut half = vec![(text, cursor)];
    while let Some((text, cursor)) = half.pop() {
        for item in offered(&text, cursor) {
            let (text, cursor) = chosen(&text, &item);
            if text.get(..cursor).unwrap().ends_with("}}") {
                let codes = codes(&text);
                assert!(codes.iter().all(|code| *code == "maybe-absent"), "{codes:?}: {text}");
                ends += 1;
            } else {
                let mut text = text;
                text.insert(cursor, '.');
                half.push((text, cursor + 1));
            }
        }
    }
    // Names of the contact and the run, and every output of ten blocks.
    assert!(ends > 50, "{ends}");
}

#[test]
fn of_very_many_blocks_those_are_offered_that_fit_what_was_typed() {
    let graph = graph(1_000, Quality::Clean);
    let offered = |typed: &str| {
        let put = format!("\"target\": \"{typed}");
        let (text, cursor) = with(&graph, "\"target\": \"bloc-999", &put);
        let secrets = [];
        let wanted = Wanted { language: Language::English, secrets: &secrets };
        let offer = complete(&View::of(&text), cursor, wanted);
        let labels = offer.items.into_iter().map(|it| it.label).collect::<Vec<_>>();
        (labels, offer.is_complete)
    };
    let (labels, is_complete) = offered("");
    assert_eq!((labels.len(), is_complete), (200, false));
    let (labels, is_complete) = offered("B77");
    assert!(!is_complete);
    assert!(labels.contains(&"bloc-77".to_owned()) && labels.contains(&"bloc-787".to_owned()));
    assert!(!labels.contains(&"bloc-7".to_owned()), "{labels:?}");
}

#[test]
fn a_block_that_was_completed_lacks_only_its_words() {
    let graph = graph(3, Quality::Clean);
    let (text, cursor) = with(&graph, "\"nodes\": [", "\"nodes\": [\n  ");
    let items = offered(&text, cursor);
    assert_eq!(items.len(), 5);
    for item in items {
        let (text, _) = chosen(&text, &item);
        let codes = codes(&text);
        let awaited = ["isolated-block", "blank-required", "invalid-url"];
        assert!(codes.iter().all(|code| awaited.contains(code)), "{codes:?}: {text}");
        assert!(codes.contains(&"isolated-block"));
    }
}

#[test]
fn words_and_keys_that_were_completed_are_known() {
    let graph = graph(6, Quality::Clean);
    let mut tried = 0;
    for (old, new) in [
        ("\"POST\"", "\""),
        ("\"ai\"", "\"\""),
        ("\"haute\"", "ha"),
        ("\"ai_reply\"", "\"\""),
        ("\"sourceHandle\": \"success\"", "\"sourceHandle\": \"\""),
        ("\"content_type\": \"json\",", ""),
        ("\"priorite\": \"haute\"", "\"p\""),
        ("\"temperature\": \"0.4\",", "\"temp"),
    ] {
        let (text, end) = with(&graph, old, new);
        let cursor = if new.ends_with("\"\"") { end - 1 } else { end };
        for item in offered(&text, cursor).into_iter().filter(|it| it.kind != CompletionKind::Block)
        {
            let (changed, _) = chosen(&text, &item);
            let codes = codes(&changed);
            // Another action wants other parameters; empty texts are what remains to be filled in.
            let awaited = [
                "unknown-parameter",
                "missing-key",
                "blank-required",
                "invalid-url",
                "ignored-body",
                "unusual-body",
                "invalid-header-name",
                "unknown-output",
                "unknown-block",
                "duplicate-edge",
                "maybe-absent",
                "not-an-ancestor",
            ];
            assert!(codes.iter().all(|code| awaited.contains(code)), "{codes:?}: {changed}");
            tried += 1;
        }
    }
    assert!(tried > 15, "{tried}");
}

#[test]
fn a_renamed_graph_means_the_same() {
    let graph = graph(12, Quality::Clean);
    let place = graph.find("\"bloc-5\"").unwrap() + 1;
    for id in ["autre", "a b", "l'un", "dit \"oui\"", "é😀\\n", "a.b", "}}"] {
        let edits = rename::rename(&View::of(&graph), place, id).unwrap();
        // Its id, two edges, and a reference in JSON in text.
        assert_eq!(edits.len(), 4);
        let renamed = super::edited(&graph, &edits);
        let (checked, plan) =
            check_and_plan(&Source::new("x", renamed.clone()), &Options::default());
        assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
        let plan = plan.unwrap();
        assert!(plan.find(id).is_some() && plan.find("bloc-5").is_none());
        // And back: byte for byte, unless brackets had to take the place of a dot.
        let place = edits.first().unwrap().span.range().start;
        let edits = rename::rename(&View::of(&renamed), place, "bloc-5").unwrap();
        let back = super::edited(&renamed, &edits);
        assert_eq!(back.replace("['bloc-5']", ".bloc-5"), graph);
    }
}
