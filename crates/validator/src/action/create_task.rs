//! `create_task`: who takes the task, and how urgent it is.

use relance_model::action::create_task::{ASSIGNATION, PRIORITE};

use super::{Parameters, maybe};
use crate::{
    context::Context,
    plan::{NewTask, Priority},
    references::{Scope, Sound},
};

#[derive(Debug)]
pub(crate) struct Lowered<'d> {
    assignee: Option<Sound<'d>>,
    priority: Priority,
}

pub(super) fn lower<'d>(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    parameters: &Parameters<'d>,
) -> Option<Lowered<'d>> {
    let assignee = parameters.template(cx, scope, &ASSIGNATION);
    let priority = parameters.choice(cx, &PRIORITE).and_then(priority);
    Some(Lowered { assignee: assignee.ok()?, priority: priority? })
}

impl Lowered<'_> {
    pub(super) fn plan(self) -> Option<NewTask> {
        let assignee = maybe(self.assignee, Sound::template).ok()?;
        Some(NewTask { assignee, priority: self.priority })
    }
}

fn priority(word: &str) -> Option<Priority> {
    [Priority::High, Priority::Normal, Priority::Low]
        .into_iter()
        .find(|priority| priority.as_wire() == word)
}
