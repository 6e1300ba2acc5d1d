//! `http_request`: call an external HTTP service.

use relance_validator::plan::{Body, Call};
use serde_json::{Map, Value, json};

use super::{Outside, Work};
use crate::{
    failure::Reason,
    port::{HttpAnswer, HttpRequest},
    render::{Renderer, Scope},
};

/// The call, with every reference filled in. Secrets may go to the host of the call, if they are bound to it.
pub(super) fn prepare(call: &Call, scope: &Scope<'_>) -> Result<Work, Reason> {
    let renderer = Renderer::call(scope, &call.url.origin);
    let url = renderer.url(&call.url)?;
    let headers =
        call.headers.iter().map(|(name, value)| Ok((name.clone(), renderer.header(name, value)?)));
    let body = match &call.body {
        Body::Empty => None,
        Body::Json(template) => Some(("application/json".to_owned(), renderer.json(template)?)),
        Body::Text(template) => {
            Some(("text/plain; charset=utf-8".to_owned(), renderer.text(template)?.into_bytes()))
        }
    };
    Ok(Work::Outside(Outside::Http(HttpRequest {
        method: call.method.as_str(),
        url: url.into(),
        headers: headers.collect::<Result<_, Reason>>()?,
        body,
        timeout: call.timeout,
        key: scope.key.to_owned(),
    })))
}

/// What later blocks read of an answer. Headers of one name stand in one text.
pub(crate) fn output(answer: HttpAnswer) -> Value {
    let mut headers: Map<String, Value> = Map::new();
    for (name, value) in answer.headers {
        let joined = match headers.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before}, {value}"),
            None => value,
        };
        headers.insert(name, Value::String(joined));
    }
    json!({
        "status": answer.status,
        "headers": headers,
        "body": answer.body,
        "truncated": answer.truncated,
    })
}
