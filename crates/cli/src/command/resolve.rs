//! `relance resolve`: a person settles what a run cannot settle by itself.

use clap::ValueEnum;
use relance_diagnostics::Text;
use relance_runtime::event::Decision;
use serde_json::Value;

use crate::{
    args::{Store, language, say},
    config,
    output::Output,
    store::{block_on, open},
    trouble::{Exit, Trouble},
    world::real,
};

#[derive(Debug, clap::Args)]
#[command(
    about = say(
        "Decide about a block that is parked or has failed",
        "Décider pour un bloc en attente de décision ou en échec",
    ),
    long_about = say(
        "Decide about a block that is parked or has failed\n\n\
         A block is parked when nobody knows whether its call took effect: look at the service, then say what happened. A \
         block that failed can be tried again once its cause is mended. `relance resume` carries the run on.",
        "Décider pour un bloc en attente de décision ou en échec\n\n\
         Un bloc attend une décision quand personne ne sait si son appel a abouti : vérifiez auprès du service, puis dites ce \
         qu'il en est. Un bloc en échec peut être retenté une fois la cause réglée. `relance resume` poursuit l'exécution.",
    )
)]
pub(crate) struct Resolve {
    #[arg(value_name = say("RUN", "EXÉCUTION"), help = say("Run", "Exécution"))]
    run: String,
    #[arg(
        value_name = say("BLOCK", "BLOC"),
        help = say("Block, by its id", "Bloc, par son identifiant")
    )]
    block: String,
    #[arg(
        value_enum,
        value_name = say("DECISION", "DÉCISION"),
        help = say("What is decided", "Décision prise")
    )]
    decision: Choice,
    #[arg(
        long,
        value_name = say("JSON", "JSON"),
        value_parser = json,
        help = say(
            "What the block gives to later ones, as JSON",
            "Ce que le bloc transmet aux suivants, en JSON",
        )
    )]
    output: Option<Value>,
    #[arg(
        long,
        value_name = say("NAME", "NOM"),
        help = say(
            "Who decides [default: the user of this machine]",
            "Qui décide [par défaut : l'utilisateur de cette machine]",
        )
    )]
    by: Option<String>,
    #[command(flatten)]
    store: Store,
}

/// What a person may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Choice {
    #[value(help = say("It took effect", "L'appel a abouti"))]
    Succeeded,
    #[value(help = say("It did not, and is given up", "Il n'a pas abouti, et on y renonce"))]
    Failed,
    #[value(help = say("It is tried again", "Il est tenté de nouveau"))]
    Retry,
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| {
        let why = Text::new(
            format!("this is not JSON ({error})"),
            format!("ce n'est pas du JSON ({error})"),
        );
        why.to(language()).to_owned()
    })
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
