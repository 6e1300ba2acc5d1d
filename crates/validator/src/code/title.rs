//! What each finding is, in a few words: the second half of its page's heading, and its line wherever all findings are listed.

use relance_diagnostics::Text;

use super::Code;

impl Code {
    /// The mistake in a few words, as a heading says it: "a number outside its limits".
    pub fn title(self) -> Text {
        let (en, fr) = match self {
            Code::InvalidJson => ("text that is not JSON", "un texte qui n'est pas du JSON"),
            Code::InvalidUtf8 => {
                ("a file that is not in UTF-8", "un fichier qui n'est pas en UTF-8")
            }
            Code::ByteOrderMark => (
                "an invisible mark at the beginning of the file",
                "une marque invisible au début du fichier",
            ),
            Code::TooLarge => ("a file larger than 16 MiB", "un fichier de plus de 16 Mio"),
            Code::TooDeep => (
                "arrays and objects nested too deep",
                "des listes et des objets emboîtés trop profondément",
            ),
            Code::DuplicateKey => ("a key that stands there twice", "une clé écrite deux fois"),
            Code::NulInText => ("a NUL character in a text", "un caractère NUL dans un texte"),
            Code::NumberOutOfRange => (
                "a number too large to be kept exactly",
                "un nombre trop grand pour être conservé exactement",
            ),
            Code::TooManyFindings => {
                ("more mistakes than can be told", "plus d'erreurs qu'on ne peut en énumérer")
            }
            Code::UnrecognisedDocument => (
                "a document that is neither a graph nor a block",
                "un document qui n'est ni un graphe ni un bloc",
            ),
            Code::TooManyBlocks => {
                ("a graph of more than 5,000 blocks", "un graphe de plus de 5 000 blocs")
            }
            Code::TooManyEdges => {
                ("a graph of more than 20,000 edges", "un graphe de plus de 20 000 liens")
            }
            Code::NoBlocks => ("a graph without a block", "un graphe sans bloc"),
            Code::MissingKey => ("a key that is missing", "une clé qui manque"),
            Code::WrongType => {
                ("a value of the wrong type", "une valeur qui n'est pas du bon type")
            }
            Code::IdLength => {
                ("an id that is empty or too long", "un identifiant vide ou trop long")
            }
            Code::UnknownAction => ("an action that does not exist", "une action qui n'existe pas"),
            Code::ActionTypeMissing => {
                ("an action that is not named", "une action qui n'est pas nommée")
            }
            Code::UnknownParameter => {
                ("a parameter that the action does not have", "un paramètre que l'action n'a pas")
            }
            Code::UnknownValue => {
                ("a word that is not in the list", "un mot qui n'est pas dans la liste")
            }
            Code::BlankRequired => {
                ("a required parameter left empty", "un paramètre obligatoire laissé vide")
            }
            Code::NumberNotText => ("a number without its quotes", "un nombre sans ses guillemets"),
            Code::JsonNotText => {
                ("JSON that is not written as text", "du JSON qui n'est pas écrit en texte")
            }
            Code::MalformedNumber => {
                ("a text that is not a number", "un texte qui n'est pas un nombre")
            }
            Code::OutOfRange => ("a number outside its limits", "un nombre hors limites"),
            Code::InvalidUrl => ("a text that is not a URL", "un texte qui n'est pas une URL"),
            Code::InsecureUrl => ("a URL without encryption", "une URL sans chiffrement"),
            Code::RefusedScheme => {
                ("a URL that is not one of the web", "une URL qui n'est pas celle d'un service web")
            }
            Code::UserinfoInUrl => ("a user name in a URL", "un nom d'utilisateur dans une URL"),
            Code::RefusedPort => {
                ("a port that may not be called", "un port qu'il est interdit d'appeler")
            }
            Code::RefusedHost => {
                ("a host that may not be called", "un hôte qu'il est interdit d'appeler")
            }
            Code::UrlNotAscii => (
                "a URL with accents or other special letters",
                "une URL avec des accents ou d'autres lettres spéciales",
            ),
            Code::ReferenceInHost => (
                "a reference where a URL says whom it calls",
                "une référence là où une URL dit qui elle appelle",
            ),
            Code::HeadersNotObject => (
                "headers that are not names with their values",
                "des en-têtes qui ne sont pas des noms suivis de leur valeur",
            ),
            Code::HeaderNotText => (
                "a header whose value is not a text",
                "un en-tête dont la valeur n'est pas un texte",
            ),
            Code::InvalidHeaderName => {
                ("a header name that cannot be sent", "un nom d'en-tête impossible à envoyer")
            }
            Code::InvalidHeaderValue => {
                ("a header value that cannot be sent", "une valeur d'en-tête impossible à envoyer")
            }
            Code::RefusedHeader => (
                "a header that is not yours to set",
                "un en-tête qu'il ne vous revient pas d'écrire",
            ),
            Code::DuplicateHeader => ("the same header twice", "le même en-tête deux fois"),
            Code::InvalidReference => {
                ("a reference that cannot be read", "une référence impossible à lire")
            }
            Code::UnknownReference => (
                "a reference to something that does not exist",
                "une référence à une donnée qui n'existe pas",
            ),
            Code::UnknownFilter => ("a filter that does not exist", "un filtre qui n'existe pas"),
            Code::UnknownBlock => (
                "a reference to a block that is not there",
                "une référence à un bloc absent du graphe",
            ),
            Code::UnknownOutput => {
                ("an output that the block does not give", "une sortie que le bloc ne donne pas")
            }
            Code::NotAnAncestor => (
                "a reference to a block that does not come before",
                "une référence à un bloc qui ne vient pas avant",
            ),
            Code::ReferenceNotAllowed => {
                ("a reference where none may stand", "une référence là où il n'en faut pas")
            }
            Code::SecretNotAllowed => {
                ("a secret where it would be seen", "un secret là où il serait vu")
            }
            Code::MaybeAbsent => ("a value that may be absent", "une valeur qui peut manquer"),
            Code::DuplicateId => ("an id used twice", "un identifiant utilisé deux fois"),
            Code::DanglingEdge => {
                ("an edge whose end is no block", "un lien dont un bout n'est pas un bloc")
            }
            Code::SelfLoop => ("an edge from a block to itself", "un lien d'un bloc vers lui-même"),
            Code::DuplicateEdge => {
                ("two edges that say the same", "deux liens qui disent la même chose")
            }
            Code::Cycle => ("edges that go in a circle", "des liens qui tournent en rond"),
            Code::UnknownHandle => (
                "an edge that leaves by no way out",
                "un lien qui ne part ni de `success` ni de `error`",
            ),
            Code::ForeignBlock => {
                ("a block that is not run here", "un bloc qui n'est pas exécuté ici")
            }
            Code::IsolatedBlock => {
                ("a block that no edge touches", "un bloc qu'aucun lien ne touche")
            }
            Code::IgnoredBody => ("a body that is not sent", "un corps qui n'est pas envoyé"),
            Code::UnusualBody => {
                ("a body that few services expect", "un corps que peu de services attendent")
            }
            Code::LiteralSecret => {
                ("a secret written out in the graph", "un secret écrit en clair dans le graphe")
            }
            Code::PlaceholderSecret => {
                ("a placeholder left in", "un exemple resté à la place du secret")
            }
        };
        Text::fixed(en, fr)
    }
}
