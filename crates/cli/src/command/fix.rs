//! `relance fix`: mends graph and block files by the fixes of their findings, and says what is left to do.
//!
//! A file is written whole or not at all, and not touched where there is nothing to mend. What comes through standard input leaves
//! through standard output, mended or not, so that an editor can put it in its place.

mod diff;
mod told;

use std::path::PathBuf;

use relance_diagnostics::{Safety, Source};
use relance_model::document::MAX_BYTES;
use relance_validator::{Checked, Fixed, check};

use self::told::Told;
use super::validate::{Tally, is_of_another_kind, nothing_of_ours};
use crate::{
    args::{Setup, say},
    config::Config,
    input::{self, Chosen, Selection},
    output::{Output, note},
    save,
    trouble::{Exit, Trouble},
};

#[derive(Debug, clap::Args)]
#[command(
    about = say("Mend graphs and blocks", "Corriger des graphes et des blocs"),
    long_about = say(
        "Mend graphs and blocks\n\n\
         What surely means what its author meant is mended, and the rest of the file stays as it is, byte for byte. \
         Valid files are not touched, and no file ends with more errors than it had. \
         What is left is told, as `relance validate` tells it.\n\n\
         Standard input is mended to standard output.",
        "Corriger des graphes et des blocs\n\n\
         Ce dont le sens est certain est corrigé, et le reste du fichier est conservé octet pour octet. \
         Les fichiers valides ne sont pas modifiés, et aucun fichier n'a plus d'erreurs après qu'avant. \
         Ce qui reste à corriger est affiché comme par `relance validate`.\n\n\
         L'entrée standard est corrigée vers la sortie standard.",
    )
)]
pub(crate) struct Fix {
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
        long = "unsafe",
        help = say(
            "Apply fixes that are guesses too, such as https for http: look at what they do",
            "Appliquer aussi les corrections incertaines, comme https pour http : à relire",
        )
    )]
    guesses: bool,
    #[arg(
        long,
        help = say(
            "Write nothing: show what would change, and exit with 1 if anything would",
            "Ne rien écrire : montrer ce qui changerait, et terminer avec le code 1 s'il y a lieu",
        )
    )]
    diff: bool,
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
pub(crate) fn fix(args: &Fix, out: &Output) -> Result<Exit, Trouble> {
    let config = Config::load(&args.setup)?;
    let selection = Selection::of(&args.files);
    let searched = selection.is_searched();
    let mut tally = Tally::default();
    let mut fixes = 0;
    for trouble in selection.troubles {
        tally.unreadable(&trouble, out);
    }
    let down_to = if args.guesses { Safety::Unsafe } else { Safety::Safe };
    for file in &selection.files {
        let source = match input::read_as(&file.path, MAX_BYTES, args.stdin_name.as_deref()) {
            Ok(source) => source,
            Err(trouble) => {
                tally.unreadable(&trouble, out);
                continue;
            }
        };
        let before = check(&source, &config.options);
        if is_of_another_kind(file, &source, &before) {
            tally.of_another_kind();
            continue;
        }
        let fixed = relance_validator::fix(&source, &config.options, down_to);
        let mended = Mended { file, source: &source, before: &before, fixed: &fixed };
        match mended.leave(args.diff, out) {
            Ok(()) => {
                tally.judged(&fixed.checked);
                fixes += fixed.applied.len();
            }
            Err(trouble) => tally.trouble(&trouble, out),
        }
    }
    if searched && tally.is_empty() {
        tally.trouble(&nothing_of_ours(tally.others()), out);
    }
    if args.diff && fixes > 0 {
        tally.at_least(Exit::Bad);
    }
    if tally.files() > 1 || (searched && !tally.is_empty()) {
        note(&format!("\n{}\n", told::total(&tally, fixes, args.diff, out.language)));
    }
    Ok(tally.exit())
}

/// A file with what became of it.
struct Mended<'m> {
    file: &'m Chosen,
    source: &'m Source,
    before: &'m Checked,
    fixed: &'m Fixed,
}

impl Mended<'_> {
    /// Puts the text where it belongs, or shows what would change in it; and says what was done and what is left.
    fn leave(&self, only_show: bool, out: &Output) -> Result<(), Trouble> {
        let Mended { file, source, before, fixed } = *self;
        if only_show {
            out.print(&diff::unified(source, &before.mask, fixed, out))?;
        } else if file.is_stream() {
            out.print_bytes(fixed.source.bytes())?;
        } else if !fixed.edits.is_empty() {
            save::replace(&file.path, source.bytes(), fixed.source.bytes())?;
        }
        let told = Told { source, before, fixed, only_shown: only_show };
        note(&told.sentences(out));
        Ok(())
    }
}
