//! Slots, beside the parser of references.

use proptest::prelude::*;
use relance_model::text::Template;

use super::slots;

/// A reference as both cut it: where it stands, its root, the names of its path and where they stand.
type Cut = (std::ops::Range<usize>, String, Vec<(String, std::ops::Range<usize>)>);

fn ours(text: &str) -> Vec<Cut> {
    let slots = slots(text).map(|slot| {
        let path = slot.path();
        let steps = path.steps.iter().map(|it| (it.name.to_string(), it.range.clone()));
        let root = path.known_root().map_or("", relance_model::text::Root::as_str);
        (slot.range.clone(), root.to_owned(), steps.collect())
    });
    slots.collect()
}

fn parsed(text: &str) -> Option<Vec<Cut>> {
    let template = Template::parse(text).ok()?;
    let cut = template.references().map(|reference| {
        let steps = reference.path.segments.iter().map(|it| (it.name.clone(), it.range.clone()));
        (reference.range.clone(), reference.path.root.as_str().to_owned(), steps.collect())
    });
    Some(cut.collect())
}

#[test]
fn a_text_that_is_right_is_cut_alike_by_both() {
    for text in [
        "",
        "Bonjour {{ contact.first_name }} !",
        "{{blocks.a-1.text|upper}}{{ run.id }}",
        "{{{{ pas une référence }} {{ contact.email }}",
        "{{ blocks[\"mon bloc\"].body.items | default: '}}' }} et {{ blocks['é'] }}",
        "{{ contact.fields[ 'x' ] | date: \"%d\" | trim }}",
    ] {
        assert_eq!(Some(ours(text)), parsed(text), "{text}");
    }
}

#[test]
fn a_reference_that_breaks_off_is_cut_where_it_does() {
    for (text, end, closed, steps) in [
        ("{{", 2, false, 0),
        ("{{ blocks.a.te", 14, false, 2),
        ("{{ blocks. {{ run.id }}", 11, false, 0),
        ("{{ blocks['a }}", 15, true, 1),
        ("{{ contact.a b }}", 17, true, 1),
    ] {
        let slot = slots(text).next().unwrap();
        assert_eq!(
            (slot.range.end, slot.closed, slot.path().steps.len()),
            (end, closed, steps),
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn whatever_the_parser_takes_is_cut_alike(text in r#"(\{\{ ?|\}\}| ?\}\}|contact|blocks|\.|id|\['a b'\]|\["x"\]| \| upper|: 'q'|é| ){0,12}"#) {
        if let Some(parsed) = parsed(&text) {
            prop_assert_eq!(ours(&text), parsed);
        }
    }
}
