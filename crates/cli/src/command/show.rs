//! `relance show`: everything that happened in a run.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use relance_diagnostics::{Text, render::clean};
use relance_runtime::{
    journal::{JournalError, Records},
    run::{BlockStatus, StopWish},
};

use super::{run::RunJson, runs::status_word};
use crate::{
    args::{Format, Store, say},
    narration::Narrator,
    output::{Output, Paint},
    store::{Stored, block_on, open, stored},
    summary::{Summary, name},
    trouble::{Exit, Trouble},
};

#[derive(Debug, clap::Args)]
#[command(
    about = say("Show what happened in a run", "Montrer ce qui s'est passé dans une exécution")
)]
pub(crate) struct Show {
    #[arg(value_name = say("RUN", "EXÉCUTION"), help = say("Run to show", "Exécution à montrer"))]
    run: String,
    #[command(flatten)]
    store: Store,
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = say("FORMAT", "FORMAT"),
        help = say("How it is shown", "Présentation du résultat")
    )]
    format: Format,
    #[arg(
        long,
        conflicts_with = "format",
        help = say(
            "Print the journal's events, one JSON object a line",
            "Afficher les événements du journal, un objet JSON par ligne",
        )
    )]
    events: bool,
}

/// Runs the command.
pub(crate) fn show(args: &Show, out: &Output) -> Result<Exit, Trouble> {
    let opened = open(&args.store)?;
    if args.events {
        let events = block_on(async { Ok(opened.journal.events(&args.run, 0).await?) })?;
        if events.is_empty() {
            return Err(JournalError::UnknownRun(args.run.clone()).into());
        }
        events.iter().try_for_each(|event| out.print_json(event))?;
        return Ok(Exit::Fine);
    }
    let run = block_on(stored(&opened.journal, &opened.config.options, &args.run))?;
    if args.format == Format::Json {
        out.print_json(&RunJson { version: 1, report: &run.report, received: None })?;
        return Ok(Exit::Fine);
    }
    let zone = opened.config.zone();
    out.print(&heading(&run, &zone, out))?;
    let mut narrator = Narrator::new(Arc::clone(&run.plan), out.language);
    for event in &run.events {
        if let Some(line) = narrator.hear(event) {
            out.print(&narrator.show(&line, out))?;
        }
    }
    for block in run.report.blocks.iter().filter(|block| block.status == BlockStatus::Running) {
        if let Some(doing) = narrator.doing(&block.id) {
            out.print(&format!("  … {doing}\n"))?;
        }
    }
    let summary = Summary {
        report: &run.report,
        plan: &run.plan,
        contact: &run.contact,
        zone: &zone,
        again: Some(&opened.again),
        // Whoever has it may have been killed a moment ago: what is shown of a run is what is stored of it.
        holder: None,
    };
    out.print(&format!("\n{}", summary.show(out)))?;
    Ok(Exit::Fine)
}

/// What the run is, in a few lines.
fn heading(run: &Stored, zone: &TimeZone, out: &Output) -> String {
    let report = &run.report.run;
    let time =
        |time: Timestamp| time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let hash: String = report.graph.hash.chars().take(12).collect();
    let lines = [
        (Text::fixed("Run", "Exécution"), Some(report.id.clone())),
        (Text::fixed("Graph", "Graphe"), Some(format!("{} ({hash})", report.graph.name))),
        (Text::fixed("Contact", "Contact"), Some(contact(run))),
        (Text::fixed("Started", "Début"), Some(time(report.started_at))),
        (Text::fixed("Ended", "Fin"), report.ended_at.map(time)),
        (Text::fixed("Status", "État"), Some(out.say(&status_word(report.status)).to_owned())),
        (Text::fixed("Stop", "Arrêt"), report.stop.as_ref().map(|wish| asked(wish, zone, out))),
    ];
    let lines = lines.iter().filter_map(|(about, said)| {
        let about = format!("{:9}", out.say(about));
        Some(format!("{}  {}\n", out.paint(Paint::Faint, &about), clean(said.as_deref()?)))
    });
    lines.chain(["\n".to_owned()]).collect()
}

/// Who wanted the run to stop, and when.
fn asked(wish: &StopWish, zone: &TimeZone, out: &Output) -> String {
    let time = wish.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S");
    let text = Text::new(
        format!("asked for by {}, {time}", wish.by),
        format!("demandé par {}, {time}", wish.by),
    );
    out.say(&text).to_owned()
}

/// The contact's name, and the id by which commands know it.
fn contact(run: &Stored) -> String {
    let (name, id) = (name(&run.contact), &run.report.run.contact);
    if name == *id { name } else { format!("{name} ({id})") }
}
