//! Secrets: named in the configuration, held by the environment or by files, and read when a run needs them.

use std::{collections::BTreeMap, fs, path::PathBuf};

use relance_diagnostics::Text;
use relance_model::egress::Allow;
use relance_runtime::secret::{Secret, Secrets, VARIABLE_PREFIX};

use crate::{input::unreadable, trouble::Trouble};

/// Every secret that the configuration names.
#[derive(Debug, Default)]
pub(super) struct SecretSetups(pub(super) BTreeMap<String, SecretSetup>);

/// One secret: where it is, and where it may go.
#[derive(Debug)]
pub(super) struct SecretSetup {
    pub(super) origin: Origin,
    pub(super) hosts: Vec<Allow>,
}

/// Where a secret is.
#[derive(Debug)]
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
        let usual = SecretSetup { origin: Origin::variable(name, None), hosts: Vec::new() };
        let setup = self.0.get(name).unwrap_or(&usual);
        setup.value()?.ok_or_else(|| {
            let message = Text::new(
                format!("the secret `{name}` is not there"),
                format!("le secret `{name}` n'est pas là"),
            );
            let trouble = Trouble::unusable(message);
            match &setup.origin {
                Origin::Variable(variable) => trouble.help(Text::new(
                    format!("set the environment variable {variable}"),
                    format!("donnez sa valeur à la variable d'environnement {variable}"),
                )),
                Origin::File(path) => trouble.help(Text::new(
                    format!("write it to `{}`", path.display()),
                    format!("écrivez-le dans `{}`", path.display()),
                )),
            }
        })
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
