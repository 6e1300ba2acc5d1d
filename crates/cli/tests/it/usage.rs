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
fn every_refusal_has_its_words_in_both_languages() {
    let bench = Bench::new();
    let told = [
        "validate --strict x.json",
        "validat x.json",
        "run graph.json",
        "validate --formt json x.json",
        "validate --format jsno x.json",
        "validate --format",
        "validate --max-warnings many x.json",
        "validate --quiet --quiet x.json",
        "show run --format json --events",
        "run graph.json --contact contact.json --max-wait soon",
        "run graph.json --contact contact.json --sandbox-dir here",
        "runs --status asleep",
        "resolve run block succeeded --output {",
        "resolve run block maybe",
        "contacts",
        "--lang de",
    ]
    .map(|args| {
        let (english, french) = (bench.relance(args), bench.relance(&format!("--lang fr {args}")));
        assert_eq!((english.code, french.code), (Some(2), Some(2)), "{args}");
        format!("$ relance {args}\n{}\n{}", english.err, french.err)
    });
    insta::assert_snapshot!(told.join("\n"));
}

/// What `clap` would say by itself.
const CLAPS_WORDS: [&str; 9] = [
    "Usage",
    "Commands:",
    "Options:",
    "Arguments:",
    "default:",
    "ossible values:",
    "Print ",
    "COMMAND>",
    "Show",
];

#[test]
fn help_in_french_is_french_throughout() {
    for command in
        ["", "validate", "run", "runs", "resolve", "schema", "contacts", "tasks", "db", "explain"]
    {
        for flag in ["-h", "--help"] {
            let said =
                Bench::new().variable("LANG", "fr_FR.UTF-8").relance(&format!("{command} {flag}"));
            assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{command}");
            let english = CLAPS_WORDS.iter().find(|word| said.out.contains(**word));
            assert_eq!(english, None, "{}", said.out);
            if flag == "--help" && ["", "validate", "resolve"].contains(&command) {
                insta::assert_snapshot!(format!("french_help_of_{command}"), said.out);
            }
        }
    }
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
        "stop",
        "contacts",
        "contacts import",
        "contacts list",
        "contacts opt-out",
        "tasks",
        "tasks done",
        "db",
        "db check",
        "db backup",
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
