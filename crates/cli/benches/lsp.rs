//! What an editor feels: how long a keystroke takes until its findings are shown, and a completion until it is offered.
//!
//! The program itself is spoken to over its pipes, with a large graph open. Single characters are typed at random places, inside
//! JSON in text too, and taken back. Run it with `cargo bench --package relance-cli --bench lsp`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints what it measured, and stops when it cannot measure"
)]

use std::{
    io::{BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use lsp_server::{Message, Notification, Request, RequestId};
use relance_diagnostics::Span;
use relance_lsp::{Document, Encoding, Position};
use relance_samples::{
    graph::{Quality, graph},
    random::Random,
};
use serde_json::{Value, json};

const URI: &str = "file:///graph.json";

/// How many keystrokes are measured.
const KEYSTROKES: usize = 2_000;

/// What is typed: most of it breaks the document.
const KEYS: [&str; 12] = ["a", "é", "😀", "\"", "{", "}", ",", ":", "\\", "7", " ", "\n"];

fn main() {
    println!(
        "{:>7} {:>10}  {:<28} {:>8} {:>8} {:>8} {:>8}",
        "blocks", "bytes", "what", "p50 ms", "p90 ms", "p99 ms", "most"
    );
    for blocks in [100, 1_000, 5_000] {
        for quality in [Quality::Clean, Quality::EveryBlockWrong] {
            let text = graph(blocks, quality);
            let size = text.len();
            let mut editor = Editor::open(&text);
            let keystrokes = if blocks > 1_000 { KEYSTROKES / 8 } else { KEYSTROKES };
            let quality = if quality == Quality::Clean { "right" } else { "wrong" };
            let (findings, completions) = editor.type_and_take_back(keystrokes);
            show(blocks, size, &format!("findings, all {quality}"), findings);
            show(blocks, size, &format!("completion, all {quality}"), completions);
            let storm = editor.storm(keystrokes / 20);
            show(blocks, size, &format!("completion in a storm, {quality}"), storm);
            editor.close();
        }
    }
}

fn show(blocks: usize, size: usize, what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| {
        let place = (times.len() * share / 100).min(times.len().saturating_sub(1));
        times.get(place).copied().unwrap_or_default().as_secs_f64() * 1_000.0
    };
    println!(
        "{blocks:>7} {size:>10}  {what:<28} {:>8.2} {:>8.2} {:>8.2} {:>8.2}",
        at(50),
        at(90),
        at(99),
        at(100)
    );
}

/// An editor with one document open.
struct Editor {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    document: Document,
    version: i32,
    asked: i32,
    random: Random,
}

impl Editor {
    fn open(text: &str) -> Editor {
        let mut child = Command::new(env!("CARGO_BIN_EXE_relance"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let document = Document::new(text.to_owned(), 1, Encoding::Utf16);
        let random = Random::new(1);
        let mut editor = Editor { child, input, output, document, version: 1, asked: 0, random };
        let id = editor.ask("initialize", json!({ "capabilities": {} }));
        editor.wait_for_answer(&id);
        editor.tell("initialized", json!({}));
        let item = json!({ "uri": URI, "languageId": "json", "version": 1, "text": text });
        editor.tell("textDocument/didOpen", json!({ "textDocument": item }));
        editor.wait_for_findings();
        editor
    }

    /// Types characters at random places and takes them back, waiting for the findings of each state, and for a completion.
    fn type_and_take_back(&mut self, keystrokes: usize) -> (Vec<Duration>, Vec<Duration>) {
        let (mut findings, mut completions) = (Vec::new(), Vec::new());
        for _ in 0..keystrokes / 2 {
            let start = self.somewhere();
            let key = *self.random.pick(&KEYS);
            findings.push(self.timed_change(Span::at(start), key));
            completions.push(self.timed_completion(start + key.len()));
            let typed = Span::new(start, start + key.len());
            findings.push(self.timed_change(typed, ""));
        }
        (findings, completions)
    }

    /// Types faster than anybody looks, then asks for a completion: how long it takes from the last key to the answer.
    fn storm(&mut self, times: usize) -> Vec<Duration> {
        let mut answers = Vec::new();
        for _ in 0..times {
            let start = self.somewhere();
            for _ in 0..20 {
                self.change(Span::at(start), "x");
            }
            answers.push(self.timed_completion(start + 20));
            self.change(Span::new(start, start + 20), "");
            self.wait_for_findings();
        }
        answers
    }

    fn somewhere(&mut self) -> usize {
        let text = self.document.text();
        text.floor_char_boundary(self.random.below(text.len()))
    }

    fn timed_change(&mut self, span: Span, text: &str) -> Duration {
        let start = Instant::now();
        self.change(span, text);
        self.wait_for_findings();
        start.elapsed()
    }

    fn timed_completion(&mut self, offset: usize) -> Duration {
        let position = place(self.document.range(Span::at(offset)).start);
        let start = Instant::now();
        let params = json!({ "textDocument": { "uri": URI }, "position": position });
        let id = self.ask("textDocument/completion", params);
        self.wait_for_answer(&id);
        start.elapsed()
    }

    fn change(&mut self, span: Span, text: &str) {
        let range = self.document.range(span);
        self.version += 1;
        let change = json!({
            "range": { "start": place(range.start), "end": place(range.end) },
            "text": text,
        });
        let document = json!({ "uri": URI, "version": self.version });
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [change] }),
        );
        self.document.replace(range, text);
    }

    fn ask(&mut self, method: &str, params: Value) -> RequestId {
        self.asked += 1;
        let id = RequestId::from(self.asked);
        self.send(&Message::Request(Request::new(id.clone(), method.to_owned(), params)));
        id
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&Message::Notification(Notification::new(method.to_owned(), params)));
    }

    fn send(&mut self, message: &Message) {
        message.write(&mut self.input).unwrap();
        self.input.flush().unwrap();
    }

    fn wait_for_answer(&mut self, wanted: &RequestId) {
        loop {
            let message = Message::read(&mut self.output).unwrap().unwrap();
            if matches!(&message, Message::Response(response) if response.id == *wanted) {
                return;
            }
        }
    }

    /// Waits for the findings of the newest state.
    fn wait_for_findings(&mut self) {
        let version = json!(self.version);
        loop {
            let message = Message::read(&mut self.output).unwrap().unwrap();
            if let Message::Notification(said) = message
                && said.method == "textDocument/publishDiagnostics"
                && said.params.get("version") == Some(&version)
            {
                return;
            }
        }
    }

    fn close(mut self) {
        let id = self.ask("shutdown", Value::Null);
        self.wait_for_answer(&id);
        self.tell("exit", Value::Null);
        drop(self.input);
        assert!(self.child.wait().unwrap().success());
    }
}

fn place(position: Position) -> Value {
    json!({ "line": position.line, "character": position.character })
}
