//! What people read is said in English and in French, and each half is the other's: the texts as they stand in the sources, and
//! as findings say them.

mod language;
mod sources;

use std::{collections::BTreeSet, fs};

use relance_diagnostics::{Source, Text};
use relance_model::ActionKind;
use relance_samples::{fixture::written_out, repository};
use relance_validator::{Code, Group, Options, check};

use self::language::mistakes;
use crate::at;

/// Says what is wrong with texts, all at once.
fn assert_right(texts: &[(String, Text)]) {
    let wrong: Vec<String> = texts
        .iter()
        .flat_map(|(place, text)| {
            mistakes(text)
                .into_iter()
                .map(move |it| format!("{place}: {it}\n  {:?}\n  {:?}", text.en, text.fr))
        })
        .collect();
    assert!(wrong.is_empty(), "{} texts are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_text_in_the_sources_is_said_in_both_languages() {
    let texts = sources::texts();
    assert!(texts.len() > 500, "only {} texts were found", texts.len());
    assert_right(&texts);
}

#[test]
fn every_text_of_the_registries_is_said_in_both_languages() {
    let codes = Code::ALL.iter().map(|code| (code.to_string(), code.title()));
    let groups = Group::ALL.iter().map(|group| (format!("{group:?}"), group.title()));
    let actions = ActionKind::ALL.iter().flat_map(|kind| {
        let spec = kind.spec();
        let parameters = spec.parameters.iter().map(|it| (it.name, it.about.clone()));
        let outputs = spec.outputs.iter().map(|it| (it.name, it.about.clone()));
        let own = [(spec.name, spec.title.clone()), (spec.name, spec.about.clone())];
        let all = own.into_iter().chain(parameters).chain(outputs);
        all.map(move |(name, text)| (format!("{} {name}", spec.name), text))
    });
    assert_right(&codes.chain(groups).chain(actions).collect::<Vec<_>>());
}

#[test]
fn every_finding_is_told_in_both_languages() {
    let mut told = Vec::new();
    let mut codes = BTreeSet::new();
    let fixtures = repository::files().into_iter().filter(|it| it.starts_with("fixtures/findings"));
    for path in fixtures {
        let place = path.display().to_string();
        let bytes = match String::from_utf8(fs::read(at(&place)).unwrap()) {
            Ok(short) => written_out(&short),
            Err(error) => error.into_bytes(),
        };
        let source = Source::new(place.clone(), bytes);
        for finding in check(&source, &Options::default()).diagnostics.into_iter().take(20) {
            codes.insert(finding.code);
            let fix = finding.fix.map(|fix| fix.title);
            let related = finding.related.into_iter().map(|it| it.message);
            let texts = [finding.message].into_iter().chain(finding.help).chain(fix).chain(related);
            told.extend(texts.map(|text| (format!("{} in {place}", finding.code), text)));
        }
    }
    assert!(codes.len() + 5 > Code::ALL.len(), "only {} codes were raised", codes.len());
    assert_right(&told);
}
