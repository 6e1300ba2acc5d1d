//! Servers on this machine, friendly and hostile, and what tests need to call them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot set up its world should stop"
)]

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rcgen::{CertificateParams, KeyPair};
use relance_model::{Environment, egress::Policy};
use relance_runtime::{
    failure::Failure,
    port::{
        BoxFuture, Egress, GuardedHttp, Http, HttpAnswer, HttpRequest, Names, Roots, SystemClock,
    },
    secret::Redactor,
};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

/// What a server does once it has read a request.
#[derive(Clone)]
pub(crate) enum Behaviour {
    /// These bytes, then the end.
    Say(Vec<u8>),
    /// These bytes, then the last of them for ever, as fast as they are taken.
    Endless(Vec<u8>),
    /// These bytes, then one more every fifth of a second.
    Drip(Vec<u8>),
    /// Nothing, for ever.
    Silent,
    /// The end, without a word.
    HangUp,
}

/// A server on this machine.
pub(crate) struct StandIn {
    pub(crate) address: SocketAddr,
    /// Whom its TLS is to be trusted by.
    pub(crate) authority: Option<CertificateDer<'static>>,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    written: AtomicUsize,
    requests: Mutex<Vec<String>>,
}

impl StandIn {
    pub(crate) async fn start(address: &str, behaviour: Behaviour) -> StandIn {
        StandIn::listen(address, vec![behaviour], None).await
    }

    /// One that answers call after call; the last answer stays.
    pub(crate) async fn in_turn(behaviours: Vec<Behaviour>) -> StandIn {
        StandIn::listen("127.0.0.1", behaviours, None).await
    }

    /// One that speaks TLS, under a certificate of its own for its address.
    pub(crate) async fn tls(address: &str, behaviour: Behaviour) -> StandIn {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new([address.to_owned()]).unwrap().self_signed(&key).unwrap();
        let authority = certificate.der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![authority.clone()], key)
            .unwrap();
        let tls = Some((authority, TlsAcceptor::from(Arc::new(config))));
        StandIn::listen(address, vec![behaviour], tls).await
    }

    async fn listen(
        address: &str,
        behaviours: Vec<Behaviour>,
        tls: Option<(CertificateDer<'static>, TlsAcceptor)>,
    ) -> StandIn {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let (authority, acceptor) = tls.unzip();
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let turn = shared.connections.fetch_add(1, Ordering::SeqCst);
                let behaviour = behaviours[turn.min(behaviours.len() - 1)].clone();
                let (seen, acceptor) = (Arc::clone(&shared), acceptor.clone());
                tokio::spawn(async move {
                    // The client may go away at any time: that is often the point.
                    match acceptor {
                        None => drop(behave(stream, behaviour, &seen).await),
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                drop(behave(stream, behaviour, &seen).await);
                            }
                        }
                    }
                });
            }
        });
        StandIn { address, authority, seen }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections came.
    pub(crate) fn reached(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// How many bytes could be written before the client had enough.
    pub(crate) fn written(&self) -> usize {
        self.seen.written.load(Ordering::SeqCst)
    }

    /// The requests, as they came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }
}

async fn behave(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    behaviour: Behaviour,
    seen: &Seen,
) -> io::Result<()> {
    let request = read_request(&mut stream).await?;
    seen.requests.lock().unwrap().push(request);
    let (first, rest, pause) = match behaviour {
        Behaviour::Say(bytes) => (bytes, None, Duration::ZERO),
        Behaviour::Endless(bytes) => {
            let filler = vec![*bytes.last().unwrap(); 16 * 1024];
            (bytes, Some(filler), Duration::ZERO)
        }
        Behaviour::Drip(bytes) => (bytes, Some(b"x".to_vec()), Duration::from_millis(200)),
        Behaviour::Silent => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            return Ok(());
        }
        Behaviour::HangUp => return Ok(()),
    };
    stream.write_all(&first).await?;
    stream.flush().await?;
    while let Some(filler) = &rest {
        stream.write_all(filler).await?;
        seen.written.fetch_add(filler.len(), Ordering::SeqCst);
        stream.flush().await?;
        tokio::time::sleep(pause).await;
    }
    stream.shutdown().await
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let read = stream.read(&mut piece).await?;
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if read == 0 {
                return Ok(text);
            }
            continue;
        };
        let length = head.lines().find_map(|line| {
            line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned)
        });
        if read == 0 || body.len() >= length.map_or(0, |it| it.parse().unwrap()) {
            return Ok(text);
        }
    }
}

/// A response with its length.
pub(crate) fn response(status: &str, headers: &str, body: &str) -> Behaviour {
    let length = body.len();
    Behaviour::Say(
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
            .into_bytes(),
    )
}

/// Names that stand for these addresses, whatever they are: the worst name server there is.
pub(crate) struct Scripted(pub(crate) Vec<IpAddr>);

impl Names for Scripted {
    fn addresses<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }
}

/// A port of 127.0.0.1 that nobody listens on.
pub(crate) async fn closed_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap().port()
}

pub(crate) fn policy(environment: Environment, allow: &[String]) -> Policy {
    Policy { environment, allow: allow.iter().map(|entry| entry.parse().unwrap()).collect() }
}

/// A way out of production, to names that all stand for `addresses`.
pub(crate) fn production(addresses: &[&str]) -> Egress {
    let names = Scripted(addresses.iter().map(|it| it.parse().unwrap()).collect());
    Egress { names: Arc::new(names), ..Egress::new(policy(Environment::Production, &[])) }
}

pub(crate) fn development() -> Egress {
    Egress::new(policy(Environment::Development, &[]))
}

pub(crate) fn trusting(egress: Egress, server: &StandIn) -> Egress {
    Egress { roots: Roots::Only(server.authority.clone().unwrap()), ..egress }
}

pub(crate) fn client(egress: &Egress) -> GuardedHttp {
    GuardedHttp::new(egress, &Redactor::default(), Arc::new(SystemClock)).unwrap()
}

pub(crate) fn request(method: &'static str, url: &str) -> HttpRequest {
    HttpRequest {
        method,
        url: url.to_owned(),
        headers: Vec::new(),
        body: None,
        timeout: Duration::from_secs(2),
        key: "key-1".to_owned(),
    }
}

/// The outcome in a few words: `200`, or what kind of failure and its code.
pub(crate) async fn outcome(client: &GuardedHttp, request: &HttpRequest) -> String {
    told(&client.send(request).await)
}

pub(crate) fn told(result: &Result<HttpAnswer, Failure>) -> String {
    match result {
        Ok(answer) => answer.status.to_string(),
        Err(failure) => {
            let kind = match failure {
                Failure::Retryable(..) => "retryable",
                Failure::Unknown(..) => "unknown",
                Failure::Terminal(_) => "terminal",
            };
            format!("{kind} {}", failure.reason().code)
        }
    }
}
