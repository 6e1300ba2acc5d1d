//! What references may name, as the model tells it: a drawn part of `references.md` in both languages.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use relance_diagnostics::{Language, Text};
use relance_model::names::{CONTACT, ERROR, FILTERS, Name, ROOTS, RUN};

use super::Files;
use super::page::{LANGUAGES, drawn, folder, page};

/// The page in both languages.
pub(super) fn files(workspace: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for language in LANGUAGES {
        let path = format!("{}/references.md", folder(language));
        let renewed = drawn(&page(workspace, &path)?, &[tables(language)?]);
        files.insert(path.clone(), renewed.context(path)?);
    }
    Ok(files)
}

fn tables(language: Language) -> Result<String, std::fmt::Error> {
    let mut page = String::new();
    let tables: [(Text, &[Name]); 5] = [
        (Text::fixed("a path begins with", "un chemin commence par"), &ROOTS),
        (Text::fixed("after `contact.`", "après `contact.`"), &CONTACT),
        (Text::fixed("after `run.`", "après `run.`"), &RUN),
        (Text::fixed("after `blocks.<id>.error.`", "après `blocks.<id>.error.`"), &ERROR),
        (Text::fixed("filter", "filtre"), &FILTERS),
    ];
    for (heading, names) in tables {
        let meaning = Text::fixed("what it is", "ce que c'est");
        writeln!(page, "| {} | {} |\n|---|---|", heading.to(language), meaning.to(language))?;
        for name in names {
            writeln!(page, "| `{}` | {} |", name.name, name.about.to(language))?;
        }
        writeln!(page)?;
    }
    Ok(page)
}
