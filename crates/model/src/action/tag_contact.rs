//! `tag_contact`: put a tag on the contact.

use relance_diagnostics::Text;
use serde::{Deserialize, Serialize};

use super::{Example, NewBlock, Output, Parameter, ParameterKind, References, Spec};

/// Parameters of a tag to put.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagContact {
    /// Name of the tag.
    pub tag: String,
}

/// What a block that tags the contact is.
pub static SPEC: Spec = Spec {
    name: "tag_contact",
    action_type: Some("tag_contact"),
    title: Text::fixed("Tag the contact", "Marquer le contact"),
    about: Text::fixed(
        "Puts a tag on the contact, to find it again or to start other automations.",
        "Marque le contact avec un tag pour le retrouver dans la base ou déclencher d'autres automatisations.",
    ),
    block: NewBlock {
        id: "tag-contact",
        subtitle: Text::fixed("Tagging", "Étiquetage"),
        channel: "commercial",
        description: Text::fixed(
            "Puts a tag on the contact.",
            "Pose une étiquette sur le contact.",
        ),
    },
    parameters: &[TAG],
    outputs: &[
        Output {
            name: "tag",
            about: Text::fixed("The tag.", "L'étiquette."),
            json_type: "string",
            nullable: false,
        },
        Output {
            name: "added",
            about: Text::fixed(
                "Whether the contact did not have it before.",
                "Si le contact ne l'avait pas encore.",
            ),
            json_type: "boolean",
            nullable: false,
        },
    ],
};

/// `tag`: the tag to put.
pub const TAG: Parameter = Parameter {
    name: "tag",
    spec: "Nom de l'étiquette à poser sur le contact.",
    about: Text::fixed(
        "Name of the tag to put on the contact. It must hold more than white space.",
        "Nom de l'étiquette à poser sur le contact. Ne peut pas être vide.",
    ),
    kind: ParameterKind::Text,
    required: true,
    references: References::Data,
    examples: &[Example::new(
        Text::fixed("A follow-up was sent", "Une relance est partie"),
        "relance_envoyee",
    )],
};
