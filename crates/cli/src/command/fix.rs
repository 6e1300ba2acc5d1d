//! `relance fix`: mends graph and block files by the fixes of their findings, and says what is left to do.
//!
//! A file is written whole or not at all, and not touched where there is nothing to mend. What comes through standard input leaves
//! through standard output, mended or not, so that an editor can put it in its place.

mod diff;
mod told;

use relance_diagnostics::Safety;
use relance_validator::{Fixed, fix_checked};

use self::told::Told;
use super::files::{Files, Judged, Tally};
use crate::{
    args::{Setup, say},
    config::Config,
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
    #[command(flatten)]
    files: Files,
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
    #[command(flatten)]
    setup: Setup,
}

/// Runs the command.
pub(crate) fn fix(args: &Fix, out: &Output) -> Result<Exit, Trouble> {
    let config = Config::load(&args.setup)?;
    let mut tally = Tally::default();
    let mut fixes = 0;
    let down_to = if args.guesses { Safety::Unsafe } else { Safety::Safe };
    let searched = args.files.each(&config.options, &mut tally, out, |judged, tally| {
        let fixed = fix_checked(judged.source, judged.checked.clone(), &config.options, down_to);
        match leave(judged, &fixed, args.diff, out) {
            Ok(()) => {
                tally.judged(&fixed.checked);
                fixes += fixed.applied.len();
            }
            Err(trouble) => tally.trouble(&trouble, out),
        }
        Ok(())
    })?;
    if args.diff && fixes > 0 {
        tally.at_least(Exit::Bad);
    }
    if tally.files() > 1 || (searched && !tally.is_empty()) {
        note(&format!("\n{}\n", told::total(&tally, fixes, args.diff, out.language)));
    }
    Ok(tally.exit())
}

/// Puts a mended text where it belongs, or shows what would change in it; and says what was done and what is left.
fn leave(judged: Judged<'_>, fixed: &Fixed, only_show: bool, out: &Output) -> Result<(), Trouble> {
    let Judged { file, source, checked: before } = judged;
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
