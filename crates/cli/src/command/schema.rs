//! `relance schema`: prints the JSON Schemas that authors, editors and other languages check documents with.

use clap::{
    ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use relance_model::{
    Environment,
    schema::{Draft, Kind, schema as draw},
};

use crate::{
    args::{Env, say},
    output::Output,
    trouble::{Exit, Trouble},
};

#[derive(Debug, clap::Args)]
#[command(
    about = say("Print a JSON Schema", "Afficher un schéma JSON"),
    long_about = say(
        "Print a JSON Schema\n\n\
         The schema of graphs, of blocks (any, or of one action), of what blocks give, of failures, or of contacts: the same \
         text as the file of that name under schemas/.",
        "Afficher un schéma JSON\n\n\
         Le schéma des graphes, des blocs (tous, ou ceux d'une action), de ce que donnent les blocs, des échecs ou des \
         contacts : le même texte que le fichier de ce nom dans schemas/.",
    )
)]
pub(crate) struct Schema {
    #[arg(
        default_value = "graph",
        value_parser = names(),
        value_name = say("WHAT", "QUOI"),
        help = say("What to describe", "Ce qu'il faut décrire")
    )]
    what: String,
    #[arg(
        long,
        value_enum,
        default_value_t = Dialect::Newest,
        value_name = say("DRAFT", "VERSION"),
        help = say("Dialect of JSON Schema", "Version de JSON Schema")
    )]
    draft: Dialect,
    #[arg(
        long,
        value_enum,
        value_name = say("ENVIRONMENT", "ENVIRONNEMENT"),
        default_value_t = Env::Production,
        help = say(
            "Whose rules: production wants HTTPS, development takes HTTP too",
            "Règles à suivre : la production exige HTTPS, le développement accepte aussi HTTP",
        )
    )]
    env: Env,
}

/// A dialect, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Dialect {
    #[value(name = "2020-12")]
    Newest,
    #[value(name = "07", alias = "7", alias = "draft-07")]
    Seven,
}

/// Runs the command.
pub(crate) fn schema(args: &Schema, out: &Output) -> Result<Exit, Trouble> {
    let kind = Kind::all().find(|kind| name(*kind) == args.what).unwrap_or(Kind::Graph);
    let draft = match args.draft {
        Dialect::Newest => Draft::Draft202012,
        Dialect::Seven => Draft::Draft07,
    };
    let schema = draw(kind, draft, Environment::from(args.env));
    out.print(&format!("{schema:#}\n"))?;
    Ok(Exit::Fine)
}

/// The name of a kind here: that of its file, and an action's is its own.
fn name(kind: Kind) -> String {
    let file = kind.file();
    let name = file.strip_suffix(".schema.json").unwrap_or(&file);
    name.strip_prefix("actions/").unwrap_or(name).to_owned()
}

fn names() -> impl TypedValueParser {
    PossibleValuesParser::new(Kind::all().map(|kind| PossibleValue::new(name(kind))))
}
