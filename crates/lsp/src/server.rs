//! The protocol around the features: one loop that takes messages in order and answers them, one thread that checks.
//!
//! Answers never wait for a check, and a check never looks at a state that is no longer the newest. Whatever arrives while a
//! request is worked on is taken in before the next one, so that a request that was cancelled meanwhile is not begun.

mod checker;
mod client;
mod convert;
mod folders;
mod greeting;
mod host;
mod inbox;
mod payload;
mod publication;
mod requests;
mod wire;

use std::{collections::BTreeMap, io, sync::Arc};

use crossbeam_channel::{Receiver, select};
use lsp_server::{ErrorCode, Notification, Request};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, MessageType, PublishDiagnosticsParams, ShowMessageParams, Uri,
    notification::{self, Notification as _},
    request::{Initialize, RegisterCapability, Request as _, Shutdown},
};
use relance_diagnostics::{Diagnostic, Text};
use serde::{Serialize, de::DeserializeOwned};

pub use host::{Host, Settings, Wishes};

use self::{
    checker::{Checker, Found, Job},
    client::Client,
    folders::Folders,
    inbox::Inbox,
    payload::Refused,
    wire::{Incoming, Wire},
};
use crate::{Document, Position};

/// Why the server stopped before it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The client said `exit` without `shutdown` before.
    #[error("the client left without `shutdown`")]
    NoShutdown,
    /// The client went away without a word.
    #[error("the client is gone")]
    Gone,
    /// A message cannot be written.
    #[error("{0}")]
    Message(#[from] serde_json::Error),
    /// The thread that checks is gone, which is our mistake.
    #[error("a check broke off")]
    CheckBrokeOff,
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl ServeError {
    /// The same for people.
    pub fn text(&self) -> Text {
        match self {
            ServeError::NoShutdown => Text::fixed(
                "the client left without `shutdown`",
                "le client est parti sans `shutdown`",
            ),
            ServeError::Gone => Text::fixed("the client is gone", "le client a disparu"),
            ServeError::Message(error) => Text::new(error.to_string(), error.to_string()),
            ServeError::CheckBrokeOff => {
                Text::fixed("a check broke off", "une vérification s'est interrompue")
            }
            ServeError::Io(error) => Text::new(error.to_string(), error.to_string()),
        }
    }
}

/// Serves one client on standard input and output, until it says goodbye.
pub fn serve(host: Arc<dyn Host>) -> Result<(), ServeError> {
    let (wire, incoming) = Wire::stdio();
    let done = converse(&wire, incoming, host);
    let written = wire.close();
    done.and_then(|()| Ok(written?))
}

fn converse(
    wire: &Wire,
    incoming: Receiver<Incoming>,
    host: Arc<dyn Host>,
) -> Result<(), ServeError> {
    let mut inbox = Inbox::new(incoming);
    let (client, folders) = greeting::greet(wire, &mut inbox, host.as_ref())?;
    let checker = Checker::start(client.language);
    let mut server = Server {
        wire,
        host,
        client,
        folders,
        checker,
        documents: BTreeMap::new(),
        asked: 0,
        said_goodbye: false,
    };
    server.run(inbox)
}

/// A document that is open in the client.
struct Open {
    document: Document,
    settings: Arc<Settings>,
    /// Whether it changed since its last check was asked for.
    is_unchecked: bool,
    /// What the last check found, and in which version.
    findings: Option<(i32, Vec<Diagnostic>)>,
}

struct Server<'w> {
    wire: &'w Wire,
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
    fn run(&mut self, mut inbox: Inbox) -> Result<(), ServeError> {
        loop {
            while let Some(message) = inbox.next() {
                if let Next::Exit = self.take(message, &inbox)? {
                    return if self.said_goodbye { Ok(()) } else { Err(ServeError::NoShutdown) };
                }
            }
            if inbox.is_closed() {
                return if self.said_goodbye { Ok(()) } else { Err(ServeError::Gone) };
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

    fn take(&mut self, message: Incoming, inbox: &Inbox) -> Result<Next, ServeError> {
        match message {
            Incoming::Request(request) if self.said_goodbye => {
                self.refuse(&request, "the server is shutting down")?;
            }
            Incoming::Request(request) if request.method == Shutdown::METHOD => {
                self.said_goodbye = true;
                self.wire.say(payload::answer(&request.id, b"null")?)?;
            }
            Incoming::Request(request) if request.method == Initialize::METHOD => {
                self.refuse(&request, "the server has been initialized already")?;
            }
            Incoming::Request(request) => {
                let is_cancelled = inbox.is_cancelled(&request.id);
                self.wire.say(self.answer(request, is_cancelled)?)?;
            }
            Incoming::Notification(notification) => {
                if notification.method == notification::Exit::METHOD {
                    return Ok(Next::Exit);
                }
                if !self.said_goodbye {
                    self.note(notification)?;
                }
            }
            // The client's answers to what it was told need no answer.
            Incoming::Answer => {}
            Incoming::Unreadable(refused) => self.wire.say(payload::refusal(None, &refused)?)?,
            Incoming::Broken(error) => return Err(error.into()),
        }
        Ok(Next::More)
    }

    fn refuse(&self, request: &Request, why: &str) -> Result<(), ServeError> {
        let refused = Refused::new(ErrorCode::InvalidRequest, why);
        self.wire.say(payload::refusal(Some(&request.id), &refused)?)
    }

    /// Takes note of what the client says. What cannot be understood is passed over, as the protocol wants.
    fn note(&mut self, notification: Notification) -> Result<(), ServeError> {
        match notification.method.as_str() {
            notification::Initialized::METHOD => self.begin()?,
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
                    let params = PublishDiagnosticsParams::new(text_document.uri, Vec::new(), None);
                    self.notify(notification::PublishDiagnostics::METHOD, params)?;
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

    /// Tells what was wrong with the client's options, and asks to hear of changes.
    fn begin(&mut self) -> Result<(), ServeError> {
        for problem in std::mem::take(&mut self.client.problems) {
            self.show(MessageType::WARNING, &problem)?;
        }
        if let Some(watch) = self.client.watch_configuration(&self.folders) {
            self.asked += 1;
            self.wire.say(payload::request(self.asked, RegisterCapability::METHOD, watch)?)?;
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
        let Found { uri, version, settings, findings, told } = found;
        let Some(open) = self.documents.get_mut(&uri) else { return Ok(()) };
        let is_newest =
            open.document.version() == version && Arc::ptr_eq(&open.settings, &settings);
        if !is_newest || self.said_goodbye {
            return Ok(());
        }
        self.wire.say(told?)?;
        open.findings = Some((version, findings));
        Ok(())
    }

    /// Tells the person at the editor.
    fn show(&self, typ: MessageType, text: &Text) -> Result<(), ServeError> {
        let message = text.to(self.client.language).to_owned();
        self.notify(notification::ShowMessage::METHOD, ShowMessageParams { typ, message })
    }

    fn notify(&self, method: &str, params: impl Serialize) -> Result<(), ServeError> {
        self.wire.say(payload::notification(method, params)?)
    }
}

/// The check of a document as it stands.
fn job(uri: &Uri, open: &Open) -> Job {
    Job {
        uri: uri.clone(),
        version: open.document.version(),
        text: open.document.text().to_owned(),
        lines: open.document.lines().clone(),
        settings: Arc::clone(&open.settings),
    }
}

fn understood<P: DeserializeOwned>(notification: Notification) -> Option<P> {
    serde_json::from_value(notification.params).ok()
}
