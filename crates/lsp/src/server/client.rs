//! What the client can do and wants, and what the server offers it.

use std::path::PathBuf;

use lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability,
    CompletionOptions, DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern,
    HoverProviderCapability, InitializeParams, OneOf, PositionEncodingKind, Registration,
    RegistrationParams, RenameOptions, ServerCapabilities, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, WorkDoneProgressOptions,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
    notification::{DidChangeWatchedFiles, Notification as _},
};
use relance_diagnostics::{Language, Text};
use relance_model::Environment;
use serde::Deserialize;

use super::{Host, Wishes, folders::Folders};
use crate::Encoding;

/// What the client can do and wants.
pub(super) struct Client {
    pub(super) encoding: Encoding,
    pub(super) language: Language,
    pub(super) wishes: Wishes,
    /// What it can do.
    pub(super) can: Can,
    /// What is wrong with what it wants.
    pub(super) problems: Vec<Text>,
}

/// `initializationOptions`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Options {
    language: Option<String>,
    environment: Option<String>,
    config: Option<PathBuf>,
}

impl Client {
    pub(super) fn of(params: &InitializeParams, host: &dyn Host) -> Client {
        let mut problems = Vec::new();
        let options = params.initialization_options.clone().unwrap_or_default();
        let options: Option<Options> = serde_json::from_value(options).unwrap_or_else(|error| {
            problems.push(Text::new(
                format!("initializationOptions cannot be read: {error}"),
                format!("les initializationOptions ne peuvent pas être lues : {error}"),
            ));
            None
        });
        let options = options.unwrap_or_default();
        let wanted = options.language.filter(|it| !it.is_empty());
        let language = wanted.as_deref().and_then(Language::of_tag);
        if let (Some(wanted), None) = (&wanted, language) {
            problems.push(Text::new(
                format!("`language` is `en` or `fr`, not `{wanted}`"),
                format!("`language` vaut `en` ou `fr`, pas `{wanted}`"),
            ));
        }
        let wanted = options.environment.filter(|it| !it.is_empty());
        let environment: Option<Environment> = wanted.as_deref().and_then(|it| it.parse().ok());
        if let (Some(wanted), None) = (&wanted, environment) {
            problems.push(Text::new(
                format!("`environment` is `production` or `development`, not `{wanted}`"),
                format!("`environment` vaut `production` ou `development`, pas `{wanted}`"),
            ));
        }
        let language = language
            .or_else(|| host.asked_language())
            .or_else(|| Language::of_tag(params.locale.as_deref()?))
            .unwrap_or_else(|| host.usual_language());
        let config = options.config.filter(|it| !it.as_os_str().is_empty());
        Client {
            encoding: encoding(&params.capabilities),
            language,
            wishes: Wishes { environment, config },
            can: Can::read(&params.capabilities),
            problems,
        }
    }

    /// Asks the client to tell when the configuration changes.
    pub(super) fn watch_configuration(&self, folders: &Folders) -> Option<RegistrationParams> {
        if !self.can.watch {
            return None;
        }
        let named = folders.wishes().config.as_ref().map(|config| {
            let folder = folders.roots().first().cloned().unwrap_or_default();
            folder.join(config).to_string_lossy().replace('\\', "/")
        });
        let pattern = named.unwrap_or_else(|| "**/relance.toml".to_owned());
        let watchers =
            vec![FileSystemWatcher { glob_pattern: GlobPattern::String(pattern), kind: None }];
        let options = DidChangeWatchedFilesRegistrationOptions { watchers };
        Some(RegistrationParams {
            registrations: vec![Registration {
                id: "configuration".to_owned(),
                method: DidChangeWatchedFiles::METHOD.to_owned(),
                register_options: serde_json::to_value(options).ok(),
            }],
        })
    }
}

/// What a client says that it can do; what it does not say, it cannot.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something that a client can do or cannot"
)]
pub(super) struct Can {
    /// It knows stops in what is inserted.
    pub(super) snippets: bool,
    /// It shows a table of contents as a tree.
    pub(super) nested_symbols: bool,
    /// It takes the edits of a fix, and not only commands.
    pub(super) code_actions: bool,
    /// It follows a link to a whole and a part of it.
    pub(super) links: bool,
    /// It tells when a file changes that it was asked to watch.
    watch: bool,
}

impl Can {
    fn read(capabilities: &ClientCapabilities) -> Can {
        let mut can = Can::default();
        if let Some(text) = &capabilities.text_document {
            let item = text.completion.as_ref().and_then(|it| it.completion_item.as_ref());
            can.snippets = item.and_then(|it| it.snippet_support) == Some(true);
            let symbols = text.document_symbol.as_ref();
            can.nested_symbols =
                symbols.and_then(|it| it.hierarchical_document_symbol_support) == Some(true);
            let actions = text.code_action.as_ref();
            can.code_actions = actions.is_some_and(|it| it.code_action_literal_support.is_some());
            can.links = text.definition.as_ref().and_then(|it| it.link_support) == Some(true);
        }
        if let Some(workspace) = &capabilities.workspace {
            let watch = workspace.did_change_watched_files.as_ref();
            can.watch = watch.and_then(|it| it.dynamic_registration) == Some(true);
        }
        can
    }
}

/// The cheapest encoding of columns that the client knows.
fn encoding(capabilities: &ClientCapabilities) -> Encoding {
    let general = capabilities.general.as_ref();
    let known = general.and_then(|it| it.position_encodings.as_deref()).unwrap_or_default();
    if known.contains(&PositionEncodingKind::UTF8) {
        Encoding::Utf8
    } else if known.contains(&PositionEncodingKind::UTF32)
        && !known.contains(&PositionEncodingKind::UTF16)
    {
        Encoding::Utf32
    } else {
        Encoding::Utf16
    }
}

/// What the server offers.
pub(super) fn capabilities(client: &Client) -> ServerCapabilities {
    let encoding = match client.encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
        Encoding::Utf32 => PositionEncodingKind::UTF32,
    };
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        ..TextDocumentSyncOptions::default()
    };
    let triggers = ["\"", "{", ".", "[", "'", "|", " ", ":"].map(str::to_owned);
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::SOURCE_FIX_ALL]),
        ..CodeActionOptions::default()
    };
    ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(triggers.to_vec()),
            resolve_provider: Some(true),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}
