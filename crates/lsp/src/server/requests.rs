//! The requests, each answered by the feature of its name.

use lsp_server::{ErrorCode, Request};
use lsp_types::{
    CodeActionOrCommand, CodeActionParams, CodeActionResponse, CodeActionTriggerKind,
    CompletionItem, CompletionList, CompletionParams, CompletionResponse, DocumentHighlight,
    DocumentHighlightParams, DocumentSymbolParams, DocumentSymbolResponse, GotoDefinitionParams,
    GotoDefinitionResponse, HoverParams, Location, MessageType, PrepareRenameResponse,
    ReferenceParams, RenameParams, TextDocumentPositionParams, Uri, WorkspaceEdit,
    request::{
        CodeActionRequest, Completion, DocumentHighlightRequest, DocumentSymbolRequest,
        GotoDefinition, HoverRequest, PrepareRenameRequest, References, Rename, Request as _,
        ResolveCompletionItem,
    },
};
use relance_diagnostics::{Language, Span, Text};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Open, Server, Settings, checker,
    convert::{self, Unresolved},
    folders::path_of,
    payload::{self, Payload, Refused},
    publication,
};
use crate::{
    Offer, Position, View, Wanted, about_block, complete, definition, fix_all, hover, quick_fixes,
    references, rename, symbols,
};

/// Why a request has no answer.
enum Refusal {
    /// Its parameters are none.
    Params(String),
    /// It names a document that is not open.
    NotOpen,
    /// It asks for something that cannot be done, which is the client's to tell.
    Cannot(Text),
    /// Nobody wants the answer any more.
    Cancelled,
    /// There is no such request here.
    Unknown(String),
}

impl Refusal {
    /// As the protocol says it.
    fn told(self, language: Language) -> Refused {
        match self {
            Refusal::Params(problem) => Refused::new(ErrorCode::InvalidParams, problem),
            Refusal::NotOpen => Refused::new(ErrorCode::InvalidParams, "this document is not open"),
            Refusal::Cannot(why) => Refused::new(ErrorCode::RequestFailed, why.to(language)),
            Refusal::Cancelled => Refused::new(ErrorCode::RequestCanceled, "cancelled"),
            Refusal::Unknown(method) => {
                Refused::new(ErrorCode::MethodNotFound, format!("there is no request `{method}`"))
            }
        }
    }
}

/// An answer as it is written.
type Answer = Result<Vec<u8>, Refusal>;

impl Server<'_> {
    pub(super) fn answer(
        &self,
        request: Request,
        is_cancelled: bool,
    ) -> Result<Payload, serde_json::Error> {
        let Request { id, method, params } = request;
        let answer = match method.as_str() {
            _ if is_cancelled => Err(Refusal::Cancelled),
            HoverRequest::METHOD => read(params).and_then(|it| self.hover(&it)),
            Completion::METHOD => read(params).and_then(|it| self.completion(&it)),
            ResolveCompletionItem::METHOD => read(params).and_then(|it| self.resolve(it)),
            GotoDefinition::METHOD => read(params).and_then(|it| self.definition(&it)),
            References::METHOD => read(params).and_then(|it| self.references(&it)),
            DocumentHighlightRequest::METHOD => read(params).and_then(|it| self.highlight(&it)),
            DocumentSymbolRequest::METHOD => read(params).and_then(|it| self.symbols(&it)),
            PrepareRenameRequest::METHOD => read(params).and_then(|it| self.prepare_rename(&it)),
            Rename::METHOD => read(params).and_then(|it| self.rename(&it)),
            CodeActionRequest::METHOD => read(params).and_then(|it| self.code_actions(&it)),
            _ => Err(Refusal::Unknown(method)),
        };
        match answer {
            Ok(result) => payload::answer(&id, &result),
            Err(refusal) => payload::refusal(Some(&id), &refusal.told(self.client.language)),
        }
    }

    fn hover(&self, params: &HoverParams) -> Answer {
        let (open, offset) = self.at(&params.text_document_position_params)?;
        let language = self.client.language;
        let view = View::of(open.document.text());
        let about = hover(&view, offset, language);
        let findings = open.newest().unwrap_or_default();
        let page = |code: &str| self.host.page(code, language);
        answer(convert::hover(about, findings, offset, &open.document, language, &page))
    }

    fn completion(&self, params: &CompletionParams) -> Answer {
        let (open, offset) = self.at(&params.text_document_position)?;
        let view = View::of(open.document.text());
        let wanted = Wanted { language: self.client.language, secrets: &open.settings.secrets };
        let typed = params.context.as_ref().and_then(|it| it.trigger_character.as_deref());
        let Offer { items, is_complete } = complete(&view, offset, wanted);
        let uri = &params.text_document_position.text_document.uri;
        let snippets = self.client.can.snippets;
        let items = convert::completions(items, &open.document, uri, snippets, typed);
        answer(if is_complete {
            CompletionResponse::Array(items)
        } else {
            CompletionResponse::List(CompletionList { is_incomplete: true, items })
        })
    }

    /// Describes the block of a completion.
    fn resolve(&self, mut item: CompletionItem) -> Answer {
        let data: Option<Unresolved> =
            item.data.clone().and_then(|data| serde_json::from_value(data).ok());
        let about = data.and_then(|Unresolved { uri, block }| {
            let open = self.documents.get(&uri)?;
            about_block(&View::of(open.document.text()), &block, self.client.language)
        });
        if let Some(about) = about {
            item.documentation = Some(convert::markdown(about));
        }
        answer(item)
    }

    fn definition(&self, params: &GotoDefinitionParams) -> Answer {
        let position = &params.text_document_position_params;
        let (open, offset) = self.at(position)?;
        let found = definition(&View::of(open.document.text()), offset);
        let uri = &position.text_document.uri;
        answer(found.map(|found| {
            if self.client.can.links {
                GotoDefinitionResponse::Link(vec![convert::link(&found, &open.document, uri)])
            } else {
                GotoDefinitionResponse::Scalar(location(open, uri, found.name))
            }
        }))
    }

    fn references(&self, params: &ReferenceParams) -> Answer {
        let position = &params.text_document_position;
        let (open, offset) = self.at(position)?;
        let view = View::of(open.document.text());
        let found = references(&view, offset, params.context.include_declaration).into_iter();
        let uri = &position.text_document.uri;
        answer(found.map(|span| location(open, uri, span)).collect::<Vec<Location>>())
    }

    fn highlight(&self, params: &DocumentHighlightParams) -> Answer {
        let (open, offset) = self.at(&params.text_document_position_params)?;
        let found = references(&View::of(open.document.text()), offset, true).into_iter();
        let marks = found.map(|span| DocumentHighlight {
            range: convert::range(&open.document, span),
            kind: None,
        });
        answer(marks.collect::<Vec<_>>())
    }

    fn symbols(&self, params: &DocumentSymbolParams) -> Answer {
        let uri = &params.text_document.uri;
        let open = self.documents.get(uri).ok_or(Refusal::NotOpen)?;
        let found = symbols(&View::of(open.document.text()), self.client.language);
        answer(if self.client.can.nested_symbols {
            DocumentSymbolResponse::Nested(convert::nested(found, &open.document))
        } else {
            DocumentSymbolResponse::Flat(convert::flat(found, &open.document, uri))
        })
    }

    fn prepare_rename(&self, params: &TextDocumentPositionParams) -> Answer {
        let (open, offset) = self.at(params)?;
        let found =
            rename::prepare(&View::of(open.document.text()), offset).map_err(Refusal::Cannot)?;
        answer(found.map(|found| PrepareRenameResponse::RangeWithPlaceholder {
            range: convert::range(&open.document, found.span),
            placeholder: found.id,
        }))
    }

    fn rename(&self, params: &RenameParams) -> Answer {
        let (open, offset) = self.at(&params.text_document_position)?;
        let view = View::of(open.document.text());
        let edits = rename::rename(&view, offset, &params.new_name).map_err(Refusal::Cannot)?;
        let uri = &params.text_document_position.text_document.uri;
        if let Ok(Some(renamed)) = rename::prepare(&view, offset)
            && let Some(reminder) = reminder(uri, &open.settings, &renamed.id)
            && !edits.is_empty()
        {
            // Should nobody listen any more, the answer learns it.
            drop(self.show(MessageType::INFO, &reminder));
        }
        answer(workspace_edit(open, uri, &edits))
    }

    fn code_actions(&self, params: &CodeActionParams) -> Answer {
        let uri = &params.text_document.uri;
        let open = self.documents.get(uri).ok_or(Refusal::NotOpen)?;
        if !self.client.can.code_actions {
            return answer(CodeActionResponse::new());
        }
        let place = |it: lsp_types::Position| Position { line: it.line, character: it.character };
        let span = Span::new(
            open.document.offset(place(params.range.start)),
            open.document.offset(place(params.range.end)),
        );
        // The client may ask before the thread is done.
        let fresh;
        let findings = if let Some(findings) = open.newest() {
            findings
        } else {
            fresh = checker::findings(open.document.text().to_owned(), &open.settings);
            &fresh
        };
        let only = params.context.only.as_ref();
        let wants = |kind: &str| {
            // Asking for `source` asks for `source.fixAll` too.
            let holds = |it: &lsp_types::CodeActionKind| {
                let rest = kind.strip_prefix(it.as_str());
                rest.is_some_and(|rest| {
                    it.as_str().is_empty() || rest.is_empty() || rest.starts_with('.')
                })
            };
            only.is_none_or(|only| only.iter().any(holds))
        };
        let language = self.client.language;
        let mut actions = Vec::new();
        if wants("quickfix") {
            actions.extend(quick_fixes(findings, span, language));
        }
        // An editor that moves its cursor asks what a lamp might show: nobody waits for the whole document to be mended then.
        let is_by_itself = params.context.trigger_kind == Some(CodeActionTriggerKind::AUTOMATIC);
        if wants("source.fixAll") && !(is_by_itself && only.is_none()) {
            let (text, options) = (open.document.text(), &open.settings.options);
            actions.extend(fix_all(text, findings, options, language));
        }
        let range = |span| convert::range(&open.document, span);
        let shown = actions.into_iter().map(|action| {
            let edit = workspace_edit(open, uri, &action.edits);
            let finding = action.mends.and_then(|place| findings.get(place));
            let mended = finding.map(|it| publication::finding(it, &range, uri, language));
            let mended = mended.and_then(|it| it.into_diagnostic().ok());
            CodeActionOrCommand::CodeAction(convert::action(action, mended, edit))
        });
        answer(shown.collect::<CodeActionResponse>())
    }

    /// The document and the byte that a position means.
    fn at(&self, params: &TextDocumentPositionParams) -> Result<(&Open, usize), Refusal> {
        let open = self.documents.get(&params.text_document.uri).ok_or(Refusal::NotOpen)?;
        let lsp_types::Position { line, character } = params.position;
        Ok((open, open.document.offset(Position { line, character })))
    }
}

impl Open {
    /// What was found in the newest state, if that has been checked.
    fn newest(&self) -> Option<&[relance_diagnostics::Diagnostic]> {
        let (version, findings) = self.findings.as_ref()?;
        (*version == self.document.version()).then_some(findings)
    }
}

/// Where the configuration names a block too. It is another file, which may concern other graphs as well, so it is left to its
/// author: what must not happen is that nobody hears of it.
fn reminder(uri: &Uri, settings: &Settings, id: &str) -> Option<Text> {
    let path = path_of(uri).unwrap_or_default();
    let graph = path.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let has_text = settings.texts.get(&graph).is_some_and(|blocks| blocks.contains(id));
    let has_weights = settings.options.block_levels.contains_key(id);
    let (en, fr) = match (has_weights, has_text) {
        (true, true) => ("`[blocks]` and `[texts]`", "`[blocks]` et `[texts]`"),
        (true, false) => ("`[blocks]`", "`[blocks]`"),
        (false, true) => ("`[texts]`", "`[texts]`"),
        (false, false) => return None,
    };
    Some(Text::new(
        format!("the configuration names `{id}` too, under {en}: give it the new id there"),
        format!(
            "la configuration nomme aussi `{id}`, sous {fr} : donnez-lui le nouvel id à cet endroit"
        ),
    ))
}

fn workspace_edit(open: &Open, uri: &Uri, edits: &[relance_diagnostics::Edit]) -> WorkspaceEdit {
    let edits = edits.iter().map(|edit| convert::edit(edit, &open.document)).collect();
    WorkspaceEdit { changes: Some([(uri.clone(), edits)].into()), ..WorkspaceEdit::default() }
}

fn location(open: &Open, uri: &Uri, span: Span) -> Location {
    Location { uri: uri.clone(), range: convert::range(&open.document, span) }
}

fn read<P: DeserializeOwned>(params: serde_json::Value) -> Result<P, Refusal> {
    serde_json::from_value(params).map_err(|problem| Refusal::Params(problem.to_string()))
}

fn answer(value: impl Serialize) -> Answer {
    serde_json::to_vec(&value).map_err(|problem| Refusal::Params(problem.to_string()))
}
