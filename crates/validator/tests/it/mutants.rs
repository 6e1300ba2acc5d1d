//! One mistake gives one finding, under the thing that was changed: every right fixture with every small change that makes it
//! wrong.

use relance_diagnostics::{Severity, Source, Span};
use relance_model::document;
use relance_samples::{
    fixture::Fixture,
    json::{Json, Path},
};
use relance_validator::{Options, check};

/// A right document with one mistake in it.
struct Mutant {
    what: String,
    document: Json,
    /// The JSON Pointer of what was changed.
    pointer: String,
    part: Part,
}

/// What of the changed thing must hold the finding.
#[derive(Clone, Copy)]
enum Part {
    /// The key, at its last place when it is there twice.
    Key,
    /// The value, or the object that lacks a key.
    Value,
}

impl Mutant {
    /// Whether exactly one error is told, inside what was changed.
    fn is_told_once(&self) -> Result<(), String> {
        let text = format!("{:#}", self.document);
        let checked = check(&Source::new("mutant.json", text.as_bytes()), &Options::default());
        let errors: Vec<_> =
            checked.diagnostics.iter().filter(|it| it.severity == Severity::Error).collect();
        let told = |it: &[&relance_diagnostics::Diagnostic]| {
            let told = it.iter().map(|it| format!("{} at {}", it.code, it.pointer));
            told.collect::<Vec<_>>().join(", ")
        };
        match errors.as_slice() {
            [error] if self.place(&text).contains(error.span) => Ok(()),
            errors => Err(format!("{} at {:?}: {}", self.what, self.pointer, told(errors))),
        }
    }

    fn place(&self, text: &str) -> Span {
        let document = document::read_text(text).document.unwrap();
        let node = document.at_pointer(&self.pointer).unwrap();
        let (parent, key) = self.pointer.rsplit_once('/').unwrap_or_default();
        match (self.part, document.at_pointer(parent).and_then(document::Node::as_object)) {
            (Part::Key, Some(object)) => {
                object.members.iter().rfind(|member| member.key == key).unwrap().key_span
            }
            (Part::Key | Part::Value, _) => node.span,
        }
    }
}

/// Keys that an object must have, by the key or the array under which the object stands.
const REQUIRED: [(&str, &[&str]); 5] = [
    ("", &["id", "type", "position", "data"]),
    ("nodes", &["id", "type", "position", "data"]),
    ("edges", &["id", "source", "target"]),
    ("position", &["x", "y"]),
    ("parameters", &["url", "http_method", "tag"]),
];

/// Texts that each parameter refuses.
const WRONG: [(&str, &[&str]); 13] = [
    ("action_type", &["", "HTTP_REQUEST", "send_email"]),
    ("priorite", &["Haute", "urgent", " haute", "{{ contact.id }}"]),
    ("http_method", &["", "get", "PATCH"]),
    ("content_type", &["xml", "JSON"]),
    ("body_source", &["static", "Ai"]),
    ("timeout_seconds", &["0", "61", "-1", "1e1", "10s", " 10", "0,5", "010", "{{ run.id }}"]),
    ("temperature", &["1.1", "-0.1", "0,4", "tiède"]),
    ("max_output_tokens", &["0", "2001", "240.0", "deux cents"]),
    ("tag", &["", " ", "{{ contact.nope }}", "{{ contact.id", "{{ secrets.X }}", "{{ x | y }}"]),
    ("system_prompt", &["{{ contact.id }}", "{% if %}"]),
    (
        "headers_json",
        &["{", "[]", "{\"Host\": \"x\"}", "{\"a b\": \"c\"}", "{\"a\": 1}", "{\"a\": \"\\u0007\"}"],
    ),
    (
        "body_json",
        &[
            "{a: 1}",
            "[1,]",
            "{\"a\": \"{{ contact.nope }}\"}",
            "1e999",
            "\"\\ud800\"",
            "{\"a\":1,\"a\":2}",
        ],
    ),
    (
        "url",
        &[
            "",
            "http://exemple.com/",
            "ftp://exemple.com/",
            "exemple.com",
            "https://",
            "https://localhost/",
            "https://127.0.0.1/",
            "https://u:p@exemple.com/",
            "https://exemple.com:22/",
            "https://exemple.com/a b",
            "https://exemple.com/é",
            "https://{{ contact.id }}/",
            "https://exemple.com/{{ contact.id }}/../x",
            "https://exemple.com/{{ secrets.X }}",
        ],
    ),
];

/// Keys whose values are texts in every document.
const TEXTS: [&str; 5] = ["label", "subtitle", "channel", "description", "type"];

fn mutants(fixture: &Fixture) -> Vec<Mutant> {
    let right = Json::parse(std::str::from_utf8(&fixture.bytes).unwrap());
    let edges = matches!(right.get("edges"), Some(Json::Array(edges)) if !edges.is_empty());
    let mut mutants = Vec::new();
    for path in right.places() {
        let mut maker =
            Maker { fixture, right: &right, path, has_edges: edges, made: &mut mutants };
        maker.members();
        maker.value();
    }
    mutants
}

/// Makes the mutants of one place.
struct Maker<'a> {
    fixture: &'a Fixture,
    right: &'a Json,
    path: Path,
    has_edges: bool,
    made: &'a mut Vec<Mutant>,
}

impl Maker<'_> {
    fn made(&mut self, what: &str, part: Part, pointer: String, change: impl FnOnce(&mut Json)) {
        let mut document = self.right.clone();
        change(document.at_mut(&self.path));
        let what = format!("{}: {what}", self.fixture.name);
        self.made.push(Mutant { what, document, pointer, part });
    }

    /// The key, or the key of the array, under which the place stands.
    fn holder(&self) -> String {
        let pointer = self.right.pointer(&self.path);
        let is_index = |it: &&str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
        pointer.rsplit('/').find(|it| !is_index(it)).unwrap_or_default().to_owned()
    }

    /// Keys taken away, put there twice, and put there without meaning anything.
    fn members(&mut self) {
        let Json::Object(members) = self.right.at(&self.path) else { return };
        let (pointer, holder) = (self.right.pointer(&self.path), self.holder());
        let required = REQUIRED.into_iter().find(|(key, _)| *key == holder).map(|(_, keys)| keys);
        for (place, (key, value)) in members.iter().enumerate() {
            let again = (key.clone(), value.clone());
            self.made("a key twice", Part::Key, format!("{pointer}/{key}"), |it| match it {
                Json::Object(members) => members.push(again),
                Json::Bare(_) | Json::Text(_) | Json::Array(_) => {}
            });
            // Without its id a block loses its edges too: these are several mistakes.
            let lost = key == "id" && self.has_edges && holder == "nodes";
            if required.is_some_and(|keys| keys.contains(&key.as_str())) && !lost {
                let what = format!("no {key}");
                self.made(&what, Part::Value, pointer.clone(), |it| match it {
                    Json::Object(members) => drop(members.remove(place)),
                    Json::Bare(_) | Json::Text(_) | Json::Array(_) => {}
                });
            }
        }
        if holder == "parameters" {
            self.made("an unknown key", Part::Key, format!("{pointer}/inconnu"), |it| match it {
                Json::Object(members) => members.push(("inconnu".to_owned(), Json::text("x"))),
                Json::Bare(_) | Json::Text(_) | Json::Array(_) => {}
            });
        }
    }

    /// Values of another type, and texts that the parameter refuses.
    fn value(&mut self) {
        let (pointer, holder) = (self.right.pointer(&self.path), self.holder());
        let in_parameters = pointer.contains("/parameters/");
        let types: &[&str] = match self.right.at(&self.path) {
            Json::Text(_) if in_parameters || TEXTS.contains(&holder.as_str()) => {
                &["12", "0.5", "true", "null", "[]", "{\"a\":1}"]
            }
            Json::Bare(_) if pointer.contains("/position/") => &["\"12\"", "null", "[]"],
            Json::Object(_) if ["position", "data", "parameters"].contains(&holder.as_str()) => {
                &["\"x\"", "12", "null", "[]"]
            }
            Json::Object(_) if ["nodes", "edges"].contains(&holder.as_str()) && !self.has_edges => {
                &["\"x\"", "null", "[]"]
            }
            Json::Bare(_) | Json::Text(_) | Json::Array(_) | Json::Object(_) => &[],
        };
        for literal in types {
            let what = format!("{literal} there");
            self.made(&what, Part::Value, pointer.clone(), |it| *it = Json::bare(*literal));
        }
        let wrong = WRONG.into_iter().find(|(key, _)| in_parameters && *key == holder);
        for text in wrong.map_or(&[][..], |(_, texts)| texts) {
            let what = format!("{text:?} there");
            self.made(&what, Part::Value, pointer.clone(), |it| *it = Json::text(*text));
        }
        if let (Json::Array(edges), "edges") = (self.right.at(&self.path), holder.as_str()) {
            for (place, edge) in edges.iter().enumerate() {
                self.edge(edge, place);
            }
        }
    }

    /// Edges that lead nowhere, to themselves, back, or where another one leads already.
    fn edge(&mut self, edge: &Json, place: usize) {
        let pointer = self.right.pointer(&self.path);
        let end = |key: &str| match edge.get(key) {
            Some(Json::Text(id)) => id.clone(),
            Some(Json::Bare(_) | Json::Array(_) | Json::Object(_)) | None => String::new(),
        };
        let (source, target) = (end("source"), end("target"));
        let mut made = |what: &str, ends: [&str; 2], pointer: String, place: usize| {
            let [source, target] = ends.map(Json::text);
            let edge = Json::object([
                ("id", Json::text("mutant")),
                ("source", source),
                ("target", target),
            ]);
            self.made(what, Part::Value, pointer, |it| match it {
                Json::Array(edges) => match edges.get_mut(place) {
                    Some(changed) => *changed = edge,
                    None => edges.push(edge),
                },
                Json::Bare(_) | Json::Text(_) | Json::Object(_) => {}
            });
        };
        made("a loop", [&source, &source], format!("{pointer}/{place}"), place);
        made("an end lost", [&source, "nulle part"], format!("{pointer}/{place}/target"), place);
        made("a way back", [&target, &source], pointer, usize::MAX);
    }
}

#[test]
fn one_mistake_gives_one_finding_under_what_was_changed() {
    let mutants: Vec<Mutant> = Fixture::all("ok").iter().flat_map(mutants).collect();
    let told: Vec<String> =
        mutants.iter().filter_map(|mutant| mutant.is_told_once().err()).collect();
    assert!(mutants.len() >= 1_000, "only {} mutants", mutants.len());
    assert!(
        told.len() * 50 <= mutants.len(),
        "{} of {} mutants are not told once and in place:\n{}",
        told.len(),
        mutants.len(),
        told.join("\n")
    );
}
