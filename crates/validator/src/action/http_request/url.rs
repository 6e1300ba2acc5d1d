//! The URL of a call: parsed as browsers parse it, judged on what the parser made of it, and cut into what references may change
//! and what they may not.

mod cut;
mod judge;

use ::url::Url;
use relance_diagnostics::Text;
use relance_model::action::{References, http_request::URL};

use self::cut::{Cut, Place};
use super::{Parameters, secrets};
use crate::{
    Code,
    context::Context,
    origin::Origin,
    plan::UrlTemplate,
    references::{self, Scope, not_allowed_here},
};

/// A URL that has been judged.
#[derive(Debug)]
pub(super) struct Lowered<'d>(&'d str);

impl Lowered<'_> {
    pub(super) fn plan(self) -> Option<UrlTemplate> {
        let cut = Cut::of(self.0).ok()?;
        let url = Url::parse(&cut.probe).ok()?;
        cut::template(self.0, url)
    }
}

pub(super) fn lower<'d>(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    parameters: &Parameters<'d>,
) -> Option<Lowered<'d>> {
    let written = parameters.written(cx, &URL).ok()??;
    let origin = Origin::Value(written.node.span);
    let cut = match Cut::of(written.text) {
        Ok(cut) => cut,
        Err(mistakes) => {
            references::say_grammar(cx, written.text, &mistakes, origin);
            return None;
        }
    };
    secrets::in_text(cx, written.text, origin);
    if reference_in_host(cx, &cut, origin) {
        return None;
    }
    let sound = references_are_sound(cx, scope, written.text, &cut, origin);
    if !cx.sound_urls.contains(written.text) {
        if let Err(finding) = judge::judge(cx, written, &cut) {
            cx.push(*finding);
            return None;
        }
        cx.sound_urls.insert(written.text.to_owned());
    }
    sound.then_some(Lowered(written.text))
}

/// Where a reference stands before the path, nothing can be said about where the call goes.
fn reference_in_host(cx: &mut Context<'_>, cut: &Cut<'_>, origin: Origin<'_>) -> bool {
    let Some(reference) = cut.first_in(Place::Authority) else { return false };
    let span = cx.place(origin, reference.range.clone());
    let message = Text::fixed(
        "no reference may stand in the scheme, host or port of a URL",
        "aucune référence n'est possible dans le protocole, l'hôte ou le port d'une URL",
    );
    cx.report(Code::ReferenceInHost, span, message).help(Text::fixed(
        "where a call goes must be known before the run: write the host out",
        "la destination d'un appel doit être connue avant l'exécution : écrivez l'hôte en toutes lettres",
    ));
    true
}

fn references_are_sound(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    text: &str,
    cut: &Cut<'_>,
    origin: Origin<'_>,
) -> bool {
    let mut sound = true;
    if let Some(reference) = cut.first_in(Place::Fragment) {
        let span = cx.place(origin, reference.range.clone());
        not_allowed_here(cx, span).help(Text::fixed(
            "what follows `#` is never sent",
            "ce qui suit `#` n'est jamais envoyé",
        ));
        sound = false;
    }
    for (place, reference) in &cut.references {
        let allowed = match place {
            Place::Path => References::Data,
            Place::Query => URL.references,
            Place::Authority | Place::Fragment => continue,
        };
        sound &= references::check(cx, scope, text, reference, origin, allowed);
    }
    sound
}
