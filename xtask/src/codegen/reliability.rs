//! The table of what was proven: drawn from the figures that `cargo xtask prove` keeps, and from nothing else.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use relance_diagnostics::{Language, Text};

use super::Files;
use super::page::{LANGUAGES, drawn, folder, page};
use crate::prove::{Counted, Figures, PROOFS, Seen};

/// The pages with their table.
pub(super) fn files(workspace: &Path) -> anyhow::Result<Files> {
    let figures = Figures::read(workspace)?;
    let mut files = Files::new();
    for language in LANGUAGES {
        let path = format!("{}/reliability.md", folder(language));
        let renewed = drawn(&page(workspace, &path)?, &[table(&figures, language)?]);
        files.insert(path.clone(), renewed.context(path)?);
    }
    Ok(files)
}

fn table(figures: &Figures, language: Language) -> anyhow::Result<String> {
    let columns = Text::fixed("| what | cases | went wrong |", "| quoi | cas | en défaut |");
    let missing = Text::fixed("not run yet", "pas encore lancé");
    let mut table = format!("{}\n|---|--:|--:|\n", columns.to(language));
    for proof in &PROOFS {
        let what = proof.what.to(language);
        let seen = figures.get(proof.name).map(|counted| seen(counted, language));
        let what = format!("{what}{}", seen.unwrap_or_default());
        match figures.get(proof.name) {
            Some(counted) => {
                let cases = grouped(counted.cases, language);
                let wrong: u64 = counted.wrong.values().sum();
                writeln!(table, "| {what} | {cases} | {} |", grouped(wrong, language))?;
            }
            None => writeln!(table, "| {what} | {} | |", missing.to(language))?,
        }
    }
    Ok(table)
}

/// What else a proof tells, behind what it does.
fn seen(counted: &Counted, language: Language) -> String {
    let told = |(seen, number): (&Seen, &u64)| {
        seen.told(&grouped(*number, language)).to(language).to_owned()
    };
    let told: Vec<String> = counted.seen.iter().map(told).collect();
    if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) }
}

/// A number as people write it: `19,536`, `19 536` with a space that does not break.
fn grouped(number: u64, language: Language) -> String {
    let sign = match language {
        Language::English => ",",
        Language::French => "\u{202f}",
    };
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push_str(sign);
        }
        text.push(digit);
    }
    text
}
