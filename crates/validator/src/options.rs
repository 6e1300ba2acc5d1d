//! What a check is told from outside.

use std::collections::{BTreeMap, BTreeSet};

use relance_model::{Environment, egress::Allow};

use crate::Code;

/// How to check.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where the graph is meant to run.
    pub environment: Environment,
    /// `[egress] allow`: hosts, networks and ports that may be called although the rules refuse them.
    pub allow: Vec<Allow>,
    /// `[foreign]`: the block types that a run passes through; all others are refused.
    pub foreign_passes: BTreeSet<String>,
    /// Codes with another weight than their own. Entries that a code does not allow ([`Code::may_be_lowered`]) have no effect.
    pub levels: BTreeMap<Code, Level>,
    /// The same for one block alone, by its id; it goes before [`levels`](Options::levels). Only the weight of warnings can be
    /// changed ([`Code::is_warning`]): whether a block has a plan is not a matter of where it stands.
    pub block_levels: BTreeMap<String, BTreeMap<Code, Level>>,
}

/// Another weight for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Not reported.
    Ignore,
    /// Reported as a warning.
    Warning,
    /// Reported as an error.
    Error,
}
