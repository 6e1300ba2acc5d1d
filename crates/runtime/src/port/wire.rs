//! The one way out: every request to the outside, whatever it is for, passes here.
//!
//! The URL is judged before each send, the addresses as they are looked up ([`guard`](super::guard)). There are no redirects, no
//! proxy but the operator's, no referrer, no compression, and nothing is sent twice: a failure says what it knows, and `retry`
//! alone decides. An answer is read in pieces and cut at a cap.

mod outcome;

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use ::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use relance_model::egress::Policy;
use reqwest::{Client, Proxy, Response, redirect};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, ring},
    pki_types::CertificateDer,
};
use url::Url;

use super::{Names, SystemNames, guard::Guard};
use crate::failure::{Failure, Reason};

pub(super) use outcome::{judge_status, refused};

/// How calls leave this machine.
#[derive(Clone)]
pub struct Egress {
    /// What may be called.
    pub policy: Policy,
    /// The proxy that all calls go through. Names are then looked up there, and so judged there.
    pub proxy: Option<Url>,
    /// Whom TLS trusts.
    pub roots: Roots,
    /// What looks names up.
    pub names: Arc<dyn Names>,
}

/// Whom TLS trusts.
#[derive(Debug, Clone)]
pub enum Roots {
    /// The authorities that this machine trusts.
    System,
    /// One authority, and no other.
    Only(CertificateDer<'static>),
}

/// Why the way out cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// No authorities, or unusable ones.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The client refuses its settings.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
}

/// The most bytes of an answer that are read.
pub(super) const MAX_ANSWER: usize = 1024 * 1024;

/// The most bytes of a body that are sent.
const MAX_BODY: usize = 256 * 1024;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Shorter than the patience of common servers, so that a call seldom meets a connection that is just being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(3);

const MAX_HEADERS: usize = 100;

const USER_AGENT: &str = concat!("relance/", env!("CARGO_PKG_VERSION"));

/// A request on its way.
pub(super) struct Outgoing<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) timeout: Duration,
}

/// An answer, whatever its status.
pub(super) struct Incoming {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Cut at the cap.
    pub(super) truncated: bool,
}

/// The clients that send.
pub(super) struct Wire {
    policy: Arc<Policy>,
    /// A resolver is not told the port, so each port that an entry of the operator names has a client of its own.
    by_port: BTreeMap<u16, Client>,
    other: Client,
}

impl Egress {
    /// Straight out, under this policy.
    pub fn new(policy: Policy) -> Egress {
        Egress { policy, proxy: None, roots: Roots::System, names: Arc::new(SystemNames) }
    }
}

impl Wire {
    pub(super) fn new(egress: &Egress) -> Result<Wire, WireError> {
        let policy = Arc::new(egress.policy.clone());
        let tls = tls(&egress.roots)?;
        let client = |port| client(egress, &policy, port, tls.clone());
        let by_port = egress.policy.ports().map(|port| Ok((port, client(Some(port))?)));
        Ok(Wire {
            by_port: by_port.collect::<Result<_, WireError>>()?,
            other: client(None)?,
            policy: Arc::clone(&policy),
        })
    }

    /// Sends once, and reads the answer.
    pub(super) async fn send(&self, outgoing: Outgoing<'_>) -> Result<Incoming, Failure> {
        self.policy.judge_url(outgoing.url).map_err(|refusal| refused(&refusal))?;
        if outgoing.body.len() > MAX_BODY {
            return Err(Failure::Terminal(Reason::new(
                "body-too-large",
                format!("the body of the request is longer than {MAX_BODY} bytes"),
            )));
        }
        let mut headers = outgoing.headers;
        if outgoing.body.is_empty() && matches!(outgoing.method, Method::POST | Method::PUT) {
            // Some services want to be told that nothing follows.
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let port = outgoing.url.port_or_known_default();
        let client = port.and_then(|port| self.by_port.get(&port)).unwrap_or(&self.other);
        let mut request = client
            .request(outgoing.method, outgoing.url.clone())
            .headers(headers)
            .timeout(outgoing.timeout);
        if !outgoing.body.is_empty() {
            request = request.body(outgoing.body);
        }
        let host = outgoing.url.host_str().unwrap_or_default();
        let answer = request.send().await.map_err(|error| outcome::of_error(error, host))?;
        read(answer).await.map_err(|error| outcome::of_error(error, host))
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// Reads the body up to the cap. When the status already says that the call failed, a body that breaks off changes nothing.
async fn read(mut answer: Response) -> Result<Incoming, reqwest::Error> {
    let status = answer.status();
    let headers = std::mem::take(answer.headers_mut());
    let mut body = Vec::new();
    let mut truncated = false;
    while body.len() <= MAX_ANSWER {
        match answer.chunk().await {
            Ok(Some(piece)) => body.extend_from_slice(&piece),
            Ok(None) => break,
            Err(error) if status.is_success() => return Err(error),
            Err(_) => {
                truncated = true;
                break;
            }
        }
    }
    if body.len() > MAX_ANSWER {
        body.truncate(MAX_ANSWER);
        truncated = true;
    }
    Ok(Incoming { status, headers, body, truncated })
}

fn client(
    egress: &Egress,
    policy: &Arc<Policy>,
    port: Option<u16>,
    tls: ClientConfig,
) -> Result<Client, WireError> {
    let guard = Guard {
        policy: Arc::clone(policy),
        port,
        names: Arc::clone(&egress.names),
        proxy: egress.proxy.as_ref().and_then(Url::host_str).map(str::to_owned),
    };
    let builder = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // Said aloud, whatever features another crate turns on in the client.
        .http1_only()
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .https_only(policy.environment == relance_model::Environment::Production)
        .dns_resolver(guard)
        .tls_backend_preconfigured(tls)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .http1_max_headers(MAX_HEADERS)
        .user_agent(USER_AGENT);
    let builder = match &egress.proxy {
        Some(proxy) => builder.proxy(Proxy::all(proxy.clone())?),
        None => builder,
    };
    Ok(builder.build()?)
}

fn tls(roots: &Roots) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    Ok(match roots {
        Roots::System => builder
            .dangerous()
            .with_custom_certificate_verifier(system_verifier(provider)?)
            .with_no_client_auth(),
        Roots::Only(authority) => {
            let mut store = RootCertStore::empty();
            store.add(authority.clone())?;
            builder.with_root_certificates(store).with_no_client_auth()
        }
    })
}

/// Checks certificates as this machine does; `dangerous` is only how rustls lets a verifier be named.
fn system_verifier(
    provider: Arc<CryptoProvider>,
) -> Result<Arc<rustls_platform_verifier::Verifier>, rustls::Error> {
    rustls_platform_verifier::Verifier::new(provider).map(Arc::new)
}
