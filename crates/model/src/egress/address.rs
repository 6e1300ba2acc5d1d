//! Addresses that are not the public internet, as ranges (IANA special-purpose registries of 2025-10-09, and what clouds add).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use relance_diagnostics::Text;

/// Why an address is not the public internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    /// This machine.
    Loopback,
    /// A private network: RFC 1918, unique local addresses.
    Private,
    /// Only this link, where clouds keep their metadata.
    LinkLocal,
    /// The metadata of a cloud, which hands out its credentials.
    Metadata,
    /// Many machines at once.
    Multicast,
    /// An IPv4 address inside an IPv6 one, which a gateway would unwrap.
    Wrapped,
    /// Any other special purpose: shared, documentation, benchmarks, reserved, or not yet given out.
    Special,
}

impl AddressKind {
    /// What keeps this address from being public; none: it is.
    pub fn of(address: IpAddr) -> Option<AddressKind> {
        match address {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }

    /// What it is, for a sentence: "a private address".
    pub fn text(self) -> Text {
        match self {
            AddressKind::Loopback => Text::fixed("this machine", "cette machine même"),
            AddressKind::Private => Text::fixed("a private address", "une adresse privée"),
            AddressKind::LinkLocal => {
                Text::fixed("a link-local address", "une adresse de lien local")
            }
            AddressKind::Metadata => Text::fixed(
                "the metadata service of a cloud",
                "le service de métadonnées d'un hébergeur",
            ),
            AddressKind::Multicast => {
                Text::fixed("a multicast address", "une adresse de multidiffusion")
            }
            AddressKind::Wrapped => Text::fixed(
                "an IPv4 address inside an IPv6 one",
                "une adresse IPv4 dans une adresse IPv6",
            ),
            AddressKind::Special => Text::fixed(
                "not an address of the public internet",
                "une adresse hors de l'internet public",
            ),
        }
    }

    /// Whether development may call it.
    pub(super) fn is_near(self) -> bool {
        matches!(self, AddressKind::Loopback | AddressKind::Private)
    }

    /// Whether only an entry that names this one address lifts it, if anything does.
    pub fn is_one_by_one(self) -> bool {
        self.is_never()
            || matches!(
                self,
                AddressKind::LinkLocal | AddressKind::Metadata | AddressKind::Multicast
            )
    }

    /// Whether nothing lifts it: the IPv4 address can be allowed under its own form.
    pub(super) fn is_never(self) -> bool {
        matches!(self, AddressKind::Wrapped)
    }
}

/// Where clouds answer with metadata and credentials: most of them, AWS containers, Azure, Alibaba, Oracle.
const METADATA_V4: [Ipv4Addr; 5] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
];

/// The metadata services inside `fc00::/7`: AWS, Google.
const METADATA_V6: [Ipv6Addr; 2] = [
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254),
    Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254),
];

/// IPv4 ranges that are not public.
const V4: [(Ipv4Net, AddressKind); 18] = [
    (v4([0, 0, 0, 0], 8), AddressKind::Special),
    (v4([10, 0, 0, 0], 8), AddressKind::Private),
    (v4([100, 64, 0, 0], 10), AddressKind::Special),
    (v4([127, 0, 0, 0], 8), AddressKind::Loopback),
    (v4([169, 254, 0, 0], 16), AddressKind::LinkLocal),
    (v4([172, 16, 0, 0], 12), AddressKind::Private),
    (v4([192, 0, 0, 0], 24), AddressKind::Special),
    (v4([192, 0, 2, 0], 24), AddressKind::Special),
    (v4([192, 31, 196, 0], 24), AddressKind::Special),
    (v4([192, 52, 193, 0], 24), AddressKind::Special),
    (v4([192, 88, 99, 0], 24), AddressKind::Special),
    (v4([192, 168, 0, 0], 16), AddressKind::Private),
    (v4([192, 175, 48, 0], 24), AddressKind::Special),
    (v4([198, 18, 0, 0], 15), AddressKind::Special),
    (v4([198, 51, 100, 0], 24), AddressKind::Special),
    (v4([203, 0, 113, 0], 24), AddressKind::Special),
    (v4([224, 0, 0, 0], 4), AddressKind::Multicast),
    (v4([240, 0, 0, 0], 4), AddressKind::Special),
];

/// The only IPv6 block that is given out to the public.
const PUBLIC_V6: Ipv6Net = v6([0x2000, 0, 0, 0], 3);

/// IPv6 ranges that are not public, the narrow ones first. Whatever stands outside [`PUBLIC_V6`] is not public either; it is
/// listed only where more can be said about it.
const V6: [(Ipv6Net, AddressKind); 16] = [
    (Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128), AddressKind::Loopback),
    (Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128), AddressKind::Special),
    (Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 96), AddressKind::Wrapped),
    (Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96), AddressKind::Wrapped),
    (Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0), 96), AddressKind::Wrapped),
    (v6([0x0064, 0xff9b, 0, 0], 96), AddressKind::Wrapped),
    (v6([0x0064, 0xff9b, 1, 0], 48), AddressKind::Wrapped),
    (v6([0x2001, 0, 0, 0], 32), AddressKind::Wrapped),
    (v6([0x2001, 0, 0, 0], 23), AddressKind::Special),
    (v6([0x2001, 0x0db8, 0, 0], 32), AddressKind::Special),
    (v6([0x2002, 0, 0, 0], 16), AddressKind::Wrapped),
    (v6([0x2620, 0x004f, 0x8000, 0], 48), AddressKind::Special),
    (v6([0x3fff, 0, 0, 0], 20), AddressKind::Special),
    (v6([0xfc00, 0, 0, 0], 7), AddressKind::Private),
    (v6([0xfe80, 0, 0, 0], 10), AddressKind::LinkLocal),
    (v6([0xff00, 0, 0, 0], 8), AddressKind::Multicast),
];

fn of_v4(address: Ipv4Addr) -> Option<AddressKind> {
    if METADATA_V4.contains(&address) {
        return Some(AddressKind::Metadata);
    }
    V4.iter().find(|(range, _)| range.contains(&address)).map(|(_, kind)| *kind)
}

fn of_v6(address: Ipv6Addr) -> Option<AddressKind> {
    if METADATA_V6.contains(&address) {
        return Some(AddressKind::Metadata);
    }
    let listed = V6.iter().find(|(range, _)| range.contains(&address)).map(|(_, kind)| *kind);
    listed.or_else(|| (!PUBLIC_V6.contains(&address)).then_some(AddressKind::Special))
}

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(groups: [u16; 4], prefix: u8) -> Ipv6Net {
    let [a, b, c, d] = groups;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), prefix)
}
