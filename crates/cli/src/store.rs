//! The database of a command, and what it keeps of a run.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
};

use relance_diagnostics::{Source, Text};
use relance_model::contact::Contact;
use relance_runtime::{
    event::{Event, Fact},
    history::History,
    journal::{Holder, Journal, JournalError, Records, SqliteJournal},
    port::{Clock, SystemClock},
    run::{Report, RunRow},
};
use relance_validator::{Options, Plan, check_and_plan};

use crate::{args::Store, config::Config, trouble::Trouble};

/// A database that is open.
pub(crate) struct Opened {
    pub(crate) config: Config,
    pub(crate) journal: Arc<SqliteJournal>,
    /// What names it on the command line again: ` --db x`, or nothing where it is found anyway.
    pub(crate) again: String,
}

impl Opened {
    /// The process that carries a run out now, if one that lives does.
    pub(crate) async fn holder(&self, run: &str) -> Result<Option<Holder>, Trouble> {
        Ok(self.journal.holder(run, SystemClock.now()).await?)
    }
}

/// A run as it is stored, with what its document means.
pub(crate) struct Stored {
    pub(crate) plan: Arc<Plan>,
    pub(crate) events: Vec<Event>,
    pub(crate) contact: Contact,
    pub(crate) report: Report,
}

/// Opens the database for a command that looks at what is there: it must be there.
pub(crate) fn open(store: &Store) -> Result<Opened, Trouble> {
    let (config, path) = locate(store)?;
    opened(config, &path, store.db.as_deref())
}

/// Where the database is that a command looks at: it must be there.
pub(crate) fn locate(store: &Store) -> Result<(Config, PathBuf), Trouble> {
    let config = Config::load(&store.setup())?;
    let path = config.db(store.db.as_deref());
    if !path.exists() {
        let name = path.display();
        let message = Text::new(
            format!("there is no database `{name}`"),
            format!("il n'y a pas de base de données `{name}`"),
        );
        return Err(Trouble::unusable(message).help(Text::fixed(
            "name one with --db; `relance run` and `relance contacts import` make it",
            "nommez-en une avec --db ; `relance run` et `relance contacts import` la créent",
        )));
    }
    Ok((config, path))
}

/// Opens the database, and makes it when it is not there.
pub(crate) fn open_or_make(config: Config, named: Option<&Path>) -> Result<Opened, Trouble> {
    let path = config.db(named);
    opened(config, &path, named)
}

fn opened(config: Config, path: &Path, named: Option<&Path>) -> Result<Opened, Trouble> {
    let journal = SqliteJournal::open(path).map_err(|error| not_opened(path, error))?;
    let journal = Arc::new(journal);
    let again = named.map_or_else(String::new, |path| format!(" --db {}", quoted(path)));
    Ok(Opened { config, journal, again })
}

/// Why a database was not opened. SQLite does not say whether it is for the file or for its folder.
pub(crate) fn not_opened(path: &Path, error: JournalError) -> Trouble {
    let name = path.display();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let cannot_open = matches!(error, JournalError::CannotOpen(_));
    if matches!(error, JournalError::Corrupt(_)) {
        return error.into();
    }
    let trouble = match folder {
        _ if cannot_open && path.is_dir() => Trouble::unusable(Text::new(
            format!("`{name}` is a folder, not a database"),
            format!("`{name}` est un dossier, pas une base de données"),
        )),
        Some(folder) if cannot_open && !folder.is_dir() => Trouble::unusable(Text::new(
            format!("there is no folder `{}` for the database", folder.display()),
            format!("il n'y a pas de dossier `{}` pour la base de données", folder.display()),
        )),
        _ if cannot_open && !path.exists() => Trouble::unusable(Text::new(
            format!("the database `{name}` cannot be made: you may not write to its folder"),
            format!(
                "la base de données `{name}` ne peut pas être créée : vous n'avez pas le droit d'écrire dans son dossier"
            ),
        )),
        _ => error.into(),
    };
    trouble.help(Text::fixed("--db names another database", "--db nomme une autre base de données"))
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |character: char| character.is_alphanumeric() || "/._-+:\\".contains(character);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Reads a run, and plans its document again to know what its events are about.
pub(crate) async fn stored(
    journal: &SqliteJournal,
    options: &Options,
    run: &str,
) -> Result<Stored, Trouble> {
    let row = journal.run(run).await?.ok_or_else(|| JournalError::UnknownRun(run.to_owned()))?;
    let events = journal.events(run, 0).await?;
    let Some(Fact::RunStarted(started)) = events.first().map(|event| &event.fact) else {
        return Err(unreadable(&row));
    };
    let document = journal.document(&started.document).await?.ok_or_else(|| unreadable(&row))?;
    let options = Options {
        environment: started.environment,
        foreign_passes: started.foreign_passes.clone(),
        ..options.clone()
    };
    let contact = started.contact.clone();
    let (_, plan) = check_and_plan(&Source::new(started.graph.as_str(), document), &options);
    let plan = plan.ok_or_else(|| not_valid_any_more(&row))?;
    let history = History::of(&plan, &events).map_err(|_| not_valid_any_more(&row))?;
    let report = Report::new(&row, &plan, &history);
    Ok(Stored { plan: Arc::new(plan), events, contact, report })
}

fn unreadable(row: &RunRow) -> Trouble {
    Trouble::unusable(Text::new(
        format!("the run `{}` cannot be read: its beginning is missing", row.id),
        format!("l'exécution `{}` est illisible : son début manque", row.id),
    ))
}

fn not_valid_any_more(row: &RunRow) -> Trouble {
    let message = Text::new(
        format!(
            "the graph of the run `{}` is not valid any more under the present configuration",
            row.id
        ),
        format!(
            "le graphe de l'exécution `{}` n'est plus valide avec la configuration actuelle",
            row.id
        ),
    );
    Trouble::bad(message).help(Text::fixed(
        "give the configuration that it was started with: --config",
        "donnez la configuration avec laquelle elle a commencé : --config",
    ))
}

/// Carries out what has to wait for answers.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        Trouble::unusable(Text::new(
            format!("the machine gives no timers or sockets: {error}"),
            format!("la machine ne donne ni minuteurs ni sockets : {error}"),
        ))
    })?;
    runtime.block_on(work)
}
