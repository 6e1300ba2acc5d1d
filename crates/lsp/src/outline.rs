//! The graph in a document, as far as it is there: blocks, edges, and which block comes before which.

use std::{borrow::Cow, collections::HashMap};

use relance_diagnostics::Span;
use relance_model::{ActionKind, graph::ACTION};

use crate::tree::{Literal, Node};

/// The key that names the action.
pub(crate) const ACTION_TYPE: &str = "action_type";

/// What a document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A graph.
    Graph,
    /// One block alone.
    Block,
    /// Nothing that is known here, or nothing yet.
    Other,
}

/// The blocks and edges of a document, by their places in it.
#[derive(Debug)]
pub(crate) struct Outline<'v> {
    pub(crate) form: Form,
    pub(crate) blocks: Vec<Block<'v>>,
    pub(crate) edges: Vec<Edge<'v>>,
    by_id: HashMap<Cow<'v, str>, usize>,
}

/// A text and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Named<'v> {
    pub(crate) text: Cow<'v, str>,
    pub(crate) literal: &'v Literal<'v>,
}

/// A block.
#[derive(Debug)]
pub(crate) struct Block<'v> {
    pub(crate) node: &'v Node<'v>,
    pub(crate) id: Option<Named<'v>>,
    pub(crate) label: Option<Cow<'v, str>>,
    /// Its `type`, when it is not that of our actions.
    pub(crate) foreign: Option<Cow<'v, str>>,
    pub(crate) parameters: Option<&'v Node<'v>>,
    /// Its action, when it can be told.
    pub(crate) kind: Option<ActionKind>,
}

/// An edge.
#[derive(Debug)]
pub(crate) struct Edge<'v> {
    pub(crate) node: &'v Node<'v>,
    pub(crate) id: Option<Named<'v>>,
    pub(crate) source: Option<Named<'v>>,
    pub(crate) target: Option<Named<'v>>,
    pub(crate) handle: Option<Cow<'v, str>>,
}

impl<'v> Outline<'v> {
    /// The graph or block in a tree.
    pub(crate) fn of(root: &'v Node<'v>) -> Outline<'v> {
        let has = |key| root.member(key).is_some();
        let form = if has("nodes") || has("edges") {
            Form::Graph
        } else if has("type") || has("data") {
            Form::Block
        } else {
            Form::Other
        };
        let items = |key| root.get(key).map(Node::items).unwrap_or_default();
        let (blocks, edges): (Vec<Block<'v>>, Vec<Edge<'v>>) = match form {
            Form::Graph => (
                items("nodes").iter().map(block).collect(),
                items("edges").iter().map(edge).collect(),
            ),
            Form::Block => (vec![block(root)], Vec::new()),
            Form::Other => (Vec::new(), Vec::new()),
        };
        let mut by_id = HashMap::with_capacity(blocks.len());
        for (place, block) in blocks.iter().enumerate() {
            if let Some(id) = &block.id {
                by_id.entry(id.text.clone()).or_insert(place);
            }
        }
        Outline { form, blocks, edges, by_id }
    }

    /// The first block of an id.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The first block of an id.
    pub(crate) fn block(&self, id: &str) -> Option<&Block<'v>> {
        self.blocks.get(self.find(id)?)
    }

    /// The blocks on a way to this one, in the order of the document.
    pub(crate) fn ancestors(&self, block: usize) -> Vec<&Block<'v>> {
        let mut incoming: Vec<Vec<usize>> = vec![Vec::new(); self.blocks.len()];
        let end = |named: &Option<Named<'_>>| self.find(&named.as_ref()?.text);
        for edge in &self.edges {
            if let (Some(source), Some(target)) = (end(&edge.source), end(&edge.target))
                && let Some(sources) = incoming.get_mut(target)
            {
                sources.push(source);
            }
        }
        let mut seen = vec![false; self.blocks.len()];
        let mut ahead = vec![block];
        while let Some(place) = ahead.pop() {
            for source in incoming.get(place).into_iter().flatten() {
                if let Some(seen) = seen.get_mut(*source)
                    && !std::mem::replace(seen, true)
                {
                    ahead.push(*source);
                }
            }
        }
        let before = self.blocks.iter().zip(seen).enumerate();
        before
            .filter(|(place, (_, seen))| *seen && *place != block)
            .map(|(_, (it, _))| it)
            .collect()
    }
}

impl Block<'_> {
    /// Where its id stands, without quotes; else its first byte.
    pub(crate) fn head(&self) -> Span {
        self.id.as_ref().map_or(self.node.head(), |id| id.literal.inner())
    }
}

fn named<'v>(node: &'v Node<'v>, key: &str) -> Option<Named<'v>> {
    let literal = node.get(key)?.literal()?;
    Some(Named { text: literal.text(), literal })
}

fn block<'v>(node: &'v Node<'v>) -> Block<'v> {
    let data = node.get("data");
    let parameters = data.and_then(|data| data.get("parameters"));
    let foreign = named(node, "type").map(|it| it.text).filter(|it| *it != ACTION);
    let kind = match (&foreign, parameters) {
        (Some(_), _) => None,
        (None, parameters) => kind(parameters),
    };
    let label = data.and_then(|data| named(data, "label")).map(|it| it.text);
    Block { node, id: named(node, "id"), label, foreign, parameters, kind }
}

/// The action of such parameters: what `action_type` says, else what their names say.
fn kind(parameters: Option<&Node<'_>>) -> Option<ActionKind> {
    let parameters = parameters?;
    if let Some(action_type) = parameters.get(ACTION_TYPE) {
        return ActionKind::from_action_type(&action_type.literal()?.text());
    }
    let keys = || parameters.members().iter().map(|member| member.key.text());
    let knows = |kind: ActionKind, key: &str| kind.parameters().iter().any(|it| it.name == key);
    let others = ActionKind::ALL.iter().copied().filter(|kind| *kind != ActionKind::CreateTask);
    let forgotten = others
        .into_iter()
        .find(|kind| keys().next().is_some() && keys().all(|key| knows(*kind, &key)));
    Some(forgotten.unwrap_or(ActionKind::CreateTask))
}

fn edge<'v>(node: &'v Node<'v>) -> Edge<'v> {
    Edge {
        node,
        id: named(node, "id"),
        source: named(node, "source"),
        target: named(node, "target"),
        handle: named(node, "sourceHandle").map(|it| it.text),
    }
}
