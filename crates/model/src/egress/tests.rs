//! The rules about hosts and addresses, beside an outside list of special ranges.

#![expect(
    clippy::cast_possible_truncation,
    reason = "random bits are cut to the width of an address"
)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use serde_json::Value;
use url::Url;

use super::{AddressKind, Allow, NameKind, Policy, Refusal};
use crate::Environment;

const ORACLE: &str = include_str!("../../../../fixtures/data/antissrf/IPAddressRanges.json");
const URLS: &str = include_str!("../../../../fixtures/data/web-platform-tests/urltestdata.json");
const ADVERSARIAL: &str = include_str!("../../../../fixtures/adversarial.json");

/// Every refused range of the contract.
const REFUSED: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "168.63.129.16/32",
    "::/3",
    "4000::/2",
    "8000::/1",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3fff::/20",
];

fn production(allow: &[&str]) -> Policy {
    policy(Environment::Production, allow)
}

fn development(allow: &[&str]) -> Policy {
    policy(Environment::Development, allow)
}

fn policy(environment: Environment, allow: &[&str]) -> Policy {
    Policy { environment, allow: allow.iter().map(|text| text.parse().unwrap()).collect() }
}

fn judge(policy: &Policy, url: &str) -> Result<(), Refusal> {
    policy.judge_url(&Url::parse(url).unwrap())
}

fn setting(policy: &Policy, url: &str) -> Option<String> {
    judge(policy, url).unwrap_err().setting()
}

fn before(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(it) => it.to_bits().checked_sub(1).map(|bits| Ipv4Addr::from_bits(bits).into()),
        IpAddr::V6(it) => it.to_bits().checked_sub(1).map(|bits| Ipv6Addr::from_bits(bits).into()),
    }
}

fn after(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(it) => it.to_bits().checked_add(1).map(|bits| Ipv4Addr::from_bits(bits).into()),
        IpAddr::V6(it) => it.to_bits().checked_add(1).map(|bits| Ipv6Addr::from_bits(bits).into()),
    }
}

#[test]
fn the_first_and_last_address_of_every_range_are_refused_and_their_public_neighbours_are_not() {
    let policy = production(&[]);
    let ranges: Vec<IpNet> = REFUSED.iter().map(|text| text.parse().unwrap()).collect();
    for range in &ranges {
        for address in [range.network(), range.broadcast()] {
            assert!(policy.judge_address(address, None).is_err(), "{address} of {range}");
        }
        for neighbour in [before(range.network()), after(range.broadcast())].into_iter().flatten() {
            let listed = ranges.iter().any(|range| range.contains(&neighbour));
            assert_eq!(policy.judge_address(neighbour, None).is_err(), listed, "{neighbour}");
        }
    }
}

/// A generator of our own, so that a failure can be repeated: `SplitMix64`.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }
}

fn oracle() -> Vec<IpNet> {
    let Value::Object(groups) = serde_json::from_str::<Value>(ORACLE).unwrap() else { panic!() };
    let ranges = groups.values().filter_map(|group| group.get("cidr")?.as_array());
    ranges.flatten().map(|text| text.as_str().unwrap().parse().unwrap()).collect()
}

#[test]
fn a_million_random_addresses_agree_with_an_outside_list_of_special_ranges() {
    let policy = production(&[]);
    let oracle = oracle();
    assert!(oracle.len() > 30);
    let public_v6: IpNet = "2000::/3".parse().unwrap();
    let mut chance = Chance(7);
    for round in 0..1_000_000_u32 {
        // A third anywhere in IPv4, a third anywhere in IPv6, a third inside or beside a range of the oracle.
        let address: IpAddr = match round % 3 {
            0 => Ipv4Addr::from_bits((chance.next() >> 32) as u32).into(),
            1 => random_v6(&mut chance).into(),
            _ => {
                let range = oracle[chance.next() as usize % oracle.len()];
                near(range, &mut chance)
            }
        };
        let special = oracle.iter().any(|range| range.contains(&address));
        let outside = address.is_ipv6() && !public_v6.contains(&address);
        let refused = policy.judge_address(address, None).is_err();
        assert_eq!(refused, special || outside, "{address}");
    }
}

fn random_v6(chance: &mut Chance) -> Ipv6Addr {
    Ipv6Addr::from_bits(u128::from(chance.next()) << 64 | u128::from(chance.next()))
}

fn near(range: IpNet, chance: &mut Chance) -> IpAddr {
    let size = range.max_prefix_len() - range.prefix_len();
    // One bit more than the range has, so that half of them stand just outside.
    let mask = 1_u128.checked_shl(u32::from(size) + 1).map_or(u128::MAX, |it| it - 1);
    let noise = (u128::from(chance.next()) << 64 | u128::from(chance.next())) & mask;
    match range.network() {
        IpAddr::V4(it) => Ipv4Addr::from_bits(it.to_bits() ^ noise as u32).into(),
        IpAddr::V6(it) => Ipv6Addr::from_bits(it.to_bits() ^ noise).into(),
    }
}

#[test]
fn every_url_of_the_adversarial_list_is_judged_as_it_says() {
    let Value::Array(cases) = serde_json::from_str::<Value>(ADVERSARIAL).unwrap() else { panic!() };
    let urls: Vec<&Value> = cases.iter().filter(|case| case["kind"] == "url").collect();
    assert!(urls.len() > 10);
    for case in urls {
        let text = case["input"].as_str().unwrap();
        let fine = Url::parse(text).is_ok_and(|url| production(&[]).judge_url(&url).is_ok());
        assert_eq!(fine, case["expect"] == "accept", "{text}: {}", case["why"]);
    }
}

#[test]
fn every_notation_of_loopback_is_one_address() {
    for text in [
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127。0。0。1/",
        "https://①②⑦.0.0.1/",
        "https://%31%32%37.0.0.1/",
        "https:\\\\127.0.0.1\\",
        "https:127.0.0.1",
        "https://127.0.0.1./",
    ] {
        let refusal = judge(&production(&[]), text).unwrap_err();
        let Refusal::Address { kind, .. } = refusal else { panic!("{text}: {refusal}") };
        assert_eq!(kind, AddressKind::Loopback, "{text}");
    }
}

#[test]
fn local_names_are_refused_with_or_without_a_last_dot() {
    for name in [
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "router.home.arpa",
        "x.onion",
        "intranet",
        "intranet.",
        "a..b",
    ] {
        assert!(production(&[]).judge_name(name, Some(443)).is_err(), "{name}");
    }
    for name in ["example.org", "example.org.", "mylocal.example", "notlocalhost.fr", "local.fr"] {
        assert!(production(&[]).judge_name(name, Some(443)).is_ok(), "{name}");
    }
    assert_eq!(NameKind::of("local"), Some(NameKind::LocalZone("local")));
}

#[test]
fn only_ports_of_the_web_are_called() {
    for (port, fine) in
        [(443, true), (1024, true), (65535, true), (80, false), (22, false), (1023, false)]
    {
        let url = format!("https://example.org:{port}/");
        assert_eq!(judge(&production(&[]), &url).is_ok(), fine, "{port}");
    }
    assert!(judge(&development(&[]), "http://example.org/").is_ok());
    assert!(judge(&development(&[]), "http://example.org:22/").is_err());
}

#[test]
fn development_adds_near_addresses_and_nothing_else() {
    for url in [
        "http://localhost:3000/",
        "http://127.0.0.1:3000/",
        "http://[::1]/",
        "https://10.1.2.3/",
        "https://192.168.1.1/",
        "https://172.31.255.255/",
        "https://[fd12::1]/",
    ] {
        assert!(judge(&development(&[]), url).is_ok(), "{url}");
        assert!(judge(&production(&[]), url).is_err(), "{url}");
    }
    for url in [
        "http://169.254.169.254/",
        "http://100.100.100.200/",
        "http://168.63.129.16/",
        "http://[fd00:ec2::254]/",
        "http://[fd20:ce::254]/",
        "http://[fe80::1]/",
        "http://224.0.0.1/",
        "http://[ff02::1]/",
        "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://printer.local/",
        "http://app.localhost/",
        "ftp://example.org/",
    ] {
        assert!(judge(&development(&[]), url).is_err(), "{url}");
    }
}

#[test]
fn an_entry_lifts_what_it_names_and_nothing_beside_it() {
    let lifted = [
        ("crm.internal", "https://crm.internal/"),
        ("crm.internal", "https://crm.internal.:8443/"),
        ("*.corp.internal", "https://crm.corp.internal/"),
        ("10.0.0.0/8", "https://10.255.0.1/"),
        ("10.1.2.3", "https://10.1.2.3/"),
        ("127.0.0.1:8080", "https://127.0.0.1:8080/"),
        ("[::1]:8443", "https://[::1]:8443/"),
        ("[fd00::/8]:22", "https://[fd00::7]:22/"),
        ("example.org:22", "https://example.org:22/"),
        ("8.8.8.8:22", "https://8.8.8.8:22/"),
        ("169.254.169.254", "https://169.254.169.254/"),
        ("fe80::1", "https://[fe80::1]/"),
        ("intranet", "https://intranet/"),
    ];
    for (entry, url) in lifted {
        assert!(judge(&production(&[]), url).is_err(), "{url}");
        assert_eq!(judge(&production(&[entry]), url), Ok(()), "{entry}: {url}");
    }
    let kept = [
        ("crm.internal", "https://x.crm.internal/"),
        ("crm.internal", "http://crm.internal/"),
        ("crm.internal:8443", "https://crm.internal/"),
        ("*.corp.internal", "https://corp.internal/"),
        ("*.corp.internal", "https://evilcorp.internal/"),
        ("10.0.0.0/8:8443", "https://10.0.0.1/"),
        ("0.0.0.0/0", "https://169.254.169.254/"),
        ("0.0.0.0/0", "https://224.0.0.1/"),
        ("::/0", "https://[::ffff:10.0.0.1]/"),
        ("::/0", "https://[fe80::1]/"),
        ("127.0.0.0/8", "https://[::ffff:127.0.0.1]/"),
        ("example.org", "https://example.org:22/"),
        ("10.0.0.1", "https://user@10.0.0.1/"),
    ];
    for (entry, url) in kept {
        assert!(judge(&production(&[entry]), url).is_err(), "{entry}: {url}");
    }
}

#[test]
fn a_name_that_is_allowed_may_stand_for_a_private_address_but_not_for_metadata() {
    let policy = production(&["crm.internal", "db.internal:8443"]);
    let answer =
        |name, address: &str, port| policy.judge_answer(name, address.parse().unwrap(), port);
    assert_eq!(answer("crm.internal", "10.0.0.1", None), Ok(()));
    assert_eq!(answer("crm.internal.", "127.0.0.1", None), Ok(()));
    assert_eq!(answer("db.internal", "10.0.0.1", Some(8443)), Ok(()));
    assert!(answer("db.internal", "10.0.0.1", None).is_err());
    assert!(answer("crm.internal", "169.254.169.254", None).is_err());
    assert!(answer("crm.internal", "::ffff:10.0.0.1", None).is_err());
    let refusal = answer("evil.example", "10.0.0.1", None).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "`evil.example` may not be called: it stands for 10.0.0.1, a private address"
    );
}

#[test]
fn a_refusal_names_the_setting_that_would_lift_it() {
    let cases = [
        "https://localhost/",
        "https://localhost:22/",
        "https://127.0.0.1/",
        "https://127.0.0.1:22/",
        "https://[::1]:22/",
        "https://example.org:22/",
        "https://169.254.169.254/",
    ];
    for url in cases {
        let refusal = judge(&production(&[]), url).unwrap_err();
        let entry = refusal.entry().unwrap();
        assert_eq!(refusal.setting().unwrap(), format!("[egress] allow = [\"{entry}\"]"));
        assert_eq!(judge(&production(&[&entry]), url), Ok(()), "{url}: {entry}");
    }
    for url in ["http://example.org/", "https://a@example.org/", "https://[::ffff:1.2.3.4]/"] {
        assert_eq!(setting(&production(&[]), url), None, "{url}");
    }
}

#[test]
fn an_entry_is_written_back_as_it_was_meant() {
    for (text, written) in [
        ("Example.ORG.", "example.org"),
        ("bücher.example:8443", "xn--bcher-kva.example:8443"),
        ("*.example.org", "*.example.org"),
        ("10.1.2.3/32", "10.1.2.3"),
        ("0x7f.1", "127.0.0.1"),
        ("10.0.0.0/8:8443", "10.0.0.0/8:8443"),
        ("[::1]", "::1"),
        ("[fd00::/8]:8443", "[fd00::/8]:8443"),
        ("[::1]:8443", "[::1]:8443"),
    ] {
        assert_eq!(text.parse::<Allow>().unwrap().to_string(), written);
    }
}

#[test]
fn an_entry_that_means_nothing_is_explained() {
    let mistakes: Vec<String> = [
        "",
        "*",
        "*.10.0.0.1",
        "a b",
        "https://example.org",
        "example.org/x",
        "example.org:",
        "example.org:0",
        "example.org:65536",
        "example.org:+1",
        "[::1",
        "[::1]x",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "169.254.0.0/16",
        "fe80::/10",
        "224.0.0.0/4",
        "::ffff:10.0.0.1",
        "64:ff9b::/96",
        "2002::/16",
    ]
    .into_iter()
    .map(|text| format!("{text} -> {}", text.parse::<Allow>().unwrap_err()))
    .collect();
    insta::assert_snapshot!(mistakes.join("\n"));
}

#[test]
fn every_refusal_is_a_sentence_in_both_languages() {
    let refusals: Vec<String> = [
        "ftp://example.org/",
        "https://a:b@example.org/",
        "https://example.org:22/",
        "https://intranet/",
        "https://localhost/",
        "https://a.internal/",
        "https://a..internal/",
        "https://10.0.0.1/",
        "https://169.254.169.254/",
        "https://168.63.129.16/",
        "https://127.0.0.1/",
        "https://224.0.0.1/",
        "https://192.0.2.1/",
        "https://[::ffff:10.0.0.1]/",
    ]
    .into_iter()
    .map(|url| {
        let text = judge(&production(&[]), url).unwrap_err().text();
        format!("{url}\n  {}\n  {}", text.en, text.fr)
    })
    .collect();
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn of_every_url_that_browsers_test_only_public_https_passes() {
    let cases: Vec<Value> = serde_json::from_str(URLS).unwrap();
    let oracle = oracle();
    let mut passed = 0;
    for case in cases.iter().filter(|case| case.is_object()) {
        let base = case["base"].as_str().and_then(|base| Url::parse(base).ok());
        let text = case["input"].as_str().unwrap();
        let Ok(url) = Url::options().base_url(base.as_ref()).parse(text) else { continue };
        if production(&[]).judge_url(&url).is_err() {
            continue;
        }
        passed += 1;
        assert_eq!(url.scheme(), "https", "{text}");
        assert!(url.username().is_empty() && url.password().is_none(), "{text}");
        match url.host().unwrap() {
            url::Host::Domain(name) => assert!(name.trim_end_matches('.').contains('.'), "{text}"),
            url::Host::Ipv4(it) => assert!(!oracle.iter().any(|net| net.contains(&IpAddr::V4(it)))),
            url::Host::Ipv6(it) => assert!(!oracle.iter().any(|net| net.contains(&IpAddr::V6(it)))),
        }
    }
    assert!(passed > 0 && passed < cases.len() / 2);
}
