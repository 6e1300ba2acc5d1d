//! A stored run, planned again from its stored bytes.

use jiff::tz::TimeZone;
use relance_diagnostics::{Language, Severity, Source};
use relance_validator::{Options, Plan, check_and_plan, plan::PLANNER_VERSION};

use super::{Engine, RunError};
use crate::{
    event::RunStarted,
    history::History,
    journal::JournalError,
    run::{RunRow, started},
};

/// A stored run, ready to go on.
pub(super) struct Replay {
    pub(super) row: RunRow,
    pub(super) started: RunStarted,
    pub(super) zone: TimeZone,
    pub(super) plan: Plan,
    pub(super) history: History,
}

/// Why a stored run cannot be planned as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplanError {
    /// Another planner made its plan.
    #[error(
        "the run `{run}` was planned by version {found} of the planner, and this program has version {known}"
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
        let unreadable = |why: &str| JournalError::Unreadable {
            what: format!("run `{run}`"),
            why: why.to_owned(),
        };
        let Some(started) = started(&events).cloned() else {
            return Err(unreadable("its first event is not its start").into());
        };
        let zone = TimeZone::get(&started.zone).map_err(|_| {
            unreadable(&format!("its time zone, {}, is not known here", started.zone))
        })?;
        let document = self.journal.document(&started.document).await?;
        let document = document.ok_or_else(|| unreadable("its document is not there"))?;
        let plan = self.replan(&started, document)?;
        let history = History::of(&plan, &events)?;
        Ok(Replay { row, started, zone, plan, history })
    }

    fn replan(&self, started: &RunStarted, document: Vec<u8>) -> Result<Plan, ReplanError> {
        let run = started.run.clone();
        if started.planner != PLANNER_VERSION {
            let (found, known) = (started.planner, PLANNER_VERSION);
            return Err(ReplanError::Planner { run, found, known });
        }
        let options = Options {
            environment: started.environment,
            foreign_passes: started.foreign_passes.clone(),
            ..self.settings.options.clone()
        };
        let (checked, plan) =
            check_and_plan(&Source::new(started.graph.as_str(), document), &options);
        let Some(plan) = plan else {
            let errors = checked.diagnostics.iter().filter(|it| it.severity == Severity::Error);
            let first = errors.map(|it| it.message.to(Language::English).to_owned()).next();
            return Err(ReplanError::Invalid { run, why: first.unwrap_or_default() });
        };
        if plan.hash().to_string() == started.hash {
            Ok(plan)
        } else {
            Err(ReplanError::AnotherPlan { run })
        }
    }
}
