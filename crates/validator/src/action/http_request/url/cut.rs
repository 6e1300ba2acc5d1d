//! A URL in its parts: what references may change, and what they may not.

use std::borrow::Cow;

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
    /// The first reference of those that stand where none may.
    pub(super) in_host: Option<Reference>,
    pub(super) in_fragment: Option<Reference>,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Authority,
    Path,
    Query,
    Fragment,
}

impl Cut {
    pub(super) fn of(template: Template) -> Cut {
        let mut cut = Cut::default();
        let mut place = Place::Authority;
        for part in template.parts {
            match part {
                Part::Literal(text) => place = cut.literal(place, &text),
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
        let begun = if self.authority.is_empty() {
            Cow::Borrowed(next)
        } else {
            Cow::Owned(format!("{}{next}", self.authority))
        };
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

    fn slot(&mut self, place: Place, reference: Reference) {
        let holder = match place {
            Place::Authority => {
                self.authority.push_str(STAND_IN);
                self.in_host.get_or_insert(reference);
                return;
            }
            Place::Path => self.path.last_mut(),
            Place::Query => self.query.as_mut(),
            Place::Fragment => {
                self.in_fragment.get_or_insert(reference);
                return;
            }
        };
        if let Some(holder) = holder {
            holder.parts.push(Part::Slot(reference));
        }
    }

    /// The references in the path.
    pub(super) fn in_path(&self) -> impl Iterator<Item = &Reference> {
        self.path.iter().flat_map(Template::references)
    }

    /// The references in the query.
    pub(super) fn in_query(&self) -> impl Iterator<Item = &Reference> {
        self.query.iter().flat_map(Template::references)
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
    pub(super) fn into_template(self, url: Url) -> UrlTemplate {
        let written = self.in_path().chain(self.in_query()).next().is_some();
        let (path, query) = match (written, self.path.is_empty()) {
            (true, false) => (self.path, self.query),
            (true, true) => (vec![Template::default()], self.query),
            (false, _) => {
                let segments = url.path_segments().into_iter().flatten();
                (segments.map(literal).collect(), url.query().map(literal))
            }
        };
        let mut origin = url;
        origin.set_fragment(None);
        origin.set_query(None);
        origin.set_path("/");
        UrlTemplate { origin, path, query }
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
