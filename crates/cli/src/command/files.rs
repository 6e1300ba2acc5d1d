//! What `validate` and `fix` do alike: take the files that are meant, check them one by one, and pass by those of another kind.

mod tally;

use std::path::PathBuf;

use relance_diagnostics::{Source, Text};
use relance_model::document::MAX_BYTES;
use relance_validator::{Checked, Options, check};

pub(super) use self::tally::Tally;
use crate::{
    args::say,
    input::{self, Chosen, Selection},
    output::Output,
    trouble::Trouble,
};

/// The files to look at.
#[derive(Debug, clap::Args)]
pub(super) struct Files {
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
        display_order = 100,
        value_name = say("FILE", "FICHIER"),
        help = say(
            "Name to give to standard input in findings",
            "Nom à donner à l'entrée standard dans les constats",
        )
    )]
    stdin_name: Option<String>,
}

/// A file, and what was found in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged<'j> {
    pub(super) file: &'j Chosen,
    pub(super) source: &'j Source,
    pub(super) checked: &'j Checked,
}

impl Files {
    /// Checks each file and hands it on. What cannot be read, or is no business of ours, is counted only. Tells whether anything
    /// was searched.
    pub(super) fn each(
        &self,
        options: &Options,
        tally: &mut Tally,
        out: &Output,
        mut take: impl FnMut(Judged<'_>, &mut Tally) -> Result<(), Trouble>,
    ) -> Result<bool, Trouble> {
        let selection = Selection::of(&self.files);
        let searched = selection.is_searched();
        for trouble in selection.troubles {
            tally.unreadable(&trouble, out);
        }
        for file in &selection.files {
            match input::read_as(&file.path, MAX_BYTES, self.stdin_name.as_deref()) {
                Ok(source) => {
                    let checked = &check(&source, options);
                    let judged = Judged { file, source: &source, checked };
                    if judged.is_of_another_kind() {
                        tally.of_another_kind();
                    } else {
                        take(judged, tally)?;
                    }
                }
                Err(trouble) => tally.unreadable(&trouble, out),
            }
        }
        if searched && tally.is_empty() {
            tally.trouble(&nothing_of_ours(tally.others()), out);
        }
        Ok(searched)
    }
}

impl Judged<'_> {
    /// Whether a search found something that is no business of ours: valid files always are.
    fn is_of_another_kind(&self) -> bool {
        self.file.searched && !self.checked.is_valid() && !input::is_ours(self.source)
    }
}

fn nothing_of_ours(others: usize) -> Trouble {
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
