//! `relance campaigns`: what campaigns there are, and what became of each contact of one.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use relance_diagnostics::{Source, Text, render::clean};
use relance_runtime::{
    driver::ReplanError,
    failure::Reason,
    history::History,
    journal::{
        CampaignRow, Campaigns as _, Journal as _, JournalError, MemberRow, Records as _, Tally,
    },
    run::{BlockReport, BlockStatus, Report, RunStatus},
};
use relance_validator::{Options, Plan, check_and_plan};
use serde::Serialize;

use super::{
    campaign::{CampaignJson, name},
    runs::status_word,
};
use crate::{
    args::{Format, Store, say},
    output::{Output, note},
    store::{Opened, block_on, open},
    summary::is_handled,
    table::table,
    tally,
    trouble::{Exit, Trouble},
    words::reason,
};

#[derive(Debug, clap::Args)]
#[command(
    about = say(
        "List campaigns, and what became of their contacts",
        "Lister les campagnes, et ce que sont devenus leurs contacts",
    ),
    args_conflicts_with_subcommands = true
)]
pub(crate) struct Campaigns {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    list: Listing,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    List(Listing),
    Show(Show),
}

#[derive(Debug, clap::Args)]
#[command(
    about = say(
        "List campaigns, the newest first",
        "Lister les campagnes, la plus récente d'abord",
    )
)]
struct Listing {
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

#[derive(Debug, clap::Args)]
#[command(
    about = say(
        "Tell what became of each contact of a campaign",
        "Dire ce qu'est devenu chaque contact d'une campagne",
    ),
    long_about = say(
        "Tell what became of each contact of a campaign\n\n\
         People see the contacts whose runs did not end well, with the block and the reason. CSV and JSON hold every contact, \
         in the order of the list.",
        "Dire ce qu'est devenu chaque contact d'une campagne\n\n\
         La présentation courante montre les contacts dont l'exécution ne s'est pas bien terminée, avec le bloc et la raison. \
         Le CSV et le JSON contiennent tous les contacts, dans l'ordre de la liste.",
    )
)]
struct Show {
    #[arg(
        value_name = say("NAME", "NOM"),
        value_parser = name,
        help = say("Campaign, by its name", "Campagne, par son nom")
    )]
    name: String,
    #[command(flatten)]
    store: Store,
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = say("FORMAT", "FORMAT"),
        help = say("How it is shown", "Présentation")
    )]
    format: ReportFormat,
}

/// How a campaign is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum ReportFormat {
    /// For people
    #[default]
    Human,
    #[value(help = say("For programs: one object", "Pour les programmes : un objet"))]
    Json,
    #[value(
        help = say("For spreadsheets: a contact a line", "Pour les tableurs : un contact par ligne")
    )]
    Csv,
}

/// The object that `campaigns --format json` prints.
#[derive(Serialize)]
struct CampaignsJson<'a> {
    version: u32,
    campaigns: Vec<CampaignJson<'a>>,
}

/// What became of a contact.
#[derive(Debug, Serialize)]
struct Row {
    contact: String,
    /// `pending`, the status of its run, or why it has none of its own.
    status: &'static str,
    run: Option<String>,
    /// The block that failed, waits or has to be decided about.
    block: Option<String>,
    label: Option<String>,
    error: Option<Reason>,
    /// How often calls were made, over all blocks.
    attempts: u32,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    wake_at: Option<Timestamp>,
}

/// How many members are read at once.
const PAGE: u32 = 500;

/// How many contacts people are shown.
const SHOWN: usize = 50;

/// Runs the command.
pub(crate) fn campaigns(args: &Campaigns, out: &Arc<Output>) -> Result<Exit, Trouble> {
    match &args.what {
        None => list(&args.list, out),
        Some(What::List(args)) => list(args, out),
        Some(What::Show(args)) => show(args, out),
    }
}

fn list(args: &Listing, out: &Output) -> Result<Exit, Trouble> {
    let opened = open(&args.store)?;
    let rows = block_on(async {
        let mut rows = Vec::new();
        for row in opened.journal.campaigns().await? {
            let tally = opened.journal.tally(&row.name).await?;
            rows.push((row, tally));
        }
        Ok(rows)
    })?;
    if args.format == Format::Json {
        let campaigns = rows.iter().map(|(row, tally)| CampaignJson::new(row, *tally)).collect();
        out.print_json(&CampaignsJson { version: 1, campaigns })?;
        return Ok(Exit::Fine);
    }
    if rows.is_empty() {
        note(&format!("{}\n", out.say(&NONE)));
        return Ok(Exit::Fine);
    }
    let zone = opened.config.zone();
    let line = |(row, tally): &(CampaignRow, Tally)| {
        let opened_at = row.created_at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M");
        vec![
            row.name.clone(),
            row.started.graph.clone(),
            tally.members().to_string(),
            tally.succeeded.to_string(),
            tally.failed.to_string(),
            (tally.members() - tally.settled() + tally.parked).to_string(),
            opened_at.to_string(),
        ]
    };
    out.print(&table(&HEADINGS, &rows.iter().map(line).collect::<Vec<_>>(), out))?;
    Ok(Exit::Fine)
}

static NONE: Text = Text::fixed("no campaign to show", "aucune campagne à montrer");

const HEADINGS: [Text; 7] = [
    Text::fixed("CAMPAIGN", "CAMPAGNE"),
    Text::fixed("GRAPH", "GRAPHE"),
    Text::fixed("PEOPLE", "CONTACTS"),
    Text::fixed("DONE", "FAIT"),
    Text::fixed("FAILED", "ÉCHECS"),
    Text::fixed("OPEN", "EN SUSPENS"),
    Text::fixed("BEGUN", "DÉBUT"),
];

const ROW_HEADINGS: [Text; 4] = [
    Text::fixed("CONTACT", "CONTACT"),
    Text::fixed("STATUS", "ÉTAT"),
    Text::fixed("RUN", "EXÉCUTION"),
    Text::fixed("WHY", "POURQUOI"),
];

/// The heading of the CSV report: the names are a promise.
const CSV_HEADING: [&str; 11] = [
    "contact",
    "status",
    "run",
    "block",
    "label",
    "error",
    "message",
    "attempts",
    "started_at",
    "ended_at",
    "wake_at",
];

fn show(args: &Show, out: &Output) -> Result<Exit, Trouble> {
    let opened = open(&args.store)?;
    block_on(async {
        let row = opened.journal.campaign(&args.name).await?;
        let row = row.ok_or_else(|| unknown(&args.name))?;
        let tally = opened.journal.tally(&row.name).await?;
        let plan = plan(&opened, &row).await?;
        match args.format {
            ReportFormat::Human => for_people(&opened, &row, &tally, &plan, out).await?,
            ReportFormat::Json => {
                let campaign = serde_json::to_string(&CampaignJson::new(&row, tally));
                let campaign = campaign.map_err(|error| unprintable(&error))?;
                out.print(&format!("{{\"version\":1,\"campaign\":{campaign},\"contacts\":["))?;
                let mut between = "";
                each(&opened, &row, &plan, |row| {
                    let row = serde_json::to_string(&row).map_err(|error| unprintable(&error))?;
                    let printed = out.print(&format!("{between}\n{row}"));
                    between = ",";
                    printed
                })
                .await?;
                out.print("\n]}\n")?;
            }
            ReportFormat::Csv => {
                out.print(&csv_line(CSV_HEADING.map(str::to_owned))?)?;
                each(&opened, &row, &plan, |row| out.print(&csv_line(row.cells(out))?)).await?;
            }
        }
        Ok(Exit::Fine)
    })
}

async fn for_people(
    opened: &Opened,
    row: &CampaignRow,
    tally: &Tally,
    plan: &Plan,
    out: &Output,
) -> Result<(), Trouble> {
    let zone: TimeZone = opened.config.zone();
    out.print(&tally::summary(row, tally, None, &zone, Some(&opened.again), out))?;
    let (mut shown, mut more) = (Vec::new(), 0_u32);
    each(opened, row, plan, |row| {
        if row.is_fine() {
            return Ok(());
        }
        if shown.len() < SHOWN {
            shown.push(row.line(out));
        } else {
            more += 1;
        }
        Ok(())
    })
    .await?;
    if !shown.is_empty() {
        out.print(&format!("\n{}", table(&ROW_HEADINGS, &shown, out)))?;
    }
    if more > 0 {
        let more = Text::new(
            format!("… and {more} more: --format csv tells them all"),
            format!("… et {more} de plus : --format csv les donne tous"),
        );
        out.print(&format!("{}\n", out.say(&more)))?;
    }
    Ok(())
}

/// Does something with each member, in the order of the list. One page is held at a time.
async fn each(
    opened: &Opened,
    campaign: &CampaignRow,
    plan: &Plan,
    mut with: impl FnMut(Row) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let mut after = 0;
    loop {
        let page = opened.journal.members(&campaign.name, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.position;
        for member in page {
            let row = row(opened, plan, member).await?;
            with(row)?;
        }
    }
}

async fn row(opened: &Opened, plan: &Plan, member: MemberRow) -> Result<Row, Trouble> {
    let MemberRow { position: _, contact, run, skipped } = member;
    let mut row = Row {
        contact,
        status: skipped.map_or("pending", |skipped| skipped.as_str()),
        run: run.as_ref().map(|run| run.id.clone()),
        block: None,
        label: None,
        error: None,
        attempts: 0,
        started_at: None,
        ended_at: None,
        wake_at: None,
    };
    let Some(run) = run.filter(|_| skipped.is_none()) else { return Ok(row) };
    row.status = run.status.as_str();
    row.started_at = Some(run.started_at);
    row.ended_at = run.ended_at;
    row.wake_at = run.wake_at;
    let events = opened.journal.events(&run.id, 0).await?;
    let history = History::of(plan, &events);
    let history =
        history.map_err(|error| Trouble::from(relance_runtime::driver::RunError::from(error)))?;
    let report = Report::new(&run, plan, &history);
    row.attempts = report.blocks.iter().map(|block| block.attempts).sum();
    if let Some(block) = decisive(&report, plan) {
        row.block = Some(block.id.clone());
        row.label.clone_from(&block.label);
        row.error.clone_from(&block.error);
    }
    Ok(row)
}

/// The block for which a run is not over, or has failed.
fn decisive<'r>(report: &'r Report, plan: &Plan) -> Option<&'r BlockReport> {
    let first = |status: BlockStatus| report.blocks.iter().find(|it| it.status == status);
    match report.run.status {
        RunStatus::Succeeded => None,
        RunStatus::Running => first(BlockStatus::Running),
        RunStatus::Waiting => first(BlockStatus::Waiting),
        RunStatus::Parked => first(BlockStatus::Parked),
        RunStatus::Stopped => first(BlockStatus::Parked).or_else(|| first(BlockStatus::Failed)),
        RunStatus::Failed => report
            .blocks
            .iter()
            .find(|block| block.status == BlockStatus::Failed && !is_handled(plan, block)),
    }
}

/// What the graph of a campaign means.
async fn plan(opened: &Opened, row: &CampaignRow) -> Result<Plan, Trouble> {
    let started = &row.started;
    let document = opened.journal.document(&started.document).await?;
    let document = document.ok_or_else(|| JournalError::Unreadable {
        what: format!("campaign `{}`", row.name),
        why: "its document is not there".to_owned(),
    })?;
    let options = Options {
        environment: started.environment,
        foreign_passes: started.foreign_passes.clone(),
        ..opened.config.options.clone()
    };
    let (_, plan) = check_and_plan(&Source::new(started.graph.as_str(), document), &options);
    let another = || ReplanError::AnotherPlan { run: row.name.clone() };
    let plan = plan.filter(|plan| plan.hash().to_string() == started.hash);
    Ok(plan.ok_or_else(|| relance_runtime::driver::RunError::from(another()))?)
}

impl Row {
    fn is_fine(&self) -> bool {
        [RunStatus::Succeeded.as_str(), RunStatus::Running.as_str(), "pending"]
            .contains(&self.status)
    }

    fn cells(self, out: &Output) -> [String; 11] {
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
        let message = self.error.as_ref().map(|error| reason(error, out.language));
        [
            self.contact,
            self.status.to_owned(),
            self.run.unwrap_or_default(),
            self.block.unwrap_or_default(),
            self.label.unwrap_or_default(),
            self.error.map(|error| error.code.to_string()).unwrap_or_default(),
            message.unwrap_or_default(),
            self.attempts.to_string(),
            time(self.started_at),
            time(self.ended_at),
            time(self.wake_at),
        ]
    }

    /// The same in a table for people.
    fn line(&self, out: &Output) -> Vec<String> {
        let status = RunStatus::ALL.into_iter().find(|status| status.as_str() == self.status);
        let status = match status {
            Some(status) => status_word(status),
            None if self.status == "opted-out" => Text::fixed("opted out", "désinscrit"),
            None => Text::fixed("ran already", "déjà en cours"),
        };
        let block = self.label.as_ref().or(self.block.as_ref());
        let why = self.error.as_ref().map(|error| reason(error, out.language));
        let parts = block.cloned().into_iter().chain(why).collect::<Vec<_>>();
        let run = self.run.clone().unwrap_or_default();
        vec![
            self.contact.clone(),
            out.say(&status).to_owned(),
            run,
            clean(&parts.join(": ")).into(),
        ]
    }
}

/// A line of CSV. A cell that a spreadsheet would take for a formula begins with a quote, as spreadsheets want it.
fn csv_line<const N: usize>(cells: [String; N]) -> Result<String, Trouble> {
    let harmless = cells.map(|cell| {
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        // A phone number is an id that begins with a plus, and no formula.
        let phone =
            cell.strip_prefix('+').is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()));
        if formula && !phone { format!("'{cell}") } else { cell }
    });
    let mut line = csv::Writer::from_writer(Vec::new());
    let written = line.write_record(&harmless).map_err(|error| unprintable(&error));
    written?;
    let bytes = line.into_inner().map_err(|error| unprintable(error.error()))?;
    String::from_utf8(bytes).map_err(|error| unprintable(&error))
}

fn unprintable(error: &dyn std::error::Error) -> Trouble {
    Trouble::unusable(Text::new(
        format!("the report cannot be written: {error}"),
        format!("le rapport ne peut pas être écrit : {error}"),
    ))
}

fn unknown(name: &str) -> Trouble {
    JournalError::UnknownCampaign(name.to_owned()).into()
}
