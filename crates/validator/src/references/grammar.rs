//! Mistakes of the grammar of references, in words.

use relance_diagnostics::{Span, Text};
use relance_model::{
    contact::Contact,
    text::{Filter, Root, TemplateMistake, TemplateMistakeKind},
};

use super::{choose, doubled_braces, names};
use crate::{
    Code,
    finding::{Finding, did_you_mean, list},
    suggest::closest,
};

/// A mistake of grammar, in words.
pub(super) fn finding(mistake: &TemplateMistake, span: Span) -> Finding {
    use TemplateMistakeKind as Kind;
    let (code, message) = match &mistake.kind {
        Kind::Unclosed => (
            Code::InvalidReference,
            Text::fixed("`{{` is never closed by `}}`", "`{{` n'est jamais fermé par `}}`"),
        ),
        Kind::Empty => (
            Code::InvalidReference,
            Text::fixed("there is nothing between the braces", "il n'y a rien entre les accolades"),
        ),
        Kind::UnknownRoot(name) => (
            Code::UnknownReference,
            Text::new(
                format!("`{name}` is nothing that can be referred to"),
                format!("`{name}` ne désigne rien"),
            ),
        ),
        Kind::UnknownFilter(name) => (
            Code::UnknownFilter,
            Text::new(
                format!("there is no filter `{name}`"),
                format!("il n'y a pas de filtre `{name}`"),
            ),
        ),
        Kind::MissingArgument(name) => (
            Code::InvalidReference,
            Text::new(
                format!("`{name}` needs a text: `{name}: '…'`"),
                format!("`{name}` demande un texte : `{name}: '…'`"),
            ),
        ),
        Kind::NoArgument(name) => (
            Code::InvalidReference,
            Text::new(format!("`{name}` takes no text"), format!("`{name}` ne prend pas de texte")),
        ),
        Kind::UnclosedQuote => (
            Code::InvalidReference,
            Text::fixed("this quote is never closed", "ce guillemet n'est jamais fermé"),
        ),
        Kind::Call => (
            Code::InvalidReference,
            Text::fixed("a reference cannot call anything", "une référence ne peut rien appeler"),
        ),
        Kind::Statement => (
            Code::InvalidReference,
            Text::fixed(
                "there are no statements, only `{{ references }}`",
                "il n'y a pas d'instructions, seulement des `{{ références }}`",
            ),
        ),
        Kind::ExpectedName => {
            (Code::InvalidReference, Text::fixed("a name is missing here", "il manque un nom ici"))
        }
        Kind::ExpectedEnd => (
            Code::InvalidReference,
            Text::fixed("`.`, `|` or `}}` was expected here", "il fallait ici `.`, `|` ou `}}`"),
        ),
    };
    let mut finding = Finding::new(code, span, message);
    match &mistake.kind {
        Kind::UnknownRoot(name) => {
            let known = list(Root::ALL.map(Root::as_str));
            finding.help(root(name).as_deref().map_or_else(
                || {
                    Text::new(
                        format!("a reference begins with {}", known.en),
                        format!("une référence commence par {}", known.fr),
                    )
                },
                did_you_mean,
            ));
        }
        Kind::UnknownFilter(name) => {
            finding.help(filter(name).map_or_else(|| choose(&list(Filter::NAMES)), did_you_mean));
        }
        Kind::Unclosed => {
            finding.help(doubled_braces());
        }
        Kind::Statement => {
            finding.help(Text::fixed(
                "a condition is an edge of the graph; for a value that may be missing there is `| default: '…'`",
                "une condition est un lien du graphe ; pour une valeur qui peut manquer, il y a `| default: '…'`",
            ));
        }
        Kind::ExpectedEnd => {
            finding.help(Text::fixed(
                "a reference reads one value: `{{ contact.first_name | upper }}`",
                "une référence lit une seule valeur : `{{ contact.first_name | upper }}`",
            ));
        }
        Kind::Empty
        | Kind::MissingArgument(_)
        | Kind::NoArgument(_)
        | Kind::UnclosedQuote
        | Kind::Call
        | Kind::ExpectedName => {}
    }
    finding
}

/// What surely was meant to begin a reference: one of the roots, or a value of the contact.
pub(super) fn root(name: &str) -> Option<String> {
    let value = names::alias(name).or_else(|| Contact::NAMES.into_iter().find(|it| *it == name));
    let of_contact = value.map(|value| format!("{}.{value}", Root::Contact.as_str()));
    of_contact.or_else(|| closest(name, Root::ALL.map(Root::as_str)).map(str::to_owned))
}

/// What other languages call our filters.
const ALIASES: [(&str, &str); 6] = [
    ("uppercase", "upper"),
    ("upcase", "upper"),
    ("lowercase", "lower"),
    ("downcase", "lower"),
    ("strip", "trim"),
    ("fallback", "default"),
];

/// The filter that surely was meant.
pub(super) fn filter(name: &str) -> Option<&'static str> {
    let alias = ALIASES.into_iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name));
    alias.map(|(_, filter)| filter).or_else(|| closest(name, Filter::NAMES))
}
