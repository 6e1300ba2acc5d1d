//! Whole runs per second, beside the floor below which no engine of this kind can go.
//!
//! Both sides call one loopback server in a process of its own, through one HTTP client, and write one journal each on the same
//! disk. Ours runs a graph of five blocks, three of them calls. The floor makes the same calls and stores the same rows in the
//! same commits, by hand: without planner, history or decisions. Rounds of the two take turns, and what counts is the median of
//! their ratios. In the end both are measured once more with answers that are there at once: what is left is their own cost.

mod cost;
mod floor;
mod ours;
mod target;

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use futures_util::StreamExt as _;
use relance_model::{Environment, contact::Contact, egress::Policy};
use relance_runtime::{
    journal::SqliteJournal,
    port::{Egress, GuardedHttp, Http, SystemClock},
    secret::Secrets,
};

use super::{middle, sorted};

pub(crate) use target::serve;

/// How to measure.
#[derive(Args)]
pub(crate) struct Measure {
    /// How many runs are carried out at once, one measurement each.
    #[arg(long, value_delimiter = ',', default_value = "1,10,50,200")]
    at_once: Vec<usize>,
    /// Rounds of each side; they take turns.
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// How long a round lasts at least, in milliseconds.
    #[arg(long, default_value_t = 600)]
    round_ms: u64,
    /// Only ours, for its memory.
    #[arg(long)]
    ours_only: bool,
    /// How many runs of each side are carried out to measure their own cost.
    #[arg(long, default_value_t = 4_000)]
    cost_runs: usize,
}

/// Measures and prints.
#[expect(clippy::print_stdout, reason = "a chore prints what it measured")]
pub(crate) fn run(measure: &Measure) -> Result<()> {
    let target = target::Target::start()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!(
        "at once    ours/s   floor/s   ratio (least  most)    p50 ours  floor    p99 ours  floor   ratio    resident"
    );
    for at_once in measure.at_once.iter().copied() {
        let figures = runtime.block_on(compare(measure, at_once, &target.url()))?;
        let Figures { ours, floor, ratio: [median, least, most], p99_ratio } = figures;
        println!(
            "{at_once:>7} {:>9.0} {:>9.0}   {median:>5.3} ({least:>5.3} {most:>5.3})  {:>6.2} ms {:>6.2}   {:>6.2} ms {:>6.2}   {p99_ratio:>5.3}  {:>6} MiB",
            ours.rate,
            floor.rate,
            ours.p50,
            floor.p50,
            ours.p99,
            floor.p99,
            resident_mib()?
        );
    }
    let [own, other] = cost::measure(measure.cost_runs)?;
    println!(
        "CPU of a run whose calls are answered at once: {own:.3} ms, and {other:.3} ms of the floor"
    );
    Ok(())
}

/// What one measurement gave.
struct Figures {
    ours: Round,
    floor: Round,
    /// Of the rates of a round: the median, the least and the most.
    ratio: [f64; 3],
    p99_ratio: f64,
}

/// What one round gave: runs per second, and how long they took, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Round {
    rate: f64,
    p50: f64,
    p99: f64,
}

async fn compare(measure: &Measure, at_once: usize, url: &str) -> Result<Figures> {
    ensure!(measure.rounds > 0 && at_once > 0, "at least one round, and one run at once");
    let folder = tempfile::tempdir().context("no folder for the databases")?;
    let journal = |name: &str| SqliteJournal::open(folder.path().join(name)).map(Arc::new);
    let http: Arc<dyn Http> = Arc::new(client()?);
    let ours = ours::Ours::new(journal("ours.db")?, Arc::clone(&http), url)?;
    let floor = floor::Floor::new(journal("floor.db")?, http, url, ours.document());
    let time = Duration::from_millis(measure.round_ms);
    let mut rounds = Vec::new();
    for turn in 0..=measure.rounds {
        let (own, other) = if measure.ours_only {
            let own = round(at_once, time, || ours.run()).await?;
            (own, own)
        } else if turn % 2 == 0 {
            let own = round(at_once, time, || ours.run()).await?;
            (own, round(at_once, time, || floor.run()).await?)
        } else {
            let other = round(at_once, time, || floor.run()).await?;
            (round(at_once, time, || ours.run()).await?, other)
        };
        // The first turn warms both sides up.
        if turn > 0 {
            rounds.push((own, other));
        }
    }
    let ratios = sorted(rounds.iter().map(|(own, other)| own.rate / other.rate));
    let p99_ratios = sorted(rounds.iter().map(|(own, other)| own.p99 / other.p99));
    let (own, other): (Vec<Round>, Vec<Round>) = rounds.into_iter().unzip();
    let end = |it: Option<&f64>| it.copied().unwrap_or_default();
    Ok(Figures {
        ours: Round::middle(&own),
        floor: Round::middle(&other),
        ratio: [middle(&ratios), end(ratios.first()), end(ratios.last())],
        p99_ratio: middle(&p99_ratios),
    })
}

/// Carries out so many runs at once, for at least that long.
async fn round<F: Future<Output = Result<()>>>(
    at_once: usize,
    time: Duration,
    run: impl Fn() -> F,
) -> Result<Round> {
    let start = Instant::now();
    let timed = || async {
        let start = Instant::now();
        run().await.map(|()| start.elapsed().as_secs_f64() * 1e3)
    };
    let runs = futures_util::stream::repeat_with(timed)
        .take_while(|_| std::future::ready(start.elapsed() < time));
    let mut runs = runs.buffer_unordered(at_once);
    let mut times = Vec::new();
    while let Some(time) = runs.next().await {
        times.push(time?);
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate is not exact")]
    let rate = times.len() as f64 / start.elapsed().as_secs_f64();
    let times = sorted(times);
    let percentile = |percent: usize| {
        let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
        times.get(place).copied().unwrap_or_default()
    };
    Ok(Round { rate, p50: percentile(50), p99: percentile(99) })
}

impl Round {
    /// The middle of each figure.
    fn middle(rounds: &[Round]) -> Round {
        let of = |figure: fn(&Round) -> f64| middle(&sorted(rounds.iter().map(figure)));
        Round { rate: of(|it| it.rate), p50: of(|it| it.p50), p99: of(|it| it.p99) }
    }
}

fn client() -> Result<GuardedHttp> {
    let egress = Egress::new(Policy::new(Environment::Development));
    Ok(GuardedHttp::new(&egress, &Secrets::default().redactor(), Arc::new(SystemClock))?)
}

/// A contact for each run: one active run per graph and contact.
fn contact() -> Contact {
    let number = fresh_number();
    Contact {
        id: Some(format!("c-{number}")),
        email: Some(format!("c{number}@exemple.com")),
        first_name: Some("Ana".to_owned()),
        ..Contact::default()
    }
}

fn fresh_number() -> u64 {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

/// Resident memory of this process.
fn resident_mib() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("no /proc here")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024)
}
