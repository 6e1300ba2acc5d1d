//! Annotations for GitHub Actions: a workflow command a finding, which GitHub shows beside the line in a pull request.
//!
//! The runner reads commands line by line, so whatever could end a line or a property is written as it asks: `%0A` for a line
//! break, and in properties `%3A` and `%2C` for colons and commas. Nothing in a document can begin a command of its own.

use std::fmt::{self, Display, Write as _};

use super::{Report, clean::clean, words};
use crate::{Diagnostic, Language, Severity};

/// One command a finding: `::error file=…,line=…,col=…,title=…::message`, with help on the lines of the message that follow.
pub fn github(report: &Report<'_>, language: Language) -> String {
    let name = clean(report.source.name());
    let mut shown = String::new();
    for diagnostic in report.diagnostics {
        let range = diagnostic.span.range();
        let (start, end) = (report.source.place(range.start), report.source.place(range.end));
        // Writing to a text cannot fail.
        let _ = write!(
            shown,
            "::{} file={},line={},endLine={}",
            command(diagnostic.severity),
            Property(&name),
            start.line,
            end.line,
        );
        // Columns count within one line only.
        if start.line == end.line {
            let _ = write!(shown, ",col={},endColumn={}", start.column, end.column);
        }
        let message = message(diagnostic, language);
        let _ = writeln!(shown, ",title={}::{}", Property(diagnostic.code), Data(&message));
    }
    shown
}

/// What the runner calls a severity.
fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// The sentence, and under it what a terminal would show too: the block, and the ways out.
fn message(diagnostic: &Diagnostic, language: Language) -> String {
    let mut message = clean(diagnostic.message.to(language)).into_owned();
    let colon = words::colon(language);
    // Writing to a text cannot fail.
    let mut line = |word: &str, text: &str| {
        let _ = write!(message, "\n{word}{colon}{}", clean(text));
    };
    if let Some(block) = &diagnostic.block {
        line(words::BLOCK.to(language), block.label.as_ref().unwrap_or(&block.id));
    }
    for help in &diagnostic.help {
        line(words::HELP.to(language), help.to(language));
    }
    message
}

/// What stands after `::`.
struct Data<'t>(&'t str);

impl Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '%' => f.write_str("%25"),
            '\r' => f.write_str("%0D"),
            '\n' => f.write_str("%0A"),
            _ => f.write_char(character),
        })
    }
}

/// What stands after `=`.
struct Property<'t>(&'t str);

impl Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            ':' => f.write_str("%3A"),
            ',' => f.write_str("%2C"),
            _ => Data(character.encode_utf8(&mut [0; 4])).fmt(f),
        })
    }
}
