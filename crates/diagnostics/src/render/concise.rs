//! One line a finding, for editors and scripts that read lines: `file:line:column: error[code]: message`.

use super::{Report, clean::clean};
use crate::Language;

/// One line a finding. The words `error`, `warning` and `info` are the same in every language.
pub fn concise(report: &Report<'_>, language: Language) -> String {
    let name = clean(report.source.name());
    let mut shown = String::new();
    for diagnostic in report.diagnostics {
        let place = report.source.place(diagnostic.span.range().start);
        let line = format!(
            "{name}:{}:{}: {}[{}]: {}\n",
            place.line,
            place.column,
            diagnostic.severity.as_str(),
            diagnostic.code,
            clean(diagnostic.message.to(language)),
        );
        shown.push_str(&line);
    }
    shown
}
