//! `docs/diagnostics/<code>.md` and the French page beside it: written by hand, but for the heading and what is said about the
//! example and what mends it. The example itself stands in the English page; the French one shows the same.

mod cure;

use std::path::Path;

use anyhow::{Context as _, bail};
use relance_diagnostics::render::{Report, Style, human};
use relance_diagnostics::{Language, Source};
use relance_samples::fixture::written_out;
use relance_validator::{Checked, Code, Options, check};

use super::Files;
use super::page::{Fenced, folder, page};

/// The parts of every page, in order.
fn parts(language: Language) -> [&'static str; 4] {
    match language {
        Language::English => ["What it means", "Why it matters", "Example", "Instead"],
        Language::French => {
            ["Ce que cela veut dire", "Pourquoi c'est important", "Exemple", "À la place"]
        }
    }
}

/// So many findings about an example are shown.
const MOST: usize = 3;

/// Every page, with what is said today about its example.
pub(super) fn files(workspace: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for code in Code::ALL {
        let path = path(*code, Language::English);
        let english = renewed(&page(workspace, &path)?, *code).with_context(|| path.clone())?;
        let path_in_french = self::path(*code, Language::French);
        let french = page(workspace, &path_in_french)?;
        let french =
            translated(&french, &english, *code).with_context(|| path_in_french.clone())?;
        files.extend([(path, english), (path_in_french, french)]);
    }
    Ok(files)
}

fn path(code: Code, language: Language) -> String {
    format!("{}/diagnostics/{code}.md", folder(language))
}

/// A page taken apart. Each part begins after its heading.
struct Parts<'p> {
    /// What it means, and why it matters, with their headings.
    prose: &'p str,
    example: &'p str,
    instead: &'p str,
}

impl<'p> Parts<'p> {
    fn of(page: &'p str, language: Language) -> anyhow::Result<Parts<'p>> {
        let page = cure::without(page, language);
        let parts = parts(language);
        let found: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        if found != parts {
            bail!("its parts are {}", parts.join(", "));
        }
        let [_, _, example_heading, instead_heading] = parts;
        let (_, body) = page.split_once("\n\n").context("it has a heading alone")?;
        let (prose, rest) = cut(body, example_heading)?;
        let (example, instead) = cut(rest, instead_heading)?;
        Ok(Parts { prose, example, instead })
    }
}

/// What stands before a heading, and after.
fn cut<'p>(page: &'p str, heading: &str) -> anyhow::Result<(&'p str, &'p str)> {
    page.split_once(&format!("## {heading}\n")).with_context(|| format!("it lacks {heading}"))
}

/// The English page with what is said about its example, once it keeps its promises: an example that raises the code, and
/// something to write instead that nothing is said about.
fn renewed(page: &str, code: Code) -> anyhow::Result<String> {
    let parts = Parts::of(page, Language::English)?;
    let example = Fenced::first(parts.example, "json")?;
    let (_, checked) = checked(example.text);
    if checked.diagnostics.iter().all(|diagnostic| diagnostic.code != code.as_str()) {
        bail!("its example does not raise {code}");
    }
    let instead = Fenced::first(parts.instead, "json")?;
    let (source, checked) = self::checked(instead.text);
    if !checked.diagnostics.is_empty() {
        let said = human_text(&source, &checked, Language::English);
        bail!("what it offers instead is not clean:\n{said}");
    }
    written(&parts, example.text, instead.text, code, Language::English)
}

/// The French page with the documents of the English one, and what is said about them in French.
fn translated(page: &str, english: &str, code: Code) -> anyhow::Result<String> {
    let shown = Parts::of(english, Language::English)?;
    let example = Fenced::first(shown.example, "json")?.text;
    let instead = Fenced::first(shown.instead, "json")?.text;
    let parts = Parts::of(page, Language::French)?;
    written(&parts, example, instead, code, Language::French)
}

/// The page with these documents in it, and what is said about the first of them.
fn written(
    parts: &Parts<'_>,
    example: &str,
    instead: &str,
    code: Code,
    language: Language,
) -> anyhow::Result<String> {
    let [_, _, example_heading, instead_heading] = self::parts(language);
    let (source, checked) = checked(example);
    let said = human_text(&source, &checked, language);
    let example_part = Fenced::first(parts.example, "json")?.holding(example);
    let example_part = Fenced::first(&example_part, "text")?.holding(&said);
    let instead_part = Fenced::first(parts.instead, "json")?.holding(instead);
    let cure = cure::part(code, &source, &checked, language);
    Ok(format!(
        "# {}\n\n{}## {example_heading}\n{example_part}## {instead_heading}\n{instead_part}{cure}",
        heading(code, language),
        parts.prose,
    ))
}

/// `out-of-range: a number outside its limits`
fn heading(code: Code, language: Language) -> String {
    match language {
        Language::English => format!("{code}: {}", code.title().en),
        Language::French => format!("{code} : {}", code.title().fr),
    }
}

fn checked(document: &str) -> (Source, Checked) {
    let source = Source::new("example.json", written_out(document));
    let checked = check(&source, &Options::default());
    (source, checked)
}

fn human_text(source: &Source, checked: &Checked, language: Language) -> String {
    let report = Report {
        source,
        mask: &checked.mask,
        diagnostics: checked.diagnostics.get(..MOST).unwrap_or(&checked.diagnostics),
        valid: checked.is_valid(),
        runnable: checked.is_runnable(),
    };
    let text = human(&report, language, Style::plain());
    let mut lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    if checked.diagnostics.len() > MOST {
        lines.extend(["", "…"]);
    }
    format!("{}\n", lines.join("\n"))
}
