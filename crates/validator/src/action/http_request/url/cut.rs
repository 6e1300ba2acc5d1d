//! A URL in its parts: what references may change, and what they may not.

use std::borrow::Cow;

use relance_model::text::{Part, Reference, Template, TemplateMistake};
use url::Url;

use crate::plan::UrlTemplate;

/// What stands for a reference while a URL is judged.
const STAND_IN: &str = "x";

/// A URL cut at its slashes, `?` and `#`.
pub(super) struct Cut<'t> {
    /// The URL with a stand-in for every reference, up to its fragment.
    pub(super) probe: String,
    /// How many segments its path has.
    pub(super) segments: usize,
    /// Its references, and where they stand.
    pub(super) references: Vec<(Place, Reference<&'t str>)>,
}

/// The parts of a URL: references may stand in its path and its query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Scheme, host and port; of these the parser is the judge.
    Authority,
    Path,
    Query,
    Fragment,
}

impl<'t> Cut<'t> {
    /// Or what is wrong with the grammar of its references.
    pub(super) fn of(text: &'t str) -> Result<Cut<'t>, Vec<TemplateMistake>> {
        let (mut segments, mut references) = (0, Vec::new());
        let probe = walk(text, |place, piece| match piece {
            Piece::Delimiter => segments += usize::from(place == Place::Path),
            Piece::Stretch(_) => {}
            Piece::Slot(reference) => references.push((place, reference)),
        })?;
        Ok(Cut { probe, segments, references })
    }

    /// The first reference in one of the parts.
    pub(super) fn first_in(&self, part: Place) -> Option<&Reference<&'t str>> {
        self.references.iter().find(|(place, _)| *place == part).map(|(_, reference)| reference)
    }
}

/// A judged URL as a template. Without references, path and query are what the parser made of them; with some, they stay as
/// written.
pub(super) fn template(text: &str, mut url: Url) -> Option<UrlTemplate> {
    let (mut path, mut query): (Vec<Template>, Option<Template>) = (Vec::new(), None);
    let mut written = false;
    walk(text, |place, piece| {
        let holder = match (place, piece) {
            (Place::Path, Piece::Delimiter) => return path.push(Template::default()),
            (Place::Query, Piece::Delimiter) => return query = Some(Template::default()),
            (Place::Path, piece) => path.last_mut().zip(Some(piece)),
            (Place::Query, piece) => query.as_mut().zip(Some(piece)),
            (Place::Authority | Place::Fragment, _) => None,
        };
        match holder {
            Some((template, Piece::Stretch(stretch))) => push(template, stretch),
            Some((template, Piece::Slot(reference))) => {
                written = true;
                template.parts.push(Part::Slot(reference.into()));
            }
            Some((_, Piece::Delimiter)) | None => {}
        }
    })
    .ok()?;
    if !written {
        path = url.path_segments().into_iter().flatten().map(literal).collect();
        query = url.query().map(literal);
    } else if path.is_empty() {
        path.push(Template::default());
    }
    url.set_fragment(None);
    url.set_query(None);
    url.set_path("/");
    Some(UrlTemplate { origin: url, path, query })
}

/// What a URL is made of.
enum Piece<'t> {
    /// What begins a segment of the path, the query or the fragment.
    Delimiter,
    Stretch(&'t str),
    Slot(Reference<&'t str>),
}

/// Tells the pieces of a URL one by one, and makes the probe.
fn walk<'t>(
    text: &'t str,
    mut tell: impl FnMut(Place, Piece<'t>),
) -> Result<String, Vec<TemplateMistake>> {
    let mut probe = String::with_capacity(text.len());
    let mut place = Place::Authority;
    for part in Template::parts(text) {
        match part {
            Ok(Part::Literal(literal)) => {
                let mut rest = literal;
                loop {
                    let end = match place {
                        Place::Authority => end_of_authority(&probe, rest),
                        Place::Path => rest.find(['/', '?', '#']),
                        Place::Query => rest.find('#'),
                        Place::Fragment => None,
                    };
                    let (stretch, after) = rest.split_at(end.unwrap_or(rest.len()));
                    if place != Place::Fragment {
                        probe.push_str(stretch);
                    }
                    tell(place, Piece::Stretch(stretch));
                    let mut after = after.chars();
                    let Some(delimiter) = after.next() else { break };
                    place = match delimiter {
                        '/' => Place::Path,
                        '?' => Place::Query,
                        _ => Place::Fragment,
                    };
                    if place != Place::Fragment {
                        probe.push(delimiter);
                    }
                    tell(place, Piece::Delimiter);
                    rest = after.as_str();
                }
            }
            Ok(Part::Slot(reference)) => {
                if place != Place::Fragment {
                    probe.push_str(STAND_IN);
                }
                tell(place, Piece::Slot(reference));
            }
            Err(_) => return Err(Template::references_in(text).err().unwrap_or_default()),
        }
    }
    Ok(probe)
}

/// Where the authority ends in the next stretch: at the first `/`, `?` or `#` behind `://`.
fn end_of_authority(authority: &str, next: &str) -> Option<usize> {
    let begun = if authority.is_empty() {
        Cow::Borrowed(next)
    } else {
        Cow::Owned(format!("{authority}{next}"))
    };
    let from = (begun.find("://")? + 3).max(authority.len());
    let length = begun.get(from..)?.find(['/', '?', '#'])?;
    Some(from + length - authority.len())
}

fn literal(text: &str) -> Template {
    let mut template = Template::default();
    push(&mut template, text);
    template
}

fn push(template: &mut Template, stretch: &str) {
    match template.parts.last_mut() {
        _ if stretch.is_empty() => {}
        Some(Part::Literal(text)) => text.push_str(stretch),
        Some(Part::Slot(_)) | None => template.parts.push(Part::Literal(stretch.to_owned())),
    }
}
