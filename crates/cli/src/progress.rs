//! How far a campaign is, while it is carried out: a bar in a terminal, a line every now and then elsewhere.
//!
//! What is shown is read from the database, so that it counts what other processes do too.

use std::{
    collections::VecDeque,
    convert::Infallible,
    io::{self, IsTerminal},
    sync::Arc,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use relance_diagnostics::{Language, Text};
use relance_runtime::journal::{Campaigns, SqliteJournal, Tally};

use crate::output::{Output, note};

/// How often a terminal shows how far it is, and how often a line is written elsewhere.
const BEAT: Duration = Duration::from_secs(1);
const LINE: Duration = Duration::from_secs(15);

/// The time over which the rate is measured.
const WINDOW: Duration = Duration::from_secs(20);

/// Shows how far a campaign is until it is dropped.
#[expect(
    clippy::infinite_loop,
    reason = "whoever watches is dropped when there is nothing more to see"
)]
pub(crate) async fn watch(
    journal: &SqliteJournal,
    campaign: &str,
    out: &Arc<Output>,
) -> Infallible {
    let bar = io::stderr().is_terminal().then(|| {
        let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Cleared(ProgressBar::new(0).with_style(style))
    });
    let mut seen = VecDeque::new();
    loop {
        tokio::time::sleep(if bar.is_some() { BEAT } else { LINE }).await;
        // Whoever carries the campaign out will say what is wrong with the database.
        let Ok(tally) = journal.tally(campaign).await else { continue };
        let now = Instant::now();
        seen.push_back((now, tally.settled()));
        while seen.len() > 2 && seen.front().is_some_and(|(then, _)| now - *then > WINDOW) {
            seen.pop_front();
        }
        let message = message(&tally, rate(&seen), out.language);
        match &bar {
            Some(Cleared(bar)) => {
                bar.set_length(tally.members().into());
                bar.set_position(tally.settled().into());
                bar.set_message(message);
            }
            None => note(&format!("{campaign}: {message}\n")),
        }
    }
}

/// A bar that goes away with whoever shows it.
struct Cleared(ProgressBar);

impl Drop for Cleared {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// How many contacts a second come to their end.
fn rate(seen: &VecDeque<(Instant, u32)>) -> Option<f64> {
    let ((first, before), (last, after)) = (seen.front()?, seen.back()?);
    let seconds = (*last - *first).as_secs_f64();
    (seconds > 0.0).then(|| f64::from(after.saturating_sub(*before)) / seconds)
}

fn message(tally: &Tally, rate: Option<f64>, language: Language) -> String {
    let (settled, members) = (tally.settled(), tally.members());
    let mut parts = vec![
        Text::new(format!("{settled} of {members}"), format!("{settled} sur {members}"))
            .to(language)
            .to_owned(),
    ];
    if let Some(rate) = rate.filter(|rate| *rate > 0.0) {
        parts.push(format!("{rate:.0}/s"));
        let left = f64::from(tally.pending + tally.running) / rate;
        let left = span(left);
        let text = Text::new(format!("{left} left"), format!("encore {left}"));
        parts.push(text.to(language).to_owned());
    }
    for (number, word) in [
        (tally.failed, Text::fixed("failed", "en échec")),
        (tally.parked, Text::fixed("to decide", "à décider")),
        (tally.waiting, Text::fixed("waiting", "en attente")),
    ] {
        if number > 0 {
            parts.push(format!("{number} {}", word.to(language)));
        }
    }
    parts.join(", ")
}

/// A time to wait, as exact as anybody wants to know it.
fn span(seconds: f64) -> String {
    if seconds < 90.0 {
        format!("{seconds:.0} s")
    } else if seconds < 5400.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3600.0)
    }
}
