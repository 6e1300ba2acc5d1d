//! The one reader of configuration: `relance.toml` and the variables of the environment.
//!
//! The file is the one that `--config` names, else `relance.toml` in the folder where the command is given, else none. Paths in
//! it start from its own folder. Whatever is wrong is said with file, line and column before anything is done.

mod file;
mod limits;
mod pinned;
mod secrets;

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::tz::TimeZone;
use relance_diagnostics::{Language, Source, Text};
use relance_model::egress::Policy;
use relance_runtime::{
    action::Texts,
    driver::{HostLimits, LeaseTerms, Settings},
    identity::Region,
    port::{AiSettings, Egress},
    retry::{OnUnknown, RetryPolicy},
    secret::Secrets,
};
use relance_validator::{Options, closest};
use url::Url;

use self::{pinned::Pinned, secrets::SecretSetups};
use crate::{
    args::{Setup, of_terminal},
    input,
    trouble::Trouble,
};

pub(crate) use pinned::{duration, not_a_duration};

/// The file that is read when none is named.
const USUAL_NAME: &str = "relance.toml";

/// The database, when nothing else is said.
const USUAL_DB: &str = "relance.db";

/// More than any configuration holds.
const MAX_BYTES: usize = 1 << 20;

/// What the operator decided, checked.
#[derive(Debug)]
pub(crate) struct Config {
    /// How documents are checked.
    pub(crate) options: Options,
    /// The country assumed for phone numbers written without `+`.
    pub(crate) region: Region,
    db: Option<PathBuf>,
    proxy: Option<Url>,
    retry: RetryPolicy,
    on_unknown: OnUnknown,
    calls_at_once: usize,
    limits: HostLimits,
    zone: Option<TimeZone>,
    /// Texts of replies that no AI writes.
    pub(crate) texts: Texts,
    ai: Option<AiSetup>,
    secrets: SecretSetups,
    /// The folder from which its paths start.
    folder: PathBuf,
}

/// The AI, its key still a name.
#[derive(Debug)]
struct AiSetup {
    base_url: Url,
    model: String,
    key: Option<String>,
    timeout: Duration,
}

impl Config {
    /// Reads the file that was named, or the usual one where there is one, for the environment that was asked for.
    pub(crate) fn load(setup: &Setup) -> Result<Config, Trouble> {
        Config::load_in(Path::new(""), setup)
    }

    /// The same from another folder than that where the command is given.
    pub(crate) fn load_in(folder: &Path, setup: &Setup) -> Result<Config, Trouble> {
        let path = folder.join(setup.config.as_deref().unwrap_or(Path::new(USUAL_NAME)));
        let source = if setup.config.is_none() && is_missing(&path) {
            Source::new(USUAL_NAME, "")
        } else {
            input::read(&path, MAX_BYTES)?
        };
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let mut config = Pinned { source: &source, folder }.config()?;
        if let Some(environment) = setup.env {
            config.options.environment = environment.into();
        }
        Ok(config)
    }

    /// The database: the one that was named, else the configuration's, else `relance.db` beside the configuration.
    pub(crate) fn db(&self, named: Option<&Path>) -> PathBuf {
        let usual = || self.folder.join(USUAL_DB);
        named.or(self.db.as_deref()).map_or_else(usual, Path::to_owned)
    }

    /// The time zone in which dates are written: the configuration's, else the machine's if it has a name, for runs keep it.
    pub(crate) fn zone(&self) -> TimeZone {
        let of_machine = || TimeZone::try_system().ok().filter(|zone| zone.iana_name().is_some());
        self.zone.clone().or_else(of_machine).unwrap_or(TimeZone::UTC)
    }

    /// What a run goes by, with those secrets.
    pub(crate) fn settings(&self, secrets: Secrets) -> Settings {
        Settings {
            retry: self.retry,
            on_unknown: self.on_unknown,
            calls_at_once: self.calls_at_once,
            hosts: self.limits.clone(),
            region: self.region,
            zone: self.zone(),
            secrets,
            texts: self.texts.clone(),
            options: self.options.clone(),
            lease: LeaseTerms::default(),
        }
    }

    /// The names of the secrets of this installation.
    pub(crate) fn secret_names(&self) -> impl Iterator<Item = &str> {
        self.secrets.0.keys().map(String::as_str)
    }

    /// The secrets of this installation.
    pub(crate) fn secrets(&self) -> Result<Secrets, Trouble> {
        self.secrets.read()
    }

    /// Whether a secret is there and may go to that service; else what to do.
    pub(crate) fn may_send(&self, name: &str, url: &Url) -> Result<(), Text> {
        self.secrets.may_send(name, url)
    }

    /// Whether an AI is connected.
    pub(crate) fn has_ai(&self) -> bool {
        self.ai.is_some()
    }

    /// What may be called.
    pub(crate) fn policy(&self) -> Policy {
        Policy { environment: self.options.environment, allow: self.options.allow.clone() }
    }

    /// How calls leave this machine.
    pub(crate) fn egress(&self) -> Egress {
        Egress { proxy: self.proxy.clone(), ..Egress::new(self.policy()) }
    }

    /// The AI that is connected, if one is, with its key.
    pub(crate) fn ai(&self) -> Result<Option<AiSettings>, Trouble> {
        let Some(ai) = &self.ai else { return Ok(None) };
        let key = ai.key.as_deref().map(|name| self.secrets.value(name)).transpose()?;
        Ok(Some(AiSettings { key: key.map(Into::into), ..ai.without_key() }))
    }

    /// The AI as a sandbox plays it: no key leaves the configuration.
    pub(crate) fn sandbox_ai(&self) -> Option<AiSettings> {
        self.ai.as_ref().map(AiSetup::without_key).or_else(AiSettings::sandbox)
    }
}

impl AiSetup {
    fn without_key(&self) -> AiSettings {
        AiSettings {
            base_url: self.base_url.clone(),
            key: None,
            model: self.model.clone(),
            timeout: self.timeout,
        }
    }
}

fn is_missing(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

/// The language of the terminal.
pub(crate) fn language() -> Language {
    let variable =
        |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    of_terminal(variable)
}

/// Who gives the command, by the name that the machine knows.
pub(crate) fn user() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(std::env::var_os);
    let mut names = names.map(|name| name.to_string_lossy().into_owned());
    names.find(|name| !name.trim().is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

/// The same trouble, with the name that was surely meant.
pub(crate) fn did_you_mean<'c>(
    trouble: Trouble,
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Trouble {
    match closest(word, candidates) {
        Some(near) => trouble.help(Text::new(
            format!("did you mean `{near}`?"),
            format!("vouliez-vous dire `{near}` ?"),
        )),
        None => trouble,
    }
}
