//! Effects that happen in our own database.

use relance_validator::plan::Priority;

/// A local effect.
#[derive(Debug, Clone, PartialEq)]
pub enum LocalEffect {
    /// Open a task.
    CreateTask { assignee: Option<String>, priority: Priority, label: Option<String> },
    /// Tag the contact.
    AddTag { tag: String },
    /// Write the contact to the embedded CRM.
    UpsertCrm {
        email_field: String,
        phone_field: String,
        email: Option<String>,
        phone: Option<String>,
        values: serde_json::Map<String, serde_json::Value>,
    },
}
