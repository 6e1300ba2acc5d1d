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
//! business; this file only knows the grammar. `{% … %}` is refused: whoever writes it expects statements, and there are none.

mod parse;

use std::ops::Range;

pub use parse::Parts;

/// A text with references in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    /// Literals and slots in order; no two literals stand side by side, and none is empty.
    pub parts: Vec<Part>,
}

impl Template {
    /// Parses a text. All its mistakes are told, one for each slot, and one for all statements.
    ///
    /// # Errors
    ///
    /// The mistakes, in order; there is at least one.
    pub fn parse(text: &str) -> Result<Template, Vec<TemplateMistake>> {
        parse::template(text)
    }

    /// The stretches of a text, one by one, as they stand in it: nothing is copied. Literals may stand side by side.
    pub fn parts(text: &str) -> Parts<'_> {
        Parts::of(text)
    }

    /// The references in a text, in order, as they stand in it.
    ///
    /// # Errors
    ///
    /// As [`Template::parse`].
    pub fn references_in(text: &str) -> Result<Vec<Reference<&str>>, Vec<TemplateMistake>> {
        parse::references(text)
    }

    /// The text, when it holds no reference.
    pub fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Its references, in order.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Slot(reference) => Some(reference),
        })
    }

    /// The reference, when the text is exactly one.
    pub fn as_reference(&self) -> Option<&Reference> {
        match self.parts.as_slice() {
            [Part::Slot(reference)] => Some(reference),
            _ => None,
        }
    }
}

/// A stretch of a template. Its texts are its own, or those of the text that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<S = String> {
    /// Text that stays.
    Literal(S),
    /// A value to be put in.
    Slot(Reference<S>),
}

/// What stands between `{{` and `}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<S = String> {
    /// Which value.
    pub path: Path<S>,
    /// What is done to it, in order.
    pub filters: Vec<Filter<S>>,
    /// Where each of them stands, from its name to the end of its text.
    pub filter_ranges: Vec<Range<usize>>,
    /// Where it stands in the text, braces included, in bytes.
    pub range: Range<usize>,
}

impl From<Reference<&str>> for Reference {
    fn from(it: Reference<&str>) -> Reference {
        let Path { root, segments, root_range } = it.path;
        let segment = |it: Segment<&str>| Segment { name: it.name.to_owned(), range: it.range };
        let filter = |it: Filter<&str>| match it {
            Filter::Upper => Filter::Upper,
            Filter::Lower => Filter::Lower,
            Filter::Trim => Filter::Trim,
            Filter::Default(text) => Filter::Default(text.to_owned()),
            Filter::Date(format) => Filter::Date(format.to_owned()),
        };
        Reference {
            path: Path { root, segments: segments.into_iter().map(segment).collect(), root_range },
            filters: it.filters.into_iter().map(filter).collect(),
            filter_ranges: it.filter_ranges,
            range: it.range,
        }
    }
}

/// A path to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path<S = String> {
    /// Its first word.
    pub root: Root,
    /// What follows, in order.
    pub segments: Vec<Segment<S>>,
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
pub struct Segment<S = String> {
    /// The name.
    pub name: S,
    /// Where it stands, without the dot, with brackets.
    pub range: Range<usize>,
}

/// What may be done to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter<S = String> {
    /// In capitals.
    Upper,
    /// In small letters.
    Lower,
    /// Without white space at the ends.
    Trim,
    /// This text when the value is absent, null or a blank text.
    Default(S),
    /// A date in this `strftime` format.
    Date(S),
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

/// What is wrong with a reference.
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
    /// A filter that needs a text in quotes.
    MissingArgument(&'static str),
    /// A filter that takes none.
    NoArgument(&'static str),
    /// A quote that is not closed before the braces are.
    UnclosedQuote,
    /// A call: `name(…)`.
    Call,
    /// `{% … %}`.
    Statement,
    /// Something that cannot stand here; a name was awaited.
    ExpectedName,
    /// Something that cannot stand here; `.`, `[`, `|` or the closing braces were awaited.
    ExpectedEnd,
}
