//! `relance contacts` and `relance tasks`.

use crate::{
    bench::Bench,
    receiver::{Answer, Receiver},
};

const TABLE: &str = "email;phone;first_name;tags;fields.devis\n\
    camille@exemple.fr;06 12 34 56 78;Camille;devis | lyon;D-1\n\
    ;+33 7 11 22 33 44;Sam;;\n";

#[test]
fn a_table_is_imported_and_listed() {
    let bench = Bench::new().file("contacts.csv", TABLE);
    insta::assert_snapshot!("imported", bench.relance("contacts import contacts.csv"));
    insta::assert_snapshot!("again", bench.relance("contacts import contacts.csv --lang fr"));
    insta::assert_snapshot!("listed", bench.relance("contacts list"));
    insta::assert_snapshot!("by_tag", bench.relance("contacts list --tag devis --format json"));
    insta::assert_snapshot!("nobody", bench.relance("contacts list --tag paris"));
}

#[test]
fn other_notations_are_read_too() {
    let json = "[{ \"email\": \"a@b.fr\" }, { \"id\": \"7\" }]";
    let lines = "{ \"email\": \"c@d.fr\" }\n\n{ \"email\": \"e@f.fr\" }\n";
    let comma = "\u{feff}email,company\r\ng@h.fr,\"Martin, fils\"\r\n";
    let bench = Bench::new()
        .file("contacts.json", json)
        .file("contacts.jsonl", lines)
        .file("contacts.csv", comma);
    for file in ["contacts.json", "contacts.jsonl", "contacts.csv"] {
        assert_eq!(bench.relance(&format!("contacts import {file}")).code, Some(0), "{file}");
    }
    assert_eq!(bench.relance_with("contacts import -", "email\ni@j.fr\n").code, Some(0));
    insta::assert_snapshot!(bench.relance("contacts list"));
}

#[test]
fn a_list_with_a_mistake_is_not_imported_at_all() {
    let cases = [
        ("unknown.csv", "emial,ville\na@b.fr,Lyon\n".as_bytes()),
        ("twice.csv", b"email,email\na@b.fr,c@d.fr\n"),
        ("ragged.csv", b"email,phone\na@b.fr\n"),
        ("nobody.csv", b"email,phone,company\n,,Atelier\n,12,\na@b.fr,,\n"),
        ("latin.csv", b"email,company\na@b.fr,Caf\xe9\n"),
        ("broken.json", b"[{ \"email\": \"a@b.fr\" },\n { \"emial\": \"c@d.fr\" }]"),
        ("broken.jsonl", b"{ \"email\": \"a@b.fr\" }\nnot json\n{ \"fields\": { \"a\": [] } }\n"),
    ];
    let said = cases.map(|(name, content)| {
        let bench = Bench::new().file(name, content);
        let said = bench.relance(&format!("contacts import {name}"));
        assert_eq!(said.code, Some(1), "{name}");
        assert!(!bench.path("relance.db").exists());
        format!("{name}\n{said}")
    });
    insta::assert_snapshot!(said.join("\n"));
    insta::assert_snapshot!("not_there", Bench::new().relance("contacts import nowhere.csv"));
}

#[test]
fn whoever_opts_out_is_called_about_no_more() {
    let receiver = Receiver::new(&[Answer::Silence]);
    let bench = Bench::configured("environment = \"development\"")
        .file("contacts.csv", TABLE)
        .graph("call.json", receiver.port)
        .graph("camille.json", 0);
    assert_eq!(bench.relance("contacts import contacts.csv").code, Some(0));
    insta::assert_snapshot!("by_phone", bench.relance("contacts opt-out +33612345678"));
    insta::assert_snapshot!(
        "by_e_mail_not_known",
        bench.relance("contacts opt-out new@exemple.fr --lang fr")
    );
    insta::assert_snapshot!("nobody_of_that_name", bench.relance("contacts opt-out nobody"));
    insta::assert_snapshot!("listed_after_the_opt_out", bench.relance("contacts list"));
    insta::assert_snapshot!(
        "run_after_the_opt_out",
        bench.relance("run call.json --contact camille.json")
    );
    assert!(receiver.heard().is_empty());
}

#[test]
fn tasks_are_listed_and_ticked_off() {
    let bench = Bench::new().graph("local.json", 0).graph("camille.json", 0);
    assert_eq!(bench.relance("run local.json --contact camille.json --run-id r1").code, Some(0));
    insta::assert_snapshot!("open", bench.relance("tasks"));
    let tasks = bench.relance("tasks list --format json").out;
    let tasks: serde_json::Value = serde_json::from_str(&tasks).unwrap();
    let id = tasks["tasks"][0]["id"].as_str().unwrap();
    insta::assert_snapshot!("ticked_off", bench.relance(&format!("tasks done {id}")));
    insta::assert_snapshot!("none_left", bench.relance("tasks"));
    insta::assert_snapshot!("all", bench.relance("tasks --all --lang fr"));
    insta::assert_snapshot!("no_such_task", bench.relance("tasks done t-0"));
}
