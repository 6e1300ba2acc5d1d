//! What may be written at a cursor: keys, words, blocks, and what references may name.

mod blocks;
mod edges;
mod keys;
mod parameters;
mod references;
mod values;

use relance_diagnostics::{Edit, Language, Span, Text};

use crate::{
    outline::{ACTION_TYPE, Form, Outline},
    place::{Part, Place, Spot, Step},
    tree::{Node, Value},
    view::View,
    words,
};

/// Something that may be written at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is shown.
    pub label: String,
    /// What kind of thing it is.
    pub kind: CompletionKind,
    /// What it is, in a few words.
    pub detail: String,
    /// What it is, as Markdown. Of a block nothing: [`about_block`](crate::about_block) tells it when it is looked at.
    pub about: String,
    /// What is written, and in the place of what.
    pub edit: Edit,
    /// The same with stops for the cursor, for clients that know them.
    pub snippet: Option<String>,
    /// A comma that is missing before it.
    pub comma: Option<Edit>,
    /// What of it is compared with what was typed.
    pub filter: String,
}

/// What kind of thing may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// A key of an object.
    Key,
    /// A word of a closed list, or a default.
    Value,
    /// A whole block or edge.
    Snippet,
    /// A block, by its id.
    Block,
    /// An output, a value of the contact or of the run.
    Field,
    /// A filter.
    Filter,
    /// A secret.
    Secret,
}

/// What may be written at a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The likeliest first.
    pub items: Vec<Completion>,
    /// Whether there is nothing else; else the client should ask again when more is typed.
    pub is_complete: bool,
}

/// More than these are not offered at once: the ids of a large graph are too many to send with each key, and to look through.
const MOST_OFFERED: usize = 200;

/// What a completion may build on besides the document.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'w> {
    /// The language of what is told.
    pub language: Language,
    /// The names of the configured secrets.
    pub secrets: &'w [String],
}

/// What may be written at a cursor.
pub fn complete(view: &View<'_>, offset: usize, wanted: Wanted<'_>) -> Offer {
    let outline = &view.outline();
    let place = &Place::at(view.root(), outline, offset);
    let mut found = match place.part {
        Part::Root => at_root(view, outline, place, offset, wanted),
        Part::Block(block) => in_block(view, outline, place, block, offset, wanted),
        Part::Edge(edge) => in_edge(view, outline, place, edge, offset, wanted),
    };
    found.retain(|it| view.holds(it.edit.span));
    let is_complete = found.len() <= MOST_OFFERED;
    if !is_complete {
        found.retain(|it| {
            let typed = view.text().get(it.edit.span.range().start..offset).unwrap_or_default();
            holds_in_order(&it.filter, typed)
        });
        found.truncate(MOST_OFFERED);
    }
    Offer { items: found, is_complete }
}

/// Whether all letters of `typed` stand in a text in that order, case aside: what clients look for too.
fn holds_in_order(text: &str, typed: &str) -> bool {
    let mut letters = text.chars().flat_map(char::to_lowercase);
    typed.chars().flat_map(char::to_lowercase).all(|wanted| letters.any(|letter| letter == wanted))
}

fn at_root(
    view: &View<'_>,
    outline: &Outline<'_>,
    place: &Place<'_>,
    offset: usize,
    wanted: Wanted<'_>,
) -> Vec<Completion> {
    match (place.steps.as_slice(), place.spot) {
        ([], Spot::Members(_)) | ([Step::Key(_)], Spot::Key { .. }) => {
            keys::complete(view, place.spot, offset, &keys::known(&words::GRAPH, wanted.language))
        }
        ([Step::Key(key)], Spot::Items(list)) if outline.form == Form::Graph => {
            match key.as_ref() {
                "nodes" => blocks::blocks(view, outline, list, offset, wanted.language),
                "edges" => blocks::edge(view, outline, list, offset, wanted.language),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn in_block(
    view: &View<'_>,
    outline: &Outline<'_>,
    place: &Place<'_>,
    block: usize,
    offset: usize,
    wanted: Wanted<'_>,
) -> Vec<Completion> {
    let Some(keys) = place.keys() else { return Vec::new() };
    let language = wanted.language;
    match (keys.as_slice(), place.spot) {
        (["data", "parameters"], Spot::Members(_))
        | (["data", "parameters", _], Spot::Key { .. }) => {
            let kind = outline.blocks.get(block).and_then(|block| block.kind);
            keys::complete(view, place.spot, offset, &parameters::known(kind, language))
        }
        (["data", "parameters", ACTION_TYPE], Spot::Value(node)) => {
            values::action_types(view, node, offset, language)
        }
        (["data", "parameters", _], Spot::Value(node)) => {
            let Some((_, parameter)) = place.parameter(outline) else { return Vec::new() };
            let read = references::complete(outline, block, parameter, node, offset, wanted);
            read.unwrap_or_else(|| values::of_parameter(view, parameter, node, offset, language))
        }
        ([], Spot::Members(_)) | ([_], Spot::Key { .. }) => {
            keys::complete(view, place.spot, offset, &keys::known(&words::BLOCK, language))
        }
        (["data"], Spot::Members(_)) | (["data", _], Spot::Key { .. }) => {
            keys::complete(view, place.spot, offset, &keys::known(&words::DATA, language))
        }
        (["type"], Spot::Value(node)) => values::block_type(view, node, offset, language),
        _ => Vec::new(),
    }
}

fn in_edge(
    view: &View<'_>,
    outline: &Outline<'_>,
    place: &Place<'_>,
    edge: usize,
    offset: usize,
    wanted: Wanted<'_>,
) -> Vec<Completion> {
    let (Some(keys), Some(edge)) = (place.keys(), outline.edges.get(edge)) else {
        return Vec::new();
    };
    let language = wanted.language;
    match (keys.as_slice(), place.spot) {
        (["source"], Spot::Value(node)) => {
            edges::ends(view, outline, edge.target.as_ref(), node, offset)
        }
        (["target"], Spot::Value(node)) => {
            edges::ends(view, outline, edge.source.as_ref(), node, offset)
        }
        (["sourceHandle"], Spot::Value(node)) => edges::handles(view, node, offset, language),
        ([], Spot::Members(_)) | ([_], Spot::Key { .. }) => {
            keys::complete(view, place.spot, offset, &keys::known(&words::EDGE, language))
        }
        _ => Vec::new(),
    }
}

/// The comma that is missing before something new at `start`. Right before it, it is written with it: no two edits may touch.
fn comma_before(view: &View<'_>, start: usize) -> (&'static str, Option<Edit>) {
    match view.before(start) {
        Some(('{' | ',' | '[', _)) | None => ("", None),
        Some((_, end)) if end == start => (", ", None),
        Some((_, end)) => ("", Some(Edit { span: Span::at(end), text: ",".to_owned() })),
    }
}

/// The place of a value, where a string is to be written.
struct ValueSlot {
    span: Span,
    /// What stands before the string: a blank behind a colon.
    before: &'static str,
    /// What stands behind it: a comma before another key.
    after: &'static str,
    /// Whether a word without quotes stands there.
    is_plain: bool,
}

impl ValueSlot {
    fn of(view: &View<'_>, node: &Node<'_>, offset: usize) -> ValueSlot {
        match &node.value {
            Value::Missing => {
                let after_colon = view.text().get(..offset).is_some_and(|it| it.ends_with(':'));
                let before_key = view.after(offset) == Some('"');
                ValueSlot {
                    span: Span::at(offset),
                    before: if after_colon { " " } else { "" },
                    after: if before_key { "," } else { "" },
                    is_plain: false,
                }
            }
            Value::Text(_) | Value::Plain | Value::Array(_) | Value::Object(_) => {
                let ends = node.closed || view.after(node.span.range().end) != Some('"');
                ValueSlot {
                    span: node.span,
                    before: "",
                    after: if ends { "" } else { "," },
                    is_plain: matches!(node.value, Value::Plain),
                }
            }
        }
    }

    /// A string in that place.
    fn string(&self, label: &str, kind: CompletionKind, detail: &str, about: &str) -> Completion {
        let quoted = crate::passage::quoted(label);
        let text = format!("{}{quoted}{}", self.before, self.after);
        Completion {
            label: label.to_owned(),
            kind,
            detail: detail.to_owned(),
            about: about.to_owned(),
            edit: Edit { span: self.span, text },
            snippet: None,
            comma: None,
            filter: if self.is_plain { label.to_owned() } else { quoted },
        }
    }
}

/// A text in a language, owned.
fn say(text: &Text, language: Language) -> String {
    text.to(language).to_owned()
}
