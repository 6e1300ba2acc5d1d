//! Why a call may not be made, and what would allow it.

use std::net::IpAddr;

use relance_diagnostics::Text;

use super::AddressKind;

/// Why a URL, a name or an address may not be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().en)]
pub enum Refusal {
    /// Another scheme than `https` (in development, `http`).
    Scheme {
        /// The scheme.
        scheme: String,
        /// Whether `http` would have been fine.
        development: bool,
    },
    /// A user name or password stands before the host.
    Userinfo,
    /// There is no host.
    NoHost,
    /// A port that belongs to something else than the web.
    Port {
        /// The host, as the URL parser writes it.
        host: String,
        /// The port.
        port: u16,
    },
    /// A name that stands for something local.
    Name {
        /// The name.
        name: String,
        /// Which kind of name.
        kind: NameKind,
        /// The port, when that would need an entry too.
        port: Option<u16>,
    },
    /// An address outside the public internet.
    Address {
        /// The address.
        address: IpAddr,
        /// Which kind of address.
        kind: AddressKind,
        /// The name that stands for it, when it was not written as an address.
        name: Option<String>,
        /// The port, when that would need an entry too.
        port: Option<u16>,
    },
}

/// Why a name is not one of the public internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// One word, without a dot.
    SingleLabel,
    /// A zone that is local by definition; the text is the zone.
    LocalZone(&'static str),
    /// An empty label, or nothing at all.
    Malformed,
}

impl Refusal {
    /// What is refused, in one sentence.
    pub fn text(&self) -> Text {
        match self {
            Refusal::Scheme { scheme, development: false } => Text::new(
                format!("a call is made over https, not `{scheme}`"),
                format!("un appel se fait en https, pas en `{scheme}`"),
            ),
            Refusal::Scheme { scheme, development: true } => Text::new(
                format!("a call is made over https or http, not `{scheme}`"),
                format!("un appel se fait en https ou http, pas en `{scheme}`"),
            ),
            Refusal::Userinfo => Text::fixed(
                "a URL holds no user name or password: send them in a header",
                "une URL ne contient ni nom d'utilisateur ni mot de passe : envoyez-les dans un en-tête",
            ),
            Refusal::NoHost => Text::fixed("the URL has no host", "l'URL n'a pas d'hôte"),
            Refusal::Port { host, port } => Text::new(
                format!("port {port} of `{host}` may not be called: it is not a port of the web"),
                format!(
                    "le port {port} de `{host}` ne peut pas être appelé : ce n'est pas un port du web"
                ),
            ),
            Refusal::Name { name, kind, port: _ } => kind.sentence(name),
            Refusal::Address { address, kind, name, port: _ } => {
                let what = kind.text();
                match name {
                    None => Text::new(
                        format!("`{address}` may not be called: it is {}", what.en),
                        format!("`{address}` ne peut pas être appelé : c'est {}", what.fr),
                    ),
                    Some(name) => Text::new(
                        format!("`{name}` may not be called: it stands for {address}, {}", what.en),
                        format!(
                            "`{name}` ne peut pas être appelé : il désigne {address}, {}",
                            what.fr
                        ),
                    ),
                }
            }
        }
    }

    /// The setting that would allow it; none: nothing does.
    pub fn setting(&self) -> Option<String> {
        self.entry().map(|entry| format!("[egress] allow = [\"{entry}\"]"))
    }

    /// The entry of `[egress] allow` that would allow it.
    pub fn entry(&self) -> Option<String> {
        match self {
            Refusal::Scheme { .. }
            | Refusal::Userinfo
            | Refusal::NoHost
            | Refusal::Name { kind: NameKind::Malformed, .. } => None,
            Refusal::Address { kind, .. } if kind.is_never() => None,
            Refusal::Port { host, port } => Some(format!("{host}:{port}")),
            Refusal::Name { name, kind: _, port } => Some(match port {
                None => name.clone(),
                Some(port) => format!("{name}:{port}"),
            }),
            Refusal::Address { address, kind: _, name: _, port } => Some(match (address, port) {
                (_, None) => address.to_string(),
                (IpAddr::V4(address), Some(port)) => format!("{address}:{port}"),
                (IpAddr::V6(address), Some(port)) => format!("[{address}]:{port}"),
            }),
        }
    }

    pub(super) fn under_name(self, stands_for_it: &str) -> Refusal {
        match self {
            Refusal::Address { address, kind, name: _, port } => {
                Refusal::Address { address, kind, name: Some(stands_for_it.to_owned()), port }
            }
            other @ (Refusal::Scheme { .. }
            | Refusal::Userinfo
            | Refusal::NoHost
            | Refusal::Port { .. }
            | Refusal::Name { .. }) => other,
        }
    }
}

impl NameKind {
    /// What keeps this name from being public; none: nothing does.
    pub fn of(name: &str) -> Option<NameKind> {
        let name = bare(name).to_ascii_lowercase();
        if name.split('.').any(str::is_empty) {
            return Some(NameKind::Malformed);
        }
        let zone = ZONES.into_iter().find(|zone| {
            name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        });
        zone.map(NameKind::LocalZone)
            .or_else(|| (!name.contains('.')).then_some(NameKind::SingleLabel))
    }

    pub(super) fn is_localhost(self, name: &str) -> bool {
        self == NameKind::LocalZone(LOCALHOST) && bare(name).eq_ignore_ascii_case(LOCALHOST)
    }

    fn sentence(self, name: &str) -> Text {
        match self {
            NameKind::SingleLabel => Text::new(
                format!("`{name}` may not be called: a name without a dot is a local one"),
                format!("`{name}` ne peut pas être appelé : un nom sans point est un nom local"),
            ),
            NameKind::LocalZone(zone) if bare(name).eq_ignore_ascii_case(zone) => Text::new(
                format!("`{name}` may not be called: it is a local name"),
                format!("`{name}` ne peut pas être appelé : c'est un nom local"),
            ),
            NameKind::LocalZone(zone) => Text::new(
                format!("`{name}` may not be called: names under `.{zone}` are local"),
                format!("`{name}` ne peut pas être appelé : les noms en `.{zone}` sont locaux"),
            ),
            NameKind::Malformed => Text::new(
                format!("`{name}` is not the name of a host"),
                format!("`{name}` n'est pas un nom d'hôte"),
            ),
        }
    }
}

const LOCALHOST: &str = "localhost";

/// Zones that never lead to the public internet.
const ZONES: [&str; 5] = [LOCALHOST, "local", "internal", "home.arpa", "onion"];

/// A name without the dot that may end it.
pub(super) fn bare(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}
