//! The URL of a call: parsed as browsers parse it, judged on what the parser made of it, and cut into what references may change
//! and what they may not.

mod cut;
mod judge;

use relance_diagnostics::Text;
use relance_model::{
    action::{References, http_request::URL},
    text::Template,
};

use self::cut::Cut;
use super::{Parameters, secrets};
use crate::{
    Code,
    context::Context,
    origin::Origin,
    plan::UrlTemplate,
    references::{self, Scope, not_allowed_here},
};

pub(super) fn lower(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    parameters: &Parameters<'_>,
) -> Option<UrlTemplate> {
    let written = parameters.written(cx, &URL).ok()??;
    let origin = Origin::Value(written.node.span);
    let template = match Template::parse(written.text) {
        Ok(template) => template,
        Err(mistakes) => {
            references::say_grammar(cx, written.text, &mistakes, origin);
            return None;
        }
    };
    secrets::in_text(cx, written.text, origin);
    let cut = Cut::of(template);
    if reference_in_host(cx, &cut, origin) {
        return None;
    }
    let sound = references_are_sound(cx, scope, written.text, &cut, origin);
    match judge::judge(cx, written, &cut) {
        Ok(url) => sound.then(|| cut.into_template(url)),
        Err(finding) => {
            cx.push(*finding);
            None
        }
    }
}

/// Where a reference stands before the path, nothing can be said about where the call goes.
fn reference_in_host(cx: &mut Context<'_>, cut: &Cut, origin: Origin<'_>) -> bool {
    let Some(reference) = &cut.in_host else { return false };
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
    cut: &Cut,
    origin: Origin<'_>,
) -> bool {
    let mut sound = true;
    if let Some(reference) = &cut.in_fragment {
        let span = cx.place(origin, reference.range.clone());
        not_allowed_here(cx, span).help(Text::fixed(
            "what follows `#` is never sent",
            "ce qui suit `#` n'est jamais envoyé",
        ));
        sound = false;
    }
    for reference in cut.in_path() {
        sound &= references::check(cx, scope, text, reference, origin, References::Data);
    }
    for reference in cut.in_query() {
        sound &= references::check(cx, scope, text, reference, origin, URL.references);
    }
    sound
}
