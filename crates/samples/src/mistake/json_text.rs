//! JSON inside a text, broken somewhere as a file may be, in a layout of its own.

use super::{
    Broken, Change,
    site::{Kind, actions, any, member, text},
};
use crate::{
    json::{Json, Path},
    random::Random,
    spelling::{Layout, Part, Written},
};

/// The parameters of a document that hold JSON as text, with what they hold.
pub(super) fn texts(document: &Json) -> Vec<(Path, Kind, Json)> {
    let mut texts = Vec::new();
    for action in actions(document) {
        for (key, kind, _) in action.known {
            let holds_json = matches!(kind, Kind::Headers | Kind::Json);
            let written = text(document, &action.parameters, key).filter(|it| !it.is_empty());
            if let (true, Some(written)) = (holds_json, written) {
                let path = member(document, &action.parameters, key).unwrap();
                texts.push((path, *kind, Json::parse(written)));
            }
        }
    }
    texts
}

/// Breaks one of them.
pub(super) fn broken(
    random: &mut Random,
    right: &Json,
    make: fn(&mut Random, Written) -> Option<Broken>,
) -> Option<Change> {
    let (path, _, inner) = any(random, &texts(right))?;
    let layout = Layout::any(random);
    let written = Written::new(random, &inner, layout);
    let Broken { bytes, code, place, value: _ } = make(random, written)?;
    let mut document = right.clone();
    *document.at_mut(&path) = Json::text(String::from_utf8(bytes).unwrap());
    Some(Change::new(document, code, path, Part::Within(place)))
}
