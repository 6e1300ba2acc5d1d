//! The outside world: it answers every call after a while, and counts how often it saw each key.

use std::{
    collections::BTreeMap,
    env,
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, ChildStdout, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use super::{Seen, again, line_with};

const ANSWER: &str = "RELANCE_TEST_ANSWER";

/// What is asked instead of a key to hear what was seen.
const WHAT: &str = "what?";

pub(super) struct Receiver {
    child: Child,
    port: String,
    /// Kept open: the harness writes to it when a test takes long, and ends when it cannot.
    _output: BufReader<ChildStdout>,
}

impl Receiver {
    pub(super) fn start(answer: Duration) -> Receiver {
        let mut command = again("workers::receiver::process");
        command.env(ANSWER, answer.as_millis().to_string()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (port, output) = line_with(&mut child, "port ");
        Receiver { child, port, _output: output }
    }

    pub(super) fn port(&self) -> &str {
        &self.port
    }

    pub(super) fn seen(&self) -> Seen {
        let mut stream =
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port.parse().unwrap())).unwrap();
        writeln!(stream, "{WHAT}").unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// How often a key was seen: now, in all, and most at once.
#[derive(Default)]
struct Count {
    now: u32,
    all: u32,
    most: u32,
}

/// The part itself; without its variable it has nothing to do.
#[test]
fn process() {
    let Some(answer) = env::var_os(ANSWER) else { return };
    let answer = Duration::from_millis(answer.to_str().unwrap().parse().unwrap());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut out = std::io::stdout();
    writeln!(out, "\nport {}", listener.local_addr().unwrap().port()).unwrap();
    out.flush().unwrap();
    let counts: Arc<Mutex<BTreeMap<String, Count>>> = Arc::default();
    for stream in listener.incoming() {
        let (stream, counts) = (stream.unwrap(), Arc::clone(&counts));
        // A caller that was killed is no failure of the service.
        thread::spawn(move || drop(serve(&stream, &counts, answer)));
    }
}

fn serve(
    mut stream: &TcpStream,
    counts: &Mutex<BTreeMap<String, Count>>,
    answer: Duration,
) -> std::io::Result<()> {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    let key = match line.strip_suffix('\n') {
        Some(WHAT) => {
            let counts = counts.lock().unwrap();
            let seen: Seen =
                counts.iter().map(|(key, it)| (key.clone(), (it.all, it.most))).collect();
            return writeln!(stream, "{}", serde_json::to_string(&seen).unwrap());
        }
        Some(key) => key.to_owned(),
        // Killed before the line was whole: nothing was received.
        None => return Ok(()),
    };
    {
        let mut counts = counts.lock().unwrap();
        let count = counts.entry(key.clone()).or_default();
        count.now += 1;
        count.all += 1;
        count.most = count.most.max(count.now);
    }
    thread::sleep(answer);
    counts.lock().unwrap().entry(key).or_default().now -= 1;
    writeln!(stream, "done")
}
