//! `relance runs`: what ran, and where it stands.

use relance_diagnostics::Text;
use relance_runtime::{
    journal::{Records, RunFilter},
    run::{RunReport, RunRow, RunStatus, UnknownStatus},
};
use serde::Serialize;

use crate::{
    args::{Format, Store, language, say},
    output::{Output, note},
    store::{block_on, open},
    table::table,
    trouble::{Exit, Trouble},
};

#[derive(Debug, clap::Args)]
#[command(
    about = say("List runs, the newest first", "Lister les exécutions, la plus récente d'abord")
)]
pub(crate) struct Runs {
    #[arg(
        long,
        value_name = say("STATUS", "STATUT"),
        value_parser = status,
        value_delimiter = ',',
        help = say(
            "Only those that are running, waiting, parked, succeeded, failed or stopped",
            "Seulement celles qui sont en cours (running), en attente (waiting), à décider (parked), réussies (succeeded), \
             échouées (failed) ou arrêtées (stopped)",
        )
    )]
    status: Vec<RunStatus>,
    #[arg(
        long,
        value_name = say("ID", "ID"),
        help = say(
            "Only those of a contact, by its id",
            "Seulement celles d'un contact, par son identifiant",
        )
    )]
    contact: Option<String>,
    #[arg(
        long,
        value_name = say("NAME", "NOM"),
        help = say(
            "Only those of a graph, by its name",
            "Seulement celles d'un graphe, par son nom",
        )
    )]
    graph: Option<String>,
    #[arg(
        long,
        value_name = say("NAME", "NOM"),
        help = say(
            "Only those of a campaign, by its name",
            "Seulement celles d'une campagne, par son nom",
        )
    )]
    campaign: Option<String>,
    #[arg(
        long,
        value_name = say("COUNT", "NOMBRE"),
        default_value_t = 100,
        help = say("At most so many", "Pas plus que ce nombre")
    )]
    limit: u32,
    #[command(flatten)]
    store: Store,
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = say("FORMAT", "FORMAT"),
        help = say("How they are shown", "Présentation de la liste")
    )]
    format: Format,
}

fn status(text: &str) -> Result<RunStatus, String> {
    text.parse().map_err(|UnknownStatus(text)| {
        let why = Text::new(
            format!("`{text}` is none of running, waiting, parked, succeeded, failed, stopped"),
            format!("`{text}` n'est aucun de running, waiting, parked, succeeded, failed, stopped"),
        );
        why.to(language()).to_owned()
    })
}

/// The object that `--format json` prints.
#[derive(Serialize)]
struct RunsJson {
    version: u32,
    runs: Vec<RunReport>,
}

/// Runs the command.
pub(crate) fn runs(args: &Runs, out: &Output) -> Result<Exit, Trouble> {
    let opened = open(&args.store)?;
    let filter = RunFilter {
        statuses: args.status.clone(),
        contact: args.contact.clone(),
        graph: args.graph.clone(),
        campaign: args.campaign.clone(),
        limit: Some(args.limit),
    };
    let rows = block_on(async { Ok(opened.journal.runs(filter).await?) })?;
    if args.format == Format::Json {
        let runs = rows.into_iter().map(|row| RunReport::new(&row)).collect();
        out.print_json(&RunsJson { version: 1, runs })?;
        return Ok(Exit::Fine);
    }
    if rows.is_empty() {
        note(&format!("{}\n", out.say(&NONE)));
        return Ok(Exit::Fine);
    }
    let zone = opened.config.zone();
    let row = |row: &RunRow| {
        let started = row.started_at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S");
        vec![
            row.id.clone(),
            standing(row, out),
            row.graph.clone(),
            row.contact.clone(),
            started.to_string(),
        ]
    };
    out.print(&table(&HEADINGS, &rows.iter().map(row).collect::<Vec<_>>(), out))?;
    let full = u32::try_from(rows.len()).is_ok_and(|count| count == args.limit);
    if full {
        let more = Text::new(
            format!("the newest {} runs: --limit shows more", args.limit),
            format!("les {} exécutions les plus récentes : --limit en montre plus", args.limit),
        );
        note(&format!("{}\n", out.say(&more)));
    }
    Ok(Exit::Fine)
}

static NONE: Text = Text::fixed("no run to show", "aucune exécution à montrer");

const HEADINGS: [Text; 5] = [
    Text::fixed("RUN", "EXÉCUTION"),
    Text::fixed("STATUS", "ÉTAT"),
    Text::fixed("GRAPH", "GRAPHE"),
    Text::fixed("CONTACT", "CONTACT"),
    Text::fixed("STARTED", "DÉBUT"),
];

/// Where a run stands, and who stopped it if somebody did.
pub(super) fn standing(row: &RunRow, out: &Output) -> String {
    let status = out.say(&status_word(row.status)).to_owned();
    match row.stop.as_ref().filter(|_| row.status == RunStatus::Stopped) {
        Some(wish) => {
            let by = Text::new(format!("by {}", wish.by), format!("par {}", wish.by));
            format!("{status} {}", out.say(&by))
        }
        None => status,
    }
}

/// Where a run stands, to people. `--status` and JSON keep the English words.
pub(super) fn status_word(status: RunStatus) -> Text {
    match status {
        RunStatus::Running => Text::fixed("running", "en cours"),
        RunStatus::Waiting => Text::fixed("waiting", "en attente"),
        RunStatus::Parked => Text::fixed("parked", "à décider"),
        RunStatus::Succeeded => Text::fixed("succeeded", "réussie"),
        RunStatus::Failed => Text::fixed("failed", "échouée"),
        RunStatus::Stopped => Text::fixed("stopped", "arrêtée"),
    }
}
