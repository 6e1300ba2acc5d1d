//! How many files fared how, and what exit code follows.

use relance_diagnostics::{Language, Safety, Severity, Text};
use relance_validator::Checked;

use crate::{
    output::Output,
    trouble::{Exit, Trouble},
    words::plural,
};

/// The count so far.
#[derive(Debug, Default)]
pub(in crate::command) struct Tally {
    valid: usize,
    invalid: usize,
    others: usize,
    unreadable: usize,
    warnings: usize,
    mendable: usize,
    troubles: Vec<Text>,
    exit: Option<Exit>,
}

impl Tally {
    pub(in crate::command) fn judged(&mut self, checked: &Checked) {
        let warnings = checked.diagnostics.iter().filter(|it| it.severity == Severity::Warning);
        self.warnings += warnings.count();
        let errors = checked.diagnostics.iter().filter(|it| it.severity == Severity::Error);
        let fixes = errors.filter_map(|it| it.fix.as_ref());
        self.mendable += fixes.filter(|it| it.safety == Safety::Safe).count();
        if checked.is_valid() {
            self.valid += 1;
        } else {
            self.invalid += 1;
            self.at_least(Exit::Bad);
        }
    }

    /// Something that was asked for cannot be checked.
    pub(in crate::command) fn unreadable(&mut self, trouble: &Trouble, out: &Output) {
        self.unreadable += 1;
        self.trouble(trouble, out);
    }

    /// Something is wrong: it is told at once.
    pub(in crate::command) fn trouble(&mut self, trouble: &Trouble, out: &Output) {
        self.at_least(out.complain(trouble));
        self.troubles.push(trouble.message.clone());
    }

    /// A search found JSON about something else.
    pub(in crate::command) fn of_another_kind(&mut self) {
        self.others += 1;
    }

    pub(in crate::command) fn at_least(&mut self, exit: Exit) {
        self.exit = self.exit.max(Some(exit));
    }

    pub(in crate::command) fn exit(&self) -> Exit {
        self.exit.unwrap_or(Exit::Fine)
    }

    /// Whether any file was judged.
    pub(in crate::command) fn is_empty(&self) -> bool {
        self.valid + self.invalid == 0
    }

    /// How many files were asked for.
    pub(in crate::command) fn files(&self) -> usize {
        self.valid + self.invalid + self.unreadable
    }

    pub(in crate::command) fn others(&self) -> usize {
        self.others
    }

    pub(in crate::command) fn warnings(&self) -> usize {
        self.warnings
    }

    pub(in crate::command) fn troubles(&self) -> &[Text] {
        &self.troubles
    }

    /// How to mend what need not be mended by hand, if there is any of that.
    pub(in crate::command) fn way_on(&self) -> Option<Text> {
        let count = self.mendable;
        (count > 0).then(|| {
            Text::new(
                format!("{count} can be mended by `relance fix`"),
                format!("{count} {} par `relance fix`", plural("corrigeable", count)),
            )
        })
    }

    /// The last line for several files: `3 files: 2 valid, 1 unreadable`.
    pub(in crate::command) fn sentence(&self, language: Language) -> String {
        let (files, unreadable) = (self.files(), self.unreadable);
        let counts = [
            (self.valid, Text::new("valid", plural("valide", self.valid))),
            (self.invalid, Text::fixed("with errors", "avec des erreurs")),
            (unreadable, Text::new("unreadable", plural("illisible", unreadable))),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts = counts.map(|(count, word)| format!("{count} {}", word.to(language)));
        let counts = counts.collect::<Vec<_>>().join(", ");
        let sentence = Text::new(
            format!("{files} {}: {counts}", if files == 1 { "file" } else { "files" }),
            format!("{files} {} : {counts}", plural("fichier", files)),
        );
        let mut sentence = sentence.to(language).to_owned();
        if self.others > 0 {
            let others = self.others;
            let passed_by = Text::new(
                format!(
                    " ({others} other JSON {} passed by)",
                    if others == 1 { "file" } else { "files" }
                ),
                format!(
                    " ({others} {} JSON d'une autre nature {} de côté)",
                    plural("fichier", others),
                    plural("laissé", others)
                ),
            );
            sentence.push_str(passed_by.to(language));
        }
        sentence
    }
}
