//! Messages as they leave: written once, straight from what they say. As a tree in between, a thousand findings would cost more
//! than finding them.

use lsp_server::{ErrorCode, RequestId};
use serde::Serialize;

/// A message as JSON, without its header.
pub(super) type Payload = Vec<u8>;

/// Why a request has no answer.
#[derive(Debug, Serialize)]
pub(super) struct Refused {
    code: i32,
    message: String,
}

impl Refused {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Refused {
        Refused { code: code as i32, message: message.into() }
    }
}

pub(super) fn notification(
    method: &str,
    params: impl Serialize,
) -> Result<Payload, serde_json::Error> {
    serde_json::to_vec(&Notification { jsonrpc: VERSION, method, params })
}

pub(super) fn request(
    id: i32,
    method: &str,
    params: impl Serialize,
) -> Result<Payload, serde_json::Error> {
    serde_json::to_vec(&Request { jsonrpc: VERSION, id, method, params })
}

/// An answer around a result that has been written already.
pub(super) fn answer(id: &RequestId, result: &[u8]) -> Result<Payload, serde_json::Error> {
    let mut payload = Vec::with_capacity(result.len() + 64);
    payload.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    serde_json::to_writer(&mut payload, id)?;
    payload.extend_from_slice(br#","result":"#);
    payload.extend_from_slice(result);
    payload.push(b'}');
    Ok(payload)
}

/// A refusal; without an id where nobody knows what was asked.
pub(super) fn refusal(
    id: Option<&RequestId>,
    error: &Refused,
) -> Result<Payload, serde_json::Error> {
    serde_json::to_vec(&Refusal { jsonrpc: VERSION, id, error })
}

const VERSION: &str = "2.0";

#[derive(Serialize)]
struct Notification<'m, P> {
    jsonrpc: &'static str,
    method: &'m str,
    params: P,
}

#[derive(Serialize)]
struct Request<'m, P> {
    jsonrpc: &'static str,
    id: i32,
    method: &'m str,
    params: P,
}

#[derive(Serialize)]
struct Refusal<'m> {
    jsonrpc: &'static str,
    id: Option<&'m RequestId>,
    error: &'m Refused,
}
