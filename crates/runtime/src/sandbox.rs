//! A stand-in for the whole outside world, in this process.
//!
//! The sandbox is a proxy on this machine. A run in it goes through the same client, the same checks of URLs and the same limits
//! as any other; only the connection ends here. TLS is terminated with certificates of an authority that is made for the
//! occasion and that only the sandbox's clients trust. Every host answers: an AI writes, other services confirm what they were
//! sent. Whatever was received is kept on disk, to be shown.
//!
//! Tests use it as their outside world too, with answers that they script.

mod answer;
mod authority;
mod script;
mod serve;
mod spool;

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use relance_model::egress::Policy;
use rustls::pki_types::CertificateDer;
use tokio::{net::TcpListener, sync::watch};
use url::Url;

use crate::port::{Egress, Roots};
use authority::Authority;
use serve::World;
use spool::Spool;

pub use script::{Script, ScriptedAnswer};
pub use spool::Received;

/// How a sandbox is set up.
#[derive(Debug, Clone, Default)]
pub struct SandboxSettings {
    /// Where it keeps what it receives; a new folder for temporary files when none is given.
    pub folder: Option<PathBuf>,
    /// Answers that are written beforehand. Whatever none of them fits is answered believably.
    pub scripts: Vec<Script>,
}

/// A running sandbox. It ends when it is dropped; what it received stays.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    authority: CertificateDer<'static>,
    spool: Arc<Spool>,
    /// Dropped with the sandbox, which ends its connections.
    _open: watch::Sender<()>,
}

/// Why a sandbox cannot be.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// No certificates can be made.
    #[error("the sandbox cannot make certificates: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS refuses the certificates.
    #[error("the sandbox cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// No port can be opened.
    #[error("the sandbox cannot listen on this machine: {0}")]
    Listen(#[source] io::Error),
    /// The folder cannot be used.
    #[error("the sandbox cannot use `{}`: {error}", .path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What went wrong.
        #[source]
        error: io::Error,
    },
}

impl Sandbox {
    /// Starts one.
    pub async fn start(settings: SandboxSettings) -> Result<Sandbox, SandboxError> {
        let spool = Arc::new(Spool::open(settings.folder)?);
        let authority = Authority::new()?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(SandboxError::Listen)?;
        let address = listener.local_addr().map_err(SandboxError::Listen)?;
        let (open, closed) = watch::channel(());
        let certificate = authority.certificate();
        let world = World::new(authority, Arc::clone(&spool), settings.scripts);
        tokio::spawn(serve::accept(listener, Arc::new(world), closed));
        Ok(Sandbox { address, authority: certificate, spool, _open: open })
    }

    /// The way out that ends here.
    pub fn egress(&self, policy: Policy) -> Egress {
        let proxy = Url::parse(&format!("http://{}", self.address)).ok();
        Egress { proxy, roots: Roots::Only(self.authority.clone()), ..Egress::new(policy) }
    }

    /// The folder of what it received.
    pub fn folder(&self) -> &Path {
        self.spool.folder()
    }

    /// What it received, in order.
    pub fn received(&self) -> Result<Vec<Received>, SandboxError> {
        self.spool.read()
    }
}
