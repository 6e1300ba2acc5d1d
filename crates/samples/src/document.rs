//! Documents that are right by construction: graphs and single blocks of the five actions, in all the ways that they may be
//! written.

use crate::{json::Json, random::Random};

/// A right document.
pub fn document(random: &mut Random) -> Json {
    if random.one_in(3) {
        let kind = *random.pick(&KINDS);
        return block(random, "seul", kind, &[]);
    }
    graph(random)
}

/// What a block may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Task,
    Call,
    Upsert,
    Reply,
    Tag,
    /// A block that another product would run.
    Foreign,
}

const KINDS: [Kind; 5] = [Kind::Task, Kind::Call, Kind::Upsert, Kind::Reply, Kind::Tag];

/// A block that comes before another one whenever that starts.
struct Earlier {
    id: String,
    kind: Kind,
}

/// A right graph: edges lead from blocks to later ones.
fn graph(random: &mut Random) -> Json {
    let size = 1 + random.below(6);
    let mut nodes = Vec::new();
    let mut edges = Vec::new();
    let mut chain: Vec<Earlier> = Vec::new();
    for place in 0..size {
        let id = id(random, place);
        let kind =
            if place == 0 && random.one_in(4) { Kind::Foreign } else { *random.pick(&KINDS) };
        nodes.push(block(random, &id, kind, &chain));
        if let Some(before) = chain.last() {
            edges.push(edge(random, edges.len(), &before.id, &id, None));
            if random.one_in(4) {
                // Along both ways out nothing is sure any more about the block before.
                edges.push(edge(random, edges.len(), &before.id, &id, Some("error")));
            }
        }
        chain.push(Earlier { id, kind });
    }
    let nodes = if random.one_in(2) { nodes } else { reversed(nodes) };
    let mut members =
        vec![("nodes".to_owned(), Json::Array(nodes)), ("edges".to_owned(), Json::Array(edges))];
    if random.one_in(3) {
        let viewport = Json::parse("{\"x\": 0, \"y\": -12.5, \"zoom\": 1e0}");
        members.insert(random.below(3), ("viewport".to_owned(), viewport));
    }
    Json::Object(members)
}

fn reversed(mut nodes: Vec<Json>) -> Vec<Json> {
    nodes.reverse();
    nodes
}

fn id(random: &mut Random, place: usize) -> String {
    match random.below(4) {
        0 => format!("bloc {place} é"),
        1 => format!("{place}"),
        2 => format!("a/b~{place}"),
        _ => format!("bloc-{place}"),
    }
}

fn edge(
    random: &mut Random,
    place: usize,
    source: &str,
    target: &str,
    handle: Option<&str>,
) -> Json {
    let mut members = vec![
        ("id".to_owned(), Json::text(format!("e{place}"))),
        ("source".to_owned(), Json::text(source)),
        ("target".to_owned(), Json::text(target)),
    ];
    let handle = handle.map(Json::text).or_else(|| match random.below(3) {
        0 => None,
        1 => Some(Json::bare("null")),
        _ => Some(Json::text("success")),
    });
    members.extend(handle.map(|handle| ("sourceHandle".to_owned(), handle)));
    if random.one_in(3) {
        members.push(("animated".to_owned(), Json::bare("true")));
    }
    Json::Object(members)
}

fn block(random: &mut Random, id: &str, kind: Kind, earlier: &[Earlier]) -> Json {
    let parameters = parameters(random, kind, earlier);
    let block_type = if kind == Kind::Foreign { "trigger" } else { "action" };
    let mut data = Vec::new();
    for word in ["label", "subtitle", "channel", "description"] {
        if random.one_in(2) {
            data.push((word.to_owned(), text(random)));
        }
    }
    if kind != Kind::Foreign || random.one_in(2) {
        data.push(("parameters".to_owned(), parameters));
    }
    let coordinate = |random: &mut Random| Json::bare(*random.pick(&["0", "-12", "960.5", "1e3"]));
    let position = Json::object([("x", coordinate(random)), ("y", coordinate(random))]);
    let mut members = vec![
        ("id".to_owned(), Json::text(id)),
        ("type".to_owned(), Json::text(block_type)),
        ("position".to_owned(), position),
        ("data".to_owned(), Json::Object(data)),
    ];
    if random.one_in(3) {
        members.push(("selected".to_owned(), Json::bare("false")));
    }
    Json::Object(members)
}

fn text(random: &mut Random) -> Json {
    Json::text(*random.pick(&[
        "",
        "Relance",
        "Étape n° 2",
        "a\nb",
        "\"quoted\" \\ slash",
        "日本 🎉",
    ]))
}

/// The parameters of an action: each optional one absent, blank, or right.
fn parameters(random: &mut Random, kind: Kind, earlier: &[Earlier]) -> Json {
    let mut members: Vec<(String, Json)> = Vec::new();
    let mut put = |key: &str, value: String| members.push((key.to_owned(), Json::Text(value)));
    match kind {
        Kind::Task => {
            optional(random, "assignation", &mut put, |random| phrase(random, earlier));
            optional(random, "priorite", &mut put, |random| {
                (*random.pick(&["haute", "normale", "basse"])).to_owned()
            });
        }
        Kind::Call => call(random, earlier, &mut put),
        Kind::Upsert => {
            put("action_type", "crm_upsert".to_owned());
            optional(random, "crm_champ_email", &mut put, |_| "email_pro".to_owned());
            optional(random, "crm_champ_telephone", &mut put, |_| "mobile {{{{".to_owned());
        }
        Kind::Reply => {
            put("action_type", "ai_reply".to_owned());
            optional(random, "body_source", &mut put, |random| {
                (*random.pick(&["ai", "template", "statique"])).to_owned()
            });
            optional(random, "temperature", &mut put, |random| {
                (*random.pick(&["0", "0.0", "0.40", "1", "1.00"])).to_owned()
            });
            optional(random, "max_output_tokens", &mut put, |random| {
                (*random.pick(&["1", "9", "10", "240", "999", "1999", "2000"])).to_owned()
            });
            optional(random, "system_prompt", &mut put, |_| "Sois bref.\nEn français.".to_owned());
            optional(random, "model", &mut put, |_| "mistral-small".to_owned());
        }
        Kind::Tag => {
            put("action_type", "tag_contact".to_owned());
            put("tag", format!("relance {}", phrase(random, earlier)));
        }
        Kind::Foreign => {}
    }
    if random.one_in(4) {
        members.reverse();
    }
    Json::Object(members)
}

fn optional(
    random: &mut Random,
    key: &str,
    put: &mut impl FnMut(&str, String),
    value: impl FnOnce(&mut Random) -> String,
) {
    match random.below(4) {
        0 => {}
        1 => put(key, String::new()),
        _ => {
            let value = value(random);
            put(key, value);
        }
    }
}

fn call(random: &mut Random, earlier: &[Earlier], put: &mut impl FnMut(&str, String)) {
    put("action_type", "http_request".to_owned());
    put("http_method", (*random.pick(&["GET", "POST", "PUT", "DELETE"])).to_owned());
    let url = *random.pick(&[
        "https://api.exemple.com",
        "HTTPS://Api.Exemple.com:8443/v1?x=1#f",
        "https://api.exemple.com/{{ contact.id }}/x?q={{contact.email|default:'é'}}",
        "https://93.184.216.34/",
        "https://api.exemple.com/?token={{ secrets.API }}",
    ]);
    put("url", url.to_owned());
    optional(random, "content_type", put, |random| (*random.pick(&["json", "text"])).to_owned());
    optional(random, "headers_json", put, |random| {
        let value = Json::text(format!("a {}", phrase(random, earlier)));
        let bearer = Json::text("Bearer {{ secrets.CRM }}");
        written(random, &Json::object([("X-Note", value), ("Authorization", bearer)]))
    });
    optional(random, "body_json", put, |random| {
        let note = Json::text(phrase(random, earlier));
        let list = Json::Array(vec![Json::bare("1"), Json::bare("null"), Json::text("é \n 🎉")]);
        written(random, &Json::object([("note", note), ("liste", list)]))
    });
    optional(random, "body_text", put, |random| phrase(random, earlier));
    optional(random, "timeout_seconds", put, |random| {
        (*random.pick(&["0.5", "1", "10", "59.9", "60", "60.0"])).to_owned()
    });
}

/// JSON as text, on one line or on several.
fn written(random: &mut Random, value: &Json) -> String {
    match random.below(3) {
        0 => format!("{value}"),
        1 => format!("{value:#}"),
        _ => format!("{value:#}").replace('\n', "\r\n"),
    }
}

/// A text that may hold references.
fn phrase(random: &mut Random, earlier: &[Earlier]) -> String {
    let reference = earlier.get(random.below(earlier.len() + 1)).and_then(|block| {
        let output = match block.kind {
            Kind::Task | Kind::Upsert => "id",
            Kind::Call => "body.items[\"0\"]",
            Kind::Reply => "text",
            Kind::Tag => "tag",
            Kind::Foreign => return None,
        };
        Some(format!("{{{{ blocks[\"{}\"].{output} | default: '?' }}}}", block.id))
    });
    match (random.below(4), reference) {
        (_, Some(reference)) => format!("vu {reference}"),
        (0, None) => "{{ contact.first_name | trim | upper }}".to_owned(),
        (1, None) => "{{ contact.fields[\"date d'effet\"] | date: '%d/%m/%Y' }} {{{{".to_owned(),
        (2, None) => "{{run.id}}-{{ run.started_at }}".to_owned(),
        _ => "Équipe « vente »".to_owned(),
    }
}
