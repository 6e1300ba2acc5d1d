//! What a check costs, from bytes to verdict, beside what others do with the same bytes.
//!
//! Three sides take turns in each round, each in a process of its own, so that none works in what another left of the heap: ours
//! checks; `serde_json` reads the bytes into its generic tree and judges nothing; ajv parses the text and asks the schema, compiled
//! beforehand. What counts is the median of the rounds' ratios: a busy machine slows all three down.

mod peer;

use std::{hint::black_box, path::Path, time::Instant};

use anyhow::{Result, ensure};
use clap::Args;
use relance_diagnostics::Source;
use relance_samples::graph::{Quality, graph, linked_graph};
use relance_validator::{Options, check};

use super::{middle, sorted};
use peer::Peer;
pub(crate) use peer::serde_json;

/// How to measure.
#[derive(Args)]
pub(crate) struct Measure {
    /// Rounds of each side; they take turns.
    #[arg(long, default_value_t = 25)]
    rounds: usize,
    /// How often each side does its work in a round.
    #[arg(long, default_value_t = 4)]
    times: u32,
}

/// A graph to measure with.
struct Case {
    name: &'static str,
    blocks: u32,
    text: String,
    valid: bool,
}

fn cases() -> Vec<Case> {
    let clean = |name, blocks: u32| {
        let text = graph(blocks as usize, Quality::Clean);
        Case { name, blocks, text, valid: true }
    };
    let wrong = graph(1_000, Quality::EveryBlockWrong);
    let linked = linked_graph(5_000, 20_000);
    vec![
        clean("clean", 1_000),
        Case { name: "every block wrong", blocks: 1_000, text: wrong, valid: false },
        clean("clean", 500),
        clean("clean", 2_500),
        clean("clean", 5_000),
        Case { name: "20,000 edges", blocks: 5_000, text: linked, valid: true },
    ]
}

/// Measures and prints.
#[expect(clippy::print_stdout, reason = "a chore prints what it measured")]
pub(crate) fn run(measure: &Measure, workspace: &Path) -> Result<()> {
    ensure!(
        !cfg!(debug_assertions),
        "this is a debug build: use `cargo run --release --package xtask -- bench validate`"
    );
    ensure!(measure.rounds > 0 && measure.times > 0, "at least one round, and once in each");
    let mut serde_json = Peer::serde_json()?;
    let mut ajv = match Peer::ajv(workspace) {
        Ok(ajv) => Some(ajv),
        Err(why) => {
            println!("ajv is left out: {why:#}");
            None
        }
    };
    println!("{}", Row::heading());
    for case in cases() {
        println!("{}", compare(measure, &case, &mut serde_json, ajv.as_mut())?);
    }
    Ok(())
}

fn compare(
    measure: &Measure,
    case: &Case,
    serde_json: &mut Peer,
    mut ajv: Option<&mut Peer>,
) -> Result<Row> {
    let (mut ours, mut of_value, mut of_ajv) = (Vec::new(), Vec::new(), Vec::new());
    serde_json.take(&case.text, case.valid)?;
    if let Some(ajv) = ajv.as_mut() {
        ajv.take(&case.text, case.valid)?;
    }
    for round in 0..=measure.rounds {
        let own = mean(measure.times, || check_once(case))?;
        let value = serde_json.mean(measure.times)?;
        let other = ajv.as_mut().map(|ajv| ajv.mean(measure.times)).transpose()?;
        // The first round warms all sides up.
        if round > 0 {
            ours.push(own);
            of_value.push(own / value);
            of_ajv.extend(other.map(|other| own / other));
        }
    }
    let ours = middle(&sorted(ours));
    Ok(Row {
        name: case.name,
        blocks: case.blocks,
        milliseconds: ours * 1e3,
        nanoseconds_a_block: ours * 1e9 / f64::from(case.blocks),
        of_value: Ratio::of(of_value),
        of_ajv: Some(of_ajv).filter(|ratios| !ratios.is_empty()).map(Ratio::of),
    })
}

/// Seconds for one time, all that was made given back.
fn mean(times: u32, once: impl Fn() -> Result<()>) -> Result<f64> {
    let start = Instant::now();
    for _ in 0..times {
        once()?;
    }
    Ok(start.elapsed().as_secs_f64() / f64::from(times))
}

fn check_once(case: &Case) -> Result<()> {
    let source = Source::new("graph.json", black_box(case.text.as_bytes()));
    let checked = check(&source, &Options::default());
    ensure!(checked.is_valid() == case.valid, "{}: the verdict is wrong", case.name);
    drop(black_box(checked));
    Ok(())
}

/// How much of another side's time ours takes.
struct Ratio {
    median: f64,
    least: f64,
    most: f64,
}

impl Ratio {
    fn of(ratios: Vec<f64>) -> Ratio {
        let ratios = sorted(ratios);
        let end = |value: Option<&f64>| value.copied().unwrap_or_default();
        Ratio { median: middle(&ratios), least: end(ratios.first()), most: end(ratios.last()) }
    }
}

impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>7.2}  {:>6.2}  {:>6.2}", self.median, self.least, self.most)
    }
}

/// A line of what is printed.
struct Row {
    name: &'static str,
    blocks: u32,
    milliseconds: f64,
    nanoseconds_a_block: f64,
    of_value: Ratio,
    of_ajv: Option<Ratio>,
}

impl Row {
    fn heading() -> String {
        let ratio = |of: &str| format!("{of:>7}  {:>6}  {:>6}", "least", "most");
        format!(
            "{:<18} {:>6}  {:>8}  {:>8}  {}  {}",
            "graph",
            "blocks",
            "ours, ms",
            "ns/block",
            ratio("÷ serde"),
            ratio("÷ ajv")
        )
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:<18} {:>6}  {:>8.2}  {:>8.0}  {}",
            self.name, self.blocks, self.milliseconds, self.nanoseconds_a_block, self.of_value
        )?;
        self.of_ajv.as_ref().map_or(Ok(()), |ratio| write!(f, "  {ratio}"))
    }
}
