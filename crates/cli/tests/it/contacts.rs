//! `relance contacts` and `relance tasks`.

use std::fs;

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
        ("twice.csv", "email,Adresse e-mail\na@b.fr,c@d.fr\n".as_bytes()),
        ("ragged.csv", b"email,phone\na@b.fr\nc@d.fr,,more\n"),
        ("nobody.csv", b"email,phone,company\n,,Atelier\n,12,\na@b.fr,,\n"),
        ("latin.csv", b"email,company\na@b.fr,Caf\xe9\n"),
        ("utf_16.csv", b"\xff\xfee\0m\0a\0i\0l\0"),
        ("not_closed.json", b"[{ \"email\": \"a@b.fr\" }, { \"email\": \"c@d.fr\""),
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
fn columns_have_the_names_of_spreadsheets_and_others_are_kept() {
    let table = "Prénom;Nom;E-mail;Téléphone;Ville\nCamille;Martin;camille@exemple.fr;06 12 34 56 78;Lyon\n;;;;\n";
    let bench = Bench::new().file("contacts.csv", table);
    assert_eq!(bench.relance("contacts import contacts.csv").code, Some(0));
    insta::assert_snapshot!(bench.relance("contacts list --format json"));
}

#[test]
fn bad_lines_are_passed_over_and_kept_when_asked_for() {
    let table = "email;company\na@b.fr;Atelier\n;\"Chez; Sam\"\nc@d.fr;x;y\na@b.fr;twice\n";
    let lines = "{ \"email\": \"e@f.fr\" }\nnot json\n";
    let bench = Bench::new().file("contacts.csv", table).file("more.jsonl", lines);
    let skip = "contacts import contacts.csv --skip-bad-lines";
    insta::assert_snapshot!("passed_over", bench.relance(skip));
    let kept = |name: &str| fs::read_to_string(bench.path(name)).unwrap();
    assert_eq!(kept("contacts.rejects.csv"), "email;company\n;\"Chez; Sam\"\nc@d.fr;x;y\n");
    assert_eq!(bench.relance(skip).code, Some(0));
    assert!(!bench.path("contacts.rejects-2.csv").exists(), "the same lines are kept once");
    fs::write(bench.path("contacts.rejects.csv"), "half mended").unwrap();
    insta::assert_snapshot!("passed_over_again", bench.relance(&format!("{skip} --lang fr")));
    assert_eq!(kept("contacts.rejects.csv"), "half mended");
    assert_eq!(bench.relance("contacts import more.jsonl --skip-bad-lines").code, Some(0));
    assert_eq!(kept("more.rejects.jsonl"), "not json\n");
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
