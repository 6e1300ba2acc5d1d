//! Help in the language of its reader.
//!
//! What an argument is for stands beside it, in both languages. What `clap` adds by itself it says in English only; for French
//! that is turned off, and said here.

use clap::{
    Arg, ArgAction, Command,
    builder::{PossibleValue, StyledStr},
};
use relance_diagnostics::Language;

use super::spoken::{language, say};

/// The same command, with help in the language that was settled.
pub(super) fn spoken(command: Command) -> Command {
    let command = command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .global(true)
                .display_order(1000)
                .help(say(
                    "Show help: short with -h, whole with --help",
                    "Afficher l'aide : courte avec -h, complète avec --help",
                )),
        )
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .display_order(1001)
                .help(say("Show the version", "Afficher la version")),
        );
    match language() {
        Language::English => command,
        Language::French => in_french(command),
    }
}

fn in_french(command: Command) -> Command {
    let usage = command.get_styles().get_usage();
    let usage = format!("{usage}Utilisation :{usage:#}");
    command
        .help_template(StyledStr::from(format!(
            "{{before-help}}{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}"
        )))
        .subcommand_help_heading("Commandes ")
        .subcommand_value_name("COMMANDE")
        .mut_args(in_order(argument_in_french))
        .mut_subcommands(in_french)
}

/// Under headings of our own, `clap` would sort what stands in an order.
fn in_order(mut change: impl FnMut(Arg) -> Arg) -> impl FnMut(Arg) -> Arg {
    let mut place = 0;
    move |argument| {
        place += 1;
        let argument = change(argument);
        if argument.is_positional() { argument.display_order(place) } else { argument }
    }
}

fn argument_in_french(argument: Arg) -> Arg {
    let heading = if argument.is_positional() { "Arguments " } else { "Options " };
    let (brief, whole) = (added(&argument, Extent::Brief), added(&argument, Extent::Whole));
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    // Only an argument with a value may hide what is said of its values.
    let hidden = argument.get_action().takes_values();
    argument
        .help_heading(heading)
        .hide_possible_values(hidden)
        .hide_default_value(hidden)
        .help(format!("{help}{brief}"))
        .long_help(format!("{help}{whole}"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Brief,
    Whole,
}

/// What follows the help of an argument: its choices, and its value where nothing is said.
fn added(argument: &Arg, extent: Extent) -> String {
    let takes_a_value = argument.get_action().takes_values();
    let choices = if takes_a_value { argument.get_possible_values() } else { Vec::new() };
    let usual: Vec<_> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let names: Vec<_> = choices.iter().map(PossibleValue::get_name).collect();
    let explained = choices.iter().any(|choice| choice.get_help().is_some());
    let mut added = String::new();
    let gap = match extent {
        Extent::Brief => " ",
        Extent::Whole => "\n\n",
    };
    if !choices.is_empty() && extent == Extent::Whole && explained {
        let widest = names.iter().map(|name| name.len()).max().unwrap_or_default() + 1;
        let lines = choices.iter().map(|choice| {
            let help = choice.get_help().map(ToString::to_string).unwrap_or_default();
            format!("\n- {:widest$}: {help}", choice.get_name())
        });
        added = format!("{gap}Valeurs possibles :{}", lines.collect::<String>());
    } else if !choices.is_empty() {
        added = format!("{gap}[valeurs possibles : {}]", names.join(", "));
    }
    if takes_a_value && !usual.is_empty() {
        added = format!("{added}{gap}[par défaut : {}]", usual.join(", "));
    }
    added
}
