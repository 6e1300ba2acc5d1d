//! From a name to what it names: an edge's end or a reference to its block, an output to the action that gives it.

use relance_diagnostics::Span;

use crate::{outline::ACTION_TYPE, target, view::View};

/// What a name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The name under the cursor.
    pub origin: Span,
    /// The whole block.
    pub block: Span,
    /// The place in it to look at.
    pub name: Span,
}

/// What the name under a cursor leads to.
pub fn definition(view: &View<'_>, offset: usize) -> Option<Definition> {
    let outline = view.outline();
    let target = target::at(view.root(), &outline, offset)?;
    let (block, id) = target::declaration(&outline, &target.id)?;
    let action = || {
        let parameters = outline.block(&target.id)?.parameters?;
        Some(parameters.get(ACTION_TYPE)?.literal()?.inner())
    };
    let name = if target.on_output { action().unwrap_or(id) } else { id };
    Some(Definition { origin: target.mention.span, block, name })
}
