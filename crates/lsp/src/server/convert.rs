//! From what the features say to what the protocol says.

use lsp_types::{
    CodeAction, CodeActionKind, CompletionItem, CompletionItemKind, CompletionTextEdit,
    DocumentSymbol, Documentation, HoverContents, InsertTextFormat, Location, LocationLink,
    MarkupContent, MarkupKind, Position, Range, SymbolInformation, SymbolKind as ProtocolKind,
    TextEdit, Uri, WorkspaceEdit,
};
use relance_diagnostics::{Diagnostic, Edit, Language, Span};
use serde::{Deserialize, Serialize};

use crate::{Action, Completion, CompletionKind, Definition, Document, Hover, Symbol, SymbolKind};

pub(super) fn range(document: &Document, span: Span) -> Range {
    place(document.range(span))
}

/// A stretch as the protocol writes it.
pub(super) fn place(range: std::ops::Range<crate::Position>) -> Range {
    let place = |it: crate::Position| Position { line: it.line, character: it.character };
    Range { start: place(range.start), end: place(range.end) }
}

/// What the thing under the cursor is, and what the pages of its findings say.
pub(super) fn hover(
    about: Option<Hover>,
    findings: &[Diagnostic],
    offset: usize,
    document: &Document,
    language: Language,
    page: &dyn Fn(&str) -> Option<&'static str>,
) -> Option<lsp_types::Hover> {
    let touches = |span: Span| {
        let range = span.range();
        range.start <= offset && offset <= range.end
    };
    let mut told = Vec::new();
    for finding in findings.iter().filter(|finding| touches(finding.span)) {
        if !told.contains(&finding.code) {
            told.push(finding.code);
        }
    }
    let span = about.as_ref().map(|about| about.span);
    let first = findings.iter().find(|finding| touches(finding.span));
    let span = span.or(first.map(|finding| finding.span))?;
    let mut parts: Vec<String> = about.into_iter().map(|about| about.text).collect();
    for code in told {
        let meaning = page(code).and_then(meaning).unwrap_or_default();
        let more = match language {
            Language::English => "More:",
            Language::French => "En savoir plus :",
        };
        parts.push(format!("**{code}** — {meaning}\n\n{more} `relance explain {code}`"));
    }
    let value = parts.join("\n\n---\n\n");
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
    Some(lsp_types::Hover { contents, range: Some(range(document, span)) })
}

/// The first section of a page: what the finding means.
fn meaning(page: &'static str) -> Option<&'static str> {
    let (_, section) = page.split_once("\n## ")?;
    let (_, text) = section.split_once('\n')?;
    let end = text.find("\n## ").unwrap_or(text.len());
    text.get(..end).map(str::trim)
}

pub(super) fn completions(
    items: Vec<Completion>,
    document: &Document,
    uri: &Uri,
    knows_snippets: bool,
    typed: Option<&str>,
) -> Vec<CompletionItem> {
    // A blank or a colon is typed for many reasons: only in a reference, or where a value is missing, is an answer wanted.
    let is_wanted = |it: &Completion| match typed {
        Some(" ") => matches!(it.kind, CompletionKind::Field | CompletionKind::Filter),
        Some(":") => matches!(it.kind, CompletionKind::Value | CompletionKind::Block),
        Some("{") => !matches!(it.kind, CompletionKind::Key),
        Some(_) | None => true,
    };
    let items = items.into_iter().filter(is_wanted).enumerate();
    items.map(|(rank, item)| completion(item, rank, document, uri, knows_snippets)).collect()
}

fn completion(
    item: Completion,
    rank: usize,
    document: &Document,
    uri: &Uri,
    knows_snippets: bool,
) -> CompletionItem {
    let Completion { label, kind, detail, about, edit, snippet, comma, filter } = item;
    let is_block = kind == CompletionKind::Block;
    let data = is_block.then(|| Unresolved { uri: uri.clone(), block: label.clone() });
    let kind = match kind {
        CompletionKind::Key => CompletionItemKind::PROPERTY,
        CompletionKind::Value => CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Snippet => CompletionItemKind::SNIPPET,
        CompletionKind::Block => CompletionItemKind::MODULE,
        CompletionKind::Field => CompletionItemKind::FIELD,
        CompletionKind::Filter => CompletionItemKind::FUNCTION,
        CompletionKind::Secret => CompletionItemKind::CONSTANT,
    };
    let (format, text) = match snippet.filter(|_| knows_snippets) {
        Some(snippet) => (Some(InsertTextFormat::SNIPPET), snippet),
        None => (None, edit.text),
    };
    CompletionItem {
        label,
        kind: Some(kind),
        detail: Some(detail).filter(|it| !it.is_empty()),
        documentation: Some(about).filter(|it| !it.is_empty()).map(markdown),
        sort_text: Some(format!("{rank:05}")),
        filter_text: Some(filter),
        insert_text_format: format,
        text_edit: Some(CompletionTextEdit::Edit(TextEdit {
            range: range(document, edit.span),
            new_text: text,
        })),
        additional_text_edits: comma.map(|comma| vec![self::edit(&comma, document)]),
        data: data.and_then(|data| serde_json::to_value(data).ok()),
        ..CompletionItem::default()
    }
}

/// A completion whose block is described when somebody looks at it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Unresolved {
    pub(super) uri: Uri,
    pub(super) block: String,
}

pub(super) fn markdown(value: String) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
}

pub(super) fn edit(edit: &Edit, document: &Document) -> TextEdit {
    TextEdit { range: range(document, edit.span), new_text: edit.text.clone() }
}

pub(super) fn link(found: &Definition, document: &Document, uri: &Uri) -> LocationLink {
    LocationLink {
        origin_selection_range: Some(range(document, found.origin)),
        target_uri: uri.clone(),
        target_range: range(document, found.block),
        target_selection_range: range(document, found.name),
    }
}

pub(super) fn action(
    action: Action,
    mended: Option<lsp_types::Diagnostic>,
    edit: WorkspaceEdit,
) -> CodeAction {
    let kind = match action.mends {
        Some(_) => CodeActionKind::QUICKFIX,
        None => CodeActionKind::SOURCE_FIX_ALL,
    };
    CodeAction {
        title: action.title,
        kind: Some(kind),
        diagnostics: mended.map(|it| vec![it]),
        edit: Some(edit),
        is_preferred: action.mends.map(|_| action.is_safe),
        ..CodeAction::default()
    }
}

fn kind(kind: SymbolKind) -> ProtocolKind {
    match kind {
        SymbolKind::List => ProtocolKind::ARRAY,
        SymbolKind::Block => ProtocolKind::FUNCTION,
        SymbolKind::Edge => ProtocolKind::EVENT,
    }
}

#[expect(deprecated, reason = "the protocol's type has a field that nobody should fill in")]
pub(super) fn nested(symbols: Vec<Symbol>, document: &Document) -> Vec<DocumentSymbol> {
    let symbols = symbols.into_iter().map(|symbol| DocumentSymbol {
        name: symbol.name,
        detail: Some(symbol.detail).filter(|it| !it.is_empty()),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: range(document, symbol.span),
        selection_range: range(document, symbol.head),
        children: Some(nested(symbol.inside, document)).filter(|it| !it.is_empty()),
    });
    symbols.collect()
}

#[expect(deprecated, reason = "the protocol's type has a field that nobody should fill in")]
pub(super) fn flat(symbols: Vec<Symbol>, document: &Document, uri: &Uri) -> Vec<SymbolInformation> {
    let mut found = Vec::new();
    for symbol in symbols {
        let inside = flat(symbol.inside, document, uri);
        if symbol.kind != SymbolKind::List {
            found.push(SymbolInformation {
                name: symbol.name,
                kind: kind(symbol.kind),
                tags: None,
                deprecated: None,
                location: Location { uri: uri.clone(), range: range(document, symbol.span) },
                container_name: Some(symbol.detail).filter(|it| !it.is_empty()),
            });
        }
        found.extend(inside);
    }
    found
}
