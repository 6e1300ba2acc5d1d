//! Which addresses a name may stand for.
//!
//! The check and the connection use one answer: what is judged here is what the client connects to, so a name cannot change its
//! mind in between. If any address of an answer is refused, the name is.

use std::{io, net::IpAddr, net::SocketAddr, sync::Arc, time::Duration};

use relance_model::egress::Policy;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::BoxFuture;

/// What looks names up.
pub trait Names: Send + Sync {
    /// Every address of a name.
    fn addresses<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The resolver of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNames;

impl Names for SystemNames {
    fn addresses<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A resolver that refuses what the policy refuses.
pub(super) struct Guard {
    pub(super) policy: Arc<Policy>,
    /// The port that is called, where an entry of the operator names it: a resolver is not told.
    pub(super) port: Option<u16>,
    pub(super) names: Arc<dyn Names>,
    /// The egress proxy's own name: its operator chose it, and it may well be private.
    pub(super) proxy: Option<String>,
}

/// How long a look-up may take.
const PATIENCE: Duration = Duration::from_secs(5);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let (policy, names, port) = (Arc::clone(&self.policy), Arc::clone(&self.names), self.port);
        let free = self.proxy.as_deref() == Some(name.as_str());
        Box::pin(async move {
            if !free {
                policy.judge_name(&name, port)?;
            }
            let found = tokio::time::timeout(PATIENCE, names.addresses(&name)).await??;
            if found.is_empty() {
                return Err(
                    io::Error::new(io::ErrorKind::NotFound, "the name has no address").into()
                );
            }
            if !free {
                found.iter().try_for_each(|address| policy.judge_answer(&name, *address, port))?;
            }
            let addresses: Addrs = Box::new(found.into_iter().map(|it| SocketAddr::new(it, 0)));
            Ok(addresses)
        })
    }
}
