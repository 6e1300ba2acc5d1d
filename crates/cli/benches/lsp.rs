//! What an editor feels: how long a keystroke takes until its findings are shown, and a completion until it is offered.
//!
//! The program itself is spoken to over its pipes, with a large graph open. Single characters are typed at random places, inside
//! JSON in text too, and taken back. Run it with `cargo bench --package relance-cli --bench lsp`; `-- 1000` measures graphs of that
//! size alone.
//!
//! Beside the time on the clock, which a busy machine lengthens, stands the time that the server itself was at work.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints what it measured, and stops when it cannot measure"
)]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
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
use serde::Deserialize;
use serde_json::{Value, json};

const URI: &str = "file:///graph.json";

/// How many keystrokes are measured.
const KEYSTROKES: usize = 2_000;

/// What is typed: most of it breaks the document.
const KEYS: [&str; 12] = ["a", "é", "😀", "\"", "{", "}", ",", ":", "\\", "7", " ", "\n"];

/// How long something took.
#[derive(Clone, Copy)]
struct Took {
    /// On the clock.
    wall: Duration,
    /// At work, in all threads of the server.
    work: Duration,
}

fn main() {
    println!(
        "{:>7} {:>10}  {:<28} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9}",
        "blocks", "bytes", "what", "p50 ms", "p90 ms", "p99 ms", "most", "work p50", "work p99"
    );
    let wanted: Vec<usize> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    for blocks in [100, 1_000, 5_000] {
        if !wanted.is_empty() && !wanted.contains(&blocks) {
            continue;
        }
        for quality in [Quality::Clean, Quality::EveryBlockWrong] {
            let text = graph(blocks, quality);
            let size = text.len();
            let mut editor = Editor::open(&text);
            let keystrokes = if blocks > 1_000 { KEYSTROKES / 8 } else { KEYSTROKES };
            let quality = if quality == Quality::Clean { "right" } else { "wrong" };
            let (findings, completions) = editor.type_and_take_back(keystrokes);
            show(blocks, size, &format!("findings, all {quality}"), &findings);
            show(blocks, size, &format!("completion, all {quality}"), &completions);
            let storm = editor.storm(keystrokes / 20);
            show(blocks, size, &format!("completion in a storm, {quality}"), &storm);
            editor.close();
        }
    }
}

fn show(blocks: usize, size: usize, what: &str, took: &[Took]) {
    let sorted = |time: fn(&Took) -> Duration| {
        let mut times: Vec<Duration> = took.iter().map(time).collect();
        times.sort_unstable();
        times
    };
    let at = |times: &[Duration], share: usize| {
        let place = (times.len() * share / 100).min(times.len().saturating_sub(1));
        times.get(place).copied().unwrap_or_default().as_secs_f64() * 1_000.0
    };
    let (wall, work) = (sorted(|it| it.wall), sorted(|it| it.work));
    println!(
        "{blocks:>7} {size:>10}  {what:<28} {:>8.2} {:>8.2} {:>8.2} {:>8.2} {:>9.2} {:>9.2}",
        at(&wall, 50),
        at(&wall, 90),
        at(&wall, 99),
        at(&wall, 100),
        at(&work, 50),
        at(&work, 99),
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
    fn type_and_take_back(&mut self, keystrokes: usize) -> (Vec<Took>, Vec<Took>) {
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
    fn storm(&mut self, times: usize) -> Vec<Took> {
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

    fn timed_change(&mut self, span: Span, text: &str) -> Took {
        self.timed(|editor| {
            editor.change(span, text);
            editor.wait_for_findings();
        })
    }

    fn timed_completion(&mut self, offset: usize) -> Took {
        let position = place(self.document.range(Span::at(offset)).start);
        let params = json!({ "textDocument": { "uri": URI }, "position": position });
        self.timed(|editor| {
            let id = editor.ask("textDocument/completion", params);
            editor.wait_for_answer(&id);
        })
    }

    fn timed(&mut self, act: impl FnOnce(&mut Editor)) -> Took {
        let (begun, start) = (self.work(), Instant::now());
        act(self);
        let wall = start.elapsed();
        Took { wall, work: self.work().saturating_sub(begun) }
    }

    /// How long the server has been at work since it was started, where the system tells.
    fn work(&self) -> Duration {
        let Ok(threads) = fs::read_dir(format!("/proc/{}/task", self.child.id())) else {
            return Duration::ZERO;
        };
        let told =
            threads.filter_map(|it| fs::read_to_string(it.ok()?.path().join("schedstat")).ok());
        told.filter_map(|it| it.split(' ').next()?.parse().ok().map(Duration::from_nanos)).sum()
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
        while self.hear().id.as_ref() != Some(wanted) {}
    }

    /// Waits for the findings of the newest state.
    fn wait_for_findings(&mut self) {
        while self.hear().params.version != Some(self.version) {}
    }

    /// The next message: all of its bytes, and what of it counts here. What an editor makes of it is not the server's time.
    fn hear(&mut self) -> Heard {
        let mut header = String::new();
        while !header.ends_with("\r\n\r\n") {
            assert_ne!(self.output.read_line(&mut header).unwrap(), 0, "the server is gone");
        }
        let length = header.strip_prefix("Content-Length: ").unwrap().trim().parse().unwrap();
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn close(mut self) {
        let id = self.ask("shutdown", Value::Null);
        self.wait_for_answer(&id);
        self.tell("exit", Value::Null);
        drop(self.input);
        assert!(self.child.wait().unwrap().success());
    }
}

/// What counts in a message.
#[derive(Deserialize)]
struct Heard {
    id: Option<RequestId>,
    #[serde(default)]
    params: HeardParams,
}

#[derive(Deserialize, Default)]
struct HeardParams {
    version: Option<i32>,
}

fn place(position: Position) -> Value {
    json!({ "line": position.line, "character": position.character })
}
