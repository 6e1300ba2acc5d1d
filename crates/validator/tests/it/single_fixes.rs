//! What any single fix does: the finding is gone, and nothing gets worse. On all fixtures, and on documents with one mistake of
//! every kind, in every layout.

use relance_diagnostics::{Diagnostic, Fix, Safety, Severity, Source};
use relance_samples::{fixture::Fixture, json::Json, mistake::operators, random::Random};
use relance_validator::{Options, check};

/// How many documents there are with each kind of mistake.
const EACH: usize = 4;

/// So many fixes of a document are tried.
const MOST: usize = 20;

/// Safe fixes behind which another mistake comes to light, by code, and why.
const REVEALING: [(&str, &str); 4] = [
    ("invalid-json", "what stands in JSON written as text is judged once it can be read"),
    ("action-type-missing", "what parameters may hold is judged once it is known whose they are"),
    ("unknown-action", "what parameters may hold is judged once it is known whose they are"),
    ("json-not-text", "what stands in JSON is judged once it is text"),
];

fn found(bytes: &[u8]) -> Vec<Diagnostic> {
    check(&Source::new("document.json", bytes), &Options::default()).diagnostics
}

fn fixed(bytes: &[u8], fix: &Fix) -> Vec<u8> {
    let (mut text, mut at) = (Vec::new(), 0);
    for edit in &fix.edits {
        let range = edit.span.range();
        assert!(at <= range.start && range.end <= bytes.len(), "edits stand in order and apart");
        text.extend_from_slice(bytes.get(at..range.start).unwrap_or_default());
        text.extend_from_slice(edit.text.as_bytes());
        at = range.end;
    }
    text.extend_from_slice(bytes.get(at..).unwrap_or_default());
    text
}

/// What stops the reader, when something does.
fn stop(found: &[Diagnostic]) -> Option<&Diagnostic> {
    let stops =
        ["byte-order-mark", "invalid-json", "invalid-utf8", "too-deep", "too-large"].as_slice();
    found.iter().find(|it| stops.contains(&it.code) && it.pointer.is_empty())
}

fn is_gone(finding: &Diagnostic, before: &[Diagnostic], after: &[Diagnostic]) -> bool {
    if let Some(before) = stop(before) {
        // The next mistake of a text that is no JSON comes to light only then.
        let further = |after: &Diagnostic| after.span.start > before.span.start;
        return stop(after).is_none_or(|after| after.code != before.code || further(after));
    }
    if finding.code == "invalid-json" {
        // So does that of JSON written as text.
        let next = after.iter().find(|it| it.code == finding.code && it.pointer == finding.pointer);
        return next.is_none_or(|next| next.span.start > finding.span.start);
    }
    let same = |it: &&Diagnostic| it.code == finding.code;
    let there = |it: &&Diagnostic| same(it) && it.pointer == finding.pointer;
    // Where an element is taken out, those behind it move up.
    after.iter().filter(there).count() < before.iter().filter(there).count()
        || after.iter().filter(same).count() < before.iter().filter(same).count()
}

fn weight(found: &[Diagnostic]) -> (usize, usize) {
    let errors = found.iter().filter(|it| it.severity == Severity::Error);
    (errors.count(), found.len())
}

/// What was tried, and what went wrong.
#[derive(Default)]
struct Tried {
    safe: usize,
    wrong: Vec<String>,
}

impl Tried {
    /// Applies every fix of a document by itself.
    fn all(&mut self, name: &str, bytes: &[u8]) {
        let before = found(bytes);
        for finding in before.iter().filter(|it| it.fix.is_some()).take(MOST) {
            let fix = finding.fix.as_ref().unwrap();
            let text = fixed(bytes, fix);
            let after = found(&text);
            self.safe += usize::from(fix.safety == Safety::Safe);
            if let Err(wrong) = is_good(finding, fix, &before, &after) {
                let [was, is] = [bytes, &text].map(|text| shown(text, finding));
                let after: Vec<_> =
                    after.iter().map(|it| format!("{}: {}", it.code, it.message.en)).collect();
                self.wrong.push(format!(
                    "{name}: {wrong}: {} fix of {}: {}\n  {was}\n  {is}\n  {after:?}",
                    fix.safety.as_str(),
                    finding.code,
                    fix.title.en
                ));
            }
        }
    }

    fn assert_good(&self, least: usize) {
        let wrong = &self.wrong;
        let first: Vec<&str> = wrong.iter().take(10).map(String::as_str).collect();
        assert!(wrong.is_empty(), "{} fixes are wrong\n{}", wrong.len(), first.join("\n"));
        assert!(self.safe > least, "only {} safe fixes were tried", self.safe);
    }
}

fn is_good(
    finding: &Diagnostic,
    fix: &Fix,
    before: &[Diagnostic],
    after: &[Diagnostic],
) -> Result<(), &'static str> {
    if !is_gone(finding, before, after) {
        return Err("it is still there");
    }
    if stop(before).is_none() && stop(after).is_some() {
        return Err("it is no JSON any more");
    }
    if fix.safety == Safety::Safe {
        if finding.severity != Severity::Error {
            return Err("a doubt is surely mended");
        }
        let reveals = REVEALING.iter().any(|(code, _)| *code == finding.code);
        if stop(before).is_none() && !reveals && weight(after) >= weight(before) {
            return Err("it gets no better");
        }
    }
    Ok(())
}

/// The text about a finding.
fn shown(text: &[u8], finding: &Diagnostic) -> String {
    let text = String::from_utf8_lossy(text);
    let start = text.floor_char_boundary((finding.span.start as usize).saturating_sub(60));
    let end = text.ceil_char_boundary(finding.span.end as usize + 60);
    text.get(start..end).unwrap_or_default().escape_debug().to_string()
}

#[test]
fn a_fix_of_a_fixture_mends_its_finding() {
    let mut tried = Tried::default();
    for fixture in Fixture::all("findings") {
        if fixture.bytes.len() < 1 << 16 {
            tried.all(&fixture.name, &fixture.bytes);
        }
    }
    tried.assert_good(50);
}

#[test]
fn a_fix_of_a_mistake_mends_it() {
    let mut random = Random::new(20_261_125);
    let right: Vec<Json> = Fixture::all("ok")
        .into_iter()
        .map(|fixture| Json::parse(&String::from_utf8(fixture.bytes).unwrap()))
        .collect();
    let mut tried = Tried::default();
    for operator in operators() {
        let mut made = 0;
        for _ in 0..100 * EACH {
            let document = random.pick(&right);
            let Some(mutant) = operator.make(&mut random, document) else { continue };
            tried.all(&operator.name, &mutant.bytes);
            made += 1;
            if made == EACH {
                break;
            }
        }
    }
    tried.assert_good(60);
}
