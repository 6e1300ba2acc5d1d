//! The language in which help is written and arguments are refused.
//!
//! `clap` asks for its texts without saying for whom, so the language is settled once, before it is asked.

use std::{ffi::OsString, sync::OnceLock};

use clap::ValueEnum as _;
use relance_diagnostics::Language;

use super::Lang;

static LANGUAGE: OnceLock<Language> = OnceLock::new();

/// Settles the language: the one that these arguments ask for, else that of the terminal. The first time counts.
pub(crate) fn settle(
    arguments: impl IntoIterator<Item = OsString>,
    terminal: Language,
) -> Language {
    *LANGUAGE.get_or_init(|| asked(arguments).unwrap_or(terminal))
}

/// A text of the command line, in the language that was settled.
pub(crate) fn say(en: &'static str, fr: &'static str) -> &'static str {
    match language() {
        Language::English => en,
        Language::French => fr,
    }
}

/// The language that was settled.
pub(crate) fn language() -> Language {
    LANGUAGE.get().copied().unwrap_or_default()
}

/// What `--lang` says, before the arguments are understood: mistakes in them are told in that language too.
fn asked(arguments: impl IntoIterator<Item = OsString>) -> Option<Language> {
    let mut arguments = arguments.into_iter().skip(1).take_while(|argument| argument != "--");
    let mut asked = None;
    while let Some(argument) = arguments.next() {
        let Some(argument) = argument.to_str() else { continue };
        let value = match argument.strip_prefix("--lang") {
            Some("") => arguments.next().and_then(|value| value.into_string().ok()),
            Some(value) => value.strip_prefix('=').map(str::to_owned),
            None => continue,
        };
        let known = value.and_then(|value| Lang::from_str(&value, false).ok());
        asked = known.map(Language::from).or(asked);
    }
    asked
}

/// The language of a terminal, as programs translated with gettext see it: the locale is the first of `LC_ALL`, `LC_MESSAGES`
/// and `LANG` that says something; unless it is `C`, `LANGUAGE` may list languages by preference.
pub(crate) fn of_terminal(variable: impl Fn(&str) -> Option<String>) -> Language {
    let said = |name: &&str| variable(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(said).unwrap_or_default();
    if matches!(locale.split('.').next(), Some("C" | "POSIX" | "")) {
        return Language::English;
    }
    let preferred = variable("LANGUAGE").unwrap_or_default();
    let mut languages = preferred.split(':').chain([locale.as_str()]).filter_map(Language::of_tag);
    languages.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(variables: &[(&str, &str)]) -> Language {
        let find = |name: &str| variables.iter().find(|(it, _)| *it == name);
        of_terminal(|name| find(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_locale_is_the_first_variable_that_says_something() {
        use Language::{English, French};
        assert_eq!(terminal(&[]), English);
        assert_eq!(terminal(&[("LANG", "fr_FR.UTF-8")]), French);
        assert_eq!(terminal(&[("LANG", "fr")]), French);
        assert_eq!(terminal(&[("LANG", "fr-CA")]), French);
        assert_eq!(terminal(&[("LANG", "frr_DE.UTF-8")]), English);
        assert_eq!(terminal(&[("LANG", "de_DE.UTF-8")]), English);
        assert_eq!(terminal(&[("LC_ALL", "en_GB"), ("LANG", "fr_FR")]), English);
        assert_eq!(terminal(&[("LC_MESSAGES", "fr_FR"), ("LANG", "en_US")]), French);
        assert_eq!(terminal(&[("LC_ALL", ""), ("LANG", "fr_FR")]), French);
    }

    #[test]
    fn language_lists_what_is_preferred_unless_the_locale_is_c() {
        use Language::{English, French};
        assert_eq!(terminal(&[("LANGUAGE", "fr:en"), ("LANG", "en_US.UTF-8")]), French);
        assert_eq!(terminal(&[("LANGUAGE", "de:fr"), ("LANG", "en_US.UTF-8")]), French);
        assert_eq!(terminal(&[("LANGUAGE", "en"), ("LANG", "fr_FR")]), English);
        assert_eq!(terminal(&[("LANGUAGE", "de"), ("LANG", "fr_FR")]), French);
        assert_eq!(terminal(&[("LANGUAGE", "fr"), ("LANG", "C.UTF-8")]), English);
        assert_eq!(terminal(&[("LANGUAGE", "fr"), ("LC_ALL", "POSIX")]), English);
        assert_eq!(terminal(&[("LANGUAGE", "fr")]), English);
    }

    #[test]
    fn the_last_lang_counts_and_only_before_two_dashes() {
        let asked = |line: &str| asked(line.split(' ').map(OsString::from));
        assert_eq!(asked("relance --lang fr x"), Some(Language::French));
        assert_eq!(asked("relance validate --lang=fr --lang en"), Some(Language::English));
        assert_eq!(asked("relance --lang de"), None);
        assert_eq!(asked("relance -- --lang fr"), None);
        assert_eq!(asked("relance --language fr --lang"), None);
    }
}
