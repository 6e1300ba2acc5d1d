//! Secrets: given by the operator, bound to hosts, and never shown.
//!
//! A secret enters a request while the request is made for one host, and only if the operator said that this host may have it:
//! a graph's author cannot send a token to a server of their own. Whatever comes back from outside passes a [`Redactor`], because
//! a service may well repeat what it was sent.

mod redact;

use std::{collections::BTreeMap, fmt};

use relance_model::egress::Allow;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::failure::Reason;

pub use redact::Redactor;

/// What stands before the name of a secret in the name of an environment variable.
pub const VARIABLE_PREFIX: &str = "RELANCE_SECRET_";

/// A secret as the operator gives it.
#[derive(Clone)]
pub struct Secret {
    /// Its value. White space around it is not part of it: files end with a line break.
    pub value: SecretString,
    /// Where it may be sent. Nowhere, when empty.
    pub hosts: Vec<Allow>,
}

/// The secrets of an installation, by name.
#[derive(Clone, Default)]
pub struct Secrets {
    by_name: BTreeMap<String, Secret>,
    standing_in: bool,
}

impl Secrets {
    /// Those secrets. A blank value is no secret, and is left out.
    pub fn new(secrets: impl IntoIterator<Item = (String, Secret)>) -> Secrets {
        let trimmed = secrets.into_iter().map(|(name, secret)| {
            let value = SecretString::from(secret.value.expose_secret().trim());
            (name, Secret { value, hosts: secret.hosts })
        });
        let by_name = trimmed.filter(|(_, secret)| !secret.value.expose_secret().is_empty());
        Secrets { by_name: by_name.collect(), standing_in: false }
    }

    /// Those of environment variables that begin with [`VARIABLE_PREFIX`], each bound to the hosts that the configuration has
    /// for its name.
    pub fn from_variables(
        variables: impl IntoIterator<Item = (String, String)>,
        hosts: &BTreeMap<String, Vec<Allow>>,
    ) -> Secrets {
        Secrets::new(variables.into_iter().filter_map(|(variable, value)| {
            let name = variable.strip_prefix(VARIABLE_PREFIX)?;
            let hosts = hosts.get(name).cloned().unwrap_or_default();
            Some((name.to_owned(), Secret { value: value.into(), hosts }))
        }))
    }

    /// For a sandbox: every name has a value that is worth nothing and may be sent anywhere.
    pub fn standing_in() -> Secrets {
        Secrets { by_name: BTreeMap::new(), standing_in: true }
    }

    /// What removes them from texts.
    pub fn redactor(&self) -> Redactor {
        Redactor::new(self.by_name.iter().map(|(name, secret)| {
            (format!("[secret {name}]"), secret.value.expose_secret().to_owned())
        }))
    }

    /// The value of a secret, for a call to that URL.
    pub(crate) fn reveal(&self, name: &str, url: &Url) -> Result<SecretString, Reason> {
        if self.standing_in {
            return Ok(SecretString::from(format!("sandbox-{name}")));
        }
        let Some(secret) = self.by_name.get(name) else {
            return Err(Reason::new(
                "secret-missing",
                format!("the secret `{name}` is not configured: set {VARIABLE_PREFIX}{name}"),
            ));
        };
        if secret.hosts.iter().any(|host| host.fits(url)) {
            return Ok(secret.value.clone());
        }
        let host = url.host_str().unwrap_or_default();
        Err(Reason::new(
            "secret-not-allowed-here",
            format!(
                "the secret `{name}` may not be sent to `{host}`: [secrets.{name}] hosts = [\"{host}\"] would allow it"
            ),
        ))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_name.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, Secrets};
    use secrecy::ExposeSecret;
    use std::collections::BTreeMap;
    use url::Url;

    fn secrets() -> Secrets {
        let hosts = BTreeMap::from([("CRM".to_owned(), vec!["*.crm.example".parse().unwrap()])]);
        let variables = [
            ("RELANCE_SECRET_CRM", "s3cr3t-value\n"),
            ("RELANCE_SECRET_BLANK", " "),
            ("HOME", "/root"),
        ];
        Secrets::from_variables(
            variables.map(|(name, value)| (name.to_owned(), value.to_owned())),
            &hosts,
        )
    }

    fn reveal(name: &str, url: &str) -> Result<String, String> {
        let value = secrets().reveal(name, &Url::parse(url).unwrap());
        value.map(|it| it.expose_secret().to_owned()).map_err(|reason| reason.code.into_owned())
    }

    #[test]
    fn a_secret_goes_only_to_the_hosts_it_is_bound_to() {
        assert_eq!(reveal("CRM", "https://api.crm.example/x"), Ok("s3cr3t-value".to_owned()));
        assert_eq!(
            reveal("CRM", "https://evil.example/"),
            Err("secret-not-allowed-here".to_owned())
        );
        assert_eq!(
            reveal("CRM", "https://crm.example.evil.example/"),
            Err("secret-not-allowed-here".to_owned())
        );
        assert_eq!(reveal("BLANK", "https://api.crm.example/"), Err("secret-missing".to_owned()));
        assert_eq!(reveal("HOME", "https://api.crm.example/"), Err("secret-missing".to_owned()));
    }

    #[test]
    fn a_secret_without_hosts_goes_nowhere() {
        let secrets = Secrets::new([(
            "A".to_owned(),
            Secret { value: "abcdefgh".into(), hosts: Vec::new() },
        )]);
        let refusal = secrets.reveal("A", &Url::parse("https://a.example/").unwrap()).unwrap_err();
        assert_eq!(refusal.code, "secret-not-allowed-here");
    }

    #[test]
    fn debug_shows_no_value() {
        let shown = format!("{:?} {:?}", secrets(), secrets().by_name);
        assert!(shown.contains("CRM") && !shown.contains("s3cr3t"), "{shown}");
    }
}
