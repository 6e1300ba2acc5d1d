//! The document as a table of contents: its blocks by their labels, its edges by their ends.

use relance_diagnostics::{Language, Span};

use crate::{
    outline::{Block, Edge, Form, Named, Outline},
    tree::Node,
    view::View,
};

/// An entry of the table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// What it is called.
    pub name: String,
    /// What it is, in a few words.
    pub detail: String,
    /// What kind of thing it is.
    pub kind: SymbolKind,
    /// All of it.
    pub span: Span,
    /// The part to look at.
    pub head: Span,
    /// What lies in it.
    pub inside: Vec<Symbol>,
}

/// What kind of thing an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolKind {
    /// `nodes` or `edges`.
    List,
    /// A block.
    Block,
    /// An edge.
    Edge,
}

/// The table of contents of a document.
pub fn symbols(view: &View<'_>, language: Language) -> Vec<Symbol> {
    let outline = view.outline();
    let blocks = || outline.blocks.iter().map(|it| block(it, language)).collect();
    let edges = || outline.edges.iter().map(|it| edge(&outline, it)).collect();
    match outline.form {
        Form::Graph => {
            let lists = [list(view.root(), "nodes", blocks), list(view.root(), "edges", edges)];
            lists.into_iter().flatten().collect()
        }
        Form::Block => blocks(),
        Form::Other => Vec::new(),
    }
}

fn list(root: &Node<'_>, key: &str, inside: impl Fn() -> Vec<Symbol>) -> Option<Symbol> {
    let member = root.member(key)?;
    let inside = inside();
    Some(Symbol {
        name: key.to_owned(),
        detail: inside.len().to_string(),
        kind: SymbolKind::List,
        span: Span::new(
            member.key.span.range().start,
            member.node.span.range().end.max(member.key.span.range().end),
        ),
        head: member.key.span,
        inside,
    })
}

fn block(block: &Block<'_>, language: Language) -> Symbol {
    let id = block.id.as_ref().map(|id| id.text.as_ref()).filter(|id| !id.is_empty());
    let label = block.label.as_deref().filter(|label| !label.is_empty());
    let action = match (block.kind, &block.foreign) {
        (Some(kind), _) => kind.spec().title.to(language),
        (None, Some(foreign)) => foreign,
        (None, None) => "",
    };
    let details = [id.filter(|_| label.is_some()), Some(action).filter(|it| !it.is_empty())];
    Symbol {
        // A client refuses an entry without a name.
        name: label.or(id).unwrap_or("…").to_owned(),
        detail: details.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        kind: SymbolKind::Block,
        span: block.node.span,
        head: block.head(),
        inside: Vec::new(),
    }
}

fn edge(outline: &Outline<'_>, edge: &Edge<'_>) -> Symbol {
    let end = |named: &Option<Named<'_>>| {
        let id = named.as_ref().map(|it| it.text.as_ref()).filter(|id| !id.is_empty());
        let label = id.and_then(|id| outline.block(id)?.label.as_deref());
        label.filter(|label| !label.is_empty()).or(id).unwrap_or("…").to_owned()
    };
    Symbol {
        name: format!("{} → {}", end(&edge.source), end(&edge.target)),
        detail: edge.handle.as_deref().unwrap_or_default().to_owned(),
        kind: SymbolKind::Edge,
        span: edge.node.span,
        head: edge.id.as_ref().map_or(edge.node.head(), |id| id.literal.inner()),
        inside: Vec::new(),
    }
}
