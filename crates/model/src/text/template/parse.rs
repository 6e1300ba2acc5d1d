//! The parser of references: one pass, no recursion.

use std::{cell::OnceCell, ops::Range};

use super::{
    Filter, Part, Path, Reference, Root, Segment, Template, TemplateMistake,
    TemplateMistakeKind as Kind,
};

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// More mistakes than these are not kept; nobody reads them.
const MAX_MISTAKES: usize = 200_000;

pub(super) fn template(text: &str) -> Result<Template, Vec<TemplateMistake>> {
    let mut parts: Vec<Part> = Vec::new();
    read(text, |part| match (part, parts.last_mut()) {
        (Part::Literal(next), Some(Part::Literal(text))) => text.push_str(next),
        (Part::Literal(text), Some(Part::Slot(_)) | None) => {
            parts.push(Part::Literal(text.to_owned()));
        }
        (Part::Slot(reference), _) => parts.push(Part::Slot(reference.into())),
    })?;
    Ok(Template { parts })
}

pub(super) fn references(text: &str) -> Result<Vec<Reference<&str>>, Vec<TemplateMistake>> {
    let mut references = Vec::new();
    // Most texts have nothing to open.
    if text.contains('{') {
        read(text, |part| match part {
            Part::Literal(_) => {}
            Part::Slot(reference) => references.push(reference),
        })?;
    }
    Ok(references)
}

/// Takes the parts of a text one by one, or all its mistakes.
fn read<'t>(
    text: &'t str,
    mut take: impl FnMut(Part<&'t str>),
) -> Result<(), Vec<TemplateMistake>> {
    let mut mistakes = Vec::new();
    for part in Parts::of(text) {
        match part {
            Ok(part) if mistakes.is_empty() => take(part),
            Err(mistake) if mistakes.len() < MAX_MISTAKES => mistakes.push(mistake),
            Ok(_) | Err(_) => {}
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

/// The stretches of a text, one by one, each as it should be or as a mistake.
#[derive(Debug)]
pub struct Parts<'t> {
    text: &'t str,
    at: usize,
    statement_told: bool,
    last_statement_end: OnceCell<Option<usize>>,
}

impl<'t> Parts<'t> {
    pub(super) fn of(text: &'t str) -> Parts<'t> {
        Parts { text, at: 0, statement_told: false, last_statement_end: OnceCell::new() }
    }

    /// The text up to a place, which is gone to.
    fn up_to(&mut self, end: usize) -> &'t str {
        let stretch = self.text.get(self.at..end).unwrap_or_default();
        self.at = end;
        stretch
    }
}

impl<'t> Iterator for Parts<'t> {
    type Item = Result<Part<&'t str>, TemplateMistake>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let opening = next_opening(self.text, self.at, &self.last_statement_end);
            let place = opening.as_ref().map_or(self.text.len(), |(place, _)| *place);
            if place > self.at {
                return Some(Ok(Part::Literal(self.up_to(place))));
            }
            match opening?.1 {
                Opening::Escaped => {
                    self.at += 2 * OPEN.len();
                    return Some(Ok(Part::Literal(OPEN)));
                }
                Opening::Statement(end) => {
                    self.at = end;
                    // Statements come in pairs: one mistake is enough to say that there are none.
                    if !self.statement_told {
                        self.statement_told = true;
                        return Some(Err(TemplateMistake {
                            kind: Kind::Statement,
                            range: place..end,
                        }));
                    }
                }
                Opening::Slot => {
                    let mut slot = Slot { text: self.text, at: place + OPEN.len(), start: place };
                    let read = slot.reference();
                    self.at = match &read {
                        Ok(reference) => reference.range.end,
                        Err(mistake) if mistake.kind == Kind::Unclosed => self.text.len(),
                        Err(_) => slot.end_after_mistake(),
                    };
                    return Some(read.map(Part::Slot));
                }
            }
        }
    }
}

enum Opening {
    /// `{{{{`.
    Escaped,
    /// `{{`.
    Slot,
    /// `{% … %}`, up to its end.
    Statement(usize),
}

/// What opens next. Where the last `%}` stands is looked for once, and only when there is a `{%`.
fn next_opening(
    text: &str,
    from: usize,
    last_statement_end: &OnceCell<Option<usize>>,
) -> Option<(usize, Opening)> {
    let mut at = from;
    loop {
        let place = at + text.get(at..)?.find('{')?;
        let rest = text.get(place..)?;
        if rest.starts_with("{{{{") {
            return Some((place, Opening::Escaped));
        } else if rest.starts_with(OPEN) {
            return Some((place, Opening::Slot));
        } else if rest.starts_with("{%")
            && last_statement_end.get_or_init(|| text.rfind("%}")).is_some_and(|last| last > place)
            && let Some(end) = rest.find("%}")
        {
            return Some((place, Opening::Statement(place + end + 2)));
        }
        at = place + 1;
    }
}

/// A slot that is being read; `at` is the cursor, in bytes of the whole text.
struct Slot<'t> {
    text: &'t str,
    at: usize,
    start: usize,
}

type Parsed<T> = Result<T, TemplateMistake>;

impl<'t> Slot<'t> {
    fn reference(&mut self) -> Parsed<Reference<&'t str>> {
        self.skip_blanks();
        if self.rest().starts_with(CLOSE) {
            let end = self.at + CLOSE.len();
            return Err(self.mistake(Kind::Empty, self.start..end));
        }
        let path = self.path()?;
        let (mut filters, mut filter_ranges) = (Vec::new(), Vec::new());
        loop {
            self.skip_blanks();
            if self.eat(CLOSE) {
                let range = self.start..self.at;
                return Ok(Reference { path, filters, filter_ranges, range });
            }
            if !self.eat("|") {
                return Err(self.unexpected(Kind::ExpectedEnd));
            }
            self.skip_blanks();
            let start = self.at;
            filters.push(self.filter()?);
            let written = self.get(&(start..self.at)).trim_ascii_end().len();
            filter_ranges.push(start..start + written);
        }
    }

    fn path(&mut self) -> Parsed<Path<&'t str>> {
        let word = self.word().ok_or_else(|| self.unexpected(Kind::ExpectedName))?;
        let name = self.get(&word);
        let known = Root::ALL.into_iter().find(|root| root.as_str() == name);
        let root = match known {
            Some(root) => root,
            None if self.rest().starts_with('(') => return Err(self.mistake(Kind::Call, word)),
            None => return Err(self.mistake(Kind::UnknownRoot(name.to_owned()), word)),
        };
        let mut segments = Vec::new();
        loop {
            let start = self.at;
            if self.eat(".") {
                let word = self.word().ok_or_else(|| self.unexpected(Kind::ExpectedName))?;
                segments.push(Segment { name: self.get(&word), range: word });
            } else if self.eat("[") {
                self.skip_blanks();
                let name = self.quoted()?.ok_or_else(|| self.unexpected(Kind::ExpectedName))?;
                self.skip_blanks();
                if !self.eat("]") {
                    return Err(self.unexpected(Kind::ExpectedEnd));
                }
                segments.push(Segment { name, range: start..self.at });
            } else if self.rest().starts_with('(') {
                return Err(self.mistake(Kind::Call, word.start..self.at + 1));
            } else {
                return Ok(Path { root, segments, root_range: word });
            }
        }
    }

    fn filter(&mut self) -> Parsed<Filter<&'t str>> {
        self.skip_blanks();
        let word = self.word().ok_or_else(|| self.unexpected(Kind::ExpectedName))?;
        let name = self.get(&word);
        let Some(name) = Filter::NAMES.into_iter().find(|known| *known == name) else {
            return Err(self.mistake(Kind::UnknownFilter(name.to_owned()), word));
        };
        self.skip_blanks();
        let argument = if self.eat(":") {
            self.skip_blanks();
            Some(
                self.quoted()?
                    .ok_or_else(|| self.mistake(Kind::MissingArgument(name), word.clone()))?,
            )
        } else {
            None
        };
        match (name, argument) {
            ("upper", None) => Ok(Filter::Upper),
            ("lower", None) => Ok(Filter::Lower),
            ("trim", None) => Ok(Filter::Trim),
            ("default", Some(text)) => Ok(Filter::Default(text)),
            ("date", Some(format)) => Ok(Filter::Date(format)),
            (_, None) => Err(self.mistake(Kind::MissingArgument(name), word)),
            (_, Some(_)) => Err(self.mistake(Kind::NoArgument(name), word.start..self.at)),
        }
    }

    /// A text in either quote, if one begins here.
    fn quoted(&mut self) -> Parsed<Option<&'t str>> {
        let Some(quote) = self.rest().chars().next().filter(|it| matches!(it, '\'' | '"')) else {
            return Ok(None);
        };
        let start = self.at;
        let Some(length) = self.rest().get(1..).and_then(|rest| rest.find(quote)) else {
            return Err(self.mistake(Kind::UnclosedQuote, start..start + 1));
        };
        self.at = start + length + 2;
        Ok(Some(self.get(&(start + 1..start + 1 + length))))
    }

    fn word(&mut self) -> Option<Range<usize>> {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let length = self.rest().bytes().take_while(|byte| is_name(byte)).count();
        let range = self.at..self.at + length;
        self.at = range.end;
        (length > 0).then_some(range)
    }

    fn skip_blanks(&mut self) {
        self.at += self
            .rest()
            .bytes()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            .count();
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// A mistake under the character at the cursor, or under the whole slot when it is never closed.
    fn unexpected(&self, kind: Kind) -> TemplateMistake {
        let unclosed = !self.rest().contains(CLOSE);
        match self.rest().chars().next() {
            Some(found) if !unclosed => self.mistake(kind, self.at..self.at + found.len_utf8()),
            _ => self.mistake(Kind::Unclosed, self.start..self.start + OPEN.len()),
        }
    }

    #[expect(clippy::unused_self, reason = "reads as one of its sisters")]
    fn mistake(&self, kind: Kind, range: Range<usize>) -> TemplateMistake {
        TemplateMistake { kind, range }
    }

    /// Where to go on after a mistake: behind the slot's braces.
    fn end_after_mistake(&self) -> usize {
        self.rest().find(CLOSE).map_or(self.text.len(), |place| self.at + place + CLOSE.len())
    }

    fn get(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }
}
