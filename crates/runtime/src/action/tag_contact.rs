//! `tag_contact`: put a tag on the contact.

use relance_validator::plan::Tag;

use super::Work;
use crate::{
    failure::Reason,
    local::LocalEffect,
    render::{Renderer, Scope},
};

/// A tag, without the white space around it.
pub(super) fn prepare(tag: &Tag, scope: &Scope<'_>) -> Result<Work, Reason> {
    let tag = Renderer::local(scope).text(&tag.tag)?.trim().to_owned();
    if tag.is_empty() {
        return Err(Reason::new("tag-blank", "the tag is blank once its references are filled in"));
    }
    Ok(Work::Local(LocalEffect::AddTag { tag }))
}
