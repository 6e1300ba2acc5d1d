//! `relance lsp`: the language server, for editors that speak the Language Server Protocol.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use relance_diagnostics::{Language, Text};
use relance_lsp::{Host, ServeError, Settings, Wishes, serve};

use super::explain;
use crate::{
    args::{Setup, say},
    config::{self, Config},
    trouble::{Exit, Trouble},
};

#[derive(Debug, clap::Args)]
#[command(
    about = say(
        "Serve an editor over the Language Server Protocol",
        "Servir un éditeur par le protocole LSP",
    ),
    long_about = say(
        "Serve an editor over the Language Server Protocol\n\n\
         Findings while you type, completion, hover, navigation, renaming and fixes, on standard input and output. An editor \
         starts it; there is nothing to see in a terminal. The configuration is that of the workspace folder.",
        "Servir un éditeur par le protocole LSP\n\n\
         Constats pendant la frappe, complétion, survol, navigation, renommage et corrections, sur l'entrée et la sortie \
         standard. C'est un éditeur qui la lance ; il n'y a rien à voir dans un terminal. La configuration est celle du \
         dossier de travail.",
    )
)]
pub(crate) struct Lsp {
    #[arg(
        long,
        help = say(
            "Speak on standard input and output: there is no other way, but many editors ask for it",
            "Parler sur l'entrée et la sortie standard : il n'y a pas d'autre moyen, mais bien des éditeurs le demandent",
        )
    )]
    stdio: bool,
    #[command(flatten)]
    setup: Setup,
}

/// Runs the command.
pub(crate) fn lsp(args: Lsp, asked: Option<Language>) -> Result<Exit, Trouble> {
    let Lsp { stdio: _, setup } = args;
    match serve(Arc::new(Installation { setup, asked })) {
        Ok(()) => Ok(Exit::Fine),
        Err(error) => Err(gone(&error)),
    }
}

fn gone(error: &ServeError) -> Trouble {
    let why = error.text();
    let message = Text::new(
        format!("the conversation with the editor ended: {}", why.en),
        format!("la conversation avec l'éditeur s'est arrêtée : {}", why.fr),
    );
    // The protocol wants 1 here.
    if matches!(error, ServeError::NoShutdown) {
        Trouble::bad(message)
    } else {
        Trouble::unusable(message)
    }
}

/// What this installation tells the server.
struct Installation {
    setup: Setup,
    asked: Option<Language>,
}

impl Host for Installation {
    fn settings(&self, folder: &Path, wishes: &Wishes) -> Result<Settings, Text> {
        let config = wishes.config.as_ref().or(self.setup.config.as_ref()).cloned();
        let setup = Setup { config, env: self.setup.env };
        let mut config = Config::load_in(folder, &setup).map_err(|trouble| told(&trouble))?;
        if let Some(environment) = wishes.environment {
            config.options.environment = environment;
        }
        let secrets = config.secret_names().map(str::to_owned).collect();
        let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (graph, block) in config.texts.blocks() {
            texts.entry(graph.to_owned()).or_default().insert(block.to_owned());
        }
        Ok(Settings { options: config.options, secrets, texts })
    }

    fn page(&self, code: &str, language: Language) -> Option<&'static str> {
        explain::page(code.parse().ok()?, language)
    }

    fn asked_language(&self) -> Option<Language> {
        self.asked
    }

    fn usual_language(&self) -> Language {
        config::language()
    }
}

/// A trouble in one text.
fn told(trouble: &Trouble) -> Text {
    let say = |language| {
        let lines = std::iter::once(&trouble.message).chain(&trouble.help);
        lines.map(|line| line.to(language)).collect::<Vec<_>>().join("\n")
    };
    Text::new(say(Language::English), say(Language::French))
}
