//! The effects that live in our own database: tasks, tags and the embedded CRM.
//!
//! They are performed inside the transaction that stores their event, so a crash leaves both or neither. What they give back
//! depends on what the transaction finds. Their rules are written here once, over shelves that every journal provides.

use jiff::Timestamp;
use relance_validator::plan::Priority;
use serde_json::{Map, Value, json};

use crate::{failure::Reason, identity::Person, journal::JournalError};

/// An effect in our own database.
#[derive(Debug, Clone, PartialEq)]
pub enum LocalEffect {
    /// Open a task.
    CreateTask {
        /// Who takes it.
        assignee: Option<String>,
        /// How urgent it is.
        priority: Priority,
        /// What it is about: the block's label.
        label: Option<String>,
    },
    /// Tag the contact.
    AddTag {
        /// The tag.
        tag: String,
    },
    /// Create or update the contact in the embedded CRM.
    UpsertCrm {
        /// The record's field for the e-mail.
        email_field: String,
        /// The record's field for the phone number.
        phone_field: String,
        /// The e-mail, as the contact has it.
        email: Option<String>,
        /// The phone number, as the contact has it.
        phone: Option<String>,
        /// What else is stored, by field.
        values: Map<String, Value>,
    },
}

/// A task, as it is stored.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Task {
    /// Its id.
    pub id: String,
    /// The run that opened it.
    pub run: String,
    /// The block that opened it.
    pub block: String,
    /// The contact it is about.
    pub contact: String,
    /// What it is about.
    pub label: Option<String>,
    /// Who has it.
    pub assignee: Option<String>,
    /// `haute`, `normale` or `basse`.
    pub priority: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

/// A record of the embedded CRM.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CrmRecord {
    /// Its id.
    pub id: String,
    /// The e-mail it is known by, in lower case.
    pub email: Option<String>,
    /// The phone number it is known by, in E.164 form.
    pub phone: Option<String>,
    /// Its fields, under the names that the graph gave.
    pub fields: Map<String, Value>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// Where local effects are kept, inside a transaction.
pub(crate) trait Shelves {
    /// Stores a new task.
    fn put_task(&mut self, task: &Task) -> Result<(), JournalError>;
    /// Tags a contact; says whether it did not have the tag before.
    fn put_tag(&mut self, contact: &str, tag: &str, at: Timestamp) -> Result<bool, JournalError>;
    /// The CRM record known by that e-mail.
    fn crm_by_email(&mut self, email: &str) -> Result<Option<CrmRecord>, JournalError>;
    /// The CRM record known by that phone number.
    fn crm_by_phone(&mut self, phone: &str) -> Result<Option<CrmRecord>, JournalError>;
    /// Stores a CRM record, new or known.
    fn put_crm(&mut self, record: &CrmRecord) -> Result<(), JournalError>;
}

/// Who asks for an effect, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) run: &'a str,
    pub(crate) block: &'a str,
    /// The idempotency key of the visit: new ids are drawn from it.
    pub(crate) key: &'a str,
    pub(crate) person: &'a Person,
    pub(crate) at: Timestamp,
}

/// Performs an effect: its output, or why it cannot be.
pub(crate) fn perform(
    shelves: &mut impl Shelves,
    asked: Asked<'_>,
    effect: &LocalEffect,
) -> Result<Result<Value, Reason>, JournalError> {
    match effect {
        LocalEffect::CreateTask { assignee, priority, label } => {
            let task = Task {
                id: new_id("t", asked.key),
                run: asked.run.to_owned(),
                block: asked.block.to_owned(),
                contact: asked.person.id.clone(),
                label: label.clone(),
                assignee: assignee.clone(),
                priority: priority.as_wire().to_owned(),
                created_at: asked.at,
                done_at: None,
            };
            shelves.put_task(&task)?;
            Ok(Ok(json!({ "id": task.id, "priority": task.priority, "assignee": task.assignee })))
        }
        LocalEffect::AddTag { tag } => {
            let added = shelves.put_tag(&asked.person.id, tag, asked.at)?;
            Ok(Ok(json!({ "tag": tag, "added": added })))
        }
        LocalEffect::UpsertCrm { email_field, phone_field, email, phone, values } => {
            let mut fields = values.clone();
            for (field, value) in [(email_field, email), (phone_field, phone)] {
                if let Some(text) = value {
                    fields.insert(field.clone(), Value::from(text.as_str()));
                }
            }
            upsert(shelves, asked, fields)
        }
    }
}

/// Creates the contact's record or updates it. The e-mail is the key, else the phone number; a record that is found by phone
/// must not be known by another e-mail, and a phone number never moves from one record to another.
fn upsert(
    shelves: &mut impl Shelves,
    asked: Asked<'_>,
    fields: Map<String, Value>,
) -> Result<Result<Value, Reason>, JournalError> {
    let Person { email, phone, .. } = asked.person;
    if email.is_none() && phone.is_none() {
        let message = "the contact has no e-mail and no phone number that can be read";
        return Ok(Err(Reason::new("crm-no-key", message)));
    }
    let of_email = email.as_deref().map(|it| shelves.crm_by_email(it)).transpose()?.flatten();
    let of_phone = phone.as_deref().map(|it| shelves.crm_by_phone(it)).transpose()?.flatten();
    let (known, matched_by) = match (of_email, of_phone) {
        (Some(record), Some(other)) if record.id != other.id => return Ok(Err(conflict(&other))),
        (Some(record), _) => (Some(record), Some("email")),
        (None, Some(other)) if email.is_some() && other.email.is_some() => {
            return Ok(Err(conflict(&other)));
        }
        (None, Some(record)) => (Some(record), Some("phone")),
        (None, None) => (None, None),
    };
    let created = known.is_none();
    let mut record = known.unwrap_or_else(|| CrmRecord {
        id: new_id("c", asked.key),
        email: None,
        phone: None,
        fields: Map::new(),
        created_at: asked.at,
        updated_at: asked.at,
    });
    record.email = email.clone().or(record.email);
    record.phone = phone.clone().or(record.phone);
    record.updated_at = asked.at;
    record.fields.extend(fields.into_iter().filter(|(_, value)| !value.is_null()));
    shelves.put_crm(&record)?;
    Ok(Ok(json!({ "id": record.id, "created": created, "matched_by": matched_by })))
}

fn conflict(holder: &CrmRecord) -> Reason {
    let message = format!("the phone number belongs to another record of the CRM, {}", holder.id);
    Reason::new("crm-conflict", message)
}

/// A new id: the same in every replay, as it is drawn from the key.
fn new_id(prefix: &str, key: &str) -> String {
    let digits: String = key.chars().take(16).collect();
    format!("{prefix}-{digits}")
}
