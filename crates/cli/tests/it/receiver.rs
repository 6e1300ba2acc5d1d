//! A service on this machine that answers as it was told, and keeps what it heard.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// What the service does with a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// A status, and a body of JSON.
    Status(u16, &'static str),
    /// The same, after so many milliseconds.
    Late(u64, u16, &'static str),
    /// Nothing: the connection stays open.
    Silence,
}

/// A service on a port of its own. It ends with the test.
pub(crate) struct Receiver {
    pub(crate) port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    keys: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    /// Answers request after request; the last answer serves for all that follow.
    pub(crate) fn new(answers: &[Answer]) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let keys = Arc::new(Mutex::new(Vec::new()));
        let receiver = Receiver { port, heard: Arc::clone(&heard), keys: Arc::clone(&keys) };
        let answers = answers.to_vec();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (heard, keys) = (Arc::clone(&heard), Arc::clone(&keys));
                let answers = answers.clone();
                // A client that goes away is no failure of the service.
                thread::spawn(move || drop(serve(stream.unwrap(), &heard, &keys, &answers)));
            }
        });
        receiver
    }

    /// Waits until it has heard so many requests.
    pub(crate) fn wait_for(&self, requests: usize) {
        let start = Instant::now();
        while self.heard.lock().unwrap().len() < requests {
            assert!(start.elapsed() < Duration::from_secs(20), "nobody called");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The idempotency keys of these requests.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.keys.lock().unwrap().clone()
    }

    /// The requests that it heard: method, path and body.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn serve(
    stream: TcpStream,
    heard: &Mutex<Vec<String>>,
    keys: &Mutex<Vec<String>>,
    answers: &[Answer],
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            let header = header.trim().to_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if let Some(key) = header.strip_prefix("idempotency-key:") {
                keys.lock().unwrap().push(key.trim().to_owned());
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let request = first.replace("HTTP/1.1", "").trim().to_owned();
        let count = {
            let mut heard = heard.lock().unwrap();
            heard.push(format!("{request} {}", String::from_utf8_lossy(&body)).trim().to_owned());
            heard.len()
        };
        let (status, body) = match answers.get(count - 1).or(answers.last()).unwrap() {
            Answer::Status(status, body) => (status, body),
            Answer::Late(wait, status, body) => {
                thread::sleep(Duration::from_millis(*wait));
                (status, body)
            }
            Answer::Silence => {
                thread::sleep(Duration::from_mins(1));
                continue;
            }
        };
        write!(
            stream,
            "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )?;
    }
}
