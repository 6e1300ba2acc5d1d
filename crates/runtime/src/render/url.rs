//! URLs: a value fills one segment of the path or one stretch of the query, and never anything else.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use relance_model::text::Template;
use relance_validator::plan::UrlTemplate;
use url::{Url, form_urlencoded};

use super::Renderer;
use crate::failure::Reason;

/// Everything but what RFC 3986 calls unreserved.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How many times a segment is decoded when it is judged: servers behind servers decode more than once.
const DECODINGS: usize = 4;

impl Renderer<'_, '_> {
    /// A whole URL, with the scheme, host, port and number of segments of its template.
    pub(crate) fn url(&self, template: &UrlTemplate) -> Result<Url, Reason> {
        let mut text = template.origin.to_string();
        let mut separator = "";
        for segment in &template.path {
            text.push_str(separator);
            text.push_str(&self.segment(segment)?);
            separator = "/";
        }
        if let Some(query) = &template.query {
            text.push('?');
            text.push_str(&self.encoded(query, |value| {
                form_urlencoded::byte_serialize(value.as_bytes()).collect()
            })?);
        }
        let url = Url::parse(&text).map_err(|_| changed())?;
        if is_of(&url, template) { Ok(url) } else { Err(changed()) }
    }

    fn segment(&self, template: &Template) -> Result<String, Reason> {
        let segment =
            self.encoded(template, |value| utf8_percent_encode(&value, PATH).to_string())?;
        if template.as_literal().is_none() && climbs(&segment) {
            return Err(Reason::new(
                "url-segment",
                "a value makes a segment of the URL's path blank, `.` or `..`",
            ));
        }
        Ok(segment)
    }
}

/// Whether a segment, or what a server may decode it to, is blank or leads elsewhere than down.
fn climbs(segment: &str) -> bool {
    let mut segment = segment.to_owned();
    for _ in 0..DECODINGS {
        if matches!(segment.trim(), "" | "." | "..") {
            return true;
        }
        segment = percent_decode_str(&segment).decode_utf8_lossy().into_owned();
    }
    false
}

fn is_of(url: &Url, template: &UrlTemplate) -> bool {
    let origin = &template.origin;
    let segments = url.path_segments().map_or(0, Iterator::count);
    url.scheme() == origin.scheme()
        && url.host() == origin.host()
        && url.port() == origin.port()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
        && segments == template.path.len().max(1)
}

fn changed() -> Reason {
    Reason::new("url-changed", "a value changes the shape of the URL")
}
