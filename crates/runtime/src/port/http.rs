//! HTTP for blocks: one request out, one answer in, free of secrets.

use std::sync::Arc;

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::Value;
use url::Url;

use super::{
    BoxFuture, Clock, Egress, Http, HttpAnswer, HttpRequest, WireError,
    wire::{Incoming, Outgoing, Wire, judge_status},
};
use crate::{
    failure::{Failure, Reason},
    render,
    secret::Redactor,
};

/// The client of `http_request` blocks.
pub struct GuardedHttp {
    wire: Wire,
    redactor: Redactor,
    clock: Arc<dyn Clock>,
}

/// The longest value of an answer's header that is kept, and the most of all that are.
const MAX_HEADER: usize = 8 * 1024;
const MAX_HEADERS: usize = 64 * 1024;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

impl GuardedHttp {
    /// A client that calls what `egress` allows, and takes out of answers what `redactor` knows.
    pub fn new(
        egress: &Egress,
        redactor: &Redactor,
        clock: Arc<dyn Clock>,
    ) -> Result<GuardedHttp, WireError> {
        Ok(GuardedHttp { wire: Wire::new(egress)?, redactor: redactor.clone(), clock })
    }

    async fn call(&self, request: &HttpRequest) -> Result<HttpAnswer, Failure> {
        let url = Url::parse(&request.url).map_err(|mistake| invalid(&mistake))?;
        let headers = headers(request)?;
        let redactor = self.redactor.and(credentials(request));
        let incoming = self
            .wire
            .send(Outgoing {
                method: Method::from_bytes(request.method.as_bytes()).map_err(|it| invalid(&it))?,
                url: &url,
                headers,
                body: request.body.as_ref().map(|(_, bytes)| bytes.clone()).unwrap_or_default(),
                timeout: request.timeout,
            })
            .await?;
        let mut answer = answer(&judge_status(incoming, &redactor, self.clock.now())?);
        redactor.json(&mut answer.body);
        for (_, value) in &mut answer.headers {
            *value = redactor.text(value).into_owned();
        }
        Ok(answer)
    }
}

impl Http for GuardedHttp {
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpAnswer, Failure>> {
        Box::pin(self.call(request))
    }
}

/// The author's headers, and ours where the author has none.
fn headers(request: &HttpRequest) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|it| invalid(&it))?;
        headers.append(name, header_value(value)?);
    }
    let ours = [
        (IDEMPOTENCY_KEY, Some(&request.key)),
        (header::CONTENT_TYPE, request.body.as_ref().map(|(media_type, _)| media_type)),
    ];
    for (name, value) in ours.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        if !headers.contains_key(&name) {
            headers.insert(name, header_value(value)?);
        }
    }
    Ok(headers)
}

fn header_value(text: &str) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::from_bytes(text.as_bytes()).map_err(|it| invalid(&it))?;
    value.set_sensitive(true);
    Ok(value)
}

fn invalid(mistake: &dyn std::fmt::Display) -> Failure {
    let message = format!("the request cannot be sent as it is: {mistake}");
    Failure::Terminal(Reason::new("request-invalid", message))
}

fn answer(incoming: &Incoming) -> HttpAnswer {
    let mut room = MAX_HEADERS;
    let kept = incoming.headers.iter().filter(|(name, value)| {
        let size = name.as_str().len() + value.len();
        let fits = value.len() <= MAX_HEADER && size <= room;
        room -= if fits { size } else { 0 };
        fits
    });
    let headers = kept.map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    HttpAnswer {
        status: incoming.status.as_u16(),
        headers: headers.collect(),
        body: body(incoming),
        truncated: incoming.truncated,
    }
}

/// The JSON value, where the answer says that it is JSON and is; else its text.
fn body(incoming: &Incoming) -> Value {
    let media_type = incoming.headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if media_type.is_some_and(is_json)
        && let Ok(value) = serde_json::from_slice(&incoming.body)
        && render::depth(&value) <= render::MAX_DEPTH
    {
        return value;
    }
    Value::String(String::from_utf8_lossy(&incoming.body).into_owned())
}

fn is_json(media_type: &[u8]) -> bool {
    let media_type = String::from_utf8_lossy(media_type).to_ascii_lowercase();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

/// What an author wrote into the graph instead of naming a secret is a secret all the same.
fn credentials(request: &HttpRequest) -> impl Iterator<Item = (String, String)> {
    request.headers.iter().filter(|(name, _)| is_credential(name)).filter_map(|(_, value)| {
        // `Bearer …`: the scheme is no secret.
        let value = value.split_once(' ').map_or(value.as_str(), |(_, rest)| rest).trim();
        (value.len() >= SHORTEST_CREDENTIAL).then(|| ("[secret]".to_owned(), value.to_owned()))
    })
}

const SHORTEST_CREDENTIAL: usize = 8;

/// Whether a header carries a credential, by its name.
pub(crate) fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["authorization", "cookie", "token", "secret", "api-key", "apikey", "password"]
        .iter()
        .any(|word| name.contains(word))
}
