//! Texts that are no JSON any more: a comma too many or too few, a quote of another kind, a comment, a bad escape.

use std::ops::Range;

use super::Broken;
use crate::{
    json::Path,
    random::Random,
    spelling::{Token, TokenKind, Written},
};

type Make = fn(&mut Random, Written) -> Option<Broken>;

/// Mistakes that can be made in a file alone.
pub(super) const IN_FILES: &[(&str, Make)] = &[
    ("a byte order mark", byte_order_mark),
    ("a character that is not UTF-8", not_utf8),
    ("a file that is cut off", cut_off),
];

/// Mistakes that can be made wherever there is JSON.
pub(super) const EVERYWHERE: &[(&str, Make)] = &[
    ("a comma before the end", trailing_comma),
    ("a comma missing", missing_comma),
    ("a comma twice", double_comma),
    ("another sign than a comma", wrong_comma),
    ("a colon missing", missing_colon),
    ("another sign than a colon", wrong_colon),
    ("a value missing", missing_value),
    ("a key without quotes", bare_key),
    ("single quotes", single_quotes),
    ("quotes of a word processor", curly_quotes),
    ("a closing bracket missing", missing_close),
    ("something after the end", trailing_content),
    ("a comment", comment),
    ("an unknown word", unknown_word),
    ("a badly written number", bad_number),
    ("a number out of range", number_out_of_range),
    ("a control character", control_character),
    ("an unknown escape", bad_escape),
    ("half a surrogate pair", lone_surrogate),
    ("a NUL", nul),
    ("nested too deep", too_deep),
];

/// The text with one token changed: what stands before it, and the rest.
fn broken(written: &Written, code: &'static str, place: Range<usize>) -> Broken {
    Broken { bytes: written.text().into_bytes(), code, place, value: None }
}

/// The indices of the tokens that fit.
fn those(written: &Written, fits: impl Fn(&Written, usize) -> bool) -> Vec<usize> {
    (0..written.tokens.len()).filter(|index| fits(written, *index)).collect()
}

fn one(
    random: &mut Random,
    written: &Written,
    fits: impl Fn(&Written, usize) -> bool,
) -> Option<usize> {
    super::site::any(random, &those(written, fits))
}

fn is(kind: TokenKind) -> impl Fn(&Written, usize) -> bool {
    move |written, index| written.tokens[index].kind == kind
}

/// The next token that is not white space.
fn next(written: &Written, index: usize) -> Option<usize> {
    (index + 1..written.tokens.len()).find(|it| written.tokens[*it].kind != TokenKind::Blank)
}

/// The one before that is not white space.
fn before(written: &Written, index: usize) -> Option<usize> {
    (0..index).rev().find(|it| written.tokens[*it].kind != TokenKind::Blank)
}

fn insert(written: &mut Written, index: usize, text: impl Into<String>) {
    let token =
        Token { kind: TokenKind::Blank, path: Path::new(), text: text.into(), literal: None };
    written.tokens.insert(index, token);
}

/// All of a token.
fn whole(written: &Written, index: usize) -> Range<usize> {
    let start = written.start_of(index);
    start..start + written.tokens[index].text.len()
}

/// The first character of a token.
fn first(written: &Written, index: usize) -> Range<usize> {
    let start = written.start_of(index);
    let width = written.tokens[index].text.chars().next().map_or(0, char::len_utf8);
    start..start + width
}

fn trailing_comma(random: &mut Random, mut written: Written) -> Option<Broken> {
    let filled = |written: &Written, index: usize| {
        let last = before(written, index).map(|it| written.tokens[it].kind);
        written.tokens[index].kind == TokenKind::Close && last != Some(TokenKind::Open)
    };
    let close = one(random, &written, filled)?;
    let comma = before(&written, close)? + 1;
    insert(&mut written, comma, ",");
    Some(broken(&written, "invalid-json", whole(&written, comma)))
}

fn missing_comma(random: &mut Random, mut written: Written) -> Option<Broken> {
    let comma = one(random, &written, is(TokenKind::Comma))?;
    let (left, right) = (before(&written, comma)?, next(&written, comma)?);
    let bare = |index: usize| written.tokens[index].kind == TokenKind::Bare;
    // Two plain values would become one.
    let glued = bare(left) && bare(right) && right == comma + 1;
    written.tokens.remove(comma);
    let place = first(&written, right - 1);
    (!glued).then(|| broken(&written, "invalid-json", place))
}

fn double_comma(random: &mut Random, mut written: Written) -> Option<Broken> {
    let comma = one(random, &written, is(TokenKind::Comma))?;
    insert(&mut written, comma + 1, ",");
    Some(broken(&written, "invalid-json", whole(&written, comma + 1)))
}

fn wrong_comma(random: &mut Random, mut written: Written) -> Option<Broken> {
    let comma = one(random, &written, is(TokenKind::Comma))?;
    written.tokens[comma].text = String::from(*random.pick(&[";", "،", "，", "|"]));
    Some(broken(&written, "invalid-json", whole(&written, comma)))
}

fn missing_colon(random: &mut Random, mut written: Written) -> Option<Broken> {
    let colon = one(random, &written, is(TokenKind::Colon))?;
    let value = next(&written, colon)?;
    written.tokens.remove(colon);
    Some(broken(&written, "invalid-json", first(&written, value - 1)))
}

fn wrong_colon(random: &mut Random, mut written: Written) -> Option<Broken> {
    let colon = one(random, &written, is(TokenKind::Colon))?;
    written.tokens[colon].text = String::from(*random.pick(&["=", "=>", ";", "："]));
    Some(broken(&written, "invalid-json", first(&written, colon)))
}

fn missing_value(random: &mut Random, mut written: Written) -> Option<Broken> {
    let plain = |written: &Written, index: usize| {
        let token = &written.tokens[index];
        let after_colon = before(written, index).map(|it| written.tokens[it].kind);
        matches!(token.kind, TokenKind::Text | TokenKind::Bare)
            && after_colon == Some(TokenKind::Colon)
    };
    let value = one(random, &written, plain)?;
    let after = next(&written, value)?;
    written.tokens.remove(value);
    Some(broken(&written, "invalid-json", first(&written, after - 1)))
}

fn bare_key(random: &mut Random, mut written: Written) -> Option<Broken> {
    let is_word = |written: &Written, index: usize| {
        let token = &written.tokens[index];
        let word = token.text.trim_matches('"');
        let is_letter = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let begins = word.starts_with(|it: char| it.is_ascii_alphabetic());
        token.kind == TokenKind::Key && begins && word.chars().all(is_letter)
    };
    let key = one(random, &written, is_word)?;
    written.tokens[key].text.retain(|it| it != '"');
    Some(broken(&written, "invalid-json", whole(&written, key)))
}

/// A key or text whose quotes may be changed: nothing in it looks like a quote or an escape.
fn quotable(written: &Written, index: usize) -> bool {
    let token = &written.tokens[index];
    matches!(token.kind, TokenKind::Key | TokenKind::Text)
        && !token.text.contains(['\\', '\'', '’'])
}

fn requoted(written: &mut Written, index: usize, [open, close]: [char; 2]) {
    let inside = written.tokens[index].text.trim_matches('"').to_owned();
    written.tokens[index].text = format!("{open}{inside}{close}");
}

fn single_quotes(random: &mut Random, mut written: Written) -> Option<Broken> {
    let text = one(random, &written, quotable)?;
    requoted(&mut written, text, ['\'', '\'']);
    Some(broken(&written, "invalid-json", whole(&written, text)))
}

fn curly_quotes(random: &mut Random, mut written: Written) -> Option<Broken> {
    let text = one(random, &written, quotable)?;
    requoted(&mut written, text, *random.pick(&[['“', '”'], ['«', '»'], ['‘', '’']]));
    Some(broken(&written, "invalid-json", first(&written, text)))
}

/// Without its last bracket the text ends too early, and what is wrong is its end.
fn missing_close(_: &mut Random, mut written: Written) -> Option<Broken> {
    let last = those(&written, is(TokenKind::Close)).pop()?;
    written.tokens.remove(last);
    let end = written.text().len();
    Some(broken(&written, "invalid-json", end..end))
}

fn cut_off(random: &mut Random, mut written: Written) -> Option<Broken> {
    let separator = |written: &Written, index: usize| {
        matches!(written.tokens[index].kind, TokenKind::Comma | TokenKind::Colon | TokenKind::Open)
    };
    let last = one(random, &written, separator)?;
    written.tokens.truncate(last + 1);
    let end = written.text().len();
    Some(broken(&written, "invalid-json", end..end))
}

fn trailing_content(random: &mut Random, mut written: Written) -> Option<Broken> {
    let last = those(&written, is(TokenKind::Close)).pop()?;
    let more = *random.pick(&["}", "]", ",", ";", "é", "{}", "\"", "🎉"]);
    insert(&mut written, last + 1, more);
    Some(broken(&written, "invalid-json", first(&written, last + 1)))
}

fn comment(random: &mut Random, mut written: Written) -> Option<Broken> {
    let index = one(random, &written, |_, _| true)?;
    insert(&mut written, index, *random.pick(&["// à revoir 🎉\n", "/* à revoir */"]));
    let start = written.start_of(index);
    Some(broken(&written, "invalid-json", start..start + 2))
}

/// A plain value, which another literal takes the place of.
fn plain(written: &Written, index: usize) -> bool {
    matches!(written.tokens[index].kind, TokenKind::Text | TokenKind::Bare)
}

fn unknown_word(random: &mut Random, mut written: Written) -> Option<Broken> {
    let value = one(random, &written, plain)?;
    let word = *random.pick(&["True", "None", "undefined", "NaN", "Infinity", "nul", "oui"]);
    word.clone_into(&mut written.tokens[value].text);
    Some(broken(&written, "invalid-json", whole(&written, value)))
}

fn bad_number(random: &mut Random, mut written: Written) -> Option<Broken> {
    let value = one(random, &written, plain)?;
    let number = *random.pick(&["01", ".5", "5.", "+1", "1e", "-", "0x1F", "1.2.3", "10s", "--1"]);
    number.clone_into(&mut written.tokens[value].text);
    Some(broken(&written, "invalid-json", whole(&written, value)))
}

fn number_out_of_range(random: &mut Random, mut written: Written) -> Option<Broken> {
    let value = one(random, &written, is(TokenKind::Bare))?;
    let number =
        *random.pick(&["1e400", "-1.5E+999", "18446744073709551616", "-9223372036854775809"]);
    number.clone_into(&mut written.tokens[value].text);
    let broken = broken(&written, "number-out-of-range", whole(&written, value));
    Some(Broken { value: Some(written.tokens[value].path.clone()), ..broken })
}

/// Puts something into a key or text, at the place of a character.
fn inside(
    random: &mut Random,
    written: &mut Written,
    fits: impl Fn(&Token) -> bool,
    more: &str,
) -> Option<(usize, Range<usize>)> {
    let index = one(random, written, |written, index| fits(&written.tokens[index]))?;
    let token = &mut written.tokens[index];
    let characters = token.literal.as_ref()?.characters();
    let ends = characters.iter().map(|it| it.start).chain([token.text.len() - 1]);
    let place = *random.pick(&ends.collect::<Vec<_>>());
    token.text.insert_str(place, more);
    let start = written.start_of(index) + place;
    Some((index, start..start + more.len()))
}

fn in_text(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Key | TokenKind::Text)
}

fn control_character(random: &mut Random, mut written: Written) -> Option<Broken> {
    let more = *random.pick(&["\n", "\t", "\r", "\u{1}", "\u{1b}"]);
    let (_, place) = inside(random, &mut written, in_text, more)?;
    Some(broken(&written, "invalid-json", place))
}

fn bad_escape(random: &mut Random, mut written: Written) -> Option<Broken> {
    let more = *random.pick(&["\\x", "\\é", "\\'", "\\ ", "\\U", "\\🎉", "\\0"]);
    let (_, place) = inside(random, &mut written, in_text, more)?;
    Some(broken(&written, "invalid-json", place))
}

fn lone_surrogate(random: &mut Random, mut written: Written) -> Option<Broken> {
    // Before the end of the text no second half can follow.
    let more = *random.pick(&["\\udc00", "\\uDFFF"]);
    let (_, place) = inside(random, &mut written, in_text, more)?;
    Some(broken(&written, "invalid-json", place))
}

/// In a value that no edge and no reference leads to, so that nothing else goes wrong.
fn nul(random: &mut Random, mut written: Written) -> Option<Broken> {
    let free = ["id", "source", "target", "sourceHandle", "type"];
    let mut key = String::new();
    let mut texts = Vec::new();
    for (index, token) in written.tokens.iter().enumerate() {
        if token.kind == TokenKind::Key {
            key = serde_json::from_str(&token.text).unwrap();
        } else if token.kind == TokenKind::Text && !free.contains(&key.as_str()) {
            texts.push(index);
        }
    }
    let chosen = super::site::any(random, &texts)?;
    let path = written.tokens[chosen].path.clone();
    let fits = |token: &Token| token.kind == TokenKind::Text && token.path == path;
    let (_, place) = inside(random, &mut written, fits, "\\u0000")?;
    let broken = broken(&written, "nul-in-text", place);
    Some(Broken { value: Some(path), ..broken })
}

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 64;

fn too_deep(random: &mut Random, mut written: Written) -> Option<Broken> {
    let value = one(random, &written, plain)?;
    let depth = written.tokens[value].path.len();
    let more = MAX_DEPTH + 1 + random.below(3) - depth;
    written.tokens[value].text = format!("{}{}", "[".repeat(more), "]".repeat(more));
    let start = written.start_of(value) + MAX_DEPTH - depth;
    Some(broken(&written, "too-deep", start..start + 1))
}

fn byte_order_mark(_: &mut Random, mut written: Written) -> Option<Broken> {
    written.tokens.first()?;
    insert(&mut written, 0, "\u{feff}");
    Some(broken(&written, "byte-order-mark", 0..3))
}

/// A letter in the encoding of another time.
fn not_utf8(random: &mut Random, mut written: Written) -> Option<Broken> {
    let (_, place) = inside(random, &mut written, in_text, "e")?;
    let mut broken = broken(&written, "invalid-utf8", place);
    broken.bytes[broken.place.start] = *random.pick(&[0xE9, 0xFF, 0x80]);
    Some(broken)
}
