//! The block that a cursor names, wherever it names it.

use std::borrow::Cow;

use relance_diagnostics::Span;
use relance_model::text::Root;

use crate::{
    mentions::{self, Form, Mention},
    outline::Outline,
    place::{Part, Place, Spot, passage},
    slot,
    tree::Node,
};

/// A block that is named under a cursor.
#[derive(Debug)]
pub(crate) struct Target<'v> {
    /// Its id.
    pub(crate) id: Cow<'v, str>,
    /// Where the cursor found it.
    pub(crate) mention: Mention,
    /// Whether the cursor stands on an output of the block rather than its name.
    pub(crate) on_output: bool,
}

/// The block that is named at an offset.
pub(crate) fn at<'v>(
    root: &'v Node<'v>,
    outline: &Outline<'v>,
    offset: usize,
) -> Option<Target<'v>> {
    let place = Place::at(root, outline, offset);
    let keys = place.keys()?;
    let Spot::Value(node) = place.spot else { return None };
    let literal = node.literal()?;
    let form = match (place.part, keys.as_slice()) {
        (Part::Block(_), ["id"]) => Form::Declaration,
        (Part::Edge(_), ["source" | "target"]) => Form::EdgeEnd,
        _ => return in_reference(outline, &place, offset),
    };
    let mention = Mention { span: literal.inner(), form };
    Some(Target { id: literal.text(), mention, on_output: false })
}

fn in_reference<'v>(outline: &Outline<'v>, place: &Place<'v>, offset: usize) -> Option<Target<'v>> {
    let (_, parameter) = place.parameter(outline)?;
    let passage = passage(place.literal()?, &parameter.kind, offset)?;
    let offset = passage.offset(offset);
    let path = slot::at(&passage.text, offset)?.path();
    if path.known_root() != Some(Root::Blocks) {
        return None;
    }
    let touches = |it: &slot::Step<'_>| it.range.start <= offset && offset <= it.range.end;
    let at = path.steps.iter().position(touches)?;
    let step = path.steps.first()?;
    Some(Target {
        id: Cow::Owned(step.name.clone().into_owned()),
        mention: mentions::reference(&passage, step),
        on_output: at > 0,
    })
}

/// Where a block is declared: the whole of it, and its name.
pub(crate) fn declaration(outline: &Outline<'_>, id: &str) -> Option<(Span, Span)> {
    let block = outline.block(id)?;
    Some((block.node.span, block.head()))
}
