//! Connections: a proxy that ends every one of them itself.

use std::{io, sync::Arc, time::Duration};

use ::http::{HeaderMap, Method, Request, Response, StatusCode, Uri, request::Parts};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn, upgrade};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::watch,
};
use tokio_rustls::TlsAcceptor;

use super::{
    SandboxError, Script, ScriptedAnswer, answer,
    authority::Authority,
    script::Playing,
    spool::{Received, Spool},
};
use crate::port::is_credential;

/// Everything that answers.
pub(super) struct World {
    authority: Authority,
    spool: Arc<Spool>,
    scripts: Vec<Playing>,
}

type Answer = Response<Full<Bytes>>;

/// The most bytes of a request's body that are taken.
const MAX_BODY: usize = 1024 * 1024;

/// How long to wait when no more connections can be opened.
const BREATH: Duration = Duration::from_millis(50);

impl World {
    pub(super) fn new(authority: Authority, spool: Arc<Spool>, scripts: Vec<Script>) -> World {
        World { authority, spool, scripts: scripts.into_iter().map(Playing::new).collect() }
    }
}

/// Takes connections until the sandbox is dropped.
pub(super) async fn accept(
    listener: TcpListener,
    world: Arc<World>,
    mut closed: watch::Receiver<()>,
) {
    loop {
        tokio::select! {
            _ = closed.changed() => break,
            connection = listener.accept() => match connection {
                Ok((stream, _)) => {
                    tokio::spawn(until_closed(closed.clone(), proxy(Arc::clone(&world), stream, closed.clone())));
                }
                Err(_) => tokio::time::sleep(BREATH).await,
            },
        }
    }
}

/// What the client says to its proxy: `CONNECT`, or a request to an `http` URL.
async fn proxy(world: Arc<World>, stream: tokio::net::TcpStream, closed: watch::Receiver<()>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let (world, closed) = (Arc::clone(&world), closed.clone());
        async move {
            if request.method() != Method::CONNECT {
                return respond(&world, request, None).await;
            }
            let Some(authority) = request.uri().authority().map(ToString::to_string) else {
                return Ok(status(StatusCode::BAD_REQUEST));
            };
            tokio::spawn(until_closed(closed, tunnel(world, authority, request)));
            Ok(status(StatusCode::OK))
        }
    });
    // A client that goes away is no concern of the sandbox.
    drop(
        http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await,
    );
}

/// The inside of a tunnel: the host that the client asked for, as far as it can tell.
async fn tunnel(world: Arc<World>, authority: String, request: Request<Incoming>) {
    let Ok(upgraded) = upgrade::on(request).await else { return };
    let Ok(config) = pass_for(&world, &authority) else { return };
    let Ok(stream) = TlsAcceptor::from(config).accept(TokioIo::new(upgraded)).await else { return };
    serve_host(world, authority, stream).await;
}

fn pass_for(world: &World, authority: &str) -> Result<Arc<rustls::ServerConfig>, SandboxError> {
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    world.authority.pass_for(host.trim_matches(['[', ']']))
}

async fn serve_host(
    world: Arc<World>,
    authority: String,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) {
    let service = service_fn(move |request| {
        let (world, authority) = (Arc::clone(&world), authority.clone());
        async move { respond(&world, request, Some(&authority)).await }
    });
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

/// One request: kept, then answered. `tunnel` is the host and port that it was sent to over TLS.
async fn respond(
    world: &World,
    request: Request<Incoming>,
    tunnel: Option<&str>,
) -> io::Result<Answer> {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
        return Ok(status(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let body = body.to_bytes();
    let url = url(&parts.uri, tunnel);
    let received = received(&parts, &url, &body);
    if world.spool.keep(&received).is_err() {
        return Ok(status(StatusCode::INSUFFICIENT_STORAGE));
    }
    let (host, path) = (url.host().unwrap_or_default(), url.path());
    let scripted = world.scripts.iter().find_map(|it| it.next(parts.method.as_str(), host, path));
    match scripted {
        None => Ok(answer::believable(&received, path)),
        Some(ScriptedAnswer::HangUp(delay)) => {
            tokio::time::sleep(*delay).await;
            Err(io::ErrorKind::ConnectionAborted.into())
        }
        Some(ScriptedAnswer::Reply { status, headers, body, delay }) => {
            tokio::time::sleep(*delay).await;
            answer::scripted(*status, headers, body).map_err(io::Error::other)
        }
    }
}

fn url(uri: &Uri, tunnel: Option<&str>) -> Uri {
    let Some(authority) = tunnel else { return uri.clone() };
    let authority = authority.strip_suffix(":443").unwrap_or(authority);
    let path = uri.path_and_query().map_or("/", |it| it.as_str());
    let built = Uri::builder().scheme("https").authority(authority).path_and_query(path).build();
    built.unwrap_or_else(|_| uri.clone())
}

fn received(parts: &Parts, url: &Uri, body: &[u8]) -> Received {
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        let shown = if is_credential(name.as_str()) { masked(&value) } else { value.into_owned() };
        (name.as_str().to_owned(), shown)
    });
    Received {
        method: parts.method.to_string(),
        url: url.to_string(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(body).into_owned(),
        idempotency_key: text(&parts.headers, "idempotency-key"),
    }
}

/// `Bearer abc` becomes `Bearer [masked]`.
fn masked(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, _)) => format!("{scheme} [masked]"),
        None => "[masked]".to_owned(),
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn status(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}

async fn until_closed(mut closed: watch::Receiver<()>, work: impl Future<Output = ()>) {
    tokio::select! {
        _ = closed.changed() => {}
        () = work => {}
    }
}
