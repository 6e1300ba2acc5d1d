//! The world that a run meets: the real one, or a sandbox.

use std::{path::PathBuf, sync::Arc};

use relance_diagnostics::Text;
use relance_runtime::{
    driver::{Engine, World},
    journal::{Journal, SqliteJournal},
    port::{Ai, AiSettings, Clock, ConnectedAi, Egress, GuardedHttp, NoAi, SystemClock},
    sandbox::{Sandbox, SandboxSettings},
    secret::Secrets,
};
use tempfile::TempDir;

use crate::{config::Config, trouble::Trouble};

/// An engine that reaches the real world.
pub(crate) fn real(config: &Config, journal: &Arc<SqliteJournal>) -> Result<Engine, Trouble> {
    let secrets = config.secrets()?;
    engine(config, journal, &config.egress(), config.ai()?, secrets)
}

/// An engine whose world is that sandbox.
pub(crate) fn sandboxed(
    config: &Config,
    journal: &Arc<SqliteJournal>,
    sandbox: &Sandbox,
) -> Result<Engine, Trouble> {
    let egress = sandbox.egress(config.policy());
    engine(config, journal, &egress, config.sandbox_ai(), Secrets::standing_in())
}

fn engine(
    config: &Config,
    journal: &Arc<SqliteJournal>,
    egress: &Egress,
    ai: Option<AiSettings>,
    secrets: Secrets,
) -> Result<Engine, Trouble> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let redactor = secrets.redactor();
    let http = GuardedHttp::new(egress, &redactor, Arc::clone(&clock))?;
    let ai: Arc<dyn Ai> = match ai {
        Some(ai) => Arc::new(ConnectedAi::new(egress, ai, &redactor, Arc::clone(&clock))?),
        None => Arc::new(NoAi),
    };
    let world = World { clock, http: Arc::new(http), ai };
    let journal: Arc<dyn Journal> = Arc::clone(journal) as Arc<dyn Journal>;
    Ok(Engine::new(journal, world, config.settings(secrets)))
}

/// A sandbox, and the folder that goes away with it where nobody named one.
pub(crate) struct Playground {
    pub(crate) sandbox: Sandbox,
    /// Where a throwaway database lies.
    pub(crate) throwaway: TempDir,
}

impl Playground {
    /// Opens one that keeps what it receives in that folder, if one is named.
    pub(crate) async fn open(folder: Option<PathBuf>) -> Result<Playground, Trouble> {
        let throwaway = tempfile::Builder::new().prefix("relance-").tempdir().map_err(|error| {
            Trouble::unusable(Text::new(
                format!("no folder for temporary files can be made: {error}"),
                format!("aucun dossier temporaire ne peut être créé : {error}"),
            ))
        })?;
        let folder = folder.unwrap_or_else(|| throwaway.path().join("received"));
        let settings = SandboxSettings { folder: Some(folder), ..SandboxSettings::default() };
        Ok(Playground { sandbox: Sandbox::start(settings).await?, throwaway })
    }
}
