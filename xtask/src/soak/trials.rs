//! Simulated runs, a seed each, shared out among the cores.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use clap::Args;
use relance_faults::proof::Figures;
use relance_simulator::{Player, Tally, shrink::in_memory};

/// Which trials.
#[derive(Args)]
pub(crate) struct Trials {
    /// How many trials; each starts one run or several.
    #[arg(long, default_value_t = 700_000)]
    count: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Play the trial of this seed alone.
    #[arg(long, conflicts_with_all = ["count", "first"])]
    seed: Option<u64>,
    /// Go on after a failure, and only count them.
    #[arg(long)]
    count_failures: bool,
    /// How many threads; as many as there are cores, unless said.
    #[arg(long)]
    threads: Option<usize>,
}

/// How many neighbouring seeds a thread takes at a time.
const PORTION: u64 = 1_024;

/// What one thread has done.
#[derive(Default)]
struct Done {
    tally: Tally,
    trials: u64,
    failures: u64,
    told: Option<String>,
}

/// Plays the trials and prints what happened in them; the first failure is made small and told.
#[expect(clippy::print_stdout, reason = "a chore prints what it found")]
pub(crate) fn run(trials: &Trials) -> Result<()> {
    let (first, count) = trials.seed.map_or((trials.first, trials.count), |seed| (seed, 1));
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = trials.threads.unwrap_or(cores).max(1);
    let (next, stopped) = (AtomicU64::new(first), AtomicBool::new(false));
    let start = Instant::now();
    let done: Vec<Done> = thread::scope(|scope| {
        let work = || play(&next, first + count, &stopped, trials.count_failures);
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    if done.len() < threads {
        bail!("a thread panicked: the trial above stopped the engine itself");
    }
    let mut all = Done::default();
    for done in done {
        all.tally += done.tally;
        all.trials += done.trials;
        all.failures += done.failures;
        all.told = all.told.or(done.told);
    }
    println!("{}", told(&all, start.elapsed()));
    Figures::of("simulated-runs", usize::try_from(all.tally.runs).unwrap_or(usize::MAX))
        .count("broken", usize::try_from(all.failures).unwrap_or(usize::MAX))
        .write();
    match all.told {
        Some(told) => bail!("a rule is broken\n\n{told}"),
        None => Ok(()),
    }
}

fn play(next: &AtomicU64, end: u64, stopped: &AtomicBool, count_failures: bool) -> Done {
    let (mut player, mut done) = (Player::default(), Done::default());
    while !stopped.load(Ordering::Relaxed) {
        let from = next.fetch_add(PORTION, Ordering::Relaxed);
        if from >= end {
            break;
        }
        for seed in from..end.min(from + PORTION) {
            done.trials += 1;
            match player.play(seed, &in_memory) {
                Ok(tally) => done.tally += tally,
                Err(_) if count_failures => done.failures += 1,
                Err(failure) => {
                    stopped.store(true, Ordering::Relaxed);
                    done.failures += 1;
                    done.told = Some(failure.shrunk(&in_memory).told());
                    return done;
                }
            }
        }
    }
    done
}

fn told(done: &Done, time: Duration) -> String {
    let Tally { runs, events, calls, kills, taken, refusals, stops } = done.tally;
    let seconds = time.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate is not exact")]
    let each = seconds * 1e6 / (runs.max(1) as f64);
    format!(
        "{} trials with {runs} runs in {seconds:.1} s ({each:.0} µs a run): {events} events, {calls} calls, {kills} processes \
         killed, {taken} runs taken over, {refusals} commits refused, {stops} stops; {} broken",
        done.trials, done.failures
    )
}
