//! Everything that is said leaves here: results on standard output, troubles on standard error.
//!
//! Colours are for terminals that want them (`NO_COLOR` and its kin are heard). Whoever reads may stop reading: what is left to
//! say is then dropped in silence, and the command ends as it would have.

use std::{
    io::{self, ErrorKind, IsTerminal, Write},
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use anstream::{AutoStream, ColorChoice};
use relance_diagnostics::{
    Language, Text,
    render::{Style, clean},
};
use serde::Serialize;

use crate::trouble::{Exit, Trouble};

/// Where results and troubles go, and how they look.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) language: Language,
    /// Whether standard output is a terminal.
    pub(crate) terminal: bool,
    /// Whether it shows colours.
    pub(crate) colours: bool,
    /// How many columns it has.
    pub(crate) width: usize,
    /// Whether somebody may still be reading.
    open: AtomicBool,
    /// What could not be written while nobody could be told.
    missed: OnceLock<Trouble>,
}

/// As wide as text is pleasant to read, however wide the terminal.
const WIDEST: usize = 120;

/// Where nobody says how wide: files and pipes.
const USUAL: usize = 100;

const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[1;31m";
const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const CYAN: &str = "\u{1b}[36m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// How a few words look in a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    Strong,
    Good,
    Bad,
    Doubtful,
    Name,
    Faint,
}

impl Output {
    pub(crate) fn new(language: Language) -> Output {
        let colours = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        let width = terminal_size::terminal_size()
            .map_or(USUAL, |(width, _)| usize::from(width.0).clamp(40, WIDEST));
        Output {
            language,
            terminal: io::stdout().is_terminal(),
            colours,
            width,
            open: AtomicBool::new(true),
            missed: OnceLock::new(),
        }
    }

    /// How findings look here.
    pub(crate) fn style(&self) -> Style {
        let style = if self.colours { Style::colour() } else { Style::plain() };
        style.width(self.width)
    }

    /// How findings look on standard error.
    pub(crate) fn style_for_notes(&self) -> Style {
        match AutoStream::choice(&io::stderr()) {
            ColorChoice::Never => Style::plain(),
            ColorChoice::Auto | ColorChoice::AlwaysAnsi | ColorChoice::Always => Style::colour(),
        }
        .width(self.width)
    }

    /// The sentence in the language of this output.
    pub(crate) fn say<'t>(&self, text: &'t Text) -> &'t str {
        text.to(self.language)
    }

    /// A few words for standard output, painted where that shows.
    pub(crate) fn paint(&self, paint: Paint, text: &str) -> String {
        if self.colours { painted(paint, text) } else { text.to_owned() }
    }

    /// Writes a result.
    pub(crate) fn print(&self, text: &str) -> Result<(), Trouble> {
        self.print_bytes(text.as_bytes())
    }

    /// Writes a result that need not be text.
    pub(crate) fn print_bytes(&self, bytes: &[u8]) -> Result<(), Trouble> {
        if !self.open.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.open.store(false, Ordering::Relaxed);
                Ok(())
            }
            other => other.map_err(|error| {
                Trouble::unusable(Text::new(
                    format!("the output cannot be written: {error}"),
                    format!("la sortie ne peut pas être écrite : {error}"),
                ))
            }),
        }
    }

    /// Writes a result for programs: one JSON value on one line.
    pub(crate) fn print_json(&self, value: &impl Serialize) -> Result<(), Trouble> {
        let text = serde_json::to_string(value).map_err(|error| {
            Trouble::unusable(Text::new(
                format!("the result cannot be written as JSON: {error}"),
                format!("le résultat ne peut pas être écrit en JSON : {error}"),
            ))
        })?;
        self.print(&(text + "\n"))
    }

    /// Keeps a trouble of somebody who must go on: the command tells it when it ends.
    pub(crate) fn keep(&self, done: Result<(), Trouble>) {
        if let Err(trouble) = done {
            // The first says enough.
            drop(self.missed.set(trouble));
        }
    }

    /// How the command ends: what was kept is told now.
    pub(crate) fn end(&self, done: Result<Exit, Trouble>) -> Exit {
        match (done, self.missed.get()) {
            (Err(trouble), _) => self.complain(&trouble),
            (Ok(_), Some(trouble)) => self.complain(trouble),
            (Ok(exit), None) => exit,
        }
    }

    /// Says what kept the command from its work, and gives its exit code.
    pub(crate) fn complain(&self, trouble: &Trouble) -> Exit {
        let (word, colon) = (self.say(&ERROR), self.say(&COLON));
        let message = clean(self.say(&trouble.message));
        let mut text =
            painted(Paint::Bad, word) + &painted(Paint::Strong, &format!("{colon}{message}"));
        text.push('\n');
        for help in &trouble.help {
            let (word, help) = (self.say(&HELP), self.say(help));
            let help: Vec<_> = help.lines().map(clean).collect();
            push_line(&mut text, &format!("  = {word}{colon}{}", help.join("\n    ")));
        }
        note(&text);
        trouble.exit
    }
}

static ERROR: Text = Text::fixed("error", "erreur");
/// What stands between a word and what it announces.
pub(crate) static COLON: Text = Text::fixed(": ", " : ");
pub(crate) static HELP: Text = Text::fixed("help", "aide");

/// Says on standard error what is not a result. If it cannot be written, nobody can be told.
pub(crate) fn note(text: &str) {
    drop(anstream::stderr().lock().write_all(text.as_bytes()));
}

/// Adds a line.
pub(crate) fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// A few words with their colour, for where colours are taken away again if they do not show.
pub(crate) fn painted(paint: Paint, text: &str) -> String {
    let start = match paint {
        Paint::Strong => BOLD,
        Paint::Good => GREEN,
        Paint::Bad => RED,
        Paint::Doubtful => YELLOW,
        Paint::Name => CYAN,
        Paint::Faint => DIM,
    };
    format!("{start}{text}{RESET}")
}
