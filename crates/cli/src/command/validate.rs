//! `relance validate`: checks graph and block files, and says everything that is wrong with them.
//!
//! Files are read, judged and told one by one, so that what is held in memory is one of them, however many there are.

mod format;
mod tally;

use std::{borrow::Cow, path::PathBuf};

use relance_diagnostics::{Diagnostic, Severity, Source, Text, render::Report};
use relance_model::document::MAX_BYTES;
use relance_validator::{Checked, check};

use self::format::{Format, Teller};
pub(super) use self::tally::Tally;
use crate::{
    args::{Setup, say},
    config::Config,
    input::{self, Chosen, Selection},
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
    #[arg(
        required = true,
        value_name = say("FILE", "FICHIER"),
        help = say(
            "Files, folders or patterns such as 'relances/**/*.json'; - is standard input",
            "Fichiers, dossiers ou motifs comme 'relances/**/*.json' ; - désigne l'entrée standard",
        )
    )]
    files: Vec<PathBuf>,
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
    #[arg(
        long,
        value_name = say("FILE", "FICHIER"),
        help = say(
            "Name to give to standard input in findings",
            "Nom à donner à l'entrée standard dans les constats",
        )
    )]
    stdin_name: Option<String>,
    #[command(flatten)]
    setup: Setup,
}

/// Runs the command.
pub(crate) fn validate(args: &Validate, out: &Output) -> Result<Exit, Trouble> {
    let config = Config::load(&args.setup)?;
    let selection = Selection::of(&args.files);
    let searched = selection.is_searched();
    let mut teller = Teller::new(args.format, args.quiet, out);
    let mut tally = Tally::default();
    for trouble in selection.troubles {
        tally.unreadable(&trouble, out);
    }
    for file in &selection.files {
        match input::read_as(&file.path, MAX_BYTES, args.stdin_name.as_deref()) {
            Ok(source) => {
                let checked = check(&source, &config.options);
                if is_of_another_kind(file, &source, &checked) {
                    tally.of_another_kind();
                    continue;
                }
                tally.judged(&checked);
                let shown = shown(&checked, args.quiet);
                teller.tell(&Report { diagnostics: &shown, ..report(&source, &checked) })?;
            }
            Err(trouble) => tally.unreadable(&trouble, out),
        }
    }
    if searched && tally.is_empty() {
        tally.trouble(&nothing_of_ours(tally.others()), out);
    }
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

/// Whether a search found something that is no business of ours: valid files always are.
pub(super) fn is_of_another_kind(file: &Chosen, source: &Source, checked: &Checked) -> bool {
    file.searched && !checked.is_valid() && !input::is_ours(source)
}

fn report<'a>(source: &'a Source, checked: &'a Checked) -> Report<'a> {
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

pub(super) fn nothing_of_ours(others: usize) -> Trouble {
    let trouble = Trouble::unusable(Text::new(
        format!("nothing was checked: none of the JSON files ({others}) is a graph or a block"),
        format!(
            "rien n'a été vérifié : aucun des fichiers JSON ({others}) n'est un graphe ou un bloc"
        ),
    ));
    trouble.help(Text::fixed(
        "name a file to have it judged anyway",
        "nommez un fichier pour qu'il soit vérifié quand même",
    ))
}

fn too_many_warnings(warnings: usize, most: usize) -> Trouble {
    Trouble::bad(Text::new(
        format!("too many warnings: {warnings}, and --max-warnings allows {most}"),
        format!("trop d'avertissements : {warnings}, et --max-warnings en admet {most}"),
    ))
}
