//! References that are wrong, put into any text that may hold references: a tag, a body, a leaf of JSON in a text, a URL.

use std::ops::Range;

use super::{
    Change, json_text,
    site::{Action, actions, ancestors, any, member, text},
};
use crate::{
    json::{Json, Path},
    random::Random,
    spelling::{Layout, Part, Written},
    wrong::unmarked,
};

/// A wrong reference.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fragment {
    /// What is wrong.
    pub(super) name: &'static str,
    code: &'static str,
    /// The references; what stands between `⟦` and `⟧` is what is wrong. `ANCESTOR` stands for a block that comes before, `OTHER`
    /// for one that does not.
    texts: &'static [&'static str],
    /// Whether it may stand only where no secret may.
    secret: bool,
}

const fn fragment(
    name: &'static str,
    code: &'static str,
    texts: &'static [&'static str],
) -> Fragment {
    Fragment { name, code, texts, secret: false }
}

pub(super) const FRAGMENTS: &[Fragment] = &[
    fragment(
        "never closed",
        "invalid-reference",
        &["⟦{{⟧ contact.id", "⟦{{⟧ contact.id }", "⟦{{⟧", "⟦{{⟧ contact.id | default: 'x'"],
    ),
    fragment("empty", "invalid-reference", &["⟦{{ }}⟧", "⟦{{}}⟧"]),
    fragment(
        "a filter without its text",
        "invalid-reference",
        &["{{ contact.id | ⟦default⟧ }}", "{{ contact.id | ⟦date⟧: }}"],
    ),
    fragment(
        "a filter with a text too many",
        "invalid-reference",
        &["{{ contact.id | ⟦upper: 'x'⟧ }}", "{{ contact.id|⟦trim:\"é\"⟧|lower }}"],
    ),
    fragment(
        "a quote never closed",
        "invalid-reference",
        &["{{ contact.id | default: ⟦'⟧vous }}", "{{ contact.fields[⟦\"⟧a] }}"],
    ),
    fragment("a call", "invalid-reference", &["{{ ⟦now⟧() }}", "{{ ⟦contact.upper(⟧) }}"]),
    fragment("a statement", "invalid-reference", &["⟦{% if contact.id %}⟧", "⟦{%- raw -%}⟧"]),
    fragment(
        "arithmetic",
        "invalid-reference",
        &["{{ contact.id ⟦+⟧ 1 }}", "{{ contact.id ⟦?⟧ 'a' : 'b' }}", "{{ contact.id ⟦é⟧ }}"],
    ),
    fragment(
        "a name missing",
        "invalid-reference",
        &[
            "{{ contact.⟦.⟧id }}",
            "{{ ⟦'⟧contact' }}",
            "{{ contact.fields.⟦é⟧tat }}",
            "{{ contact.id | ⟦|⟧ upper }}",
        ],
    ),
    fragment(
        "a date that is none",
        "invalid-reference",
        &[
            "{{ run.started_at | ⟦date: '%d/%Q'⟧ }}",
            "{{ run.started_at | ⟦date: \"é %\"⟧ | upper }}",
        ],
    ),
    fragment(
        "an unknown root",
        "unknown-reference",
        &["{{ ⟦contacts⟧.id }}", "{{ ⟦prenom⟧ }}", "{{⟦client⟧.first_name | default: 'é'}}"],
    ),
    fragment(
        "an unknown value of the contact",
        "unknown-reference",
        &["{{ contact.⟦prenom⟧ }}", "{{ contact.⟦nope⟧ | upper }}", "{{ contact⟦[\"prénom\"]⟧ }}"],
    ),
    fragment(
        "an unknown value of the run",
        "unknown-reference",
        &["{{ run.⟦date⟧ }}", "{{ run.⟦ID⟧ }}"],
    ),
    fragment(
        "a value too deep",
        "unknown-reference",
        &["{{ contact.email.⟦domaine⟧ }}", "{{ run.id⟦['x']⟧ }}", "{{ contact.fields.a.⟦b⟧ }}"],
    ),
    fragment(
        "a value that is not told",
        "unknown-reference",
        &[
            "{{ ⟦contact⟧ }}",
            "{{ ⟦contact.fields⟧ }}",
            "{{ ⟦run⟧ | default: 'é' }}",
            "{{ ⟦blocks⟧ }}",
        ],
    ),
    fragment(
        "an unknown filter",
        "unknown-filter",
        &["{{ contact.id | ⟦majuscules⟧ }}", "{{ contact.id|trim|⟦Upper⟧ }}"],
    ),
    fragment(
        "an unknown block",
        "unknown-block",
        &["{{ blocks.⟦nulle-part⟧.id }}", "{{ blocks⟦[\"étape supprimée\"]⟧.text }}"],
    ),
    fragment(
        "an unknown output",
        "unknown-output",
        &[
            "{{ blocks[\"ANCESTOR\"].⟦resultat⟧ }}",
            "{{ blocks[\"ANCESTOR\"].error.⟦cause⟧ | default: '' }}",
        ],
    ),
    fragment("an output that is not told", "unknown-reference", &["{{ ⟦blocks[\"ANCESTOR\"]⟧ }}"]),
    fragment(
        "a block that does not come before",
        "not-an-ancestor",
        &["{{ blocks⟦[\"OTHER\"]⟧.error.code | default: '' }}"],
    ),
    Fragment {
        name: "a secret where none may stand",
        code: "secret-not-allowed",
        texts: &["⟦{{ secrets.CRM_TOKEN }}⟧", "⟦{{secrets.X | default: 'é'}}⟧"],
        secret: true,
    },
    Fragment {
        name: "a secret that is not told",
        code: "unknown-reference",
        texts: &["{{ ⟦secrets⟧ }}", "{{ secrets.CRM.⟦TOKEN⟧ }}"],
        secret: false,
    },
];

/// A text that may hold references.
#[derive(Debug, Clone)]
struct Slot {
    action: usize,
    place: Place,
    /// Whether secrets may stand in it.
    secrets: bool,
}

#[derive(Debug, Clone)]
enum Place {
    /// A parameter.
    Text(Path),
    /// A text of the JSON in a parameter.
    Leaf { parameter: Path, inner: Json, leaf: Path },
    /// The path of a URL.
    UrlPath(Path),
    /// The query of a URL.
    UrlQuery(Path),
}

fn slots(document: &Json, actions: &[Action]) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (index, action) in actions.iter().enumerate() {
        for key in ["assignation", "tag", "body_text"] {
            let filled = text(document, &action.parameters, key).is_some_and(|it| !it.is_empty());
            if let (true, Some(path)) = (filled, member(document, &action.parameters, key)) {
                slots.push(Slot {
                    action: index,
                    place: Place::Text(path),
                    secrets: key == "body_text",
                });
            }
        }
        if let Some(path) = member(document, &action.parameters, "url") {
            let url = text(document, &action.parameters, "url").unwrap_or_default();
            // Behind a query or fragment the path is over, and a host alone has none.
            if !url.contains(['?', '#']) && url.matches('/').count() > 2 {
                slots.push(Slot {
                    action: index,
                    place: Place::UrlPath(path.clone()),
                    secrets: false,
                });
            }
            if !url.contains('#') {
                slots.push(Slot { action: index, place: Place::UrlQuery(path), secrets: true });
            }
        }
    }
    for (parameter, _, inner) in json_text::texts(document) {
        let Some(index) = actions.iter().position(|it| parameter.starts_with(&it.parameters))
        else {
            continue;
        };
        for leaf in inner.places() {
            if matches!(inner.at(&leaf), Json::Text(_)) {
                let (parameter, inner) = (parameter.clone(), inner.clone());
                let place = Place::Leaf { parameter, inner, leaf };
                slots.push(Slot { action: index, place, secrets: true });
            }
        }
    }
    slots
}

/// Puts a wrong reference at the end of a text.
pub(super) fn put(random: &mut Random, right: &Json, fragment: &Fragment) -> Option<Change> {
    let actions = actions(right);
    let mut slots = slots(right, &actions);
    if fragment.name == "a secret that is not told" {
        slots.retain(|slot| slot.secrets);
    } else if fragment.secret {
        slots.retain(|slot| !slot.secrets);
    }
    let slot = any(random, &slots)?;
    let action = &actions[slot.action];
    let marked = named(random, right, &actions, action, fragment)?;
    let (reference, within) = unmarked(&marked);
    let within = within?;
    let mut document = right.clone();
    let (path, part) = match slot.place {
        Place::Text(path) => {
            let place = append(&mut document, &path, "é 🎉 ", &reference, &within);
            (path, Part::Within(place))
        }
        Place::UrlPath(path) => {
            let place = append(&mut document, &path, "/", &reference, &within);
            (path, Part::Within(place))
        }
        Place::UrlQuery(path) => {
            let has_query = matches!(right.at(&path), Json::Text(url) if url.contains('?'));
            let before = if has_query { "&cle=" } else { "?cle=" };
            let place = append(&mut document, &path, before, &reference, &within);
            (path, Part::Within(place))
        }
        Place::Leaf { parameter, mut inner, leaf } => {
            let place = append(&mut inner, &leaf, "é 🎉 ", &reference, &within);
            let layout = Layout::any(random);
            let written = Written::new(random, &inner, layout);
            let place = written.place(&leaf, &Part::Within(place));
            *document.at_mut(&parameter) = Json::text(written.text());
            (parameter, Part::Within(place))
        }
    };
    Some(Change::new(document, fragment.code, path, part))
}

/// Adds to a text, and says where what is wrong stands in it.
fn append(
    document: &mut Json,
    path: &[usize],
    between: &str,
    reference: &str,
    within: &Range<usize>,
) -> Range<usize> {
    let Json::Text(text) = document.at_mut(path) else { return 0..0 };
    text.push_str(between);
    let start = text.len();
    text.push_str(reference);
    start + within.start..start + within.end
}

/// The text with the ids that it needs; none where the graph has no such block.
fn named(
    random: &mut Random,
    document: &Json,
    all: &[Action],
    reader: &Action,
    fragment: &Fragment,
) -> Option<String> {
    let before = ancestors(document, &reader.id);
    let ids = |wanted: bool| -> Vec<&str> {
        let fits = |it: &&Action| before.contains(&it.id) == wanted;
        all.iter().filter(fits).map(|it| it.id.as_str()).collect()
    };
    let mut text = (*random.pick(fragment.texts)).to_owned();
    for (word, wanted) in [("ANCESTOR", true), ("OTHER", false)] {
        if text.contains(word) {
            text = text.replace(word, any(random, &ids(wanted))?);
        }
    }
    Some(text)
}
