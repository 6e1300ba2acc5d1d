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
    // Most texts have nothing to open: they stay as they are.
    if !text.is_empty() && !text.contains('{') {
        return Ok(Template { parts: vec![Part::Literal(text.to_owned())] });
    }
    let mut parts = Vec::new();
    let mut mistakes = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    let mut statement_told = false;
    let last_statement_end = OnceCell::new();
    while let Some((place, opening)) = next_opening(text, at, &last_statement_end) {
        literal.push_str(text.get(at..place).unwrap_or_default());
        match opening {
            Opening::Escaped => {
                literal.push_str(OPEN);
                at = place + 2 * OPEN.len();
            }
            Opening::Statement(end) => {
                // Statements come in pairs: one mistake is enough to say that there are none.
                if !statement_told {
                    mistakes.push(TemplateMistake { kind: Kind::Statement, range: place..end });
                }
                statement_told = true;
                at = end;
            }
            Opening::Slot => {
                let mut slot = Slot { text, at: place + OPEN.len(), start: place };
                match slot.reference() {
                    Ok(reference) => {
                        if !literal.is_empty() {
                            parts.push(Part::Literal(std::mem::take(&mut literal)));
                        }
                        at = reference.range.end;
                        parts.push(Part::Slot(reference));
                    }
                    Err(mistake) => {
                        at = if mistake.kind == Kind::Unclosed {
                            text.len()
                        } else {
                            slot.end_after_mistake()
                        };
                        if mistakes.len() < MAX_MISTAKES {
                            mistakes.push(mistake);
                        }
                    }
                }
            }
        }
    }
    literal.push_str(text.get(at..).unwrap_or_default());
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    if mistakes.is_empty() { Ok(Template { parts }) } else { Err(mistakes) }
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

impl Slot<'_> {
    fn reference(&mut self) -> Parsed<Reference> {
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

    fn path(&mut self) -> Parsed<Path> {
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
                segments.push(Segment { name: self.get(&word).to_owned(), range: word });
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

    fn filter(&mut self) -> Parsed<Filter> {
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
    fn quoted(&mut self) -> Parsed<Option<String>> {
        let Some(quote) = self.rest().chars().next().filter(|it| matches!(it, '\'' | '"')) else {
            return Ok(None);
        };
        let start = self.at;
        let Some(length) = self.rest().get(1..).and_then(|rest| rest.find(quote)) else {
            return Err(self.mistake(Kind::UnclosedQuote, start..start + 1));
        };
        self.at = start + length + 2;
        Ok(Some(self.get(&(start + 1..start + 1 + length)).to_owned()))
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

    fn get(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }
}
