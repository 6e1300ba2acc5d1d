//! Whoever cares for a run in a process: starts it or takes it up, waits for it, and decides what a person would.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use relance_model::contact::Contact;
use relance_runtime::{
    driver::{Engine, Outcome, ResolveError, RunError, Start},
    identity::{Person, Region, identify},
    journal::JournalError,
    port::Clock as _,
    run::{GraphFile, Report, RunStatus},
};

use crate::{flaky::refusal, referee::RunNumber, scenario::Started, stage::Stage, trial::run_id};

/// Why a run was left.
#[derive(Debug)]
pub(crate) enum Left {
    /// Another process has it.
    Elsewhere,
    /// The journal refused.
    Refused,
    /// Nothing else may happen.
    Foul(String),
}

pub(crate) struct Keeper {
    pub(crate) engine: Engine,
    pub(crate) stage: Arc<Stage>,
    pub(crate) graph: GraphFile,
    pub(crate) run: RunNumber,
    pub(crate) started: Started,
}

impl Keeper {
    /// Carries the run to its end, whatever state it is in.
    pub(crate) async fn care(self, after: u64) -> Result<(), Left> {
        self.wait(SignedDuration::from_millis(after as i64)).await;
        let id = run_id(self.run);
        let patience = Duration::from_secs(self.started.patience);
        let contact = Contact { email: Some(email(self.started.contact)), ..Contact::default() };
        let start = Start { graph: self.graph.clone(), contact, run: Some(id.clone()) };
        let mut report = match self.engine.run(start, patience).await.map_err(left)? {
            // Another run of the same contact is active: this one is never started.
            Outcome::Known(report) if report.run.id != id => return Ok(()),
            Outcome::Done(report) | Outcome::Known(report) => report,
        };
        loop {
            report = match report.run.status {
                RunStatus::Running => self.engine.resume(&id, patience).await.map_err(left)?,
                RunStatus::Waiting => {
                    if let Some(time) = report.run.wake_at {
                        self.stage.clock.sleep_until(time).await;
                    }
                    self.engine.resume(&id, patience).await.map_err(left)?
                }
                RunStatus::Stopped => return Ok(()),
                RunStatus::Parked | RunStatus::Succeeded | RunStatus::Failed => {
                    match self.decide(&id, patience).await? {
                        Some(report) => report,
                        None => return Ok(()),
                    }
                }
            }
        }
    }

    /// Decides what a person would, and carries on; none: there is nothing to decide.
    async fn decide(&self, id: &str, patience: Duration) -> Result<Option<Report>, Left> {
        let (decision, finished) = {
            let referee = &self.stage.state().referee;
            (referee.next_decision(self.run), referee.is_finished(self.run))
        };
        let Some((block, decision)) = decision else {
            // What was known here may be old: somebody else may have carried the run on, and have been killed since.
            return if finished { Ok(None) } else { Err(Left::Elsewhere) };
        };
        match self.engine.resolve(id, &block, decision, "somebody").await {
            Ok(_) => {}
            Err(ResolveError::Run(RunError::Journal(JournalError::AnotherActive(_)))) => {
                return Ok(None);
            }
            Err(ResolveError::Run(error)) => return Err(left(error)),
            // Somebody else was quicker.
            Err(
                ResolveError::StillRunning(_)
                | ResolveError::NothingToDecide(_)
                | ResolveError::OnlyRetry(_)
                | ResolveError::Handled(_)
                | ResolveError::StillRead { .. }
                | ResolveError::Stopped(_),
            ) => return Err(Left::Elsewhere),
            Err(error @ ResolveError::UnknownBlock { .. }) => {
                return Err(Left::Foul(error.to_string()));
            }
        }
        self.engine.resume(id, patience).await.map(Some).map_err(left)
    }

    async fn wait(&self, wait: SignedDuration) {
        let clock = &self.stage.clock;
        clock.sleep_until(clock.now() + wait).await;
    }
}

/// Why a run was left, by its error.
fn left(error: RunError) -> Left {
    match error {
        RunError::Journal(JournalError::LeaseLost(_) | JournalError::Held { .. }) => {
            Left::Elsewhere
        }
        RunError::Journal(error) if error == refusal() => Left::Refused,
        error => Left::Foul(format!("the engine gives up: {error}")),
    }
}

/// The e-mail by which a contact is known.
pub(crate) fn email(contact: usize) -> String {
    format!("c{contact}@exemple.com")
}

pub(crate) fn person(contact: usize) -> Person {
    let contact = Contact { email: Some(email(contact)), ..Contact::default() };
    identify(contact, Region::default()).unwrap()
}
