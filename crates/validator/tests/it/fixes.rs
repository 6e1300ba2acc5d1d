//! What mending keeps, whatever the document: no harm, nothing to do where there is nothing to say, and once is enough.

use std::fmt::Write as _;

use relance_diagnostics::{Edit, Safety, Source};
use relance_samples::{
    document::document, fixture::Fixture, json::Json, mistake::operators, mutation::mutate,
    random::Random,
};
use relance_validator::{Checked, Fixed, Options, check, fix};

const SURENESS: [Safety; 2] = [Safety::Safe, Safety::Unsafe];

/// Whether a text is JSON, as far as grammar goes.
fn is_read(source: &Source) -> bool {
    relance_model::document::read_source(source).document.is_some()
}

fn told(checked: &Checked) -> Vec<String> {
    checked.diagnostics.iter().map(|it| format!("{} {:?}", it.code, it.span)).collect()
}

/// Mends a document, and looks at what must hold of it.
fn mended(bytes: &[u8], down_to: Safety) -> Fixed {
    let (source, options) = (Source::new("document.json", bytes), Options::default());
    let before = check(&source, &options);
    let fixed = fix(&source, &options, down_to);
    let shown = || format!("{}\n---\n{}", source.view(), fixed.source.view());
    assert_eq!(Edit::apply_all(&fixed.edits, bytes), fixed.source.bytes(), "{}", shown());
    assert_eq!(fixed.edits.is_empty(), fixed.source.bytes() == bytes, "{}", shown());
    assert_eq!(told(&fixed.checked), told(&check(&fixed.source, &options)), "{}", shown());
    if before.is_valid() && down_to == Safety::Safe {
        assert!(fixed.edits.is_empty(), "a valid document was changed: {}", shown());
    }
    if is_read(&source) {
        let (was, is) = (before.weight(), fixed.checked.weight());
        assert!(is <= was, "{is:?} after {was:?}: {}", shown());
        assert!(is_read(&fixed.source), "{}", shown());
    }
    let again = fix(&fixed.source, &options, down_to);
    assert!(again.edits.is_empty(), "{:?} was left to do: {}", again.applied, shown());
    fixed
}

#[test]
fn every_fixture_is_mended_without_harm() {
    for fixture in Fixture::all("ok").into_iter().chain(Fixture::all("findings")) {
        for down_to in SURENESS {
            mended(&fixture.bytes, down_to);
        }
    }
}

#[test]
fn every_mistake_is_mended_without_harm() {
    let (operators, mut random) = (operators(), Random::new(20_261_125));
    for fixture in Fixture::all("ok") {
        let right = Json::parse(std::str::from_utf8(&fixture.bytes).unwrap());
        for operator in &operators {
            if let Some(mutant) = operator.make(&mut random, &right) {
                mended(&mutant.bytes, Safety::Safe);
                mended(&mutant.bytes, Safety::Unsafe);
            }
        }
    }
}

#[test]
fn documents_with_any_mistakes_are_mended_without_harm() {
    for seed in 0..2_000 {
        let mut random = Random::new(seed);
        let mut document = document(&mut random);
        for _ in 0..random.below(6) {
            mutate(&mut random, &mut document);
        }
        let down_to = SURENESS[usize::from(seed % 2 == 0)];
        mended(document.to_string().as_bytes(), down_to);
    }
}

/// Bytes go missing, come twice, and change places.
#[test]
fn broken_texts_are_mended_without_harm() {
    let fixtures = Fixture::all("ok");
    for seed in 0..2_000 {
        let mut random = Random::new(seed);
        let mut bytes = fixtures[random.below(fixtures.len())].bytes.clone();
        for _ in 0..=random.below(3) {
            let place = random.below(bytes.len());
            match random.below(3) {
                0 => drop(bytes.remove(place)),
                1 => bytes.insert(place, bytes[place]),
                _ => {
                    let other = random.below(bytes.len());
                    bytes.swap(place, other);
                }
            }
        }
        mended(&bytes, SURENESS[usize::from(seed % 2 == 0)]);
    }
}

#[test]
fn each_case_is_mended_like_this() {
    insta::glob!("../../../../fixtures", "fix/*", |file| {
        let bytes = std::fs::read(file).unwrap();
        let mut shown = String::new();
        for down_to in SURENESS {
            let fixed = mended(&bytes, down_to);
            writeln!(shown, "== {}", down_to.as_str()).unwrap();
            for it in &fixed.applied {
                let block = it.block.as_ref().map_or("-", |block| &block.id);
                let (offset, title) = (it.offset, &it.fix.title);
                writeln!(shown, "{offset} {block} {}: {} | {}", it.code, title.en, title.fr)
                    .unwrap();
            }
            writeln!(shown, "-- left: {:?}", told(&fixed.checked)).unwrap();
            writeln!(shown, "{}", fixed.source.view().trim_end()).unwrap();
        }
        insta::assert_snapshot!(shown);
    });
}
