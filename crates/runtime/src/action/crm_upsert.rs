//! `crm_upsert`: create or update the contact in the CRM.

use relance_model::contact::Contact;
use relance_validator::plan::Upsert;
use serde_json::{Map, Value};

use super::Work;
use crate::{failure::Reason, local::LocalEffect, render::Scope};

/// The fields that the embedded CRM uses when the block names none.
const EMAIL_FIELD: &str = "email";
const PHONE_FIELD: &str = "phone";

/// The contact as the CRM keeps it. The e-mail is the key, else the phone number.
pub(super) fn prepare(upsert: &Upsert, scope: &Scope<'_>) -> Result<Work, Reason> {
    let contact = scope.contact;
    let (email, phone) = (present(contact.email.as_deref()), present(contact.phone.as_deref()));
    if email.is_none() && phone.is_none() {
        return Err(Reason::new(
            "crm-no-key",
            "the contact has neither an e-mail nor a phone number: the CRM could not know it again",
        ));
    }
    let email_field = upsert.email_field.clone().unwrap_or_else(|| EMAIL_FIELD.to_owned());
    let phone_field = upsert.phone_field.clone().unwrap_or_else(|| PHONE_FIELD.to_owned());
    let values = values(contact);
    Ok(Work::Local(LocalEffect::UpsertCrm { email_field, phone_field, email, phone, values }))
}

/// Everything else that is known of the contact, its own fields first so that none hides a name that means something.
fn values(contact: &Contact) -> Map<String, Value> {
    let own = contact.fields.iter().map(|(name, value)| (name.clone(), value.clone()));
    let known = [
        ("first_name", &contact.first_name),
        ("last_name", &contact.last_name),
        ("company", &contact.company),
        ("language", &contact.language),
    ];
    let known = known
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Value::from(value.as_deref()?))));
    own.chain(known).collect()
}

fn present(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned)
}
