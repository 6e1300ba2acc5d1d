//! What the runtime's errors and failures mean to people, in their language, with the way out.

mod reason;

use std::path::Path;

use relance_diagnostics::{Language, Text};
use relance_runtime::{
    action::MissingText,
    driver::{ReplanError, ResolveError, RunError},
    history::HistoryError,
    identity::IdentityError,
    journal::JournalError,
    port::WireError,
    run::BadRunId,
    sandbox::SandboxError,
};

use crate::trouble::{Exit, Trouble};

pub(crate) use reason::{reason, short_reason};

impl From<JournalError> for Trouble {
    fn from(error: JournalError) -> Trouble {
        let mut trouble = Trouble::unusable(journal(&error));
        if let JournalError::OtherCampaign { campaign, .. } = &error {
            return trouble.help(Text::new(
                format!("`relance resume --campaign {campaign}` carries it on as it was begun; give what is new another name"),
                format!("`relance resume --campaign {campaign}` la continue telle qu'elle a commencé ; donnez un autre nom à ce qui est nouveau"),
            ));
        }
        if let JournalError::UnknownCampaign(_) = &error {
            return trouble.help(Text::fixed(
                "`relance campaigns` lists them",
                "`relance campaigns` en donne la liste",
            ));
        }
        if let JournalError::Held { holder, .. } = &error {
            trouble.exit = Exit::Unfinished;
            let until = holder.until.strftime("%H:%M:%S UTC");
            return trouble.help(Text::new(
                format!(
                    "it is that process's own until {until}, and longer while the process lives"
                ),
                format!(
                    "elle est à ce processus jusqu'à {until}, et plus longtemps tant qu'il vit"
                ),
            ));
        }
        if matches!(error, JournalError::Corrupt(_)) {
            return trouble.help(Text::fixed(
                "`relance db check` says what is damaged, and docs/reliability.md how to restore a backup",
                "`relance db check` dit ce qui est abîmé, et docs/fr/reliability.md comment restaurer une sauvegarde",
            ));
        }
        if matches!(error, JournalError::UnknownRun(_)) {
            return trouble.help(Text::fixed(
                "`relance runs` lists them",
                "`relance runs` en donne la liste",
            ));
        }
        trouble
    }
}

impl From<RunError> for Trouble {
    fn from(error: RunError) -> Trouble {
        match error {
            RunError::Identity(error) => error.into(),
            RunError::BadRunId(BadRunId(id)) => Trouble::unusable(Text::new(
                format!(
                    "`{id}` cannot be a run id: write 1 to 200 letters, digits or signs, without white space"
                ),
                format!(
                    "`{id}` ne peut pas être un identifiant d'exécution : écrivez 1 à 200 lettres, chiffres ou signes, sans blanc"
                ),
            )),
            RunError::NotRunnable(why) => Trouble::bad(Text::new(
                format!("the graph is valid but not runnable: {}", why.join(", ")),
                format!("le graphe est valide mais pas exécutable : {}", why.join(", ")),
            )),
            RunError::MissingTexts(missing) => missing_texts(&missing),
            RunError::Replan(error) => Trouble::bad(replan(&error)),
            RunError::Journal(error) => error.into(),
            RunError::History(error) => Trouble::unusable(history(&error)),
        }
    }
}

impl From<ResolveError> for Trouble {
    fn from(error: ResolveError) -> Trouble {
        let message = match error {
            ResolveError::UnknownBlock { run, block } => {
                let trouble = Trouble::unusable(Text::new(
                    format!("the run `{run}` has no block `{block}`"),
                    format!("l'exécution `{run}` n'a pas de bloc `{block}`"),
                ));
                return trouble.help(Text::new(
                    format!("`relance show {run}` lists its blocks"),
                    format!("`relance show {run}` donne la liste de ses blocs"),
                ));
            }
            ResolveError::StillRunning(run) => {
                let trouble = Trouble::unusable(Text::new(
                    format!(
                        "the run `{run}` is being carried out: decide when it has come to rest"
                    ),
                    format!("l'exécution `{run}` est en cours : décidez quand elle sera au repos"),
                ));
                return trouble.help(Text::new(
                    format!("if its process has ended, `relance resume {run}` takes it up again"),
                    format!("si son processus est terminé, `relance resume {run}` la reprend"),
                ));
            }
            ResolveError::Stopped(run) => Text::new(
                format!("the run `{run}` was stopped: it does not go on, whatever is decided"),
                format!(
                    "l'exécution `{run}` a été arrêtée : elle ne continuera pas, quoi qu'on décide"
                ),
            ),
            ResolveError::NothingToDecide(block) => Text::new(
                format!(
                    "the block `{block}` is neither parked nor failed: there is nothing to decide"
                ),
                format!(
                    "le bloc `{block}` n'est ni en attente d'une décision ni en échec : il n'y a rien à décider"
                ),
            ),
            ResolveError::OnlyRetry(block) => Text::new(
                format!(
                    "the block `{block}` has failed for certain: the only decision left is `retry`"
                ),
                format!(
                    "le bloc `{block}` a échoué, c'est certain : la seule décision possible est `retry`"
                ),
            ),
            ResolveError::Handled(block) => Text::new(
                format!(
                    "the failure of the block `{block}` was dealt with by its error edge: it cannot be retried"
                ),
                format!(
                    "l'échec du bloc `{block}` a été traité par sa branche d'erreur : il ne peut pas être réessayé"
                ),
            ),
            ResolveError::StillRead { block, reader } => {
                let trouble = Trouble::unusable(Text::new(
                    format!(
                        "the block `{reader}` has sent something that depends on `{block}`, and may have to send it again"
                    ),
                    format!(
                        "le bloc `{reader}` a envoyé un contenu qui dépend de `{block}`, et devra peut-être l'envoyer de nouveau"
                    ),
                ));
                return trouble.help(Text::new(
                    format!(
                        "see `{reader}` through first: `{block}` can be retried once it is certain what became of that call"
                    ),
                    format!(
                        "menez d'abord `{reader}` à son terme : `{block}` pourra être réessayé quand le sort de cet appel sera connu"
                    ),
                ));
            }
            ResolveError::Run(error) => return error.into(),
        };
        Trouble::unusable(message)
    }
}

impl From<IdentityError> for Trouble {
    fn from(error: IdentityError) -> Trouble {
        Trouble::unusable(identity(&error))
    }
}

impl From<SandboxError> for Trouble {
    fn from(error: SandboxError) -> Trouble {
        let fr = match &error {
            SandboxError::Certificate(why) => {
                format!("le bac à sable ne peut pas créer de certificats : {why}")
            }
            SandboxError::Tls(why) => format!("le bac à sable ne peut pas préparer TLS : {why}"),
            SandboxError::Listen(why) => {
                format!("le bac à sable ne peut pas écouter sur cette machine : {why}")
            }
            SandboxError::Folder { path, error } => {
                format!("le bac à sable ne peut pas utiliser `{}` : {error}", path.display())
            }
        };
        Trouble::unusable(Text::new(error.to_string(), fr))
    }
}

impl From<WireError> for Trouble {
    fn from(error: WireError) -> Trouble {
        let fr = match &error {
            WireError::Tls(why) => format!("TLS ne peut pas être préparé : {why}"),
            WireError::Client(why) => format!("le client HTTP ne peut pas être préparé : {why}"),
        };
        Trouble::unusable(Text::new(error.to_string(), fr))
    }
}

/// Why a contact cannot be told from another.
pub(crate) fn identity(error: &IdentityError) -> Text {
    let fr = match error {
        IdentityError::Nothing => {
            "le contact n'a ni id, ni e-mail, ni numéro de téléphone : il en faut un des trois"
                .to_owned()
        }
        IdentityError::Phone(phone) => format!(
            "le numéro de téléphone `{phone}` est illisible : écrivez-le sous forme internationale (+33612345678)"
        ),
        IdentityError::UnknownRegion(region) => {
            format!("`{region}` n'est pas un code de pays : écrivez deux lettres, comme FR")
        }
    };
    Text::new(error.to_string(), fr)
}

/// Why the database did not do what it was asked.
fn journal(error: &JournalError) -> Text {
    let db = |path: &Path| path.display().to_string();
    let fr = match error {
        JournalError::NotADatabase(path) => format!("`{}` n'est pas une base de données", db(path)),
        JournalError::NotOurs(path) => {
            format!("`{}` est la base de données d'un autre programme", db(path))
        }
        JournalError::Corrupt(path) => {
            format!("la base de données `{}` est abîmée : remettez-en une copie", db(path))
        }
        JournalError::Locked(path) => format!(
            "la base de données `{}` est verrouillée par un autre programme : réessayez quand il aura fini",
            db(path)
        ),
        JournalError::Full(path) => {
            format!("le disque de `{}` est plein : libérez de la place et réessayez", db(path))
        }
        JournalError::ReadOnly(path) => format!(
            "la base de données `{}` ne peut pas être écrite : vérifiez les droits du fichier et de son dossier",
            db(path)
        ),
        JournalError::CannotOpen(path) => format!(
            "la base de données `{}` ne peut pas être ouverte : vérifiez que son dossier existe et peut être lu",
            db(path)
        ),
        JournalError::Newer { path, found, known } => format!(
            "la base de données `{}` a le format {found}, et ce programme connaît les formats jusqu'à {known} : utilisez une version plus récente",
            db(path)
        ),
        JournalError::Failed { path, message } => {
            format!("la base de données `{}` a échoué : {message}", db(path))
        }
        JournalError::Unreadable { what, why } => {
            format!("ce qui est enregistré est illisible ({what}) : {why}")
        }
        JournalError::LeaseLost(run) => {
            format!("l'exécution `{run}` est maintenant menée par un autre processus")
        }
        JournalError::Held { run, holder } => match holder.pid {
            Some(pid) => format!("l'exécution `{run}` est menée par le processus {pid}"),
            None => format!("l'exécution `{run}` est menée par un autre processus"),
        },
        JournalError::UnknownCampaign(campaign) => format!("il n'y a pas de campagne `{campaign}`"),
        JournalError::UnknownRun(run) => format!("il n'y a pas d'exécution `{run}`"),
        JournalError::OtherCampaign { campaign, differs } => {
            let differs = match *differs {
                "graph" => "un autre graphe",
                "environment" => "un autre environnement",
                _ => "une autre version du graphe",
            };
            format!("la campagne `{campaign}` existe déjà, avec {differs}")
        }
        JournalError::OtherRun { run, differs } => {
            let differs = match *differs {
                "graph" => "un autre graphe",
                "contact" => "un autre contact",
                _ => "une autre version du graphe",
            };
            format!("l'exécution `{run}` existe déjà, avec {differs}")
        }
        JournalError::AnotherActive(run) => {
            format!("l'exécution `{run}` du même graphe et du même contact est active")
        }
        JournalError::Closed => "le journal est fermé".to_owned(),
    };
    Text::new(error.to_string(), fr)
}

fn replan(error: &ReplanError) -> Text {
    let fr = match error {
        ReplanError::Planner { run, found, known } => format!(
            "l'exécution `{run}` a été préparée par la version {found} du planificateur, et ce programme a la version {known} : poursuivez-la avec la version de relance qui l'a commencée, ou arrêtez-la"
        ),
        ReplanError::Invalid { run, why } => format!(
            "le graphe de l'exécution `{run}` n'est plus valide avec la configuration actuelle : {why}"
        ),
        ReplanError::AnotherPlan { run } => format!(
            "le graphe de l'exécution `{run}` a un autre sens avec la configuration actuelle"
        ),
    };
    Text::new(error.to_string(), fr)
}

fn history(error: &HistoryError) -> Text {
    let fr = match error {
        HistoryError::UnknownBlock(block) => {
            format!(
                "l'histoire de l'exécution est illisible : un événement nomme le bloc `{block}`, que le graphe n'a pas"
            )
        }
        HistoryError::OutOfOrder(block) => {
            format!(
                "l'histoire de l'exécution est illisible : un événement du bloc `{block}` ne peut pas suivre les précédents"
            )
        }
    };
    Text::new(format!("the run's history cannot be read: {error}"), fr)
}

/// Texts that the configuration should hold, with what to add to it.
fn missing_texts(missing: &[MissingText]) -> Trouble {
    let trouble = Trouble::bad(Text::fixed(
        "the graph is valid but not runnable: texts of its replies are missing in the configuration",
        "le graphe est valide mais pas exécutable : des textes de ses réponses manquent dans la configuration",
    ));
    missing.iter().fold(trouble, |trouble, missing| {
        trouble.help(match missing {
            MissingText::Absent { block, key } => Text::new(
                format!("for the block `{block}`, add to relance.toml:\n{key}"),
                format!("pour le bloc `{block}`, ajoutez à relance.toml :\n{key}"),
            ),
            MissingText::Unreadable { block, key, mistakes: _ } => Text::new(
                format!(
                    "the text of the block `{block}` holds a reference that cannot be read:\n{key}"
                ),
                format!("le texte du bloc `{block}` contient une référence illisible :\n{key}"),
            ),
        })
    })
}

/// How urgent a task is: from the journal's word, which is the spec's.
pub(crate) fn priority(word: Option<&str>) -> Text {
    match word {
        Some("haute") => Text::fixed("high priority", "priorité haute"),
        Some("basse") => Text::fixed("low priority", "priorité basse"),
        _ => Text::fixed("normal priority", "priorité normale"),
    }
}

/// `1 contact`, `2 contacts`: most words take an `s`.
pub(crate) fn count(count: usize, word: &Text, language: Language) -> String {
    let plural = match language {
        Language::English => count != 1,
        Language::French => count > 1,
    };
    format!("{count} {}{}", word.to(language), if plural { "s" } else { "" })
}

/// A French word for so many: most take an `s`, and none does so before two.
pub(crate) fn plural(word: &str, count: usize) -> String {
    if count > 1 { format!("{word}s") } else { word.to_owned() }
}

/// A process, as the system names it.
pub(crate) fn process(pid: Option<u32>) -> Text {
    match pid {
        Some(pid) => Text::new(format!("process {pid}"), format!("le processus {pid}")),
        None => Text::fixed("another process", "un autre processus"),
    }
}
