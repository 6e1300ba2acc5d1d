//! What references may name, and what each name stands for: told once, for the checks, the editors and the documentation.

use relance_diagnostics::Text;

/// A name in a reference.
#[derive(Debug)]
pub struct Name {
    /// The name.
    pub name: &'static str,
    /// What it stands for.
    pub about: Text,
}

const fn name(name: &'static str, en: &'static str, fr: &'static str) -> Name {
    Name { name, about: Text::fixed(en, fr) }
}

/// The words that a reference begins with.
pub static ROOTS: [Name; 4] = [
    name(
        "contact",
        "The contact of the run: `{{ contact.first_name }}`.",
        "Le contact de l'exécution : `{{ contact.first_name }}`.",
    ),
    name(
        "blocks",
        "What an earlier block gave: `{{ blocks.<id>.<output> }}`.",
        "Ce qu'a donné un bloc précédent : `{{ blocks.<id>.<sortie> }}`.",
    ),
    name(
        "run",
        "The run itself: `{{ run.started_at }}`.",
        "L'exécution elle-même : `{{ run.started_at }}`.",
    ),
    name(
        "secrets",
        "A secret of the configuration, in the headers, the query and the body of a call only: `{{ secrets.NAME }}`.",
        "Un secret de la configuration, seulement dans les en-têtes, les paramètres d'URL et le corps d'un appel : `{{ secrets.NOM }}`.",
    ),
];

/// The names after `contact.`.
pub static CONTACT: [Name; 9] = [
    name("id", "Who the contact is.", "L'identité du contact."),
    name("email", "E-mail address.", "Adresse e-mail."),
    name("phone", "Phone number.", "Numéro de téléphone."),
    name("first_name", "First name.", "Prénom."),
    name("last_name", "Last name.", "Nom de famille."),
    name("company", "Company.", "Entreprise."),
    name("language", "Language, as a tag such as `fr`.", "Langue, par son code, comme `fr`."),
    name("tags", "Tags that the contact has.", "Étiquettes du contact."),
    FIELDS,
];

/// The name after `contact.` that leads to values of one's own.
pub const FIELDS: Name = name(
    "fields",
    "A field of your own: `contact.fields.<name>`.",
    "Un champ à vous : `contact.fields.<nom>`.",
);

/// The names after `run.`.
pub static RUN: [Name; 3] = [
    name("id", "Id of the run.", "Identifiant de l'exécution."),
    name("graph", "Name of the graph.", "Nom du graphe."),
    name("started_at", "When the run began.", "Début de l'exécution."),
];

/// The names after `blocks.<id>.error.`.
pub static ERROR: [Name; 3] = [
    name("code", "Why the block failed, as a code.", "La raison de l'échec, sous forme de code."),
    name("message", "Why the block failed, in words.", "La raison de l'échec, en clair."),
    name(
        "status",
        "HTTP status, when a service answered.",
        "Statut HTTP, si un service a répondu.",
    ),
];

/// The filters after `|`.
pub static FILTERS: [Name; 5] = [
    name("upper", "In capitals.", "En majuscules."),
    name("lower", "In small letters.", "En minuscules."),
    name("trim", "Without white space at the ends.", "Sans les espaces du début et de la fin."),
    name(
        "default",
        "This text when the value is absent: `default: 'client'`.",
        "Ce texte quand la valeur est absente : `default: 'client'`.",
    ),
    name(
        "date",
        "A date, written in this way: `date: '%d/%m/%Y'`.",
        "Une date, écrite de cette façon : `date: '%d/%m/%Y'`.",
    ),
];

/// Only the names.
pub fn words<const N: usize>(names: &'static [Name; N]) -> [&'static str; N] {
    names.each_ref().map(|name| name.name)
}

#[cfg(test)]
mod tests {
    use super::{CONTACT, FILTERS, ROOTS, words};
    use crate::{contact::Contact, text::Filter, text::Root};

    #[test]
    fn every_name_is_told_and_no_other() {
        assert_eq!(words(&ROOTS), Root::ALL.map(Root::as_str));
        assert_eq!(words(&FILTERS), Filter::NAMES);
        let fields = ["fields"];
        assert_eq!(words(&CONTACT).as_slice(), [&Contact::NAMES[..], &fields].concat());
    }
}
