//! Secrets: named in the configuration, held by the environment or by files, and read when a run needs them.

use std::{borrow::Cow, collections::BTreeMap, fs, path::PathBuf};

use relance_diagnostics::Text;
use relance_model::egress::Allow;
use relance_runtime::secret::{Secret, Secrets, VARIABLE_PREFIX};
use url::Url;

use crate::{input::unreadable, trouble::Trouble};

/// Every secret that the configuration names.
#[derive(Debug, Default)]
pub(super) struct SecretSetups(pub(super) BTreeMap<String, SecretSetup>);

/// One secret: where it is, and where it may go.
#[derive(Debug, Clone)]
pub(super) struct SecretSetup {
    pub(super) origin: Origin,
    pub(super) hosts: Vec<Allow>,
}

/// Where a secret is.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    Variable(String),
    File(PathBuf),
}

impl Origin {
    /// The variable that was named, else the one that goes with the secret's name.
    pub(super) fn variable(secret: &str, named: Option<&str>) -> Origin {
        let usual = || format!("{VARIABLE_PREFIX}{secret}");
        Origin::Variable(named.map_or_else(usual, str::to_owned))
    }

    /// That the secret is not there, and where to put it.
    fn missing(&self, name: &str) -> Text {
        match self {
            Origin::Variable(variable) => Text::new(
                format!(
                    "the secret `{name}` is not set: give its value to the environment variable {variable}"
                ),
                format!(
                    "le secret `{name}` manque : donnez sa valeur à la variable d'environnement {variable}"
                ),
            ),
            Origin::File(path) => Text::new(
                format!("the secret `{name}` is empty: write it to `{}`", path.display()),
                format!("le secret `{name}` est vide : écrivez-le dans `{}`", path.display()),
            ),
        }
    }
}

impl SecretSetups {
    /// Reads them. One whose variable is not set is not there: a block that needs it says so.
    pub(super) fn read(&self) -> Result<Secrets, Trouble> {
        let mut secrets: BTreeMap<String, Secret> = BTreeMap::new();
        for (variable, value) in std::env::vars_os() {
            let name = variable.to_str().and_then(|it| it.strip_prefix(VARIABLE_PREFIX));
            if let (Some(name), Some(value)) = (name, value.to_str()) {
                let secret = Secret { value: value.into(), hosts: Vec::new() };
                secrets.insert(name.to_owned(), secret);
            }
        }
        for (name, setup) in &self.0 {
            if let Some(value) = setup.value()? {
                let secret = Secret { value: value.into(), hosts: setup.hosts.clone() };
                secrets.insert(name.clone(), secret);
            } else {
                secrets.remove(name);
            }
        }
        Ok(Secrets::new(secrets))
    }

    /// The value of one, or why there is none.
    pub(super) fn value(&self, name: &str) -> Result<String, Trouble> {
        let setup = self.setup(name);
        setup.value()?.ok_or_else(|| Trouble::unusable(setup.origin.missing(name)))
    }

    /// Whether one is there and may go to that service; else what to do.
    pub(super) fn may_send(&self, name: &str, url: &Url) -> Result<(), Text> {
        let setup = self.setup(name);
        match setup.value() {
            Ok(Some(_)) if setup.hosts.iter().any(|host| host.fits(url)) => Ok(()),
            Ok(Some(_)) => {
                let host = url.host_str().unwrap_or_default();
                let add = format!("[secrets.{name}] hosts = [\"{host}\"]");
                Err(Text::new(
                    format!(
                        "the secret `{name}` may not go to `{host}`: allow it in relance.toml with {add}"
                    ),
                    format!(
                        "le secret `{name}` ne peut pas aller vers `{host}` : autorisez-le dans relance.toml avec {add}"
                    ),
                ))
            }
            Ok(None) => Err(setup.origin.missing(name)),
            Err(trouble) => Err(trouble.message),
        }
    }

    fn setup(&self, name: &str) -> Cow<'_, SecretSetup> {
        let usual = || SecretSetup { origin: Origin::variable(name, None), hosts: Vec::new() };
        self.0.get(name).map_or_else(|| Cow::Owned(usual()), Cow::Borrowed)
    }
}

impl SecretSetup {
    fn value(&self) -> Result<Option<String>, Trouble> {
        let value = match &self.origin {
            Origin::Variable(name) => {
                std::env::var_os(name).and_then(|value| value.into_string().ok())
            }
            Origin::File(path) => {
                let text = fs::read_to_string(path);
                Some(text.map_err(|error| unreadable(&path.to_string_lossy(), &error))?)
            }
        };
        let value = value.map(|value| value.trim().to_owned());
        Ok(value.filter(|value| !value.is_empty()))
    }
}
