//! `docs/diagnostics/<code>.md`: written by hand, but for what is said about the example.

use std::path::Path;

use anyhow::{Context as _, bail};
use relance_diagnostics::render::{Report, Style, human};
use relance_diagnostics::{Language, Source};
use relance_samples::fixture::written_out;
use relance_validator::{Checked, Code, Options, check};

use super::{Files, read};

/// The four parts of every page.
const PARTS: [&str; 4] = ["What it means", "Why it matters", "Example", "Instead"];

/// So many findings about an example are shown.
const MOST: usize = 3;

/// Every page, with what is said today about its example.
pub(super) fn files(workspace: &Path) -> anyhow::Result<Files> {
    Code::ALL.iter().map(|code| page(workspace, *code)).collect()
}

fn page(workspace: &Path, code: Code) -> anyhow::Result<(String, String)> {
    let path = format!("docs/diagnostics/{}.md", code.as_str());
    let page = read(workspace, &path)?;
    if page.is_empty() {
        bail!("{path} is not there: copy the page of a finding that is like it");
    }
    let renewed = renewed(&page, code).with_context(|| format!("read {path}"))?;
    Ok((path, renewed))
}

/// The page with what is said about its example, once it keeps its promises: four parts, an example that raises the code, and
/// something to write instead that nothing is said about.
fn renewed(page: &str, code: Code) -> anyhow::Result<String> {
    let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    if headings != PARTS || !page.starts_with(&format!("# {}\n", code.as_str())) {
        bail!("its heading is `# {}`, its parts are {}", code.as_str(), PARTS.join(", "));
    }
    let (head, rest) = page.split_once("\n## Example\n").context("it has no example")?;
    let (example, instead) = rest.split_once("\n## Instead\n").context("it has no way out")?;

    let (source, checked) = checked(fenced(example, "json")?.text);
    if checked.diagnostics.iter().all(|diagnostic| diagnostic.code != code.as_str()) {
        bail!("its example does not raise {code}");
    }
    let shown = fenced(example, "text")?;
    let example = format!("{}{}{}", shown.before, human_text(&source, &checked), shown.after);

    let (source, checked) = self::checked(fenced(instead, "json")?.text);
    if !checked.diagnostics.is_empty() {
        bail!("what it offers instead is not clean:\n{}", human_text(&source, &checked));
    }
    Ok(format!("{head}\n## Example\n{example}\n## Instead\n{instead}"))
}

fn checked(document: &str) -> (Source, Checked) {
    let source = Source::new("example.json", written_out(document));
    let checked = check(&source, &Options::default());
    (source, checked)
}

fn human_text(source: &Source, checked: &Checked) -> String {
    let report = Report {
        source,
        mask: &checked.mask,
        diagnostics: checked.diagnostics.get(..MOST).unwrap_or(&checked.diagnostics),
        valid: checked.is_valid(),
        runnable: checked.is_runnable(),
    };
    let text = human(&report, Language::English, Style::plain());
    let mut lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    if checked.diagnostics.len() > MOST {
        lines.extend(["", "…"]);
    }
    format!("{}\n", lines.join("\n"))
}

/// A fenced block: what it holds, and what stands before and after that.
struct Fenced<'p> {
    before: &'p str,
    text: &'p str,
    after: &'p str,
}

fn fenced<'p>(part: &'p str, language: &str) -> anyhow::Result<Fenced<'p>> {
    let opening = format!("```{language}\n");
    let start = part.find(&opening).with_context(|| format!("a block {language} is missing"))?;
    let (before, rest) = part.split_at(start + opening.len());
    let end = rest.find("```").with_context(|| format!("its block {language} has no end"))?;
    let (text, after) = rest.split_at(end);
    Ok(Fenced { before, text, after })
}
