//! What mends each finding: edits, or nothing that a program could know, and then why.

use relance_diagnostics::{Safety, Text};

use super::Code;

/// What mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cure {
    /// Edits, which stand in the finding wherever they can be known.
    Fix {
        /// Whether they are safe; none: that depends on the case.
        safety: Option<Safety>,
    },
    /// No edits: only a person can mend it, and this sentence says why.
    None(Text),
}

/// Edits whose meaning is certain, and by which nothing is lost.
const SAFE: Cure = Cure::Fix { safety: Some(Safety::Safe) };
/// Edits that a person should look at.
const UNSAFE: Cure = Cure::Fix { safety: Some(Safety::Unsafe) };
/// Edits that are certain in some cases, and guesses in others.
const DEPENDS: Cure = Cure::Fix { safety: None };

impl Code {
    /// What mends it.
    ///
    /// One rule says what is safe: the meaning is certain, and nothing of what the author wrote is lost. So no warning has a safe
    /// fix: a valid document means something already.
    pub fn cure(self) -> Cure {
        match self {
            Code::ByteOrderMark
            | Code::ActionTypeMissing
            | Code::JsonNotText
            | Code::MalformedNumber
            | Code::UrlNotAscii => SAFE,
            Code::NulInText
            | Code::NumberOutOfRange
            | Code::UnrecognisedDocument
            | Code::IdLength
            | Code::OutOfRange
            | Code::InsecureUrl
            | Code::RefusedScheme
            | Code::UserinfoInUrl
            | Code::RefusedPort
            | Code::InvalidReference
            | Code::UnknownBlock
            | Code::MaybeAbsent
            | Code::DanglingEdge
            | Code::SelfLoop
            | Code::UnknownHandle
            | Code::ForeignBlock
            | Code::IgnoredBody
            | Code::LiteralSecret
            | Code::PlaceholderSecret => UNSAFE,
            Code::InvalidJson
            | Code::InvalidUtf8
            | Code::DuplicateKey
            | Code::MissingKey
            | Code::WrongType
            | Code::UnknownAction
            | Code::UnknownParameter
            | Code::UnknownValue
            | Code::NumberNotText
            | Code::InvalidUrl
            | Code::HeadersNotObject
            | Code::HeaderNotText
            | Code::InvalidHeaderName
            | Code::InvalidHeaderValue
            | Code::RefusedHeader
            | Code::DuplicateHeader
            | Code::UnknownReference
            | Code::UnknownFilter
            | Code::UnknownOutput
            | Code::DuplicateId
            | Code::DuplicateEdge => DEPENDS,
            Code::TooLarge => none(
                "only its author knows what a document of this size can do without",
                "seul l'auteur sait ce dont un document de cette taille peut se passer",
            ),
            Code::TooDeep => none(
                "data of so many levels has to be arranged otherwise, in a way that only its author can choose",
                "des données sur autant de niveaux doivent être organisées autrement, et seul l'auteur peut choisir comment",
            ),
            Code::TooManyFindings => none(
                "it goes away once enough of the others are mended",
                "il disparaît quand assez d'autres constats sont corrigés",
            ),
            Code::TooManyBlocks => none(
                "only its author knows how to part a graph in several",
                "seul l'auteur sait comment partager un graphe en plusieurs",
            ),
            Code::TooManyEdges => none(
                "only its author knows which edges a graph can do without",
                "seul l'auteur sait de quels liens un graphe peut se passer",
            ),
            Code::NoBlocks => none(
                "only its author knows what the graph should do",
                "seul l'auteur sait ce que le graphe doit faire",
            ),
            Code::BlankRequired => none(
                "nothing in the document says what should stand there",
                "rien dans le document ne dit ce qu'il faut y mettre",
            ),
            Code::RefusedHost => none(
                "only its author knows which public host is meant, and only whoever runs the graph may allow this one",
                "seul l'auteur sait quel hôte public convient, et seul qui exécute le graphe peut autoriser celui-ci",
            ),
            Code::ReferenceInHost => none(
                "the value that would stand there is known only when the graph runs",
                "la valeur qui s'y trouverait n'est connue qu'à l'exécution",
            ),
            Code::NotAnAncestor => none(
                "either an edge is missing or another block is meant, and only its author knows which",
                "il manque un lien ou un autre bloc est visé, et seul l'auteur sait lequel des deux",
            ),
            Code::ReferenceNotAllowed => none(
                "only its author knows what should be written out in its place",
                "seul l'auteur sait ce qu'il faut écrire en toutes lettres à sa place",
            ),
            Code::SecretNotAllowed => none(
                "only its author knows where the service awaits the secret: in a header, the query or the body",
                "seul l'auteur sait où le service attend le secret : en-tête, paramètre d'URL ou corps",
            ),
            Code::Cycle => none(
                "only its author knows which of the edges is one too many",
                "seul l'auteur sait lequel de ces liens est de trop",
            ),
            Code::IsolatedBlock => none(
                "either an edge is missing or the block is not needed, and only its author knows which",
                "il manque un lien ou le bloc est inutile, et seul l'auteur sait lequel des deux",
            ),
            Code::UnusualBody => none(
                "either the method or the body is not meant, or the service does want both",
                "la méthode ou le corps est de trop, à moins que le service ne veuille bien les deux",
            ),
        }
    }
}

/// Only a person can mend it, for this reason.
fn none(en: &'static str, fr: &'static str) -> Cure {
    Cure::None(Text::fixed(en, fr))
}
