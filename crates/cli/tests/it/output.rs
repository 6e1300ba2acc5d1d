//! Where results go: pipes that break, disks that are full, terminals with and without colours.

use std::{fs::File, io::Read, process::Stdio};

use crate::bench::Bench;

/// A file with far more findings than a pipe holds.
fn many_mistakes() -> String {
    let node = r#"{ "id": "", "type": "action", "position": { "x": 0, "y": 0 }, "data": { "parameters": { "a": 1 } } }"#;
    format!("{{ \"nodes\": [{}], \"edges\": [] }}", vec![node; 500].join(","))
}

#[test]
fn a_reader_that_goes_away_ends_the_output_and_not_the_verdict() {
    let bench = Bench::new().file("many.json", many_mistakes());
    let mut child = bench.start("validate many.json");
    let mut beginning = [0; 100];
    let mut pipe = child.stdout.take().unwrap();
    pipe.read_exact(&mut beginning).unwrap();
    drop(pipe);
    let said = bench.said(child.wait_with_output().unwrap());
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
}

#[test]
fn a_reader_that_goes_away_does_not_stop_a_run() {
    let bench = Bench::new().graph("local.json", 0).graph("camille.json", 0);
    let mut child = bench.start("run local.json --contact camille.json");
    drop(child.stdout.take());
    let said = bench.said(child.wait_with_output().unwrap());
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert!(bench.relance("runs").out.contains("succeeded"));
}

#[test]
fn output_that_cannot_be_written_is_said() {
    let bench = Bench::new().graph("local.json", 0).graph("camille.json", 0);
    for args in ["schema", "explain", "run local.json --contact camille.json --events"] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let child = bench.command(args).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let said = bench.said(child.wait_with_output().unwrap());
        insta::assert_snapshot!(format!("no_room_for_{}", args.split(' ').next().unwrap()), said);
    }
    assert!(bench.relance("runs").out.contains("succeeded"), "the run itself is well");
}

#[test]
fn colours_are_for_those_who_want_them() {
    let coloured = |bench: Bench| {
        let said = bench.graph("invalid.json", 0).relance("validate invalid.json nowhere.json");
        (said.out.contains('\u{1b}'), said.err.contains('\u{1b}'))
    };
    assert_eq!(coloured(Bench::new()), (false, false), "a pipe is no terminal");
    assert_eq!(coloured(Bench::new().variable("CLICOLOR_FORCE", "1")), (true, true));
    assert_eq!(
        coloured(Bench::new().variable("CLICOLOR_FORCE", "1").variable("NO_COLOR", "1")),
        (false, false)
    );
}
