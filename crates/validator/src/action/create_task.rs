//! `create_task`: who takes the task, and how urgent it is.

use relance_model::action::create_task::{ASSIGNATION, PRIORITE};

use super::Parameters;
use crate::{
    context::Context,
    plan::{NewTask, Priority},
    references::Scope,
};

pub(super) fn lower(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    parameters: &Parameters<'_>,
) -> Option<NewTask> {
    let assignee = parameters.template(cx, scope, &ASSIGNATION);
    let priority = parameters.choice(cx, &PRIORITE).and_then(priority);
    Some(NewTask { assignee: assignee.ok()?, priority: priority? })
}

fn priority(word: &str) -> Option<Priority> {
    [Priority::High, Priority::Normal, Priority::Low]
        .into_iter()
        .find(|priority| priority.as_wire() == word)
}
