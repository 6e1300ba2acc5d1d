//! `relance run`: carries a graph out for a contact.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use relance_diagnostics::{
    Source, Text,
    render::{self, Report as Findings, clean},
};
use relance_model::{contact::Contact, document::MAX_BYTES};
use relance_runtime::{
    driver::{Engine, Outcome, RunError, Start},
    identity::identify,
    journal::Records,
    run::{GraphFile, Report, RunStatus, check_run_id},
    sandbox::Received,
};
use relance_validator::{Checked, Plan, check_and_plan};
use serde::Serialize;

use super::campaign::{self, Judged, Many};
use crate::{
    args::{Format, Setup, language, say},
    config::{self, Config},
    contact, input,
    live::{Show, observer},
    narration::Narrator,
    output::{Output, Paint, note, push_line},
    preflight,
    store::{Opened, block_on, open_or_make},
    summary::Summary,
    trouble::{Exit, Trouble},
    words::count,
    world::{Playground, real, sandboxed},
};

#[derive(Debug, clap::Args)]
#[command(
    about = say(
        "Carry a graph out for a contact, or for everybody on a list",
        "Exécuter un graphe pour un contact, ou pour toute une liste",
    ),
    long_about = say(
        "Carry a graph out for a contact, or for everybody on a list\n\n\
         The graph is checked first: with an error in it nothing runs. Every step is stored before it is told, so that a \
         crash loses nothing and `relance resume` carries on.",
        "Exécuter un graphe pour un contact, ou pour toute une liste\n\n\
         Le graphe est d'abord vérifié : s'il contient une erreur, rien n'est exécuté. Chaque étape est enregistrée avant \
         d'être annoncée : une panne ne perd rien, et `relance resume` reprend là où l'on en était.",
    )
)]
pub(crate) struct Run {
    #[arg(
        value_name = say("GRAPH", "GRAPHE"),
        help = say(
            "Graph to carry out; - is standard input",
            "Graphe à exécuter ; - désigne l'entrée standard",
        )
    )]
    graph: PathBuf,
    #[arg(
        long,
        value_name = say("FILE", "FICHIER"),
        help = say(
            "Contact to carry it out for, as JSON; - is standard input",
            "Contact concerné, en JSON ; - désigne l'entrée standard",
        ),
        required_unless_present = "contacts",
        conflicts_with = "contacts"
    )]
    contact: Option<PathBuf>,
    #[command(flatten)]
    many: Many,
    #[arg(
        long,
        value_name = say("NAME", "NOM"),
        help = say(
            "Name of the graph [default: that of its file]; one run of a name and a contact is active at a time",
            "Nom du graphe [par défaut : celui de son fichier] ; une seule exécution à la fois pour un nom et un contact",
        )
    )]
    name: Option<String>,
    #[arg(
        long = "run-id",
        conflicts_with = "contacts",
        value_name = say("ID", "ID"),
        help = say(
            "Id of the run [default: a new one]; the same id again is the same run",
            "Identifiant de l'exécution [par défaut : un nouveau] ; le même identifiant désigne la même exécution",
        )
    )]
    id: Option<String>,
    #[arg(
        long,
        value_name = say("FILE", "FICHIER"),
        help = say(
            "Database [default: the configuration's, else relance.db beside it]",
            "Base de données [par défaut : celle de la configuration, sinon relance.db à côté d'elle]",
        )
    )]
    db: Option<PathBuf>,
    #[command(flatten)]
    setup: Setup,
    #[arg(
        long,
        help = say(
            "Let nothing leave this machine: a sandbox answers for every service, in a throwaway database unless --db names \
             one",
            "Ne rien laisser sortir de cette machine : un bac à sable répond à la place des services, avec une base jetable \
             sauf si --db en nomme une",
        )
    )]
    sandbox: bool,
    #[arg(
        long,
        value_name = say("FOLDER", "DOSSIER"),
        requires = "sandbox",
        help = say(
            "Keep what the sandbox received in this folder",
            "Garder dans ce dossier ce que le bac à sable a reçu",
        )
    )]
    sandbox_dir: Option<PathBuf>,
    #[arg(
        long,
        value_name = say("DURATION", "DURÉE"),
        default_value = "60s",
        value_parser = duration,
        help = say(
            "How long to wait for retries in all; then the run is left waiting",
            "Temps total d'attente des nouvelles tentatives ; ensuite l'exécution reste en attente",
        )
    )]
    max_wait: Duration,
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = say("FORMAT", "FORMAT"),
        help = say("How the run is shown", "Présentation de l'exécution")
    )]
    format: Format,
    #[arg(
        long,
        conflicts_with_all = ["format", "contacts"],
        help = say(
            "Print the journal's events as they are stored, one JSON object a line",
            "Afficher les événements du journal au fil de l'eau, un objet JSON par ligne",
        )
    )]
    events: bool,
}

/// A duration on the command line.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    config::duration(text).ok_or_else(|| config::not_a_duration(text).to(language()).to_owned())
}

/// The object that `--format json` prints.
#[derive(Debug, Serialize)]
pub(crate) struct RunJson<'a> {
    pub(crate) version: u32,
    #[serde(flatten)]
    pub(crate) report: &'a Report,
    /// What the sandbox received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) received: Option<&'a [Received]>,
}

/// Runs the command.
pub(crate) fn run(args: &Run, out: &Arc<Output>) -> Result<Exit, Trouble> {
    let config = Config::load(&args.setup)?;
    let name = graph_name(args)?;
    let source = input::read(&args.graph, MAX_BYTES)?;
    let whom = whom(args, &config, out)?;
    args.id.as_deref().map_or(Ok(()), check_run_id).map_err(RunError::from)?;
    let checked = check_and_plan(&source, &config.options);
    let Some(plan) = runnable(args, &source, checked, out)? else { return Ok(Exit::Bad) };
    preflight::texts(&plan, &name, &config)?;
    if !args.sandbox {
        preflight::services(&plan, &config)?;
    }
    let graph = GraphFile::new(&name, source.bytes(), plan);
    block_on(carry_out(args, config, graph, whom, out))
}

/// For whom a graph is carried out.
enum Whom {
    One(Box<Contact>),
    /// Everybody on a list, as a campaign of that name.
    Many(Box<Judged>, String),
}

fn whom(args: &Run, config: &Config, out: &Output) -> Result<Whom, Trouble> {
    match (&args.contact, &args.many.contacts, &args.many.campaign) {
        (_, Some(list), Some(campaign)) => {
            let judged = args.many.judge(list, config.region, out)?;
            Ok(Whom::Many(Box::new(judged), campaign.clone()))
        }
        (Some(contact), _, _) => {
            let contact = contact::read_one(contact, out)?;
            identify(contact.clone(), config.region)?;
            Ok(Whom::One(Box::new(contact)))
        }
        // The command line is refused before: it asks for one of the two.
        (None, _, _) => Err(Trouble::unusable(Text::fixed(
            "say for whom: --contact, or --contacts with --campaign",
            "dites pour qui : --contact, ou --contacts avec --campaign",
        ))),
    }
}

/// The name that runs of this graph have.
fn graph_name(args: &Run) -> Result<String, Trouble> {
    let stdin = |path: &Path| path.as_os_str() == input::STDIN;
    let people = args.contact.iter().chain(&args.many.contacts).any(|path| stdin(path));
    if stdin(&args.graph) && people {
        return Err(Trouble::unusable(Text::fixed(
            "only one of the graph and the contact can be standard input",
            "seul l'un des deux, graphe ou contact, peut être l'entrée standard",
        )));
    }
    match (&args.name, args.graph.file_stem()) {
        (Some(name), _) if !name.trim().is_empty() => Ok(name.trim().to_owned()),
        (None, Some(stem)) if !stdin(&args.graph) => Ok(stem.to_string_lossy().into_owned()),
        _ => Err(Trouble::unusable(Text::fixed(
            "the graph has no name: give it one with --name",
            "le graphe n'a pas de nom : donnez-lui-en un avec --name",
        ))),
    }
}

/// The plan, if the graph may run; else says why not.
fn runnable(
    args: &Run,
    source: &Source,
    (checked, plan): (Checked, Option<Plan>),
    out: &Output,
) -> Result<Option<Plan>, Trouble> {
    let (valid, runnable) = (checked.is_valid(), checked.is_runnable());
    let Checked { diagnostics, mask, .. } = &checked;
    let findings = Findings { source, mask, diagnostics, valid, runnable };
    if let Some(plan) = plan.filter(|_| runnable) {
        if !diagnostics.is_empty() && args.format == Format::Human && !args.events {
            let summary = render::summary(&findings, out.language);
            let file = clean(source.name());
            note(&format!("{summary} — relance validate {file}\n"));
        }
        return Ok(Some(plan));
    }
    if args.format == Format::Json {
        out.print_json(&render::json([findings], out.language))?;
    } else {
        note(&render::human(&findings, out.language, out.style_for_notes()));
        note(&format!("{}\n", render::summary(&findings, out.language)));
    }
    if valid {
        let trouble = Trouble::bad(Text::fixed(
            "the graph is valid but not runnable: it holds blocks that are not run here",
            "le graphe est valide mais pas exécutable : il contient des blocs qui ne s'exécutent pas ici",
        ));
        return Err(trouble.help(Text::fixed(
            "let runs pass through them: in relance.toml, under [foreign], write their type = \"pass\"",
            "laissez les exécutions les traverser : dans relance.toml, sous [foreign], écrivez leur type = \"pass\"",
        )));
    }
    Ok(None)
}

async fn carry_out(
    args: &Run,
    config: Config,
    graph: GraphFile,
    whom: Whom,
    out: &Arc<Output>,
) -> Result<Exit, Trouble> {
    let playground =
        if args.sandbox { Some(Playground::open(args.sandbox_dir.clone()).await?) } else { None };
    let throwaway = match (&playground, &args.db) {
        (Some(playground), None) => Some(playground.throwaway.path().join("relance.db")),
        _ => None,
    };
    let opened = open_or_make(config, throwaway.as_deref().or(args.db.as_deref()))?;
    let engine = match &playground {
        Some(playground) => sandboxed(&opened.config, &opened.journal, &playground.sandbox)?,
        None => real(&opened.config, &opened.journal)?,
    };
    let contact = match whom {
        Whom::One(contact) => *contact,
        Whom::Many(judged, campaign) => {
            let command = campaign::Command {
                pace: args.many.pace,
                max_wait: args.max_wait,
                format: args.format,
                out,
                throwaway: throwaway.is_some(),
            };
            return campaign::start(&opened, &engine, &graph, &campaign, &judged, &command).await;
        }
    };
    let plan = Arc::clone(&graph.plan);
    let show = if args.events {
        Show::Events
    } else if args.format == Format::Json {
        Show::Nothing
    } else {
        Show::Story(Narrator::new(Arc::clone(&plan), out.language).sandbox(args.sandbox))
    };
    let engine = engine.observed_by(observer(Arc::clone(out), show));
    let start = Start { graph, contact: contact.clone(), run: args.id.clone() };
    let Some(outcome) = until_interrupted(&engine, start, args.max_wait).await? else {
        return Err(interrupted(&opened, throwaway.is_some()));
    };
    let (report, known) = match outcome {
        Outcome::Done(report) => (report, false),
        Outcome::Known(report) => (report, true),
    };
    let received = match &playground {
        Some(playground) => Some(playground.sandbox.received()?),
        None => None,
    };
    if args.events {
        if known {
            for event in opened.journal.events(&report.run.id, 0).await? {
                out.print_json(&event)?;
            }
        }
    } else if args.format == Format::Json {
        out.print_json(&RunJson { version: 1, report: &report, received: received.as_deref() })?;
    } else {
        let again = throwaway.is_none().then_some(opened.again.as_str());
        let zone = opened.config.zone();
        let mut holder = None;
        if known {
            out.print(&format!("{}\n", out.say(&known_already(&report))))?;
            holder = opened.holder(&report.run.id).await?;
        }
        let summary =
            Summary { report: &report, plan: &plan, contact: &contact, zone: &zone, again, holder };
        out.print(&format!("\n{}", summary.show(out)))?;
        if let Some(received) = &received {
            out.print(&told(received, out))?;
        }
    }
    Ok(exit(report.run.status))
}

/// How a command ends that leaves a run in that state.
pub(crate) fn exit(status: RunStatus) -> Exit {
    match status {
        RunStatus::Succeeded => Exit::Fine,
        RunStatus::Failed | RunStatus::Stopped => Exit::Bad,
        RunStatus::Running | RunStatus::Waiting | RunStatus::Parked => Exit::Unfinished,
    }
}

fn known_already(report: &Report) -> Text {
    let run = &report.run.id;
    Text::new(
        format!("This run is known already ({run}): it was left as it is."),
        format!("Cette exécution est déjà connue ({run}) : elle reste comme elle est."),
    )
}

/// What outside services would have received.
fn told(received: &[Received], out: &Output) -> String {
    let requests = count(received.len(), &Text::fixed("request", "requête"), out.language);
    let title = Text::new(
        format!("The sandbox received {requests}; nothing left this machine:"),
        format!("Le bac à sable a reçu {requests} ; rien n'a quitté cette machine :"),
    );
    let mut told = format!("\n{}\n", out.say(&title));
    for Received { method, url, body, headers: _, idempotency_key: _ } in received {
        push_line(&mut told, &format!("  {} {}", out.paint(Paint::Name, method), clean(url)));
        let room = out.width.saturating_sub(5);
        let body = clean(body);
        if body.chars().count() > room {
            let beginning: String = body.chars().take(room).collect();
            push_line(&mut told, &format!("    {beginning}…"));
        } else if !body.is_empty() {
            push_line(&mut told, &format!("    {body}"));
        }
    }
    told
}

/// Carries the run out, unless the person at the keyboard stops it first.
async fn until_interrupted(
    engine: &Engine,
    start: Start,
    max_wait: Duration,
) -> Result<Option<Outcome>, Trouble> {
    let carried = engine.alive(async {
        tokio::select! {
            outcome = engine.run(start, max_wait) => Ok(Some(outcome?)),
            Ok(()) = tokio::signal::ctrl_c() => Ok(None),
        }
    });
    carried.await?
}

pub(crate) fn interrupted(opened: &Opened, throwaway: bool) -> Trouble {
    let trouble = Trouble {
        exit: Exit::Unfinished,
        ..Trouble::unusable(Text::fixed(
            "you stopped the run before it was over",
            "vous avez arrêté l'exécution avant sa fin",
        ))
    };
    if throwaway {
        return trouble;
    }
    let again = &opened.again;
    trouble.help(Text::new(
        format!("nothing is lost: `relance resume{again}` carries on"),
        format!("rien n'est perdu : `relance resume{again}` continue"),
    ))
}
