//! `[http]`: how hard hosts may be called.

use std::time::Duration;

use relance_diagnostics::Text;
use relance_runtime::driver::{HostLimit, HostLimits};
use toml::Spanned;
use url::Url;

use super::{
    file::{Http, Placed},
    pinned::Pinned,
};
use crate::trouble::Trouble;

/// The slowest pace that can be asked for: a call a day.
const SLOWEST: Duration = Duration::from_hours(24);

impl Pinned<'_> {
    /// The limits of hosts.
    pub(super) fn limits(&self, http: &Http) -> Result<HostLimits, Trouble> {
        let known = HostLimits::default();
        let limit = |at_once: &Option<Spanned<usize>>,
                     per_second: &Option<Spanned<f64>>,
                     usual: HostLimit| {
            let at_once = at_once.as_ref().map(|it| self.at_least_one(it)).transpose()?;
            let every = per_second.as_ref().map(|it| self.every(it)).transpose()?;
            Ok::<_, Trouble>(HostLimit {
                at_once: at_once.unwrap_or(usual.at_once),
                every: every.or(usual.every),
            })
        };
        let usual = limit(&http.at_once, &http.per_second, known.usual)?;
        let of = http.hosts.iter().map(|(name, host)| {
            Ok((self.host(name)?, limit(&host.at_once, &host.per_second, usual)?))
        });
        Ok(HostLimits { usual, of: of.collect::<Result<_, Trouble>>()?, ..known })
    }

    /// From one call to the next.
    fn every(&self, per_second: &Spanned<f64>) -> Result<Duration, Trouble> {
        let every = Duration::try_from_secs_f64(per_second.get_ref().recip()).ok();
        every.filter(|every| *every <= SLOWEST && *per_second.get_ref() > 0.0).ok_or_else(|| {
            let message = Text::fixed(
                "it must be more than 0: `10`, or `0.5` for one call every two seconds",
                "il doit être supérieur à 0 : `10`, ou `0.5` pour un appel toutes les deux secondes",
            );
            self.at(per_second, &message)
        })
    }

    /// A host as gates know it: in lower case, with its port if one is written.
    fn host(&self, name: &Placed) -> Result<String, Trouble> {
        let written = name.get_ref();
        let canonical = || {
            // A scheme without a usual port would not lower the case; this one drops its own port, which is put back.
            let url = Url::parse(&format!("https://{written}")).ok()?;
            let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
            let bare = bare && url.username().is_empty() && !written.ends_with(['/', ':']);
            let host = url.host_str().filter(|_| bare)?;
            let host = host.strip_suffix('.').unwrap_or(host);
            let port = url.port().or_else(|| written.ends_with(":443").then_some(443));
            Some(port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
        };
        canonical().ok_or_else(|| {
            let message = Text::new(
                format!("`{written}` is not a host: write `api.exemple.com`, or `api.exemple.com:8443` for one port"),
                format!("`{written}` n'est pas un hôte : écrivez `api.exemple.com`, ou `api.exemple.com:8443` pour un seul port"),
            );
            self.at(name, &message)
        })
    }
}
