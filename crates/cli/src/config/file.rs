//! The shape of `relance.toml`, as it is written. An unknown key is a mistake: nobody may believe in a setting that does nothing.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;
use toml::Spanned;

/// A text with its place in the file.
pub(super) type Placed = Spanned<String>;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    /// `production` or `development`.
    pub(super) environment: Option<Placed>,
    /// The database, from the folder of this file.
    pub(super) db: Option<PathBuf>,
    /// The time zone in which dates are written: `Europe/Paris`.
    pub(super) timezone: Option<Placed>,
    /// The country assumed for phone numbers written without `+`.
    pub(super) region: Option<Placed>,
    pub(super) egress: Egress,
    /// What is done with blocks of other types, by type.
    pub(super) foreign: BTreeMap<String, Foreign>,
    /// Another weight for findings, by code.
    pub(super) diagnostics: BTreeMap<Placed, Weight>,
    /// Another weight for warnings about one block, by its id.
    pub(super) blocks: BTreeMap<String, BTreeMap<Placed, Weight>>,
    pub(super) http: Http,
    pub(super) retry: Retry,
    pub(super) ai: Option<Ai>,
    pub(super) crm: Crm,
    /// Texts of replies that no AI writes: graph name, then block id.
    pub(super) texts: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) secrets: BTreeMap<Placed, Secret>,
}

/// `[egress]`: where calls may go, and how.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Egress {
    /// What may be called although the rules refuse it.
    pub(super) allow: Vec<Placed>,
    /// The proxy through which all calls go.
    pub(super) proxy: Option<Placed>,
}

/// What is done with a block of another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Foreign {
    /// The graph is not runnable.
    Refuse,
    /// The run goes through it.
    Pass,
}

/// The weight of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Weight {
    Ignore,
    Warning,
    Error,
}

/// `[http]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Http {
    pub(super) on_unknown: Option<OnUnknown>,
    /// How many outside calls one run may have in flight.
    pub(super) calls_at_once: Option<Spanned<usize>>,
    /// How many calls a host may have in flight, from all runs of a process.
    pub(super) at_once: Option<Spanned<usize>>,
    /// How many calls a host may be sent in a second.
    pub(super) per_second: Option<Spanned<f64>>,
    /// Other limits for some hosts.
    pub(super) hosts: BTreeMap<Placed, Host>,
}

/// `[http.hosts."name"]`; what is left out is as for other hosts.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Host {
    pub(super) at_once: Option<Spanned<usize>>,
    pub(super) per_second: Option<Spanned<f64>>,
}

/// What is done with a POST that may have taken effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OnUnknown {
    /// A person decides.
    Park,
    /// It is repeated with the same key.
    Retry,
}

/// `[retry]`: durations are written as people write them, `1s` or `5 min`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Retry {
    pub(super) attempts: Option<Spanned<u32>>,
    pub(super) first_wait: Option<Placed>,
    pub(super) longest_wait: Option<Placed>,
    pub(super) longest_asked: Option<Placed>,
}

/// `[ai]`: the AI that writes replies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ai {
    pub(super) provider: Option<Provider>,
    /// Where its API begins; needed without `provider`.
    pub(super) base_url: Option<Placed>,
    pub(super) model: Placed,
    /// The name of the secret that is its key.
    pub(super) key: Option<String>,
    pub(super) timeout: Option<Placed>,
}

/// A provider whose address is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Provider {
    OpenAi,
    Mistral,
    Ollama,
}

/// `[crm]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Crm {
    pub(super) connector: Connector,
}

/// The CRM that `crm_upsert` writes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Connector {
    /// Our own, in the database.
    #[default]
    Embedded,
}

/// `[secrets.NAME]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Secret {
    /// The environment variable that holds it; `RELANCE_SECRET_<NAME>` unless told.
    pub(super) env: Option<String>,
    /// The file that holds it, from the folder of this file.
    pub(super) file: Option<PathBuf>,
    /// Where it may be sent.
    pub(super) hosts: Vec<Placed>,
}
