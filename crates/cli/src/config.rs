//! The one reader of configuration: `relance.toml` and the environment's variables.
//!
//! The file is the one that `--config` names, else `relance.toml` in the folder where the command is given, else none. Paths in
//! it start from its own folder. Whatever is wrong is said with file, line and column before anything is done.

mod file;

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    io::ErrorKind,
    path::{Path, PathBuf},
    str::FromStr,
};

use jiff::tz::TimeZone;
use relance_diagnostics::{Language, Source, Text};
use relance_model::{Environment, egress::Allow};
use relance_validator::{Code, Level, Options, closest};
use url::Url;

use self::file::{File, Foreign, Placed, Weight};
use crate::{input, trouble::Trouble};

/// The file that is read when none is named.
const USUAL_NAME: &str = "relance.toml";

/// More than any configuration holds.
const MAX_BYTES: usize = 1 << 20;

/// What the operator decided, checked.
#[derive(Debug)]
pub(crate) struct Config {
    /// How documents are checked.
    pub(crate) options: Options,
    /// The database that the file names.
    pub(crate) db: Option<PathBuf>,
    /// The time zone in which dates are written.
    pub(crate) zone: Option<TimeZone>,
    /// The proxy through which all calls go.
    pub(crate) proxy: Option<Url>,
    /// The folder from which paths start.
    folder: PathBuf,
}

impl Config {
    /// Reads the file that was named, or the usual one where there is one.
    pub(crate) fn load(named: Option<&Path>) -> Result<Config, Trouble> {
        let path = named.unwrap_or(Path::new(USUAL_NAME));
        if named.is_none() && is_missing(path) {
            return Pinned::new(&Source::new(USUAL_NAME, ""))
                .config(File::default(), PathBuf::new());
        }
        let source = input::read(path, MAX_BYTES)?;
        let pinned = Pinned::new(&source);
        let file = pinned.parse()?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        pinned.config(file, folder)
    }

    /// The same, for another environment when one was asked for.
    #[must_use]
    pub(crate) fn environment(mut self, asked: Option<Environment>) -> Config {
        self.options.environment = asked.unwrap_or(self.options.environment);
        self
    }
}

fn is_missing(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

/// The language of an environment: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says something.
pub(crate) fn language() -> Language {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(std::env::var_os);
    let french = |said: OsString| said.to_string_lossy().to_lowercase().starts_with("fr");
    match said.filter(|said| !said.is_empty()).map(french).next() {
        Some(true) => Language::French,
        Some(false) | None => Language::English,
    }
}

/// A configuration file while it is read: knows where each value stands.
struct Pinned<'s> {
    source: &'s Source,
}

impl<'s> Pinned<'s> {
    fn new(source: &'s Source) -> Pinned<'s> {
        Pinned { source }
    }

    fn parse(&self) -> Result<File, Trouble> {
        let text = self.source.text().map_err(|error| {
            let place = error.valid_up_to();
            self.trouble(place, Text::fixed("the text is not UTF-8", "le texte n'est pas en UTF-8"))
        })?;
        toml::from_str(text).map_err(|error| {
            let place = error.span().map_or(0, |span| span.start);
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            self.trouble(place, Text::new(message.clone(), message))
        })
    }

    fn config(&self, file: File, folder: PathBuf) -> Result<Config, Trouble> {
        let environment = match &file.environment {
            Some(word) => self.parsed(word)?,
            None => Environment::default(),
        };
        let allow = file.egress.allow.iter().map(|entry| self.allow(entry));
        let allow = allow.collect::<Result<Vec<_>, _>>()?;
        let passes = |(block_type, what): (String, Foreign)| match what {
            Foreign::Pass => Some(block_type),
            Foreign::Refuse => None,
        };
        let foreign_passes: BTreeSet<String> =
            file.foreign.into_iter().filter_map(passes).collect();
        let levels = file.diagnostics.iter().map(|(code, weight)| self.level(code, *weight));
        let levels: BTreeMap<Code, Level> = levels.collect::<Result<_, _>>()?;
        Ok(Config {
            options: Options { environment, allow, foreign_passes, levels },
            db: file.db.map(|path| folder.join(path)),
            zone: file.timezone.as_ref().map(|name| self.zone(name)).transpose()?,
            proxy: file.egress.proxy.as_ref().map(|url| self.url(url)).transpose()?,
            folder,
        })
    }

    fn allow(&self, entry: &Placed) -> Result<Allow, Trouble> {
        Allow::from_str(entry.get_ref()).map_err(|mistake| self.at(entry, mistake.text()))
    }

    fn level(&self, code: &Placed, weight: Weight) -> Result<(Code, Level), Trouble> {
        let name = code.get_ref();
        let Ok(known) = name.parse::<Code>() else {
            let trouble = self.at(
                code,
                Text::new(
                    format!("`{name}` is not the code of a finding"),
                    format!("`{name}` n'est pas le code d'un constat"),
                ),
            );
            return Err(did_you_mean(trouble, name, Code::ALL.iter().map(|code| code.as_str())));
        };
        let level = match weight {
            Weight::Ignore => Level::Ignore,
            Weight::Warning => Level::Warning,
            Weight::Error => Level::Error,
        };
        let may_be = match level {
            Level::Error => true,
            Level::Warning => known.may_be_lowered(),
            Level::Ignore => known.may_be_lowered() && known != Code::UnknownParameter,
        };
        if may_be {
            return Ok((known, level));
        }
        let message = if known == Code::UnknownParameter {
            Text::fixed(
                "`unknown-parameter` can be lowered to a warning, not ignored",
                "`unknown-parameter` peut devenir un avertissement, pas être ignoré",
            )
        } else {
            Text::new(
                format!("`{name}` is an error and stays one: only warnings can be lowered"),
                format!(
                    "`{name}` est une erreur et le reste : seuls les avertissements s'abaissent"
                ),
            )
        };
        Err(self.at(code, message))
    }

    fn zone(&self, name: &Placed) -> Result<TimeZone, Trouble> {
        TimeZone::get(name.get_ref()).map_err(|_| {
            let name_there = name.get_ref();
            let message = Text::new(
                format!("`{name_there}` is not a time zone: write `Europe/Paris` or `UTC`"),
                format!(
                    "`{name_there}` n'est pas un fuseau horaire : écrivez `Europe/Paris` ou `UTC`"
                ),
            );
            self.at(name, message)
        })
    }

    fn url(&self, text: &Placed) -> Result<Url, Trouble> {
        let url = Url::parse(text.get_ref()).ok();
        url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()).ok_or_else(|| {
            let written = text.get_ref();
            let message = Text::new(
                format!("`{written}` is not the URL of a service: write `https://host` or `http://host:port`"),
                format!("`{written}` n'est pas l'URL d'un service : écrivez `https://hôte` ou `http://hôte:port`"),
            );
            self.at(text, message)
        })
    }

    /// A value whose own parser says in a sentence what is wrong with it.
    fn parsed<T: FromStr<Err: std::fmt::Display>>(&self, text: &Placed) -> Result<T, Trouble> {
        text.get_ref()
            .parse()
            .map_err(|error: T::Err| self.at(text, Text::new(error.to_string(), error.to_string())))
    }

    fn at(&self, value: &Placed, message: Text) -> Trouble {
        self.trouble(value.span().start, message)
    }

    fn trouble(&self, offset: usize, message: Text) -> Trouble {
        let place = self.source.place(offset);
        let at = format!("{}:{}:{}", self.source.name(), place.line, place.column);
        Trouble::unusable(Text::new(
            format!("{at}: {}", message.en),
            format!("{at} : {}", message.fr),
        ))
    }
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
