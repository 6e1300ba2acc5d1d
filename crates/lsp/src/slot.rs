//! References as far as they are written: `{{ blocks.rep` is one already.
//!
//! The parser of `model` says what is wrong with a text; this one says what is there. Both cut a text that is right in the same
//! places, and a test holds them together.

use std::{borrow::Cow, ops::Range};

use relance_model::text::Root;

/// One pair of braces, perhaps not closed yet.
#[derive(Debug, Clone)]
pub(crate) struct Slot<'t> {
    /// From the opening braces to behind the closing ones, or to where it breaks off.
    pub(crate) range: Range<usize>,
    /// Whether its closing braces are there.
    pub(crate) closed: bool,
    /// What stands between them.
    pub(crate) tokens: Vec<Token<'t>>,
}

/// A word or sign of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token<'t> {
    pub(crate) kind: TokenKind<'t>,
    pub(crate) range: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenKind<'t> {
    /// A name.
    Word(&'t str),
    /// A text in quotes; what stands between them.
    Quoted(&'t str),
    /// `.`, `[`, `]`, `|`, `:`, or something that means nothing.
    Sign(char),
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step<'t> {
    /// The name.
    pub(crate) name: Cow<'t, str>,
    /// Where it stands, without its dot, with its brackets.
    pub(crate) range: Range<usize>,
    /// Whether it stands in brackets.
    pub(crate) bracketed: bool,
}

/// The path of a slot, as far as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Path<'t> {
    /// Its first word.
    pub(crate) root: Option<Step<'t>>,
    /// What follows.
    pub(crate) steps: Vec<Step<'t>>,
}

impl Path<'_> {
    /// The root, when it is one.
    pub(crate) fn known_root(&self) -> Option<Root> {
        let word = &self.root.as_ref()?.name;
        Root::ALL.into_iter().find(|root| root.as_str() == word)
    }
}

/// All slots of a text, in order.
pub(crate) fn slots(text: &str) -> impl Iterator<Item = Slot<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let place = at + text.get(at..)?.find("{{")?;
            if text.get(place..).is_some_and(|rest| rest.starts_with("{{{{")) {
                at = place + 4;
                continue;
            }
            let slot = read(text, place);
            at = slot.range.end.max(place + 2);
            return Some(slot);
        }
    })
}

/// The slot that a cursor stands in.
pub(crate) fn at(text: &str, offset: usize) -> Option<Slot<'_>> {
    slots(text).find(|slot| {
        let inside =
            slot.range.start + 2..=slot.range.end.saturating_sub(if slot.closed { 2 } else { 0 });
        inside.contains(&offset)
    })
}

fn read(text: &str, start: usize) -> Slot<'_> {
    let mut tokens = Vec::new();
    let mut at = start + 2;
    let (end, closed) = loop {
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with("}}") {
            break (at + 2, true);
        }
        let Some(first) = rest.chars().next().filter(|_| !rest.starts_with("{{")) else {
            break (at, false);
        };
        let (kind, length) = match first {
            ' ' | '\t' | '\n' | '\r' => {
                at += 1;
                continue;
            }
            '\'' | '"' => quoted(rest, first),
            it if is_name(it) => {
                let length = rest.find(|it| !is_name(it)).unwrap_or(rest.len());
                (TokenKind::Word(rest.get(..length).unwrap_or_default()), length)
            }
            sign => (TokenKind::Sign(sign), sign.len_utf8()),
        };
        tokens.push(Token { kind, range: at..at + length });
        at += length;
    };
    Slot { range: start..end, closed, tokens }
}

/// Whether a character may stand in a name without quotes.
pub(crate) fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}

/// A text in quotes; one without its closing quote ends where the reference does.
fn quoted(rest: &str, quote: char) -> (TokenKind<'_>, usize) {
    let inner = rest.get(1..).unwrap_or_default();
    let length = inner.find(quote);
    let end = length.unwrap_or_else(|| inner.find(['}', '\n']).unwrap_or(inner.len()));
    let text = inner.get(..end).unwrap_or_default();
    (TokenKind::Quoted(text), 1 + end + usize::from(length.is_some()))
}

impl<'t> Slot<'t> {
    /// The path, up to the first thing that is none of it.
    pub(crate) fn path(&self) -> Path<'t> {
        path(&self.tokens)
    }
}

/// The path that these tokens begin with.
pub(crate) fn path<'t>(tokens: &[Token<'t>]) -> Path<'t> {
    use TokenKind::{Quoted, Sign, Word};
    let mut path = Path::default();
    let mut tokens = tokens.iter().peekable();
    let step = |name: &'t str, range: Range<usize>, bracketed| Step {
        name: Cow::Borrowed(name),
        range,
        bracketed,
    };
    match tokens.next() {
        Some(Token { kind: Word(word), range }) => {
            path.root = Some(step(word, range.clone(), false));
        }
        Some(Token { kind: Quoted(_) | Sign(_), .. }) | None => return path,
    }
    while let Some(sign) = tokens.next() {
        match (&sign.kind, tokens.next()) {
            (Sign('.'), Some(Token { kind: Word(word), range })) => {
                path.steps.push(step(word, range.clone(), false));
            }
            (Sign('['), Some(Token { kind: Quoted(text), range })) => {
                let closing = tokens.next_if(|it| it.kind == Sign(']'));
                let end = closing.map_or(range.end, |closing| closing.range.end);
                path.steps.push(step(text, sign.range.start..end, true));
                if closing.is_none() {
                    break;
                }
            }
            _ => break,
        }
    }
    path
}

#[cfg(test)]
mod tests;
