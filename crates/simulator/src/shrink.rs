//! What is left of a failing trial when everything is taken away that it fails without.

use std::{fmt::Write as _, sync::Arc};

use relance_runtime::journal::MemoryJournal;

use crate::{
    Journals,
    case::Case,
    scenario::Scenario,
    trial::{Broken, play},
};

/// A failing trial, as small as it could be made.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The seed it was found with.
    pub seed: u64,
    /// The graph.
    pub case: Arc<Case>,
    /// What befell it.
    pub scenario: Scenario,
    /// What was broken.
    pub broken: Broken,
}

/// How many smaller trials are tried at most.
const TRIES: usize = 3_000;

impl Failure {
    /// Takes away what it fails without. It may break another rule in the end: any will do.
    #[must_use]
    pub fn shrunk(mut self, journals: Journals<'_>) -> Failure {
        let mut tries = 0;
        while let Some(smaller) = self.smaller(journals, &mut tries) {
            self = smaller;
        }
        self
    }

    /// The first smaller trial that fails too.
    fn smaller(&self, journals: Journals<'_>, tries: &mut usize) -> Option<Failure> {
        let scenarios = self.scenario.smaller().into_iter();
        let scenarios = scenarios.map(|scenario| (Arc::clone(&self.case), scenario));
        let cases = self.case.smaller().map(|case| (case, self.scenario.clone()));
        for (case, scenario) in scenarios.chain(cases) {
            *tries += 1;
            if *tries > TRIES {
                return None;
            }
            if let Err(broken) = play(&case, &scenario, journals()) {
                return Some(Failure { seed: self.seed, case, scenario, broken });
            }
        }
        None
    }

    /// All that is needed to see it again.
    pub fn told(&self) -> String {
        let mut text =
            format!("seed {}, turn {}: {}\n", self.seed, self.broken.turn, self.broken.why);
        let sketch = &self.case.sketch;
        let _ = writeln!(
            text,
            "\nsettings: attempts {}, calls at once {}, on unknown {:?}",
            sketch.attempts, sketch.calls_at_once, sketch.on_unknown
        );
        for block in &sketch.blocks {
            let _ = writeln!(text, "block {}: {:?}, {:?}", block.id, block.does, block.answers);
        }
        for run in &self.scenario.runs {
            let _ = writeln!(text, "{run:?}");
        }
        let _ = writeln!(text, "processes: {}", self.scenario.processes);
        for fault in &self.scenario.faults {
            let _ = writeln!(text, "{fault:?}");
        }
        let _ = writeln!(text, "\n{}", sketch.document());
        text
    }
}

/// A fresh journal in memory.
pub fn in_memory() -> Arc<dyn relance_runtime::journal::Journal> {
    Arc::new(MemoryJournal::default())
}
