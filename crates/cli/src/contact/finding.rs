//! What is wrong with a line of a list, where, and what to do about it.

use std::path::Path;

use relance_diagnostics::{Language, Severity, Text, render::clean};

use serde::Serialize;

use crate::{
    output::{COLON, HELP, Output, Paint, note, painted, push_line},
    trouble::Trouble,
    words::{count, plural},
};

/// How many findings of a list are kept, and how many of these are told to people. All are counted.
const KEPT: usize = 1000;
const TOLD: usize = 20;

/// One mistake or doubt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finding {
    pub(crate) place: Place,
    pub(crate) fault: Fault,
    pub(crate) message: Text,
    pub(crate) help: Option<Text>,
}

/// Where something stands: lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The kinds of mistakes that a list may have. Their names are for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The text is in another encoding.
    NotUtf8,
    /// No end of a line, of a cell or of an object is found within reason.
    TooLong,
    /// The heading names a column that looks like a known one.
    UnknownColumn,
    /// The heading names a column twice.
    ColumnTwice,
    /// A line has too few cells, or too many.
    Cells,
    /// The text is not JSON.
    NotJson,
    /// The JSON is not a contact.
    NotAContact,
    /// The contact cannot be told from another.
    NoIdentity,
    /// The contact stands further up already.
    ContactTwice,
    /// The e-mail belongs to another contact further up.
    EmailTwice,
}

impl Fault {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Fault::NotUtf8 => "not-utf8",
            Fault::TooLong => "too-long",
            Fault::UnknownColumn => "unknown-column",
            Fault::ColumnTwice => "column-twice",
            Fault::Cells => "cells",
            Fault::NotJson => "not-json",
            Fault::NotAContact => "not-a-contact",
            Fault::NoIdentity => "no-identity",
            Fault::ContactTwice => "contact-twice",
            Fault::EmailTwice => "email-twice",
        }
    }

    /// A doubt keeps no contact from being followed up.
    pub(crate) fn severity(self) -> Severity {
        match self {
            Fault::NotUtf8
            | Fault::TooLong
            | Fault::UnknownColumn
            | Fault::ColumnTwice
            | Fault::Cells
            | Fault::NotJson
            | Fault::NotAContact
            | Fault::NoIdentity => Severity::Error,
            Fault::ContactTwice | Fault::EmailTwice => Severity::Warning,
        }
    }
}

/// What programs read of a finding.
#[derive(Debug, Serialize)]
pub(crate) struct FindingJson<'f> {
    line: usize,
    column: usize,
    severity: &'static str,
    code: &'static str,
    message: &'f str,
    help: Option<&'f str>,
}

impl Finding {
    pub(crate) fn new(place: Place, fault: Fault, message: Text) -> Finding {
        Finding { place, fault, message, help: None }
    }

    /// The same, with a way out.
    #[must_use]
    pub(crate) fn help(self, help: Text) -> Finding {
        Finding { help: Some(help), ..self }
    }

    fn show(&self, name: &str, out: &Output) -> String {
        let Finding { place: Place { line, column }, fault, message, help } = self;
        let severity = fault.severity();
        let paint = if severity == Severity::Error { Paint::Bad } else { Paint::Doubtful };
        let word = painted(paint, out.say(&severity.word()));
        let (colon, message) = (out.say(&COLON), clean(out.say(message)));
        let mut shown = String::new();
        let (name, code) = (clean(name), fault.as_str());
        push_line(&mut shown, &format!("{name}:{line}:{column}: {word}[{code}]{colon}{message}"));
        if let Some(help) = help {
            let word = out.say(&HELP);
            push_line(&mut shown, &format!("  = {word}{colon}{}", clean(out.say(help))));
        }
        shown
    }
}

/// All findings of a list: the first of them, and how many there are.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    first: Vec<Finding>,
    /// Mistakes.
    pub(crate) errors: u64,
    /// Doubts.
    pub(crate) warnings: u64,
}

impl Findings {
    pub(crate) fn push(&mut self, finding: Finding) {
        match finding.fault.severity() {
            Severity::Error => self.errors += 1,
            Severity::Warning | Severity::Info => self.warnings += 1,
        }
        if self.first.len() < KEPT {
            self.first.push(finding);
        }
    }

    /// Says the first of them to people.
    pub(crate) fn tell(&self, name: &str, out: &Output) {
        // What stops a list is told before what only raises doubts.
        let (mut errors, warnings): (Vec<_>, Vec<_>) =
            self.first.iter().partition(|it| it.fault.severity() == Severity::Error);
        errors.extend(warnings);
        let told: String = errors.iter().take(TOLD).map(|it| it.show(name, out)).collect();
        note(&told);
        let shown = u64::try_from(errors.len().min(TOLD)).unwrap_or(u64::MAX);
        let more = (self.errors + self.warnings).saturating_sub(shown);
        if more > 0 {
            let more = Text::new(format!("… and {more} more"), format!("… et {more} de plus"));
            note(&format!("{}\n", out.say(&more)));
        }
    }

    /// The first of them for programs.
    pub(crate) fn json<'f>(&'f self, out: &Output) -> Vec<FindingJson<'f>> {
        let json = |finding: &'f Finding| FindingJson {
            line: finding.place.line,
            column: finding.place.column,
            severity: finding.fault.severity().as_str(),
            code: finding.fault.as_str(),
            message: finding.message.to(out.language),
            help: finding.help.as_ref().map(|help| help.to(out.language)),
        };
        self.first.iter().map(json).collect()
    }

    /// Why the list is not taken. One whose other lines can be read may be taken without its bad ones.
    pub(crate) fn refusal(&self, name: &str, consequence: &Text, skippable: bool) -> Trouble {
        let [en, fr] = self.mistakes();
        let trouble = Trouble::bad(Text::new(
            format!("{en} in `{name}`: {}", consequence.en),
            format!("{fr} dans `{name}` : {}", consequence.fr),
        ));
        if !skippable {
            return trouble;
        }
        trouble.help(Text::fixed(
            "mend the list and give the command again; --skip-bad-lines goes on without bad lines, and keeps them in a file to be \
             mended",
            "corrigez la liste et relancez la commande ; --skip-bad-lines continue sans les mauvaises lignes, et les garde dans un \
             fichier à corriger",
        ))
    }

    /// Says where the bad lines are kept.
    pub(crate) fn passed_over(&self, path: &Path) -> Text {
        let path = path.display();
        let errors = usize::try_from(self.errors).unwrap_or(usize::MAX);
        let word = Text::fixed("line", "ligne");
        let [en, fr] = [Language::English, Language::French].map(|it| count(errors, &word, it));
        Text::new(
            format!(
                "{en} passed over: mend {} in {path}, and give that file",
                if errors == 1 { "it" } else { "them" }
            ),
            format!(
                "{fr} {} : corrigez-{} dans {path}, et donnez ce fichier à son tour",
                plural("ignorée", errors),
                if errors > 1 { "les" } else { "la" }
            ),
        )
    }

    fn mistakes(&self) -> [String; 2] {
        let errors = usize::try_from(self.errors).unwrap_or(usize::MAX);
        let word = Text::fixed("mistake", "erreur");
        [Language::English, Language::French].map(|it| count(errors, &word, it))
    }
}
