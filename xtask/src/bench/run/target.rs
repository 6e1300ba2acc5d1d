//! The server that is called: it answers every request with a small JSON object.

use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, header};

use crate::own_server::{self, OwnServer};

/// The server, ended when this is dropped.
pub(super) struct Target(OwnServer);

impl Target {
    /// Starts this program once more, as the server.
    pub(super) fn start() -> Result<Target> {
        OwnServer::start("bench-target").map(Target)
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/hook", self.0.address())
    }
}

/// Serves until it is killed.
pub(crate) fn serve() -> Result<()> {
    own_server::serve(answer)
}

async fn answer(request: Request<Incoming>) -> Response<Full<Bytes>> {
    drop(request.into_body().collect().await);
    let mut response = Response::new(Full::new(Bytes::from_static(br#"{"ok":true}"#)));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}
