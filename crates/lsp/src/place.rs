//! What a cursor stands in.

use std::borrow::Cow;

use relance_model::action::{Parameter, ParameterKind};

use crate::{
    outline::{Form, Outline},
    passage::Passage,
    tree::{Literal, Member, Node, Value},
};

/// A step on the way from the root to a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'v> {
    /// Into a member of an object.
    Key(Cow<'v, str>),
    /// Into an element of an array.
    Index(usize),
}

/// Where a cursor stands in the innermost array or object around it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Spot<'v> {
    /// In a key.
    Key { object: &'v Node<'v>, member: &'v Member<'v> },
    /// In a text, number or word, or where a value is missing.
    Value(&'v Node<'v>),
    /// In an object, where another key may stand.
    Members(&'v Node<'v>),
    /// In an array, between its elements.
    Items(&'v Node<'v>),
    /// Outside the document.
    Outside,
}

/// What a cursor stands in.
#[derive(Debug)]
pub(crate) struct Place<'v> {
    /// The way to the value, or to the object or array around.
    pub(crate) steps: Vec<Step<'v>>,
    pub(crate) spot: Spot<'v>,
    /// The part of the document that it belongs to.
    pub(crate) part: Part,
    /// How many steps lead to that part.
    depth: usize,
}

/// A part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The root, `nodes` and `edges` themselves.
    Root,
    /// A block, by its place.
    Block(usize),
    /// An edge, by its place.
    Edge(usize),
}

impl<'v> Place<'v> {
    /// What stands around a cursor.
    pub(crate) fn at(root: &'v Node<'v>, outline: &Outline<'v>, offset: usize) -> Place<'v> {
        let (steps, spot) = walk(root, offset);
        let part = match (outline.form, steps.as_slice()) {
            (Form::Graph, [Step::Key(key), Step::Index(place), ..]) => match key.as_ref() {
                "nodes" => Part::Block(*place),
                "edges" => Part::Edge(*place),
                _ => Part::Root,
            },
            (Form::Block, _) => Part::Block(0),
            (Form::Graph | Form::Other, _) => Part::Root,
        };
        let depth = match (outline.form, part) {
            (Form::Graph, Part::Block(_) | Part::Edge(_)) => 2,
            (Form::Graph | Form::Block | Form::Other, _) => 0,
        };
        Place { steps, spot, part, depth }
    }

    /// The keys that lead to it within its part: `data`, `parameters`, `url`. None where an array lies between.
    pub(crate) fn keys(&self) -> Option<Vec<&str>> {
        let within = self.steps.iter().skip(self.depth);
        within
            .map(|step| match step {
                Step::Key(key) => Some(key.as_ref()),
                Step::Index(_) => None,
            })
            .collect()
    }

    /// The string that the cursor stands in, if it is the value of a key.
    pub(crate) fn literal(&self) -> Option<&'v Literal<'v>> {
        match self.spot {
            Spot::Value(node) => node.literal(),
            Spot::Key { .. } | Spot::Members(_) | Spot::Items(_) | Spot::Outside => None,
        }
    }

    /// The parameter whose key or value the cursor stands in, and its block.
    pub(crate) fn parameter(&self, outline: &Outline<'_>) -> Option<(usize, &'static Parameter)> {
        let Part::Block(place) = self.part else { return None };
        let keys = self.keys()?;
        let ["data", "parameters", name] = keys.as_slice() else { return None };
        let kind = outline.blocks.get(place)?.kind?;
        let parameter = kind.parameters().iter().find(|parameter| parameter.name == *name)?;
        Some((place, parameter))
    }
}

/// The way to the innermost thing around a cursor. A key is on the way when the cursor stands in it.
fn walk<'v>(root: &'v Node<'v>, offset: usize) -> (Vec<Step<'v>>, Spot<'v>) {
    let mut steps = Vec::new();
    let mut node = root;
    if !node.holds(offset) {
        return (steps, Spot::Outside);
    }
    loop {
        match &node.value {
            Value::Missing | Value::Text(_) | Value::Plain => return (steps, Spot::Value(node)),
            Value::Array(items) => {
                let after = items.partition_point(|item| (item.span.start as usize) <= offset);
                let inner = after.checked_sub(1).and_then(|place| Some((place, items.get(place)?)));
                match inner.filter(|(_, item)| item.holds(offset)) {
                    Some((place, item)) => {
                        steps.push(Step::Index(place));
                        node = item;
                    }
                    None => return (steps, Spot::Items(node)),
                }
            }
            Value::Object(members) => {
                let after = members.partition_point(|it| (it.key.span.start as usize) <= offset);
                let Some(member) = after.checked_sub(1).and_then(|place| members.get(place)) else {
                    return (steps, Spot::Members(node));
                };
                if member.key.holds(offset) {
                    steps.push(Step::Key(member.key.text()));
                    return (steps, Spot::Key { object: node, member });
                }
                if member.colon && member.node.holds(offset) {
                    steps.push(Step::Key(member.key.text()));
                    node = &member.node;
                } else {
                    return (steps, Spot::Members(node));
                }
            }
        }
    }
}

/// The text that a cursor stands in, in a value of a parameter: the value itself, or where it is JSON in text, the text in
/// there. None in JSON between its texts, and in its keys.
pub(crate) fn passage<'v>(
    literal: &Literal<'v>,
    kind: &ParameterKind,
    offset: usize,
) -> Option<Passage<'v>> {
    let whole = Passage::new(literal);
    match kind {
        ParameterKind::Text
        | ParameterKind::Choice(_)
        | ParameterKind::Number(_)
        | ParameterKind::Url => Some(whole),
        ParameterKind::Headers | ParameterKind::Json => {
            let text = whole.text.clone().into_owned();
            let tree = Node::read(&text);
            let (_, spot) = walk(&tree, whole.offset(offset));
            let Spot::Value(node) = spot else { return None };
            Some(whole.inside(node.literal()?).owned())
        }
    }
}

/// Calls back with every text of a value: the value itself, or where it is JSON in text, each text in there.
pub(crate) fn each_text(
    literal: &Literal<'_>,
    kind: &ParameterKind,
    see: &mut dyn FnMut(&Passage<'_>),
) {
    // Most texts hold no reference, and need not be decoded.
    if !literal.raw.contains("{{") && !literal.raw.contains("\\u") {
        return;
    }
    let whole = Passage::new(literal);
    match kind {
        ParameterKind::Text
        | ParameterKind::Choice(_)
        | ParameterKind::Number(_)
        | ParameterKind::Url => see(&whole),
        ParameterKind::Headers | ParameterKind::Json => {
            let tree = Node::read(&whole.text);
            let mut ahead = vec![&tree];
            while let Some(node) = ahead.pop() {
                match &node.value {
                    Value::Text(inner) if inner.raw.contains("{{") || inner.raw.contains("\\u") => {
                        see(&whole.inside(inner));
                    }
                    Value::Missing | Value::Plain | Value::Text(_) => {}
                    Value::Array(items) => ahead.extend(items.iter().rev()),
                    Value::Object(members) => {
                        ahead.extend(members.iter().rev().map(|member| &member.node));
                    }
                }
            }
        }
    }
}
