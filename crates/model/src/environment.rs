//! Production or development: the same meaning, other rules for where a call may go.

/// Where a graph is meant to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Environment {
    /// HTTPS to public hosts.
    #[default]
    Production,
    /// HTTP, port 80, localhost and private networks too.
    Development,
}

impl Environment {
    /// The word on the command line and in the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Environment::Production => "production",
            Environment::Development => "development",
        }
    }
}

impl std::str::FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(text: &str) -> Result<Environment, UnknownEnvironment> {
        match text {
            "production" => Ok(Environment::Production),
            "development" => Ok(Environment::Development),
            other => Err(UnknownEnvironment(other.to_owned())),
        }
    }
}

/// A word that names no environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEnvironment(pub String);

impl std::fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` is not an environment: write `production` or `development`", self.0)
    }
}

impl std::error::Error for UnknownEnvironment {}
