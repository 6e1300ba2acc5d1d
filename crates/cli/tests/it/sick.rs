//! Sick databases, met by every command that opens one, in both languages: a sentence, an exit code, and nothing changed.

use std::{
    fs,
    os::unix::{fs::MetadataExt, fs::PermissionsExt, process::CommandExt},
    process::Stdio,
};

use regex::Regex;
use rusqlite::Connection;

use crate::bench::{Bench, Said};

/// Commands that open a database; French need not be heard from each.
const COMMANDS: [&str; 8] = [
    "runs",
    "resume",
    "run local.json --contact camille.json",
    "contacts import camille.json",
    "db check",
    "db backup copy.db",
    "runs --lang fr",
    "db backup copy.db --lang fr",
];

/// A folder with a database in which one run has ended.
fn bench() -> Bench {
    let bench = Bench::new().graph("local.json", 0).graph("camille.json", 0);
    let said = bench.relance("run local.json --contact camille.json --run-id r1");
    assert_eq!(said.code, Some(0), "{said}");
    bench
}

/// What each command says of a database that was made sick so, each answer once; the file must be left as it was.
fn told(sicken: impl Fn(Vec<u8>) -> Vec<u8>) -> String {
    let bench = bench();
    let file = bench.path("relance.db");
    let sick = sicken(fs::read(&file).unwrap());
    fs::write(&file, &sick).unwrap();
    told_of(|command| {
        let said = bench.relance(command);
        assert_eq!(fs::read(&file).unwrap(), sick, "{command} has changed the file");
        assert!(!bench.path("copy.db").exists(), "{command} has copied it");
        said
    })
}

/// The answers, each once with the commands that give it.
fn told_of(answer: impl Fn(&str) -> Said) -> String {
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    // The newest format grows with the program.
    let newest = Regex::new(r"(up to|jusqu'à) \d+").unwrap();
    for command in COMMANDS {
        let said = answer(command);
        assert_ne!(said.code, Some(0), "{command}: {said}");
        let said = newest.replace(&said.to_string(), "$1 N").into_owned();
        match told.iter_mut().find(|(other, _)| *other == said) {
            Some((_, commands)) => commands.push(command),
            None => told.push((said, vec![command])),
        }
    }
    let told = told
        .iter()
        .map(|(said, commands)| format!("$ relance {}\n{said}", commands.join("\n$ relance ")));
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn its_header_is_damaged() {
    insta::assert_snapshot!(told(|mut bytes| {
        bytes[..16].fill(b'x');
        bytes
    }));
}

#[test]
fn it_was_cut_within_a_page() {
    insta::assert_snapshot!(told(|mut bytes| {
        bytes.truncate(4096 * 7 + 1000);
        bytes
    }));
}

#[test]
fn it_lacks_its_last_pages() {
    insta::assert_snapshot!(told(|mut bytes| {
        bytes.truncate(4096 * 5);
        bytes
    }));
}

#[test]
fn its_pages_are_damaged() {
    insta::assert_snapshot!(told(|mut bytes| {
        let length = bytes.len();
        bytes[4096..length].fill(0x5a);
        bytes
    }));
}

#[test]
fn it_is_a_text() {
    insta::assert_snapshot!(told(|_| "Bonjour, ceci est un texte. ".repeat(100).into_bytes()));
}

#[test]
fn it_is_of_another_program() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE cats (name TEXT)").unwrap();
    let other = fs::read(other).unwrap();
    insta::assert_snapshot!(told(|_| other.clone()));
}

#[test]
fn it_is_of_a_newer_version() {
    // The format's number stands at byte 60, the program's mark is left.
    insta::assert_snapshot!(told(|mut bytes| {
        bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
        bytes
    }));
}

#[test]
fn it_is_a_folder() {
    let bench = Bench::new().graph("local.json", 0).graph("camille.json", 0);
    fs::create_dir(bench.path("relance.db")).unwrap();
    insta::assert_snapshot!(told_of(|command| bench.relance(command)));
}

#[test]
fn its_folder_is_not_there() {
    let bench = Bench::new().graph("local.json", 0).graph("camille.json", 0);
    insta::assert_snapshot!(told_of(
        |command| bench.relance(&format!("{command} --db nowhere/relance.db"))
    ));
    assert!(!bench.path("nowhere").exists());
}

#[test]
fn it_may_not_be_read() {
    let bench = bench();
    let program = bench.path("relance");
    fs::copy(env!("CARGO_BIN_EXE_relance"), &program).unwrap();
    fs::set_permissions(bench.path("."), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(bench.path("relance.db"), fs::Permissions::from_mode(0o000)).unwrap();
    insta::assert_snapshot!(told_of(|command| {
        let mut command = bench.command_of(&program, command);
        // Nobody stands above rights but the administrator, who becomes somebody else.
        if fs::metadata(bench.path(".")).unwrap().uid() == 0 {
            command.uid(65534).gid(65534);
        }
        bench.said(command.stdin(Stdio::null()).output().unwrap())
    }));
}

#[test]
fn another_program_holds_it() {
    let bench = bench();
    let other = Connection::open(bench.path("relance.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let writers = [
        "run local.json --contact camille.json",
        "contacts import camille.json --lang fr",
        "contacts opt-out camille@exemple.fr",
    ];
    let started = writers.map(|command| (command, bench.start(command)));
    let told = started.map(|(command, child)| {
        format!("$ relance {command}\n{}", bench.said(child.wait_with_output().unwrap()))
    });
    insta::assert_snapshot!(told.join("\n"));
    // Whoever only reads need not wait.
    for command in ["runs", "show r1", "tasks", "contacts list", "db check", "db backup copy.db"] {
        let said = bench.relance(command);
        assert_eq!(said.code, Some(0), "{command}: {said}");
    }
}

/// No disk of one's own can be had here.
const NO_DISK: i32 = 77;

#[test]
fn the_disk_is_full_before_it_can_be_opened() {
    // A process may be forbidden to write files beyond a size, in blocks of 512 bytes.
    let said = script(&bench(), "sh", &["-c", "trap '' XFSZ; ulimit -f 40; exec $relance runs"]);
    insta::assert_snapshot!(said);
}

#[test]
fn the_disk_of_its_copy_is_full() {
    let bench = bench();
    fs::create_dir(bench.path("small")).unwrap();
    let disk = format!(
        "mount -t tmpfs -o size=64k none small || exit {NO_DISK}
         $relance db backup small/copy.db; echo \"exit code $?\"
         $relance db backup small/copy.db --lang fr
         ls -A small | wc -l"
    );
    let said = script(&bench, "unshare", &["-rm", "sh", "-c", &disk]);
    // Where no disk of its own can be mounted, the test is left out.
    let told = "error: the disk of `small/copy.db` is full: free some space and try again
erreur : le disque de `small/copy.db` est plein : libérez de la place et réessayez
";
    match said.code {
        Some(0) => assert_eq!((said.err.as_str(), said.out.as_str()), (told, "exit code 2\n0\n")),
        _ => assert!(said.out.is_empty(), "{said}"),
    }
}

fn script(bench: &Bench, program: &str, arguments: &[&str]) -> Said {
    let mut process = bench.command_of(program.as_ref(), "");
    process.args(arguments).env("relance", env!("CARGO_BIN_EXE_relance"));
    process.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").stdin(Stdio::null());
    bench.said(process.output().unwrap())
}
