//! The heading of a table: which column holds what.
//!
//! A column has the name that a contact's own field has in JSON, or the one that people give it in English and in French. Any
//! other one is kept under its own name, in `fields`. A name that is nearly a known one is refused: it would be lost in silence.

use relance_diagnostics::Text;
use relance_model::contact::Contact;
use relance_validator::{closest, unaccented};
use serde_json::Value;

use super::finding::Fault;

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Email,
    Phone,
    FirstName,
    LastName,
    Company,
    Language,
    /// Several, with `|` between them.
    Tags,
    Field(String),
    /// Nothing: the heading is empty, and so must be its cells.
    Nameless,
}

/// What stands before the name of a field of one's own, where it must not be taken for another column.
const FIELD: &str = "fields.";

/// What people call a column, as [`folded`] leaves it.
const NAMES: [(Column, &[&str]); 8] = [
    (Column::Id, &["id", "identifiant", "contactid", "idcontact"]),
    (
        Column::Email,
        &[
            "email",
            "mail",
            "courriel",
            "emailaddress",
            "adresseemail",
            "adressemail",
            "adresseelectronique",
        ],
    ),
    (
        Column::Phone,
        &[
            "phone",
            "phonenumber",
            "telephone",
            "tel",
            "numerodetelephone",
            "mobile",
            "portable",
            "telephoneportable",
            "telephonemobile",
        ],
    ),
    (Column::FirstName, &["firstname", "givenname", "prenom"]),
    (Column::LastName, &["lastname", "surname", "familyname", "nom", "nomdefamille"]),
    (
        Column::Company,
        &["company", "companyname", "organization", "societe", "entreprise", "raisonsociale"],
    ),
    (Column::Language, &["language", "langue"]),
    (Column::Tags, &["tags", "tag", "etiquettes", "etiquette"]),
];

/// What a misspelt heading may have meant: long enough names, so that a column of another sense is not taken for one.
const MEANT: [&str; 10] = [
    "courriel",
    "téléphone",
    "portable",
    "prénom",
    "société",
    "entreprise",
    "langue",
    "étiquettes",
    "identifiant",
    "phone_number",
];

/// Understands one heading.
pub(super) fn column(heading: &str) -> Result<Column, (Fault, Text)> {
    if heading.is_empty() {
        return Ok(Column::Nameless);
    }
    if let Some(name) = heading.strip_prefix(FIELD).filter(|name| !name.is_empty()) {
        return Ok(Column::Field(name.to_owned()));
    }
    let name = folded(heading);
    if let Some((column, _)) = NAMES.into_iter().find(|(_, names)| names.contains(&name.as_str())) {
        return Ok(column);
    }
    match closest(heading, Contact::NAMES.into_iter().chain(MEANT)) {
        Some(near) => Err((Fault::UnknownColumn, mistaken(heading, near))),
        None => Ok(Column::Field(heading.to_owned())),
    }
}

fn mistaken(heading: &str, near: &str) -> Text {
    let keep = format!("{FIELD}{heading}");
    Text::new(
        format!(
            "the column `{heading}` is not known: did you mean `{near}`? (else name it `{keep}` to keep it)"
        ),
        format!(
            "la colonne `{heading}` n'est pas connue : vouliez-vous dire `{near}` ? (sinon nommez-la `{keep}` pour la garder)"
        ),
    )
}

/// A heading without what people write in different ways: case, accents, and what parts words.
fn folded(heading: &str) -> String {
    let letters = heading.chars().flat_map(char::to_lowercase).map(unaccented);
    letters.filter(|letter| !matches!(letter, ' ' | '_' | '-' | '\'' | '’' | '\u{a0}')).collect()
}

/// Puts a cell where its column says. An empty cell says nothing.
pub(super) fn put(contact: &mut Contact, column: &Column, cell: &str) {
    let text = || Some(cell.to_owned());
    match column {
        Column::Id => contact.id = text(),
        Column::Email => contact.email = text(),
        Column::Phone => contact.phone = text(),
        Column::FirstName => contact.first_name = text(),
        Column::LastName => contact.last_name = text(),
        Column::Company => contact.company = text(),
        Column::Language => contact.language = text(),
        Column::Tags => {
            let tags = cell.split('|').map(str::trim).filter(|tag| !tag.is_empty());
            contact.tags = tags.map(str::to_owned).collect();
        }
        Column::Field(name) => {
            contact.fields.insert(name.clone(), Value::from(cell));
        }
        Column::Nameless => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_names_that_people_give_them() {
        for (heading, wanted) in [
            ("email", Column::Email),
            ("E-mail", Column::Email),
            ("Adresse e-mail", Column::Email),
            ("Prénom", Column::FirstName),
            ("first_name", Column::FirstName),
            ("NOM", Column::LastName),
            ("Téléphone portable", Column::Phone),
            ("Raison sociale", Column::Company),
            ("Étiquettes", Column::Tags),
            ("Ville", Column::Field("Ville".to_owned())),
            ("Phase", Column::Field("Phase".to_owned())),
            ("Note", Column::Field("Note".to_owned())),
            ("fields.email", Column::Field("email".to_owned())),
            ("", Column::Nameless),
        ] {
            assert_eq!(column(heading), Ok(wanted), "{heading}");
        }
    }

    #[test]
    fn a_column_that_is_nearly_known_is_not_lost() {
        for (heading, near) in [("emial", "email"), ("Prenon", "prénom"), ("phnoe", "phone")] {
            let (fault, message) = column(heading).unwrap_err();
            assert_eq!(fault, Fault::UnknownColumn);
            assert!(message.en.contains(&format!("did you mean `{near}`?")), "{}", message.en);
        }
    }
}
