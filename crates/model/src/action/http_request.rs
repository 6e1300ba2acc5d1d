//! `http_request`: call an external HTTP service.

use relance_diagnostics::Text;
use serde::{Deserialize, Serialize};

use super::{Choice, Example, NewBlock, Output, Parameter, ParameterKind, References, Spec};
use crate::text::{Minimum, NumberInText};

/// Parameters of an HTTP call, as written: every value is text, and a blank optional one is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpRequest {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub http_method: String,
    /// URL that is called.
    pub url: String,
    /// What the body is: `json` or `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// HTTP headers: a JSON object of texts, written as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers_json: Option<String>,
    /// Body of the request: JSON, written as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_json: Option<String>,
    /// Body of the request as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_text: Option<String>,
    /// How long to wait for the whole answer, in seconds, written as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<String>,
}

/// What a block that calls an HTTP service is.
pub static SPEC: Spec = Spec {
    name: "http_request",
    action_type: Some("http_request"),
    title: Text::fixed("Call an HTTP service", "Appeler une source HTTP"),
    about: Text::fixed(
        "Calls an external HTTP service: a CRM, an ERP, a spreadsheet, a tool of your own.",
        "Envoie un appel HTTP à un service externe (CRM, ERP, tableur, outil interne).",
    ),
    block: NewBlock {
        id: "http-notify",
        subtitle: Text::fixed("External call", "Récupération externe"),
        channel: "http",
        description: Text::fixed(
            "Calls an external service during the follow-up.",
            "Contacte un service externe pendant la relance.",
        ),
    },
    parameters: &[
        HTTP_METHOD,
        URL,
        CONTENT_TYPE,
        HEADERS_JSON,
        BODY_JSON,
        BODY_TEXT,
        TIMEOUT_SECONDS,
    ],
    outputs: &[
        Output {
            name: "status",
            about: Text::fixed("HTTP status, 200 to 299.", "Statut HTTP, de 200 à 299."),
            json_type: "integer",
            nullable: false,
        },
        Output {
            name: "headers",
            about: Text::fixed(
                "Response headers, names in lower case.",
                "En-têtes de la réponse, noms en minuscules.",
            ),
            json_type: "object",
            nullable: false,
        },
        Output {
            name: "body",
            about: Text::fixed(
                "Response body: its JSON value, else its text.",
                "Corps de la réponse : sa valeur JSON, sinon son texte.",
            ),
            json_type: "any",
            nullable: false,
        },
        Output {
            name: "truncated",
            about: Text::fixed(
                "Whether the body was cut at its cap of 1 MiB.",
                "Si le corps a été coupé à sa limite de 1 Mio.",
            ),
            json_type: "boolean",
            nullable: false,
        },
    ],
};

/// `http_method`: what is done there.
pub const HTTP_METHOD: Parameter = Parameter {
    name: "http_method",
    spec: "GET, POST, PUT, DELETE.",
    about: Text::fixed(
        "Method of the call: `GET`, `POST`, `PUT` or `DELETE`.",
        "Méthode de l'appel : `GET`, `POST`, `PUT` ou `DELETE`.",
    ),
    kind: ParameterKind::Choice(&HTTP_METHOD_VALUES),
    required: true,
    references: References::None,
    examples: &[Example::new(Text::fixed("Send", "Envoyer"), "POST")],
};

/// The words of `http_method`.
pub static HTTP_METHOD_VALUES: Choice = Choice {
    values: &[
        ("GET", Text::fixed("Read.", "Lire.")),
        (
            "POST",
            Text::fixed(
                "Send. Not repeated when its outcome is unknown.",
                "Envoyer. N'est pas répété quand son issue est inconnue.",
            ),
        ),
        ("PUT", Text::fixed("Replace.", "Remplacer.")),
        ("DELETE", Text::fixed("Delete.", "Supprimer.")),
    ],
    default: None,
};

/// `url`: what is called.
pub const URL: Parameter = Parameter {
    name: "url",
    spec: "URL appelée. Doit être une URL HTTPS en production.",
    about: Text::fixed(
        "URL that is called: HTTPS in production. References may stand in its path and query only.",
        "URL appelée. Doit être une URL HTTPS en production. Des références sont possibles dans le chemin et la requête seulement.",
    ),
    kind: ParameterKind::Url,
    required: true,
    references: References::DataAndSecrets,
    examples: &[
        Example::new(Text::fixed("An address", "Une adresse"), "https://exemple.com/relance"),
        Example::new(
            Text::fixed("An address for each contact", "Une adresse par contact"),
            "https://exemple.com/contacts/{{ contact.id }}",
        ),
    ],
};

/// `content_type`: which of the two bodies is sent.
pub const CONTENT_TYPE: Parameter = Parameter {
    name: "content_type",
    spec: "json ou text. json par défaut.",
    about: Text::fixed(
        "What the body is: `json` or `text`. `json` when empty.",
        "Nature du corps : `json` ou `text`. `json` par défaut.",
    ),
    kind: ParameterKind::Choice(&CONTENT_TYPE_VALUES),
    required: false,
    references: References::None,
    examples: &[],
};

/// The words of `content_type`.
pub static CONTENT_TYPE_VALUES: Choice = Choice {
    values: &[
        (
            "json",
            Text::fixed(
                "`body_json` is sent, as application/json.",
                "`body_json` est envoyé, en application/json.",
            ),
        ),
        (
            "text",
            Text::fixed(
                "`body_text` is sent, as text/plain.",
                "`body_text` est envoyé, en text/plain.",
            ),
        ),
    ],
    default: Some("json"),
};

/// `headers_json`: what is sent before the body, secrets among it.
pub const HEADERS_JSON: Parameter = Parameter {
    name: "headers_json",
    spec: "En-têtes HTTP au format JSON en texte. Inclure ici un token d'authentification si nécessaire.",
    about: Text::fixed(
        "HTTP headers: a JSON object of texts, written as text. A token belongs here as `{{ secrets.NAME }}`.",
        "En-têtes HTTP au format JSON en texte. Inclure ici un token d'authentification si nécessaire, sous la forme `{{ secrets.NOM }}`.",
    ),
    kind: ParameterKind::Headers,
    required: false,
    references: References::DataAndSecrets,
    examples: &[
        Example::new(
            Text::fixed("Bearer token", "Jeton Bearer"),
            r#"{"Authorization": "Bearer {{ secrets.TOKEN }}"}"#,
        ),
        Example::new(
            Text::fixed("API key", "Clé d'API"),
            r#"{"X-Api-Key": "{{ secrets.API_KEY }}"}"#,
        ),
    ],
};

/// `body_json`: what is sent as JSON.
pub const BODY_JSON: Parameter = Parameter {
    name: "body_json",
    spec: "Corps de la requête au format JSON en texte.",
    about: Text::fixed(
        "Body of the request: JSON, written as text.",
        "Corps de la requête au format JSON en texte.",
    ),
    kind: ParameterKind::Json,
    required: false,
    references: References::DataAndSecrets,
    examples: &[
        Example::new(Text::fixed("An event", "Un événement"), r#"{"event": "relance_envoyee"}"#),
        Example::new(
            Text::fixed("The contact", "Le contact"),
            r#"{"id": "{{ contact.id }}", "email": "{{ contact.email | default: '' }}"}"#,
        ),
    ],
};

/// `body_text`: what is sent as it stands.
pub const BODY_TEXT: Parameter = Parameter {
    name: "body_text",
    spec: "Corps de la requête en texte brut.",
    about: Text::fixed("Body of the request as plain text.", "Corps de la requête en texte brut."),
    kind: ParameterKind::Text,
    required: false,
    references: References::DataAndSecrets,
    examples: &[],
};

/// `timeout_seconds`: how long the answer may take.
pub const TIMEOUT_SECONDS: Parameter = Parameter {
    name: "timeout_seconds",
    spec: "Délai d'attente en secondes. 10 par défaut, maximum 60.",
    about: Text::fixed(
        "How long to wait for the whole answer, in seconds: more than 0, at most 60, decimals allowed, written as text. 10 when empty.",
        "Délai d'attente en secondes : plus de 0, maximum 60, décimales possibles, en texte. 10 par défaut.",
    ),
    kind: ParameterKind::Number(&TIMEOUT_SECONDS_LIMITS),
    required: false,
    references: References::None,
    examples: &[],
};

/// What `timeout_seconds` may hold.
pub static TIMEOUT_SECONDS_LIMITS: NumberInText = NumberInText {
    minimum: Minimum::Above(0),
    at_most: 60,
    decimals: true,
    default: "10",
    unit: Text::fixed("seconds", "secondes"),
};
