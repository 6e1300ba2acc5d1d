//! `create_task`: open a task for the sales team.

use relance_validator::plan::NewTask;

use super::Work;
use crate::{
    failure::Reason,
    local::LocalEffect,
    render::{Renderer, Scope},
};

/// A task named after its block. An assignee that comes out blank is nobody.
pub(super) fn prepare(
    task: &NewTask,
    label: Option<&str>,
    scope: &Scope<'_>,
) -> Result<Work, Reason> {
    let assignee = task.assignee.as_ref().map(|it| Renderer::local(scope).text(it)).transpose()?;
    Ok(Work::Local(LocalEffect::CreateTask {
        assignee: assignee.filter(|it| !it.trim().is_empty()),
        priority: task.priority,
        label: label.map(str::to_owned),
    }))
}
