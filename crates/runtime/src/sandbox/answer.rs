//! What the outside world would answer, about.

use ::http::{HeaderName, HeaderValue, Response, header};
use bytes::Bytes;
use http_body_util::Full;
use serde_json::{Value, json};

use super::spool::Received;

/// An answer written beforehand.
pub(super) fn scripted(
    status: u16,
    headers: &[(String, String)],
    body: &str,
) -> Result<Response<Full<Bytes>>, ::http::Error> {
    let mut answer = Response::builder().status(status);
    for (name, value) in headers {
        answer = answer.header(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    answer.body(Full::from(body.to_owned()))
}

/// An AI writes; any other service confirms what it was sent.
pub(super) fn believable(received: &Received, path: &str) -> Response<Full<Bytes>> {
    let body = if received.method == "POST" && path.ends_with("/chat/completions") {
        completion(&received.body)
    } else {
        confirmation(received, path)
    };
    let mut answer = Response::new(Full::from(body.to_string()));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// The same request with the same key is given the same id, as a careful service would.
fn confirmation(received: &Received, path: &str) -> Value {
    let key = received.idempotency_key.as_deref().unwrap_or(&received.body);
    let hash = blake3::hash(format!("{} {} {key}", received.method, received.url).as_bytes());
    let id: String = hash.to_hex().chars().take(12).collect();
    let body = match serde_json::from_str::<Value>(&received.body) {
        Ok(value) => value,
        Err(_) => Value::from(received.body.as_str()),
    };
    json!({ "ok": true, "id": id, "method": received.method, "path": path, "received": body })
}

/// A chat completion about the contact that it was told of.
fn completion(body: &str) -> Value {
    let question: Value = serde_json::from_str(body).unwrap_or_default();
    let contact = contact(&question);
    let limit =
        ["max_tokens", "max_completion_tokens"].iter().find_map(|it| question.get(*it)?.as_u64());
    let limit = limit.and_then(|it| usize::try_from(it).ok()).unwrap_or(usize::MAX);
    let whole = message(&contact);
    let text: String = whole.chars().take(limit.saturating_mul(CHARS_PER_TOKEN)).collect();
    let cut = text.len() < whole.len();
    let (tokens_in, tokens_out) = (tokens(body), tokens(&text));
    json!({
        "id": "chatcmpl-sandbox",
        "object": "chat.completion",
        "model": question.get("model").and_then(Value::as_str).unwrap_or("sandbox"),
        "choices": [{
            "index": 0,
            "message": { "role": "assistant", "content": text },
            "finish_reason": if cut { "length" } else { "stop" },
        }],
        "usage": { "prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out },
    })
}

/// About what models count, in European languages.
const CHARS_PER_TOKEN: usize = 4;

fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(CHARS_PER_TOKEN)
}

fn contact(question: &Value) -> Value {
    let messages =
        question.get("messages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let said = messages
        .iter()
        .filter(|it| it.get("role").is_some_and(|role| role == "user"))
        .find_map(|it| serde_json::from_str::<Value>(it.get("content")?.as_str()?).ok());
    said.and_then(|it| it.get("contact").cloned()).unwrap_or_default()
}

fn message(contact: &Value) -> String {
    let known =
        |name: &str| contact.get(name).and_then(Value::as_str).filter(|it| !it.trim().is_empty());
    let english = known("language").is_some_and(|it| it.to_ascii_lowercase().starts_with("en"));
    let name = known("first_name").map(|it| format!(" {it}")).unwrap_or_default();
    match (english, known("company")) {
        (true, Some(company)) => format!(
            "Hello{name}, I am getting back to you about our proposal for {company}. Would you have a few minutes this week to talk about it?"
        ),
        (true, None) => format!(
            "Hello{name}, I am getting back to you about our proposal. Would you have a few minutes this week to talk about it?"
        ),
        (false, Some(company)) => format!(
            "Bonjour{name}, je reviens vers vous au sujet de notre proposition pour {company}. Auriez-vous quelques minutes cette semaine pour en parler ?"
        ),
        (false, None) => format!(
            "Bonjour{name}, je reviens vers vous au sujet de notre proposition. Auriez-vous quelques minutes cette semaine pour en parler ?"
        ),
    }
}
