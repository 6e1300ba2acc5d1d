//! What the book lists: each action and each finding, in the table of contents and on a page of their own, in both languages.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use relance_diagnostics::{Language, Text};
use relance_model::ActionKind;
use relance_validator::Group;

use super::Files;
use super::page::{LANGUAGES, drawn, folder, page};

/// Every list.
pub(super) fn files(workspace: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for language in LANGUAGES {
        let lists = [
            ("SUMMARY.md", vec![actions(language)?, findings(language)?]),
            ("actions.md", vec![table_of_actions(language)?]),
            ("diagnostics.md", vec![table_of_findings(language)?]),
        ];
        for (name, parts) in lists {
            let path = format!("{}/{name}", folder(language));
            let renewed = drawn(&page(workspace, &path)?, &parts);
            files.insert(path.clone(), renewed.context(path)?);
        }
    }
    Ok(files)
}

/// The pages of actions, as the table of contents lists them.
fn actions(language: Language) -> Result<String, std::fmt::Error> {
    let mut list =
        format!("- [{}](actions.md)\n", Text::fixed("The actions", "Les actions").to(language));
    for kind in ActionKind::ALL {
        let title = kind.spec().title.to(language);
        writeln!(list, "  - [{title}](actions/{}.md)", kind.as_str())?;
    }
    Ok(list)
}

/// The pages of findings, as the table of contents lists them.
fn findings(language: Language) -> Result<String, std::fmt::Error> {
    let all = Text::fixed("All findings", "Tous les constats");
    let mut list = format!("- [{}](diagnostics.md)\n", all.to(language));
    for group in Group::ALL {
        writeln!(list, "- [{}]()", group.title().to(language))?;
        for code in group.codes() {
            writeln!(list, "  - [{code}](diagnostics/{code}.md)")?;
        }
    }
    Ok(list)
}

fn table_of_actions(language: Language) -> Result<String, std::fmt::Error> {
    let columns = Text::fixed(
        "| action | `action_type` | what it does |",
        "| action | `action_type` | ce qu'elle fait |",
    );
    let none = Text::fixed("none", "aucun");
    let mut table = format!("{}\n|---|---|---|\n", columns.to(language));
    for kind in ActionKind::ALL {
        let spec = kind.spec();
        let tag =
            spec.action_type.map_or_else(|| none.to(language).to_owned(), |it| format!("`{it}`"));
        let (title, about) = (spec.title.to(language), spec.about.to(language));
        writeln!(table, "| [{title}](actions/{}.md) | {tag} | {about} |", kind.as_str())?;
    }
    Ok(table)
}

fn table_of_findings(language: Language) -> Result<String, std::fmt::Error> {
    let columns = Text::fixed("| code | weight | what it is |", "| code | poids | ce que c'est |");
    let mut page = String::new();
    for group in Group::ALL {
        writeln!(
            page,
            "## {}\n\n{}\n|---|---|---|",
            group.title().to(language),
            columns.to(language)
        )?;
        for code in group.codes() {
            let (weight, title) = (code.severity().word(), code.title());
            let (weight, title) = (weight.to(language), title.to(language));
            writeln!(page, "| [`{code}`](diagnostics/{code}.md) | {weight} | {title} |")?;
        }
        writeln!(page)?;
    }
    Ok(page)
}
