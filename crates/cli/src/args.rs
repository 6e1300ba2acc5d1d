//! What may be asked on the command line.
//!
//! Each argument is explained where it stands, in both languages, with [`say`].

mod help;
mod refusal;
mod spoken;

use std::{ffi::OsString, path::PathBuf};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use relance_diagnostics::Language;
use relance_model::Environment;

use crate::command::{
    campaigns, contacts, db, explain, fix, lsp, resolve, resume, run, runs, schema, show, stop,
    tasks, validate,
};

pub(crate) use refusal::refusal;
pub(crate) use spoken::{language, of_terminal, say, settle};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "relance",
    version,
    disable_help_subcommand = true,
    about = say(
        "Checks sales follow-up automations, and carries them out so that a crash loses nothing.",
        "Vérifie vos relances commerciales automatiques, et les exécute sans rien perdre en cas de panne.",
    ),
    after_help = exit_codes()
)]
pub(crate) struct Args {
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = say("LANGUAGE", "LANGUE"),
        display_order = 900,
        help = say(
            "Language of what is said [default: that of the terminal (LANG), else en]",
            "Langue des messages [par défaut : celle du terminal (LANG), sinon en]",
        )
    )]
    pub(crate) lang: Option<Lang>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

fn exit_codes() -> &'static str {
    say(
        "\
Exit codes:
  0  fine
  1  errors were found, a run failed, or a graph is not runnable
  2  wrong usage, or something that cannot be read or written
  3  a run is parked or waiting",
        "\
Codes de sortie :
  0  tout va bien
  1  des erreurs ont été trouvées, une exécution a échoué, ou un graphe n'est pas exécutable
  2  mauvaise utilisation, ou quelque chose d'illisible ou d'impossible à écrire
  3  une exécution attend une décision ou une nouvelle tentative",
    )
}

impl Args {
    /// Understands these arguments, in the language that was settled.
    pub(crate) fn of(arguments: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
        let matches = help::spoken(Args::command()).try_get_matches_from(arguments)?;
        Args::from_arg_matches(&matches)
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Validate(validate::Validate),
    Fix(fix::Fix),
    Run(run::Run),
    Resume(resume::Resume),
    Runs(runs::Runs),
    Show(show::Show),
    Stop(stop::Stop),
    Resolve(resolve::Resolve),
    Campaigns(campaigns::Campaigns),
    Contacts(contacts::Contacts),
    Tasks(tasks::Tasks),
    Db(db::Db),
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
    #[value(help = say("HTTPS to public hosts", "HTTPS vers des hôtes publics"))]
    Production,
    #[value(
        help = say(
            "HTTP, localhost and private networks too",
            "HTTP, localhost et les réseaux privés aussi",
        )
    )]
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
    #[arg(
        long,
        value_name = say("FILE", "FICHIER"),
        help = say(
            "Configuration file [default: relance.toml, where there is one]",
            "Fichier de configuration [par défaut : relance.toml, s'il existe]",
        )
    )]
    pub(crate) config: Option<PathBuf>,
    #[arg(
        long,
        value_enum,
        value_name = say("ENVIRONMENT", "ENVIRONNEMENT"),
        help = say(
            "Environment to check for [default: the configuration's, else production]",
            "Environnement visé [par défaut : celui de la configuration, sinon production]",
        )
    )]
    pub(crate) env: Option<Env>,
}

/// The database to look into.
#[derive(Debug, clap::Args)]
pub(crate) struct Store {
    #[arg(
        long,
        value_name = say("FILE", "FICHIER"),
        help = say(
            "Database [default: the configuration's, else relance.db beside it]",
            "Base de données [par défaut : celle de la configuration, sinon relance.db à côté d'elle]",
        )
    )]
    pub(crate) db: Option<PathBuf>,
    #[arg(
        long,
        value_name = say("FILE", "FICHIER"),
        help = say(
            "Configuration file [default: relance.toml, where there is one]",
            "Fichier de configuration [par défaut : relance.toml, s'il existe]",
        )
    )]
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
    #[value(help = say("For programs: one object", "Pour les programmes : un objet"))]
    Json,
}
