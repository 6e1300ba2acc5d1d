//! What holds for every document, however it is laid out and whatever it holds.

use std::fmt::Write as _;

use proptest::prelude::*;
use relance_diagnostics::Source;
use relance_samples::{
    document::document, fixture::Fixture, json::Json, mutation::mutate, random::Random,
};
use relance_validator::{Checked, Code, Options, Plan, check_and_plan};

fn checked(text: &[u8]) -> Checked {
    planned(text).0
}

fn planned(text: &[u8]) -> (Checked, Option<Plan>) {
    let source = Source::new("document.json", text);
    let (checked, plan) = check_and_plan(&source, &Options::default());
    let errors =
        checked.diagnostics.iter().any(|it| it.severity == relance_diagnostics::Severity::Error);
    assert_eq!(checked.is_valid(), !errors, "a verdict stands for the absence of errors");
    assert_eq!(plan.is_some(), !errors, "so does a plan");
    let refused = plan.as_ref().is_some_and(|plan| plan.refused().next().is_some());
    assert_eq!(checked.is_runnable(), !errors && !refused, "the verdict knows what the plan says");
    for finding in &checked.diagnostics {
        let range = finding.span.range();
        assert!(source.view().get(range).is_some(), "{} lies outside the text", finding.code);
    }
    (checked, plan)
}

/// A document, more or less right.
fn any_document(seed: u64) -> Json {
    let mut random = Random::new(seed);
    let mut document = document(&mut random);
    for _ in 0..random.below(4) {
        mutate(&mut random, &mut document);
    }
    document
}

/// What was found, places apart.
fn told(checked: &Checked) -> Vec<String> {
    let mut told: Vec<String> = checked
        .diagnostics
        .iter()
        .map(|it| {
            let steps = it.pointer.split('/').map(|step| match step.parse::<usize>() {
                Ok(_) => "*",
                Err(_) => step,
            });
            let block = it.block.as_ref().map(|block| &block.id);
            format!(
                "{} {} {block:?} {}",
                it.code,
                steps.collect::<Vec<_>>().join("/"),
                it.message.en
            )
        })
        .collect();
    told.sort();
    told
}

/// Puts blocks and edges into another order, and blocks elsewhere on the canvas.
fn rearrange(random: &mut Random, document: &mut Json) {
    let Json::Object(members) = document else { return };
    if members.iter().any(|(key, _)| key == "nodes") {
        shuffle(random, members);
    }
    for (key, value) in members {
        if let ("nodes" | "edges", Json::Array(items)) = (key.as_str(), value) {
            shuffle(random, items);
            for item in items {
                put_elsewhere(random, item);
            }
        }
    }
}

fn put_elsewhere(random: &mut Random, node: &mut Json) {
    let Json::Object(members) = node else { return };
    let position = members.iter_mut().find(|(key, _)| key == "position");
    if let Some((_, Json::Object(axes))) = position {
        for (_, value) in axes {
            if matches!(value, Json::Bare(literal) if literal.parse::<f64>().is_ok_and(f64::is_finite))
            {
                *value = Json::bare(random.below(10_000).to_string());
            }
        }
    }
}

fn shuffle<T>(random: &mut Random, items: &mut [T]) {
    for place in (1..items.len()).rev() {
        items.swap(place, random.below(place + 1));
    }
}

/// Who is meant by an id or a key that is there twice depends on which comes first.
fn is_ambiguous(checked: &Checked) -> bool {
    let codes = [Code::DuplicateId, Code::DuplicateKey].map(Code::as_str);
    checked.diagnostics.iter().any(|it| codes.contains(&it.code))
}

/// Journals hold it: another one would part a run from its graph.
#[test]
fn the_version_of_a_graph_stays_what_it_is() {
    let text = r#"{
        "nodes": [
            {"id": "tag", "type": "action", "position": {"x": 0, "y": 0}, "data": {"parameters": {"tag": "vu", "action_type": "tag_contact"}}},
            {"id": "début", "type": "trigger", "position": {"x": 0, "y": 0}, "data": {}},
            {"id": "appel", "type": "action", "position": {"x": 0, "y": 0}, "data": {"label": "Appel", "parameters": {
                "action_type": "http_request", "http_method": "POST", "url": "https://api.exemple.com/", "body_text": "", "body_json": "[1]"}}},
            {"id": "tâche", "type": "action", "position": {"x": 0, "y": 0}, "data": {"parameters": {}}}
        ],
        "edges": [
            {"id": "4", "source": "tâche", "target": "tag", "sourceHandle": "error"},
            {"id": "3", "source": "tâche", "target": "tag"},
            {"id": "2", "source": "appel", "target": "tag", "sourceHandle": "error"},
            {"id": "1", "source": "appel", "target": "tâche", "sourceHandle": "success"},
            {"id": "0", "source": "début", "target": "appel", "sourceHandle": null}
        ]
    }"#;
    let plan = planned(text.as_bytes()).1.unwrap();
    assert_eq!(
        plan.hash().to_string(),
        "5420752363d2dfef284c47e790c67419cd3cdb43cbbbbf81a81fcc41af5dc874"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn layout_and_order_change_nothing(seed: u64) {
        let mut document = any_document(seed);
        let (before, plan) = planned(document.to_string().as_bytes());
        rearrange(&mut Random::new(!seed), &mut document);
        let (after, plan_after) = planned(document.to_string().as_bytes());
        prop_assert_eq!(before.is_valid(), after.is_valid());
        if !is_ambiguous(&before) {
            prop_assert_eq!(told(&before), told(&after));
        }
        if let (Some(before), Some(after)) = (plan, plan_after) {
            prop_assert_eq!(before.hash(), after.hash());
            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn white_space_changes_nothing(seed: u64) {
        let document = any_document(seed);
        let (compact, plan) = planned(document.to_string().as_bytes());
        let pretty = format!("{document:#}");
        for text in [pretty.clone(), pretty.replace('\n', "\r\n"), pretty.replace('\n', "\n \t")] {
            let (spaced, plan_of_spaced) = planned(text.as_bytes());
            prop_assert_eq!(told(&compact), told(&spaced));
            prop_assert_eq!(&plan, &plan_of_spaced);
        }
    }

    #[test]
    fn no_bytes_make_it_stop(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        checked(&bytes);
    }

    #[test]
    fn no_damage_makes_it_stop(seed: u64, cut: prop::sample::Index, flips in prop::collection::vec(any::<(prop::sample::Index, u8)>(), 0..4)) {
        let mut bytes = any_document(seed).to_string().into_bytes();
        for (place, byte) in flips {
            let place = place.index(bytes.len());
            if let Some(flipped) = bytes.get_mut(place) {
                *flipped = byte;
            }
        }
        checked(&bytes);
        bytes.truncate(cut.index(bytes.len() + 1));
        checked(&bytes);
    }

    #[test]
    fn a_mistake_in_json_as_text_is_found_through_every_escape(
        before in text(), after in text(), outer in any::<[u8; 32]>(), inner in any::<[u8; 32]>(), lines: bool, in_headers: bool,
    ) {
        let wrong = literal(&format!("{before}{{{{ contact.nope }}}}{after}"), &inner);
        let json = if lines { format!("{{\r\n\t\"clé\" :\r\n {wrong}}}") } else { format!("{{\"cle\":{wrong}}}") };
        let json = if in_headers { json.replace("clé", "cle") } else { json };
        let key = if in_headers { "headers_json" } else { "body_json" };
        let text = block_with(key, &literal(&json, &outer));
        let checked = checked(text.as_bytes());
        let finding = checked.diagnostics.iter().find(|it| it.code == Code::UnknownReference.as_str());
        let span = finding.unwrap_or_else(|| panic!("nothing in {text}: {:#?}", checked.diagnostics)).span;
        prop_assert_eq!(unescaped(&unescaped(text.get(span.range()).unwrap())), "nope");
    }

    #[test]
    fn broken_json_as_text_is_found_through_every_escape(before in text(), outer in any::<[u8; 32]>(), inner in any::<[u8; 32]>()) {
        let json = format!("{{\"a\": {},\r\n @ }}", literal(&before, &inner));
        let text = block_with("body_json", &literal(&json, &outer));
        let checked = checked(text.as_bytes());
        let [finding] = checked.diagnostics.as_slice() else { panic!("{:#?}", checked.diagnostics) };
        prop_assert_eq!(finding.code, Code::InvalidJson.as_str());
        prop_assert_eq!(unescaped(text.get(finding.span.range()).unwrap()), "@");
    }
}

/// Texts without braces and control characters, of any script; what a header may hold.
fn text() -> impl Strategy<Value = String> {
    "[a-z \"\\\\/é日🎉\u{ffff}~]{0,12}"
}

/// A JSON string literal; some characters are escaped that need not be.
fn literal(text: &str, chances: &[u8]) -> String {
    let mut literal = String::from("\"");
    for (character, chance) in text.chars().zip(chances.iter().cycle()) {
        match character {
            '"' | '\\' => literal.extend(['\\', character]),
            '/' if chance % 2 == 0 => literal.push_str("\\/"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            _ if chance % 3 == 0 || character < ' ' => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(literal, "\\u{unit:04X}").unwrap();
                }
            }
            _ => literal.push(character),
        }
    }
    literal + "\""
}

fn unescaped(text: &str) -> String {
    serde_json::from_str(&format!("\"{text}\"")).unwrap()
}

fn block_with(key: &str, literal: &str) -> String {
    format!(
        "{{\"id\": \"é\", \"type\": \"action\", \"position\": {{\"x\": 0, \"y\": 0}}, \"data\": {{\"parameters\": {{\
         \"action_type\": \"http_request\", \"http_method\": \"POST\", \"url\": \"https://api.exemple.com/\", \"{key}\": {literal}}}}}}}"
    )
}

#[test]
fn no_cut_fixture_makes_it_stop() {
    for fixture in Fixture::all("ok").into_iter().chain(Fixture::all("findings")) {
        if fixture.bytes.len() > 10_000 {
            continue;
        }
        for length in (0..fixture.bytes.len()).step_by(7) {
            checked(&fixture.bytes[..length]);
        }
    }
}
