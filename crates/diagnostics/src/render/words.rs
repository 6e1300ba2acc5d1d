//! The few words that the renderers add to the findings themselves.

use crate::{Language, Safety, Severity, Text};

pub(super) const BLOCK: Text = Text::fixed("block", "bloc");
pub(super) const HELP: Text = Text::fixed("help", "aide");
pub(super) const NOTE: Text = Text::fixed("note", "note");
pub(super) const SEE: Text = Text::fixed("see", "voir");

/// What stands between a word and what it announces.
pub fn colon(language: Language) -> &'static str {
    match language {
        Language::English => ": ",
        Language::French => " : ",
    }
}

/// Where the page of a finding stands, in the reader's language.
pub(super) fn page(code: &str, language: Language) -> String {
    match language {
        Language::English => format!("docs/diagnostics/{code}.md"),
        Language::French => format!("docs/fr/diagnostics/{code}.md"),
    }
}

/// What announces a fix.
pub(super) fn fix(safety: Safety) -> Text {
    match safety {
        Safety::Safe => Text::fixed("fix", "correction"),
        Safety::Unsafe => Text::fixed("possible fix", "correction possible"),
    }
}

/// `1 warning`, `2 warnings`.
pub(super) fn count(severity: Severity, count: usize, language: Language) -> String {
    let word = severity.word();
    let plural = match language {
        Language::English => count != 1,
        Language::French => count >= 2,
    };
    format!("{count} {}{}", word.to(language), if plural { "s" } else { "" })
}
