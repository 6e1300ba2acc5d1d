//! `relance run`.

use std::path::Path;

use crate::{
    bench::Bench,
    receiver::{Answer, Receiver},
};

const DEVELOPMENT: &str = "environment = \"development\"";

/// A bench with a contact, and a service that its graphs may call.
fn bench(graph: &str, receiver: &Receiver) -> Bench {
    Bench::configured(DEVELOPMENT).graph(graph, receiver.port).graph("camille.json", 0)
}

/// A bench with a contact, whose graphs call nobody.
fn alone(graph: &str) -> Bench {
    Bench::new().graph(graph, 0).graph("camille.json", 0)
}

#[test]
fn the_example_runs_in_the_sandbox() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let command = |more: &str| {
        let (graph, contact) = (examples.join("relance-devis.json"), examples.join("contact.json"));
        format!("run {} --contact {} --sandbox {more}", graph.display(), contact.display())
    };
    let bench = Bench::new();
    let said = bench.relance(&command(""));
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    // Parallel branches end in any order.
    let mut lines: Vec<String> = said.to_string().lines().map(str::to_owned).collect();
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"));
    let said = bench.relance(&command("--lang fr --sandbox-dir received"));
    assert!(said.out.contains("Tout est fait pour Camille Martin"), "{}", said.out);
    assert!(bench.path("received/received.jsonl").is_file());
    assert!(!bench.path("relance.db").exists(), "the database of a sandbox is a throwaway one");
}

#[test]
fn what_happens_is_told_in_words() {
    let receiver = Receiver::new(&[Answer::Status(201, "{\"ok\": true}")]);
    let bench = bench("call.json", &receiver);
    insta::assert_snapshot!(bench.relance("run call.json --contact camille.json"));
    insta::assert_snapshot!("heard_by_the_service", receiver.heard().join("\n"));
}

#[test]
fn local_effects_are_told_in_french() {
    let bench = alone("local.json");
    insta::assert_snapshot!(bench.relance("run local.json --contact camille.json --lang fr"));
}

#[test]
fn json_is_the_report() {
    let said = alone("local.json")
        .relance("run local.json --contact camille.json --format json --run-id r1");
    assert_eq!((said.code, said.err.as_str(), said.out.lines().count()), (Some(0), "", 1));
    insta::assert_snapshot!(said);
}

#[test]
fn events_are_an_object_a_line() {
    let said =
        alone("local.json").relance("run local.json --contact camille.json --events --run-id r1");
    assert!(said.out.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    insta::assert_snapshot!(said);
}

#[test]
fn a_failure_that_an_error_edge_deals_with_is_no_failure_of_the_run() {
    let receiver = Receiver::new(&[Answer::Status(404, "{\"error\": \"no such quote\"}")]);
    let bench = bench("look.json", &receiver);
    insta::assert_snapshot!(bench.relance("run look.json --contact camille.json"));
}

#[test]
fn a_failure_that_nothing_deals_with_fails_the_run() {
    let receiver = Receiver::new(&[Answer::Status(422, "{\"error\": \"qui is missing\"}")]);
    let bench = bench("call.json", &receiver);
    insta::assert_snapshot!(bench.relance("run call.json --contact camille.json"));
    let said = bench.relance("runs --status failed");
    assert!(said.out.contains("failed"), "{}", said.out);
}

#[test]
fn a_busy_service_is_tried_again() {
    let receiver = Receiver::new(&[Answer::Status(503, "{}"), Answer::Status(200, "{}")]);
    let bench = bench("call.json", &receiver)
        .file("relance.toml", format!("{DEVELOPMENT}\n[retry]\nfirst_wait = \"10ms\""));
    let said = bench.relance("run call.json --contact camille.json");
    insta::assert_snapshot!(said);
}

#[test]
fn an_invalid_graph_does_not_run() {
    let bench = alone("invalid.json");
    let said = bench.relance("run invalid.json --contact camille.json");
    assert_eq!(said.code, Some(1));
    insta::assert_snapshot!(said);
    assert!(!bench.path("relance.db").exists());
    let said = bench.relance("run invalid.json --contact camille.json --format json");
    let object: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, &object["files"][0]["valid"]), (Some(1), &false.into()));
}

#[test]
fn a_graph_that_is_not_runnable_says_why() {
    insta::assert_snapshot!(
        alone("foreign.json").relance("run foreign.json --contact camille.json")
    );
}

#[test]
fn a_missing_text_is_found_before_the_run() {
    let bench = alone("reply.json");
    insta::assert_snapshot!(bench.relance("run reply.json --contact camille.json"));
    let bench =
        bench.file("relance.toml", "[texts.reply]\nmessage = \"Bonjour {{ contact.first_name }}\"");
    insta::assert_snapshot!(
        "with_the_text",
        bench.relance("run reply.json --contact camille.json")
    );
}

#[test]
fn a_missing_secret_is_found_before_the_run_and_is_never_shown() {
    let receiver = Receiver::new(&[Answer::Status(200, "{}")]);
    let bench = bench("secret.json", &receiver);
    let run = "run secret.json --contact camille.json";
    insta::assert_snapshot!("not_set", bench.relance(run));
    let bench = bench.variable("RELANCE_SECRET_OUTIL", "sk_relance_fixture_0123456789");
    insta::assert_snapshot!("bound_to_no_host", bench.relance(run));
    let bench = bench
        .file("relance.toml", format!("{DEVELOPMENT}\n[secrets.OUTIL]\nhosts = [\"127.0.0.1\"]"));
    let said = bench.relance(run);
    assert_eq!(said.code, Some(0), "{said}");
    let all = said.to_string() + &bench.relance(&format!("{run} --events")).out;
    assert!(!all.contains("sk_relance_fixture_0123456789"));
}

#[test]
fn a_contact_that_cannot_be_read_is_refused() {
    let bench = alone("local.json")
        .file("broken.json", "{ \"email\": \"a@b.fr\", \"email\": \"c@d.fr\" }")
        .file("unknown.json", "{ \"emial\": \"a@b.fr\" }")
        .file("nobody.json", "{ \"first_name\": \"Camille\" }")
        .file("phone.json", "{ \"phone\": \"12\" }")
        .file(
            "nested.json",
            "{ \"id\": \"1\", \"fields\": { \"adresse\": { \"ville\": \"Lyon\" } } }",
        )
        .file("array.json", "[]");
    let said = ["broken", "unknown", "nobody", "phone", "nested", "array", "nowhere"].map(|name| {
        let said = bench.relance(&format!("run local.json --contact {name}.json"));
        assert_eq!(said.code, Some(2), "{name}");
        format!("{name}\n{said}")
    });
    insta::assert_snapshot!(said.join("\n"));
    assert!(!bench.path("relance.db").exists());
}

#[test]
fn the_contact_comes_through_standard_input() {
    let bench = alone("local.json");
    let said = bench.relance_with("run local.json --contact -", "{ \"phone\": \"+33612345678\" }");
    assert_eq!(said.code, Some(0), "{said}");
    insta::assert_snapshot!("both", bench.relance("run - --contact -"));
    insta::assert_snapshot!(
        "a_graph_without_a_name",
        bench.relance("run - --contact camille.json")
    );
}

#[test]
fn the_same_id_again_is_the_same_run() {
    let bench = alone("local.json").graph("reply.json", 0);
    let run = "run local.json --contact camille.json --run-id r1";
    assert_eq!(bench.relance(run).code, Some(0));
    insta::assert_snapshot!(bench.relance(run));
    let tasks = bench.relance("tasks --format json");
    assert_eq!(tasks.out.matches("\"id\"").count(), 1, "{}", tasks.out);
    let other = bench.file("other.json", "{ \"email\": \"other@exemple.fr\" }");
    insta::assert_snapshot!(
        "another_contact",
        other.relance("run local.json --contact other.json --run-id r1")
    );
    insta::assert_snapshot!(
        "a_bad_id",
        other.relance_with("run local.json --contact other.json --run-id \u{7f}", "")
    );
}

#[test]
fn a_configured_proxy_of_the_environment_is_not_used() {
    let receiver = Receiver::new(&[Answer::Status(200, "{}")]);
    let bench = bench("call.json", &receiver)
        .variable("HTTP_PROXY", "http://127.0.0.1:1")
        .variable("ALL_PROXY", "http://127.0.0.1:1");
    assert_eq!(bench.relance("run call.json --contact camille.json").code, Some(0));
}
