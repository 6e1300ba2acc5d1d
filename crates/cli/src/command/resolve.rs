//! `relance resolve`: a person settles what a run cannot settle by itself.

use clap::ValueEnum;
use relance_diagnostics::Text;
use relance_runtime::event::Decision;
use serde_json::Value;

use crate::{
    args::Store,
    config,
    output::Output,
    store::{block_on, open},
    trouble::{Exit, Trouble},
    world::real,
};

/// Decide about a block that is parked or has failed
///
/// A block is parked when nobody knows whether its call took effect: look at the service, then say what happened. A block that
/// failed can be tried again once its cause is mended. `relance resume` carries the run on.
#[derive(Debug, clap::Args)]
pub(crate) struct Resolve {
    /// Run
    run: String,
    /// Block, by its id
    block: String,
    /// What is decided
    #[arg(value_enum)]
    decision: Choice,
    /// What the block gives to later ones, as JSON
    #[arg(long, value_name = "JSON", value_parser = json)]
    output: Option<Value>,
    /// Who decides [default: the user of this machine]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[command(flatten)]
    store: Store,
}

/// What a person may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Choice {
    /// It took effect
    Succeeded,
    /// It did not, and is given up
    Failed,
    /// It is tried again
    Retry,
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))
}

/// Runs the command.
pub(crate) fn resolve(args: &Resolve, out: &Output) -> Result<Exit, Trouble> {
    let decision = match (args.decision, &args.output) {
        (Choice::Succeeded, output) => Decision::Succeeded { output: output.clone() },
        (Choice::Failed, None) => Decision::Failed,
        (Choice::Retry, None) => Decision::Retry,
        (Choice::Failed | Choice::Retry, Some(_)) => {
            return Err(Trouble::unusable(Text::fixed(
                "--output goes with `succeeded` only",
                "--output ne va qu'avec `succeeded`",
            )));
        }
    };
    block_on(async {
        let opened = open(&args.store)?;
        let engine = real(&opened.config, &opened.journal)?;
        let by = args.by.clone().unwrap_or_else(config::user);
        engine.resolve(&args.run, &args.block, decision, &by).await?;
        let (run, again) = (&args.run, &opened.again);
        let next = Text::new(
            format!("noted; relance resume {run}{again} carries the run on"),
            format!("c'est noté ; relance resume {run}{again} continue l'exécution"),
        );
        out.print(&format!("{}\n", out.say(&next)))?;
        Ok(Exit::Fine)
    })
}
