//! Many runs that wait for a retry: they cost little memory, and do not delay a fresh one.

use std::{
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::json;

use super::{
    campaign::{Bench, call, list, mib, resident},
    receiver::Receiver,
};

/// How many wait, and how often is measured.
#[derive(Args)]
pub(crate) struct Waiting {
    /// How many runs wait.
    #[arg(long, default_value_t = 50_000)]
    runs: u64,
    /// How many fresh runs are measured.
    #[arg(long, default_value_t = 31)]
    rounds: u32,
    /// The program; without it, the one beside this one.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// The most memory that they may take.
const MOST_MEMORY: u64 = 200 * 1024;

/// The longest that they may delay a fresh run, in milliseconds.
const LONGEST_DELAY: f64 = 50.0;

/// How often is looked how much memory it takes.
const BEAT: Duration = Duration::from_millis(100);

/// Proves it, and prints what was seen.
#[expect(clippy::print_stdout, reason = "the figures are the result")]
pub(super) fn run(waiting: &Waiting) -> Result<()> {
    let Waiting { runs, rounds, program } = waiting;
    let receiver = Receiver::start()?;
    let bench = Bench::new(program.as_deref())?;
    let address = receiver.address();
    let graph = |step: &str| json!({ "nodes": [call("b", &format!("http://{address}/{step}"))], "edges": [] });
    bench.file("wait.json", &graph("wait").to_string())?;
    bench.file("fresh.json", &graph("fresh").to_string())?;
    bench.file("list.csv", &list(0..*runs))?;

    let mut memory = 0;
    let begun = Instant::now();
    let mut child =
        bench.start("run wait.json --contacts list.csv --campaign soak --max-wait 0")?;
    let status = loop {
        memory = memory.max(resident(&child).unwrap_or_default());
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(BEAT);
    };
    ensure!(status.code() == Some(3), "the campaign should wait, and ended with {status}");
    println!("{runs} runs called once and put down in {:.1} s", begun.elapsed().as_secs_f64());

    // Beside a process that holds all of them and waits with them.
    let mut child = bench.start("resume --campaign soak --max-wait 4h")?;
    let (mut beside, mut alone) = (Vec::new(), Vec::new());
    for round in 0..*rounds {
        let contact = json!({ "id": format!("f{round}"), "email": "f@exemple.fr", "fields": { "Devis": "D" } });
        bench.file("contact.json", &contact.to_string())?;
        let fresh = |db: &str| -> Result<f64> {
            let begun = Instant::now();
            bench.said(&format!("run fresh.json --contact contact.json --db {db}"))?;
            Ok(begun.elapsed().as_secs_f64() * 1000.0)
        };
        beside.push(fresh("relance.db")?);
        alone.push(fresh("empty.db")?);
        memory = memory.max(resident(&child).unwrap_or_default());
    }
    ensure!(child.try_wait()?.is_none(), "the waiting process ended too early");
    child.kill()?;
    child.wait()?;
    let (beside, alone) = (median(beside), median(alone));
    println!(
        "a fresh run took {beside:.1} ms beside them, {alone:.1} ms in an empty database (medians of {rounds})"
    );
    println!("resident memory of their process: {} at most", mib(memory));
    ensure!(beside - alone <= LONGEST_DELAY, "a fresh run is delayed by {:.1} ms", beside - alone);
    ensure!(memory < MOST_MEMORY, "resident memory reached {}", mib(memory));
    Ok(())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
