//! References: `{{ contact.first_name | default: 'vous' | upper }}`.
//!
//! ```text
//! text      = (literal | "{{{{" | slot)*          "{{{{" stands for "{{"
//! slot      = "{{" path ("|" filter)* "}}"
//! path      = root ("." name | "[" quoted "]")*     name = [A-Za-z0-9_-]+
//! filter    = "upper" | "lower" | "trim" | "default" ":" quoted | "date" ":" quoted
//! quoted    = "'" [^']* "'" | '"' [^"]* '"'
//! ```
//!
//! There are no calls, no arithmetic and no loops, and the parser does not recurse. What a path may name is the checker's
//! business; this file only knows the grammar.

use std::ops::Range;

/// A text with references in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    /// Literals and slots in order; no two literals stand side by side, and none is empty.
    pub parts: Vec<Part>,
}

/// A stretch of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text that stays.
    Literal(String),
    /// A value to be put in.
    Slot(Reference),
}

/// What stands between `{{` and `}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Which value.
    pub path: Path,
    /// What is done to it, in order.
    pub filters: Vec<Filter>,
    /// Where it stands in the text, braces included, in bytes.
    pub range: Range<usize>,
}

/// A path to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Its first word.
    pub root: Root,
    /// What follows, in order.
    pub segments: Vec<Segment>,
    /// Where the root's word stands.
    pub root_range: Range<usize>,
}

/// The values that a path may begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// The contact of the run.
    Contact,
    /// What earlier blocks gave.
    Blocks,
    /// The run itself.
    Run,
    /// Configured secrets.
    Secrets,
}

impl Root {
    /// Every root.
    pub const ALL: [Root; 4] = [Root::Contact, Root::Blocks, Root::Run, Root::Secrets];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Root::Contact => "contact",
            Root::Blocks => "blocks",
            Root::Run => "run",
            Root::Secrets => "secrets",
        }
    }
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The name.
    pub name: String,
    /// Where it stands, without the dot, with brackets.
    pub range: Range<usize>,
}

/// What may be done to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// In capitals.
    Upper,
    /// In small letters.
    Lower,
    /// Without white space at the ends.
    Trim,
    /// This text when the value is absent, null or a blank text.
    Default(String),
    /// A date in this `strftime` format.
    Date(String),
}

impl Filter {
    /// The names of all filters.
    pub const NAMES: [&'static str; 5] = ["upper", "lower", "trim", "default", "date"];
}

/// Why a text is not a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateMistake {
    /// What is wrong.
    pub kind: TemplateMistakeKind,
    /// Where, in bytes of the text.
    pub range: Range<usize>,
}

/// What is wrong with a reference's grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateMistakeKind {
    /// `{{` without `}}`.
    Unclosed,
    /// Nothing between the braces.
    Empty,
    /// The first word is not one of the roots.
    UnknownRoot(String),
    /// Not one of the filters.
    UnknownFilter(String),
    /// A filter with a text that it needs and lacks, or has and should not.
    FilterArgument(&'static str),
    /// Anything else that the grammar does not know, with what was expected, in words (English, French).
    Unexpected(&'static str, &'static str),
}
