//! `crm_upsert`: create or update the contact in the CRM.

use relance_diagnostics::Text;
use serde::{Deserialize, Serialize};

use super::{Example, NewBlock, Output, Parameter, ParameterKind, References, Spec};

/// Parameters of a contact to write to the CRM: a blank or absent name takes the connector's default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrmUpsert {
    /// Name of the CRM field that holds the e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm_champ_email: Option<String>,
    /// Name of the CRM field that holds the phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm_champ_telephone: Option<String>,
}

/// What a block that writes the contact to the CRM is.
pub static SPEC: Spec = Spec {
    name: "crm_upsert",
    action_type: Some("crm_upsert"),
    title: Text::fixed("Create a CRM contact", "Créer un contact CRM"),
    about: Text::fixed(
        "Creates the contact in the connected CRM, or updates it: the e-mail is the key, else the phone number.",
        "Crée ou met à jour un contact dans le CRM connecté : l'email sert de clé, sinon le téléphone.",
    ),
    block: NewBlock {
        id: "create-crm-contact",
        subtitle: Text::fixed("CRM synchronisation", "Synchronisation CRM"),
        channel: "crm",
        description: Text::fixed(
            "Creates the contact in the CRM, or updates it.",
            "Crée ou met à jour un contact dans le CRM.",
        ),
    },
    parameters: &[CRM_CHAMP_EMAIL, CRM_CHAMP_TELEPHONE],
    outputs: &[
        Output {
            name: "id",
            about: Text::fixed(
                "The CRM's id of the contact.",
                "Identifiant du contact dans le CRM.",
            ),
            json_type: "string",
            nullable: false,
        },
        Output {
            name: "created",
            about: Text::fixed(
                "True when it was created, false when updated.",
                "Vrai s'il a été créé, faux s'il a été mis à jour.",
            ),
            json_type: "boolean",
            nullable: false,
        },
        Output {
            name: "matched_by",
            about: Text::fixed(
                "How it was found: `email`, `phone`, or null when it was created.",
                "Comment il a été retrouvé : `email`, `phone`, ou null s'il a été créé.",
            ),
            json_type: "string",
            nullable: true,
        },
    ],
};

/// `crm_champ_email`: the CRM's field for the e-mail.
pub const CRM_CHAMP_EMAIL: Parameter = Parameter {
    name: "crm_champ_email",
    spec: "Nom du champ dans le CRM pour l'email.",
    about: Text::fixed(
        "Name of the CRM field that holds the e-mail. Empty: the connector's default, `email` in most.",
        "Nom du champ dans le CRM pour l'email. Vide : celui du connecteur, le plus souvent `email`.",
    ),
    kind: ParameterKind::Text,
    required: false,
    references: References::None,
    examples: &[Example::new(Text::fixed("In most CRMs", "Dans la plupart des CRM"), "email")],
};

/// `crm_champ_telephone`: the CRM's field for the phone number.
pub const CRM_CHAMP_TELEPHONE: Parameter = Parameter {
    name: "crm_champ_telephone",
    spec: "Nom du champ dans le CRM pour le téléphone.",
    about: Text::fixed(
        "Name of the CRM field that holds the phone number. Empty: the connector's default, `phone` in most.",
        "Nom du champ dans le CRM pour le téléphone. Vide : celui du connecteur, le plus souvent `phone`.",
    ),
    kind: ParameterKind::Text,
    required: false,
    references: References::None,
    examples: &[Example::new(Text::fixed("In most CRMs", "Dans la plupart des CRM"), "phone")],
};
