//! Contacts as a table: a heading that names the columns, then a contact a line. Commas, semicolons or tabs stand between cells.

use csv::{ReaderBuilder, StringRecord};
use relance_diagnostics::Text;
use relance_model::contact::Contact;
use relance_validator::closest;
use serde_json::Value;

use super::{Listed, Problem, all_or_problems};

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
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
}

/// What stands before the name of a field of one's own.
const FIELD: &str = "fields.";

/// Reads a table.
pub(super) fn read(text: &str) -> Result<Vec<Listed>, Vec<Problem>> {
    let mut table = ReaderBuilder::new()
        .delimiter(delimiter(text))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = table.headers().map_err(|error| vec![of_csv(&error)])?.clone();
    let columns = columns(&headings)?;
    all_or_problems(table.into_records().map(|record| {
        let record = record.map_err(|error| of_csv(&error))?;
        let line = record.position().map_or(1, |place| usize::try_from(place.line()).unwrap_or(1));
        Ok(Listed { line, contact: contact(&columns, &record) })
    }))
}

/// The sign that the heading has most of.
fn delimiter(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    let count = |sign: &u8| heading.bytes().filter(|byte| byte == sign).count();
    // Of equals the last is taken: the comma.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

fn columns(headings: &StringRecord) -> Result<Vec<Column>, Vec<Problem>> {
    let (mut columns, mut problems) = (Vec::new(), Vec::new());
    for heading in headings {
        match column(heading) {
            Some(column) if columns.contains(&column) => problems.push(problem(Text::new(
                format!("the column `{heading}` is there twice"),
                format!("la colonne `{heading}` est là deux fois"),
            ))),
            Some(column) => columns.push(column),
            None => problems.push(problem(unknown(heading))),
        }
    }
    if problems.is_empty() { Ok(columns) } else { Err(problems) }
}

fn column(heading: &str) -> Option<Column> {
    Some(match heading {
        "id" => Column::Id,
        "email" => Column::Email,
        "phone" => Column::Phone,
        "first_name" => Column::FirstName,
        "last_name" => Column::LastName,
        "company" => Column::Company,
        "language" => Column::Language,
        "tags" => Column::Tags,
        _ => Column::Field(heading.strip_prefix(FIELD).filter(|name| !name.is_empty())?.to_owned()),
    })
}

/// A column that would be lost, and how to keep it.
fn unknown(heading: &str) -> Text {
    let keep = format!("{FIELD}{heading}");
    match closest(heading, Contact::NAMES) {
        Some(near) => Text::new(
            format!(
                "the column `{heading}` is not known: did you mean `{near}`? (else name it `{keep}` to keep it)"
            ),
            format!(
                "la colonne `{heading}` n'est pas connue : vouliez-vous dire `{near}` ? (sinon nommez-la `{keep}` pour la garder)"
            ),
        ),
        None => Text::new(
            format!("the column `{heading}` is not known: name it `{keep}` to keep it"),
            format!("la colonne `{heading}` n'est pas connue : nommez-la `{keep}` pour la garder"),
        ),
    }
}

/// An empty cell says nothing.
fn contact(columns: &[Column], record: &StringRecord) -> Contact {
    let mut contact = Contact::default();
    for (column, cell) in columns.iter().zip(record).filter(|(_, cell)| !cell.is_empty()) {
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
        }
    }
    contact
}

fn of_csv(error: &csv::Error) -> Problem {
    let line = error.position().map_or(1, |place| usize::try_from(place.line()).unwrap_or(1));
    let lengths = if let csv::ErrorKind::UnequalLengths { expected_len, len, .. } = error.kind() {
        Some((*expected_len, *len))
    } else {
        None
    };
    let message = match lengths {
        Some((expected, found)) => Text::new(
            format!("the heading has {expected} cells, and this line {found}"),
            format!("l'en-tête a {expected} cellules, et cette ligne {found}"),
        ),
        None => Text::new(error.to_string(), error.to_string()),
    };
    Problem { line, message }
}

fn problem(message: Text) -> Problem {
    Problem { line: 1, message }
}
