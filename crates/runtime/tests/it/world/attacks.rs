//! With the default configuration in production, nothing reaches this machine: not by literal, name, redirect or proxy.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up its world should stop")]

use std::{io, net::IpAddr, process::Command, sync::Arc, sync::Mutex};

use relance_model::Environment;
use relance_runtime::port::{BoxFuture, Egress, Names};
use serde_json::Value;
use url::Url;

use super::stand_in::{
    Behaviour, StandIn, client, closed_port, outcome, policy, production, request, response,
    trusting,
};

const ADVERSARIAL: &str = include_str!("../../../../../fixtures/adversarial.json");

/// Ways of writing an address of this machine or of its surroundings.
const LITERALS: &[&str] = &[
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://127.255.255.254/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0x0.0x0.0x1/",
    "https://017700000001/",
    "https://0177.0.0.01/",
    "https://127.0.0.1./",
    "https://0/",
    "https://0.0.0.0/",
    "https://00000.0/",
    "https://①②⑦.⓪.⓪.①/",
    "https://１２７.０.０.１/",
    "https://127。0。0。1/",
    "https://127｡0｡0｡1/",
    "https://%31%32%37.0.0.1/",
    "https://127%2e0%2e0%2e1/",
    "https://1\u{ad}27.0.0.1/",
    "https://127.0.0.1\t/",
    "https:\\\\127.0.0.1\\",
    "https:127.0.0.1",
    "https:///127.0.0.1/",
    "https://[::1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::]/",
    "https://[::127.0.0.1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[0:0:0:0:0:ffff:127.0.0.1]/",
    "https://[::ffff:0:127.0.0.1]/",
    "https://[64:ff9b::127.0.0.1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::1]/",
    "https://[2001:0:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fec0::1]/",
    "https://[fd00::1]/",
    "https://[ff02::1]/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.0.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/",
    "https://100.100.100.200/",
    "https://[fd00:ec2::254]/",
    "https://user@127.0.0.1/",
    "https://example.org@127.0.0.1/",
    "https://127.0.0.1\\@example.org/",
    "https://example.org#@127.0.0.1/",
    "http://127.0.0.1/",
    "http://localhost/",
    "ws://127.0.0.1/",
    "ftp://127.0.0.1/",
];

/// Names that a name server answers with an address of this machine.
const NAMES: &[&str] = &[
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://a.localhost/",
    "https://localhost.localdomain/",
    "https://ip6-localhost/",
    "https://127.0.0.1.nip.example/",
    "https://metadata.google.internal/",
    "https://kubernetes.default.svc.cluster.local/",
    "https://printer.local/",
    "https://router.home.arpa/",
    "https://x.onion/",
    "https://intranet/",
    "https://rebind.example/",
    "https://ｌｏｃａｌｈｏｓｔ/",
    "https://loc\u{ad}alhost/",
];

/// The URL, aimed at that port where it names none.
fn aimed(text: &str, port: u16) -> Option<String> {
    let mut url = Url::parse(text).ok()?;
    if url.port().is_none() {
        // A scheme without hosts keeps none.
        url.set_port(Some(port)).ok()?;
    }
    Some(url.into())
}

fn adversarial() -> Vec<String> {
    let cases: Vec<Value> = serde_json::from_str(ADVERSARIAL).unwrap();
    let refused = cases.iter().filter(|case| case["kind"] == "url" && case["expect"] == "reject");
    refused.map(|case| case["input"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn no_address_and_no_name_reaches_this_machine() {
    let v4 = StandIn::start("127.0.0.1", response("200 OK", "", "")).await;
    let v6 = StandIn::start("::1", response("200 OK", "", "")).await;
    let clients = [
        client(&production(&["127.0.0.1"])),
        client(&production(&["::1"])),
        client(&production(&["93.184.216.34", "127.0.0.1"])),
        client(&production(&["::ffff:127.0.0.1"])),
    ];
    let mut tried = 0;
    let all = adversarial();
    let all =
        all.iter().map(String::as_str).chain(LITERALS.iter().copied()).chain(NAMES.iter().copied());
    for text in all {
        for server in [&v4, &v6] {
            // As it is written, and aimed at the server that listens.
            for url in [Some(text.to_owned()), aimed(text, server.port())].into_iter().flatten() {
                for client in &clients {
                    let told = outcome(client, &request("POST", &url)).await;
                    assert!(
                        told == "terminal address-refused" || told == "terminal request-invalid",
                        "{url}: {told}"
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 500);
    assert_eq!((v4.reached(), v6.reached()), (0, 0));
}

#[tokio::test]
async fn one_bad_address_among_the_answers_refuses_the_name() {
    let cases: Vec<Value> = serde_json::from_str(ADVERSARIAL).unwrap();
    for case in cases.iter().filter(|case| case["kind"] == "dns") {
        let answers = case["input"]["answers"][0].as_array().unwrap();
        let answers: Vec<&str> = answers.iter().map(|it| it.as_str().unwrap()).collect();
        let url = format!("https://{}.example/", case["input"]["name"].as_str().unwrap());
        let told = outcome(&client(&production(&answers)), &request("GET", &url)).await;
        assert_eq!(told, "terminal address-refused", "{}", case["why"]);
    }
}

#[tokio::test]
async fn the_refusal_names_the_setting_that_would_lift_it_and_lifting_it_works() {
    let server = StandIn::tls("127.0.0.1", response("200 OK", "", "")).await;
    let url = format!("https://127.0.0.1:{}/", server.port());
    let refused = client(&trusting(production(&[]), &server));
    assert_eq!(outcome(&refused, &request("GET", &url)).await, "terminal address-refused");
    let entry = format!("127.0.0.1:{}", server.port());
    let allowed = Egress::new(policy(Environment::Production, &[entry]));
    let allowed = client(&trusting(allowed, &server));
    assert_eq!(outcome(&allowed, &request("GET", &url)).await, "200");
    assert_eq!(server.reached(), 1);
}

#[tokio::test]
async fn an_entry_with_a_port_opens_no_other_port_to_a_name() {
    let server = StandIn::tls("127.0.0.1", response("200 OK", "", "")).await;
    let mut egress = trusting(production(&["127.0.0.1"]), &server);
    egress.policy =
        policy(Environment::Production, &["127.0.0.0/8:9".to_owned(), "db.example:9".to_owned()]);
    let client = client(&egress);
    for host in ["evil.example", "db.example"] {
        let url = format!("https://{host}:{}/", server.port());
        assert_eq!(outcome(&client, &request("GET", &url)).await, "terminal address-refused");
    }
    assert_eq!(server.reached(), 0);
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let inside = StandIn::start("127.0.0.1", response("200 OK", "", "")).await;
    for status in [300, 301, 302, 303, 304, 305, 307, 308] {
        for target in [
            format!("http://127.0.0.1:{}/", inside.port()),
            format!("//127.0.0.1:{}/", inside.port()),
            "https://localhost/".to_owned(),
        ] {
            let behaviour =
                response(&format!("{status} X"), &format!("Location: {target}\r\n"), "");
            let server = StandIn::tls("127.0.0.2", behaviour).await;
            let entry = format!("127.0.0.2:{}", server.port());
            let egress = Egress::new(policy(Environment::Production, &[entry]));
            let client = client(&trusting(egress, &server));
            let url = format!("https://127.0.0.2:{}/", server.port());
            assert_eq!(outcome(&client, &request("POST", &url)).await, "terminal http-redirect");
            assert_eq!(server.reached(), 1);
        }
    }
    assert_eq!(inside.reached(), 0);
}

/// Answers with another address each time.
struct Rebinding(Mutex<Vec<IpAddr>>);

impl Names for Rebinding {
    fn addresses<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let address = self.0.lock().unwrap().pop();
        Box::pin(std::future::ready(Ok(address.into_iter().collect())))
    }
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_judged_by_the_answer_that_is_used() {
    let server = StandIn::start("127.0.0.1", response("200 OK", "", "")).await;
    // The first answer is fine and leads nowhere (nobody listens on 127.0.0.2); the second is the attack.
    let answers = ["127.0.0.1", "127.0.0.2"].map(|it| it.parse().unwrap()).to_vec();
    let names = Arc::new(Rebinding(Mutex::new(answers)));
    let policy = policy(Environment::Production, &["127.0.0.2".to_owned()]);
    let client = client(&Egress { names, ..Egress::new(policy) });
    let url = format!("https://rebind.example:{}/", server.port());
    assert_eq!(outcome(&client, &request("POST", &url)).await, "retryable connect-failed");
    assert_eq!(outcome(&client, &request("POST", &url)).await, "terminal address-refused");
    assert_eq!(outcome(&client, &request("POST", &url)).await, "retryable name-not-found");
    assert_eq!(server.reached(), 0);
}

const CHILD: &str = "RELANCE_TEST_TARGET";

#[tokio::test]
async fn proxy_variables_change_nothing() {
    let proxy = StandIn::start("127.0.0.1", response("200 OK", "", "")).await;
    let server = StandIn::start("127.0.0.2", response("200 OK", "", "")).await;
    let address = format!("http://127.0.0.1:{}", proxy.port());
    let target = format!("http://127.0.0.2:{}/", server.port());
    let test = "world::attacks::a_child_process_calls_its_target";
    let exit = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", test]).env(CHILD, target);
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            command.env(name, &address).env(name.to_ascii_lowercase(), &address);
        }
        command.output()
    });
    let output = exit.await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!((server.reached(), proxy.reached()), (1, 0));
}

/// Calls what its environment names; without that, a port that is closed. Its parent sets proxy variables around it.
#[tokio::test]
async fn a_child_process_calls_its_target() {
    #[expect(clippy::disallowed_methods, reason = "the variables are what is tested")]
    let target = std::env::var(CHILD);
    let development = client(&super::stand_in::development());
    let closed = format!("http://127.0.0.1:{}/", closed_port().await);
    let called = outcome(&development, &request("GET", target.as_ref().unwrap_or(&closed))).await;
    assert_eq!(called, if target.is_ok() { "200" } else { "retryable connect-failed" });
    let production = client(&production(&["127.0.0.1"]));
    let refused = outcome(&production, &request("GET", "https://evil.example/")).await;
    assert_eq!(refused, "terminal address-refused");
}

#[tokio::test]
async fn a_call_that_is_refused_says_so_without_the_url() {
    let client = client(&production(&["10.0.0.5"]));
    let failure = relance_runtime::port::Http::send(
        &client,
        &request("GET", "https://evil.example/?token=abc"),
    )
    .await;
    insta::assert_snapshot!(failure.unwrap_err().reason().message, @r#"`evil.example` may not be called: it stands for 10.0.0.5, a private address; [egress] allow = ["10.0.0.5"] would allow it"#);
}

#[tokio::test]
async fn a_server_that_is_not_trusted_is_not_spoken_to() {
    let server = StandIn::tls("127.0.0.1", Behaviour::HangUp).await;
    let other = StandIn::tls("127.0.0.1", Behaviour::HangUp).await;
    let entry = format!("127.0.0.1:{}", server.port());
    let egress = Egress::new(policy(Environment::Production, &[entry]));
    let client = client(&trusting(egress, &other));
    let url = format!("https://127.0.0.1:{}/", server.port());
    assert_eq!(outcome(&client, &request("POST", &url)).await, "retryable tls-failed");
    assert_eq!(server.requests().len(), 0);
}
