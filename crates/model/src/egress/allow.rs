//! What an operator allows beyond the rules, as written in `[egress] allow`.
//!
//! ```text
//! entry = ("*." name | name | address | range) (":" port)?
//! ```
//!
//! An IPv6 address or range that a port follows stands in brackets: `[fd00::/8]:8443`. An entry without a port holds for every
//! ordinary port; one with a port holds for that port alone.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;
use relance_diagnostics::Text;
use url::{Host, Url};

use super::{AddressKind, refusal::bare};

/// One entry of `[egress] allow`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    target: Target,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    /// One name.
    Name(String),
    /// Every name that ends with a dot and this.
    Under(String),
    /// Addresses.
    Range(IpNet),
}

impl Allow {
    /// The port that it names.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Whether a URL goes to what it names: the same entries also say which hosts may be given a secret.
    pub fn fits(&self, url: &Url) -> bool {
        let host = match url.host() {
            Some(Host::Domain(name)) => self.names(name),
            Some(Host::Ipv4(address)) => self.covers(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => self.covers(IpAddr::V6(address)),
            None => false,
        };
        host && self.fits_port(url.port_or_known_default())
    }

    pub(super) fn fits_port(&self, port: Option<u16>) -> bool {
        self.port.is_none() || self.port == port
    }

    pub(super) fn names(&self, name: &str) -> bool {
        let name = bare(name);
        match &self.target {
            Target::Name(own) => own.eq_ignore_ascii_case(name),
            Target::Under(zone) => name
                .to_ascii_lowercase()
                .strip_suffix(zone.as_str())
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
            Target::Range(_) => false,
        }
    }

    pub(super) fn covers(&self, address: IpAddr) -> bool {
        match &self.target {
            Target::Range(range) => range.contains(&address),
            Target::Name(_) | Target::Under(_) => false,
        }
    }

    pub(super) fn lifts_address(
        &self,
        address: IpAddr,
        kind: AddressKind,
        port: Option<u16>,
    ) -> bool {
        let wide_enough = !kind.is_one_by_one() || self.is_single();
        self.fits_port(port) && wide_enough && self.covers(address)
    }

    fn is_single(&self) -> bool {
        match &self.target {
            Target::Range(range) => range.prefix_len() == range.max_prefix_len(),
            Target::Name(_) | Target::Under(_) => false,
        }
    }
}

impl FromStr for Allow {
    type Err = AllowMistake;

    fn from_str(text: &str) -> Result<Allow, AllowMistake> {
        let (target, port) = split_port(text)?;
        let target =
            read_target(target).ok_or_else(|| AllowMistake::Unreadable(text.to_owned()))?;
        if let Target::Range(range) = target {
            judge_range(range)?;
        }
        Ok(Allow { target, port })
    }
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.target, self.port) {
            (Target::Name(name), _) => f.write_str(name)?,
            (Target::Under(zone), _) => write!(f, "*.{zone}")?,
            (Target::Range(range @ IpNet::V6(_)), Some(_)) => write!(f, "[{}]", short(*range))?,
            (Target::Range(range), _) => f.write_str(&short(*range))?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Why a text is not an entry of `[egress] allow`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().en)]
pub enum AllowMistake {
    /// Neither a host, nor an address, nor a range.
    Unreadable(String),
    /// A range whose address has bits beyond its prefix; the range that was surely meant.
    NotARange(String, IpNet),
    /// A range of addresses that can be allowed one by one only.
    OneByOne(IpNet, AddressKind),
    /// An address that is never called under this form.
    Never(IpNet, AddressKind),
}

impl AllowMistake {
    /// What is wrong, and what to write.
    pub fn text(&self) -> Text {
        match self {
            AllowMistake::Unreadable(text) => Text::new(
                format!(
                    "`{text}` is not an entry of `[egress] allow`: write `crm.example.org`, `*.example.org`, `10.1.2.3` or `10.0.0.0/8`, with `:8443` behind it for one port"
                ),
                format!(
                    "`{text}` n'est pas une entrée de `[egress] allow` : écrivez `crm.exemple.org`, `*.exemple.org`, `10.1.2.3` ou `10.0.0.0/8`, suivi de `:8443` pour un seul port"
                ),
            ),
            AllowMistake::NotARange(text, range) => Text::new(
                format!("`{text}` is not a range: did you mean `{range}`?"),
                format!("`{text}` n'est pas une plage : vouliez-vous dire `{range}` ?"),
            ),
            AllowMistake::OneByOne(range, kind) => {
                let what = kind.text();
                Text::new(
                    format!("`{range}` is {}: such addresses are allowed one by one only", what.en),
                    format!(
                        "`{range}` est {} : ces adresses ne s'autorisent qu'une par une",
                        what.fr
                    ),
                )
            }
            AllowMistake::Never(range, kind) => {
                let what = kind.text();
                Text::new(
                    format!("`{range}` is {}: allow the IPv4 address itself", what.en),
                    format!("`{range}` est {} : autorisez l'adresse IPv4 elle-même", what.fr),
                )
            }
        }
    }
}

/// The target and its port. The colons of a bare IPv6 address are no port's.
fn split_port(text: &str) -> Result<(&str, Option<u16>), AllowMistake> {
    let split = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((inside, "")) => return Ok((inside, None)),
        Some((inside, rest)) => rest.strip_prefix(':').map(|port| (inside, port)),
        None => match text.split_once(':') {
            None => return Ok((text, None)),
            Some((_, rest)) if rest.contains(':') => return Ok((text, None)),
            Some(both) => Some(both),
        },
    };
    split
        .and_then(|(target, port)| Some((target, Some(read_port(port)?))))
        .ok_or_else(|| AllowMistake::Unreadable(text.to_owned()))
}

fn read_port(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| digits && *port > 0)
}

fn read_target(text: &str) -> Option<Target> {
    if let Some(zone) = text.strip_prefix("*.") {
        return match Host::parse(zone).ok()? {
            Host::Domain(zone) => Some(Target::Under(bare(&zone).to_owned())),
            Host::Ipv4(_) | Host::Ipv6(_) => None,
        };
    }
    if let Ok(range) = text.parse::<IpNet>() {
        return Some(Target::Range(range));
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(Target::Range(IpNet::from(address)));
    }
    match Host::parse(text).ok()? {
        Host::Domain(name) => Some(Target::Name(bare(&name).to_owned())),
        Host::Ipv4(address) => Some(Target::Range(IpNet::from(IpAddr::V4(address)))),
        Host::Ipv6(address) => Some(Target::Range(IpNet::from(IpAddr::V6(address)))),
    }
    .filter(|target| !matches!(target, Target::Name(name) if name.is_empty() || name.contains('*')))
}

/// An entry that would lift nothing is a mistake: its author believes that it does.
fn judge_range(range: IpNet) -> Result<(), AllowMistake> {
    if range != range.trunc() {
        return Err(AllowMistake::NotARange(range.to_string(), range.trunc()));
    }
    let (Some(first), Some(last)) =
        (AddressKind::of(range.network()), AddressKind::of(range.broadcast()))
    else {
        return Ok(());
    };
    if first != last {
        return Ok(());
    }
    if first.is_never() {
        return Err(AllowMistake::Never(range, first));
    }
    let single = range.prefix_len() == range.max_prefix_len();
    if first.is_one_by_one() && !single {
        return Err(AllowMistake::OneByOne(range, first));
    }
    Ok(())
}

fn short(range: IpNet) -> String {
    if range.prefix_len() == range.max_prefix_len() {
        range.addr().to_string()
    } else {
        range.to_string()
    }
}
