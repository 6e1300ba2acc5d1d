//! From a JSON tree to blocks and edges, still in the words of the document.
//!
//! Whatever does not have the shape of a graph is left out and refused; the schema then says what is wrong with it.

use relance_diagnostics::{Safety, Span, Text};
use relance_model::{
    ActionKind,
    document::{Array, Document, Kind, Node, Object},
    graph::{ACTION, MAX_EDGES, MAX_ID_CHARACTERS, MAX_NODES},
};

use crate::{
    Code,
    context::Context,
    edit::{Change, Mend, Side},
    finding::quoted,
    plan::On,
};

/// The key that names the action.
const ACTION_TYPE: &str = "action_type";

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RootKind {
    Graph,
    Block,
}

/// The blocks and edges of a document. One block alone is a graph without edges.
#[derive(Debug)]
pub(crate) struct Wire<'d> {
    pub(crate) root: RootKind,
    pub(crate) blocks: Vec<WireBlock<'d>>,
    pub(crate) edges: Vec<WireEdge<'d>>,
    /// Whether every edge of the document is among them.
    pub(crate) all_edges_read: bool,
    /// Whether every block of the document is among them, with its id.
    pub(crate) all_ids_read: bool,
}

/// A node.
#[derive(Debug)]
pub(crate) struct WireBlock<'d> {
    pub(crate) node: Node<'d>,
    pub(crate) id: Option<(&'d str, Span)>,
    pub(crate) label: Option<&'d str>,
    pub(crate) kind: BlockKind<'d>,
}

/// What a block is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum BlockKind<'d> {
    /// One of our actions, with its parameters.
    Action(ActionKind, Object<'d>),
    /// A block of another type, whose `type` stands there.
    Foreign(&'d str, Span),
    /// What it is cannot be told.
    Unclear,
}

/// An edge.
#[derive(Debug)]
pub(crate) struct WireEdge<'d> {
    pub(crate) node: Node<'d>,
    pub(crate) id: Option<(&'d str, Span)>,
    pub(crate) source: Option<(&'d str, Span)>,
    pub(crate) target: Option<(&'d str, Span)>,
    pub(crate) handle: Option<(&'d str, Span)>,
}

impl WireEdge<'_> {
    /// When the edge is taken: a handle that means nothing counts as success.
    pub(crate) fn on(&self) -> On {
        if self.handle.is_some_and(|(handle, _)| handle == "error") {
            On::Error
        } else {
            On::Success
        }
    }
}

/// Reads the blocks and edges of a document. None: it is neither a graph nor a block, or too large to judge; that has been said.
pub(crate) fn wire<'d>(cx: &mut Context<'_>, document: &'d Document<'d>) -> Option<Wire<'d>> {
    let root = document.root();
    let Some(object) = root.as_object() else {
        unrecognised(cx, root);
        return None;
    };
    if object.member("nodes").is_some() || object.member("edges").is_some() {
        return graph(cx, root, object);
    }
    if object.member("type").is_some() || object.member("data").is_some() {
        return Some(Wire {
            root: RootKind::Block,
            blocks: vec![block(cx, root)],
            edges: Vec::new(),
            all_edges_read: true,
            all_ids_read: true,
        });
    }
    unrecognised(cx, root);
    None
}

fn unrecognised(cx: &mut Context<'_>, root: Node<'_>) {
    let message = Text::fixed(
        "this is neither a graph (`nodes` and `edges`) nor a block (`type` and `data`)",
        "ceci n'est ni un graphe (`nodes` et `edges`) ni un bloc (`type` et `data`)",
    );
    cx.explained.push(root.span);
    let finding = cx.report(Code::UnrecognisedDocument, root.span.first_byte(), message).at_root();
    if root.as_object().is_some_and(|object| object.get(ACTION_TYPE).is_some()) {
        let title = Text::fixed("make a block of it", "en faire un bloc");
        finding
            .help(Text::fixed(
                "these are parameters: they stand under `data.parameters` of a block",
                "ce sont des paramètres : ils se placent sous `data.parameters` d'un bloc",
            ))
            .mend(Mend::guess(title, around(root, BLOCK_BEFORE, BLOCK_AFTER)));
    } else if root.as_array().is_some_and(|items| items.iter().all(|it| it.as_object().is_some())) {
        let title = Text::fixed("make a graph of it", "en faire un graphe");
        finding
            .help(Text::fixed(
                "blocks stand under `nodes` of a graph",
                "les blocs se placent sous `nodes` d'un graphe",
            ))
            .mend(Mend::guess(title, around(root, "{ \"nodes\": ", ", \"edges\": [] }")));
    } else if let Some(graph) = graph_inside(root) {
        let (root, graph) = (root.span.range(), graph.range());
        let outside = [root.start..graph.start, graph.end..root.end];
        let title = Text::fixed("keep the graph alone", "ne garder que le graphe");
        finding.mend(Mend::guess(title, outside.map(|range| Change::new(range, ""))));
    }
}

/// What stands around the parameters of a block alone.
const BLOCK_BEFORE: &str = "{ \"id\": \"block-1\", \"type\": \"action\", \"position\": { \"x\": 0, \"y\": 0 }, \"data\": { \"parameters\": ";
const BLOCK_AFTER: &str = " } }";

/// Changes that put a value into another one.
fn around(root: Node<'_>, before: &str, after: &str) -> [Change; 2] {
    let places = [(root.span.range().start, before), (root.span.range().end, after)];
    places.map(|(at, text)| Change::new(at..at, text))
}

/// The graph that a member of an object is.
fn graph_inside(root: Node<'_>) -> Option<Span> {
    let mut graphs = root.as_object()?.members().filter(|member| {
        let object = member.node.as_object();
        object.is_some_and(|it| it.get("nodes").is_some() && it.get("edges").is_some())
    });
    graphs.next().filter(|_| graphs.next().is_none()).map(|member| member.node.span)
}

fn graph<'d>(cx: &mut Context<'_>, root: Node<'d>, object: Object<'d>) -> Option<Wire<'d>> {
    let nodes = array(cx, root, object, "nodes");
    let edges = array(cx, root, object, "edges");
    let too_many_nodes = nodes.and_then(|it| it.get(MAX_NODES)).map(|node| {
        let message = Text::new(
            format!("a graph has at most {MAX_NODES} blocks, not {}", count(nodes)),
            format!("un graphe a au plus {MAX_NODES} blocs, pas {}", count(nodes)),
        );
        cx.report(Code::TooManyBlocks, node.span.first_byte(), message).at_root();
    });
    let too_many_edges = edges.and_then(|it| it.get(MAX_EDGES)).map(|edge| {
        let message = Text::new(
            format!("a graph has at most {MAX_EDGES} edges, not {}", count(edges)),
            format!("un graphe a au plus {MAX_EDGES} liens, pas {}", count(edges)),
        );
        cx.report(Code::TooManyEdges, edge.span.first_byte(), message).at_root();
    });
    if too_many_nodes.or(too_many_edges).is_some() {
        cx.explained.push(root.span);
        return None;
    }
    if let (0, Some(nodes)) = (count(nodes), object.get("nodes")) {
        cx.refused.push(nodes.span);
    }
    let blocks: Vec<_> = items(nodes).map(|node| block(cx, node)).collect();
    let all_ids_read = !blocks.is_empty() && blocks.iter().all(|block| block.id.is_some());
    let all_edges = edges.map(Array::len);
    let edges: Vec<_> = items(edges).filter_map(|node| edge(cx, node)).collect();
    let all_edges_read = Some(edges.len()) == all_edges;
    Some(Wire { root: RootKind::Graph, blocks, edges, all_edges_read, all_ids_read })
}

fn array<'d>(
    cx: &mut Context<'_>,
    root: Node<'_>,
    object: Object<'d>,
    key: &str,
) -> Option<Array<'d>> {
    let items = object.get(key).and_then(Node::as_array);
    if items.is_none() {
        cx.refused.push(object.get(key).map_or(root.span, |node| node.span));
    }
    items
}

fn count(array: Option<Array<'_>>) -> usize {
    array.map_or(0, Array::len)
}

fn items(array: Option<Array<'_>>) -> impl Iterator<Item = Node<'_>> {
    array.into_iter().flat_map(Array::iter)
}

fn block<'d>(cx: &mut Context<'_>, node: Node<'d>) -> WireBlock<'d> {
    let unclear = WireBlock { node, id: None, label: None, kind: BlockKind::Unclear };
    let Some(object) = node.as_object() else {
        cx.refused.push(node.span);
        return unclear;
    };
    let id = text(cx, node, object, "id");
    if let Some((id, span)) = id
        && (id.is_empty()
            || (id.len() > MAX_ID_CHARACTERS && id.chars().count() > MAX_ID_CHARACTERS))
    {
        cx.refused.push(span);
    }
    position(cx, node, object);
    let block_type = text(cx, node, object, "type");
    let data = object.get("data").and_then(|data| Some((data, data.as_object()?)));
    let Some((data_node, data)) = data else {
        cx.refused.push(object.get("data").map_or(node.span, |data| data.span));
        return WireBlock { id, ..unclear };
    };
    for name in ["label", "subtitle", "channel", "description"] {
        if let Some(value) = data.get(name).filter(|value| value.as_text().is_none()) {
            cx.refused.push(value.span);
        }
    }
    let label = data.get("label").and_then(Node::as_text);
    let kind = match block_type {
        Some((ACTION, _)) => action(cx, data_node, data),
        Some((other, span)) => BlockKind::Foreign(other, span),
        None => BlockKind::Unclear,
    };
    WireBlock { node, id, label, kind }
}

fn position(cx: &mut Context<'_>, node: Node<'_>, object: Object<'_>) {
    let position = object.get("position");
    let span = position.map_or(node.span, |position| position.span);
    match position.and_then(Node::as_object) {
        Some(position) => {
            for axis in ["x", "y"] {
                match position.get(axis) {
                    Some(number) if number.kind() == Kind::Number => {}
                    Some(other) => cx.refused.push(other.span),
                    None => cx.refused.push(span),
                }
            }
        }
        None => cx.refused.push(span),
    }
}

fn action<'d>(cx: &mut Context<'_>, data_node: Node<'_>, data: Object<'d>) -> BlockKind<'d> {
    let parameters = data.member("parameters");
    let Some((member, object)) =
        parameters.and_then(|member| Some((member, member.node.as_object()?)))
    else {
        cx.refused.push(parameters.map_or(data_node.span, |member| member.node.span));
        return BlockKind::Unclear;
    };
    if let Some(action_type) = object.get(ACTION_TYPE) {
        if let Some(kind) = action_type.as_text().and_then(ActionKind::from_action_type) {
            return BlockKind::Action(kind, object);
        }
        cx.refused.push(action_type.span);
        return BlockKind::Unclear;
    }
    match forgotten_action_type(object) {
        None => BlockKind::Action(ActionKind::CreateTask, object),
        Some(kind) => {
            let action_type = kind.action_type().unwrap_or_default();
            let message = Text::new(
                format!("`action_type` is missing: these are parameters of `{action_type}`"),
                format!("il manque `action_type` : ces paramètres sont ceux de `{action_type}`"),
            );
            cx.explained.push(member.node.span);
            let source = cx.source;
            cx.report(Code::ActionTypeMissing, member.key_span, message).insert(
                Safety::Safe,
                source,
                member.node.span,
                (ACTION_TYPE, &quoted(action_type)),
                Side::Front,
            );
            BlockKind::Unclear
        }
    }
}

/// The other action that all these keys belong to, when none of them is a key of a created task.
fn forgotten_action_type(parameters: Object<'_>) -> Option<ActionKind> {
    let knows = |kind: ActionKind, key: &str| {
        kind.parameters().iter().any(|parameter| parameter.name == key)
    };
    let keys = || parameters.members().map(|member| member.key);
    keys().next()?;
    ActionKind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != ActionKind::CreateTask)
        .find(|kind| keys().all(|key| knows(*kind, key) && !knows(ActionKind::CreateTask, key)))
}

fn edge<'d>(cx: &mut Context<'_>, node: Node<'d>) -> Option<WireEdge<'d>> {
    let Some(object) = node.as_object() else { return cx.refuse(node.span) };
    let handle = match object.get("sourceHandle") {
        None => None,
        Some(value) if value.kind() == Kind::Null => None,
        Some(value) => match value.as_text() {
            Some(text) => Some((text, value.span)),
            None => cx.refuse(value.span),
        },
    };
    Some(WireEdge {
        node,
        id: text(cx, node, object, "id"),
        source: text(cx, node, object, "source"),
        target: text(cx, node, object, "target"),
        handle,
    })
}

/// A required text of an object.
fn text<'d>(
    cx: &mut Context<'_>,
    node: Node<'_>,
    object: Object<'d>,
    key: &str,
) -> Option<(&'d str, Span)> {
    let value = object.get(key);
    match value.and_then(|value| Some((value.as_text()?, value.span))) {
        Some(found) => Some(found),
        None => cx.refuse(value.map_or(node.span, |value| value.span)),
    }
}
