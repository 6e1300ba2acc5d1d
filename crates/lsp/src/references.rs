//! Every place where the block under a cursor is named.

use relance_diagnostics::Span;

use crate::{
    mentions::{self, Form},
    target,
    view::View,
};

/// Where the block under a cursor is named, its own `id` among them when `declaration` is wanted.
pub fn references(view: &View<'_>, offset: usize, declaration: bool) -> Vec<Span> {
    let outline = view.outline();
    let Some(target) = target::at(view.root(), &outline, offset) else { return Vec::new() };
    let all = mentions::of(&outline, &target.id).into_iter();
    all.filter(|mention| declaration || mention.form != Form::Declaration)
        .map(|mention| mention.span)
        .collect()
}
