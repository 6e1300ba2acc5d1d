//! The published schemas and the validator agree: what a schema refuses, the validator refuses at the same place, and what only
//! the validator sees is what no schema can say.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::{ValidationError, Validator, error::ValidationErrorKind as Kind};
use relance_diagnostics::{Severity, Source};
use relance_model::document;
use relance_samples::{
    document::document as right_document, fixture::Fixture, json::Json, mutation::mutate,
    random::Random,
};
use relance_validator::{Checked, Code, Environment, Options, check};
use serde_json::Value;

/// Documents in one run of the tests; more when this is set in the environment.
const DOCUMENTS: u64 = 100_000;
const MORE: &str = "RELANCE_AGREEMENT_DOCUMENTS";

/// The first of the seeds; another one when this is set.
const SEED: &str = "RELANCE_SEED";

/// How many seeds there are, each with a thread of its own.
const PARTS: u64 = 4;

struct Schemas {
    environment: Environment,
    graph: Validator,
    block: Validator,
    /// The same for older validators, asked about every tenth document.
    graph_07: Validator,
    block_07: Validator,
}

impl Schemas {
    /// As they stand in `schemas/`, for whoever takes them from there.
    fn published(environment: Environment) -> Schemas {
        let folder = match environment {
            Environment::Production => "../schemas",
            Environment::Development => "../schemas/development",
        };
        let read = |name: &str| {
            let path = relance_samples::fixture::folder().join(folder).join(name);
            let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            jsonschema::validator_for(&schema).unwrap()
        };
        let both = |folder: &str| {
            ["graph", "block"].map(|name| read(&format!("{folder}{name}.schema.json")))
        };
        let ([graph, block], [graph_07, block_07]) = (both(""), both("draft-07/"));
        Schemas { environment, graph, block, graph_07, block_07 }
    }

    /// The places where the schema refuses a document.
    fn refusals(&self, document: &Value) -> BTreeSet<String> {
        let is_graph = is_graph(document);
        let schema = if is_graph { &self.graph } else { &self.block };
        schema.iter_errors(document).flat_map(|error| places(&error)).collect()
    }
}

fn is_graph(document: &Value) -> bool {
    document.get("nodes").is_some() || document.get("edges").is_some()
}

/// An unknown key is refused at that key, everything else at the value that the schema looked at.
fn places(error: &ValidationError<'_>) -> Vec<String> {
    let pointer = error.instance_path().as_str();
    if let Kind::AdditionalProperties { unexpected } = error.kind() {
        let escaped = |key: &String| key.replace('~', "~0").replace('/', "~1");
        return unexpected.iter().map(|key| format!("{pointer}/{}", escaped(key))).collect();
    }
    vec![pointer.to_owned()]
}

/// What came of many documents, so that the test can show that it tested something.
#[derive(Debug, Default)]
struct Tally {
    valid: u64,
    refused_by_both: u64,
    refused_by_rules_alone: u64,
    codes: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// Compares the verdicts on one document, and says where they part.
    fn compare(&mut self, schemas: &Schemas, text: &[u8]) -> Result<(), String> {
        let options = Options { environment: schemas.environment, ..Options::default() };
        let checked = check(&Source::new("document.json", text), &options);
        for finding in &checked.diagnostics {
            *self.codes.entry(finding.code).or_default() += 1;
        }
        let errors: Vec<(Code, &str)> = errors(&checked).collect();
        if checked.is_valid() != errors.is_empty() {
            return Err(format!("valid: {}, errors: {errors:?}", checked.is_valid()));
        }
        let read = document::read(text);
        let Some(document) = read.document.filter(|_| read.mistakes.is_empty()) else {
            // What the strict reader refuses is no document for the schema.
            let refused =
                if errors.is_empty() { Err("read, but not refused".to_owned()) } else { Ok(()) };
            self.refused_by_rules_alone += 1;
            return refused;
        };
        let value = document.root().to_json();
        let refusals = schemas.refusals(&value);
        if text.len().is_multiple_of(10) {
            let older = if is_graph(&value) { &schemas.graph_07 } else { &schemas.block_07 };
            if older.is_valid(&value) != refusals.is_empty() {
                return Err("the two drafts do not agree".to_owned());
            }
        }
        match (refusals.is_empty(), errors.is_empty()) {
            (true, true) => self.valid += 1,
            (true, false) => self.refused_by_rules_alone += 1,
            (false, _) => self.refused_by_both += 1,
        }
        for place in &refusals {
            let told = |(code, pointer): &(Code, &str)| {
                pointer == place || explains(*code, pointer, place)
            };
            if !errors.iter().any(told) {
                return Err(format!("the schema refuses {place:?}, the validator says {errors:?}"));
            }
        }
        for (code, pointer) in &errors {
            let inside = |place: &String| place == pointer || explains(*code, pointer, place);
            if !code.is_beyond_schema() && !refusals.iter().any(inside) {
                return Err(format!("{code} at {pointer:?}, the schema refuses {refusals:?}"));
            }
        }
        Ok(())
    }
}

fn errors(checked: &Checked) -> impl Iterator<Item = (Code, &str)> {
    let errors = checked.diagnostics.iter().filter(|it| it.severity == Severity::Error);
    errors.map(|it| (it.code.parse().unwrap(), it.pointer.as_str()))
}

/// Whether a finding about a value tells about all that is wrong inside it.
fn explains(code: Code, pointer: &str, place: &str) -> bool {
    let tells_all = [
        Code::ActionTypeMissing,
        Code::UnrecognisedDocument,
        Code::TooManyBlocks,
        Code::TooManyEdges,
    ];
    let inside = place.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/'));
    tells_all.contains(&code) && inside
}

#[test]
fn every_fixture_gets_the_same_verdict_from_the_schema() {
    let schemas = Schemas::published(Environment::Production);
    let mut tally = Tally::default();
    for fixture in Fixture::all("ok").into_iter().chain(Fixture::all("findings")) {
        assert_eq!(tally.compare(&schemas, &fixture.bytes), Ok(()), "{}", fixture.name);
    }
    assert!(tally.valid > 50 && tally.refused_by_both > 50, "{tally:?}");
}

#[test]
fn right_documents_are_right_for_both_in_both_environments() {
    for environment in [Environment::Production, Environment::Development] {
        let schemas = Schemas::published(environment);
        let mut random = Random::new(1);
        let mut tally = Tally::default();
        for _ in 0..1_000 {
            agree(&mut tally, &schemas, &right_document(&mut random));
        }
        assert_eq!(tally.valid, 1_000, "{tally:?}");
    }
}

#[test]
fn schema_and_validator_agree_on_documents_of_every_kind() {
    let asked = |name: &str| std::env::var_os(name).and_then(|it| it.to_str()?.parse().ok());
    let (count, first) = (asked(MORE).unwrap_or(DOCUMENTS), asked(SEED).unwrap_or(0));
    let seeds = first..first + PARTS;
    let part = |seed: u64| {
        let environments = [Environment::Production, Environment::Development];
        let schemas = Schemas::published(environments[usize::from(seed.is_multiple_of(4))]);
        let mut random = Random::new(seed);
        let mut tally = Tally::default();
        for _ in 0..count.div_ceil(PARTS) {
            let mut document = right_document(&mut random);
            for _ in 0..random.below(5) {
                mutate(&mut random, &mut document);
            }
            agree(&mut tally, &schemas, &document);
        }
        tally
    };
    print(&format!("{count} documents from the seeds {seeds:?}\n"));
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let threads: Vec<_> = seeds.map(|seed| scope.spawn(move || part(seed))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });

    let sum = |count: fn(&Tally) -> u64| tallies.iter().map(count).sum::<u64>();
    let codes: BTreeSet<&str> =
        tallies.iter().flat_map(|tally| tally.codes.keys().copied()).collect();
    print(&format!(
        "{} valid, {} refused by both, {} by rules alone; {} codes\n",
        sum(|it| it.valid),
        sum(|it| it.refused_by_both),
        sum(|it| it.refused_by_rules_alone),
        codes.len()
    ));
    assert!(sum(|it| it.valid) > count / 8, "{tallies:?}");
    assert!(sum(|it| it.refused_by_both) > count / 5, "{tallies:?}");
    assert!(sum(|it| it.refused_by_rules_alone) > count / 10, "{tallies:?}");
    assert!(codes.len() * 10 > Code::ALL.len() * 7, "only these were raised: {codes:?}");
}

#[expect(clippy::print_stdout, reason = "`cargo test -- --nocapture` shows counts and seeds")]
fn print(line: &str) {
    print!("{line}");
}

#[expect(clippy::panic, reason = "a disagreement is shown as small as it gets")]
fn agree(tally: &mut Tally, schemas: &Schemas, document: &Json) {
    if let Err(said) = tally.compare(schemas, document.to_string().as_bytes()) {
        let small = shrunk(schemas, document.clone());
        let again = Tally::default().compare(schemas, small.to_string().as_bytes());
        panic!("{said}\nas small as it gets: {again:?}\n{small:#}");
    }
}

/// The document without whatever can go while the verdicts still part.
fn shrunk(schemas: &Schemas, mut document: Json) -> Json {
    let parts = |it: &Json| Tally::default().compare(schemas, it.to_string().as_bytes()).is_err();
    while let Some(smaller) = document.places().iter().find_map(|path| {
        let (place, parent) = path.split_last()?;
        let mut smaller = document.clone();
        match smaller.at_mut(parent) {
            Json::Array(items) => drop(items.remove(*place)),
            Json::Object(members) => drop(members.remove(*place)),
            Json::Bare(_) | Json::Text(_) => return None,
        }
        parts(&smaller).then_some(smaller)
    }) {
        document = smaller;
    }
    document
}
