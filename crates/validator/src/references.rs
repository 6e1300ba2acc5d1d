//! References in texts: what they may name, and where they may stand (DESIGN, "References").

mod date;
mod grammar;
mod mend;
mod names;

use std::ops::Range;

use relance_diagnostics::{Span, Text};
use relance_model::{
    action::References,
    document::Node,
    text::{Reference, Template, TemplateMistake},
};

use crate::{
    Code,
    context::Context,
    finding::{Finding, did_you_mean},
    graph::{Links, Reach},
    origin::Origin,
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

/// A text that has been judged, and in which nothing was wrong. It is still as it was written: a verdict needs no more, and a plan
/// takes it apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sound<'t>(&'t str);

impl Sound<'_> {
    /// It as a template.
    pub(crate) fn template(self) -> Option<Template> {
        Template::parse(self.0).ok()
    }

    /// It as a text in which no reference stands.
    pub(crate) fn literal(self) -> Option<String> {
        Some(self.template()?.as_literal()?.to_owned())
    }
}

/// Judges a text and all its references. None: something is wrong with it, and has been said.
pub(crate) fn template<'t>(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    text: &'t str,
    origin: Origin<'_>,
    allowed: References,
) -> Option<Sound<'t>> {
    match Template::references_in(text) {
        Ok(references) => {
            let mut sound = true;
            for reference in &references {
                sound &= check(cx, scope, text, reference, origin, allowed);
            }
            sound.then_some(Sound(text))
        }
        Err(mistakes) => {
            say_grammar(cx, text, &mistakes, origin);
            None
        }
    }
}

/// A text in which no reference may stand; the first one that does is reported, and may be told more about.
pub(crate) fn without_references<'a, 'd>(
    cx: &'a mut Context<'_>,
    node: Node<'d>,
) -> Result<Sound<'d>, Option<&'a mut Finding>> {
    let Some(text) = node.as_text() else { return Err(None) };
    let first = match Template::references_in(text) {
        Ok(references) => references.first().map(|reference| reference.range.clone()),
        Err(mistakes) => mistakes.first().map(|mistake| mistake.range.clone()),
    };
    let Some(first) = first else { return Ok(Sound(text)) };
    let span = cx.place(Origin::Value(node.span), first);
    Err(Some(not_allowed_here(cx, span)))
}

/// Checks one reference: whether it may stand there, and names something.
pub(crate) fn check(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    text: &str,
    reference: &Reference<&str>,
    origin: Origin<'_>,
    allowed: References,
) -> bool {
    let (remark, sound) = match names::check(cx, scope, reference, allowed) {
        Ok(doubt) => (doubt, true),
        Err(mistake) => (Some(mistake), false),
    };
    if let Some(remark) = remark {
        let range = remark.range.unwrap_or_else(|| reference.range.clone());
        let mend = remark.repair.and_then(|repair| mend::path(text, reference, &range, *repair));
        let fix = mend.map(|mend| cx.fix(origin, mend));
        let span = cx.place(origin, range);
        let finding = cx.push(Finding::new(remark.code, span, remark.message));
        (finding.help, finding.fix) = (remark.help, fix);
    }
    sound
}

/// Says what is wrong with the grammar of references in a text.
pub(crate) fn say_grammar(
    cx: &mut Context<'_>,
    text: &str,
    mistakes: &[TemplateMistake],
    origin: Origin<'_>,
) {
    for mistake in mistakes {
        let span = cx.place(origin, mistake.range.clone());
        let mend = mend::grammar(text, mistake, mistakes.len());
        let fix = mend.map(|mend| cx.fix(origin, mend));
        cx.push(grammar::finding(mistake, span)).fix = fix;
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
    repair: Option<Box<Repair>>,
}

/// What mends a reference that names nothing.
#[derive(Debug)]
enum Repair {
    /// This name in the place of the one that is wrong.
    Name(String),
    /// The name belongs into this one.
    Within(&'static str),
    /// The reference ends after this place of the text.
    EndAt(usize),
    /// What to put where there is nothing to read.
    Default,
}

impl Remark {
    fn new(code: Code, range: Option<Range<usize>>, message: Text) -> Remark {
        Remark { code, range, message, help: Vec::new(), repair: None }
    }

    fn help(mut self, help: Text) -> Remark {
        self.help.push(help);
        self
    }

    fn repair(mut self, repair: Repair) -> Remark {
        self.repair = Some(Box::new(repair));
        self
    }

    /// What was meant, or all that it could be.
    fn meant(mut self, meant: Option<&str>, known: &Text) -> Remark {
        self.repair = meant.map(|meant| Box::new(Repair::Name(meant.to_owned())));
        self.help(meant.map_or_else(|| choose(known), did_you_mean))
    }
}

/// Choose one of these.
fn choose(known: &Text) -> Text {
    Text::new(format!("there is {}", known.en), format!("il y a {}", known.fr))
}
