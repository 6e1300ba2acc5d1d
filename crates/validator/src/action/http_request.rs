//! `http_request`: method, URL, headers, body and timeout of a call.

mod body;
mod headers;
mod secrets;
mod url;

use std::time::Duration;

use relance_model::action::http_request::{HTTP_METHOD, TIMEOUT_SECONDS};

use super::{Optional, Parameters, Written, Wrong, template_in};
use crate::{
    context::Context,
    plan::{Call, Method},
    references::Scope,
};

#[derive(Debug)]
pub(crate) struct Lowered<'d> {
    method: Method,
    url: url::Lowered<'d>,
    headers: headers::Lowered<'d>,
    body: body::Lowered<'d>,
    timeout: Duration,
}

pub(super) fn lower<'d>(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    parameters: &Parameters<'d>,
) -> Option<Lowered<'d>> {
    let method = parameters.choice(cx, &HTTP_METHOD).and_then(method);
    let url = url::lower(cx, scope, parameters);
    let headers = headers::lower(cx, scope, parameters);
    let body = body::lower(cx, scope, parameters, method);
    let timeout = parameters.number(cx, &TIMEOUT_SECONDS).and_then(timeout);
    Some(Lowered { method: method?, url: url?, headers: headers?, body: body?, timeout: timeout? })
}

impl Lowered<'_> {
    pub(super) fn plan(self) -> Option<Call> {
        let Lowered { method, url, headers, body, timeout } = self;
        let (url, headers, body) = (url.plan()?, headers.plan()?, body.plan()?);
        Some(Call { method, url, headers, body, timeout })
    }
}

fn method(word: &str) -> Option<Method> {
    [Method::Get, Method::Post, Method::Put, Method::Delete]
        .into_iter()
        .find(|method| method.as_str() == word)
}

fn timeout(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}
