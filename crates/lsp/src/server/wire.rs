//! The two ends of the conversation: one thread that reads messages, one that writes them.
//!
//! A message that cannot be understood is told from those that can, and the next one is read all the same: the header says where
//! it begins. Only where the header itself cannot be read is there no going on.

use std::{
    io::{self, BufRead, Read as _, Write},
    thread::{self, JoinHandle},
};

use crossbeam_channel::{Receiver, Sender, bounded};
use lsp_server::{ErrorCode, Notification, Request, RequestId};
use serde::Deserialize;
use serde_json::{Value, error::Category};

use super::{
    ServeError,
    payload::{Payload, Refused},
};

/// A longer message is refused before it is read: the largest document, were each of its bytes escaped, is shorter.
const LONGEST: u64 = 128 << 20;

/// How many messages may wait for a client that reads none. Then the server waits, too.
const WAITING: usize = 32;

/// What came from the client.
#[derive(Debug)]
pub(super) enum Incoming {
    /// Something that wants an answer.
    Request(Request),
    /// Something to take note of.
    Notification(Notification),
    /// An answer to something that was asked.
    Answer,
    /// Something that is none of the protocol's messages, and why it is refused.
    Unreadable(Refused),
    /// Nothing more that could be read.
    Broken(io::Error),
}

impl From<io::Error> for Incoming {
    fn from(error: io::Error) -> Incoming {
        Incoming::Broken(error)
    }
}

/// A conversation.
pub(super) struct Wire {
    outgoing: Sender<Payload>,
    writer: JoinHandle<io::Result<()>>,
}

impl Wire {
    /// Talks on standard input and output: the way out, and what comes in until the client has nothing more to say.
    pub(super) fn stdio() -> (Wire, Receiver<Incoming>) {
        let (heard, incoming) = bounded(0);
        // It may wait for a client that has nothing more to say: nobody waits for it, and the process ends without it.
        thread::spawn(move || {
            let mut input = io::stdin().lock();
            while let Some(message) = read(&mut input).unwrap_or_else(|error| Some(error.into())) {
                let is_last = matches!(message, Incoming::Broken(_));
                if heard.send(message).is_err() || is_last {
                    return;
                }
            }
        });
        let (outgoing, said) = bounded::<Payload>(WAITING);
        let writer = thread::spawn(move || {
            let mut output = io::stdout().lock();
            said.into_iter().try_for_each(|payload| write(&mut output, &payload))
        });
        (Wire { outgoing, writer }, incoming)
    }

    /// Says something.
    pub(super) fn say(&self, payload: Payload) -> Result<(), ServeError> {
        self.outgoing.send(payload).map_err(|_| ServeError::Gone)
    }

    /// Waits until everything that was said is written.
    pub(super) fn close(self) -> io::Result<()> {
        let Wire { outgoing, writer } = self;
        drop(outgoing);
        writer.join().unwrap_or_else(|_| Err(io::Error::other("the thread that writes broke off")))
    }
}

/// The next message; none at the end.
fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let Some(length) = read_header(input)? else { return Ok(None) };
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(understand(&body)))
}

/// How long the message is that a header announces; none at the end.
fn read_header(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let broken = |problem: String| io::Error::new(io::ErrorKind::InvalidData, problem);
    let mut length = None;
    let mut is_first = true;
    loop {
        let mut line = Vec::new();
        // A line of a header is short. What goes on and on is none.
        input.by_ref().take(4096).read_until(b'\n', &mut line)?;
        if line.is_empty() && is_first {
            return Ok(None);
        }
        is_first = false;
        let line = String::from_utf8_lossy(&line);
        let Some(line) = line.strip_suffix('\n') else {
            return Err(broken(format!("the header ends within a line: {line:?}")));
        };
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else {
            return Err(broken(format!("this is no line of a header: {line:?}")));
        };
        if name.trim().eq_ignore_ascii_case("Content-Length") {
            let value = value.trim();
            length = value.parse().ok().filter(|it| *it <= LONGEST);
            if length.is_none() {
                return Err(broken(format!("this is no length of a message: {value:?}")));
            }
        }
    }
    length.map(Some).ok_or_else(|| broken("a header without `Content-Length`".to_owned()))
}

/// What any message may have.
#[derive(Deserialize)]
struct Envelope {
    id: Option<RequestId>,
    method: Option<String>,
    #[serde(default)]
    params: Value,
}

fn understand(body: &[u8]) -> Incoming {
    let Envelope { id, method, params } = match serde_json::from_slice(body) {
        Ok(envelope) => envelope,
        Err(error) => {
            let code = match error.classify() {
                Category::Data => ErrorCode::InvalidRequest,
                Category::Syntax | Category::Eof | Category::Io => ErrorCode::ParseError,
            };
            return Incoming::Unreadable(Refused::new(code, error.to_string()));
        }
    };
    match (id, method) {
        (Some(id), Some(method)) => Incoming::Request(Request { id, method, params }),
        (None, Some(method)) => Incoming::Notification(Notification { method, params }),
        (Some(_), None) => Incoming::Answer,
        (None, None) => Incoming::Unreadable(Refused::new(
            ErrorCode::InvalidRequest,
            "a message has a `method`, an `id`, or both",
        )),
    }
}

fn write(output: &mut impl Write, payload: &[u8]) -> io::Result<()> {
    write!(output, "Content-Length: {}\r\n\r\n", payload.len())?;
    output.write_all(payload)?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::{Incoming, read};

    /// Everything that is read of those bytes, to the end.
    fn all(mut bytes: &[u8]) -> Vec<Incoming> {
        let mut messages = Vec::new();
        loop {
            match read(&mut bytes) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => return messages,
                Err(error) => {
                    messages.push(error.into());
                    return messages;
                }
            }
        }
    }

    fn framed(body: &[u8]) -> Vec<u8> {
        let mut bytes = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    fn is_goodbye(message: &Incoming) -> bool {
        matches!(message, Incoming::Notification(it) if it.method == "exit")
    }

    #[test]
    fn a_text_that_is_no_utf_8_is_refused_and_the_next_one_read() {
        let bytes = [framed(b"{\"method\":\"\xFF\"}"), framed(br#"{"method":"exit"}"#)].concat();
        let messages = all(&bytes);
        assert!(matches!(messages.as_slice(), [Incoming::Unreadable(_), last] if is_goodbye(last)));
    }

    #[test]
    fn a_line_of_a_header_has_an_end() {
        let messages = all(&vec![b'x'; 1 << 20]);
        assert!(matches!(messages.as_slice(), [Incoming::Broken(_)]));
    }

    proptest! {
        #[test]
        fn whatever_bytes_come_they_are_read_to_their_end(bytes in vec(any::<u8>(), 0..200)) {
            all(&bytes);
        }

        #[test]
        fn whatever_a_message_holds_the_next_one_is_read(body in vec(any::<u8>(), 0..200)) {
            let bytes = [framed(&body), framed(br#"{"method":"exit"}"#)].concat();
            let messages = all(&bytes);
            prop_assert_eq!(messages.len(), 2);
            prop_assert!(messages.last().is_some_and(is_goodbye));
        }
    }
}
