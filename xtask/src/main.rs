//! Chores of the workspace: `cargo xtask <chore>`.

mod bench;
mod codegen;
mod fuzz;
mod own_server;
mod prove;
mod soak;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of the relance workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Write the schemas and the generated parts of the documentation.
    Codegen {
        /// Write nothing: print what has changed and fail if anything has.
        #[arg(long)]
        check: bool,
    },
    /// Measure runs or checks beside others (use `cargo run --release --package xtask -- bench`).
    Bench(bench::Bench),
    /// Look for inputs that break what must hold for any bytes (`fuzz/README.md`).
    Fuzz(fuzz::Fuzz),
    /// Prove for long what tests prove for a moment (use `cargo run --release --package xtask -- soak`).
    Soak(soak::Soak),
    /// Run every proof of `docs/reliability.md` in full, and write what they counted.
    Prove(prove::Prove),
    /// The service that `soak campaign` calls.
    #[command(hide = true)]
    SoakReceiver,
    /// The server that `bench` calls.
    #[command(hide = true)]
    BenchTarget,
    /// `serde_json`, which `bench validate` measures beside ours.
    #[command(hide = true)]
    BenchSerdeJson,
}

fn main() -> anyhow::Result<ExitCode> {
    match Args::parse().chore {
        Chore::Codegen { check } => codegen::run(&workspace(), check),
        Chore::Bench(bench) => bench::bench(&bench, &workspace()).map(|()| ExitCode::SUCCESS),
        Chore::Fuzz(fuzz) => fuzz::run(&workspace(), &fuzz),
        Chore::Soak(soak) => soak::soak(&soak).map(|()| ExitCode::SUCCESS),
        Chore::Prove(prove) => prove::prove(&prove, &workspace()).map(|()| ExitCode::SUCCESS),
        Chore::SoakReceiver => soak::serve().map(|()| ExitCode::SUCCESS),
        Chore::BenchTarget => bench::serve().map(|()| ExitCode::SUCCESS),
        Chore::BenchSerdeJson => bench::serde_json().map(|()| ExitCode::SUCCESS),
    }
}

/// The root of the workspace.
fn workspace() -> PathBuf {
    let xtask = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().map_or_else(|| xtask.clone(), PathBuf::from)
}
