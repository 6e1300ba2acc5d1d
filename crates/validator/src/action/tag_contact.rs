//! `tag_contact`: which tag.

use relance_model::{action::tag_contact::TAG, text::is_white};

use super::{Parameters, blank_required, template_in};
use crate::{
    context::Context,
    plan::Tag,
    references::{Scope, Sound},
};

#[derive(Debug)]
pub(crate) struct Lowered<'d> {
    tag: Sound<'d>,
}

pub(super) fn lower<'d>(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    parameters: &Parameters<'d>,
) -> Option<Lowered<'d>> {
    let written = parameters.written(cx, &TAG).ok()??;
    if is_white(written.text) {
        blank_required(cx, &TAG, written.node.span);
        return None;
    }
    let tag = template_in(cx, scope, Ok(Some(written)), &TAG).ok()??;
    Some(Lowered { tag })
}

impl Lowered<'_> {
    pub(super) fn plan(self) -> Option<Tag> {
        Some(Tag { tag: self.tag.template()? })
    }
}
