//! Checks documents in a thread of its own, the newest state of each and no other.

use std::{collections::VecDeque, sync::Arc, thread};

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_types::Uri;
use relance_diagnostics::{Diagnostic, Language, Source, Span};
use relance_validator::check;

use super::{Settings, convert, payload::Payload, publication::publication};
use crate::Lines;

/// A state of a document to check.
pub(super) struct Job {
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) text: String,
    pub(super) lines: Lines,
    pub(super) settings: Arc<Settings>,
}

/// What was found in it.
pub(super) struct Found {
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) settings: Arc<Settings>,
    pub(super) findings: Vec<Diagnostic>,
    /// What tells the client.
    pub(super) told: Result<Payload, serde_json::Error>,
}

pub(super) struct Checker {
    jobs: Sender<Job>,
    results: Receiver<Found>,
}

impl Checker {
    /// Starts the thread, which speaks that language; it ends with this value.
    pub(super) fn start(language: Language) -> Checker {
        let (jobs, todo) = unbounded();
        let (done, results) = unbounded();
        thread::spawn(move || work(&todo, &done, language));
        Checker { jobs, results }
    }

    /// Asks for a check. One of an earlier state of the document that has not begun is dropped.
    pub(super) fn check(&self, job: Job) {
        // Should the thread be gone, the loop learns it from the results.
        drop(self.jobs.send(job));
    }

    pub(super) fn results(&self) -> &Receiver<Found> {
        &self.results
    }
}

fn work(todo: &Receiver<Job>, done: &Sender<Found>, language: Language) {
    let mut waiting: VecDeque<Job> = VecDeque::new();
    loop {
        if waiting.is_empty() {
            match todo.recv() {
                Ok(job) => waiting.push_back(job),
                Err(_) => return,
            }
        }
        for job in todo.try_iter() {
            waiting.retain(|earlier| earlier.uri != job.uri);
            waiting.push_back(job);
        }
        let Some(job) = waiting.pop_front() else { continue };
        let Job { uri, version, text, lines, settings } = job;
        // No finding says the name: the client knows which document it is.
        let source = Source::new("", text);
        let checked = check(&source, &settings.options);
        let findings = checked.diagnostics;
        let range = |span: Span| convert::place(lines.range(source.view(), span));
        let told = publication(&findings, &range, &uri, version, language);
        if done.send(Found { uri, version, settings, findings, told }).is_err() {
            return;
        }
    }
}

/// What is wrong with a text.
pub(super) fn findings(text: String, settings: &Settings) -> Vec<Diagnostic> {
    check(&Source::new("", text), &settings.options).diagnostics
}
