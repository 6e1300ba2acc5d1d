//! A sketch made ready to run, with how it must end.

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use relance_diagnostics::{Language, Source};
use relance_runtime::{
    action::Texts,
    driver::{HostLimit, HostLimits, Settings},
    retry::RetryPolicy,
    run::GraphFile,
};
use relance_samples::random::Random;
use relance_validator::{Options, check_and_plan, plan::StepIndex};

use crate::{
    rules::Fates,
    sketch::{Block, GRAPH, Sketch},
};

/// A sketch that the validator found valid.
#[derive(Debug)]
pub struct Case {
    /// What it was made of.
    pub sketch: Sketch,
    /// How every run of it ends.
    pub fates: Fates,
    /// Of each block, its place in the plan, if it takes part.
    pub(crate) steps: Vec<Option<StepIndex>>,
    /// Of each block, all that come before it.
    pub(crate) ancestors: Vec<Vec<usize>>,
    pub(crate) graph: GraphFile,
    pub(crate) settings: Settings,
}

impl Case {
    /// The case of a seed.
    pub fn random(seed: u64) -> Result<Case, String> {
        Case::new(Sketch::random(&mut Random::new(seed)))
    }

    /// Checks a sketch; says why the validator refuses it.
    pub fn new(sketch: Sketch) -> Result<Case, String> {
        let text = sketch.document();
        let foreign_passes = BTreeSet::from(["wait".to_owned()]);
        let options = Options { foreign_passes, ..Options::default() };
        let (checked, plan) = check_and_plan(&Source::new(GRAPH, text.as_bytes()), &options);
        let Some(plan) = plan else {
            let mut why = text;
            for finding in &checked.diagnostics {
                let _ = write!(why, "\n{}", finding.message.to(Language::English));
            }
            return Err(why);
        };
        let retry = RetryPolicy { attempts: sketch.attempts, ..RetryPolicy::default() };
        let settings = Settings {
            retry,
            on_unknown: sketch.on_unknown,
            calls_at_once: sketch.calls_at_once,
            // Other runs of the process may be in the way at a host; that it is heeded is told by tests of its own.
            hosts: HostLimits {
                usual: HostLimit { at_once: sketch.calls_at_once, every: None },
                ..HostLimits::none()
            },
            texts: Texts::new(sketch.texts()),
            options,
            ..Settings::default()
        };
        let fates = sketch.fates();
        let graph = GraphFile::new(GRAPH, text.as_bytes(), plan);
        let ancestors = (0..sketch.blocks.len()).map(|place| sketch.ancestors(place)).collect();
        let step = |block: &Block| graph.plan.find(&block.id).map(|(step, _)| step);
        let steps = sketch.blocks.iter().map(step).collect();
        Ok(Case { sketch, fates, steps, ancestors, graph, settings })
    }

    /// The same with one thing less, in every way that leaves a valid graph.
    pub fn smaller(&self) -> impl Iterator<Item = Arc<Case>> {
        self.sketch.smaller().into_iter().filter_map(|less| Case::new(less).ok()).map(Arc::new)
    }
}
