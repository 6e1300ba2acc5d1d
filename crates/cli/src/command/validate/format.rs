//! The forms in which findings leave, told file by file.

use std::borrow::Cow;

use clap::ValueEnum;
use relance_diagnostics::render::{
    self, Ending, JsonWriter, Report, Rule, SarifWriter, concise, github, human,
};
use relance_validator::Code;

use crate::{
    args::say,
    command::{explain, files::Tally},
    output::Output,
    trouble::Trouble,
};

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    #[value(help = say(
        "For people: the line, the place in it, and help",
        "Pour les personnes : la ligne, l'endroit exact et l'aide",
    ))]
    Human,
    #[value(help = say(
        "For editors and scripts: one finding a line",
        "Pour les éditeurs et les scripts : un constat par ligne",
    ))]
    Concise,
    #[value(help = say(
        "For programs: one object for all files",
        "Pour les programmes : un objet pour tous les fichiers",
    ))]
    Json,
    #[value(help = say(
        "For code scanning: a SARIF 2.1.0 log, with fixes",
        "Pour l'analyse de code : un journal SARIF 2.1.0, avec les corrections",
    ))]
    Sarif,
    #[value(help = say(
        "For GitHub Actions: annotations beside the lines",
        "Pour GitHub Actions : des annotations à côté des lignes",
    ))]
    Github,
}

/// Somebody who tells findings in one form.
pub(super) struct Teller<'o> {
    out: &'o Output,
    form: Form<'o>,
    /// Whether nothing is said to people about files in which there is nothing to tell.
    quiet: bool,
}

enum Form<'o> {
    Human { told: usize },
    Concise,
    Json(JsonWriter),
    Sarif(Box<SarifWriter<'o>>),
    Github,
}

impl<'o> Teller<'o> {
    pub(super) fn new(format: Format, quiet: bool, out: &'o Output) -> Teller<'o> {
        let form = match format {
            Format::Human => Form::Human { told: 0 },
            Format::Concise => Form::Concise,
            Format::Json => Form::Json(JsonWriter::new(out.language)),
            Format::Sarif => {
                Form::Sarif(Box::new(SarifWriter::new(env!("CARGO_PKG_VERSION"), out.language)))
            }
            Format::Github => Form::Github,
        };
        Teller { out, form, quiet }
    }

    /// Tells what was found in a file.
    pub(super) fn tell(&mut self, report: &Report<'_>) -> Result<(), Trouble> {
        let (out, language) = (self.out, self.out.language);
        let text = match &mut self.form {
            Form::Human { .. } if self.quiet && report.diagnostics.is_empty() => return Ok(()),
            Form::Human { told } => {
                *told += 1;
                let findings = human(report, language, out.style());
                format!("{findings}{}\n", render::summary(report, language))
            }
            Form::Concise => concise(report, language),
            Form::Json(writer) => writer.file(report),
            Form::Sarif(writer) => writer.file(report),
            Form::Github => github(report, language),
        };
        out.print(&text)
    }

    /// Tells what there is to say at the end.
    pub(super) fn end(self, tally: &Tally, searched: bool) -> Result<(), Trouble> {
        let (out, language) = (self.out, self.out.language);
        match self.form {
            Form::Human { told } => {
                if (searched && !tally.is_empty()) || tally.files() > 1 {
                    let gap = if told > 0 { "\n" } else { "" };
                    out.print(&format!("{gap}{}\n", tally.sentence(language)))?;
                }
                if let Some(way_on) = tally.way_on() {
                    out.print(&format!("{}\n", way_on.to(language)))?;
                }
                Ok(())
            }
            Form::Concise | Form::Github => Ok(()),
            Form::Json(writer) => out.print(&writer.end()),
            Form::Sarif(writer) => {
                let ending =
                    Ending { exit_code: tally.exit() as u8, troubles: tally.troubles().to_vec() };
                out.print(&writer.end(&ending, |code| rule(code, out)))
            }
        }
    }
}

/// What is known of a code: its page says it.
fn rule(code: &'static str, out: &Output) -> Option<Rule<'static>> {
    let known: Code = code.parse().ok()?;
    let page = explain::page(known, out.language)?;
    Some(Rule {
        code,
        severity: known.severity(),
        title: known.title(),
        meaning: meaning(page),
        page,
    })
}

/// The first paragraph of a page.
fn meaning(page: &str) -> Cow<'_, str> {
    let paragraphs = page.split("\n\n").map(str::trim);
    let mut prose = paragraphs.filter(|it| !it.is_empty() && !it.starts_with(['#', '<', '`']));
    Cow::Borrowed(prose.next().unwrap_or_default())
}
