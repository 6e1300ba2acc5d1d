//! Changes that may make a right document wrong, put where chance says.

use crate::{
    json::{Json, Path},
    random::Random,
};

/// Changes something; sometimes nothing that matters.
pub fn mutate(random: &mut Random, document: &mut Json) {
    match random.below(10) {
        0 => delete(random, document),
        1 => repeat(random, document),
        2 => insert(random, document),
        3 => rename(random, document),
        4 => replace(random, document),
        5 => edges(random, document),
        6 | 7 => parameter(random, document),
        _ => respell(random, document),
    }
}

/// Values of every type, and texts that some parameter takes amiss.
const VALUES: [&str; 12] = [
    "null",
    "true",
    "10",
    "0.4",
    "1e400",
    "\"\"",
    "\" \"",
    "\"x\"",
    "[]",
    "{}",
    "[1]",
    "{\"a\":1}",
];

/// Keys that mean something somewhere.
const KEYS: [&str; 16] = [
    "id",
    "type",
    "position",
    "x",
    "data",
    "parameters",
    "nodes",
    "edges",
    "source",
    "target",
    "action_type",
    "tag",
    "url",
    "temperature",
    "priorite",
    "inconnu",
];

/// Texts for each parameter, right and wrong.
const TEXTS: [(&str, &[&str]); 12] = [
    (
        "action_type",
        &[
            "http_request",
            "HTTP_REQUEST",
            "tag_contact",
            "ai_reply",
            "crm_upsert",
            "create_task",
            "",
            "x",
        ],
    ),
    ("priorite", &["Haute", "urgent", " basse", "", "basse\n", "{{ contact.id }}"]),
    ("http_method", &["get", "PATCH", "", "POST ", "{{ contact.id }}"]),
    ("content_type", &["xml", "JSON", "", "application/json"]),
    ("body_source", &["static", "AI", "", "template"]),
    (
        "timeout_seconds",
        &[
            "0",
            "61",
            "60.1",
            "-1",
            "1e1",
            "10s",
            " 10",
            "0,5",
            "010",
            ".5",
            "5.",
            "",
            "\u{661}",
            "10\n",
            "{{ contact.id }}",
        ],
    ),
    ("temperature", &["1.1", "-0.1", "0,4", "", "1.000", "1.0001", "00", "0."]),
    ("max_output_tokens", &["0", "2001", "240.0", "1999", "", "20000", "1 000"]),
    (
        "tag",
        &[
            "",
            " ",
            "\t\n",
            "\u{a0}",
            "{{ contact.nope }}",
            "{{ secrets.X }}",
            "{{",
            "{{{{ x",
            "{{ blocks.nope.id }}",
        ],
    ),
    (
        "headers_json",
        &[
            "{",
            "[]",
            "{\"Host\": \"x\"}",
            "{\"a b\": \"c\"}",
            "{\"a\": 1}",
            "{\"a\": \"b\\n\"}",
            "{\"a\":\"1\",\"A\":\"2\"}",
            "{\"a\":\"1\",\"a\":\"2\"}",
            " ",
            "{\"{{ contact.id }}\": \"\"}",
        ],
    ),
    (
        "body_json",
        &[
            "{a: 1}",
            "{\"a\": }",
            "[1,]",
            "\"{{ contact.nope }}\"",
            "1e999",
            "{{ contact.id }}",
            "\"\\ud800\"",
            "\"\\u0000\"",
            " ",
        ],
    ),
    (
        "url",
        &[
            "",
            " ",
            "http://exemple.com/",
            "ftp://exemple.com/",
            "exemple.com",
            "https://",
            "https://localhost/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://u:p@exemple.com/",
            "https://exemple.com:22/",
            "https://exemple.com/a b",
            "https://exemple.com/é",
            "https://éxemple.com/",
            "https://{{ contact.id }}/",
            "https://exemple.com/{{ contact.id }}/..",
            "https://exemple.com/#{{ contact.id }}",
            "https://exemple.com/{{ secrets.X }}",
            "https://exemple..com/",
            "https://exemple.com\n",
            "https:exemple.com",
            "https://exemple.com/{{",
            "https://exemple.com/{{{{a}}",
            "https://exemple.com/{{ contact.nope }}",
            "https://exemple.com/?q={{ contact.id | default: 'a\u{e9}' }}",
            "https://exemple.com/a\u{7f}",
            "HTTPS://EXEMPLE.COM",
        ],
    ),
];

/// A place of a kind, if there is one.
fn somewhere(random: &mut Random, document: &Json, fits: impl Fn(&Json) -> bool) -> Option<Path> {
    let places: Vec<Path> =
        document.places().into_iter().filter(|path| fits(document.at(path))).collect();
    (!places.is_empty()).then(|| random.pick(&places).clone())
}

fn members<'d>(random: &mut Random, document: &'d mut Json) -> Option<&'d mut Vec<(String, Json)>> {
    let is_filled = |value: &Json| matches!(value, Json::Object(members) if !members.is_empty());
    let path = somewhere(random, document, is_filled)?;
    match document.at_mut(&path) {
        Json::Object(members) => Some(members),
        Json::Bare(_) | Json::Text(_) | Json::Array(_) => None,
    }
}

fn delete(random: &mut Random, document: &mut Json) {
    if let Some(members) = members(random, document) {
        members.remove(random.below(members.len()));
    }
}

fn repeat(random: &mut Random, document: &mut Json) {
    let value = Json::bare(*random.pick(&["null", "\"x\"", "\"\"", "{}"]));
    if let Some(members) = members(random, document) {
        let (key, same) = random.pick(members).clone();
        let again = if random.one_in(2) { same } else { value };
        members.insert(random.below(members.len() + 1), (key, again));
    }
}

fn insert(random: &mut Random, document: &mut Json) {
    let (key, value) = (*random.pick(&KEYS), Json::bare(*random.pick(&VALUES)));
    if let Some(members) = members(random, document)
        && members.iter().all(|(known, _)| known != key)
    {
        members.insert(random.below(members.len() + 1), (key.to_owned(), value));
    }
}

fn rename(random: &mut Random, document: &mut Json) {
    let key = *random.pick(&KEYS);
    if let Some(members) = members(random, document)
        && members.iter().all(|(known, _)| known != key)
    {
        let place = random.below(members.len());
        if let Some((name, _)) = members.get_mut(place) {
            key.clone_into(name);
        }
    }
}

fn replace(random: &mut Random, document: &mut Json) {
    let value = Json::bare(*random.pick(&VALUES));
    if let Some(path) = somewhere(random, document, |_| true) {
        *document.at_mut(&path) = value;
    }
}

fn parameter(random: &mut Random, document: &mut Json) {
    let known = |key: &str| TEXTS.into_iter().find(|(name, _)| *name == key);
    let has_known = |value: &Json| matches!(value, Json::Object(members) if members.iter().any(|(key, _)| known(key).is_some()));
    let Some(path) = somewhere(random, document, has_known) else { return };
    if let Json::Object(members) = document.at_mut(&path) {
        let mut known: Vec<_> =
            members.iter_mut().filter_map(|(key, value)| Some((known(key)?.1, value))).collect();
        let chosen = random.below(known.len());
        if let Some((texts, value)) = known.get_mut(chosen) {
            **value = Json::text(*random.pick(texts));
        }
    }
}

/// A text written in another way: in capitals, with something around it, with a reference in it.
fn respell(random: &mut Random, document: &mut Json) {
    let Some(path) = somewhere(random, document, |value| matches!(value, Json::Text(_))) else {
        return;
    };
    if let Json::Text(text) = document.at_mut(&path) {
        *text = match random.below(8) {
            0 => text.to_uppercase(),
            1 => String::new(),
            2 => format!("{text} "),
            3 => format!("{text}\n"),
            4 => format!("{{{{ contact.id }}}}{text}"),
            5 => format!("{text}{{{{ contact."),
            6 => format!("{text}\0"),
            _ => format!("{text}{}", "é".repeat(201)),
        };
    }
}

/// Edges from anywhere to anywhere.
fn edges(random: &mut Random, document: &mut Json) {
    let mut ends: Vec<String> = vec!["nulle part".to_owned()];
    if let Some(Json::Array(nodes)) = document.get("nodes") {
        for node in nodes {
            if let Some(Json::Text(id)) = node.get("id") {
                ends.push(id.clone());
            }
        }
    }
    let Json::Object(members) = document else { return };
    for (key, value) in members {
        if let (true, Json::Array(edges)) = (key == "edges", value) {
            if !edges.is_empty() && random.one_in(3) {
                edges.remove(random.below(edges.len()));
                continue;
            }
            let edge = Json::object([
                ("id", Json::text(*random.pick(&["e0", "e9", "e8"]))),
                ("source", Json::text(random.pick(&ends))),
                ("target", Json::text(random.pick(&ends))),
                ("sourceHandle", Json::bare(*random.pick(&["null", "\"error\"", "\"x\"", "1"]))),
            ]);
            edges.push(edge);
        }
    }
}
