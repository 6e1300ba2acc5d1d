//! What each finding is, in a few words: the list that `relance explain` prints, and the names of rules elsewhere.

use relance_diagnostics::Text;

use super::Code;

impl Code {
    /// The mistake in a few words.
    pub fn title(self) -> Text {
        match self {
            Code::InvalidJson => Text::fixed("not JSON", "JSON mal formé"),
            Code::InvalidUtf8 => {
                Text::fixed("text that is not UTF-8", "texte qui n'est pas en UTF-8")
            }
            Code::ByteOrderMark => Text::fixed(
                "byte order mark before the document",
                "marque d'ordre des octets avant le document",
            ),
            Code::TooLarge => Text::fixed("file over 16 MiB", "fichier de plus de 16 Mio"),
            Code::TooDeep => Text::fixed(
                "values nested more than 64 deep",
                "valeurs imbriquées sur plus de 64 niveaux",
            ),
            Code::DuplicateKey => {
                Text::fixed("key written twice in one object", "clé écrite deux fois dans un objet")
            }
            Code::NulInText => Text::fixed("NUL character in a text", "caractère NUL dans un texte"),
            Code::NumberOutOfRange => Text::fixed(
                "number too large to be kept exactly",
                "nombre trop grand pour être conservé tel quel",
            ),
            Code::TooManyFindings => {
                Text::fixed("more findings than can be told", "trop de constats pour tous les donner")
            }
            Code::UnrecognisedDocument => {
                Text::fixed("neither a graph nor a block", "ni un graphe, ni un bloc")
            }
            Code::TooManyBlocks => {
                Text::fixed("graph of more than 5,000 blocks", "graphe de plus de 5 000 blocs")
            }
            Code::TooManyEdges => {
                Text::fixed("graph of more than 20,000 edges", "graphe de plus de 20 000 liens")
            }
            Code::NoBlocks => Text::fixed("graph without a block", "graphe sans aucun bloc"),
            Code::MissingKey => Text::fixed("required key missing", "clé obligatoire absente"),
            Code::WrongType => Text::fixed("value of the wrong type", "valeur du mauvais type"),
            Code::IdLength => Text::fixed(
                "id that is empty or over 200 characters",
                "identifiant vide ou de plus de 200 caractères",
            ),
            Code::UnknownAction => {
                Text::fixed("action that does not exist", "action qui n'existe pas")
            }
            Code::ActionTypeMissing => {
                Text::fixed("`action_type` missing", "`action_type` absent")
            }
            Code::UnknownParameter => Text::fixed(
                "parameter that the action does not know",
                "paramètre que l'action ne connaît pas",
            ),
            Code::UnknownValue => Text::fixed(
                "value that is not one of the choices",
                "valeur qui n'est pas dans la liste",
            ),
            Code::BlankRequired => {
                Text::fixed("required parameter left empty", "paramètre obligatoire laissé vide")
            }
            Code::NumberNotText => Text::fixed(
                "number not written as text",
                "nombre qui n'est pas écrit comme un texte",
            ),
            Code::JsonNotText => Text::fixed(
                "JSON not written as text",
                "JSON qui n'est pas écrit comme un texte",
            ),
            Code::MalformedNumber => {
                Text::fixed("text that is not a number", "texte qui n'est pas un nombre")
            }
            Code::OutOfRange => Text::fixed("number outside its limits", "nombre hors limites"),
            Code::InvalidUrl => Text::fixed("not a URL", "URL invalide"),
            Code::InsecureUrl => {
                Text::fixed("`http://` in production", "`http://` en production")
            }
            Code::RefusedScheme => Text::fixed(
                "URL of a kind that is never called",
                "type d'URL qui n'est jamais appelé",
            ),
            Code::UserinfoInUrl => Text::fixed(
                "user name or password in a URL",
                "identifiant ou mot de passe dans une URL",
            ),
            Code::RefusedPort => {
                Text::fixed("port that may not be called", "port qui ne peut pas être appelé")
            }
            Code::RefusedHost => Text::fixed(
                "address that may not be called",
                "adresse qui ne peut pas être appelée",
            ),
            Code::UrlNotAscii => Text::fixed(
                "URL with letters outside ASCII",
                "URL avec des caractères hors ASCII",
            ),
            Code::ReferenceInHost => Text::fixed(
                "reference in the host of a URL",
                "référence dans l'hôte d'une URL",
            ),
            Code::HeadersNotObject => Text::fixed(
                "headers that are not an object",
                "en-têtes qui ne forment pas un objet",
            ),
            Code::HeaderNotText => Text::fixed(
                "header whose value is not a text",
                "en-tête dont la valeur n'est pas un texte",
            ),
            Code::InvalidHeaderName => {
                Text::fixed("invalid header name", "nom d'en-tête invalide")
            }
            Code::InvalidHeaderValue => {
                Text::fixed("invalid header value", "valeur d'en-tête invalide")
            }
            Code::RefusedHeader => Text::fixed(
                "header that only the client may set",
                "en-tête réservé au client HTTP",
            ),
            Code::DuplicateHeader => {
                Text::fixed("header written twice", "en-tête écrit deux fois")
            }
            Code::InvalidReference => {
                Text::fixed("malformed reference", "référence mal formée")
            }
            Code::UnknownReference => Text::fixed(
                "reference to something that does not exist",
                "référence à une donnée qui n'existe pas",
            ),
            Code::UnknownFilter => {
                Text::fixed("filter that does not exist", "filtre qui n'existe pas")
            }
            Code::UnknownBlock => Text::fixed(
                "reference to a block that is not in the graph",
                "référence à un bloc absent du graphe",
            ),
            Code::UnknownOutput => Text::fixed(
                "output that the block does not give",
                "sortie que le bloc ne donne pas",
            ),
            Code::NotAnAncestor => Text::fixed(
                "reference to a block that does not come before",
                "référence à un bloc qui ne passe pas avant",
            ),
            Code::ReferenceNotAllowed => Text::fixed(
                "reference where none may stand",
                "référence à un endroit où aucune n'est possible",
            ),
            Code::SecretNotAllowed => Text::fixed(
                "secret where none may stand",
                "secret à un endroit où aucun n'est admis",
            ),
            Code::MaybeAbsent => Text::fixed(
                "output that may be absent, without `default`",
                "sortie peut-être absente, sans `default`",
            ),
            Code::DuplicateId => Text::fixed("id used twice", "identifiant utilisé deux fois"),
            Code::DanglingEdge => Text::fixed(
                "edge from or to a block that is not there",
                "lien depuis ou vers un bloc qui n'existe pas",
            ),
            Code::SelfLoop => {
                Text::fixed("edge from a block to itself", "lien d'un bloc vers lui-même")
            }
            Code::DuplicateEdge => Text::fixed("edge drawn twice", "lien tracé deux fois"),
            Code::Cycle => {
                Text::fixed("edges that go round in a circle", "liens qui tournent en rond")
            }
            Code::UnknownHandle => Text::fixed(
                "`sourceHandle` that is neither success nor error",
                "`sourceHandle` qui n'est ni succès ni erreur",
            ),
            Code::ForeignBlock => Text::fixed(
                "block of a type that is not run here",
                "bloc d'un type qui n'est pas exécuté ici",
            ),
            Code::IsolatedBlock => Text::fixed(
                "block without an edge, which never runs",
                "bloc sans lien, jamais exécuté",
            ),
            Code::IgnoredBody => Text::fixed("body that is not sent", "corps qui n'est pas envoyé"),
            Code::UnusualBody => Text::fixed(
                "body with a method that seldom has one",
                "corps avec une méthode qui n'en a pas d'habitude",
            ),
            Code::LiteralSecret => {
                Text::fixed("secret written out in the graph", "secret écrit en clair dans le graphe")
            }
            Code::PlaceholderSecret => {
                Text::fixed("placeholder left in: `VOTRE_TOKEN`", "texte à remplacer : `VOTRE_TOKEN`")
            }
        }
    }
}
