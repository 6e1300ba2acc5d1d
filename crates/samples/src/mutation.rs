//! Changes that may make a right document wrong, put where chance says.

use crate::{
    json::{Json, Path},
    random::Random,
    wrong::{WRONG, unmarked},
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

/// Texts that a parameter takes, many of them only just; those that it refuses are in [`crate::wrong`].
const RIGHT: [(&str, &[&str]); 10] = [
    ("action_type", &["http_request", "tag_contact", "ai_reply", "crm_upsert"]),
    ("priorite", &["", "basse"]),
    ("content_type", &["", "text"]),
    ("body_source", &["", "template"]),
    (
        "timeout_seconds",
        &["", "60", "60.0", "0.1", "0.000000000000000000001", "59.999999999999999999"],
    ),
    ("temperature", &["", "1.000", "0", "0.0", "0.99999999999999999999"]),
    ("max_output_tokens", &["", "1", "9", "1999", "2000"]),
    ("tag", &["\u{a0}", "{{{{ x", "\u{2028}", "é\u{301}", "0"]),
    ("headers_json", &["{}", " {} ", "{\"X-A\": \"\"}", "{\"a\":\"\t\"}"]),
    (
        "url",
        &[
            "HTTPS://EXEMPLE.COM",
            "https://exemple.com.",
            "https://exemple.com:1024",
            "https://exemple.com:65535/#",
            "https://exemple.com/{{{{a}}",
            "https://exemple.com/?q={{ contact.id | default: 'a\u{e9}' }}",
            "https://93.184.216.34:443/",
            "https://[2606:4700::1111]/",
            "https://a_b.exemple.com/%2e%2e/x",
            "https://xn--xemple-9ua.com/",
        ],
    ),
];

/// Near misses whose verdict is for schema and validator to agree on.
const NEAR: [(&str, &[&str]); 5] = [
    (
        "timeout_seconds",
        &["60.00000000000000000001", "\u{ff11}", "1\u{200b}", "60.", "00", "1e0", "1\r\n"],
    ),
    ("max_output_tokens", &["2000.0", "2001", "02000", "1\u{a0}000"]),
    ("tag", &["{{ contact.nope }}", "{{", "\u{85}", "\u{feff}", "{{ blocks.nope.id }}"]),
    (
        "body_json",
        &[" ", "\"{{ contact.nope }}\"", "1e999", "{{ contact.id }}", "\"\\u0000\"", "\u{feff}{}"],
    ),
    (
        "url",
        &[
            "https://exemple.com\n",
            "https://exemple.com/a\u{7f}",
            "https://exemple.com/\u{a0}",
            "https://exemple.com:0443/",
            "https://exemple.com:/",
            "https://exemple.com:443443/",
            "https:\\\\exemple.com",
            "https://exemple.com\\a",
            "https://exemple.com/{{",
            "https://exemple.com/{{ contact.id }}}",
            "https://exemple.com/{ {x} }",
            "https://exemple%2ecom/",
            "https://exemple.com%00/",
            "https://ex\u{ad}emple.com/",
            "https://[::ffff:1.2.3.4]/",
            "https://[fe80::1%25eth0]/",
            "https://1.2.3/",
            "https://exemple.123/",
            "https://exemple.com?{{ contact.id }}",
            "https://exemple.com#",
            " https://exemple.com/",
            "hTTpS://Exemple.COM/",
            "https://-a.exemple.com/",
            "https://a-.exemple.com/",
            "https://*.exemple.com/",
        ],
    ),
];

/// Every text that there is for a parameter.
fn texts(key: &str) -> Vec<String> {
    let refused = WRONG.iter().filter(|wrong| wrong.parameter == key);
    let refused = refused.flat_map(|wrong| wrong.texts.iter().map(|text| unmarked(text).0));
    let others = RIGHT.into_iter().chain(NEAR).filter(|(name, _)| *name == key);
    let others = others.flat_map(|(_, texts)| texts.iter().map(|text| (*text).to_owned()));
    refused.chain(others).collect()
}

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
    let is_known = |key: &str| WRONG.iter().any(|wrong| wrong.parameter == key);
    let has_known = |value: &Json| matches!(value, Json::Object(members) if members.iter().any(|(key, _)| is_known(key)));
    let Some(path) = somewhere(random, document, has_known) else { return };
    if let Json::Object(members) = document.at_mut(&path) {
        let known: Vec<usize> =
            (0..members.len()).filter(|place| is_known(&members[*place].0)).collect();
        let (key, value) = &mut members[*random.pick(&known)];
        *value = Json::Text(random.pick(&texts(key)).clone());
    }
}

/// A text written in another way: in capitals, with something around it, with a reference in it.
fn respell(random: &mut Random, document: &mut Json) {
    let Some(path) = somewhere(random, document, |value| matches!(value, Json::Text(_))) else {
        return;
    };
    if let Json::Text(text) = document.at_mut(&path) {
        *text = match random.below(11) {
            8 => format!("{text}\u{feff}"),
            9 => format!("\u{202e}{text}\u{a0}"),
            10 => text.chars().rev().collect(),
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
