//! Secrets written out, and the placeholder left in: warnings, with the reference to put in their place.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use relance_diagnostics::Text;

use crate::{Code, context::Context, origin::Origin};

/// What the spec's samples put where a token belongs.
const PLACEHOLDER: &str = "VOTRE_TOKEN";

/// Headers whose whole value is a secret.
const SECRET_HEADERS: [&str; 7] =
    ["authorization", "x-api-key", "api-key", "apikey", "x-auth-token", "x-access-token", "cookie"];

/// How the tokens of well-known services begin, with the least that follows.
const TOKEN_PREFIXES: [(&str, usize); 9] = [
    ("sk_", 6),
    ("sk-", 16),
    ("pk_live_", 6),
    ("rk_live_", 6),
    ("ghp_", 16),
    ("github_pat_", 16),
    ("xoxb-", 10),
    ("xkeysib-", 10),
    ("pat-", 24),
];

/// The words before a credential.
const SCHEMES: [&str; 2] = ["bearer ", "basic "];

/// One search for all that a secret is known by. Few texts hold any of it; only those are looked at more closely.
static SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let tokens = TOKEN_PREFIXES.iter().map(|(prefix, _)| *prefix);
    search(SCHEMES.into_iter().chain(tokens).chain([PLACEHOLDER]))
});

static TOKENS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| search(TOKEN_PREFIXES.iter().map(|(prefix, _)| *prefix)));

fn search(words: impl Iterator<Item = &'static str>) -> Option<AhoCorasick> {
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(words).ok()
}

fn shows(signs: Option<&AhoCorasick>, text: &str) -> bool {
    signs.is_none_or(|signs| signs.is_match(text))
}

/// How many characters after `Bearer` or `Basic` make a credential in running text.
const CREDENTIAL: usize = 12;

/// Looks at the value of a header.
pub(super) fn in_header(cx: &mut Context<'_>, name: &str, value: &str, origin: Origin<'_>) {
    let shows_a_sign = shows(SIGNS.as_ref(), value);
    if shows_a_sign && placeholder(cx, value, origin) {
        return;
    }
    let known = if shows_a_sign { credential(value, 1).or_else(|| token(value)) } else { None };
    let range = known.or_else(|| {
        let secret = SECRET_HEADERS.iter().any(|it| it.eq_ignore_ascii_case(name));
        (secret && !value.trim().is_empty() && !value.contains("{{")).then_some(0..value.len())
    });
    if let Some(range) = range {
        let secret = if name.eq_ignore_ascii_case("authorization") {
            "TOKEN".to_owned()
        } else {
            constant_case(name)
        };
        literal(cx, &secret, range, origin);
    }
}

/// Looks at a body, or at a text of one.
pub(super) fn in_text(cx: &mut Context<'_>, text: &str, origin: Origin<'_>) {
    if !shows(SIGNS.as_ref(), text) || placeholder(cx, text, origin) {
        return;
    }
    if let Some(range) = credential(text, CREDENTIAL).or_else(|| token(text)) {
        literal(cx, "TOKEN", range, origin);
    }
}

fn placeholder(cx: &mut Context<'_>, text: &str, origin: Origin<'_>) -> bool {
    let Some(start) = text.find(PLACEHOLDER) else { return false };
    let span = cx.place(origin, start..start + PLACEHOLDER.len());
    let message = Text::new(
        format!("`{PLACEHOLDER}` is a placeholder: put your token in its place"),
        format!("`{PLACEHOLDER}` est un exemple : mettez votre token à sa place"),
    );
    cx.report(Code::PlaceholderSecret, span, message)
        .help(Text::fixed(
            "keep the token out of the graph: write `{{ secrets.TOKEN }}` and configure the secret `TOKEN`",
            "gardez le token hors du graphe : écrivez `{{ secrets.TOKEN }}` et configurez le secret `TOKEN`",
        ))
        .unsafe_fix(Text::fixed("refer to a secret", "faire référence à un secret"), span, "{{ secrets.TOKEN }}");
    true
}

/// A fix would delete the only copy of the secret from the file, so a person looks before it is applied.
fn literal(cx: &mut Context<'_>, name: &str, range: Range<usize>, origin: Origin<'_>) {
    let span = cx.place(origin, range);
    cx.secrets.push(span);
    let reference = format!("{{{{ secrets.{name} }}}}");
    let message = Text::fixed(
        "a secret is written out in the graph",
        "un secret figure en clair dans le graphe",
    );
    cx.report(Code::LiteralSecret, span, message)
        .help(Text::new(
            format!("write `{reference}` and configure the secret `{name}`"),
            format!("écrivez `{reference}` et configurez le secret `{name}`"),
        ))
        .unsafe_fix(
            Text::fixed("refer to a secret", "faire référence à un secret"),
            span,
            reference,
        );
}

/// What follows `Bearer` or `Basic`, when it is at least that long.
fn credential(text: &str, least: usize) -> Option<Range<usize>> {
    SCHEMES.into_iter().find_map(|scheme| {
        let mut stretches = text.as_bytes().windows(scheme.len());
        let start =
            stretches.position(|it| it.eq_ignore_ascii_case(scheme.as_bytes()))? + scheme.len();
        let length = token_length(text.get(start..)?);
        (length >= least).then_some(start..start + length)
    })
}

/// A token that is known by how it begins.
fn token(text: &str) -> Option<Range<usize>> {
    if !shows(TOKENS.as_ref(), text) {
        return None;
    }
    TOKEN_PREFIXES.into_iter().find_map(|(prefix, least)| {
        let start = text.find(prefix)?;
        let before = text.get(..start)?.chars().next_back();
        let length = token_length(text.get(start..)?);
        (length >= prefix.len() + least && !before.is_some_and(char::is_alphanumeric))
            .then_some(start..start + length)
    })
}

fn token_length(text: &str) -> usize {
    text.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=:".contains(byte))
        .count()
}

fn constant_case(name: &str) -> String {
    name.chars()
        .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' })
        .collect()
}
