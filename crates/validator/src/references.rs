//! References in texts: what they may name, and where they may stand (DESIGN, "References").

mod date;
mod names;

use std::ops::Range;

use relance_diagnostics::{Span, Text};
use relance_model::{
    action::References,
    document::Node,
    text::{Filter, Reference, Root, Template, TemplateMistake, TemplateMistakeKind},
};

use crate::{
    Code,
    context::Context,
    finding::{Finding, did_you_mean, list},
    graph::{Links, Reach},
    origin::Origin,
    suggest::closest,
    wire::Wire,
};

/// The block whose texts are being checked, and what lies around it.
pub(crate) struct Scope<'s, 'd> {
    pub(crate) wire: &'s Wire<'d>,
    pub(crate) links: &'s Links<'d>,
    pub(crate) reach: &'s mut Reach,
    /// The block's place in [`Wire::blocks`].
    pub(crate) block: usize,
}

/// A text as a template, all its references checked. None: something is wrong with it, and has been said.
pub(crate) fn template(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    text: &str,
    origin: Origin<'_>,
    allowed: References,
) -> Option<Template> {
    match Template::parse(text) {
        Ok(template) => {
            let mut sound = true;
            for reference in template.references() {
                sound &= check(cx, scope, reference, origin, allowed);
            }
            sound.then_some(template)
        }
        Err(mistakes) => {
            say_grammar(cx, &mistakes, origin);
            None
        }
    }
}

/// A text in which no reference may stand; the first one that does is reported, and may be told more about.
pub(crate) fn without_references<'a>(
    cx: &'a mut Context<'_>,
    node: &Node<'_>,
) -> Result<String, Option<&'a mut Finding>> {
    let Some(text) = node.as_text() else { return Err(None) };
    if !text.contains('{') {
        return Ok(text.to_owned());
    }
    let first = match Template::parse(text) {
        Ok(template) => match (template.as_literal(), template.references().next()) {
            (Some(literal), _) => return Ok(literal.to_owned()),
            (None, first) => first.map(|reference| reference.range.clone()),
        },
        Err(mistakes) => mistakes.first().map(|mistake| mistake.range.clone()),
    };
    let span = cx.place(Origin::Value(node.span), first.unwrap_or_default());
    Err(Some(not_allowed_here(cx, span)))
}

/// Checks one reference: whether it may stand there, and names something.
pub(crate) fn check(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    reference: &Reference,
    origin: Origin<'_>,
    allowed: References,
) -> bool {
    let (remark, sound) = match names::check(cx, scope, reference, allowed) {
        Ok(doubt) => (doubt, true),
        Err(mistake) => (Some(mistake), false),
    };
    if let Some(remark) = remark {
        let span = cx.place(origin, remark.range.unwrap_or_else(|| reference.range.clone()));
        cx.push(Finding::new(remark.code, span, remark.message)).help = remark.help;
    }
    sound
}

/// Says what is wrong with the grammar of references in a text.
pub(crate) fn say_grammar(cx: &mut Context<'_>, mistakes: &[TemplateMistake], origin: Origin<'_>) {
    for mistake in mistakes {
        let span = cx.place(origin, mistake.range.clone());
        cx.push(grammar(mistake, span));
    }
}

/// A reference where none may stand.
pub(crate) fn not_allowed_here<'a>(cx: &'a mut Context<'_>, span: Span) -> &'a mut Finding {
    let message = Text::fixed("no reference may stand here", "aucune référence n'est possible ici");
    cx.report(Code::ReferenceNotAllowed, span, message)
}

/// How to write braces that are meant as they are.
pub(crate) fn doubled_braces() -> Text {
    Text::fixed(
        "to write two braces as they are, double them: `{{{{`",
        "pour écrire deux accolades telles quelles, doublez-les : `{{{{`",
    )
}

/// Something to say about a reference, its place still in the text's own bytes.
struct Remark {
    code: Code,
    /// Where in the text; none: the whole reference.
    range: Option<Range<usize>>,
    message: Text,
    help: Vec<Text>,
}

impl Remark {
    fn new(code: Code, range: Option<Range<usize>>, message: Text) -> Remark {
        Remark { code, range, message, help: Vec::new() }
    }

    fn help(mut self, help: Text) -> Remark {
        self.help.push(help);
        self
    }

    /// What was meant, or all that it could be.
    fn meant(self, meant: Option<&str>, known: &Text) -> Remark {
        self.help(meant.map_or_else(|| choose(known), did_you_mean))
    }
}

/// Choose one of these.
fn choose(known: &Text) -> Text {
    Text::new(format!("there is {}", known.en), format!("il y a {}", known.fr))
}

/// A mistake of grammar, in words.
fn grammar(mistake: &TemplateMistake, span: Span) -> Finding {
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
            let (roots, alias) = (Root::ALL.map(Root::as_str), names::alias(name));
            let alias = alias.map(|name| format!("contact.{name}"));
            let known = list(roots);
            let meant = alias.as_deref().or_else(|| closest(name, roots));
            finding.help(meant.map_or_else(
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
            let meant = closest(name, Filter::NAMES);
            finding.help(meant.map_or_else(|| choose(&list(Filter::NAMES)), did_you_mean));
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
