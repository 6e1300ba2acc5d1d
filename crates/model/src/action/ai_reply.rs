//! `ai_reply`: have the connected AI write a reply.

use relance_diagnostics::Text;
use serde::{Deserialize, Serialize};

use super::{Choice, Example, NewBlock, Output, Parameter, ParameterKind, References, Spec};
use crate::text::{Minimum, NumberInText};

/// Parameters of a reply to write, as written: every value is text, and a blank one is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AiReply {
    /// Where the text comes from: `ai`, `template` or `statique`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_source: Option<String>,
    /// How inventive the model is, from 0.0 to 1.0, written as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<String>,
    /// The most tokens that the answer may have, written as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<String>,
    /// Instructions that frame the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
    /// Model to use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// What a block that writes a reply is.
pub static SPEC: Spec = Spec {
    name: "ai_reply",
    action_type: Some("ai_reply"),
    title: Text::fixed("Write an AI reply", "Générer une réponse IA"),
    about: Text::fixed(
        "Asks a connected AI to write a personal message. Later blocks read it as `{{ blocks.<id>.text }}`.",
        "Demande à une IA connectée de rédiger un message personnalisé. Les blocs suivants le lisent par `{{ blocks.<id>.text }}`.",
    ),
    block: NewBlock {
        id: "ai-reply",
        subtitle: Text::fixed("Personalisation", "Personnalisation"),
        channel: "ai",
        description: Text::fixed(
            "Prepares a personal text with the connected AI.",
            "Prépare un texte personnalisé via l'IA connectée.",
        ),
    },
    parameters: &[BODY_SOURCE, TEMPERATURE, MAX_OUTPUT_TOKENS, SYSTEM_PROMPT, MODEL],
    outputs: &[
        Output {
            name: "text",
            about: Text::fixed("The message.", "Le message."),
            json_type: "string",
            nullable: false,
        },
        Output {
            name: "model",
            about: Text::fixed(
                "The model that wrote it, null for a template or a fixed text.",
                "Le modèle qui l'a écrit, null pour un modèle de texte ou un texte fixe.",
            ),
            json_type: "string",
            nullable: true,
        },
        Output {
            name: "tokens_in",
            about: Text::fixed("Tokens read.", "Tokens lus."),
            json_type: "integer",
            nullable: false,
        },
        Output {
            name: "tokens_out",
            about: Text::fixed("Tokens written.", "Tokens écrits."),
            json_type: "integer",
            nullable: false,
        },
        Output {
            name: "truncated",
            about: Text::fixed(
                "Whether the message was cut at `max_output_tokens`.",
                "Si le message a été coupé à `max_output_tokens`.",
            ),
            json_type: "boolean",
            nullable: false,
        },
    ],
};

/// `body_source`: where the text comes from.
pub const BODY_SOURCE: Parameter = Parameter {
    name: "body_source",
    spec: "ai (génère via IA), template (modèle), statique (texte fixe).",
    about: Text::fixed(
        "Where the text comes from: `ai` (written by the AI), `template` (a configured template) or `statique` (a configured fixed text). `ai` when empty.",
        "Origine du texte : `ai` (génère via IA), `template` (modèle configuré) ou `statique` (texte fixe configuré). `ai` par défaut.",
    ),
    kind: ParameterKind::Choice(&BODY_SOURCE_VALUES),
    required: false,
    references: References::None,
    examples: &[],
};

/// The words of `body_source`.
pub static BODY_SOURCE_VALUES: Choice = Choice {
    values: &[
        ("ai", Text::fixed("Written by the connected AI.", "Génère via l'IA connectée.")),
        (
            "template",
            Text::fixed("A configured template, filled in.", "Modèle configuré, complété."),
        ),
        ("statique", Text::fixed("A configured fixed text.", "Texte fixe configuré.")),
    ],
    default: Some("ai"),
};

/// `temperature`: how inventive the model is.
pub const TEMPERATURE: Parameter = Parameter {
    name: "temperature",
    spec: "Température du modèle, de 0.0 (précis) à 1.0 (créatif). 0.4 par défaut.",
    about: Text::fixed(
        "How inventive the model is, from 0.0 (precise) to 1.0 (creative), written as text. 0.4 when empty.",
        "Température du modèle, de 0.0 (précis) à 1.0 (créatif), en texte. 0.4 par défaut.",
    ),
    kind: ParameterKind::Number(&TEMPERATURE_LIMITS),
    required: false,
    references: References::None,
    examples: &[],
};

/// What `temperature` may hold.
pub static TEMPERATURE_LIMITS: NumberInText = NumberInText {
    minimum: Minimum::AtLeast(0),
    at_most: 1,
    decimals: true,
    default: "0.4",
    unit: Text::fixed("", ""),
};

/// `max_output_tokens`: the longest answer.
pub const MAX_OUTPUT_TOKENS: Parameter = Parameter {
    name: "max_output_tokens",
    spec: "Limite de tokens en sortie. 240 par défaut, maximum 2000.",
    about: Text::fixed(
        "The most tokens that the answer may have, from 1 to 2000, written as text. 240 when empty.",
        "Limite de tokens en sortie, de 1 à 2000, en texte. 240 par défaut.",
    ),
    kind: ParameterKind::Number(&MAX_OUTPUT_TOKENS_LIMITS),
    required: false,
    references: References::None,
    examples: &[],
};

/// What `max_output_tokens` may hold. The minimum is our decision: the spec gives none.
pub static MAX_OUTPUT_TOKENS_LIMITS: NumberInText = NumberInText {
    minimum: Minimum::AtLeast(1),
    at_most: 2000,
    decimals: false,
    default: "240",
    unit: Text::fixed("tokens", "tokens"),
};

/// `system_prompt`: the frame given to the AI.
pub const SYSTEM_PROMPT: Parameter = Parameter {
    name: "system_prompt",
    spec: "Consigne système donnée à l'IA pour cadrer sa réponse.",
    about: Text::fixed(
        "Instructions that frame the answer. The contact's data is always given to the model beside them, as data: no reference may stand here.",
        "Consigne système donnée à l'IA pour cadrer sa réponse. Les données du contact lui sont toujours fournies à côté : aucune référence ici.",
    ),
    kind: ParameterKind::Text,
    required: false,
    references: References::None,
    examples: &[Example {
        title: Text::fixed("A tone and a length", "Un ton et une longueur"),
        value: Text::fixed(
            "Answer in two or three sentences, in a warm tone.",
            "Réponds en deux ou trois phrases, sur un ton cordial.",
        ),
    }],
};

/// `model`: the model to use.
pub const MODEL: Parameter = Parameter {
    name: "model",
    spec: "Modèle à utiliser. Laisser vide pour utiliser celui configuré dans Sources.",
    about: Text::fixed(
        "Model to use. Empty: the one in the configuration.",
        "Modèle à utiliser. Laisser vide pour utiliser celui configuré dans Sources.",
    ),
    kind: ParameterKind::Text,
    required: false,
    references: References::None,
    examples: &[],
};
