//! The parameters of a block, told apart by hand: a task to create has no `action_type`, so no derived tag fits.

use serde::de::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::action::ActionKind;
use crate::action::ai_reply::AiReply;
use crate::action::create_task::CreateTask;
use crate::action::crm_upsert::CrmUpsert;
use crate::action::http_request::HttpRequest;
use crate::action::tag_contact::TagContact;

/// The key that tells the actions apart.
pub(crate) const ACTION_TYPE: &str = "action_type";

/// What a block does. It is written with its `action_type`.
#[derive(Debug, Clone, PartialEq)]
pub enum Parameters {
    /// A task to create.
    CreateTask(CreateTask),
    /// An HTTP call.
    HttpRequest(HttpRequest),
    /// A contact to write to the CRM.
    CrmUpsert(CrmUpsert),
    /// A reply to write.
    AiReply(AiReply),
    /// A tag to put.
    TagContact(TagContact),
    /// Those of a block that is no action, as they are.
    Foreign(Value),
}

impl Parameters {
    /// Which action they belong to, if to one.
    pub fn kind(&self) -> Option<ActionKind> {
        match self {
            Parameters::CreateTask(_) => Some(ActionKind::CreateTask),
            Parameters::HttpRequest(_) => Some(ActionKind::HttpRequest),
            Parameters::CrmUpsert(_) => Some(ActionKind::CrmUpsert),
            Parameters::AiReply(_) => Some(ActionKind::AiReply),
            Parameters::TagContact(_) => Some(ActionKind::TagContact),
            Parameters::Foreign(_) => None,
        }
    }

    /// The parameters of an action, from their object.
    pub(super) fn read(parameters: Value) -> Result<Parameters, serde_json::Error> {
        let Value::Object(mut object) = parameters else {
            return Err(serde_json::Error::custom("`parameters` is not an object"));
        };
        let action_type = object.shift_remove(ACTION_TYPE);
        let object = Value::Object(object);
        let kind = match action_type {
            None => ActionKind::CreateTask,
            Some(name) => {
                name.as_str().and_then(ActionKind::from_action_type).ok_or_else(|| {
                    serde_json::Error::custom(format!("{name} is not an `{ACTION_TYPE}`"))
                })?
            }
        };
        Ok(match kind {
            ActionKind::CreateTask => Parameters::CreateTask(serde_json::from_value(object)?),
            ActionKind::HttpRequest => Parameters::HttpRequest(serde_json::from_value(object)?),
            ActionKind::CrmUpsert => Parameters::CrmUpsert(serde_json::from_value(object)?),
            ActionKind::AiReply => Parameters::AiReply(serde_json::from_value(object)?),
            ActionKind::TagContact => Parameters::TagContact(serde_json::from_value(object)?),
        })
    }
}

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Parameters::CreateTask(it) => tagged(ActionKind::CreateTask, it, serializer),
            Parameters::HttpRequest(it) => tagged(ActionKind::HttpRequest, it, serializer),
            Parameters::CrmUpsert(it) => tagged(ActionKind::CrmUpsert, it, serializer),
            Parameters::AiReply(it) => tagged(ActionKind::AiReply, it, serializer),
            Parameters::TagContact(it) => tagged(ActionKind::TagContact, it, serializer),
            Parameters::Foreign(it) => it.serialize(serializer),
        }
    }
}

/// Writes parameters after their `action_type`, where there is one.
fn tagged<P: Serialize, S: Serializer>(
    kind: ActionKind,
    parameters: &P,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Tagged<'p, P> {
        #[serde(skip_serializing_if = "Option::is_none")]
        action_type: Option<&'static str>,
        #[serde(flatten)]
        parameters: &'p P,
    }
    Tagged { action_type: kind.action_type(), parameters }.serialize(serializer)
}
