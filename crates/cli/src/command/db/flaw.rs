//! What is wrong with a database, in a sentence.

use relance_diagnostics::Text;
use relance_runtime::journal::check::{Flaw, Kind};

/// The sentence for a flaw.
pub(super) fn sentence(flaw: &Flaw) -> Text {
    match flaw {
        Flaw::Damaged { said } => Text::new(
            format!("the file is damaged; SQLite says: {said}"),
            format!("le fichier est abîmé ; SQLite dit : {said}"),
        ),
        Flaw::Dangling { table, parent } => Text::new(
            format!("a row of `{table}` names a row of `{parent}` that is not there"),
            format!("une ligne de `{table}` désigne une ligne de `{parent}` qui n'existe pas"),
        ),
        Flaw::Document { hash } => Text::new(
            format!("the stored document `{hash}` is not the one that was stored"),
            format!("le document stocké `{hash}` n'est plus celui qui a été stocké"),
        ),
        Flaw::Row { run, why } => Text::new(
            format!("the row of the run `{run}` cannot be understood: {why}"),
            format!("la ligne de l'exécution `{run}` est incompréhensible : {why}"),
        ),
        Flaw::Event { run, seq, why } => Text::new(
            format!("the event {seq} of the run `{run}` cannot be understood: {why}"),
            format!("l'événement {seq} de l'exécution `{run}` est incompréhensible : {why}"),
        ),
        Flaw::Gap { run, seq } => Text::new(
            format!("the run `{run}` lacks its event {seq}"),
            format!("il manque à l'exécution `{run}` son événement {seq}"),
        ),
        Flaw::Beginning { run } => Text::new(
            format!("the run `{run}` does not begin with its start"),
            format!("l'exécution `{run}` ne commence pas par son début"),
        ),
        Flaw::Differs { run, column } => Text::new(
            format!("the run `{run}` has a `{column}` that its events do not bear out"),
            format!("l'exécution `{run}` a un `{column}` que ses événements ne confirment pas"),
        ),
        Flaw::Twice { run, block } => Text::new(
            format!("the block `{block}` of the run `{run}` has done its work more than once"),
            format!("le bloc `{block}` de l'exécution `{run}` a fait son travail plus d'une fois"),
        ),
        Flaw::Key { run, block } => Text::new(
            format!("the block `{block}` of the run `{run}` has a key that is not its own"),
            format!("le bloc `{block}` de l'exécution `{run}` a une clé qui n'est pas la sienne"),
        ),
        Flaw::Missing { run, block, effect, id } => missing(run, block, *effect, id),
        Flaw::Unexplained { effect, id } => unexplained(*effect, id),
    }
}

fn missing(run: &str, block: &str, effect: Kind, id: &str) -> Text {
    let (en, fr) = match effect {
        Kind::Task => ("opened the task", "a ouvert la tâche"),
        Kind::Tag => ("put the tag", "a mis le tag"),
        Kind::Record => ("wrote the CRM record", "a écrit la fiche du CRM"),
    };
    Text::new(
        format!("the block `{block}` of the run `{run}` {en} `{id}`, which is not there"),
        format!("le bloc `{block}` de l'exécution `{run}` {fr} `{id}`, qui n'existe pas"),
    )
}

fn unexplained(effect: Kind, id: &str) -> Text {
    let (en, fr) = match effect {
        Kind::Task => ("the task", "la tâche"),
        Kind::Tag => ("the tag", "le tag"),
        Kind::Record => ("the CRM record", "la fiche du CRM"),
    };
    Text::new(
        format!("{en} `{id}` is there, and no event tells of it"),
        format!("{fr} `{id}` existe, et aucun événement n'en parle"),
    )
}
