//! What mends a reference, told in the bytes of the text that it stands in.

use std::ops::Range;

use relance_diagnostics::{Safety, Text};
use relance_model::text::{Reference, Template, TemplateMistake, TemplateMistakeKind as Kind};

use super::{Repair, grammar};
use crate::{
    edit::{Change, Mend, writing},
    suggest::is_same_name,
};

/// Mends a reference whose grammar is right: what is wrong with it stands at `range`.
pub(super) fn path(
    text: &str,
    reference: &Reference<&str>,
    range: &Range<usize>,
    repair: Repair,
) -> Option<Mend> {
    match repair {
        Repair::Name(name) => {
            let written = text.get(range.clone())?;
            let found = written.trim_matches(['[', ']', '\'', '"', ' ']);
            // Ids of blocks are their author's own: two may differ in case alone.
            let is_block = reference.path.segments.first().is_some_and(|it| it.range == *range)
                && reference.path.root == relance_model::text::Root::Blocks;
            let surely = !is_block && is_same_name(found, &name);
            let safety = Safety::when(surely);
            Some(Mend::new(safety, writing(&name), [segment(written, range, &name)?]))
        }
        Repair::Within(holder) => {
            let bracket = text.get(range.clone())?.starts_with('[');
            let inserted = if bracket { format!(".{holder}") } else { format!("{holder}.") };
            let title =
                Text::new(format!("read it in `{holder}`"), format!("le lire dans `{holder}`"));
            Some(Mend::guess(title, [Change::new(range.start..range.start, inserted)]))
        }
        Repair::EndAt(place) => {
            let end = reference.path.segments.last()?.range.end;
            let rest = text.get(place..end)?;
            let title = Text::new(format!("remove `{rest}`"), format!("supprimer `{rest}`"));
            Some(Mend::guess(title, [Change::new(place..end, "")]))
        }
        Repair::Default => {
            let inside = text.get(..reference.range.end.checked_sub(CLOSE.len())?)?;
            let end = inside.trim_end().len();
            let title = Text::fixed("add `default: ''`", "ajouter `default: ''`");
            Some(Mend::guess(title, [Change::new(end..end, " | default: ''")]))
        }
    }
}

const CLOSE: &str = "}}";

/// Another name in the place of one step of a path, in the form that it can be written in.
fn segment(written: &str, range: &Range<usize>, name: &str) -> Option<Change> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let quote = ['\'', '"'].into_iter().find(|quote| !name.contains(*quote));
    let quoted = |quote: char| format!("[{quote}{name}{quote}]");
    if written.starts_with('[') {
        let own = written.chars().find(|it| matches!(it, '\'' | '"'));
        let own = own.filter(|quote| !name.contains(*quote));
        return Some(Change::new(range.clone(), quoted(own.or(quote)?)));
    }
    if !name.is_empty() && name.bytes().all(is_plain) {
        return Some(Change::new(range.clone(), name));
    }
    // In brackets it stands without its dot.
    Some(Change::new(range.start.checked_sub(1)?..range.end, quoted(quote?)))
}

/// A text with more mistakes than these is told no way out: each is tried on the whole text.
const FEW_MISTAKES: usize = 8;

/// Mends a mistake of grammar, one of so many in the text, if that leaves one less.
pub(super) fn grammar(text: &str, mistake: &TemplateMistake, mistakes: usize) -> Option<Mend> {
    let mend = guess(text, mistake).filter(|_| mistakes <= FEW_MISTAKES)?;
    let left =
        Template::parse(&mend.applied_to(text)).map_or_else(|mistakes| mistakes.len(), |_| 0);
    (left < mistakes).then_some(mend)
}

fn guess(text: &str, mistake: &TemplateMistake) -> Option<Mend> {
    let range = mistake.range.clone();
    let from = |place: usize| text.get(place..);
    let name = |found: &str, meant: &str| {
        let surely = is_same_name(found, meant);
        Mend::write(Safety::when(surely), range.clone(), meant)
    };
    match &mistake.kind {
        Kind::UnknownRoot(root) => Some(name(root, &grammar::root(root)?)),
        Kind::UnknownFilter(filter) => Some(name(filter, grammar::filter(filter)?)),
        Kind::Unclosed => Some(closed(range.end, from(range.end)?)),
        Kind::Empty => Some(Mend::guess(
            Text::fixed("remove the braces", "supprimer les accolades"),
            [Change::new(range, "")],
        )),
        Kind::MissingArgument(filter) => {
            let argument = if *filter == "date" { "%d/%m/%Y" } else { "" };
            Some(Mend::write(Safety::Unsafe, range, &format!("{filter}: '{argument}'")))
        }
        Kind::NoArgument(filter) => Some(Mend::write(Safety::Unsafe, range, filter)),
        Kind::UnclosedQuote => {
            let quote = text.get(range)?;
            let inside = text.get(..mistake.range.end + from(mistake.range.end)?.find(CLOSE)?)?;
            let end = inside.trim_end().len();
            let title = Text::fixed("close the quote", "fermer le guillemet");
            Some(Mend::guess(title, [Change::new(end..end, quote)]))
        }
        Kind::Call => {
            let call = range.start + from(range.start)?.find('(')?;
            let nothing = from(call)?.starts_with("()").then_some(call..call + 2)?;
            let title = Text::fixed("remove `()`", "supprimer `()`");
            Some(Mend::guess(title, [Change::new(nothing, "")]))
        }
        Kind::Statement | Kind::ExpectedName | Kind::ExpectedEnd => None,
    }
}

/// Closes a reference whose braces open before `start`: by the brace that is lacking, or behind its path.
fn closed(start: usize, rest: &str) -> Mend {
    if let Some(place) = rest.find('}') {
        let at = start + place;
        let title = Text::fixed("write the second brace", "écrire la seconde accolade");
        return Mend::guess(title, [Change::new(at..at, "}")]);
    }
    let is_path = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.');
    let path = rest.trim_start();
    let after = path.trim_start_matches(is_path);
    let at = start + rest.len() - after.len();
    let title = Text::fixed("close the braces", "fermer les accolades");
    Mend::guess(title, [Change::new(at..at, " }}")])
}
