//! What is said when a command is not understood.

use crate::bench::Bench;

#[test]
fn an_unknown_option_is_wrong_usage() {
    insta::assert_snapshot!(Bench::new().relance("validate --strict x.json"));
}

#[test]
fn an_unknown_command_is_wrong_usage() {
    insta::assert_snapshot!(Bench::new().relance("validat x.json"));
}

#[test]
fn a_command_that_lacks_something_says_what() {
    insta::assert_snapshot!(Bench::new().relance("run graph.json"));
}

#[test]
fn nothing_at_all_shows_the_help() {
    let said = Bench::new().relance("");
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("Usage: relance"), "{}", said.err);
}

#[test]
fn help_is_an_answer() {
    insta::assert_snapshot!(Bench::new().relance("--help"));
    for command in [
        "validate",
        "run",
        "resume",
        "runs",
        "show",
        "resolve",
        "contacts",
        "contacts import",
        "contacts list",
        "contacts opt-out",
        "tasks",
        "tasks done",
        "schema",
        "explain",
    ] {
        let said = Bench::new().relance(&format!("{command} --help"));
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{command}");
        insta::assert_snapshot!(format!("help_of_{}", command.replace(' ', "_")), said.out);
    }
}

#[test]
fn the_version_is_an_answer() {
    let said = Bench::new().relance("--version");
    assert_eq!(said.out, concat!("relance ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn a_duration_that_is_none_is_wrong_usage() {
    let said = Bench::new().relance("run graph.json --contact contact.json --max-wait soon");
    insta::assert_snapshot!(said);
}
