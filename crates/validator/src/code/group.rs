//! Which findings belong together: the order in which they are listed wherever all of them are.

use relance_diagnostics::Text;
use strum::VariantArray;

use super::Code;

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Group {
    /// The text of the file.
    Reading,
    /// The shape of the document.
    Shape,
    /// What stands in `parameters`.
    Parameters,
    /// The address of a call.
    Urls,
    /// `headers_json`.
    Headers,
    /// What stands between braces.
    References,
    /// Blocks and edges together.
    Graph,
    /// What a call sends, and what should not be in a file.
    BodiesAndSecrets,
}

impl Group {
    /// Every group, in the order of their codes.
    pub const ALL: &'static [Group] = Group::VARIANTS;

    /// Its heading.
    pub fn title(self) -> Text {
        match self {
            Group::Reading => Text::fixed("The file", "Le fichier"),
            Group::Shape => Text::fixed("The document", "Le document"),
            Group::Parameters => Text::fixed("Parameters", "Les paramètres"),
            Group::Urls => Text::fixed("URLs", "Les URL"),
            Group::Headers => Text::fixed("Headers", "Les en-têtes"),
            Group::References => Text::fixed("References", "Les références"),
            Group::Graph => Text::fixed("The graph", "Le graphe"),
            Group::BodiesAndSecrets => Text::fixed("Bodies and secrets", "Corps et secrets"),
        }
    }

    /// Its codes, in order.
    pub fn codes(self) -> impl Iterator<Item = Code> {
        Code::ALL.iter().copied().filter(move |code| code.group() == self)
    }
}

impl Code {
    /// What it is about.
    pub fn group(self) -> Group {
        match self {
            Code::InvalidJson
            | Code::InvalidUtf8
            | Code::ByteOrderMark
            | Code::TooLarge
            | Code::TooDeep
            | Code::DuplicateKey
            | Code::NulInText
            | Code::NumberOutOfRange
            | Code::TooManyFindings => Group::Reading,
            Code::UnrecognisedDocument
            | Code::TooManyBlocks
            | Code::TooManyEdges
            | Code::NoBlocks
            | Code::MissingKey
            | Code::WrongType
            | Code::IdLength => Group::Shape,
            Code::UnknownAction
            | Code::ActionTypeMissing
            | Code::UnknownParameter
            | Code::UnknownValue
            | Code::BlankRequired
            | Code::NumberNotText
            | Code::JsonNotText
            | Code::MalformedNumber
            | Code::OutOfRange => Group::Parameters,
            Code::InvalidUrl
            | Code::InsecureUrl
            | Code::RefusedScheme
            | Code::UserinfoInUrl
            | Code::RefusedPort
            | Code::RefusedHost
            | Code::UrlNotAscii
            | Code::ReferenceInHost => Group::Urls,
            Code::HeadersNotObject
            | Code::HeaderNotText
            | Code::InvalidHeaderName
            | Code::InvalidHeaderValue
            | Code::RefusedHeader
            | Code::DuplicateHeader => Group::Headers,
            Code::InvalidReference
            | Code::UnknownReference
            | Code::UnknownFilter
            | Code::UnknownBlock
            | Code::UnknownOutput
            | Code::NotAnAncestor
            | Code::ReferenceNotAllowed
            | Code::SecretNotAllowed
            | Code::MaybeAbsent => Group::References,
            Code::DuplicateId
            | Code::DanglingEdge
            | Code::SelfLoop
            | Code::DuplicateEdge
            | Code::Cycle
            | Code::UnknownHandle
            | Code::ForeignBlock
            | Code::IsolatedBlock => Group::Graph,
            Code::IgnoredBody
            | Code::UnusualBody
            | Code::LiteralSecret
            | Code::PlaceholderSecret => Group::BodiesAndSecrets,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Group};

    #[test]
    fn groups_follow_the_order_of_codes() {
        let grouped: Vec<Code> = Group::ALL.iter().flat_map(|group| group.codes()).collect();
        assert_eq!(grouped, Code::ALL);
    }
}
