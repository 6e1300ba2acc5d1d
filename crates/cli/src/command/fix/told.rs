//! What is said of a file that was mended: each fix by its place, what is left, and the way on.

use relance_diagnostics::{
    Language, Safety, Source, Span, Text,
    render::{self, Report, clean, human},
};
use relance_validator::{Applied, Checked, Fixed};

use crate::{
    command::files::Tally,
    output::{Output, push_line},
    words::plural,
};

/// A file, before and after.
pub(super) struct Told<'t> {
    pub(super) source: &'t Source,
    pub(super) before: &'t Checked,
    pub(super) fixed: &'t Fixed,
    /// Whether nothing was written.
    pub(super) only_shown: bool,
}

impl Told<'_> {
    /// All that is said of the file.
    pub(super) fn sentences(&self, out: &Output) -> String {
        let language = out.language;
        let mut said = format!("{}\n", self.heading().to(language));
        for fix in &self.fixed.applied {
            let place = self.source.place(fix.offset);
            let (line, column) = (place.line, place.column);
            let sentence = self.sentence(fix);
            push_line(&mut said, &format!("  {line}:{column} {}", sentence.to(language)));
        }
        let checked = &self.fixed.checked;
        if checked.diagnostics.is_empty() {
            return said;
        }
        let report = Report {
            source: &self.fixed.source,
            mask: &checked.mask,
            diagnostics: &checked.diagnostics,
            valid: checked.is_valid(),
            runnable: checked.is_runnable(),
        };
        said.push('\n');
        said.push_str(&human(&report, language, out.style_for_notes()));
        push_line(&mut said, &render::summary(&report, language));
        for way_on in self.ways_on() {
            push_line(&mut said, way_on.to(language));
        }
        said
    }

    fn heading(&self) -> Text {
        let name = clean(self.source.name());
        let done = if self.fixed.edits.is_empty() {
            Text::fixed("nothing to fix", "rien à corriger")
        } else {
            done(self.fixed.applied.len(), self.only_shown)
        };
        Text::new(format!("{name}: {}", done.en), format!("{name} : {}", done.fr))
    }

    /// What one fix did, and for which mistake.
    fn sentence(&self, applied: &Applied) -> Text {
        let code = applied.code;
        let title = &applied.fix.title;
        let whole = Span { start: 0, end: u32::MAX };
        let hidden = [(self.source, self.before), (&self.fixed.source, &self.fixed.checked)];
        if hidden.iter().any(|(source, it)| it.mask.is_repeated_in(source.view(), whole, &title.en))
        {
            return Text::new(code.to_owned(), code.to_owned());
        }
        Text::new(
            format!("{} ({code})", clean(&title.en)),
            format!("{} ({code})", clean(&title.fr)),
        )
    }

    /// How to mend what is left: guesses are for a person to look at, and so is what brings more to light than it mends.
    fn ways_on(&self) -> Vec<Text> {
        let found = &self.fixed.checked.diagnostics;
        let left = |safety| {
            found.iter().filter(|it| it.fix.as_ref().is_some_and(|it| it.safety == safety)).count()
        };
        let mut ways_on = Vec::new();
        let held_back = left(Safety::Safe);
        if held_back > 0 {
            ways_on.push(Text::new(
                format!(
                    "{held_back} {} held back: more mistakes would come to light than {}",
                    if held_back == 1 { "fix is" } else { "fixes are" },
                    if held_back == 1 { "it mends" } else { "they mend" },
                ),
                format!(
                    "{held_back} {} {} : {} plus d'erreurs {}",
                    plural("correction", held_back),
                    plural("retenue", held_back),
                    if held_back == 1 {
                        "elle ferait apparaître"
                    } else {
                        "elles feraient apparaître"
                    },
                    if held_back == 1 { "qu'elle n'en corrige" } else { "qu'elles n'en corrigent" },
                ),
            ));
        }
        let guesses = left(Safety::Unsafe);
        if guesses > 0 {
            ways_on.push(Text::new(
                format!(
                    "{guesses} more {}: see what `relance fix --unsafe --diff` would do",
                    if guesses == 1 { "fix is a guess" } else { "fixes are guesses" },
                ),
                format!(
                    "{guesses} {} {} : voyez ce que ferait `relance fix --unsafe --diff`",
                    plural("correction", guesses),
                    plural("incertaine", guesses),
                ),
            ));
        }
        ways_on
    }
}

/// The last line for several files: `3 files: 2 valid, 1 with errors; 5 fixes applied`.
pub(super) fn total(tally: &Tally, fixes: usize, only_shown: bool, language: Language) -> String {
    let done = done(fixes, only_shown);
    let files = tally.sentence(language);
    match language {
        Language::English => format!("{files}; {}", done.en),
        Language::French => format!("{files} ; {}", done.fr),
    }
}

/// How many fixes there were.
fn done(count: usize, only_shown: bool) -> Text {
    let fixes = if count == 1 { "fix" } else { "fixes" };
    let corrections = plural("correction", count);
    if only_shown {
        return Text::new(
            format!("{count} {fixes} to apply"),
            format!("{count} {corrections} à appliquer"),
        );
    }
    Text::new(
        format!("{count} {fixes} applied"),
        format!("{count} {corrections} {}", plural("appliquée", count)),
    )
}
