//! One finding.

use crate::{Span, Text};

/// How much a finding weighs. An error makes a document invalid; a warning never does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The document is invalid.
    Error,
    /// Probably not what the author wants.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The word on the wire and in a terminal.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }

    /// The word for people.
    pub fn word(self) -> Text {
        match self {
            Severity::Error => Text::fixed("error", "erreur"),
            Severity::Warning => Text::fixed("warning", "avertissement"),
            Severity::Info => Text::fixed("info", "info"),
        }
    }
}

/// One mistake (or doubt) in a document: everything that a person or a program needs to see it and mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The name of the mistake, in kebab-case. Never renamed, never reused.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// One short sentence that stands alone.
    pub message: Text,
    /// A few words under the caret, when they say more than the message.
    pub label: Option<Text>,
    /// JSON Pointer (RFC 6901) to the value, the key, or the object that lacks something.
    pub pointer: String,
    /// The block that it concerns.
    pub block: Option<Block>,
    /// The smallest wrong thing.
    pub span: Span,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// Ways out, each a sentence.
    pub help: Vec<Text>,
    /// Edits that mend it.
    pub fix: Option<Fix>,
}

/// The block that a finding concerns, as its author knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// `id` of the node.
    pub id: String,
    /// `data.label` of the node.
    pub label: Option<String>,
}

/// Another place that explains a finding: the first use of an id, the edges of a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What is there.
    pub message: Text,
}

/// Edits that mend a finding. Their spans do not overlap and stand in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words: "write it as text".
    pub title: Text,
    /// Whether it may be applied without a look.
    pub safety: Safety,
    /// The changes.
    pub edits: Vec<Edit>,
}

/// Whether a fix surely means what the author meant; the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// The meaning is certain.
    Safe,
    /// A guess: a person should look.
    Unsafe,
}

impl Safety {
    /// Safe when the meaning is certain, a guess when it is not.
    pub fn when(certain: bool) -> Safety {
        if certain { Safety::Safe } else { Safety::Unsafe }
    }

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
        }
    }
}

/// Put `text` in the place of `span`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}

impl Edit {
    /// A text after edits of it, which stand in order and apart.
    pub fn apply_all(edits: &[Edit], text: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        for edit in edits.iter().rev() {
            text.splice(edit.span.range(), edit.text.bytes());
        }
        text
    }
}
