//! Graphs of any size, as a canvas exports them: the five actions in equal shares, one following the other.

use serde_json::{Value, json};

/// Whether the blocks of a graph are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// All of them.
    Clean,
    /// None: each holds one mistake or more.
    EveryBlockWrong,
}

/// A graph of so many blocks, indented by two.
pub fn graph(blocks: usize, quality: Quality) -> String {
    let edges: Vec<Value> = (1..blocks).flat_map(edges_into).collect();
    written(blocks, quality, &edges)
}

/// A clean graph of so many blocks with more edges than it needs: blocks also follow those two to five places before them, as far
/// as it takes. Calls do not, so that what they refer to has surely happened.
pub fn linked_graph(blocks: usize, edges: usize) -> String {
    let mut all: Vec<Value> = (1..blocks).flat_map(edges_into).collect();
    let more =
        (2..=KINDS.len()).flat_map(|back| (back..blocks).map(move |place| (place - back, place)));
    let more = more.filter(|(_, place)| place % KINDS.len() != 1);
    let missing = edges.saturating_sub(all.len());
    all.extend(more.take(missing).map(|(source, place)| edge(source, place, "success")));
    written(blocks, Quality::Clean, &all)
}

fn written(blocks: usize, quality: Quality, edges: &[Value]) -> String {
    let nodes: Vec<Value> = (0..blocks).map(|place| node(place, quality)).collect();
    let viewport = json!({ "x": 12.5, "y": -40, "zoom": 0.75 });
    format!("{:#}", json!({ "nodes": nodes, "edges": edges, "viewport": viewport }))
}

/// The actions follow one another in this order.
const KINDS: [fn(usize) -> Sample; 5] = [task, call, upsert, reply, tag];

struct Sample {
    label: &'static str,
    channel: &'static str,
    right: Value,
    wrong: Value,
}

fn node(place: usize, quality: Quality) -> Value {
    let sample = KINDS[place % KINDS.len()](place);
    let parameters = match quality {
        Quality::Clean => sample.right,
        Quality::EveryBlockWrong => sample.wrong,
    };
    let (column, row) = (place % KINDS.len(), place / KINDS.len());
    json!({
        "id": id(place),
        "type": "action",
        "position": { "x": 960 + 240 * column, "y": 100.5 + 150.0 * f64::from(u32::try_from(row).unwrap()) },
        "data": {
            "label": sample.label,
            "subtitle": "Suivi humain",
            "channel": sample.channel,
            "description": "Une étape de la relance, dessinée dans le canevas.",
            "parameters": parameters,
        },
        "measured": { "width": 240, "height": 96 },
        "selected": false,
        "dragging": false,
    })
}

fn id(place: usize) -> String {
    format!("bloc-{place}")
}

/// Each block follows the one before it; a tag is put after a call that failed, too.
fn edges_into(place: usize) -> Vec<Value> {
    let mut edges = vec![edge(place - 1, place, "success")];
    if place % KINDS.len() == 4 {
        edges.push(edge(place - 3, place, "error"));
    }
    edges
}

fn edge(source: usize, target: usize, handle: &str) -> Value {
    json!({
        "id": format!("e-{source}-{target}-{handle}"),
        "source": id(source),
        "target": id(target),
        "sourceHandle": handle,
        "targetHandle": null,
        "animated": true,
    })
}

fn task(_: usize) -> Sample {
    Sample {
        label: "Créer une tâche commerciale",
        channel: "commercial",
        right: json!({ "assignation": "commercial", "priorite": "haute" }),
        wrong: json!({ "assignation": "commercial", "priorite": "Haute" }),
    }
}

fn call(place: usize) -> Sample {
    let earlier = id(place - 1);
    let headers =
        "{\"Authorization\": \"Bearer {{ secrets.CRM_TOKEN }}\", \"X-Source\": \"relance\"}";
    let body = format!(
        "{{\"event\": \"relance_envoyee\", \"prenom\": \"{{{{ contact.first_name | default: 'client' }}}}\", \"tache\": \"{{{{ blocks.{earlier}.id }}}}\", \"tags\": [\"devis\", \"relance\"]}}"
    );
    let parameters = |url: &str, body: String, timeout: &str| {
        json!({
            "action_type": "http_request",
            "http_method": "POST",
            "url": url,
            "content_type": "json",
            "headers_json": headers,
            "body_json": body,
            "body_text": "",
            "timeout_seconds": timeout,
        })
    };
    Sample {
        label: "Appeler une source HTTP",
        channel: "http",
        right: parameters(
            "https://api.exemple.com/contacts/{{ contact.id }}/relances",
            body.clone(),
            "10",
        ),
        wrong: parameters(
            "http://api.exemple.com/contacts/{{ contact.id }}/relances",
            body.replace("first_name", "firstname"),
            "90",
        ),
    }
}

fn upsert(_: usize) -> Sample {
    let parameters = |phone: Value| json!({ "action_type": "crm_upsert", "crm_champ_email": "email", "crm_champ_telephone": phone });
    Sample {
        label: "Créer un contact CRM",
        channel: "crm",
        right: parameters(json!("phone")),
        wrong: parameters(json!(33)),
    }
}

fn reply(_: usize) -> Sample {
    let parameters = |temperature: &str| {
        json!({
            "action_type": "ai_reply",
            "body_source": "ai",
            "temperature": temperature,
            "max_output_tokens": "240",
            "system_prompt": "Tu rédiges une relance courte et polie, en français.",
            "model": "",
        })
    };
    Sample {
        label: "Générer une réponse IA",
        channel: "ai",
        right: parameters("0.4"),
        wrong: parameters("0,4"),
    }
}

fn tag(_: usize) -> Sample {
    Sample {
        label: "Marquer le contact",
        channel: "commercial",
        right: json!({ "action_type": "tag_contact", "tag": "relance_envoyee" }),
        wrong: json!({ "action_type": "tag_contact", "tags": "relance_envoyee" }),
    }
}
