//! A new id for a block, everywhere at once: its `id`, the ends of edges, and references, also in JSON in text.
//!
//! A document that cannot be read is not touched: what lies behind the mistake would keep the old name.

use std::borrow::Cow;

use relance_diagnostics::{Edit, Span, Text};
use relance_model::{document::read_text, graph::MAX_ID_CHARACTERS};

use crate::{
    mentions::{self, Form, Mention, Written},
    passage::{escape, escape_times},
    slot::is_name,
    target,
    view::View,
};

/// The name under the cursor, to be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// Where it stands.
    pub span: Span,
    /// The id as it is meant.
    pub id: String,
}

/// Whether there is a block to rename under a cursor. Err: there is, but the document cannot be read.
pub fn prepare(view: &View<'_>, offset: usize) -> Result<Option<Renamed>, Text> {
    let outline = view.outline();
    let Some(target) = target::at(view.root(), &outline, offset) else { return Ok(None) };
    if target.on_output || outline.block(&target.id).is_none() {
        return Ok(None);
    }
    must_be_readable(view)?;
    Ok(Some(Renamed { span: target.mention.span, id: target.id.into_owned() }))
}

/// The edits that give the block under a cursor another id, in the order of the text. Err: why it cannot have that one.
pub fn rename(view: &View<'_>, offset: usize, id: &str) -> Result<Vec<Edit>, Text> {
    let outline = view.outline();
    let target = target::at(view.root(), &outline, offset);
    let Some(target) = target.filter(|it| !it.on_output && outline.block(&it.id).is_some()) else {
        return Err(Text::fixed(
            "there is no block to rename here",
            "il n'y a pas de bloc à renommer ici",
        ));
    };
    must_be_readable(view)?;
    if target.id == id {
        return Ok(Vec::new());
    }
    if id.trim().is_empty() {
        return Err(Text::fixed("an id may not be empty", "un id ne peut pas être vide"));
    }
    if id.chars().count() > MAX_ID_CHARACTERS {
        return Err(Text::new(
            format!("an id has at most {MAX_ID_CHARACTERS} characters"),
            format!("un id a au plus {MAX_ID_CHARACTERS} caractères"),
        ));
    }
    if id.contains('\0') {
        return Err(Text::fixed("an id may not hold NUL", "un id ne peut pas contenir NUL"));
    }
    if outline.block(id).is_some() {
        return Err(Text::new(
            format!("the id `{id}` is already that of another block"),
            format!("l'id `{id}` est déjà celui d'un autre bloc"),
        ));
    }
    let mentions = mentions::of(&outline, &target.id);
    // The second block of an id has it to itself: edges and references mean the first.
    let is_second = target.mention.form == Form::Declaration && !mentions.contains(&target.mention);
    let mentions = if is_second { vec![target.mention] } else { mentions };
    mentions.iter().map(|mention| edit(mention, id)).collect()
}

fn must_be_readable(view: &View<'_>) -> Result<(), Text> {
    match read_text(view.text()).document {
        Some(_) => Ok(()),
        None => Err(Text::fixed(
            "this document is not JSON yet: mend it first, so that no mention is missed",
            "ce document n'est pas encore du JSON : corrigez-le d'abord, pour qu'aucune mention ne soit oubliée",
        )),
    }
}

fn edit(mention: &Mention, id: &str) -> Result<Edit, Text> {
    let Form::Reference(written) = &mention.form else {
        return Ok(Edit { span: mention.span, text: escape(id) });
    };
    let Written { bracketed, with_dot, depth } = written;
    let fits_a_dot = id.chars().all(is_name);
    let (span, text) = match (bracketed, fits_a_dot) {
        (false, true) => (mention.span, Cow::Borrowed(id)),
        (false, false) => (*with_dot, bracket(id)?),
        (true, _) => (mention.span, bracket(id)?),
    };
    Ok(Edit { span, text: escape_times(&text, *depth) })
}

/// A step of a path for an id that no dot may precede: `['…']`, as double quotes would have to be escaped in JSON.
pub(crate) fn bracket(id: &str) -> Result<Cow<'static, str>, Text> {
    match (id.contains('\''), id.contains('"')) {
        (false, _) => Ok(Cow::Owned(format!("['{id}']"))),
        (true, false) => Ok(Cow::Owned(format!("[\"{id}\"]"))),
        (true, true) => Err(Text::fixed(
            "an id with both kinds of quotes cannot stand in a reference",
            "un id avec les deux sortes de guillemets ne peut pas figurer dans une référence",
        )),
    }
}
