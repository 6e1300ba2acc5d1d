//! The closing line: how a file fared, in one sentence.

use super::{Report, clean::clean, words};
use crate::{Language, Severity, Text};

/// `2 errors, 1 warning in relance.json`, or `relance.json: valid`.
pub fn summary(report: &Report<'_>, language: Language) -> String {
    let name = clean(report.source.name());
    let mut parts = Vec::new();
    if report.valid {
        let verdict = if report.runnable {
            Text::new(format!("{name}: valid"), format!("{name} : valide"))
        } else {
            Text::new(
                format!("{name}: valid, but not runnable"),
                format!("{name} : valide, mais pas exécutable"),
            )
        };
        parts.push(verdict.to(language).to_owned());
    }
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let count = report.diagnostics.iter().filter(|it| it.severity == severity).count();
        if count > 0 {
            parts.push(words::count(severity, count, language));
        }
    }
    let said = parts.join(", ");
    if report.valid {
        return said;
    }
    match language {
        Language::English => format!("{said} in {name}"),
        Language::French => format!("{said} dans {name}"),
    }
}
