//! References in texts: what they may name, and where they may stand (DESIGN, "References").

mod date;
mod names;

use std::{collections::HashMap, ops::Range};

use relance_diagnostics::{Span, Text};
use relance_model::{
    action::References,
    document::Node,
    text::{Filter, Reference, Root, Template, TemplateMistake, TemplateMistakeKind, TextMap},
};

use crate::{
    Code,
    context::Context,
    finding::{Finding, list},
    graph::{Links, Reach},
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

/// Where a text stands in the file, so that a stretch of it can be found there. Worked out only when there is something to say.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin<'t> {
    /// A string of the file.
    Value(Span),
    /// A string inside JSON that is itself the string `value` of the file: `text` decoded, the inner string at `leaf` in it.
    Inner { value: Span, text: &'t str, leaf: Span },
}

impl Origin<'_> {
    /// The place in the file of a stretch of the text.
    pub(crate) fn span(self, source: &str, range: Range<usize>) -> Span {
        match self {
            Origin::Value(value) => TextMap::new(source, value).span(range),
            Origin::Inner { value, text, leaf } => {
                let inner = TextMap::new(text, leaf).span(range);
                TextMap::new(source, value).span(inner.range())
            }
        }
    }
}

/// A text of the file as a template.
pub(crate) fn template_of(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    node: &Node<'_>,
    allowed: References,
) -> Option<Template> {
    template(cx, scope, node.as_text()?, Origin::Value(node.span), allowed)
}

/// A text as a template, all its references checked. None: something is wrong with it, and has been said.
pub(crate) fn template(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    text: &str,
    origin: Origin<'_>,
    allowed: References,
) -> Option<Template> {
    let parsed = Template::parse(text);
    if allowed == References::None {
        return without_references(cx, parsed, origin);
    }
    match parsed {
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

/// Checks one reference: whether it may stand there, and names something.
pub(crate) fn check(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    reference: &Reference,
    origin: Origin<'_>,
    allowed: References,
) -> bool {
    let (remark, sound) = match names::check(scope, reference, allowed) {
        Ok(doubt) => (doubt, true),
        Err(mistake) => (Some(mistake), false),
    };
    if let Some(remark) = remark {
        let finding = remark.place(cx.source, origin, reference.range.clone());
        cx.push(finding);
    }
    sound
}

/// Says what is wrong with the grammar of references in a text.
pub(crate) fn say_grammar(cx: &mut Context<'_>, mistakes: &[TemplateMistake], origin: Origin<'_>) {
    for mistake in mistakes {
        let span = origin.span(cx.source, mistake.range.clone());
        cx.push(grammar(mistake, span));
    }
}

/// A text in which no reference may stand.
fn without_references(
    cx: &mut Context<'_>,
    parsed: Result<Template, Vec<TemplateMistake>>,
    origin: Origin<'_>,
) -> Option<Template> {
    let first = match parsed {
        Ok(template) => {
            let first = template.references().next().map(|reference| reference.range.clone());
            match first {
                None => return Some(template),
                Some(range) => range,
            }
        }
        Err(mistakes) => mistakes.first().map_or(0..0, |mistake| mistake.range.clone()),
    };
    let span = origin.span(cx.source, first);
    not_allowed_here(cx, span);
    None
}

/// A reference where none may stand.
pub(crate) fn not_allowed_here<'a>(cx: &'a mut Context<'_>, span: Span) -> &'a mut Finding {
    let message = Text::fixed("no reference may stand here", "aucune référence n'est possible ici");
    cx.report(Code::ReferenceNotAllowed, span, message).help(Text::fixed(
        "to write two braces as they are, double them: `{{{{`",
        "pour écrire deux accolades telles quelles, doublez-les : `{{{{`",
    ))
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

    fn meant(self, meant: Option<&str>, known: &Text) -> Remark {
        self.help(match meant {
            Some(meant) => Text::new(
                format!("did you mean `{meant}`?"),
                format!("vouliez-vous dire `{meant}` ?"),
            ),
            None => Text::new(format!("there is {}", known.en), format!("il y a {}", known.fr)),
        })
    }

    fn place(self, source: &str, origin: Origin<'_>, whole: Range<usize>) -> Finding {
        let span = origin.span(source, self.range.unwrap_or(whole));
        let mut finding = Finding::new(self.code, span, self.message);
        finding.help = self.help;
        finding
    }
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
            Text::fixed("`.`, `|` or `}}` was expected here", "`.`, `|` ou `}}` était attendu ici"),
        ),
    };
    let mut finding = Finding::new(code, span, message);
    match &mistake.kind {
        Kind::UnknownRoot(name) => {
            let roots = Root::ALL.map(Root::as_str);
            let known = list(roots);
            match closest(name, roots) {
                Some(meant) => finding.did_you_mean(Some(meant)),
                None => finding.help(Text::new(
                    format!("a reference begins with {}", known.en),
                    format!("une référence commence par {}", known.fr),
                )),
            };
        }
        Kind::UnknownFilter(name) => {
            let known = list(Filter::NAMES);
            match closest(name, Filter::NAMES) {
                Some(meant) => finding.did_you_mean(Some(meant)),
                None => finding.help(Text::new(
                    format!("there is {}", known.en),
                    format!("il y a {}", known.fr),
                )),
            };
        }
        Kind::Unclosed | Kind::Statement => {
            finding.help(Text::fixed(
                "to write two braces as they are, double them: `{{{{`",
                "pour écrire deux accolades telles quelles, doublez-les : `{{{{`",
            ));
        }
        Kind::Empty
        | Kind::MissingArgument(_)
        | Kind::NoArgument(_)
        | Kind::UnclosedQuote
        | Kind::Call
        | Kind::ExpectedName
        | Kind::ExpectedEnd => {}
    }
    finding
}

/// The ids of all blocks, for suggestions.
fn block_ids<'d>(by_id: &HashMap<&'d str, usize>) -> Vec<&'d str> {
    let mut ids: Vec<&str> = by_id.keys().copied().collect();
    ids.sort_unstable();
    ids
}
