//! Databases that cannot be used: a clear sentence, exit code 2, and nothing half-written.

use std::{
    fs,
    os::unix::{fs::MetadataExt, fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use rusqlite::Connection;

use crate::bench::{Bench, Said};

fn bench() -> Bench {
    Bench::new().graph("local.json", 0).graph("camille.json", 0)
}

const RUN: &str = "run local.json --contact camille.json --run-id r1";

#[test]
fn there_is_none() {
    let bench = bench();
    for command in ["runs", "show r1", "resume", "tasks", "contacts list", "resolve r1 a retry"] {
        let said = bench.relance(command);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{command}");
        assert!(said.err.contains("there is no database `relance.db`"), "{}", said.err);
    }
    assert!(!bench.path("relance.db").exists(), "looking makes nothing");
    insta::assert_snapshot!(bench.relance("runs --db elsewhere.db --lang fr"));
}

#[test]
fn its_folder_is_not_there() {
    insta::assert_snapshot!(bench().relance(&format!("{RUN} --db nowhere/relance.db")));
}

#[test]
fn it_is_a_folder() {
    insta::assert_snapshot!(bench().relance(&format!("{RUN} --db .")));
}

#[test]
fn it_is_not_a_database() {
    let text = "Bonjour, ceci est un texte assez long pour ressembler à un fichier.".repeat(20);
    let bench = bench().file("relance.db", &text);
    insta::assert_snapshot!(bench.relance(RUN));
    assert_eq!(fs::read_to_string(bench.path("relance.db")).unwrap(), text, "it is left as it was");
}

#[test]
fn it_belongs_to_another_program() {
    let bench = bench();
    let other = Connection::open(bench.path("relance.db")).unwrap();
    other.execute_batch("CREATE TABLE cats (name TEXT)").unwrap();
    insta::assert_snapshot!(bench.relance(RUN));
}

#[test]
fn it_is_of_a_newer_version() {
    let bench = bench();
    assert_eq!(bench.relance(RUN).code, Some(0));
    Connection::open(bench.path("relance.db"))
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    insta::assert_snapshot!(bench.relance("runs --lang fr"));
}

#[test]
fn it_is_damaged() {
    let bench = bench();
    assert_eq!(bench.relance(RUN).code, Some(0));
    let mut bytes = fs::read(bench.path("relance.db")).unwrap();
    let size = bytes.len();
    bytes[4096..size].fill(0x5a);
    fs::write(bench.path("relance.db"), bytes).unwrap();
    insta::assert_snapshot!(bench.relance("runs"));
}

#[test]
fn another_process_holds_it() {
    let bench = bench();
    assert_eq!(bench.relance(RUN).code, Some(0));
    let other = Connection::open(bench.path("relance.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    insta::assert_snapshot!(bench.relance("run local.json --contact camille.json"));
    other.execute_batch("ROLLBACK").unwrap();
    let runs = bench.relance("runs --format json").out;
    assert_eq!(runs.matches("\"status\"").count(), 1, "nothing was half-started: {runs}");
}

#[test]
fn its_folder_may_not_be_written() {
    let bench = bench();
    let program = for_nobody(&bench);
    fs::create_dir(bench.path("locked")).unwrap();
    fs::set_permissions(bench.path("locked"), fs::Permissions::from_mode(0o555)).unwrap();
    insta::assert_snapshot!(as_nobody(&bench, &program, &format!("{RUN} --db locked/relance.db")));
}

#[test]
fn it_may_not_be_written() {
    let bench = bench();
    assert_eq!(bench.relance(RUN).code, Some(0));
    let program = for_nobody(&bench);
    fs::set_permissions(bench.path("relance.db"), fs::Permissions::from_mode(0o444)).unwrap();
    let said = as_nobody(&bench, &program, "run local.json --contact camille.json");
    insta::assert_snapshot!(said);
}

/// The program, where somebody without rights finds it; they may look into the folder, and not change it.
fn for_nobody(bench: &Bench) -> PathBuf {
    let program = bench.path("relance");
    fs::copy(env!("CARGO_BIN_EXE_relance"), &program).unwrap();
    fs::set_permissions(bench.path("."), fs::Permissions::from_mode(0o755)).unwrap();
    program
}

/// Gives a command as somebody without rights. Nobody stands above rights but the administrator, who becomes somebody else.
fn as_nobody(bench: &Bench, program: &Path, args: &str) -> Said {
    let mut command = bench.command_of(program, args);
    if fs::metadata(bench.path(".")).unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
    }
    bench.said(command.stdin(Stdio::null()).output().unwrap())
}

/// A run that fits, an import that does not, and what is there afterwards.
const UNTIL_FULL: &str = r#"
    "$relance" run local.json --contact camille.json --db small/relance.db >/dev/null || exit 3
    "$relance" contacts import many.csv --db small/relance.db
    echo "exit code $?"
    "$relance" contacts list --db small/relance.db
    "$relance" runs --db small/relance.db --format json | grep -c '"status":"succeeded"'
"#;

/// No disk of one's own can be had here.
const NO_DISK: i32 = 77;

#[test]
fn the_disk_is_full() {
    let rows: Vec<String> =
        (0..20_000).map(|row| format!("contact-{row}@exemple.fr,Société {row}")).collect();
    let bench = bench().file("many.csv", format!("email,company\n{}\n", rows.join("\n")));
    fs::create_dir(bench.path("small")).unwrap();
    // A process may be forbidden to write files beyond a size: that works everywhere.
    let limited = format!("trap '' XFSZ; ulimit -f 1500; {UNTIL_FULL}");
    let limited = script(&bench, Command::new("sh").args(["-c", &limited]));
    insta::assert_snapshot!(limited);
    // A disk of its own is nearer to the truth, where one can be had.
    let disk = format!("mount -t tmpfs -o size=800k none small || exit {NO_DISK}; {UNTIL_FULL}");
    let unshared = ["-rm", "sh", "-c", &disk];
    let said = script(&bench, Command::new("unshare").args(unshared));
    if said.code == Some(0) {
        let message = "the disk of `small/relance.db` is full: free some space and try again";
        assert_eq!(said.err, format!("error: {message}\n"));
        assert_eq!(said.out, limited.out, "nothing is half-written");
    } else {
        assert!(said.code != Some(3) && said.out.is_empty(), "{said}");
    }
}

fn script(bench: &Bench, command: &mut Command) -> Said {
    command
        .current_dir(bench.path("."))
        .env("relance", env!("CARGO_BIN_EXE_relance"))
        .env("LANG", "C.UTF-8");
    bench.said(command.stdin(Stdio::null()).output().unwrap())
}
