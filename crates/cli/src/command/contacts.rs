//! `relance contacts`: the people whom runs follow up.

use std::{path::PathBuf, time::Duration};

use relance_diagnostics::Text;
use relance_model::contact::Contact;
use relance_runtime::{
    identity::{Person, email_key, identify, phone_key},
    journal::{ContactFilter, ContactRow, Records, SqliteJournal},
    port::{Clock, SystemClock},
};
use serde::Serialize;

use super::run::duration;
use crate::{
    args::{Format, Store, say},
    config::Config,
    contact::{Entry, Findings, List, Origin, Rejects},
    output::{Output, note},
    store::{Opened, block_on, open, open_or_make},
    table::table,
    trouble::{Exit, Trouble},
    words::count,
};

#[derive(Debug, clap::Args)]
#[command(
    about = say(
        "Import, list and opt out contacts",
        "Importer, lister et désinscrire des contacts",
    )
)]
pub(crate) struct Contacts {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Import(Import),
    List(Listing),
    OptOut(OptOut),
}

#[derive(Debug, clap::Args)]
#[command(
    about = say(
        "Import contacts from CSV, JSON or JSON lines: all of them, or none when there is a mistake",
        "Importer des contacts en CSV, JSON ou JSON par ligne : tous, ou aucun s'il y a une erreur",
    ),
    long_about = say(
        "Import contacts from CSV, JSON or JSON lines: all of them, or none when there is a mistake\n\n\
         The columns of a table have the names of `relance schema contact` or plain ones (E-mail, Phone, Prénom, Société …). \
         Tags stand in one cell, with | between them. Any other column is kept in fields, under its name. A contact that is \
         known is replaced, and keeps its tags and its opt-out.",
        "Importer des contacts en CSV, JSON ou JSON par ligne : tous, ou aucun s'il y a une erreur\n\n\
         Les colonnes d'un tableau portent les noms de `relance schema contact` ou des noms courants (E-mail, Téléphone, \
         Prénom, Société…). Les étiquettes sont dans une seule cellule, séparées par |. Toute autre colonne est gardée dans \
         fields, sous son nom. Un contact déjà connu est remplacé ; il garde ses étiquettes et sa désinscription.",
    )
)]
struct Import {
    #[arg(
        value_name = say("FILE", "FICHIER"),
        help = say(
            "File to import; - is standard input",
            "Fichier à importer ; - désigne l'entrée standard",
        )
    )]
    file: PathBuf,
    #[arg(
        long,
        help = say(
            "Import the others when lines are bad, and keep the bad ones in FILE.rejects.csv to be mended",
            "Importer les autres lignes s'il y en a de mauvaises, et garder celles-ci dans FICHIER.rejects.csv, à corriger",
        )
    )]
    skip_bad_lines: bool,
    #[command(flatten)]
    store: Store,
}

#[derive(Debug, clap::Args)]
#[command(about = say("List contacts", "Lister les contacts"))]
struct Listing {
    #[arg(
        long,
        value_name = say("TAG", "ÉTIQUETTE"),
        help = say("Only those with this tag", "Seulement ceux qui portent cette étiquette")
    )]
    tag: Option<String>,
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
        "Note that a contact wants no more messages",
        "Noter qu'un contact ne veut plus de messages",
    ),
    long_about = say(
        "Note that a contact wants no more messages\n\n\
         From then on no HTTP or AI call is made for it; tasks, tags and the CRM go on. The command ends when the calls that \
         had left before have come back.",
        "Noter qu'un contact ne veut plus de messages\n\n\
         Dès lors, plus aucun appel HTTP ou IA n'est fait pour lui ; les tâches, les étiquettes et le CRM continuent. La \
         commande se termine quand les appels déjà partis ont reçu leur réponse.",
    )
)]
struct OptOut {
    #[arg(
        value_name = say("CONTACT", "CONTACT"),
        help = say(
            "Contact, by its id, e-mail or phone number",
            "Contact, par son identifiant, son e-mail ou son téléphone",
        )
    )]
    contact: String,
    #[arg(
        long,
        value_name = say("DURATION", "DURÉE"),
        default_value = "60s",
        value_parser = duration,
        help = say(
            "How long to wait for calls that had left before",
            "Temps d'attente des appels déjà partis",
        )
    )]
    max_wait: Duration,
    #[command(flatten)]
    store: Store,
}

/// The object that `contacts list --format json` prints.
#[derive(Serialize)]
struct ContactsJson {
    version: u32,
    contacts: Vec<ContactRow>,
}

/// Runs the command.
pub(crate) fn contacts(args: &Contacts, out: &Output) -> Result<Exit, Trouble> {
    match &args.what {
        What::Import(args) => import(args, out),
        What::List(args) => list(args, out),
        What::OptOut(args) => opt_out(args, out),
    }
}

fn import(args: &Import, out: &Output) -> Result<Exit, Trouble> {
    let config = Config::load(&args.store.setup())?;
    let origin = Origin::of(&args.file)?;
    let people = everybody(&origin, args.skip_bad_lines, &config, out)?;
    let opened = open_or_make(config, args.store.db.as_deref())?;
    let imported = block_on(async { Ok(opened.journal.import(people, SystemClock.now()).await?) })?;
    let counted = |count_: u64| {
        count(
            usize::try_from(count_).unwrap_or(usize::MAX),
            &Text::fixed("contact", "contact"),
            out.language,
        )
    };
    let said = Text::new(
        format!("{} added, {} updated", counted(imported.added), imported.updated),
        format!(
            "{} ajouté{}, {} mis à jour",
            counted(imported.added),
            if imported.added > 1 { "s" } else { "" },
            imported.updated
        ),
    );
    out.print(&format!("{}\n", out.say(&said)))?;
    Ok(Exit::Fine)
}

/// All contacts of a list. With a mistake in it nobody, unless bad lines are to be passed over.
fn everybody(
    origin: &Origin,
    skip: bool,
    config: &Config,
    out: &Output,
) -> Result<Vec<Person>, Trouble> {
    let mut list = List::open(origin, config.region)?;
    let (mut people, mut findings) = (Vec::new(), Findings::default());
    let (mut rejects, mut hopeless) = (Rejects::of(origin), false);
    while let Some(entry) = list.next()? {
        match entry {
            Entry::Contact(named, doubt) => {
                people.push(identify(named.contact, config.region)?);
                if let Some(doubt) = doubt {
                    findings.push(doubt);
                }
            }
            Entry::Again(finding) => findings.push(finding),
            Entry::Bad(finding) => {
                findings.push(finding);
                if skip {
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
    if hopeless || (findings.errors > 0 && !skip) {
        let consequence = Text::fixed("nothing was imported", "rien n'a été importé");
        return Err(findings.refusal(&origin.name(), &consequence, !hopeless));
    }
    if let Some(path) = rejects.finish()? {
        note(&format!("{}\n", out.say(&findings.passed_over(&path))));
    }
    Ok(people)
}

fn list(args: &Listing, out: &Output) -> Result<Exit, Trouble> {
    let opened = open(&args.store)?;
    let filter = ContactFilter { tag: args.tag.clone(), ..ContactFilter::default() };
    let contacts = block_on(async { Ok(opened.journal.contacts(filter).await?) })?;
    if args.format == Format::Json {
        out.print_json(&ContactsJson { version: 1, contacts })?;
        return Ok(Exit::Fine);
    }
    if contacts.is_empty() {
        note(&format!("{}\n", out.say(&NONE)));
        return Ok(Exit::Fine);
    }
    let row = |row: &ContactRow| {
        let contact = &row.contact;
        let opted_out = row.opted_out_at.map(|_| out.say(&OPTED_OUT).to_owned());
        let tags = contact.tags.iter().cloned().chain(opted_out).collect::<Vec<_>>();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let names = [&contact.first_name, &contact.last_name].into_iter().flatten();
        let name = names.map(|name| name.trim()).collect::<Vec<_>>().join(" ");
        vec![text(&contact.id), name, text(&contact.company), tags.join(", ")]
    };
    out.print(&table(&HEADINGS, &contacts.iter().map(row).collect::<Vec<_>>(), out))?;
    Ok(Exit::Fine)
}

static NONE: Text = Text::fixed("no contact to show", "aucun contact à montrer");
static OPTED_OUT: Text = Text::fixed("[opted out]", "[désinscrit]");

const HEADINGS: [Text; 4] = [
    Text::fixed("CONTACT", "CONTACT"),
    Text::fixed("NAME", "NOM"),
    Text::fixed("COMPANY", "SOCIÉTÉ"),
    Text::fixed("TAGS", "ÉTIQUETTES"),
];

/// How often it is looked whether calls have come back.
const BEAT: Duration = Duration::from_millis(200);

fn opt_out(args: &OptOut, out: &Output) -> Result<Exit, Trouble> {
    let opened = open(&args.store)?;
    block_on(async {
        let people = people(&args.contact, &opened).await?;
        let now = SystemClock.now();
        for person in &people {
            opened.journal.opt_out(person.clone(), now).await?;
        }
        let who = people.iter().map(|person| person.id.as_str()).collect::<Vec<_>>().join(", ");
        let said = Text::new(
            format!("noted: nothing more is sent to or about {who}"),
            format!("c'est noté : plus rien n'est envoyé à {who} ni à son sujet"),
        );
        out.print(&format!("{}\n", relance_diagnostics::render::clean(out.say(&said))))?;
        settle(&opened.journal, &people, args.max_wait, out).await
    })
}

/// Everybody that the word means: a contact of that id, else those of that e-mail or phone number, known or not.
async fn people(word: &str, opened: &Opened) -> Result<Vec<Person>, Trouble> {
    let region = opened.config.region;
    if let Some(row) = opened.journal.contact(word).await? {
        return Ok(vec![identify(row.contact, region)?]);
    }
    let email = email_key(word).filter(|email| email.contains('@'));
    let phone = phone_key(word, region);
    let mut people = Vec::new();
    for row in opened.journal.contacts(ContactFilter::default()).await? {
        let person = identify(row.contact, region)?;
        let same_email = email.is_some() && person.email == email;
        let same_phone = phone.is_some() && person.phone == phone;
        if same_email || same_phone {
            people.push(person);
        }
    }
    if people.is_empty() {
        let contact = match (email, phone) {
            (Some(email), _) => Contact { email: Some(email), ..Contact::default() },
            (None, Some(phone)) => Contact { phone: Some(phone), ..Contact::default() },
            (None, None) => return Err(unknown(word)),
        };
        people.push(identify(contact, region)?);
    }
    Ok(people)
}

/// Waits until the calls that had left before the opt-out have come back, and says which have not.
async fn settle(
    journal: &SqliteJournal,
    people: &[Person],
    max_wait: Duration,
    out: &Output,
) -> Result<Exit, Trouble> {
    let mut waited = Duration::ZERO;
    loop {
        let mut open = Vec::new();
        for person in people {
            open.extend(journal.open_calls(&person.id).await?);
        }
        if open.is_empty() {
            return Ok(Exit::Fine);
        }
        if waited >= max_wait {
            let calls = open.iter().map(|call| format!("{} {}", call.run, call.block));
            let calls = calls.collect::<Vec<_>>().join(", ");
            let message = Text::new(
                format!("calls that had left before have not come back: {calls}"),
                format!("des appels déjà partis ne sont pas revenus : {calls}"),
            );
            let trouble = Trouble { exit: Exit::Unfinished, ..Trouble::unusable(message) };
            return Ok(out.complain(&trouble.help(Text::fixed(
                "if their process has ended, `relance resume RUN` settles them",
                "si leur processus est terminé, `relance resume RUN` les règle",
            ))));
        }
        tokio::time::sleep(BEAT).await;
        waited += BEAT;
    }
}

fn unknown(word: &str) -> Trouble {
    let message = Text::new(
        format!("there is no contact `{word}`, and it is neither an e-mail nor a phone number"),
        format!(
            "il n'y a pas de contact `{word}`, et ce n'est ni un e-mail ni un numéro de téléphone"
        ),
    );
    Trouble::unusable(message).help(Text::fixed(
        "`relance contacts list` lists them",
        "`relance contacts list` en donne la liste",
    ))
}
