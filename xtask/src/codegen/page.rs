//! What the pages of both languages share: where they stand, the parts of them that are drawn, and the blocks of code in them.

use std::path::Path;

use anyhow::{Context as _, bail};
use relance_diagnostics::Language;

use super::read;

/// The languages of the pages.
pub(super) const LANGUAGES: [Language; 2] = [Language::English, Language::French];

/// Where the pages of a language stand: French beside English, under the same names.
pub(super) fn folder(language: Language) -> &'static str {
    match language {
        Language::English => "docs",
        Language::French => "docs/fr",
    }
}

const BEGIN: &str = "<!-- Written by `cargo xtask codegen`: begin -->";
const END: &str = "<!-- Written by `cargo xtask codegen`: end -->";

/// A page that stands on the disk.
pub(super) fn page(workspace: &Path, path: &str) -> anyhow::Result<String> {
    let page = read(workspace, path)?;
    if page.is_empty() {
        bail!("{path} is not there: copy a page that is like it");
    }
    Ok(page)
}

/// The page with each of its marked parts drawn anew; what stands around them is written by hand.
pub(super) fn drawn(page: &str, parts: &[String]) -> anyhow::Result<String> {
    let mut rest = page;
    let mut renewed = String::new();
    for part in parts {
        let (before, marked) =
            rest.split_once(BEGIN).with_context(|| format!("it lacks the line {BEGIN}"))?;
        let (_, after) =
            marked.split_once(END).with_context(|| format!("it lacks the line {END}"))?;
        renewed = format!("{renewed}{before}{BEGIN}\n\n{}\n\n{END}", part.trim());
        rest = after;
    }
    if rest.contains(BEGIN) {
        bail!("it has the line {BEGIN} once too often");
    }
    Ok(renewed + rest)
}

/// The page under another heading.
pub(super) fn headed(page: &str, heading: &str) -> anyhow::Result<String> {
    let (_, body) = page.split_once('\n').context("it has a heading alone")?;
    Ok(format!("# {heading}\n{body}"))
}

/// A fenced block: what it holds, and what stands before and after that.
pub(super) struct Fenced<'p> {
    pub(super) before: &'p str,
    pub(super) text: &'p str,
    pub(super) after: &'p str,
}

impl<'p> Fenced<'p> {
    /// The first block of a language in a part of a page.
    pub(super) fn first(part: &'p str, language: &str) -> anyhow::Result<Fenced<'p>> {
        let opening = format!("```{language}\n");
        let start =
            part.find(&opening).with_context(|| format!("a block {language} is missing"))?;
        let (before, rest) = part.split_at(start + opening.len());
        let end = rest.find("```").with_context(|| format!("its block {language} has no end"))?;
        let (text, after) = rest.split_at(end);
        Ok(Fenced { before, text, after })
    }

    /// The part with another text in this block.
    pub(super) fn holding(&self, text: &str) -> String {
        format!("{}{text}{}", self.before, self.after)
    }
}
