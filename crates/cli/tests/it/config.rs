//! `relance.toml`: each mistake in it is told with its place, before anything is done.

use std::{fs, path::Path};

use crate::bench::Bench;

/// What is said about a configuration.
fn told(config: impl AsRef<[u8]>) -> String {
    let bench = Bench::new().file("relance.toml", config).file("x.json", "{}");
    let said = bench.relance("validate x.json");
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    said.err
}

#[test]
fn every_mistake_has_its_place() {
    let cases = [
        "timezon = \"UTC\"",
        "environment = \"staging\"",
        "timezone = \"Europe/Pari\"",
        "region = \"France\"",
        "db = 3",
        "[egress]\nallow = [\"crm.example.org\", \"10.0.0.1/8\"]",
        "[egress]\nallow = [\"http://crm.example.org\"]",
        "[egress]\nproxy = \"proxy.example\"",
        "[foreign]\ncondition = \"skip\"",
        "[diagnostics]\nforeign-blok = \"ignore\"",
        "[diagnostics]\nout-of-range = \"warning\"",
        "[diagnostics]\nunknown-parameter = \"ignore\"",
        "[blocks.call]\nunusual-bodi = \"ignore\"",
        "[blocks.call]\nout-of-range = \"ignore\"",
        "[blocks.call]\nunknown-parameter = \"warning\"",
        "[http]\non_unknown = \"give up\"",
        "[http]\ncalls_at_once = 0",
        "[http]\nat_once = 0",
        "[http]\nper_second = 0",
        "[http]\nper_second = -1.5",
        "[http.hosts.\"api.exemple.com\"]\nat_once = 0",
        "[http.hosts.\"api.exemple.com\"]\nper_minute = 10",
        "[http.hosts.\"https://api.exemple.com/v1\"]\nat_once = 1",
        "[http.hosts.\"api.exemple.com:\"]\nat_once = 1",
        "[retry]\nattempts = 0",
        "[retry]\nfirst_wait = \"soon\"",
        "[ai]\nmodel = \"m\"",
        "[ai]\nprovider = \"openai\"",
        "[ai]\nmodel = \"m\"\nbase_url = \"localhost:11434\"",
        "[crm]\nconnector = \"hubspot\"",
        "[texts]\ngraph = \"text\"",
        "[secrets.A]\nenv = \"A\"\nfile = \"a\"",
        "[secrets.A]\nhost = [\"a.example\"]",
        "[egress\nallow = []",
        "db = \"a\"\ndb = \"b\"",
    ];
    let told = cases.map(|config| format!("{config}\n\n{}", told(config)));
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn it_is_text_in_utf8() {
    insta::assert_snapshot!(told(b"db = \"caf\xe9\""));
}

#[test]
fn mistakes_are_told_in_french_too() {
    let bench = Bench::configured("[diagnostics]\nout-of-rang = \"ignore\"").file("x.json", "{}");
    insta::assert_snapshot!(bench.relance("validate x.json --lang fr"));
    for mistake in ["[http]\nper_second = 0", "[http.hosts.\"api exemple\"]\nat_once = 1"] {
        let bench = Bench::configured(mistake).file("x.json", "{}");
        insta::assert_snapshot!(bench.relance("validate x.json --lang fr"));
    }
}

#[test]
fn one_that_is_named_must_be_there() {
    let bench = Bench::new().file("x.json", "{}");
    insta::assert_snapshot!(bench.relance("validate x.json --config other.toml"));
}

#[test]
fn the_example_holds_every_setting() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let example = fs::read_to_string(examples.join("relance.toml")).unwrap();
    let uncommented = example
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|it| it.contains(" = \"")).unwrap_or(line))
        .filter(|line| !line.starts_with("key = \"AI\" #") && !line.starts_with("file = "));
    let bench =
        Bench::configured(&uncommented.collect::<Vec<_>>().join("\n")).graph("invalid.json", 0);
    assert_eq!(bench.relance("validate invalid.json").code, Some(1));
    let bench = Bench::configured(&example).graph("invalid.json", 0);
    assert_eq!(bench.relance("validate invalid.json").code, Some(1));
}
