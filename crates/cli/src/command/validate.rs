//! `relance validate`: checks graph and block files, and says everything that is wrong with them.
//!
//! Files are read, judged and told one by one, so that what is held in memory is one of them, however many there are.

mod format;

use std::borrow::Cow;

use relance_diagnostics::{Diagnostic, Severity, Text, render::Report};
use relance_validator::Checked;

use self::format::{Format, Teller};
use super::files::{Files, Judged, Tally};
use crate::{
    args::{Setup, say},
    config::Config,
    output::Output,
    trouble::{Exit, Trouble},
};

#[derive(Debug, clap::Args)]
#[command(
    about = say("Check graphs and blocks", "Vérifier des graphes et des blocs"),
    long_about = say(
        "Check graphs and blocks\n\n\
         Every mistake in a file is told in one pass, under the exact characters, with a way out.\n\n\
         In a folder, and where a pattern is given in quotes, JSON files that hold neither a graph nor a block are passed by. \
         A file that is named is always judged.",
        "Vérifier des graphes et des blocs\n\n\
         Toutes les erreurs d'un fichier sont données en une fois, sous les caractères en cause, avec la manière d'en sortir.\n\n\
         Dans un dossier, ou avec un motif entre guillemets, les fichiers JSON qui ne contiennent ni graphe ni bloc sont \
         laissés de côté. Un fichier nommé est toujours vérifié.",
    )
)]
pub(crate) struct Validate {
    #[command(flatten)]
    files: Files,
    #[arg(
        long,
        value_enum,
        default_value_t = Format::Human,
        value_name = say("FORMAT", "FORMAT"),
        help = say("How findings are shown", "Présentation des constats")
    )]
    format: Format,
    #[arg(
        long,
        help = say("Show errors only", "Ne montrer que les erreurs")
    )]
    quiet: bool,
    #[arg(
        long,
        value_name = say("COUNT", "NOMBRE"),
        help = say(
            "Exit with 1 when there are more warnings than that",
            "Terminer avec le code 1 s'il y a plus d'avertissements que ce nombre",
        )
    )]
    max_warnings: Option<usize>,
    #[command(flatten)]
    setup: Setup,
}

/// Runs the command.
pub(crate) fn validate(args: &Validate, out: &Output) -> Result<Exit, Trouble> {
    let config = Config::load(&args.setup)?;
    let mut teller = Teller::new(args.format, args.quiet, out);
    let mut tally = Tally::default();
    let searched = args.files.each(&config.options, &mut tally, out, |judged, tally| {
        tally.judged(judged.checked);
        teller.tell(&Report { diagnostics: &shown(judged.checked, args.quiet), ..report(judged) })
    })?;
    let too_many = args.max_warnings.filter(|most| tally.warnings() > *most);
    if too_many.is_some() {
        tally.at_least(Exit::Bad);
    }
    teller.end(&tally, searched)?;
    if let Some(most) = too_many {
        out.complain(&too_many_warnings(tally.warnings(), most));
    }
    Ok(tally.exit())
}

fn report(judged: Judged<'_>) -> Report<'_> {
    let Judged { file: _, source, checked } = judged;
    Report {
        source,
        mask: &checked.mask,
        diagnostics: &checked.diagnostics,
        valid: checked.is_valid(),
        runnable: checked.is_runnable(),
    }
}

/// The findings to show.
fn shown(checked: &Checked, quiet: bool) -> Cow<'_, [Diagnostic]> {
    if !quiet {
        return Cow::Borrowed(&checked.diagnostics);
    }
    let errors = checked.diagnostics.iter().filter(|it| it.severity == Severity::Error);
    Cow::Owned(errors.cloned().collect())
}

fn too_many_warnings(warnings: usize, most: usize) -> Trouble {
    Trouble::bad(Text::new(
        format!("too many warnings: {warnings}, and --max-warnings allows {most}"),
        format!("trop d'avertissements : {warnings}, et --max-warnings en admet {most}"),
    ))
}
