//! What is known of a call that did not succeed.
//!
//! One question decides: did the request surely not leave? Only then is a failure [`Retryable`](Failure::Retryable) whatever the
//! method. Everything else that is not a clear answer is [`Unknown`](Failure::Unknown).

use std::{error::Error, time::Duration};

use ::http::{HeaderMap, StatusCode, header};
use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use relance_model::egress::Refusal;

use super::Incoming;
use crate::{
    failure::{Failure, Reason},
    secret::Redactor,
};

/// The longest wait that a service may ask for.
const MAX_WAIT: Duration = Duration::from_hours(24);

/// How much of an answer's body is quoted when its status says that the call failed.
const QUOTED: usize = 300;

/// A call that the policy refuses.
pub(in crate::port) fn refused(refusal: &Refusal) -> Failure {
    let message = match refusal.setting() {
        Some(setting) => format!("{refusal}; {setting} would allow it"),
        None => refusal.to_string(),
    };
    Failure::Terminal(Reason::new("address-refused", message))
}

/// A request without an answer, or an answer that broke off.
pub(super) fn of_error(error: reqwest::Error, host: &str) -> Failure {
    let error = error.without_url();
    if let Some(refusal) = cause::<Refusal>(&error) {
        return refused(refusal);
    }
    let why = root(&error);
    if error.is_builder() {
        let message = format!("the request cannot be sent as it is: {why}");
        return Failure::Terminal(Reason::new("request-invalid", message));
    }
    if error.is_dns() {
        let message = format!("`{host}` has no address: {why}");
        return Failure::Retryable(Reason::new("name-not-found", message), None);
    }
    if error.is_connect() {
        let code =
            if cause::<rustls::Error>(&error).is_some() { "tls-failed" } else { "connect-failed" };
        let message = format!("no connection to `{host}`: {why}");
        return Failure::Retryable(Reason::new(code, message), None);
    }
    if error.is_timeout() {
        let message = format!("`{host}` did not answer in time");
        return Failure::Unknown(Reason::new("timed-out", message), None);
    }
    let message = format!("the answer of `{host}` was lost: {why}");
    Failure::Unknown(Reason::new("answer-lost", message), None)
}

/// The answer, if its status is 2xx.
pub(in crate::port) fn judge_status(
    incoming: Incoming,
    redactor: &Redactor,
    now: Timestamp,
) -> Result<Incoming, Failure> {
    let status = incoming.status;
    if status.is_success() {
        return Ok(incoming);
    }
    let code = if status.is_redirection() { "http-redirect" } else { "http-status" };
    let mut message = format!("the service answered {status}");
    let quote = quote(&incoming.body, redactor);
    if status.is_redirection() {
        message.push_str(", and redirects are not followed");
    } else if !quote.is_empty() {
        message.push_str(": ");
        message.push_str(&quote);
    }
    let reason = Reason { code: code.into(), message, status: Some(status.as_u16()) };
    let wait = retry_after(&incoming.headers, now);
    Err(match status {
        StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Failure::Retryable(reason, wait)
        }
        StatusCode::NOT_IMPLEMENTED | StatusCode::HTTP_VERSION_NOT_SUPPORTED => {
            Failure::Terminal(reason)
        }
        StatusCode::REQUEST_TIMEOUT => Failure::Unknown(reason, wait),
        other if other.is_server_error() => Failure::Unknown(reason, wait),
        _ => Failure::Terminal(reason),
    })
}

/// `Retry-After`, in seconds or as a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit mean longer than the longest wait.
        text.parse().map_or(MAX_WAIT, Duration::from_secs)
    } else {
        let date = DateTimeParser::new().parse_timestamp(text).ok()?;
        Duration::try_from(date.duration_since(now)).unwrap_or_default()
    };
    Some(wait.min(MAX_WAIT))
}

/// The beginning of a body, on one line and without secrets.
fn quote(body: &[u8], redactor: &Redactor) -> String {
    // Cleaned before it is cut: half a secret is not recognised.
    let text = String::from_utf8_lossy(body.get(..QUOTED * 16).unwrap_or(body));
    let clean = redactor.text(&text);
    let words: Vec<&str> = clean
        .split(|it: char| it.is_whitespace() || it.is_control())
        .filter(|it| !it.is_empty())
        .collect();
    words.join(" ").chars().take(QUOTED).collect()
}

/// The cause of that type, if there is one.
fn cause<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    chain(error).find_map(|it| it.downcast_ref::<T>())
}

fn root(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// An error and its causes. An I/O error names the cause of what it wraps, and not what it wraps: it is unwrapped here.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{MAX_WAIT, retry_after};
    use http::{HeaderMap, header};
    use std::time::Duration;

    fn wait(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, text.parse().unwrap());
        retry_after(&headers, "1994-11-06T08:49:00Z".parse().unwrap())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_never_more_than_a_day() {
        assert_eq!(wait("90"), Some(Duration::from_secs(90)));
        assert_eq!(wait("0"), Some(Duration::ZERO));
        assert_eq!(wait("99999999999999999999999"), Some(MAX_WAIT));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(37)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("Sun, 06 Nov 2044 08:00:00 GMT"), Some(MAX_WAIT));
        assert_eq!(wait("-1"), None);
        assert_eq!(wait("soon"), None);
        assert_eq!(wait(""), None);
    }
}
