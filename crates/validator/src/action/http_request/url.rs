//! The URL of a call: parsed as browsers parse it, judged on what the parser made of it, and cut into what references may change
//! and what they may not.

use std::{ops::Range, sync::LazyLock};

use relance_diagnostics::{Span, Text};
use relance_model::{
    Environment,
    action::{References, http_request::URL},
    egress::Refusal,
    schema::url_pattern,
    text::{Part, Reference, Template},
};
use regex::Regex;
use url::Url;

use super::{Parameters, Written};
use crate::{
    Code,
    context::Context,
    finding::{Finding, quoted},
    plan::UrlTemplate,
    references::{self, Origin, Scope},
};

/// What stands for a reference while a URL is judged.
const STAND_IN: &str = "x";

static PRODUCTION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&url_pattern(Environment::Production)).ok());
static DEVELOPMENT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&url_pattern(Environment::Development)).ok());

pub(super) fn lower(cx: &mut Context<'_>, scope: &mut Scope<'_, '_>, parameters: &Parameters<'_>) -> Option<UrlTemplate> {
    let written = parameters.written(cx, &URL).ok()??;
    let origin = Origin::Value(written.node.span);
    let template = match Template::parse(written.text) {
        Ok(template) => template,
        Err(mistakes) => {
            references::say_grammar(cx, &mistakes, origin);
            return None;
        }
    };
    let parts = Parts::of(written.text);
    if !references_are_sound(cx, scope, &template, &parts, origin) {
        return None;
    }
    let probe = with_stand_ins(&template, 0..written.text.len(), written.text);
    match judge(cx, written, &template, &probe) {
        Ok(url) => Some(cut(written.text, &parts, &template, url)),
        Err(finding) => {
            cx.push(finding);
            None
        }
    }
}

/// Where the parts of a URL lie in its text.
struct Parts {
    /// Scheme, host and port.
    authority: Range<usize>,
    path: Range<usize>,
    query: Option<Range<usize>>,
    end: usize,
}

impl Parts {
    fn of(text: &str) -> Parts {
        let host = text.find("://").map_or(0, |place| place + 3);
        let find = |from: usize, to: usize, stops: &[char]| {
            text.get(from..to).and_then(|part| part.find(stops)).map_or(to, |place| from + place)
        };
        // A `?`, `#` or `/` inside a reference is part of the reference.
        let masked = mask_references(text);
        let find_masked = |from: usize, to: usize, stops: &[char]| {
            masked.get(from..to).and_then(|part| part.find(stops)).map_or(to, |place| from + place)
        };
        let _ = find;
        let authority_end = find_masked(host, text.len(), &['/', '?', '#']);
        let fragment = find_masked(authority_end, text.len(), &['#']);
        let question = find_masked(authority_end, fragment, &['?']);
        let query = (question < fragment).then_some(question + 1..fragment);
        Parts { authority: 0..authority_end, path: authority_end..question, query, end: fragment }
    }
}

fn mask_references(text: &str) -> String {
    let Ok(template) = Template::parse(text) else { return text.to_owned() };
    let mut bytes = text.as_bytes().to_vec();
    for reference in template.references() {
        if let Some(slot) = bytes.get_mut(reference.range.clone()) {
            slot.fill(b'x');
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}
