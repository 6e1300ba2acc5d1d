//! What the pages of both languages share: where they stand, and the blocks of code in them.

use anyhow::Context as _;
use relance_diagnostics::Language;

/// Where the pages of a language stand: French beside English, under the same names.
pub(super) fn folder(language: Language) -> &'static str {
    match language {
        Language::English => "docs",
        Language::French => "docs/fr",
    }
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
