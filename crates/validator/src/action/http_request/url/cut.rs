//! A URL in its parts: what references may change, and what they may not.

use relance_model::text::{Part, Reference, Template};
use url::Url;

use crate::plan::UrlTemplate;

/// What stands for a reference while a URL is judged.
const STAND_IN: &str = "x";

/// A URL cut at its slashes, `?` and `#`. References go with the part that they stand in.
#[derive(Default)]
pub(super) struct Cut<'t> {
    /// Scheme, host and port; of these the parser is the judge.
    authority: String,
    pub(super) path: Vec<Template>,
    query: Option<Template>,
    /// References in the path, in the query, and where none may stand.
    pub(super) in_path: Vec<&'t Reference>,
    pub(super) in_query: Vec<&'t Reference>,
    pub(super) in_host: Vec<&'t Reference>,
    pub(super) in_fragment: Vec<&'t Reference>,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Authority,
    Path,
    Query,
    Fragment,
}

impl<'t> Cut<'t> {
    pub(super) fn of(template: &'t Template) -> Cut<'t> {
        let mut cut = Cut::default();
        let mut place = Place::Authority;
        for part in &template.parts {
            match part {
                Part::Literal(text) => place = cut.literal(place, text),
                Part::Slot(reference) => cut.slot(place, reference),
            }
        }
        cut
    }

    fn literal(&mut self, mut place: Place, text: &str) -> Place {
        let mut rest = text;
        loop {
            let end = match place {
                Place::Authority => self.end_of_authority(rest),
                Place::Path => rest.find(['/', '?', '#']),
                Place::Query => rest.find('#'),
                Place::Fragment => None,
            };
            let (stretch, after) = rest.split_at(end.unwrap_or(rest.len()));
            match place {
                Place::Authority => self.authority.push_str(stretch),
                Place::Path => self.path.last_mut().into_iter().for_each(|it| push(it, stretch)),
                Place::Query => self.query.iter_mut().for_each(|it| push(it, stretch)),
                Place::Fragment => {}
            }
            let mut after = after.chars();
            let Some(delimiter) = after.next() else { return place };
            place = self.leave(delimiter);
            rest = after.as_str();
        }
    }

    /// Where the authority ends in the next stretch: at the first `/`, `?` or `#` behind `://`.
    fn end_of_authority(&self, next: &str) -> Option<usize> {
        let begun = format!("{}{next}", self.authority);
        let from = (begun.find("://")? + 3).max(self.authority.len());
        let length = begun.get(from..)?.find(['/', '?', '#'])?;
        Some(from + length - self.authority.len())
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

    fn slot(&mut self, place: Place, reference: &'t Reference) {
        let slot = || Part::Slot(reference.clone());
        match place {
            Place::Authority => {
                self.authority.push_str(STAND_IN);
                self.in_host.push(reference);
            }
            Place::Path => {
                self.path.last_mut().into_iter().for_each(|segment| segment.parts.push(slot()));
                self.in_path.push(reference);
            }
            Place::Query => {
                self.query.iter_mut().for_each(|query| query.parts.push(slot()));
                self.in_query.push(reference);
            }
            Place::Fragment => self.in_fragment.push(reference),
        }
    }

    /// The URL with a stand-in for every reference.
    pub(super) fn probe(&self) -> String {
        let mut probe = self.authority.clone();
        for segment in &self.path {
            probe.push('/');
            stand_in(segment, &mut probe);
        }
        if let Some(query) = &self.query {
            probe.push('?');
            stand_in(query, &mut probe);
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

fn stand_in(template: &Template, probe: &mut String) {
    for part in &template.parts {
        probe.push_str(match part {
            Part::Literal(text) => text,
            Part::Slot(_) => STAND_IN,
        });
    }
}

fn literal(text: &str) -> Template {
    let mut template = Template::default();
    if !text.is_empty() {
        template.parts.push(Part::Literal(text.to_owned()));
    }
    template
}

fn push(template: &mut Template, stretch: &str) {
    match template.parts.last_mut() {
        _ if stretch.is_empty() => {}
        Some(Part::Literal(text)) => text.push_str(stretch),
        Some(Part::Slot(_)) | None => template.parts.push(Part::Literal(stretch.to_owned())),
    }
}
