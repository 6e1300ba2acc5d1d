//! Who a contact is: its id, and the two keys by which it is known again.

use phonenumber::{Mode, country};
use relance_model::contact::Contact;
use serde::{Deserialize, Serialize};

/// A contact that has an id.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// Its id: given, else the e-mail, else the phone number.
    pub id: String,
    /// The contact, with its id.
    pub contact: Contact,
}

/// A contact whose identity is settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Its id: given, else the e-mail, else the phone number.
    pub id: String,
    /// Its e-mail in lower case.
    pub email: Option<String>,
    /// Its phone number in E.164 form, when it can be read.
    pub phone: Option<String>,
    /// The contact, with its id.
    pub contact: Contact,
}

/// The country whose form is assumed for phone numbers written without `+`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region(country::Id);

impl Default for Region {
    fn default() -> Region {
        Region(country::FR)
    }
}

impl std::str::FromStr for Region {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Region, IdentityError> {
        text.parse().map(Region).map_err(|_| IdentityError::UnknownRegion(text.to_owned()))
    }
}

/// Why a contact cannot be told from another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Nothing to know it by.
    #[error("the contact has no id, no e-mail and no phone number: one of the three is needed")]
    Nothing,
    /// The phone number is all there is, and it cannot be read.
    #[error("the phone number `{0}` cannot be read: write it in international form (+33612345678)")]
    Phone(String),
    /// Not the code of a country.
    #[error("`{0}` is not a country code: write two letters, such as FR")]
    UnknownRegion(String),
}

/// Gives a contact its id. A phone number is only read when there is nothing else to take it from: that is slow.
pub fn name(contact: Contact, region: Region) -> Result<Named, IdentityError> {
    let given = contact.id.as_deref().map(str::trim).filter(|id| !id.is_empty());
    let named = given.map(str::to_owned).or_else(|| contact.email.as_deref().and_then(email_key));
    let id = match (named, contact.phone.as_deref()) {
        (Some(id), _) => id,
        (None, Some(text)) if !text.trim().is_empty() => {
            phone_key(text, region).ok_or_else(|| IdentityError::Phone(text.to_owned()))?
        }
        (None, _) => return Err(IdentityError::Nothing),
    };
    Ok(Named { contact: Contact { id: Some(id.clone()), ..contact }, id })
}

/// Settles who a contact is.
pub fn identify(contact: Contact, region: Region) -> Result<Person, IdentityError> {
    let Named { id, contact } = name(contact, region)?;
    let email = contact.email.as_deref().and_then(email_key);
    let phone = contact.phone.as_deref().and_then(|text| phone_key(text, region));
    Ok(Person { id, email, phone, contact })
}

/// An e-mail as it is compared: trimmed, in lower case. None when blank.
pub fn email_key(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_lowercase())
}

/// A phone number as it is compared: in E.164 form. None when it cannot be read.
pub fn phone_key(text: &str, Region(region): Region) -> Option<String> {
    let number = phonenumber::parse(Some(region), text.trim()).ok()?;
    let key = number.format().mode(Mode::E164).to_string();
    (8..=16).contains(&key.len()).then_some(key)
}
