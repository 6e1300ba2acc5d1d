//! What the keys around the parameters mean: those of a graph, a block and an edge.

use relance_diagnostics::Text;

/// A key of a graph, a block or an edge.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) about: Text,
    /// What to write after its colon, `$0` where the cursor goes.
    pub(crate) value: &'static str,
    pub(crate) required: bool,
}

const fn key(
    name: &'static str,
    required: bool,
    value: &'static str,
    en: &'static str,
    fr: &'static str,
) -> Key {
    Key { name, about: Text::fixed(en, fr), value, required }
}

/// The keys of a graph.
pub(crate) static GRAPH: [Key; 2] = [
    key("nodes", true, "[\n  $0\n]", "The blocks of the graph.", "Les blocs du graphe."),
    key(
        "edges",
        true,
        "[\n  $0\n]",
        "The edges of the graph: which block follows which.",
        "Les liens du graphe : quel bloc suit quel autre.",
    ),
];

/// The keys of a block.
pub(crate) static BLOCK: [Key; 4] = [
    key(
        "id",
        true,
        "\"$0\"",
        "The name of the block in this graph: edges and references use it. 1 to 200 characters, given to no other block.",
        "Le nom du bloc dans ce graphe : les liens et les références l'utilisent. 1 à 200 caractères, propre à ce bloc.",
    ),
    key(
        "type",
        true,
        "\"action\"$0",
        "`action` for the five actions. A block of another type is not run here.",
        "`action` pour les cinq actions. Un bloc d'un autre type n'est pas exécuté ici.",
    ),
    key(
        "position",
        true,
        "{ \"x\": 0, \"y\": 0 }$0",
        "Where the block stands on the canvas. It never changes a run.",
        "La place du bloc sur le canevas. Elle ne change jamais une exécution.",
    ),
    key("data", true, "{\n  $0\n}", "What the block says and does.", "Ce que dit et fait le bloc."),
];

/// The keys of a block's `data`.
pub(crate) static DATA: [Key; 5] = [
    key(
        "label",
        false,
        "\"$0\"",
        "Title of the block, for people.",
        "Titre du bloc, pour les personnes.",
    ),
    key(
        "subtitle",
        false,
        "\"$0\"",
        "A second line under the title.",
        "Une seconde ligne sous le titre.",
    ),
    key(
        "channel",
        false,
        "\"$0\"",
        "The channel that the block belongs to, such as `commercial` or `http`.",
        "Le canal du bloc, par exemple `commercial` ou `http`.",
    ),
    key(
        "description",
        false,
        "\"$0\"",
        "What the block is for, in a sentence.",
        "À quoi sert le bloc, en une phrase.",
    ),
    key(
        "parameters",
        true,
        "{\n  $0\n}",
        "What the block does, in detail: each value is a text.",
        "Le détail de ce que fait le bloc : chaque valeur est un texte.",
    ),
];

/// The keys of an edge.
pub(crate) static EDGE: [Key; 4] = [
    key(
        "id",
        true,
        "\"$0\"",
        "The name of the edge, given to no other edge.",
        "Le nom du lien, propre à ce lien.",
    ),
    key(
        "source",
        true,
        "\"$0\"",
        "The block that comes first, by its id.",
        "Le bloc d'où part le lien, par son id.",
    ),
    key(
        "target",
        true,
        "\"$0\"",
        "The block that follows, by its id.",
        "Le bloc qui suit, par son id.",
    ),
    Key { name: "sourceHandle", about: EDGE_HANDLE, value: "\"$0\"", required: false },
];

/// `sourceHandle`.
pub(crate) const EDGE_HANDLE: Text = Text::fixed(
    "When the edge is taken: `success` when the block before it succeeded, `error` when it failed. Absent: `success`.",
    "Quand le lien est suivi : `success` si le bloc précédent a réussi, `error` s'il a échoué. Absent : `success`.",
);

/// The values of `sourceHandle`.
pub(crate) static HANDLES: [(&str, Text); 2] = [
    (
        "success",
        Text::fixed("When the block before it succeeded.", "Quand le bloc précédent a réussi."),
    ),
    ("error", Text::fixed("When the block before it failed.", "Quand le bloc précédent a échoué.")),
];

/// `action_type`.
pub(crate) static ACTION_TYPE: Text = Text::fixed(
    "`action_type`\n\nWhich action the block performs. Without it, the block creates a task for the sales team.",
    "`action_type`\n\nL'action que le bloc réalise. Sans lui, le bloc crée une tâche commerciale.",
);

/// What a key of a block means, by the keys that lead to it.
pub(crate) fn envelope(keys: &[&str]) -> Option<&'static Text> {
    let known: (&'static [Key], &str) = match keys {
        ["data", name] => (&DATA, name),
        [name] => (&BLOCK, name),
        _ => return None,
    };
    known.0.iter().find(|key| key.name == known.1).map(|key| &key.about)
}

/// What a key of an edge means.
pub(crate) fn edge_key(name: &str) -> Option<&'static Text> {
    EDGE.iter().find(|key| key.name == name).map(|key| &key.about)
}
