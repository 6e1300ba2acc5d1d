//! `tag_contact`: which tag.

use relance_model::{action::tag_contact::TAG, text::is_white};

use super::{Parameters, blank_required, template_in};
use crate::{context::Context, plan::Tag, references::Scope};

pub(super) fn lower(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    parameters: &Parameters<'_>,
) -> Option<Tag> {
    let written = parameters.written(cx, &TAG).ok()??;
    if is_white(written.text) {
        blank_required(cx, &TAG, written.node.span);
        return None;
    }
    let tag = template_in(cx, scope, Ok(Some(written)), &TAG).ok()??;
    Some(Tag { tag })
}
