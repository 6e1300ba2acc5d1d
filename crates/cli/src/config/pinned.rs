//! From the file as it is written to what it means, each mistake with its line and column.

use std::{collections::BTreeMap, fmt::Display, path::PathBuf, str::FromStr, time::Duration};

use jiff::{SignedDuration, tz::TimeZone};
use relance_diagnostics::{Source, Text};
use relance_model::{UnknownEnvironment, egress::Allow};
use relance_runtime::{
    action::Texts,
    driver::Settings,
    identity::Region,
    retry::{OnUnknown, RetryPolicy},
};
use relance_validator::{Code, Level, Options};
use toml::Spanned;
use url::Url;

use super::{
    AiSetup, Config, did_you_mean,
    file::{self, Connector, File, Foreign, Placed, Provider, Weight},
    secrets::{Origin, SecretSetup, SecretSetups},
};
use crate::{trouble::Trouble, words::identity};

/// How long an AI may take when the configuration does not say.
const AI_TIMEOUT: Duration = Duration::from_mins(1);

/// A configuration file while it is read: knows where each value stands.
pub(super) struct Pinned<'s> {
    pub(super) source: &'s Source,
    /// The folder from which its paths start.
    pub(super) folder: PathBuf,
}

impl Pinned<'_> {
    /// What the file means.
    pub(super) fn config(&self) -> Result<Config, Trouble> {
        let file = self.parse()?;
        let Connector::Embedded = file.crm.connector;
        let usual = Settings::default();
        let secrets = self.secrets(&file)?;
        Ok(Config {
            options: self.options(&file)?,
            db: file.db.map(|path| self.folder.join(path)),
            proxy: file.egress.proxy.as_ref().map(|url| self.url(url)).transpose()?,
            retry: self.retry(&file.retry)?,
            on_unknown: file.http.on_unknown.map_or(usual.on_unknown, OnUnknown::from),
            calls_at_once: match &file.http.calls_at_once {
                Some(count) => self.at_least_one(count)?,
                None => usual.calls_at_once,
            },
            limits: self.limits(&file.http)?,
            region: self.parsed::<Region>(file.region.as_ref(), identity)?.unwrap_or_default(),
            zone: file.timezone.as_ref().map(|name| self.zone(name)).transpose()?,
            ai: file.ai.map(|ai| self.ai(ai)).transpose()?,
            texts: Texts::new(file.texts),
            secrets,
            folder: self.folder.clone(),
        })
    }

    fn parse(&self) -> Result<File, Trouble> {
        let text = self.source.text().map_err(|error| {
            let place = error.valid_up_to();
            self.trouble(
                place,
                &Text::fixed("the text is not UTF-8", "le texte n'est pas en UTF-8"),
            )
        })?;
        toml::from_str(text).map_err(|error| {
            let place = error.span().map_or(0, |span| span.start);
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            // What the parsers of TOML say is quoted; they know no French.
            let message = Text::new(
                format!("the configuration cannot be read: {message}"),
                format!("la configuration est illisible : « {message} »"),
            );
            self.trouble(place, &message)
        })
    }

    fn options(&self, file: &File) -> Result<Options, Trouble> {
        let passes = file.foreign.iter().filter(|(_, what)| **what == Foreign::Pass);
        let levels = file.diagnostics.iter().map(|(code, weight)| self.level(code, *weight));
        Ok(Options {
            environment: self
                .parsed(file.environment.as_ref(), no_environment)?
                .unwrap_or_default(),
            allow: self.hosts(&file.egress.allow)?,
            foreign_passes: passes.map(|(block_type, _)| block_type.clone()).collect(),
            levels: levels.collect::<Result<BTreeMap<_, _>, _>>()?,
            block_levels: self.block_levels(file)?,
        })
    }

    fn block_levels(
        &self,
        file: &File,
    ) -> Result<BTreeMap<String, BTreeMap<Code, Level>>, Trouble> {
        let block = |(id, weights): (&String, &BTreeMap<Placed, Weight>)| {
            let levels = weights.iter().map(|(code, weight)| self.block_level(code, *weight));
            Ok((id.clone(), levels.collect::<Result<_, _>>()?))
        };
        file.blocks.iter().map(block).collect()
    }

    fn hosts(&self, entries: &[Placed]) -> Result<Vec<Allow>, Trouble> {
        let host = |entry: &Placed| {
            Allow::from_str(entry.get_ref()).map_err(|mistake| self.at(entry, &mistake.text()))
        };
        entries.iter().map(host).collect()
    }

    fn block_level(&self, code: &Placed, weight: Weight) -> Result<(Code, Level), Trouble> {
        let (known, level) = self.level(code, weight)?;
        if known.is_warning() {
            return Ok((known, level));
        }
        let message = Text::fixed(
            "only warnings can have another weight in one block: for all blocks, write this under `[diagnostics]`",
            "seuls les avertissements peuvent changer de poids dans un bloc : pour tous les blocs, écrivez ceci sous `[diagnostics]`",
        );
        Err(self.at(code, &message))
    }

    fn level(&self, code: &Placed, weight: Weight) -> Result<(Code, Level), Trouble> {
        let name = code.get_ref();
        let Ok(known) = name.parse::<Code>() else {
            let trouble = self.at(
                code,
                &Text::new(
                    format!("`{name}` is not the code of a finding"),
                    format!("`{name}` n'est pas le code d'un constat"),
                ),
            );
            return Err(did_you_mean(trouble, name, Code::ALL.iter().map(|code| code.as_str())));
        };
        let (level, may_be) = match weight {
            Weight::Error => (Level::Error, true),
            Weight::Warning => (Level::Warning, known.may_be_lowered()),
            Weight::Ignore => {
                (Level::Ignore, known.may_be_lowered() && known != Code::UnknownParameter)
            }
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
        Err(self.at(code, &message))
    }

    fn retry(&self, retry: &file::Retry) -> Result<RetryPolicy, Trouble> {
        let usual = RetryPolicy::default();
        let wait = |text: &Option<Placed>, usual: Duration| match text {
            Some(text) => self.duration(text),
            None => Ok(usual),
        };
        Ok(RetryPolicy {
            attempts: match &retry.attempts {
                Some(count) => self.at_least_one(count)?,
                None => usual.attempts,
            },
            base: wait(&retry.first_wait, usual.base)?,
            longest: wait(&retry.longest_wait, usual.longest)?,
            longest_asked: wait(&retry.longest_asked, usual.longest_asked)?,
        })
    }

    fn ai(&self, ai: file::Ai) -> Result<AiSetup, Trouble> {
        let base_url = match (&ai.base_url, ai.provider) {
            (Some(url), _) => self.url(url)?,
            (None, Some(provider)) => self.address(&ai.model, provider)?,
            (None, None) => {
                let message = Text::fixed(
                    "[ai] needs a `provider` (openai, mistral, ollama) or a `base_url`",
                    "[ai] a besoin d'un `provider` (openai, mistral, ollama) ou d'une `base_url`",
                );
                return Err(self.at(&ai.model, &message));
            }
        };
        let timeout = ai.timeout.as_ref().map(|text| self.duration(text)).transpose()?;
        Ok(AiSetup {
            base_url,
            model: ai.model.into_inner(),
            key: ai.key,
            timeout: timeout.unwrap_or(AI_TIMEOUT),
        })
    }

    /// Where a provider's API begins.
    fn address(&self, place: &Placed, provider: Provider) -> Result<Url, Trouble> {
        let address = match provider {
            Provider::OpenAi => "https://api.openai.com/v1",
            Provider::Mistral => "https://api.mistral.ai/v1",
            Provider::Ollama => "http://localhost:11434/v1",
        };
        Url::parse(address).map_err(|error| self.said_by(place, &error))
    }

    fn secrets(&self, file: &File) -> Result<SecretSetups, Trouble> {
        let setups = file.secrets.iter().map(|(name, secret)| {
            let origin = match (&secret.env, &secret.file) {
                (Some(_), Some(_)) => {
                    let message = Text::fixed(
                        "a secret comes from `env` or from `file`, not from both",
                        "un secret vient de `env` ou de `file`, pas des deux",
                    );
                    return Err(self.at(name, &message));
                }
                (variable, None) => Origin::variable(name.get_ref(), variable.as_deref()),
                (None, Some(path)) => Origin::File(self.folder.join(path)),
            };
            let setup = SecretSetup { origin, hosts: self.hosts(&secret.hosts)? };
            Ok((name.get_ref().clone(), setup))
        });
        Ok(SecretSetups(setups.collect::<Result<_, Trouble>>()?))
    }

    fn zone(&self, name: &Placed) -> Result<TimeZone, Trouble> {
        let written = name.get_ref();
        TimeZone::get(written).map_err(|_| {
            let message = Text::new(
                format!("`{written}` is not a time zone: write `Europe/Paris` or `UTC`"),
                format!(
                    "`{written}` n'est pas un fuseau horaire : écrivez `Europe/Paris` ou `UTC`"
                ),
            );
            self.at(name, &message)
        })
    }

    fn url(&self, text: &Placed) -> Result<Url, Trouble> {
        let written = text.get_ref();
        let url = Url::parse(written).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        url.ok_or_else(|| {
            let message = Text::new(
                format!("`{written}` is not the URL of a service: write `https://host` or `http://host:port`"),
                format!("`{written}` n'est pas l'URL d'un service : écrivez `https://hôte` ou `http://hôte:port`"),
            );
            self.at(text, &message)
        })
    }

    fn duration(&self, text: &Placed) -> Result<Duration, Trouble> {
        duration(text.get_ref()).ok_or_else(|| self.at(text, &not_a_duration(text.get_ref())))
    }

    pub(super) fn at_least_one<T: Copy + Default + PartialEq>(
        &self,
        count: &Spanned<T>,
    ) -> Result<T, Trouble> {
        if *count.get_ref() != T::default() {
            return Ok(*count.get_ref());
        }
        let message = Text::fixed("it must be 1 or more", "il doit valoir 1 ou plus");
        Err(self.at(count, &message))
    }

    /// A value with a parser of its own, and what is said of its error.
    fn parsed<T: FromStr>(
        &self,
        text: Option<&Placed>,
        said: impl Fn(&T::Err) -> Text,
    ) -> Result<Option<T>, Trouble> {
        let parse =
            |text: &Placed| text.get_ref().parse().map_err(|error| self.at(text, &said(&error)));
        text.map(parse).transpose()
    }

    fn said_by(&self, value: &Placed, error: &dyn Display) -> Trouble {
        self.at(value, &Text::new(error.to_string(), error.to_string()))
    }

    pub(super) fn at<T>(&self, value: &Spanned<T>, message: &Text) -> Trouble {
        self.trouble(value.span().start, message)
    }

    fn trouble(&self, offset: usize, message: &Text) -> Trouble {
        let place = self.source.place(offset);
        let at = format!("{}:{}:{}", self.source.name(), place.line, place.column);
        let (en, fr) = (&message.en, &message.fr);
        Trouble::unusable(Text::new(format!("{at}: {en}"), format!("{at} : {fr}")))
    }
}

impl From<file::OnUnknown> for OnUnknown {
    fn from(what: file::OnUnknown) -> OnUnknown {
        match what {
            file::OnUnknown::Park => OnUnknown::Park,
            file::OnUnknown::Retry => OnUnknown::Retry,
        }
    }
}

/// That a word names no environment.
fn no_environment(UnknownEnvironment(word): &UnknownEnvironment) -> Text {
    Text::new(
        format!("`{word}` is not an environment: write `production` or `development`"),
        format!("`{word}` n'est pas un environnement : écrivez `production` ou `development`"),
    )
}

/// A duration as people write it: `30`, `30s`, `5 min`, `1h30`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    Duration::try_from(text.parse::<SignedDuration>().ok()?).ok()
}

/// What is wrong with a text that is no duration.
pub(crate) fn not_a_duration(text: &str) -> Text {
    Text::new(
        format!("`{text}` is not a duration: write `30s`, `5min` or `2h`"),
        format!("`{text}` n'est pas une durée : écrivez `30s`, `5min` ou `2h`"),
    )
}
