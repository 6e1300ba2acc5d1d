//! Whole runs per second, beside the floor below which no engine of this kind can go.
//!
//! Both sides call one loopback server in a process of its own, through one HTTP client, and write one journal each on the same
//! disk. Ours runs a graph of five blocks, three of them calls. The floor makes the same calls and stores the same rows in the
//! same commits, by hand: without planner, history or decisions. Rounds of the two take turns, and what counts is the median of
//! their ratios.

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
    port::{Egress, GuardedHttp, SystemClock},
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
}

/// Measures and prints.
#[expect(clippy::print_stdout, reason = "a chore prints what it measured")]
pub(crate) fn run(measure: &Measure) -> Result<()> {
    let target = target::Target::start()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!(
        "{:>7}  {:>9}  {:>9}  {:>6}  {:>6}  {:>6}  {:>9}",
        "at once", "ours/s", "floor/s", "median", "least", "most", "resident"
    );
    for at_once in measure.at_once.iter().copied() {
        let figures = runtime.block_on(compare(measure, at_once, &target.url()))?;
        println!(
            "{at_once:>7}  {:>9.0}  {:>9.0}  {:>6.3}  {:>6.3}  {:>6.3}  {:>6} MiB",
            figures.ours,
            figures.floor,
            figures.median,
            figures.least,
            figures.most,
            resident_mib()?
        );
    }
    Ok(())
}

/// What one measurement gave.
struct Figures {
    ours: f64,
    floor: f64,
    median: f64,
    least: f64,
    most: f64,
}

async fn compare(measure: &Measure, at_once: usize, url: &str) -> Result<Figures> {
    ensure!(measure.rounds > 0 && at_once > 0, "at least one round, and one run at once");
    let folder = tempfile::tempdir().context("no folder for the databases")?;
    let journal = |name: &str| SqliteJournal::open(folder.path().join(name)).map(Arc::new);
    let http: Arc<GuardedHttp> = Arc::new(client()?);
    let ours = ours::Ours::new(journal("ours.db")?, Arc::clone(&http), url)?;
    let floor = floor::Floor::new(journal("floor.db")?, http, url, ours.document());
    let round = Duration::from_millis(measure.round_ms);
    let mut rates = Vec::new();
    for turn in 0..=measure.rounds {
        let (own, other) = if measure.ours_only {
            let own = rate(at_once, round, || ours.run()).await?;
            (own, own)
        } else if turn % 2 == 0 {
            let own = rate(at_once, round, || ours.run()).await?;
            (own, rate(at_once, round, || floor.run()).await?)
        } else {
            let other = rate(at_once, round, || floor.run()).await?;
            (rate(at_once, round, || ours.run()).await?, other)
        };
        // The first turn warms both sides up.
        if turn > 0 {
            rates.push((own, other));
        }
    }
    let ratios = sorted(rates.iter().map(|(own, other)| own / other));
    Ok(Figures {
        ours: middle(&sorted(rates.iter().map(|(own, _)| *own))),
        floor: middle(&sorted(rates.iter().map(|(_, other)| *other))),
        median: middle(&ratios),
        least: ratios.first().copied().unwrap_or_default(),
        most: ratios.last().copied().unwrap_or_default(),
    })
}

/// Runs per second, so many at once, for at least that long.
async fn rate<F: Future<Output = Result<()>>>(
    at_once: usize,
    round: Duration,
    run: impl Fn() -> F,
) -> Result<f64> {
    let start = Instant::now();
    let runs = futures_util::stream::repeat_with(run)
        .take_while(|_| std::future::ready(start.elapsed() < round));
    let mut runs = runs.buffer_unordered(at_once);
    let mut done = 0_u32;
    while let Some(outcome) = runs.next().await {
        outcome?;
        done += 1;
    }
    Ok(f64::from(done) / start.elapsed().as_secs_f64())
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
