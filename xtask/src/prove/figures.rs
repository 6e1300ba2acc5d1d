//! What proofs counted, as it is kept in `docs/reliability.json`.

use std::{
    collections::BTreeMap,
    fs,
    ops::{Deref, DerefMut},
    path::Path,
};

use anyhow::{Context as _, Result, ensure};
use relance_diagnostics::Text;
use serde::{Deserialize, Serialize};

/// A proof: its name among the figures, what it does with each of its cases, and the command that runs it.
pub(crate) struct Proof {
    pub(crate) name: &'static str,
    pub(crate) what: Text,
    pub(crate) cargo: &'static [&'static str],
}

macro_rules! test {
    ($package:literal, $test:literal) => {
        &["test", "--quiet", "--package", $package, "--test", "it", "--", "--exact", $test]
    };
}

/// Every proof, in the order of the table.
pub(crate) const PROOFS: [Proof; 8] = [
    Proof {
        name: "kills",
        what: Text::fixed(
            "`kill -9` before and after every commit and every call of every story",
            "`kill -9` avant et après chaque validation et chaque appel de chaque récit",
        ),
        cargo: test!("relance-runtime", "kill::killed_processes_lose_nothing_and_do_nothing_twice"),
    },
    Proof {
        name: "kills-trusting",
        what: Text::fixed(
            "the same, with `http.on_unknown = \"retry\"`",
            "la même chose, avec `http.on_unknown = \"retry\"`",
        ),
        cargo: test!(
            "relance-runtime",
            "kill::killed_processes_park_nothing_when_services_know_keys"
        ),
    },
    Proof {
        name: "kills-on-disk",
        what: Text::fixed(
            "`kill -9` before, within and after operations on the files of every story",
            "`kill -9` avant, pendant et après des opérations sur les fichiers de chaque récit",
        ),
        cargo: test!(
            "relance-runtime",
            "power::killed::a_process_killed_at_any_operation_loses_nothing_and_does_nothing_twice"
        ),
    },
    Proof {
        name: "kills-of-commands",
        what: Text::fixed(
            "`kill -9` of the program in `run`, `contacts import`, `contacts opt-out`, `tasks done`, `db backup` and `db check`",
            "`kill -9` du programme dans `run`, `contacts import`, `contacts opt-out`, `tasks done`, `db backup` et `db check`",
        ),
        cargo: test!("relance-cli", "killed::a_command_that_is_killed_anywhere_can_be_given_again"),
    },
    Proof {
        name: "two-processes",
        what: Text::fixed(
            "runs that two processes share, one of them killed every second",
            "exécutions que se partagent deux processus, dont un est tué chaque seconde",
        ),
        cargo: test!(
            "relance-runtime",
            "workers::two_processes_share_the_work_though_they_are_killed"
        ),
    },
    Proof {
        name: "four-processes",
        what: Text::fixed(
            "runs that four processes share, one of them killed every second",
            "exécutions que se partagent quatre processus, dont un est tué chaque seconde",
        ),
        cargo: test!(
            "relance-runtime",
            "workers::four_processes_share_the_work_though_they_are_killed"
        ),
    },
    Proof {
        name: "power-cuts",
        what: Text::fixed(
            "states of the disk after a power cut at every write and sync of every story",
            "états du disque après une coupure de courant à chaque écriture et synchronisation de chaque récit",
        ),
        cargo: test!("relance-runtime", "power::a_power_cut_loses_nothing_and_does_nothing_twice"),
    },
    Proof {
        name: "simulated-runs",
        what: Text::fixed(
            "simulated runs of random graphs, with faults, kills and orders of chance",
            "exécutions simulées de graphes au hasard, avec pannes, arrêts brutaux et ordres au hasard",
        ),
        cargo: &["run", "--release", "--quiet", "--package", "xtask", "--", "soak", "trials"],
    },
];

/// What one proof counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counted {
    /// How many cases it looked at.
    pub(crate) cases: u64,
    /// How many went wrong, by the way in which they did.
    pub(crate) wrong: BTreeMap<String, u64>,
    /// What else was seen.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) seen: BTreeMap<Seen, u64>,
}

/// Something that a proof tells beside what went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Seen {
    /// Processes that were killed.
    Kills,
    /// Steps that a kill cut off.
    CutOff,
    /// Steps that came to the receiving end a second time.
    Repeated,
    /// The longest time, in milliseconds, until somebody went on with a step after the kill of its process.
    LongestTakeOver,
}

impl Seen {
    /// What was seen, with its number as people write it.
    pub(crate) fn told(self, number: &str) -> Text {
        match self {
            Seen::Kills => Text::new(format!("{number} kills"), format!("{number} arrêts brutaux")),
            Seen::CutOff => {
                Text::new(format!("{number} steps cut off"), format!("{number} étapes coupées"))
            }
            Seen::Repeated => Text::new(
                format!("{number} repeated, with the same key"),
                format!("{number} répétées, avec la même clé"),
            ),
            Seen::LongestTakeOver => Text::new(
                format!("taken over within {number} ms"),
                format!("reprises en {number} ms au plus"),
            ),
        }
    }
}

/// What all counted, by name.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Figures(BTreeMap<String, Counted>);

/// A line that a proof leaves.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    proof: String,
    cases: u64,
    wrong: BTreeMap<String, u64>,
    #[serde(default)]
    seen: BTreeMap<Seen, u64>,
}

/// Where they are kept, from the root of the workspace.
const FILE: &str = "docs/reliability.json";

impl Figures {
    pub(crate) fn read(workspace: &Path) -> Result<Figures> {
        let text = fs::read_to_string(workspace.join(FILE)).unwrap_or_else(|_| "{}".to_owned());
        let figures: Figures = serde_json::from_str(&text).context(FILE)?;
        let stranger = figures.keys().find(|name| PROOFS.iter().all(|proof| proof.name != **name));
        ensure!(stranger.is_none(), "{FILE} holds figures of no proof: {stranger:?}");
        Ok(figures)
    }

    pub(crate) fn write(&self, workspace: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(workspace.join(FILE), text).context(FILE)
    }

    /// What proofs left, a line each.
    pub(crate) fn of_lines(lines: &str) -> Result<Figures> {
        let mut figures = Figures::default();
        for line in lines.lines() {
            let Line { proof, cases, wrong, seen } =
                serde_json::from_str(line).context("a figure")?;
            figures.insert(proof, Counted { cases, wrong, seen });
        }
        Ok(figures)
    }
}

impl IntoIterator for Figures {
    type Item = (String, Counted);
    type IntoIter = std::collections::btree_map::IntoIter<String, Counted>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Deref for Figures {
    type Target = BTreeMap<String, Counted>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Figures {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}
