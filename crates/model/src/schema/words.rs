//! What the schemas say about the envelope: graph, block, edge. An action's own words are in its file under `action`.

use relance_diagnostics::Text;

pub(super) static GRAPH: Text = Text::fixed("Graph", "Graphe");

pub(super) static GRAPH_ABOUT: Text = Text::fixed(
    "A sales follow-up: blocks, and the edges that order them.",
    "Une relance commerciale : des blocs, et les liens qui les ordonnent.",
);

pub(super) static NODES: Text =
    Text::fixed("The blocks: at least one.", "Les blocs : au moins un.");

pub(super) static EDGES: Text =
    Text::fixed("The edges, in any order.", "Les liens, dans n'importe quel ordre.");

pub(super) static BLOCK: Text = Text::fixed("Block", "Bloc");

pub(super) static BLOCK_ABOUT: Text = Text::fixed("One block of a graph.", "Un bloc d'un graphe.");

pub(super) static ID: Text = Text::fixed(
    "Name of the block in its graph, given to no other block.",
    "Nom du bloc dans son graphe, qu'aucun autre bloc ne porte.",
);

pub(super) static TYPE: Text = Text::fixed(
    "`action` for the blocks described here; blocks of another type are foreign.",
    "`action` pour les blocs décrits ici ; les blocs d'un autre type sont étrangers.",
);

pub(super) static TYPE_OF_ACTION: Text = Text::fixed("An action.", "Une action.");

pub(super) static DATA: Text =
    Text::fixed("What the block says and does.", "Ce que le bloc dit et fait.");

/// The texts that a block shows, by key.
pub(super) static BLOCK_TEXTS: [(&str, Text); 4] = [
    ("label", Text::fixed("Title of the block, for people.", "Titre du bloc, pour les lecteurs.")),
    ("subtitle", Text::fixed("A second line under the title.", "Une seconde ligne sous le titre.")),
    (
        "channel",
        Text::fixed(
            "Channel that the block belongs to, such as `commercial` or `http`.",
            "Canal du bloc, par exemple `commercial` ou `http`.",
        ),
    ),
    (
        "description",
        Text::fixed("What the block is for, in a sentence.", "À quoi sert le bloc, en une phrase."),
    ),
];

pub(super) static POSITION: Text = Text::fixed(
    "Place of the block on the canvas. It never changes a run.",
    "Place du bloc sur le canevas. Elle ne change jamais une exécution.",
);

pub(super) static X: Text = Text::fixed("To the right.", "Vers la droite.");

pub(super) static Y: Text = Text::fixed("Downwards.", "Vers le bas.");

pub(super) static PARAMETERS: Text = Text::fixed(
    "What the block does: all values are texts.",
    "Ce que fait le bloc : toutes les valeurs sont des textes.",
);

pub(super) static ACTION_TYPE: Text = Text::fixed(
    "Which action it is. Absent: a task to create.",
    "L'action du bloc. Absent : une tâche à créer.",
);

pub(super) static EDGE: Text = Text::fixed("Edge", "Lien");

pub(super) static EDGE_ABOUT: Text = Text::fixed(
    "The target begins when the source has ended that way.",
    "La cible commence quand la source s'est terminée ainsi.",
);

pub(super) static EDGE_ID: Text = Text::fixed(
    "Name of the edge in its graph, given to no other edge.",
    "Nom du lien dans son graphe, qu'aucun autre lien ne porte.",
);

pub(super) static SOURCE: Text =
    Text::fixed("The id of the block that it leaves.", "L'`id` du bloc d'où il part.");

pub(super) static TARGET: Text =
    Text::fixed("The id of the block that it enters.", "L'`id` du bloc où il arrive.");

pub(super) static SOURCE_HANDLE: Text = Text::fixed(
    "`success` or `error`: which end of the source leads on. Absent or null: `success`.",
    "`success` ou `error` : la fin de la source qui mène plus loin. Absent ou null : `success`.",
);

pub(super) static A_GRAPH: Text = Text::fixed("a graph", "un graphe");

pub(super) static A_BLOCK: Text = Text::fixed("a block", "un bloc");

pub(super) static AN_EDGE: Text = Text::fixed("an edge", "un lien");

pub(super) static GRAPH_OF_ONE_BLOCK: Text =
    Text::fixed("A graph of one block", "Un graphe d'un seul bloc");

pub(super) static GRAPH_WITH_A_FALLBACK: Text =
    Text::fixed("A call, and a task if it fails", "Un appel, et une tâche s'il échoue");

pub(super) static FALLBACK_ABOUT: Text = Text::fixed(
    "If the service cannot be reached, the team takes the contact up by hand.",
    "Si le service ne répond pas, l'équipe reprend le contact à la main.",
);

pub(super) static AFTER_SUCCESS: Text = Text::fixed("After a success", "Après une réussite");

pub(super) static AFTER_FAILURE: Text = Text::fixed("After a failure", "Après un échec");
