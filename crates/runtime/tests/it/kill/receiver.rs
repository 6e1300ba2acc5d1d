//! The outside world in a process of its own: it answers by the story's script and remembers what it received.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, ChildStdout},
    sync::Arc,
};

use relance_runtime::simulation::{Received, Scripted, VirtualClock};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::story::{RUN, Story};

const PART: &str = "RELANCE_TEST_RECEIVER";

/// What a receiver is told; each has one line as its answer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Told {
    /// A story begins.
    Open(String),
    /// Answers after these were lost.
    Rewind(String, usize),
    /// What was received?
    Received,
    /// A call: its key and what it asks.
    Call(String, Value),
}

/// A receiver that was started; it ends with this.
pub(super) struct Receiver {
    child: Child,
    port: String,
    /// Kept open: a test that runs for long says so, and would end if nobody could hear it.
    _output: BufReader<ChildStdout>,
}

impl Receiver {
    pub(super) fn start() -> Receiver {
        let mut child = super::again("kill::receiver::process").env(PART, "1").spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("port ") {
            line.clear();
            assert!(output.read_line(&mut line).unwrap() > 0, "the receiver did not start");
        }
        let port = line.trim_start_matches("port ").trim().to_owned();
        Receiver { child, port, _output: output }
    }

    pub(super) fn port(&self) -> &str {
        &self.port
    }

    pub(super) fn open(&self, story: &str) {
        tell(&self.port, &Told::Open(story.to_owned()));
    }

    pub(super) fn rewind(&self, block: &str, given: usize) {
        tell(&self.port, &Told::Rewind(block.to_owned(), given));
    }

    pub(super) fn received(&self) -> Vec<Received> {
        serde_json::from_value(tell(&self.port, &Told::Received)).unwrap()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Tells the receiver something, and gives its answer.
pub(super) fn tell(port: &str, told: &Told) -> Value {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port.parse().unwrap())).unwrap();
    writeln!(stream, "{}", serde_json::to_string(told).unwrap()).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap()
}

/// The part itself; without its variable it has nothing to do.
#[test]
fn process() {
    if env::var_os(PART).is_none() {
        return;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut out = std::io::stdout();
    writeln!(out, "\nport {}", listener.local_addr().unwrap().port()).unwrap();
    out.flush().unwrap();
    let mut scripted = None;
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let mut line = String::new();
        BufReader::new(stream.try_clone().unwrap()).read_line(&mut line).unwrap();
        let answer = match serde_json::from_str(&line) {
            Ok(told) => answer(&mut scripted, told),
            // Killed before the line was whole: nothing was received.
            Err(_) => continue,
        };
        // Whoever asked may have been killed since.
        drop(writeln!(stream, "{answer}"));
    }
}

fn answer(scripted: &mut Option<Scripted>, told: Told) -> Value {
    if let Told::Open(name) = told {
        let story = Story::named(&name);
        let blocks = story.blocks();
        let clock = Arc::new(VirtualClock::new(jiff::Timestamp::UNIX_EPOCH));
        let blocks = blocks.iter().map(String::as_str);
        *scripted = Some(Scripted::new(clock, 0, RUN, blocks, story.answers));
        return Value::Null;
    }
    let scripted = scripted.as_ref().unwrap();
    match told {
        Told::Open(_) => Value::Null,
        Told::Rewind(block, given) => {
            scripted.rewind(&block, given);
            Value::Null
        }
        Told::Received => serde_json::to_value(scripted.received()).unwrap(),
        Told::Call(key, request) => serde_json::to_value(scripted.ask(&key, request)).unwrap(),
    }
}
