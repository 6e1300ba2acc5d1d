//! A client of the language server: the program itself at the other end of two pipes, spoken to as an editor speaks.

use std::{
    io::{BufReader, BufWriter, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// Longer than any answer takes: a server that says nothing must not hang the test.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Client {
    child: Child,
    input: Option<BufWriter<ChildStdin>>,
    messages: Receiver<Message>,
    /// What the server said before it was asked.
    said: Vec<Message>,
    asked: i32,
    /// What the server offers.
    pub(crate) capabilities: Value,
}

/// What an editor can do that can do everything.
pub(crate) fn able() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "textDocument": {
            "completion": { "completionItem": { "snippetSupport": true } },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "definition": { "linkSupport": true },
            "codeAction": {
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix", "source"] } },
            },
        },
    })
}

impl Client {
    /// Starts a server in a folder, with those options and abilities of the client.
    pub(crate) fn start(folder: &Path, options: &Value, abilities: &Value) -> Client {
        Client::with_arguments(&["--lang", "en", "lsp", "--stdio"], folder, options, abilities)
    }

    pub(crate) fn with_arguments(
        arguments: &[&str],
        folder: &Path,
        options: &Value,
        abilities: &Value,
    ) -> Client {
        let mut child = Command::new(env!("CARGO_BIN_EXE_relance"))
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let input = BufWriter::new(child.stdin.take().unwrap());
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Ok(Some(message)) = Message::read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut client = Client {
            child,
            input: Some(input),
            messages,
            said: Vec::new(),
            asked: 0,
            capabilities: Value::Null,
        };
        let root = format!("file://{}", folder.canonicalize().unwrap().display());
        let params = json!({
            "processId": null,
            "rootUri": root,
            "workspaceFolders": [{ "uri": root, "name": "workspace" }],
            "capabilities": abilities,
            "initializationOptions": options,
        });
        let result = client.ask("initialize", params).unwrap();
        client.capabilities = result["capabilities"].clone();
        client.tell("initialized", json!({}));
        client
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let id = self.begin(method, params);
        self.answer(&id)
    }

    /// Sends a request.
    pub(crate) fn begin(&mut self, method: &str, params: Value) -> RequestId {
        self.asked += 1;
        let id = RequestId::from(self.asked);
        self.send(&Message::Request(Request::new(id.clone(), method.to_owned(), params)));
        id
    }

    /// Waits for an answer.
    pub(crate) fn answer(&mut self, wanted: &RequestId) -> Result<Value, String> {
        loop {
            let message = self.next();
            if let Message::Response(Response { id, response_result }) = &message
                && id == wanted
            {
                return response_result
                    .clone()
                    .map_err(|error| format!("{}: {}", error.code, error.message));
            }
            self.said.push(message);
        }
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        self.send(&Message::Notification(Notification::new(method.to_owned(), params)));
    }

    /// Opens a document and gives what is found in it.
    pub(crate) fn open(&mut self, uri: &str, text: &str) -> Value {
        let document = json!({ "uri": uri, "languageId": "json", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
        self.findings(uri, 1)
    }

    /// Changes a stretch of a document.
    pub(crate) fn change(&mut self, uri: &str, version: i32, range: &Value, text: &str) {
        let change = if range.is_null() {
            json!({ "text": text })
        } else {
            json!({ "range": range, "text": text })
        };
        let document = json!({ "uri": uri, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        self.tell("textDocument/didChange", params);
    }

    /// Waits for what is found in that version of a document.
    pub(crate) fn findings(&mut self, uri: &str, version: i32) -> Value {
        let is_it = |params: &Value| params["uri"] == *uri && params["version"] == version;
        self.hear("textDocument/publishDiagnostics", is_it)["diagnostics"].clone()
    }

    /// Waits for the server to say something.
    pub(crate) fn hear(&mut self, method: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let wanted = |message: &Message| match message {
            Message::Notification(it) if it.method == method && is_it(&it.params) => {
                Some(it.params.clone())
            }
            Message::Request(it) if it.method == method && is_it(&it.params) => {
                Some(it.params.clone())
            }
            Message::Request(_) | Message::Response(_) | Message::Notification(_) => None,
        };
        if let Some(place) = self.said.iter().position(|it| wanted(it).is_some()) {
            return wanted(&self.said.remove(place)).unwrap();
        }
        loop {
            let message = self.next();
            match wanted(&message) {
                Some(params) => return params,
                None => self.said.push(message),
            }
        }
    }

    /// Ends the conversation as the protocol wants it, and gives the exit code.
    pub(crate) fn end(mut self) -> Option<i32> {
        self.ask("shutdown", Value::Null).unwrap();
        self.exit()
    }

    /// Leaves, and gives the exit code.
    pub(crate) fn exit(mut self) -> Option<i32> {
        self.tell("exit", Value::Null);
        self.input = None;
        self.child.wait().unwrap().code()
    }

    fn next(&mut self) -> Message {
        self.messages.recv_timeout(PATIENCE).expect("the server says nothing more")
    }

    fn send(&mut self, message: &Message) {
        let input = self.input.as_mut().unwrap();
        message.write(input).unwrap();
        input.flush().unwrap();
    }
}
