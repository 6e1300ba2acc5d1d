//! `relance resume`: takes runs up again, after a crash, a wait or a decision.

use std::{sync::Arc, time::Duration};

use relance_diagnostics::Text;
use relance_runtime::{
    driver::Engine,
    journal::{JournalError, Records, RunFilter},
    run::{Report, RunRow, RunStatus},
};
use serde::Serialize;

use super::run::{RunJson, duration, exit};
use crate::{
    args::{Format, Store, say},
    live::{Show, observer},
    narration::Narrator,
    output::{Output, note},
    store::{Opened, block_on, open, stored},
    summary::Summary,
    trouble::{Exit, Trouble},
    world::real,
};

#[derive(Debug, clap::Args)]
#[command(
    about = say("Take runs up again", "Reprendre des exécutions"),
    long_about = say(
        "Take runs up again\n\n\
         Without a run: all that were cut off or wait for a retry. A run that waits for a decision goes on after `relance \
         resolve`. Whoever resumes a run takes it over: a process that still carries it out must end first.",
        "Reprendre des exécutions\n\n\
         Sans exécution nommée : toutes celles qui ont été interrompues ou qui attendent une nouvelle tentative. Une \
         exécution qui attend une décision continue après `relance resolve`. Reprendre une exécution, c'est en prendre la \
         main : un processus qui la mène encore doit d'abord se terminer.",
    )
)]
pub(crate) struct Resume {
    #[arg(
        value_name = say("RUN", "EXÉCUTION"),
        help = say(
            "Run to take up [default: all that can go on by themselves]",
            "Exécution à reprendre [par défaut : toutes celles qui peuvent continuer seules]",
        )
    )]
    run: Option<String>,
    #[command(flatten)]
    store: Store,
    #[arg(
        long,
        value_name = say("DURATION", "DURÉE"),
        default_value = "60s",
        value_parser = duration,
        help = say(
            "How long to wait for retries in all; then a run is left waiting",
            "Temps total d'attente des nouvelles tentatives ; ensuite l'exécution reste en attente",
        )
    )]
    max_wait: Duration,
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = say("FORMAT", "FORMAT"),
        help = say("How the runs are shown", "Présentation des exécutions")
    )]
    format: Format,
}

/// The object that `--format json` prints for several runs.
#[derive(Serialize)]
struct Resumed<'a> {
    version: u32,
    runs: &'a [Report],
}

/// Runs the command.
pub(crate) fn resume(args: &Resume, out: &Arc<Output>) -> Result<Exit, Trouble> {
    block_on(async {
        let opened = open(&args.store)?;
        let engine = real(&opened.config, &opened.journal)?;
        let mut exit_code = Exit::Fine;
        let mut reports = Vec::new();
        for row in wanted(args, &opened).await? {
            let report = take_up(args, &opened, &engine, &row, out).await?;
            exit_code = worse(exit_code, exit(report.run.status));
            reports.push(report);
        }
        match (args.format, &args.run, reports.as_slice()) {
            (Format::Json, Some(_), [report]) => {
                out.print_json(&RunJson { version: 1, report, received: None })?;
            }
            (Format::Json, _, runs) => out.print_json(&Resumed { version: 1, runs })?,
            (Format::Human, _, []) => note(&format!("{}\n", out.say(&NOTHING))),
            (Format::Human, _, _) => {}
        }
        Ok(exit_code)
    })
}

static NOTHING: Text =
    Text::fixed("no run waits to be resumed", "aucune exécution n'attend d'être reprise");

/// The run that was named, or all that can go on by themselves, the oldest first.
async fn wanted(args: &Resume, opened: &Opened) -> Result<Vec<RunRow>, Trouble> {
    if let Some(run) = &args.run {
        let row = opened.journal.run(run).await?;
        return Ok(vec![row.ok_or_else(|| JournalError::UnknownRun(run.clone()))?]);
    }
    let filter = RunFilter {
        statuses: vec![RunStatus::Running, RunStatus::Waiting],
        ..RunFilter::default()
    };
    let mut rows = opened.journal.runs(filter).await?;
    rows.reverse();
    Ok(rows)
}

async fn take_up(
    args: &Resume,
    opened: &Opened,
    engine: &Engine,
    row: &RunRow,
    out: &Arc<Output>,
) -> Result<Report, Trouble> {
    let before = stored(&opened.journal, &opened.config.options, &row.id).await?;
    let show = match args.format {
        Format::Json => Show::Nothing,
        Format::Human => {
            let narrator = Narrator::new(Arc::clone(&before.plan), out.language);
            out.print(&narrator.heading(&row.graph, &before.contact, &row.id, out))?;
            Show::Story(narrator)
        }
    };
    let engine = engine.clone().observed_by(observer(Arc::clone(out), show));
    let report = engine.resume(&row.id, args.max_wait).await?;
    if args.format == Format::Human {
        let zone = opened.config.zone();
        let summary = Summary {
            report: &report,
            plan: &before.plan,
            contact: &before.contact,
            zone: &zone,
            again: Some(&opened.again),
        };
        out.print(&format!("\n{}", summary.show(out)))?;
    }
    Ok(report)
}

/// A failure outweighs a run that is not over.
fn worse(one: Exit, other: Exit) -> Exit {
    let weight = |exit: Exit| match exit {
        Exit::Fine => 0,
        Exit::Unfinished => 1,
        Exit::Bad => 2,
        Exit::Unusable => 3,
    };
    if weight(other) > weight(one) { other } else { one }
}
