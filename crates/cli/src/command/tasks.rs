//! `relance tasks`: what runs left for people to do.

use relance_diagnostics::Text;
use relance_runtime::{
    journal::{Records, TaskFilter},
    local::Task,
    port::{Clock, SystemClock},
};
use serde::Serialize;

use crate::{
    args::{Format, Store, say},
    output::{Output, note},
    store::{block_on, open},
    table::table,
    trouble::{Exit, Trouble},
    words::priority,
};

#[derive(Debug, clap::Args)]
#[command(about = say("List tasks, and tick them off", "Lister les tâches, et les cocher"))]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Tasks {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    list: List,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    List(List),
    Done(Done),
}

#[derive(Debug, clap::Args)]
#[command(
    about = say("List tasks, the oldest first", "Lister les tâches, la plus ancienne d'abord")
)]
struct List {
    #[arg(long, help = say("Those that are done too", "Montrer aussi les tâches faites"))]
    all: bool,
    #[arg(
        long,
        value_name = say("ID", "ID"),
        help = say(
            "Only those about a contact, by its id",
            "Seulement celles d'un contact, par son identifiant",
        )
    )]
    contact: Option<String>,
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
#[command(about = say("Tick a task off", "Cocher une tâche"))]
struct Done {
    #[arg(
        value_name = say("ID", "ID"),
        help = say("Task, by its id", "Tâche, par son identifiant")
    )]
    id: String,
    #[command(flatten)]
    store: Store,
}

/// The object that `--format json` prints.
#[derive(Serialize)]
struct TasksJson {
    version: u32,
    tasks: Vec<Task>,
}

/// Runs the command.
pub(crate) fn tasks(args: &Tasks, out: &Output) -> Result<Exit, Trouble> {
    match &args.what {
        None => list(&args.list, out),
        Some(What::List(args)) => list(args, out),
        Some(What::Done(args)) => done(args, out),
    }
}

fn list(args: &List, out: &Output) -> Result<Exit, Trouble> {
    let opened = open(&args.store)?;
    let filter = TaskFilter { done: args.all, contact: args.contact.clone(), limit: None };
    let tasks = block_on(async { Ok(opened.journal.tasks(filter).await?) })?;
    if args.format == Format::Json {
        out.print_json(&TasksJson { version: 1, tasks })?;
        return Ok(Exit::Fine);
    }
    if tasks.is_empty() {
        note(&format!("{}\n", out.say(&NONE)));
        return Ok(Exit::Fine);
    }
    let zone = opened.config.zone();
    let row = |task: &Task| {
        let opened = task.created_at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M");
        let mut row = vec![
            task.id.clone(),
            out.say(&priority(Some(&task.priority))).to_owned(),
            task.assignee.clone().unwrap_or_else(|| "-".to_owned()),
            task.contact.clone(),
            opened.to_string(),
            task.label.clone().unwrap_or_else(|| task.block.clone()),
        ];
        if args.all {
            row.insert(1, if task.done_at.is_some() { "✓" } else { "" }.to_owned());
        }
        row
    };
    let mut headings = HEADINGS.to_vec();
    if args.all {
        headings.insert(1, Text::fixed("DONE", "FAIT"));
    }
    out.print(&table(&headings, &tasks.iter().map(row).collect::<Vec<_>>(), out))?;
    Ok(Exit::Fine)
}

fn done(args: &Done, out: &Output) -> Result<Exit, Trouble> {
    let opened = open(&args.store)?;
    let now = SystemClock.now();
    let task = block_on(async { Ok(opened.journal.finish_task(&args.id, now).await?) })?;
    let Some(task) = task else {
        let id = &args.id;
        let message =
            Text::new(format!("there is no task `{id}`"), format!("il n'y a pas de tâche `{id}`"));
        return Err(Trouble::unusable(message)
            .help(Text::fixed("`relance tasks` lists them", "`relance tasks` en donne la liste")));
    };
    let label = task.label.as_deref().unwrap_or(&task.block);
    let said = Text::new(
        format!("done: {label}, for {}", task.contact),
        format!("fait : {label}, pour {}", task.contact),
    );
    out.print(&format!("{}\n", relance_diagnostics::render::clean(out.say(&said))))?;
    Ok(Exit::Fine)
}

static NONE: Text = Text::fixed("no task is open", "aucune tâche n'est ouverte");

const HEADINGS: [Text; 6] = [
    Text::fixed("TASK", "TÂCHE"),
    Text::fixed("PRIORITY", "PRIORITÉ"),
    Text::fixed("FOR", "POUR"),
    Text::fixed("CONTACT", "CONTACT"),
    Text::fixed("OPENED", "OUVERTE"),
    Text::fixed("WHAT", "QUOI"),
];
