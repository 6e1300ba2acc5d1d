//! `relance stop`: ends runs before they are over.

use std::{collections::BTreeSet, time::Duration};

use relance_diagnostics::{Text, render::clean};
use relance_runtime::{
    journal::{Journal, Records, StopOrder, StopWhich, Stopping},
    port::{Clock, SystemClock},
    run::{RunReport, RunRow, StopWish},
};
use serde::Serialize;

use super::{run::duration, runs::standing};
use crate::{
    args::{Format, Store, say},
    config,
    output::{Output, note, push_line},
    store::{Opened, block_on, open},
    trouble::{Exit, Trouble},
    words::count,
};

#[derive(Debug, clap::Args)]
#[command(
    about = say("End runs before they are over", "Arrêter des exécutions avant leur fin"),
    long_about = say(
        "End runs before they are over\n\n\
         Nothing of them begins from then on, whatever process carries them out. Calls that had left are waited for, and \
         what they came to is stored; a run that nobody carries out ends at once. A run that was stopped does not go on.",
        "Arrêter des exécutions avant leur fin\n\n\
         Dès lors, plus rien n'y commence, quel que soit le processus qui les mène. Les appels déjà partis sont attendus, et \
         leur résultat est enregistré ; une exécution que personne ne mène s'arrête aussitôt. Une exécution arrêtée ne \
         reprend pas.",
    ),
    group = clap::ArgGroup::new("which").required(true)
)]
pub(crate) struct Stop {
    #[arg(
        value_name = say("RUN", "EXÉCUTION"),
        group = "which",
        help = say("Runs to stop", "Exécutions à arrêter")
    )]
    runs: Vec<String>,
    #[arg(
        long,
        value_name = say("ID", "ID"),
        group = "which",
        help = say(
            "All that are active for a contact, by its id",
            "Toutes celles d'un contact, par son identifiant",
        )
    )]
    contact: Option<String>,
    #[arg(
        long,
        value_name = say("NAME", "NOM"),
        group = "which",
        help = say(
            "A campaign: its active runs, and those that it would still start",
            "Une campagne : ses exécutions en cours, et celles qu'elle lancerait encore",
        )
    )]
    campaign: Option<String>,
    #[arg(
        long,
        value_name = say("NAME", "NOM"),
        help = say(
            "Who stops them [default: the user of this machine]",
            "Qui les arrête [par défaut : l'utilisateur de cette machine]",
        )
    )]
    by: Option<String>,
    #[arg(
        long,
        value_name = say("DURATION", "DURÉE"),
        default_value = "60s",
        value_parser = duration,
        help = say(
            "How long to wait for calls that had left",
            "Temps d'attente des appels déjà partis",
        )
    )]
    max_wait: Duration,
    #[command(flatten)]
    store: Store,
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = say("FORMAT", "FORMAT"),
        help = say("How the runs are shown", "Présentation des exécutions")
    )]
    format: Format,
}

/// The object that `--format json` prints.
#[derive(Serialize)]
struct StopJson {
    version: u32,
    runs: Vec<RunReport>,
}

/// How many runs are stopped in one transaction, so that nobody else waits for long.
const TOGETHER: u32 = 1000;

/// Between two looks at runs whose calls have not come back.
const LOOK: Duration = Duration::from_millis(200);

/// Runs the command.
pub(crate) fn stop(args: &Stop, out: &Output) -> Result<Exit, Trouble> {
    block_on(async {
        let opened = open(&args.store)?;
        let mut touched = BTreeSet::new();
        let mut pending = BTreeSet::new();
        for which in wanted(args) {
            let (these, open) = stop_all(args, &opened, which, out).await?;
            touched.extend(these);
            pending.extend(open);
        }
        let mut rows = Vec::new();
        for run in &touched {
            rows.extend(opened.journal.run(run).await?);
        }
        if args.format == Format::Json {
            let runs = rows.iter().map(RunReport::new).collect();
            out.print_json(&StopJson { version: 1, runs })?;
        } else {
            out.print(&told(&rows, out))?;
        }
        Ok(if pending.is_empty() { Exit::Fine } else { Exit::Unfinished })
    })
}

fn wanted(args: &Stop) -> Vec<StopWhich> {
    let runs = args.runs.iter().cloned().map(StopWhich::Run);
    let contact = args.contact.clone().map(StopWhich::Contact);
    let campaign = args.campaign.clone().map(StopWhich::Campaign);
    runs.chain(contact).chain(campaign).collect()
}

/// Stops all of these, and waits for calls that had left. Gives the runs that it was about, and those of them that have not ended.
async fn stop_all(
    args: &Stop,
    opened: &Opened,
    which: StopWhich,
    out: &Output,
) -> Result<(BTreeSet<String>, BTreeSet<String>), Trouble> {
    let by = args.by.clone().unwrap_or_else(config::user);
    let mut touched = BTreeSet::new();
    let mut waited = Duration::ZERO;
    loop {
        let wish = StopWish { at: SystemClock.now(), by: by.clone() };
        let order = StopOrder { which: which.clone(), wish, limit: TOGETHER };
        let Stopping { ended, pending, over, more } = opened.journal.stop(order).await?;
        if let (Some(_), StopWhich::Run(run)) = (over, &which) {
            touched.insert(run.clone());
        }
        touched.extend(ended);
        let open: BTreeSet<String> = pending.into_iter().map(|(run, _)| run).collect();
        touched.extend(open.iter().cloned());
        if more {
            continue;
        }
        if open.is_empty() || waited >= args.max_wait {
            return Ok((touched, open));
        }
        if waited.is_zero() {
            note(&format!("{}\n", out.say(&waiting(open.len(), out))));
        }
        SystemClock.sleep(LOOK).await;
        waited += LOOK;
    }
}

fn waiting(runs: usize, out: &Output) -> Text {
    let runs = count(runs, &Text::fixed("run", "exécution"), out.language);
    Text::new(
        format!("nothing more begins; waiting for what is under way in {runs}"),
        format!("plus rien ne commence ; on attend ce qui est en cours dans {runs}"),
    )
}

/// What became of the runs: a line each, and of many only how many.
fn told(rows: &[RunRow], out: &Output) -> String {
    const MOST: usize = 20;
    if rows.is_empty() {
        return format!("{}\n", out.say(&NONE));
    }
    let mut told = String::new();
    for row in rows.iter().take(MOST) {
        push_line(&mut told, &format!("{}  {}", clean(&row.id), clean(&standing(row, out))));
    }
    if rows.len() > MOST {
        let more = rows.len() - MOST;
        let text = Text::new(format!("… and {more} more"), format!("… et {more} de plus"));
        push_line(&mut told, out.say(&text));
    }
    told
}

static NONE: Text = Text::fixed("no run to stop", "aucune exécution à arrêter");
