//! What mends a mistake of JSON grammar. The reader stops at the first one, so each is mended as if it were alone.

use std::ops::Range;

use relance_diagnostics::{Safety, Text};
use relance_model::{
    document::{Expected, Syntax},
    text::Template,
};

use super::outside::{closing, open_brackets};
use crate::{
    edit::{Change, Mend, escaped, is_white, text_length},
    finding::quoted,
};

pub(super) fn mend(json: &str, range: Range<usize>, syntax: &Syntax) -> Option<Mend> {
    let found = json.get(range.clone())?;
    let after = json.get(range.end..)?;
    match syntax {
        Syntax::TrailingComma => Some(Mend::safe(
            Text::fixed("remove the comma", "enlever la virgule"),
            [Change::new(range, "")],
        )),
        Syntax::MissingComma => missing_comma(json, range),
        Syntax::UnquotedKey => unquoted_key(json, range),
        Syntax::SingleQuotes => single_quotes(found, after, range),
        Syntax::UnknownWord(word) => Some(unknown_word(word, ends_value(after), range)),
        Syntax::BadNumber => bad_number(found, ends_value(after), range),
        Syntax::ControlCharacter(_) => control_characters(json, range.start),
        Syntax::BadEscape => Some(bad_escape(found, range)),
        Syntax::Comment => comment(json, range),
        Syntax::TrailingContent => trailing_content(json, range.start),
        Syntax::UnexpectedEnd(expected) => unexpected_end(json, range, *expected),
        Syntax::Unexpected(character, expected) => unexpected(json, range, *character, *expected),
        Syntax::Nothing | Syntax::LoneSurrogate => None,
    }
}

/// Whether what follows can follow a value.
fn ends_value(after: &str) -> bool {
    let after = after.trim_start_matches(is_white);
    after.is_empty() || after.starts_with([',', '}', ']'])
}

fn names_member(after: &str) -> bool {
    after.trim_start_matches(is_white).starts_with(':')
}

/// A comma behind what stands before. Certain before a key, and between the objects and arrays of an array; elsewhere a text may
/// just hold a quote that is not escaped.
fn missing_comma(json: &str, range: Range<usize>) -> Option<Mend> {
    let next = json.get(range.start..)?;
    let in_array = open_brackets(json, range.start).last() == Some(&'[');
    let before_key = !in_array
        && next.starts_with('"')
        && names_member(next.get(text_length(next.as_bytes())..)?);
    let surely = before_key || (in_array && next.starts_with(['{', '[']));
    if !surely && !in_array {
        return None;
    }
    let at = json.get(..range.start)?.trim_end_matches(is_white).len();
    let title = Text::fixed("add the comma", "ajouter la virgule");
    let safety = Safety::when(surely);
    Some(Mend::new(safety, title, [Change::new(at..at, ",")]))
}

fn unquoted_key(json: &str, range: Range<usize>) -> Option<Mend> {
    let rest = json.get(range.start..)?;
    let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '$' | '-');
    let key = rest.find(|it| !is_name(it)).unwrap_or(rest.len());
    if !names_member(rest.get(key..)?) {
        return None;
    }
    Some(in_quotes(Safety::Safe, range.start..range.start + key))
}

/// The quotes that a name or a value lacks.
fn in_quotes(safety: Safety, range: Range<usize>) -> Mend {
    let title = Text::fixed("put it in quotes", "le mettre entre guillemets");
    let changes = [range.start, range.end].map(|at| Change::new(at..at, "\""));
    Mend::new(safety, title, changes)
}

/// Straight double quotes in the place of others. An apostrophe may end a text in single quotes too early: what follows tells.
fn single_quotes(found: &str, after: &str, range: Range<usize>) -> Option<Mend> {
    let inside = found.strip_prefix('\'')?.strip_suffix('\'')?;
    let fits = ends_value(after) || names_member(after);
    (fits && !inside.contains('\\')).then(|| requoted(inside, range, 1, 1))
}

fn requoted(inside: &str, range: Range<usize>, opening: usize, closing: usize) -> Mend {
    let start = range.start + opening;
    let mut changes = vec![Change::new(range.start..start, "\"")];
    let quotes = inside.match_indices('"').map(|(place, _)| start + place);
    changes.extend(quotes.map(|at| Change::new(at..at, "\\")));
    changes.push(Change::new(range.end - closing..range.end, "\""));
    let title = Text::fixed("write straight double quotes", "écrire des guillemets droits doubles");
    Mend::safe(title, changes)
}

/// The word of JSON for one of Python or JavaScript; any other was surely meant as text.
fn unknown_word(word: &str, alone: bool, range: Range<usize>) -> Mend {
    let (safety, meant) = match word {
        "True" | "TRUE" => (Safety::Safe, "true"),
        "False" | "FALSE" => (Safety::Safe, "false"),
        "None" | "Null" | "NULL" => (Safety::Safe, "null"),
        "undefined" | "NaN" | "Infinity" | "nil" => (Safety::Unsafe, "null"),
        _ => return in_quotes(Safety::Unsafe, range),
    };
    let safety = if alone { safety } else { Safety::Unsafe };
    Mend::write(safety, range, meant)
}

/// The same number as JSON writes it, or the text that it is.
fn bad_number(found: &str, alone: bool, range: Range<usize>) -> Option<Mend> {
    if !alone {
        return None;
    }
    let (minus, digits) = match found.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", found.strip_prefix('+').unwrap_or(found)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let odd = whole.len() > 1 && whole.starts_with('0');
    if odd
        || !are_digits(whole)
        || !are_digits(fraction)
        || (whole.is_empty() && fraction.is_empty())
    {
        return Some(in_quotes(Safety::Unsafe, range));
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(Mend::write(Safety::Safe, range, &format!("{minus}{whole}{point}{fraction}")))
}

/// More characters than these are not escaped one by one.
const MOST_CHARACTERS: usize = 1_000;

/// Escapes the control characters in the rest of a text. A tab may be meant; where a line ends, the closing quote may be what is
/// missing, and what else there is got in by accident.
fn control_characters(json: &str, start: usize) -> Option<Mend> {
    let rest = json.get(start..)?;
    let text = rest.get(..to_closing_quote(rest)?)?;
    let mut changes = Vec::new();
    for (place, character) in text.char_indices().filter(|(_, it)| it.is_ascii_control()) {
        let (at, width) = (start + place, character.len_utf8());
        if character != '\u{7f}' {
            changes.push(Change::new(at..at + width, escaped(&character.to_string())));
        }
        if changes.len() > MOST_CHARACTERS {
            return None;
        }
    }
    let tabs = text.chars().all(|it| it == '\t' || !it.is_ascii_control());
    let safety = Safety::when(tabs);
    let title = Text::fixed("write it as an escape", "l'écrire en séquence d'échappement");
    let fits = rest.get(text.len() + 1..).is_some_and(|it| ends_value(it) || names_member(it));
    fits.then(|| Mend::new(safety, title, changes))
}

/// How far the closing quote of a text is, from inside of it.
fn to_closing_quote(text: &str) -> Option<usize> {
    let mut escape = false;
    text.find(|it| {
        let closes = it == '"' && !escape;
        escape = it == '\\' && !escape;
        closes
    })
}

/// An apostrophe needs no backslash; before anything else the backslash itself was meant.
fn bad_escape(found: &str, range: Range<usize>) -> Mend {
    if found == "\\'" {
        let title = Text::fixed("remove the backslash", "supprimer la barre oblique inverse");
        return Mend::safe(title, [Change::new(range.start..range.start + 1, "")]);
    }
    let title = Text::fixed("double the backslash", "doubler la barre oblique inverse");
    Mend::guess(title, [Change::new(range.start..range.start, "\\")])
}

fn comment(json: &str, range: Range<usize>) -> Option<Mend> {
    let rest = json.get(range.start..)?;
    let length = if rest.starts_with("/*") {
        rest.find("*/")? + 2
    } else {
        rest.find(['\n', '\r']).unwrap_or(rest.len())
    };
    let start = json.get(..range.start)?.trim_end_matches([' ', '\t']).len();
    let title = Text::fixed("remove the comment", "supprimer le commentaire");
    Some(Mend::guess(title, [Change::new(start..range.start + length, "")]))
}

/// Brackets, commas and semicolons after the end say nothing.
fn trailing_content(json: &str, start: usize) -> Option<Mend> {
    let rest = json.get(start..)?.trim_end_matches(is_white);
    let nothing = rest.chars().all(|it| is_white(it) || matches!(it, '}' | ']' | ',' | ';'));
    let title = Text::fixed("remove what follows", "supprimer ce qui suit");
    nothing.then(|| Mend::safe(title, [Change::new(start..start + rest.len(), "")]))
}

/// Closes what is open. Whether more was to follow nobody can tell.
fn unexpected_end(json: &str, range: Range<usize>, expected: Expected) -> Option<Mend> {
    let text = json.trim_end_matches(is_white);
    let (end, quote) = match expected {
        Expected::CommaOrBrace | Expected::CommaOrBracket => (text.len(), ""),
        // An object may not end with a comma.
        Expected::Key => (text.strip_suffix(',').unwrap_or(text).len(), ""),
        Expected::Quote => (text.len(), "\""),
        Expected::Value | Expected::Colon => return None,
    };
    let open = open_brackets(json, if quote.is_empty() { text.len() } else { range.start });
    let closing = format!("{quote}{}", closing(&open));
    let title = Text::new(format!("close with `{closing}`"), format!("fermer par `{closing}`"));
    // A text that ends with a backslash would escape its quote.
    let escapes = !quote.is_empty() && text.ends_with('\\');
    (!escapes).then(|| Mend::guess(title, [Change::new(end..text.len(), closing)]))
}

/// What word processors put in the place of quotes, and what closes them.
const QUOTES: [(char, &[char]); 4] =
    [('“', &['”', '“']), ('„', &['“', '”']), ('”', &['”']), ('‘', &['’'])];

fn unexpected(
    json: &str,
    range: Range<usize>,
    character: char,
    expected: Expected,
) -> Option<Mend> {
    let rest = json.get(range.start..)?;
    if let Some((_, closing)) = QUOTES.iter().find(|(opening, _)| *opening == character) {
        return typographic_quotes(rest, range, closing);
    }
    match (character, expected) {
        ('{', Expected::Key) => reference(json, range.start.checked_sub(1)?),
        ('=', Expected::Colon) => {
            let width = if rest.starts_with("=>") { 2 } else { 1 };
            Some(Mend::write(Safety::Safe, range.start..range.start + width, ":"))
        }
        (';', Expected::CommaOrBrace | Expected::CommaOrBracket) => {
            Some(Mend::write(Safety::Safe, range, ","))
        }
        (',', Expected::Key) => Some(Mend::safe(
            Text::fixed("remove the comma", "enlever la virgule"),
            [Change::new(range, "")],
        )),
        // `[1, , 2]`: there may have been a value.
        (',', Expected::Value)
            if json.get(..range.start)?.trim_end_matches(is_white).ends_with([',', '[']) =>
        {
            let title = Text::fixed("remove the comma", "enlever la virgule");
            Some(Mend::guess(title, [Change::new(range, "")]))
        }
        ('}', Expected::CommaOrBracket) => Some(bracket(range.start, "]")),
        (']', Expected::CommaOrBrace) => Some(bracket(range.start, "}")),
        _ => None,
    }
}

/// A bracket that is missing before another one.
fn bracket(at: usize, bracket: &str) -> Mend {
    let title = Text::new(format!("close with `{bracket}`"), format!("fermer par `{bracket}`"));
    Mend::guess(title, [Change::new(at..at, bracket)])
}

fn typographic_quotes(rest: &str, range: Range<usize>, closing: &[char]) -> Option<Mend> {
    let opening = range.len();
    let text = rest.get(opening..)?;
    let length = text.find(closing)?;
    let inside = text.get(..length)?;
    let width = text.get(length..)?.chars().next()?.len_utf8();
    let after = text.get(length + width..)?;
    let fits = ends_value(after) || names_member(after);
    let whole = range.start..range.end + length + width;
    (fits && !inside.contains(['\\', '\n', '\r'])).then(|| requoted(inside, whole, opening, width))
}

/// A reference that stands without quotes: in them, alone in its text, it keeps the type of its value.
fn reference(json: &str, start: usize) -> Option<Mend> {
    let rest = json.get(start..)?;
    let end = rest.find("}}")? + 2;
    let text = rest.get(..end)?;
    let alone = Template::parse(text).is_ok_and(|template| template.as_reference().is_some());
    let plain = quoted(text).len() == text.len() + 2;
    (alone && plain && ends_value(rest.get(end..)?))
        .then(|| in_quotes(Safety::Safe, start..start + end))
}
