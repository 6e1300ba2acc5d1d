//! `relance db`: checking and backing up.

use std::{fs, os::unix::fs::PermissionsExt};

use regex::Regex;
use rusqlite::Connection;

use crate::bench::Bench;

/// A folder with a database in which one run has ended.
fn bench() -> Bench {
    let bench = Bench::new().graph("local.json", 0).graph("camille.json", 0);
    let said = bench.relance("run local.json --contact camille.json --run-id r1");
    assert_eq!(said.code, Some(0), "{said}");
    bench
}

fn change(bench: &Bench, sql: &str) {
    Connection::open(bench.path("relance.db")).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_sound_database_is_said_to_be_sound() {
    let bench = bench();
    let before = fs::read(bench.path("relance.db")).unwrap();
    let told = ["db check", "db check --lang fr", "db check --format json"]
        .map(|args| format!("$ relance {args}\n{}", bench.relance(args)));
    insta::assert_snapshot!(told.join("\n"));
    assert_eq!(fs::read(bench.path("relance.db")).unwrap(), before, "looking changes nothing");
}

#[test]
fn what_is_wrong_is_told_with_a_way_out() {
    let bench = bench();
    change(
        &bench,
        "DELETE FROM events WHERE seq = 2; UPDATE runs SET graph = 'other'; DELETE FROM tasks",
    );
    let told = ["db check", "db check --lang fr", "db check --format json"]
        .map(|args| format!("$ relance {args}\n{}", bench.relance(args)));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_damaged_file_is_told_and_not_copied() {
    let bench = bench();
    let mut bytes = fs::read(bench.path("relance.db")).unwrap();
    let length = bytes.len();
    bytes[4096 * 2..length].fill(0x5a);
    fs::write(bench.path("relance.db"), &bytes).unwrap();
    let said = bench.relance("db check");
    assert_eq!(said.code, Some(1), "{said}");
    assert!(said.out.starts_with("damaged-file: the file is damaged"), "{said}");
    let said = bench.relance("db backup copy.db");
    assert_eq!(said.code, Some(1), "{said}");
    assert!(said.err.contains("no copy was made"), "{said}");
    assert_eq!(files(&bench), ["camille.json", "local.json", "relance.db"]);
    assert_eq!(fs::read(bench.path("relance.db")).unwrap(), bytes, "it is left as it was");
}

#[test]
fn a_copy_is_whole_and_can_take_the_place_of_the_database() {
    let bench = bench();
    let told =
        ["db backup copy.db", "db backup copie.db --lang fr", "db backup c.db --format json"]
            .map(|args| format!("$ relance {args}\n{}", bench.relance(args)));
    let size = Regex::new("\"bytes\":\\d+").unwrap();
    insta::assert_snapshot!(size.replace(&told.join("\n"), "\"bytes\":SIZE"));
    let mode = fs::metadata(bench.path("copy.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it is for its owner only");
    fs::remove_file(bench.path("relance.db")).unwrap();
    fs::rename(bench.path("copy.db"), bench.path("relance.db")).unwrap();
    assert_eq!(bench.relance("db check").code, Some(0));
    assert_eq!(bench.relance("show r1").code, Some(0));
    let again = bench.relance("run local.json --contact camille.json --run-id r1 --format json");
    assert_eq!(again.code, Some(0), "{again}");
    assert_eq!(bench.relance("tasks --format json").out.matches("\"id\"").count(), 1);
}

#[test]
fn nothing_is_written_over_in_silence() {
    let bench = bench().file("copy.db", "kept");
    let told = [
        "db backup copy.db",
        "db backup copy.db --lang fr",
        "db backup relance.db --force",
        "db backup ./relance.db --force --lang fr",
        "db backup nowhere/copy.db",
        "db backup nowhere/copy.db --lang fr",
    ]
    .map(|args| format!("$ relance {args}\n{}", bench.relance(args)));
    insta::assert_snapshot!(told.join("\n"));
    assert_eq!(fs::read(bench.path("copy.db")).unwrap(), b"kept");
    assert_eq!(bench.relance("db backup copy.db --force").code, Some(0));
    assert_eq!(bench.relance("db check --db copy.db").code, Some(0));
    assert_eq!(files(&bench), ["camille.json", "copy.db", "local.json", "relance.db"]);
}

#[test]
fn a_database_in_use_is_not_replaced() {
    let bench = bench();
    assert_eq!(bench.relance("db backup copy.db").code, Some(0));
    let used = Connection::open(bench.path("copy.db")).unwrap();
    used.query_row("SELECT count(*) FROM runs", (), |row| row.get::<_, i64>(0)).unwrap();
    let told = ["db backup copy.db --force", "db backup copy.db --force --lang fr"]
        .map(|args| format!("$ relance {args}\n{}", bench.relance(args)));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn there_must_be_a_database() {
    let bench = Bench::new();
    for args in ["db check", "db backup copy.db"] {
        let said = bench.relance(args);
        assert_eq!(said.code, Some(2), "{said}");
        assert!(said.err.contains("there is no database `relance.db`"), "{said}");
    }
    assert_eq!(files(&bench), Vec::<String>::new());
}

/// What lies in the folder.
fn files(bench: &Bench) -> Vec<String> {
    let entries = fs::read_dir(bench.path(".")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
