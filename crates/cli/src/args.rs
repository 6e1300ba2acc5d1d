//! What may be asked on the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use relance_diagnostics::Language;
use relance_model::Environment;

use crate::command::{
    contacts, explain, lsp, resolve, resume, run, runs, schema, show, tasks, validate,
};

/// Checks sales follow-up automations, and carries them out so that a crash loses nothing.
#[derive(Debug, Parser)]
#[command(
    name = "relance",
    version,
    disable_help_subcommand = true,
    after_help = EXIT_CODES
)]
pub(crate) struct Args {
    /// Language of what is said [default: that of the terminal (LANG), else en]
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE", display_order = 900)]
    pub(crate) lang: Option<Lang>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  fine
  1  errors were found, a run failed, or a graph is not runnable
  2  wrong usage, or something that cannot be read or written
  3  a run is parked or waiting";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Validate(validate::Validate),
    Run(run::Run),
    Resume(resume::Resume),
    Runs(runs::Runs),
    Show(show::Show),
    Resolve(resolve::Resolve),
    Contacts(contacts::Contacts),
    Tasks(tasks::Tasks),
    Schema(schema::Schema),
    Explain(explain::Explain),
    Lsp(lsp::Lsp),
}

/// A language, by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    En,
    Fr,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Language {
        match lang {
            Lang::En => Language::English,
            Lang::Fr => Language::French,
        }
    }
}

/// Where graphs are meant to run, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Env {
    /// HTTPS to public hosts
    Production,
    /// HTTP, localhost and private networks too
    Development,
}

impl From<Env> for Environment {
    fn from(env: Env) -> Environment {
        match env {
            Env::Production => Environment::Production,
            Env::Development => Environment::Development,
        }
    }
}

/// The configuration to go by.
#[derive(Debug, clap::Args)]
pub(crate) struct Setup {
    /// Configuration file [default: relance.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Environment to check for [default: the configuration's, else production]
    #[arg(long, value_enum, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<Env>,
}

/// The database to look into.
#[derive(Debug, clap::Args)]
pub(crate) struct Store {
    /// Database [default: the configuration's, else relance.db beside it]
    #[arg(long, value_name = "FILE")]
    pub(crate) db: Option<PathBuf>,
    /// Configuration file [default: relance.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Store {
    /// The configuration to go by: runs keep the environment that they were started in.
    pub(crate) fn setup(&self) -> Setup {
        Setup { config: self.config.clone(), env: None }
    }
}

/// How results are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Human,
    /// For programs: one object
    Json,
}
