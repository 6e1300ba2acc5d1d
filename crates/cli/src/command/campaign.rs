//! `relance run --contacts`: carries a graph out for everybody on a list, as a campaign.

use std::{num::NonZeroU32, path::PathBuf, sync::Arc, time::Duration};

use jiff::Timestamp;
use relance_diagnostics::{Text, render::clean};
use relance_runtime::{
    driver::{Engine, Left, Pooled, RunError, Why},
    identity::Named,
    journal::{CampaignRow, Campaigns, JournalError, SqliteJournal, Tally},
    port::{Clock, SystemClock},
    run::GraphFile,
};
use serde::Serialize;
use tokio::sync::oneshot;

use crate::{
    args::{Format, say},
    contact::{Entry, FindingJson, Findings, List, Origin, Rejects},
    output::{Output, note},
    progress::watch,
    store::Opened,
    tally,
    trouble::{Exit, Trouble},
    words::{count, plural},
};

/// Whom a campaign is for, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Many {
    #[arg(
        long,
        value_name = say("FILE", "FICHIER"),
        requires = "campaign",
        help = say(
            "List of contacts to carry it out for, as CSV, JSON or JSON lines; - is standard input",
            "Liste des contacts concernés, en CSV, JSON ou JSON par ligne ; - désigne l'entrée standard",
        )
    )]
    pub(crate) contacts: Option<PathBuf>,
    #[arg(
        long,
        value_name = say("NAME", "NOM"),
        requires = "contacts",
        value_parser = name,
        help = say(
            "Name of the campaign: the same name again adds who is missing, and does nothing twice",
            "Nom de la campagne : le même nom ajoute ceux qui manquent, sans rien refaire",
        )
    )]
    pub(crate) campaign: Option<String>,
    #[arg(
        long,
        requires = "contacts",
        help = say(
            "Start without the bad lines of the list, and keep them in FILE.rejects.csv to be mended",
            "Commencer sans les mauvaises lignes de la liste, et les garder dans FICHIER.rejects.csv, à corriger",
        )
    )]
    skip_bad_lines: bool,
    #[command(flatten)]
    pub(crate) pace: Pace,
}

/// How fast a campaign goes.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Pace {
    #[arg(
        long,
        requires = "campaign",
        value_name = say("COUNT", "NOMBRE"),
        default_value = "50",
        help = say("How many contacts at once", "Nombre de contacts traités en même temps")
    )]
    at_once: NonZeroU32,
}

/// The name of a campaign on the command line.
pub(crate) fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    let good =
        !name.is_empty() && name.chars().count() <= 200 && !name.chars().any(char::is_control);
    if good {
        return Ok(name.to_owned());
    }
    let why = Text::fixed(
        "a campaign has a name of 1 to 200 characters in one line",
        "une campagne a un nom de 1 à 200 caractères sur une ligne",
    );
    Err(why.to(crate::args::language()).to_owned())
}

/// A list that was read once, and may be taken.
pub(crate) struct Judged {
    origin: Origin,
    findings: Findings,
    /// Where the bad lines are kept.
    rejects: Option<PathBuf>,
}

/// What a list brought to its campaign.
#[derive(Debug, Serialize)]
struct ListJson<'a> {
    /// Contacts that the campaign did not have.
    added: u32,
    /// Contacts that it had already.
    known: u32,
    /// Bad lines that were passed over.
    bad_lines: u64,
    rejects: Option<&'a PathBuf>,
    findings: Vec<FindingJson<'a>>,
}

/// The object that `--format json` prints.
#[derive(Serialize)]
struct CampaignRunJson<'a> {
    version: u32,
    campaign: CampaignJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<ListJson<'a>>,
    left: &'static str,
    /// When the next run wants to go on.
    wake_at: Option<Timestamp>,
}

/// A campaign, for programs.
#[derive(Serialize)]
pub(crate) struct CampaignJson<'a> {
    name: &'a str,
    graph: GraphJson<'a>,
    created_at: Timestamp,
    imported_at: Option<Timestamp>,
    members: u32,
    contacts: Tally,
}

#[derive(Serialize)]
struct GraphJson<'a> {
    name: &'a str,
    hash: &'a str,
}

impl<'a> CampaignJson<'a> {
    pub(crate) fn new(row: &'a CampaignRow, contacts: Tally) -> CampaignJson<'a> {
        CampaignJson {
            name: &row.name,
            graph: GraphJson { name: &row.started.graph, hash: &row.started.hash },
            created_at: row.created_at,
            imported_at: row.imported_at,
            members: row.members,
            contacts,
        }
    }
}

/// How many contacts are added in one transaction.
const TOGETHER: usize = 5000;

impl Many {
    /// Reads the whole list before anything is done: with a mistake in it nothing starts, unless bad lines are passed over.
    pub(crate) fn judge(
        &self,
        path: &std::path::Path,
        region: relance_runtime::identity::Region,
        out: &Output,
    ) -> Result<Judged, Trouble> {
        let origin = Origin::of(path)?;
        let mut list = List::open(&origin, region)?;
        let (mut findings, mut rejects) = (Findings::default(), Rejects::of(&origin));
        let (mut people, mut hopeless) = (false, false);
        while let Some(entry) = list.next()? {
            match entry {
                Entry::Contact(_, doubt) => {
                    people = true;
                    if let Some(doubt) = doubt {
                        findings.push(doubt);
                    }
                }
                Entry::Again(finding) => findings.push(finding),
                Entry::Bad(finding) => {
                    findings.push(finding);
                    if self.skip_bad_lines {
                        rejects.keep(&list)?;
                    }
                }
                Entry::Hopeless(finding) => {
                    findings.push(finding);
                    hopeless = true;
                }
            }
        }
        findings.tell(&origin.name(), out);
        if hopeless || (findings.errors > 0 && !self.skip_bad_lines) {
            let consequence = Text::fixed("nothing was started", "rien n'a commencé");
            return Err(findings.refusal(&origin.name(), &consequence, !hopeless));
        }
        if !people {
            let name = origin.name();
            return Err(Trouble::bad(Text::new(
                format!("there is no contact in `{name}`: nothing was started"),
                format!("il n'y a aucun contact dans `{name}` : rien n'a commencé"),
            )));
        }
        let rejects = rejects.finish()?;
        if let Some(path) = &rejects {
            note(&format!("{}\n", out.say(&findings.passed_over(path))));
        }
        Ok(Judged { origin, findings, rejects })
    }
}

/// Opens the campaign, adds whom it does not have yet, and carries it out.
pub(crate) async fn start(
    opened: &Opened,
    engine: &Engine,
    graph: &GraphFile,
    name: &str,
    judged: &Judged,
    command: &Command<'_>,
) -> Result<Exit, Trouble> {
    let journal = &opened.journal;
    let row = journal.open_campaign(engine.new_campaign(name, graph)?).await?;
    if let Some(stop) = &row.stop {
        return Err(stopped(name, &stop.by));
    }
    let added = import(journal, name, judged, row.started.region).await?;
    journal.end_list(name, SystemClock.now()).await?;
    if let Some(known) = added.known() {
        command.tell(&known);
    }
    carry_out(opened, engine, name, Some((judged, added)), command).await
}

/// Carries on a campaign that was begun.
pub(crate) async fn resume(
    opened: &Opened,
    engine: &Engine,
    name: &str,
    command: &Command<'_>,
) -> Result<Exit, Trouble> {
    let row = opened.journal.campaign(name).await?;
    let row = row.ok_or_else(|| JournalError::UnknownCampaign(name.to_owned()))?;
    if row.imported_at.is_none() {
        let message = Text::new(
            format!(
                "the list of the campaign `{name}` was not read to its end: give the command again that began it"
            ),
            format!(
                "la liste de la campagne `{name}` n'a pas été lue jusqu'au bout : relancez la commande qui l'a commencée"
            ),
        );
        return Err(Trouble::unusable(message).help(Text::fixed(
            "`relance run … --contacts …` with the same list adds who is missing, and goes on",
            "`relance run … --contacts …` avec la même liste ajoute ceux qui manquent, et continue",
        )));
    }
    carry_out(opened, engine, name, None, command).await
}

/// What adding a list came to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Added {
    added: u32,
    known: u32,
}

impl Added {
    /// Says who was there already.
    fn known(self) -> Option<Text> {
        let Added { added, known } = self;
        (known > 0).then(|| {
            Text::new(
                format!("{added} added to the campaign, {known} were in it already"),
                format!(
                    "{added} {} à la campagne, {known} y {} déjà",
                    plural("ajouté", added as usize),
                    if known > 1 { "étaient" } else { "était" }
                ),
            )
        })
    }
}

/// Adds the contacts of the list, so many in one transaction: whoever was added before stays, and is known the next time.
async fn import(
    journal: &SqliteJournal,
    campaign: &str,
    judged: &Judged,
    region: relance_runtime::identity::Region,
) -> Result<Added, Trouble> {
    let mut list = List::open(&judged.origin, region)?;
    let mut people = Vec::with_capacity(TOGETHER);
    let mut sum = Added::default();
    loop {
        let entry = list.next()?;
        let ended = entry.is_none();
        match entry {
            Some(Entry::Contact(contact, _)) => people.push(*contact),
            // They were told when the list was judged.
            Some(Entry::Again(_) | Entry::Bad(_)) | None => {}
            Some(Entry::Hopeless(_)) => return Err(changed(&judged.origin.name())),
        }
        if people.len() == TOGETHER || (ended && !people.is_empty()) {
            let together: Vec<Named> = std::mem::replace(&mut people, Vec::with_capacity(TOGETHER));
            let given = u32::try_from(together.len()).unwrap_or(u32::MAX);
            let added = journal.add_members(campaign, together).await?;
            sum.added += added;
            sum.known += given - added;
        }
        if ended {
            return Ok(sum);
        }
    }
}

fn changed(name: &str) -> Trouble {
    Trouble::unusable(Text::new(
        format!("`{name}` was changed while it was read: give the command again"),
        format!("`{name}` a été modifié pendant la lecture : relancez la commande"),
    ))
}

fn stopped(name: &str, by: &str) -> Trouble {
    let message = Text::new(
        format!("the campaign `{name}` was stopped by {by}: it does not start again"),
        format!("la campagne `{name}` a été arrêtée par {by} : elle ne recommence pas"),
    );
    Trouble::bad(message).help(Text::fixed(
        "a campaign of another name starts its contacts anew",
        "une campagne d'un autre nom reprend ses contacts depuis le début",
    ))
}

/// How the command was given.
pub(crate) struct Command<'a> {
    pub(crate) pace: Pace,
    pub(crate) max_wait: Duration,
    pub(crate) format: Format,
    pub(crate) out: &'a Arc<Output>,
    /// Whether the database is gone with the command.
    pub(crate) throwaway: bool,
}

impl Command<'_> {
    /// Says something to people; programs read the result.
    fn tell(&self, text: &Text) {
        if self.format == Format::Human {
            note(&format!("{}\n", clean(self.out.say(text))));
        }
    }
}

/// Carries a campaign out as far as it can be, and says how its contacts stand.
pub(crate) async fn carry_out(
    opened: &Opened,
    engine: &Engine,
    name: &str,
    list: Option<(&Judged, Added)>,
    command: &Command<'_>,
) -> Result<Exit, Trouble> {
    let journal = &opened.journal;
    let at_once = usize::try_from(command.pace.at_once.get()).unwrap_or(usize::MAX);
    let pooled = Pooled { campaign: name.to_owned(), at_once, max_wait: command.max_wait };
    let (asked, halt) = oneshot::channel::<()>();
    let halt = async {
        if halt.await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let carried = engine.alive(async {
        tokio::select! {
            left = engine.carry_out(&**journal, &pooled, halt) => Ok(Some(left?)),
            never = watch(journal, name, command.out) => match never {},
            () = interrupted_twice(asked, command) => Ok::<_, Trouble>(None),
        }
    });
    let left = carried.await??;
    let row = journal.campaign(name).await?;
    let row = row.ok_or_else(|| JournalError::UnknownCampaign(name.to_owned()))?;
    let tally = journal.tally(name).await?;
    let again = (!command.throwaway).then_some(opened.again.as_str());
    let why = left.as_ref().map(|left| left.why);
    if command.format == Format::Json {
        let list = list.map(|(judged, added)| ListJson {
            added: added.added,
            known: added.known,
            bad_lines: judged.findings.errors,
            rejects: judged.rejects.as_ref(),
            findings: judged.findings.json(command.out),
        });
        let (left, wake_at) = word(why);
        let campaign = CampaignJson::new(&row, tally);
        command.out.print_json(&CampaignRunJson { version: 1, campaign, list, left, wake_at })?;
    } else {
        let zone = opened.config.zone();
        let told = tally::summary(&row, &tally, why, &zone, again, command.out);
        command.out.print(&told)?;
    }
    for (run, error) in left.into_iter().flat_map(|Left { troubles, .. }| troubles) {
        command.tell(&not_carried_on(&run, error));
    }
    Ok(tally::exit(&tally))
}

fn not_carried_on(run: &str, error: RunError) -> Text {
    let Text { en, fr } = Trouble::from(error).message;
    Text::new(format!("run {run}: {en}"), format!("exécution {run} : {fr}"))
}

/// Why the pool ended, in a word for programs.
fn word(why: Option<Why>) -> (&'static str, Option<Timestamp>) {
    match why {
        Some(Why::Over) => ("over", None),
        Some(Why::Waiting(wake)) => ("waiting", Some(wake)),
        Some(Why::Elsewhere) => ("elsewhere", None),
        Some(Why::Halted) | None => ("halted", None),
    }
}

/// Ends when the person at the keyboard wants to leave at once: they have said so twice. The first time what has begun may come
/// to its end, so that no call is cut off whose outcome nobody would know.
async fn interrupted_twice(asked: oneshot::Sender<()>, command: &Command<'_>) {
    if tokio::signal::ctrl_c().await.is_err() {
        return std::future::pending().await;
    }
    command.tell(&Text::fixed(
        "Nothing more is started; what has begun comes to its end. Ctrl-C again leaves at once.",
        "Plus rien ne commence ; ce qui est en cours se termine. Ctrl-C à nouveau pour quitter tout de suite.",
    ));
    // Nobody may be listening any more: then there is nothing left to halt.
    let _nobody = asked.send(());
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// `1 contact`, `2 contacts`.
pub(crate) fn contacts(number: u32, out: &Output) -> String {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    count(number, &Text::fixed("contact", "contact"), out.language)
}
