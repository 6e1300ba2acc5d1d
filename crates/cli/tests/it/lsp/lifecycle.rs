//! Conversations told in files: what the client says, byte by byte where that counts, what the server must answer, and the exit
//! code. A step `server` holds what must be in the answer; nothing else may be said.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    process::{Command, Stdio},
    sync::mpsc::channel,
    thread,
};

use serde::Deserialize;
use serde_json::Value;

use super::client::PATIENCE;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    conversation: Vec<Turn>,
    exit: i32,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Turn {
    /// The client sends a message.
    Client(serde_json::Map<String, Value>),
    /// The client sends that as it is.
    Bytes(String),
    /// The server sends a message that holds that.
    Server(Value),
}

#[test]
fn a_conversation_goes_as_the_protocol_wants() {
    insta::glob!("../../../../../fixtures/lsp", "lifecycle/*.json", |path| {
        let case: Case = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        hold(case);
    });
}

fn hold(case: Case) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_relance"))
        .args(["--lang", "en", "lsp"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = server.stdin.take().unwrap();
    let mut output = BufReader::new(server.stdout.take().unwrap());
    let (heard, said) = channel();
    thread::spawn(move || {
        while let Some(message) = read(&mut output) {
            heard.send(message).unwrap();
        }
    });
    for turn in case.conversation {
        match turn {
            Turn::Client(mut message) => {
                message.insert("jsonrpc".to_owned(), "2.0".into());
                let body = Value::Object(message).to_string();
                send(&mut input, &format!("Content-Length: {}\r\n\r\n{body}", body.len()));
            }
            Turn::Bytes(bytes) => send(&mut input, &bytes),
            Turn::Server(wanted) => {
                let message: Value =
                    said.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("never said: {wanted}"));
                assert_eq!(message["jsonrpc"], "2.0", "{message}");
                assert!(holds(&message, &wanted), "{message}\ndoes not hold\n{wanted}");
            }
        }
    }
    drop(input);
    assert_eq!(server.wait().unwrap().code(), Some(case.exit));
    assert_eq!(said.iter().collect::<Vec<_>>(), [Value::Null; 0], "nobody asked for that");
}

/// A server that has left already hears nothing, which is none of our mistakes.
fn send(input: &mut impl Write, bytes: &str) {
    match input.write_all(bytes.as_bytes()).and_then(|()| input.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        sent => sent.unwrap(),
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut header = String::new();
    while !header.ends_with("\r\n\r\n") {
        if output.read_line(&mut header).unwrap() == 0 {
            assert_eq!(header, "", "the server ends within a message");
            return None;
        }
    }
    let length = header.strip_prefix("Content-Length: ").unwrap().trim().parse().unwrap();
    let mut body = vec![0; length];
    output.read_exact(&mut body).unwrap();
    Some(serde_json::from_slice(&body).unwrap())
}

fn holds(message: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::Object(wanted) => {
            wanted.iter().all(|(key, wanted)| message.get(key).is_some_and(|it| holds(it, wanted)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            message == wanted
        }
    }
}
