//! `relance db`: is the database sound, and a copy of it.

mod flaw;

use std::path::{Path, PathBuf};

use relance_diagnostics::Text;
use relance_runtime::journal::{
    Backup, BackupError, SqliteJournal,
    check::{Checked, Flaw},
};
use serde::Serialize;

use crate::{
    args::{Format, Store, say},
    output::{Output, Paint},
    store::{locate, not_opened},
    trouble::{Exit, Trouble},
    words::count,
};

#[derive(Debug, clap::Args)]
#[command(
    about = say("Check the database, and back it up", "Vérifier la base de données, et la sauvegarder")
)]
pub(crate) struct Db {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Check(Check),
    Backup(BackUp),
}

#[derive(Debug, clap::Args)]
#[command(
    about = say(
        "Read all of the database, and say what is wrong with it",
        "Lire toute la base de données, et dire ce qui n'y va pas",
    ),
    long_about = say(
        "Read all of the database, and say what is wrong with it: whether the file is whole, whether every run has all of its \
         events, and whether runs, tasks, tags and CRM records agree with them. Nothing is mended. Other processes may go on \
         meanwhile.",
        "Lire toute la base de données, et dire ce qui n'y va pas : si le fichier est entier, si chaque exécution a tous ses \
         événements, et si exécutions, tâches, tags et fiches du CRM sont d'accord avec eux. Rien n'est réparé. Les autres \
         processus peuvent continuer pendant ce temps.",
    )
)]
struct Check {
    #[command(flatten)]
    store: Store,
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = say("FORMAT", "FORMAT"),
        help = say("How the outcome is shown", "Présentation du résultat")
    )]
    format: Format,
}

#[derive(Debug, clap::Args)]
#[command(
    about = say(
        "Copy the database while it is in use",
        "Copier la base de données pendant qu'elle sert",
    ),
    long_about = say(
        "Copy the database as it is at one moment, while other processes may go on. The copy gets its name when it is whole and \
         safely on the disk.",
        "Copier la base de données telle qu'elle est à un instant, pendant que d'autres processus peuvent continuer. La copie \
         reçoit son nom quand elle est entière et en sécurité sur le disque.",
    )
)]
struct BackUp {
    #[arg(
        value_name = say("FILE", "FICHIER"),
        help = say("Where the copy goes", "Où va la copie")
    )]
    file: PathBuf,
    #[arg(
        long,
        help = say(
            "Replace the file if it is there, at once and as a whole",
            "Remplacer le fichier s'il existe, d'un coup et en entier",
        )
    )]
    force: bool,
    #[command(flatten)]
    store: Store,
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = say("FORMAT", "FORMAT"),
        help = say("How the outcome is shown", "Présentation du résultat")
    )]
    format: Format,
}

/// The object that `check --format json` prints.
#[derive(Serialize)]
struct CheckJson<'a> {
    version: u32,
    database: &'a Path,
    sound: bool,
    runs: u64,
    events: u64,
    flaws: Vec<FlawJson<'a>>,
}

#[derive(Serialize)]
struct FlawJson<'a> {
    code: &'static str,
    run: Option<&'a str>,
    message: String,
}

/// The object that `backup --format json` prints.
#[derive(Serialize)]
struct BackupJson<'a> {
    version: u32,
    database: &'a Path,
    backup: &'a Path,
    bytes: u64,
    runs: u64,
    events: u64,
}

/// Runs the command.
pub(crate) fn db(args: &Db, out: &Output) -> Result<Exit, Trouble> {
    match &args.what {
        What::Check(args) => check(args, out),
        What::Backup(args) => back_up(args, out),
    }
}

fn check(args: &Check, out: &Output) -> Result<Exit, Trouble> {
    let (_, path) = locate(&args.store)?;
    let checked = SqliteJournal::check(&path).map_err(|error| not_opened(&path, error))?;
    let Checked { runs, events, flaws } = &checked;
    let sound = flaws.is_empty();
    if args.format == Format::Json {
        let flaw = |flaw| FlawJson {
            code: Flaw::code(flaw),
            run: flaw.run(),
            message: out.say(&flaw::sentence(flaw)).to_owned(),
        };
        let flaws = flaws.iter().map(flaw).collect();
        let (runs, events) = (*runs, *events);
        out.print_json(&CheckJson { version: 1, database: &path, sound, runs, events, flaws })?;
        return Ok(if sound { Exit::Fine } else { Exit::Bad });
    }
    let name = path.display();
    if sound {
        let held = held(*runs, *events, out);
        let fine =
            Text::new(format!("`{name}` is sound: {held}"), format!("`{name}` est saine : {held}"));
        out.print(&format!("{}\n", out.paint(Paint::Good, out.say(&fine))))?;
        return Ok(Exit::Fine);
    }
    for flaw in flaws {
        let code = out.paint(Paint::Bad, flaw.code());
        out.print(&format!("{code}: {}\n", out.say(&flaw::sentence(flaw))))?;
    }
    Err(unsound(&path))
}

fn unsound(path: &Path) -> Trouble {
    let name = path.display();
    Trouble::bad(Text::new(
        format!("the database `{name}` is not sound"),
        format!("la base de données `{name}` n'est pas saine"),
    ))
    .help(Text::fixed(
        "stop what works on it and keep the file as it is, with those beside it whose names end in -wal and -shm",
        "arrêtez ce qui s'en sert et gardez le fichier tel quel, avec ceux à côté dont le nom finit par -wal et -shm",
    ))
    .help(Text::fixed(
        "then restore a backup: docs/reliability.md says how, and what may be repeated",
        "puis restaurez une sauvegarde : docs/fr/reliability.md dit comment, et ce qui peut se répéter",
    ))
}

fn back_up(args: &BackUp, out: &Output) -> Result<Exit, Trouble> {
    let (_, path) = locate(&args.store)?;
    let copied = SqliteJournal::backup(&path, &args.file, args.force);
    let Backup { runs, events, bytes } = copied.map_err(|error| not_copied(&path, error))?;
    if args.format == Format::Json {
        let (database, backup) = (&path, &args.file);
        out.print_json(&BackupJson { version: 1, database, backup, bytes, runs, events })?;
        return Ok(Exit::Fine);
    }
    let (name, held) = (args.file.display(), held(runs, events, out));
    let done = Text::new(
        format!("`{name}` holds a copy: {held}"),
        format!("`{name}` contient une copie : {held}"),
    );
    out.print(&format!("{}\n", out.paint(Paint::Good, out.say(&done))))?;
    Ok(Exit::Fine)
}

/// `3 runs, 20 events`.
fn held(runs: u64, events: u64, out: &Output) -> String {
    let words =
        [(runs, Text::fixed("run", "exécution")), (events, Text::fixed("event", "événement"))];
    let told = words.map(|(number, word)| {
        count(usize::try_from(number).unwrap_or(usize::MAX), &word, out.language)
    });
    told.join(", ")
}

fn not_copied(path: &Path, error: BackupError) -> Trouble {
    match error {
        BackupError::Journal(error) => not_opened(path, error),
        BackupError::Copy(error) => error.into(),
        BackupError::Exists(copy) => {
            let name = copy.display();
            Trouble::unusable(Text::new(
                format!("`{name}` is there already, and was left as it is"),
                format!("`{name}` existe déjà, et a été laissé tel quel"),
            ))
            .help(Text::fixed(
                "give another name, or --force to replace it",
                "donnez un autre nom, ou --force pour le remplacer",
            ))
        }
        BackupError::InUse(copy) => {
            let name = copy.display();
            Trouble::unusable(Text::new(
                format!("`{name}` is a database that may be in use: it is not replaced"),
                format!("`{name}` est une base de données peut-être en service : elle n'est pas remplacée"),
            ))
            .help(Text::fixed(
                "give another name: files beside it, whose names end in -wal, -shm or -journal, belong to it",
                "donnez un autre nom : des fichiers à côté, dont le nom finit par -wal, -shm ou -journal, en font partie",
            ))
        }
        BackupError::Itself(copy) => {
            let name = copy.display();
            Trouble::unusable(Text::new(
                format!("`{name}` is the database itself: give the copy another name"),
                format!(
                    "`{name}` est la base de données elle-même : donnez un autre nom à la copie"
                ),
            ))
        }
        BackupError::Unwritable { path: copy, why } => {
            let name = copy.display();
            let folder = copy.parent().filter(|folder| !folder.as_os_str().is_empty());
            if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
                return Trouble::unusable(Text::new(
                    format!("there is no folder `{}` for the copy", folder.display()),
                    format!("il n'y a pas de dossier `{}` pour la copie", folder.display()),
                ));
            }
            Trouble::unusable(Text::new(
                format!("the copy `{name}` cannot be written: {why}"),
                format!("la copie `{name}` ne peut pas être écrite : {why}"),
            ))
        }
        BackupError::Damaged { .. } => unsound(path).help(Text::fixed(
            "no copy was made: it would be damaged too",
            "aucune copie n'a été faite : elle serait abîmée aussi",
        )),
    }
}
