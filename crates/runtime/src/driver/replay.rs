//! A stored run, planned again from its stored bytes. Runs of one graph share the plan: it is made once in a process.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::tz::TimeZone;
use relance_diagnostics::{Language, Severity, Source};
use relance_validator::{Options, Plan, check_and_plan, plan::PLANNER_VERSION};

use super::{Engine, RunError};
use crate::{
    event::{Event, RunStarted},
    history::History,
    journal::{JournalError, started},
    run::RunRow,
};

/// A stored run, ready to go on.
pub(super) struct Replay {
    pub(super) row: RunRow,
    pub(super) started: RunStarted,
    pub(super) zone: TimeZone,
    pub(super) plan: Arc<Plan>,
    pub(super) history: History,
}

/// The plans that were made again lately, by what they were made of. The settings are the same for all of an engine's life.
#[derive(Debug, Default)]
pub(super) struct Plans(Mutex<BTreeMap<PlanKey, Arc<Plan>>>);

/// What a plan depends on: the document, the environment and the foreign types that are passed.
pub(super) type PlanKey = (String, &'static str, BTreeSet<String>);

pub(super) fn plan_key(started: &RunStarted) -> PlanKey {
    let RunStarted { document, environment, foreign_passes, .. } = started;
    (document.clone(), environment.as_str(), foreign_passes.clone())
}

/// How many plans are kept.
const PLANS: usize = 64;

impl Plans {
    fn get(&self, key: &PlanKey) -> Option<Arc<Plan>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).map(Arc::clone)
    }

    pub(super) fn keep(&self, key: PlanKey, plan: &Arc<Plan>) {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.len() >= PLANS {
            plans.clear();
        }
        plans.insert(key, Arc::clone(plan));
    }
}

/// Why a stored run cannot be planned as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplanError {
    /// Another planner made its plan.
    #[error(
        "the run `{run}` was planned by version {found} of the planner, and this program has version {known}: carry it on with the version of relance that began it, or stop it"
    )]
    Planner {
        /// The run.
        run: String,
        /// The planner it was started with.
        found: u32,
        /// The planner here.
        known: u32,
    },
    /// The document is not valid any more: the configuration changed.
    #[error(
        "the graph of the run `{run}` is not valid any more under the present configuration: {why}"
    )]
    Invalid {
        /// The run.
        run: String,
        /// The first finding.
        why: String,
    },
    /// The document means something else now: the configuration changed.
    #[error("the graph of the run `{run}` means something else under the present configuration")]
    AnotherPlan {
        /// The run.
        run: String,
    },
}

impl Engine {
    /// Loads a run, plans it again and folds its events.
    pub(super) async fn replay(&self, run: &str) -> Result<Replay, RunError> {
        let found = self.journal.run(run).await?;
        let row = found.ok_or_else(|| JournalError::UnknownRun(run.to_owned()))?;
        let events = self.journal.events(run, 0).await?;
        self.replay_events(row, &events).await
    }

    /// Plans a run again and folds its events.
    pub(super) async fn replay_events(
        &self,
        row: RunRow,
        events: &[Event],
    ) -> Result<Replay, RunError> {
        let started = started(&row.id, events)?.clone();
        let zone = TimeZone::get(&started.zone).map_err(|_| JournalError::Unreadable {
            what: format!("run `{}`", row.id),
            why: format!("its time zone, {}, is not known here", started.zone),
        })?;
        let plan = self.plan_again(&started).await?;
        let history = History::of(&plan, events)?;
        Ok(Replay { row, started, zone, plan, history })
    }

    pub(super) async fn plan_again(&self, started: &RunStarted) -> Result<Arc<Plan>, RunError> {
        let run = started.run.clone();
        if started.planner != PLANNER_VERSION {
            let (found, known) = (started.planner, PLANNER_VERSION);
            return Err(ReplanError::Planner { run, found, known }.into());
        }
        let key = plan_key(started);
        let plan = if let Some(plan) = self.plans.get(&key) {
            plan
        } else {
            let plan = Arc::new(self.plan_of_document(started).await?);
            self.plans.keep(key, &plan);
            plan
        };
        if plan.hash().to_string() == started.hash {
            Ok(plan)
        } else {
            Err(ReplanError::AnotherPlan { run }.into())
        }
    }

    async fn plan_of_document(&self, started: &RunStarted) -> Result<Plan, RunError> {
        let run = started.run.clone();
        let document = self.journal.document(&started.document).await?;
        let document = document.ok_or_else(|| JournalError::Unreadable {
            what: format!("run `{run}`"),
            why: "its document is not there".to_owned(),
        })?;
        let options = Options {
            environment: started.environment,
            foreign_passes: started.foreign_passes.clone(),
            ..self.settings.options.clone()
        };
        let (checked, plan) =
            check_and_plan(&Source::new(started.graph.as_str(), document), &options);
        plan.ok_or_else(|| {
            let errors = checked.diagnostics.iter().filter(|it| it.severity == Severity::Error);
            let first = errors.map(|it| it.message.to(Language::English).to_owned()).next();
            ReplanError::Invalid { run, why: first.unwrap_or_default() }.into()
        })
    }
}
