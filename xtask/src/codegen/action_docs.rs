//! `docs/actions/<kind>.md` and the French page beside it: the heading, and what an action's constants tell. What stands around
//! that is written by hand; the commands in it are run by the tests of the command line.

mod words;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use relance_diagnostics::{Language, Text};
use relance_model::ActionKind;
use relance_model::action::{ERROR_OUTPUT, Output, Parameter, ParameterKind, References, Spec};
use relance_model::text::{Minimum, NumberInText};

use self::words as w;
use super::Files;
use super::page::{LANGUAGES, drawn, folder, headed, page};

/// Every page, its generated part renewed.
pub(super) fn files(workspace: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for (kind, language) in ActionKind::ALL.iter().flat_map(|kind| LANGUAGES.map(|it| (kind, it))) {
        let path = format!("{}/actions/{}.md", folder(language), kind.as_str());
        let renewed = renewed(&page(workspace, &path)?, kind.spec(), language);
        files.insert(path.clone(), renewed.context(path)?);
    }
    Ok(files)
}

fn renewed(page: &str, spec: &Spec, language: Language) -> anyhow::Result<String> {
    let page = headed(page, spec.title.to(language))?;
    drawn(&page, &[Told { language }.action(spec)?])
}

/// Tells an action in one language.
struct Told {
    language: Language,
}

impl Told {
    fn say<'t>(&self, text: &'t Text) -> &'t str {
        text.to(self.language)
    }

    /// All that the constants tell, as Markdown.
    fn action(&self, spec: &Spec) -> Result<String, std::fmt::Error> {
        let mut page = String::new();
        writeln!(page, "{}\n", self.say(&spec.about))?;
        match spec.action_type {
            Some(tag) => writeln!(page, "{} `{tag}`.\n", self.say(&w::ACTION_TYPE))?,
            None => writeln!(page, "{}\n", self.say(&w::NO_ACTION_TYPE))?,
        }
        writeln!(page, "## {}\n\n{}\n", self.say(&w::PARAMETERS), self.say(&w::ALL_TEXTS))?;
        for it in spec.parameters {
            self.parameter(&mut page, it)?;
        }
        writeln!(page, "## {}\n\n{}\n", self.say(&w::OUTPUTS), self.say(&w::READ_LATER))?;
        writeln!(page, "{}\n|---|---|---|", self.say(&w::OUTPUT_COLUMNS))?;
        for output in spec.outputs.iter().chain([&ERROR_OUTPUT]) {
            self.output(&mut page, output)?;
        }
        Ok(page)
    }

    fn parameter(&self, page: &mut String, it: &Parameter) -> std::fmt::Result {
        let required = if it.required { w::REQUIRED } else { w::OPTIONAL };
        writeln!(page, "### `{}`\n\n{}\n", it.name, self.say(&it.about))?;
        writeln!(page, "| | |\n|---|---|")?;
        self.row(page, &w::OBLIGATION, self.say(&required))?;
        self.row(page, &w::HOLDS, &self.holds(it))?;
        if let Some(default) = default(it) {
            self.row(page, &w::DEFAULT, &format!("`{default}`"))?;
        }
        self.row(page, &w::REFERENCES, self.say(references(it.references)))?;
        self.row(page, &w::SPEC, &format!("« {} »", it.spec))?;
        writeln!(page)?;
        if let ParameterKind::Choice(choice) = it.kind {
            for (word, about) in choice.values {
                writeln!(page, "* `{word}`{}{}", self.say(&w::COLON), self.say(about))?;
            }
            writeln!(page)?;
        }
        Ok(())
    }

    fn row(&self, page: &mut String, name: &Text, value: &str) -> std::fmt::Result {
        writeln!(page, "| {} | {value} |", self.say(name))
    }

    fn holds(&self, it: &Parameter) -> String {
        match it.kind {
            ParameterKind::Text if it.required => self.say(&w::TEXT_NOT_BLANK).to_owned(),
            ParameterKind::Text => self.say(&w::TEXT).to_owned(),
            ParameterKind::Choice(_) => self.say(&w::CHOICE).to_owned(),
            ParameterKind::Number(limits) => self.limits(limits),
            ParameterKind::Url => self.say(&w::URL).to_owned(),
            ParameterKind::Headers => self.say(&w::JSON_OF_TEXTS).to_owned(),
            ParameterKind::Json => self.say(&w::JSON).to_owned(),
        }
    }

    fn limits(&self, limits: &NumberInText) -> String {
        let number = if limits.decimals { w::NUMBER } else { w::WHOLE_NUMBER };
        let (minimum, limit) = match limits.minimum {
            Minimum::Above(limit) => (w::MORE_THAN, limit),
            Minimum::AtLeast(limit) => (w::AT_LEAST, limit),
        };
        let unit = match self.say(&limits.unit) {
            "" => String::new(),
            unit => format!(" {unit}"),
        };
        format!(
            "{}{}{} {limit}, {} {}{unit}",
            self.say(&number),
            self.say(&w::COLON),
            self.say(&minimum),
            self.say(&w::AT_MOST),
            limits.at_most,
        )
    }

    fn output(&self, page: &mut String, output: &Output) -> std::fmt::Result {
        let null = if output.nullable { self.say(&w::OR_NULL) } else { "" };
        let json_type = self.say(&w::json_type(output.json_type)).to_owned();
        writeln!(page, "| `{}` | {json_type}{null} | {} |", output.name, self.say(&output.about))
    }
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

fn references(references: References) -> &'static Text {
    match references {
        References::None => &w::NO_REFERENCES,
        References::Data => &w::NO_SECRETS,
        References::DataAndSecrets => &w::ANY_REFERENCES,
    }
}
