//! A server of ours in a process of its own: this program, started once more, whose first line is its address.

use std::{
    convert::Infallible,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// The process, ended when this is dropped.
pub(crate) struct OwnServer {
    process: Child,
    address: String,
}

impl OwnServer {
    /// Starts this program with that command, which [serves](serve).
    pub(crate) fn start(command: &str) -> Result<OwnServer> {
        let program = std::env::current_exe()?;
        let mut process = Command::new(program).arg(command).stdout(Stdio::piped()).spawn()?;
        let output = process.stdout.take().context("the server has no output")?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        Ok(OwnServer { process, address: address.trim().to_owned() })
    }

    /// Where it is reached.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Serves until it is killed; its address is its first line.
#[expect(clippy::print_stdout, reason = "its parent reads the address")]
pub(crate) fn serve<F>(
    answer: impl Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
) -> Result<()>
where
    F: Future<Output = Response<Full<Bytes>>> + Send,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let answer = answer.clone();
            // A client that goes away is no concern of the server.
            tokio::spawn(async move {
                let service = service_fn(|request| {
                    let answered = answer(request);
                    async { Ok::<_, Infallible>(answered.await) }
                });
                drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
            });
        }
    })
}
