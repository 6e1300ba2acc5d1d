//! Benchmarks: whole runs beside the floor of such engines, and checks beside what others do with the same bytes.

mod run;
mod validate;

use std::path::Path;

use anyhow::Result;
use clap::{Args, Subcommand};

pub(crate) use run::serve;
pub(crate) use validate::serde_json;

/// What to measure; without a word, whole runs.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Bench {
    #[command(subcommand)]
    subject: Option<Subject>,
    #[command(flatten)]
    run: run::Measure,
}

#[derive(Subcommand)]
enum Subject {
    /// Whole runs per second beside the floor.
    Run(run::Measure),
    /// A check, from bytes to verdict, beside `serde_json` and ajv on the same bytes.
    Validate(validate::Measure),
}

/// Measures and prints.
pub(crate) fn bench(bench: &Bench, workspace: &Path) -> Result<()> {
    match &bench.subject {
        None => run::run(&bench.run),
        Some(Subject::Run(measure)) => run::run(measure),
        Some(Subject::Validate(measure)) => validate::run(measure, workspace),
    }
}

/// Values from the least to the most.
fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The middle one of sorted values.
fn middle(values: &[f64]) -> f64 {
    values.get(values.len() / 2).copied().unwrap_or_default()
}
