//! What is wrong with the arguments, in the words of this program: what `clap` found, said in the reader's language.

use clap::{
    Error,
    error::{ContextKind, ContextValue, ErrorKind},
};
use relance_diagnostics::Text;

use crate::trouble::Trouble;

/// Why the arguments are not understood.
pub(crate) fn refusal(error: &Error) -> Trouble {
    let trouble = Trouble::unusable(message(error));
    let trouble = meant(error).into_iter().fold(trouble, |trouble, meant| {
        trouble.help(Text::new(
            format!("did you mean `{meant}`?"),
            format!("vouliez-vous dire `{meant}` ?"),
        ))
    });
    let trouble = choices(error).into_iter().fold(trouble, Trouble::help);
    match usage(error) {
        Some(usage) => {
            let is_plain = |word: &&str| !word.starts_with(['[', '<', '-', '(']);
            let command = usage.split(' ').take_while(is_plain).collect::<Vec<_>>().join(" ");
            trouble.help(Text::new(
                format!("it is written `{usage}`; `{command} --help` tells more"),
                format!("écrivez `{usage}` ; `{command} --help` en dit plus"),
            ))
        }
        None => {
            trouble.help(Text::fixed("`relance --help` tells more", "`relance --help` en dit plus"))
        }
    }
}

fn message(error: &Error) -> Text {
    let argument = texts(error, ContextKind::InvalidArg).join(", ");
    let value = texts(error, ContextKind::InvalidValue).join(", ");
    match error.kind() {
        ErrorKind::UnknownArgument => Text::new(
            format!("`{argument}` is not expected here"),
            format!("`{argument}` n'est pas attendu ici"),
        ),
        ErrorKind::InvalidSubcommand => {
            let command = texts(error, ContextKind::InvalidSubcommand).join(" ");
            Text::new(
                format!("there is no command `{command}`"),
                format!("il n'y a pas de commande `{command}`"),
            )
        }
        ErrorKind::MissingRequiredArgument => {
            Text::new(format!("this is missing: {argument}"), format!("il manque : {argument}"))
        }
        ErrorKind::MissingSubcommand => {
            Text::fixed("it is not said which command is meant", "il manque la commande à exécuter")
        }
        ErrorKind::InvalidValue if value.is_empty() => Text::new(
            format!("`{argument}` needs a value"),
            format!("`{argument}` demande une valeur"),
        ),
        ErrorKind::InvalidValue => Text::new(
            format!("`{value}` is not a value of `{argument}`"),
            format!("`{value}` n'est pas une valeur de `{argument}`"),
        ),
        ErrorKind::ValueValidation if is_no_number(error) => Text::new(
            format!("`{value}` is not a value of `{argument}`: write a whole number"),
            format!("`{value}` n'est pas une valeur de `{argument}` : écrivez un nombre entier"),
        ),
        ErrorKind::ValueValidation => {
            // Parsers of ours speak the language that was settled.
            let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            Text::new(
                format!("`{value}` is not a value of `{argument}`: {why}"),
                format!("`{value}` n'est pas une valeur de `{argument}` : {why}"),
            )
        }
        ErrorKind::ArgumentConflict => {
            let other = texts(error, ContextKind::PriorArg).join(", ");
            if other.is_empty() || other == argument {
                return Text::new(
                    format!("`{argument}` can be given only once"),
                    format!("`{argument}` ne peut être donné qu'une fois"),
                );
            }
            Text::new(
                format!("`{argument}` does not go with `{other}`"),
                format!("`{argument}` ne va pas avec `{other}`"),
            )
        }
        ErrorKind::NoEquals => Text::new(
            format!("`{argument}` wants an equals sign before its value"),
            format!("`{argument}` demande un signe égal devant sa valeur"),
        ),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            Text::new(
                format!("`{argument}` was given a wrong number of values"),
                format!("`{argument}` n'a pas reçu le bon nombre de valeurs"),
            )
        }
        ErrorKind::InvalidUtf8 => Text::fixed(
            "an argument is not text in UTF-8",
            "un argument n'est pas un texte en UTF-8",
        ),
        // Help and the version are answers; what else there may be one day is quoted as it comes.
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::DisplayVersion
        | ErrorKind::Io
        | ErrorKind::Format
        | _ => Text::new(error.to_string(), error.to_string()),
    }
}

/// Whether a whole number was wanted, and something else given.
fn is_no_number(error: &Error) -> bool {
    std::error::Error::source(error)
        .and_then(|why| why.downcast_ref::<std::num::ParseIntError>())
        .is_some()
}

/// What was surely meant.
fn meant(error: &Error) -> Vec<String> {
    let kinds =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    kinds.into_iter().flat_map(|kind| texts(error, kind)).collect()
}

/// What may be given instead.
fn choices(error: &Error) -> Option<Text> {
    let listed = |names: Vec<String>| (!names.is_empty()).then(|| names.join("`, `"));
    let values = listed(texts(error, ContextKind::ValidValue)).map(|values| {
        Text::new(format!("write one of `{values}`"), format!("valeurs possibles : `{values}`"))
    });
    values.or_else(|| {
        let commands = listed(texts(error, ContextKind::ValidSubcommand))?;
        Some(Text::new(format!("commands: `{commands}`"), format!("commandes : `{commands}`")))
    })
}

/// How the command is written: `relance validate [OPTIONS] <FILE>...`.
fn usage(error: &Error) -> Option<String> {
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else { return None };
    let usage = usage.to_string();
    let usage = usage.trim().strip_prefix("Usage:").unwrap_or(&usage).trim();
    // Without options there may be two lines, one for each way.
    usage.lines().next().map(str::trim).filter(|usage| !usage.is_empty()).map(str::to_owned)
}

/// What is known of one thing: none, one or several texts.
fn texts(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}
