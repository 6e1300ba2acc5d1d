//! The words of an action's page that are not the action's own.

use relance_diagnostics::Text;

pub(super) static ACTION_TYPE: Text = Text::fixed("Its `action_type` is", "Son `action_type` est");

pub(super) static NO_ACTION_TYPE: Text = Text::fixed(
    "It has no `action_type`: that is how it is known.",
    "Elle n'a pas d'`action_type` : c'est à cela qu'on la reconnaît.",
);

pub(super) static PARAMETERS: Text = Text::fixed("Parameters", "Paramètres");

pub(super) static ALL_TEXTS: Text = Text::fixed(
    "All are texts; an optional one that is `\"\"` counts as absent.",
    "Tous sont des textes ; un paramètre facultatif qui vaut `\"\"` compte comme absent.",
);

pub(super) static OBLIGATION: Text = Text::fixed("Required", "Obligatoire");

pub(super) const REQUIRED: Text = Text::fixed("yes", "oui");

pub(super) const OPTIONAL: Text = Text::fixed("no", "non");

pub(super) static HOLDS: Text = Text::fixed("Holds", "Contient");

pub(super) static DEFAULT: Text = Text::fixed("Default", "Par défaut");

pub(super) static REFERENCES: Text = Text::fixed("References", "Références");

pub(super) static SPEC: Text = Text::fixed("Spec (in French)", "Spécification");

pub(super) static COLON: Text = Text::fixed(": ", " : ");

pub(super) static TEXT: Text = Text::fixed("text", "un texte");

pub(super) static TEXT_NOT_BLANK: Text =
    Text::fixed("text that is not blank", "un texte qui n'est pas vide");

pub(super) static CHOICE: Text = Text::fixed("one of the words below", "un des mots ci-dessous");

pub(super) static URL: Text = Text::fixed("a URL", "une URL");

pub(super) static JSON: Text = Text::fixed("JSON in text", "du JSON en texte");

pub(super) static JSON_OF_TEXTS: Text = Text::fixed(
    "JSON in text: a flat object of texts",
    "du JSON en texte : un objet à plat dont les valeurs sont des textes",
);

pub(super) const NUMBER: Text = Text::fixed("number in text", "un nombre en texte");

pub(super) const WHOLE_NUMBER: Text =
    Text::fixed("whole number in text", "un nombre entier en texte");

pub(super) const MORE_THAN: Text = Text::fixed("more than", "plus de");

pub(super) const AT_LEAST: Text = Text::fixed("at least", "au moins");

pub(super) static AT_MOST: Text = Text::fixed("at most", "au plus");

pub(super) static NO_REFERENCES: Text = Text::fixed("none", "aucune");

pub(super) static NO_SECRETS: Text =
    Text::fixed("contact, run, earlier blocks", "contact, exécution, blocs précédents");

pub(super) static ANY_REFERENCES: Text = Text::fixed(
    "contact, run, earlier blocks, secrets",
    "contact, exécution, blocs précédents, secrets",
);

pub(super) static OUTPUTS: Text = Text::fixed("What it gives", "Ce qu'elle donne");

pub(super) static READ_LATER: Text = Text::fixed(
    "Later blocks read it as `{{ blocks.<id>.<output> }}`.",
    "Les blocs suivants le lisent par `{{ blocks.<id>.<sortie> }}`.",
);

pub(super) static OUTPUT_COLUMNS: Text =
    Text::fixed("| output | type | meaning |", "| sortie | type | sens |");

pub(super) static OR_NULL: Text = Text::fixed(" or null", " ou null");

/// A JSON type in words.
pub(super) fn json_type(name: &'static str) -> Text {
    match name {
        "string" => Text::fixed("text", "texte"),
        "integer" => Text::fixed("whole number", "nombre entier"),
        "boolean" => Text::fixed("true or false", "vrai ou faux"),
        "object" => Text::fixed("object", "objet"),
        "any" => Text::fixed("any JSON", "JSON quelconque"),
        other => Text::fixed(other, other),
    }
}
