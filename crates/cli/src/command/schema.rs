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
    args::Env,
    output::Output,
    trouble::{Exit, Trouble},
};

/// Print a JSON Schema
///
/// The schema of graphs, of blocks (any, or of one action), of what blocks give, of failures, or of contacts: the same text as
/// the file of that name under schemas/.
#[derive(Debug, clap::Args)]
pub(crate) struct Schema {
    /// What to describe
    #[arg(default_value = "graph", value_parser = names(), value_name = "WHAT")]
    what: String,
    /// Dialect of JSON Schema
    #[arg(long, value_enum, default_value_t = Dialect::Newest)]
    draft: Dialect,
    /// Whose rules: production wants HTTPS, development takes HTTP too
    #[arg(long, value_enum, value_name = "ENVIRONMENT", default_value_t = Env::Production)]
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
