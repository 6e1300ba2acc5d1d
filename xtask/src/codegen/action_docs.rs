//! `docs/actions/<kind>.md`: what an action's constants tell, between two marks. The rest of a page is written by hand.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use relance_model::ActionKind;
use relance_model::action::{Choice, ERROR_OUTPUT, Output, Parameter, ParameterKind, References};
use relance_model::text::{Minimum, NumberInText};

use super::{Files, read};

const BEGIN: &str = "<!-- Written by `cargo xtask codegen`: begin -->";
const END: &str = "<!-- Written by `cargo xtask codegen`: end -->";

/// Every page, its generated part renewed.
pub(super) fn files(workspace: &Path) -> anyhow::Result<Files> {
    ActionKind::ALL.iter().map(|kind| page(workspace, *kind)).collect()
}

fn page(workspace: &Path, kind: ActionKind) -> anyhow::Result<(String, String)> {
    let path = format!("docs/actions/{}.md", kind.as_str());
    let example_path = format!("fixtures/ok/{}/full.json", kind.as_str());
    let example = read(workspace, &example_path)?;
    if example.is_empty() {
        bail!("{path} shows {example_path}, which is not there");
    }
    let generated = format!("{BEGIN}\n\n{}\n{END}", generated(kind, &example)?);
    let before = read(workspace, &path)?;
    let page = if before.is_empty() {
        format!("# {}\n\n{generated}\n", kind.spec().title.en)
    } else {
        let (head, rest) =
            before.split_once(BEGIN).with_context(|| format!("{path} lacks the line {BEGIN}"))?;
        let (_, tail) =
            rest.split_once(END).with_context(|| format!("{path} lacks the line {END}"))?;
        format!("{head}{generated}{tail}")
    };
    Ok((path, page))
}

/// All that the constants tell, as Markdown.
fn generated(kind: ActionKind, example: &str) -> Result<String, std::fmt::Error> {
    let spec = kind.spec();
    let mut page = String::new();
    writeln!(page, "{}\n", spec.about.en)?;
    match spec.action_type {
        Some(tag) => writeln!(page, "Its `action_type` is `{tag}`.\n")?,
        None => writeln!(page, "It has no `action_type`: that is how it is known.\n")?,
    }
    writeln!(page, "## Parameters\n")?;
    writeln!(page, "All are texts; an optional one that is `\"\"` counts as absent.\n")?;
    writeln!(page, "| parameter | required | holds | default | references | meaning |")?;
    writeln!(page, "|---|---|---|---|---|---|")?;
    for it in spec.parameters {
        parameter_row(&mut page, it)?;
    }
    for it in spec.parameters {
        if let ParameterKind::Choice(choice) = it.kind {
            writeln!(page, "\nThe words of `{}`:\n", it.name)?;
            words(&mut page, choice)?;
        }
    }
    writeln!(page, "\n## Outputs\n")?;
    writeln!(page, "Later blocks read them as `{{{{ blocks.<id>.<output> }}}}`.\n")?;
    writeln!(page, "| output | type | meaning |")?;
    writeln!(page, "|---|---|---|")?;
    for output in spec.outputs.iter().chain([&ERROR_OUTPUT]) {
        output_row(&mut page, output)?;
    }
    writeln!(page, "\n## Example\n\n```json\n{}\n```", example.trim_end())?;
    Ok(page)
}

fn parameter_row(page: &mut String, it: &Parameter) -> std::fmt::Result {
    let required = if it.required { "yes" } else { "no" };
    let default = default(it).map_or_else(String::new, |default| format!("`{default}`"));
    let (holds, references) = (holds(it), references(it.references));
    let about = &it.about.en;
    writeln!(page, "| `{}` | {required} | {holds} | {default} | {references} | {about} |", it.name)
}

fn default(it: &Parameter) -> Option<&'static str> {
    match it.kind {
        ParameterKind::Choice(choice) => choice.default,
        ParameterKind::Number(limits) => Some(limits.default),
        ParameterKind::Text | ParameterKind::Url | ParameterKind::Headers | ParameterKind::Json => {
            None
        }
    }
}

fn holds(it: &Parameter) -> String {
    match it.kind {
        ParameterKind::Text if it.required => "text that is not blank".to_owned(),
        ParameterKind::Text => "text".to_owned(),
        ParameterKind::Choice(choice) => choice
            .values
            .iter()
            .map(|(word, _)| format!("`{word}`"))
            .collect::<Vec<String>>()
            .join(", "),
        ParameterKind::Number(limits) => limits_in_words(limits),
        ParameterKind::Url => "URL".to_owned(),
        ParameterKind::Headers => "JSON in text: a flat object of texts".to_owned(),
        ParameterKind::Json => "JSON in text".to_owned(),
    }
}

fn limits_in_words(limits: &NumberInText) -> String {
    let number = if limits.decimals { "number in text" } else { "whole number in text" };
    let minimum = match limits.minimum {
        Minimum::Above(limit) => format!("more than {limit}"),
        Minimum::AtLeast(limit) => format!("at least {limit}"),
    };
    format!("{number}: {minimum}, at most {}", limits.at_most)
}

fn references(references: References) -> &'static str {
    match references {
        References::None => "no",
        References::Data => "yes, no secrets",
        References::DataAndSecrets => "yes",
    }
}

fn words(page: &mut String, choice: &Choice) -> std::fmt::Result {
    choice.values.iter().try_for_each(|(word, about)| writeln!(page, "* `{word}`: {}", about.en))
}

fn output_row(page: &mut String, output: &Output) -> std::fmt::Result {
    let null = if output.nullable { " or null" } else { "" };
    writeln!(page, "| `{}` | {}{null} | {} |", output.name, output.json_type, output.about.en)
}
