//! The protocol around the features: one loop that takes messages in order and answers them, one thread that checks.
//!
//! Answers never wait for a check, and a check never looks at a state that is no longer the newest. Whatever arrives while a
//! request is worked on is taken in before the next one, so that a request that was cancelled meanwhile is not begun.

mod checker;
mod client;
mod convert;
mod folders;
mod host;
mod inbox;
mod requests;

use std::{collections::BTreeMap, sync::Arc};

use crossbeam_channel::select;
use lsp_server::{Connection, Message, Notification, ProtocolError, Request, RequestId, Response};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, InitializeParams, InitializeResult, MessageType,
    PublishDiagnosticsParams, ServerInfo, ShowMessageParams, Uri,
    notification::{self, Notification as _},
    request::{Request as _, Shutdown},
};
use relance_diagnostics::{Diagnostic, Text};
use serde::{Serialize, de::DeserializeOwned};

pub use host::{Host, Settings, Wishes};

use self::{
    checker::{Checker, Found, Job},
    client::{Client, capabilities},
    folders::Folders,
    inbox::Inbox,
};
use crate::{Document, Position};

/// Why the server stopped before it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The client does not follow the protocol.
    #[error("{0}")]
    Protocol(#[from] ProtocolError),
    /// A message cannot be read or written.
    #[error("{0}")]
    Message(#[from] serde_json::Error),
    /// The client went away without a word.
    #[error("the client is gone")]
    Gone,
    /// The thread that checks is gone, which is our mistake.
    #[error("a check broke off")]
    CheckBrokeOff,
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Serves one client on standard input and output, until it says goodbye.
pub fn serve(host: Arc<dyn Host>) -> Result<(), ServeError> {
    let (connection, threads) = Connection::stdio();
    let done = serve_on(&connection, host);
    drop(connection);
    // The threads end when the client closes its side; of a failed session nothing more is expected.
    if done.is_ok() {
        threads.join()?;
    }
    done
}

fn serve_on(connection: &Connection, host: Arc<dyn Host>) -> Result<(), ServeError> {
    let (id, params) = connection.initialize_start()?;
    let params: InitializeParams = serde_json::from_value(params)?;
    let client = Client::of(&params, host.as_ref());
    let result = InitializeResult {
        capabilities: capabilities(&client),
        server_info: Some(ServerInfo {
            name: "relance".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    };
    connection.initialize_finish(id, serde_json::to_value(result)?)?;
    let folders = Folders::new(&params, client.wishes.clone());
    let checker = Checker::start();
    let mut server = Server {
        connection,
        host,
        client,
        folders,
        checker,
        documents: BTreeMap::new(),
        asked: 0,
        said_goodbye: false,
    };
    server.begin()?;
    server.run()
}

/// A document that is open in the client.
struct Open {
    document: Document,
    settings: Arc<Settings>,
    /// Whether it changed since its last check was asked for.
    is_unchecked: bool,
    /// What the last check found, and in which version.
    findings: Option<(i32, Arc<[Diagnostic]>)>,
}

struct Server<'c> {
    connection: &'c Connection,
    host: Arc<dyn Host>,
    client: Client,
    folders: Folders,
    checker: Checker,
    documents: BTreeMap<Uri, Open>,
    /// How many requests were made to the client.
    asked: i32,
    /// Whether the client has asked to end.
    said_goodbye: bool,
}

/// Whether there is more to do.
enum Next {
    More,
    Exit,
}

impl Server<'_> {
    fn begin(&mut self) -> Result<(), ServeError> {
        for problem in std::mem::take(&mut self.client.problems) {
            self.show(MessageType::WARNING, &problem)?;
        }
        if let Some(watch) = self.client.watch_configuration(&self.folders) {
            self.asked += 1;
            let id = RequestId::from(self.asked);
            let request = Request::new(id, "client/registerCapability".to_owned(), watch);
            self.send(Message::Request(request))?;
        }
        Ok(())
    }

    fn run(&mut self) -> Result<(), ServeError> {
        let mut inbox = Inbox::new(self.connection.receiver.clone());
        loop {
            while let Some(message) = inbox.next() {
                if let Next::Exit = self.take(message, &inbox)? {
                    return if self.said_goodbye { Ok(()) } else { Err(ServeError::Gone) };
                }
            }
            if inbox.is_closed() {
                return Err(ServeError::Gone);
            }
            self.check();
            select! {
                recv(inbox.receiver()) -> message => inbox.take(message),
                recv(self.checker.results()) -> found => {
                    self.publish(found.map_err(|_| ServeError::CheckBrokeOff)?)?;
                }
            }
        }
    }

    fn take(&mut self, message: Message, inbox: &Inbox) -> Result<Next, ServeError> {
        match message {
            Message::Request(request) => {
                if request.method == Shutdown::METHOD {
                    self.said_goodbye = true;
                    self.send(Message::Response(Response::new_ok(request.id, ())))?;
                } else {
                    let is_cancelled = inbox.is_cancelled(&request.id);
                    let response = self.answer(request, is_cancelled);
                    self.send(Message::Response(response))?;
                }
            }
            Message::Notification(notification) => {
                if notification.method == notification::Exit::METHOD {
                    return Ok(Next::Exit);
                }
                self.note(notification)?;
            }
            // The client's answers to what it was told need no answer.
            Message::Response(_) => {}
        }
        Ok(Next::More)
    }

    /// Takes note of what the client says. What cannot be understood is passed over, as the protocol wants.
    fn note(&mut self, notification: Notification) -> Result<(), ServeError> {
        match notification.method.as_str() {
            notification::DidOpenTextDocument::METHOD => {
                if let Some(params) = understood(notification) {
                    self.open(params)?;
                }
            }
            notification::DidChangeTextDocument::METHOD => {
                if let Some(params) = understood(notification) {
                    self.change(params);
                }
            }
            notification::DidCloseTextDocument::METHOD => {
                if let Some(DidCloseTextDocumentParams { text_document }) = understood(notification)
                {
                    self.documents.remove(&text_document.uri);
                    self.publish_all(text_document.uri, Vec::new(), None)?;
                }
            }
            notification::DidChangeWorkspaceFolders::METHOD => {
                if let Some(DidChangeWorkspaceFoldersParams { event }) = understood(notification) {
                    self.folders.change(&event);
                    self.configure()?;
                }
            }
            notification::DidChangeWatchedFiles::METHOD => {
                self.folders.forget();
                self.configure()?;
            }
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) -> Result<(), ServeError> {
        let item = params.text_document;
        let settings = self.settings(&item.uri)?;
        let document = Document::new(item.text, item.version, self.client.encoding);
        let open = Open { document, settings, is_unchecked: true, findings: None };
        self.documents.insert(item.uri, open);
        Ok(())
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) {
        let uri = params.text_document.uri;
        let Some(open) = self.documents.get_mut(&uri) else { return };
        open.document.now(params.text_document.version);
        for change in params.content_changes {
            match change.range {
                Some(range) => {
                    let place = |it: lsp_types::Position| Position {
                        line: it.line,
                        character: it.character,
                    };
                    open.document.replace(place(range.start)..place(range.end), &change.text);
                }
                None => open.document.replace_all(change.text, self.client.encoding),
            }
        }
        open.is_unchecked = true;
    }

    /// Has everything checked that changed: nothing more is waiting that would change it again.
    fn check(&mut self) {
        for (uri, open) in &mut self.documents {
            if std::mem::take(&mut open.is_unchecked) {
                self.checker.check(job(uri, open));
            }
        }
    }

    /// Reads the configuration again, and checks everything by it.
    fn configure(&mut self) -> Result<(), ServeError> {
        let uris: Vec<Uri> = self.documents.keys().cloned().collect();
        for uri in uris {
            let settings = self.settings(&uri)?;
            if let Some(open) = self.documents.get_mut(&uri) {
                open.settings = settings;
                open.findings = None;
                open.is_unchecked = true;
            }
        }
        Ok(())
    }

    /// How a document is checked. A configuration with a mistake in it is told once, and the document is checked without.
    fn settings(&mut self, uri: &Uri) -> Result<Arc<Settings>, ServeError> {
        let (settings, problem) = self.folders.settings(uri, self.host.as_ref());
        if let Some(problem) = problem {
            self.show(MessageType::ERROR, &problem)?;
        }
        Ok(settings)
    }

    /// Shows what a check found, if it is still about the newest state.
    fn publish(&mut self, found: Found) -> Result<(), ServeError> {
        let Found { uri, version, settings, findings } = found;
        let Some(open) = self.documents.get_mut(&uri) else { return Ok(()) };
        if open.document.version() != version || !Arc::ptr_eq(&open.settings, &settings) {
            return Ok(());
        }
        let shown = convert::findings(&findings, &open.document, &uri, self.client.language);
        open.findings = Some((version, findings));
        self.publish_all(uri, shown, Some(version))
    }

    fn publish_all(
        &self,
        uri: Uri,
        diagnostics: Vec<lsp_types::Diagnostic>,
        version: Option<i32>,
    ) -> Result<(), ServeError> {
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        self.notify(notification::PublishDiagnostics::METHOD, params)
    }

    fn show(&self, typ: MessageType, text: &Text) -> Result<(), ServeError> {
        let message = text.to(self.client.language).to_owned();
        self.notify(notification::ShowMessage::METHOD, ShowMessageParams { typ, message })
    }

    fn notify(&self, method: &str, params: impl Serialize) -> Result<(), ServeError> {
        self.send(Message::Notification(Notification::new(method.to_owned(), params)))
    }

    fn send(&self, message: Message) -> Result<(), ServeError> {
        self.connection.sender.send(message).map_err(|_| ServeError::Gone)
    }
}

/// The check of a document as it stands.
fn job(uri: &Uri, open: &Open) -> Job {
    Job {
        uri: uri.clone(),
        version: open.document.version(),
        text: open.document.text().to_owned(),
        settings: Arc::clone(&open.settings),
    }
}

fn understood<P: DeserializeOwned>(notification: Notification) -> Option<P> {
    serde_json::from_value(notification.params).ok()
}
