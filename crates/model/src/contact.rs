//! The contact of a run, as people hand it over.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A person that a graph follows up. Every value is optional, but one of `id`, `email` and `phone` must be there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [
    { "required": ["id"], "properties": { "id": { "type": "string" } } },
    { "required": ["email"], "properties": { "email": { "type": "string" } } },
    { "required": ["phone"], "properties": { "phone": { "type": "string" } } },
]))]
pub struct Contact {
    /// Who it is. Absent: the e-mail in lower case, else the phone number in E.164 form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number, best in international form (`+33612345678`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Language, as a BCP 47 tag (`fr`, `en-GB`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Tags that it has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Anything else, by name: texts, numbers, booleans, or null.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, serde_json::Value>,
}

impl Contact {
    /// The names that a reference may use after `contact.`, `fields` excepted (`contact.fields.<name>`).
    pub const NAMES: [&'static str; 8] =
        ["id", "email", "phone", "first_name", "last_name", "company", "language", "tags"];
}
