//! `relance resume`: takes runs up again, after a crash, a wait or a decision.

use std::{sync::Arc, time::Duration};

use relance_diagnostics::Text;
use relance_runtime::{
    driver::{Engine, RunError},
    journal::{Holder, JournalError, Records, RunFilter},
    port::{Clock, SystemClock},
    run::{Report, RunRow, RunStatus},
};
use serde::Serialize;

use super::{
    campaign::{self, Pace},
    run::{RunJson, duration, exit, interrupted},
};
use crate::{
    args::{Format, Store, say},
    live::{Show, observer},
    narration::Narrator,
    output::{Output, note},
    store::{Opened, block_on, open, stored},
    summary::Summary,
    trouble::{Exit, Trouble},
    words::process,
    world::real,
};

#[derive(Debug, clap::Args)]
#[command(
    about = say("Take runs up again", "Reprendre des exécutions"),
    long_about = say(
        "Take runs up again\n\n\
         Without a run: all that were cut off or wait for a retry. A run that waits for a decision goes on after `relance \
         resolve`. A run that another process carries out is left to it; what a process that was killed had is taken over within \
         a few seconds.",
        "Reprendre des exécutions\n\n\
         Sans exécution nommée : toutes celles qui ont été interrompues ou qui attendent une nouvelle tentative. Une \
         exécution qui attend une décision continue après `relance resolve`. Une exécution qu'un autre processus mène lui est \
         laissée ; celles d'un processus tué sont reprises en quelques secondes.",
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
    #[arg(
        long,
        value_name = say("NAME", "NOM"),
        value_parser = campaign::name,
        conflicts_with = "run",
        help = say(
            "Carry on a campaign, by its name: those not started yet, and all that can go on by themselves",
            "Continuer une campagne, par son nom : ce qui n'a pas commencé, et ce qui peut continuer seul",
        )
    )]
    campaign: Option<String>,
    #[command(flatten)]
    pace: Pace,
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
        if let Some(name) = &args.campaign {
            let command = campaign::Command {
                pace: args.pace,
                max_wait: args.max_wait,
                format: args.format,
                out,
                throwaway: false,
            };
            return campaign::resume(&opened, &engine, name, &command).await;
        }
        let taken_up = engine.alive(async {
            tokio::select! {
                taken_up = take_all_up(args, &opened, &engine, out) => Some(taken_up),
                Ok(()) = tokio::signal::ctrl_c() => None,
            }
        });
        let Some(taken_up) = Box::pin(taken_up).await? else {
            return Err(interrupted(&opened, false));
        };
        let (exit_code, reports) = taken_up?;
        match (args.format, &args.run, reports.as_slice()) {
            (Format::Json, Some(_), [report]) => {
                out.print_json(&RunJson { version: 1, report, received: None })?;
            }
            (Format::Json, _, runs) => out.print_json(&Resumed { version: 1, runs })?,
            (Format::Human, _, []) if exit_code == Exit::Fine => {
                note(&format!("{}\n", out.say(&NOTHING)));
            }
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

/// Takes them up, one after the other. One of many that a living process has is left to it.
async fn take_all_up(
    args: &Resume,
    opened: &Opened,
    engine: &Engine,
    out: &Arc<Output>,
) -> Result<(Exit, Vec<Report>), Trouble> {
    let mut exit_code = Exit::Fine;
    let mut reports = Vec::new();
    let mut alive = Vec::new();
    for row in wanted(args, opened).await? {
        match take_up(args, opened, engine, &row, &mut alive, out).await? {
            Ok(report) => {
                exit_code = worse(exit_code, exit(report.run.status));
                reports.push(report);
            }
            Err(held) if args.run.is_some() => return Err(held.into()),
            Err(held) => {
                note(&format!("{}\n", out.say(&Trouble::from(held).message)));
                exit_code = worse(exit_code, Exit::Unfinished);
            }
        }
    }
    Ok((exit_code, reports))
}

/// Takes a run up, or says who has it. A process that was killed has its runs for a moment longer: that is waited for. One that
/// is seen to be alive goes to `alive`, and is not waited for again.
async fn take_up(
    args: &Resume,
    opened: &Opened,
    engine: &Engine,
    row: &RunRow,
    alive: &mut Vec<Option<u32>>,
    out: &Arc<Output>,
) -> Result<Result<Report, JournalError>, Trouble> {
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
    let mut resumed = engine.resume(&row.id, args.max_wait).await;
    if let Err(RunError::Journal(JournalError::Held { holder, .. })) = &resumed
        && !alive.contains(&holder.pid)
    {
        note(&format!("{}\n", out.say(&wait_for(*holder))));
        SystemClock.sleep_until(holder.until).await;
        resumed = engine.resume(&row.id, args.max_wait).await;
    }
    let report = match resumed {
        Ok(report) => report,
        Err(RunError::Journal(JournalError::Held { run, holder })) => {
            alive.push(holder.pid);
            return Ok(Err(JournalError::Held { run, holder }));
        }
        Err(error) => return Err(error.into()),
    };
    if args.format == Format::Human {
        let zone = opened.config.zone();
        let summary = Summary {
            report: &report,
            plan: &before.plan,
            contact: &before.contact,
            zone: &zone,
            again: Some(&opened.again),
            holder: None,
        };
        out.print(&format!("\n{}", summary.show(out)))?;
    }
    Ok(Ok(report))
}

fn wait_for(holder: Holder) -> Text {
    let Text { en, fr } = process(holder.pid);
    Text::new(
        format!(
            "{en} has this run, or had it until a moment ago: waiting to see whether it is still there"
        ),
        format!(
            "{fr} mène cette exécution, ou la menait à l'instant : on attend de voir s'il est encore là"
        ),
    )
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
