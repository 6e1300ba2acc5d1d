//! The registry of findings: this enum is the only list of codes.
//!
//! A code names the mistake, not the cure. It is never renamed and never reused; its page is `docs/diagnostics/<code>.md`.

mod cure;
mod group;
mod title;

use relance_diagnostics::Severity;
use strum::{EnumString, IntoStaticStr, VariantArray};

pub use cure::Cure;
pub use group::Group;

/// What may be found in a document.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    VariantArray,
    IntoStaticStr,
    EnumString,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Code {
    // Reading the text.
    /// Not JSON.
    InvalidJson,
    /// Not UTF-8.
    #[strum(serialize = "invalid-utf8")]
    InvalidUtf8,
    /// A byte order mark before the text.
    ByteOrderMark,
    /// Over 16 MiB.
    TooLarge,
    /// Nested deeper than 64.
    TooDeep,
    /// A key that its object has already.
    DuplicateKey,
    /// `\u0000` in a text.
    NulInText,
    /// A number that no `i64`, `u64` or `f64` holds.
    NumberOutOfRange,
    /// Over 100,000 findings.
    TooManyFindings,
    // The shape.
    /// Neither a graph nor a block.
    UnrecognisedDocument,
    /// Over 5,000 nodes.
    TooManyBlocks,
    /// Over 20,000 edges.
    TooManyEdges,
    /// A graph without a block.
    NoBlocks,
    /// A key that must be there is not.
    MissingKey,
    /// A value of another type than the one wanted.
    WrongType,
    /// An id that is empty or over 200 characters.
    IdLength,
    // Parameters.
    /// An `action_type` that names no action.
    UnknownAction,
    /// Parameters that belong to an action whose `action_type` is not there.
    ActionTypeMissing,
    /// A key that the action does not know.
    UnknownParameter,
    /// A text that is not one of those that its key may hold.
    UnknownValue,
    /// A required parameter that is empty.
    BlankRequired,
    /// A JSON number where a number written as text is wanted.
    NumberNotText,
    /// A JSON value where JSON written as text is wanted.
    JsonNotText,
    /// A text that is not a number as we write them.
    MalformedNumber,
    /// A number outside its limits.
    OutOfRange,
    // URLs.
    /// Not a URL.
    InvalidUrl,
    /// `http://` in production.
    InsecureUrl,
    /// A scheme that is never called.
    RefusedScheme,
    /// `user:password@` in a URL.
    UserinfoInUrl,
    /// A port that may not be called.
    RefusedPort,
    /// A host or address that may not be called.
    RefusedHost,
    /// A URL with characters outside ASCII.
    UrlNotAscii,
    /// A reference in the scheme, host or port of a URL.
    ReferenceInHost,
    // Headers.
    /// `headers_json` that is no object.
    HeadersNotObject,
    /// A header whose value is no text.
    HeaderNotText,
    /// A header name that is not a token.
    InvalidHeaderName,
    /// A header value with a character that cannot be sent.
    InvalidHeaderValue,
    /// A header that the client alone may set.
    RefusedHeader,
    /// The same header twice.
    DuplicateHeader,
    // References.
    /// `{{ … }}` that does not follow the grammar.
    InvalidReference,
    /// A name that is not there to be read.
    UnknownReference,
    /// A filter that does not exist.
    UnknownFilter,
    /// A block that is not in the graph.
    UnknownBlock,
    /// An output that the block's action does not give.
    UnknownOutput,
    /// A block that does not come before this one.
    NotAnAncestor,
    /// A reference where none may stand.
    ReferenceNotAllowed,
    /// A secret where none may stand.
    SecretNotAllowed,
    /// An output that may be absent, without `default`.
    MaybeAbsent,
    // The graph.
    /// An id used twice.
    DuplicateId,
    /// An edge whose end is no block.
    DanglingEdge,
    /// An edge from a block to itself.
    SelfLoop,
    /// Two edges that say the same.
    DuplicateEdge,
    /// Edges that lead back to where they came from.
    Cycle,
    /// A `sourceHandle` that means nothing here.
    UnknownHandle,
    /// A block of a type that is not run here.
    ForeignBlock,
    /// A block without edges in a graph that has some.
    IsolatedBlock,
    // Bodies and secrets.
    /// A body that is not sent.
    IgnoredBody,
    /// A body with a method that seldom has one.
    UnusualBody,
    /// A secret written out.
    LiteralSecret,
    /// `VOTRE_TOKEN`, left in.
    PlaceholderSecret,
}

impl Code {
    /// Every code.
    pub const ALL: &'static [Code] = Code::VARIANTS;

    /// The code as people and programs read it: `out-of-range`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// How much it weighs unless the configuration says otherwise.
    pub fn severity(self) -> Severity {
        if self.is_warning() { Severity::Warning } else { Severity::Error }
    }

    /// Whether only the validator can see it, and no JSON Schema.
    pub fn is_beyond_schema(self) -> bool {
        self.is_warning() || !self.is_structural()
    }

    /// Whether the configuration may lower or silence it: warnings, and `unknown-parameter` down to a warning.
    pub fn may_be_lowered(self) -> bool {
        self.is_warning() || self == Code::UnknownParameter
    }

    /// Whether it is a doubt rather than a mistake: it never makes a document invalid unless the configuration says so.
    pub fn is_warning(self) -> bool {
        matches!(
            self,
            Code::MaybeAbsent
                | Code::UnknownHandle
                | Code::ForeignBlock
                | Code::IsolatedBlock
                | Code::IgnoredBody
                | Code::UnusualBody
                | Code::LiteralSecret
                | Code::PlaceholderSecret
        )
    }

    fn is_structural(self) -> bool {
        matches!(
            self,
            Code::UnrecognisedDocument
                | Code::TooManyBlocks
                | Code::TooManyEdges
                | Code::NoBlocks
                | Code::MissingKey
                | Code::WrongType
                | Code::IdLength
                | Code::UnknownAction
                | Code::ActionTypeMissing
                | Code::UnknownParameter
                | Code::UnknownValue
                | Code::BlankRequired
                | Code::NumberNotText
                | Code::JsonNotText
                | Code::MalformedNumber
                | Code::OutOfRange
        )
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
