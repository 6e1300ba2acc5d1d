//! `create_task`: open a task for the sales team. The only action without an `action_type`.

use relance_diagnostics::Text;
use serde::{Deserialize, Serialize};

use super::{Choice, Example, NewBlock, Output, Parameter, ParameterKind, References, Spec};

/// Parameters of a task to create, as written: a blank or absent one takes its default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateTask {
    /// Person or team that the task is assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignation: Option<String>,
    /// How urgent the task is: `haute`, `normale` or `basse`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priorite: Option<String>,
}

/// What a block that creates a task is.
pub static SPEC: Spec = Spec {
    name: "create_task",
    action_type: None,
    title: Text::fixed("Create a sales task", "Créer une tâche commerciale"),
    about: Text::fixed(
        "Creates an internal task, so that the team takes the contact up by hand.",
        "Crée une tâche interne pour que l'équipe reprenne manuellement le contact.",
    ),
    block: NewBlock {
        id: "create-sales-task",
        subtitle: Text::fixed("Human follow-up", "Suivi humain"),
        channel: "commercial",
        description: Text::fixed(
            "Opens a task for the sales team.",
            "Ouvre une tâche pour l'équipe commerciale.",
        ),
    },
    parameters: &[ASSIGNATION, PRIORITE],
    outputs: &[
        Output {
            name: "id",
            about: Text::fixed("Id of the task.", "Identifiant de la tâche."),
            json_type: "string",
            nullable: false,
        },
        Output {
            name: "priority",
            about: Text::fixed("`haute`, `normale` or `basse`.", "`haute`, `normale` ou `basse`."),
            json_type: "string",
            nullable: false,
        },
        Output {
            name: "assignee",
            about: Text::fixed(
                "Person or team that has the task, null when nobody was named.",
                "Personne ou équipe chargée de la tâche, null si personne n'est nommé.",
            ),
            json_type: "string",
            nullable: true,
        },
    ],
};

/// `assignation`: who takes the task.
pub const ASSIGNATION: Parameter = Parameter {
    name: "assignation",
    spec: "Personne ou équipe à qui assigner la tâche.",
    about: Text::fixed(
        "Person or team that the task is assigned to. Empty: nobody in particular.",
        "Personne ou équipe à qui assigner la tâche. Vide : personne en particulier.",
    ),
    kind: ParameterKind::Text,
    required: false,
    references: References::Data,
    examples: &[Example::new(Text::fixed("A team", "Une équipe"), "commercial")],
};

/// `priorite`: how urgent the task is.
pub const PRIORITE: Parameter = Parameter {
    name: "priorite",
    spec: "haute, normale, basse. normale par défaut.",
    about: Text::fixed(
        "How urgent the task is: `haute`, `normale` or `basse`. `normale` when empty.",
        "Urgence de la tâche : `haute`, `normale` ou `basse`. `normale` par défaut.",
    ),
    kind: ParameterKind::Choice(&PRIORITE_VALUES),
    required: false,
    references: References::None,
    examples: &[],
};

/// The words of `priorite`.
pub static PRIORITE_VALUES: Choice = Choice {
    values: &[
        ("haute", Text::fixed("High: to be taken up first.", "À traiter en premier.")),
        ("normale", Text::fixed("Normal.", "Ordinaire.")),
        ("basse", Text::fixed("Low: when there is time.", "Quand il reste du temps.")),
    ],
    default: Some("normale"),
};
