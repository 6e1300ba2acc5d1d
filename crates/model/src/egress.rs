//! Which hosts and addresses may be called.
//!
//! One policy answers twice. The checker asks about the URL as it is written ([`Policy::judge_url`]); the runtime asks the same
//! again before every send, and then about each address that a name stands for ([`Policy::judge_answer`]). A host is always
//! judged by what the URL parser made of it, never by its text: `0x7f.1`, `127。0。0。1` and `2130706433` are one address.
//!
//! What an operator allows is written in the configuration, never in a graph. An entry lifts the rules about names, addresses
//! and ports for what it names. It never lifts the scheme, and what hides an IPv4 address inside an IPv6 one never passes.

mod address;
mod allow;
mod refusal;

use std::net::IpAddr;

use url::{Host, Url};

use crate::Environment;

pub use address::AddressKind;
pub use allow::{Allow, AllowMistake};
pub use refusal::{NameKind, Refusal};

/// What may be called: the rules of an environment, and what the operator allows beyond them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Which rules.
    pub environment: Environment,
    /// What the operator allows beyond them.
    pub allow: Vec<Allow>,
}

impl Policy {
    /// The rules of an environment, and nothing beyond them.
    pub fn new(environment: Environment) -> Policy {
        Policy { environment, allow: Vec::new() }
    }

    /// Whether this URL may be called, as far as its text can tell: what its name stands for is judged by
    /// [`judge_answer`](Policy::judge_answer).
    pub fn judge_url(&self, url: &Url) -> Result<(), Refusal> {
        let development = self.environment == Environment::Development;
        if url.scheme() != "https" && !(development && url.scheme() == "http") {
            return Err(Refusal::Scheme { scheme: url.scheme().to_owned(), development });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Userinfo);
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Refusal::NoHost);
        };
        match host {
            Host::Domain(name) => self.judge_name(name, Some(port))?,
            Host::Ipv4(address) => self.judge_address(IpAddr::V4(address), Some(port))?,
            Host::Ipv6(address) => self.judge_address(IpAddr::V6(address), Some(port))?,
        }
        self.judge_port(&host, port)
    }

    /// Whether a name may be called, whatever it stands for. `port` is none where it is one that no entry of the operator names.
    pub fn judge_name(&self, name: &str, port: Option<u16>) -> Result<(), Refusal> {
        let Some(kind) = NameKind::of(name) else { return Ok(()) };
        let localhost = self.environment == Environment::Development && kind.is_localhost(name);
        if localhost || self.allows_name(name, port) {
            return Ok(());
        }
        let port = port.filter(|port| !self.is_ordinary(*port));
        Err(Refusal::Name { name: name.to_owned(), kind, port })
    }

    /// Whether an address may be called. `port` as above.
    pub fn judge_address(&self, address: IpAddr, port: Option<u16>) -> Result<(), Refusal> {
        let Some(kind) = AddressKind::of(address) else { return Ok(()) };
        let near = self.environment == Environment::Development && kind.is_near();
        let lifted = || self.allow.iter().any(|entry| entry.lifts_address(address, kind, port));
        if near || (!kind.is_never() && lifted()) {
            return Ok(());
        }
        let port = port.filter(|port| !self.is_ordinary(*port));
        Err(Refusal::Address { address, kind, name: None, port })
    }

    /// Whether an address that a name stands for may be called under that name. A name that the operator allows may stand for
    /// a private address, but not for one that is allowed one by one only.
    pub fn judge_answer(
        &self,
        name: &str,
        address: IpAddr,
        port: Option<u16>,
    ) -> Result<(), Refusal> {
        let refusal = match self.judge_address(address, port) {
            Ok(()) => return Ok(()),
            Err(refusal) => refusal,
        };
        let lifted = AddressKind::of(address).is_some_and(|kind| !kind.is_one_by_one())
            && self.allows_name(name, port);
        if lifted { Ok(()) } else { Err(refusal.under_name(name)) }
    }

    /// The ports that entries of the operator name.
    pub fn ports(&self) -> impl Iterator<Item = u16> {
        self.allow.iter().filter_map(Allow::port)
    }

    fn judge_port(&self, host: &Host<&str>, port: u16) -> Result<(), Refusal> {
        let lifted = || {
            self.allow.iter().filter(|entry| entry.port() == Some(port)).any(|entry| match host {
                Host::Domain(name) => entry.names(name),
                Host::Ipv4(address) => entry.covers(IpAddr::V4(*address)),
                Host::Ipv6(address) => entry.covers(IpAddr::V6(*address)),
            })
        };
        if self.is_ordinary(port) || lifted() {
            return Ok(());
        }
        Err(Refusal::Port { host: host.to_string(), port })
    }

    fn is_ordinary(&self, port: u16) -> bool {
        match port {
            443 | 1024.. => true,
            80 => self.environment == Environment::Development,
            0..=79 | 81..=442 | 444..=1023 => false,
        }
    }

    fn allows_name(&self, name: &str, port: Option<u16>) -> bool {
        self.allow.iter().any(|entry| entry.fits_port(port) && entry.names(name))
    }
}

#[cfg(test)]
mod tests;
