//! The grammar of references.

use proptest::prelude::*;
use relance_model::text::{Part, Template};

#[test]
fn references_and_mistakes() {
    let cases = [
        "plain",
        "{{ contact.first_name }}",
        "Bonjour {{contact.first_name|default:'vous'|upper}} !",
        "{{ contact.fields[\"date d'effet\"] | date: '%d/%m/%Y' }}",
        "{{ blocks.http-1.body.items.0.name | trim | lower }}",
        "{{{{ literal }}",
        "a {{{{{{ contact.id }}",
        "{{ run.id }}{{ run.graph }}",
        "{{ secrets.CRM }",
        "{{ }}",
        "{{ contcat.id }}",
        "{{ contact. }}",
        "{{ contact.first name }}",
        "{{ contact.id | uper }}",
        "{{ contact.id | default }}",
        "{{ contact.id | upper: 'x' }}",
        "{{ contact.id | default: 'x }}",
        "{{ contact.id() }}",
        "{{ debug() }}",
        "{{ contact.id + 1 }}",
        "{{ contact[id] }}",
        "{{ contact['id }}",
        "{% for i in x %}{{ contact.id }}{% endfor %}",
        "10 {% off",
        "{{ contact.nope | default: '}}' }}",
        "{{ a }} {{ b }}",
    ];
    let table: Vec<String> =
        cases.iter().map(|text| format!("{text}\n{}", describe(text))).collect();
    insta::assert_snapshot!(table.join("\n\n"));
}

fn describe(text: &str) -> String {
    let lines: Vec<String> = match Template::parse(text) {
        Ok(template) => template.parts.iter().map(shown).collect(),
        Err(mistakes) => mistakes
            .iter()
            .map(|it| format!("    {:?} under {:?}", it.kind, text.get(it.range.clone()).unwrap()))
            .collect(),
    };
    lines.join("\n")
}

fn shown(part: &Part) -> String {
    match part {
        Part::Literal(literal) => format!("    literal {literal:?}"),
        Part::Slot(slot) => {
            let names: Vec<&str> = slot.path.segments.iter().map(|it| it.name.as_str()).collect();
            format!("    {} {names:?} {:?}", slot.path.root.as_str(), slot.filters)
        }
    }
}

#[test]
fn long_hostile_texts_take_no_time_and_no_stack() {
    for unit in [
        "{{ x()()()() }}",
        "{{",
        "{{ ",
        "{%",
        "{{ contact.a",
        "{{ contact['",
        "{{ contact.id | ",
        "}}",
        "{{{{{",
        "{{-",
    ] {
        let text = unit.repeat(200_000);
        _ = Template::parse(&text);
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_stop_and_every_mistake_lies_in_it(text in "[{}|:.a-c'\" \\[\\]contact%é]{0,40}") {
        match Template::parse(&text) {
            Ok(template) => for slot in template.references() {
                prop_assert!(text.get(slot.range.clone()).is_some());
            },
            Err(mistakes) => {
                prop_assert!(!mistakes.is_empty());
                for mistake in mistakes {
                    prop_assert!(text.get(mistake.range).is_some());
                }
            }
        }
    }

    #[test]
    fn a_text_without_braces_is_itself(text in "[^{]{0,40}") {
        let template = Template::parse(&text).unwrap();
        prop_assert_eq!(template.as_literal(), Some(text.as_str()));
    }
}
