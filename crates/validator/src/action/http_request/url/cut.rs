//! A URL in its parts: what references may change, and what they may not.

use relance_model::text::{Part, Reference, Template};
use url::Url;

use crate::plan::UrlTemplate;

/// What stands for a reference while a URL is judged.
const STAND_IN: &str = "x";

/// A URL cut at its slashes, `?` and `#`. References go with the part that they stand in.
#[derive(Default)]
pub(super) struct Cut {
    /// Scheme, host and port; of these the parser is the judge.
    authority: String,
    pub(super) path: Vec<Template>,
    query: Option<Template>,
    /// References in the path, in the query, and where none may stand.
    pub(super) in_path: Vec<Reference>,
    pub(super) in_query: Vec<Reference>,
    pub(super) in_host: Vec<Reference>,
    pub(super) in_fragment: Vec<Reference>,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Authority,
    Path,
    Query,
    Fragment,
}

impl Cut {
    pub(super) fn of(template: &Template) -> Cut {
        let mut cut = Cut::default();
        let mut place = Place::Authority;
        for part in &template.parts {
            match part {
                Part::Literal(text) => {
                    for character in text.chars() {
                        place = cut.literal(place, character);
                    }
                }
                Part::Slot(reference) => cut.slot(place, reference),
            }
        }
        cut
    }

    fn literal(&mut self, place: Place, character: char) -> Place {
        match (place, character) {
            (Place::Authority, '/' | '?' | '#') if self.authority.contains("://") => {
                self.leave(character)
            }
            (Place::Authority, _) => {
                self.authority.push(character);
                Place::Authority
            }
            (Place::Path, '/' | '?' | '#') | (Place::Query, '#') => self.leave(character),
            (Place::Path, _) => {
                self.path.last_mut().into_iter().for_each(|segment| push(segment, character));
                Place::Path
            }
            (Place::Query, _) => {
                self.query.iter_mut().for_each(|query| push(query, character));
                Place::Query
            }
            (Place::Fragment, _) => Place::Fragment,
        }
    }

    fn leave(&mut self, delimiter: char) -> Place {
        match delimiter {
            '/' => {
                self.path.push(Template::default());
                Place::Path
            }
            '?' => {
                self.query = Some(Template::default());
                Place::Query
            }
            _ => Place::Fragment,
        }
    }

    fn slot(&mut self, place: Place, reference: &Reference) {
        let slot = || Part::Slot(reference.clone());
        match place {
            Place::Authority => {
                self.authority.push_str(STAND_IN);
                self.in_host.push(reference.clone());
            }
            Place::Path => {
                self.path.last_mut().into_iter().for_each(|segment| segment.parts.push(slot()));
                self.in_path.push(reference.clone());
            }
            Place::Query => {
                self.query.iter_mut().for_each(|query| query.parts.push(slot()));
                self.in_query.push(reference.clone());
            }
            Place::Fragment => self.in_fragment.push(reference.clone()),
        }
    }

    /// The URL with a stand-in for every reference.
    pub(super) fn probe(&self) -> String {
        let mut probe = self.authority.clone();
        for segment in &self.path {
            probe.push('/');
            probe.push_str(&stand_in(segment));
        }
        if let Some(query) = &self.query {
            probe.push('?');
            probe.push_str(&stand_in(query));
        }
        probe
    }

    /// Without references, path and query are what the parser made of them; with some, they stay as written.
    pub(super) fn into_template(self, url: &Url) -> UrlTemplate {
        let mut origin = url.clone();
        origin.set_path("/");
        origin.set_query(None);
        origin.set_fragment(None);
        if self.in_path.is_empty() && self.in_query.is_empty() {
            let path = url.path_segments().into_iter().flatten().map(literal).collect();
            return UrlTemplate { origin, path, query: url.query().map(literal) };
        }
        let path = if self.path.is_empty() { vec![Template::default()] } else { self.path };
        UrlTemplate { origin, path, query: self.query }
    }
}

fn stand_in(template: &Template) -> String {
    template
        .parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => text.as_str(),
            Part::Slot(_) => STAND_IN,
        })
        .collect()
}

fn literal(text: &str) -> Template {
    let mut template = Template::default();
    if !text.is_empty() {
        template.parts.push(Part::Literal(text.to_owned()));
    }
    template
}

fn push(template: &mut Template, character: char) {
    match template.parts.last_mut() {
        Some(Part::Literal(text)) => text.push(character),
        Some(Part::Slot(_)) | None => template.parts.push(Part::Literal(character.to_string())),
    }
}
