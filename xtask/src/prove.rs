//! The proofs of `docs/reliability.md`, in full.
//!
//! Each proof is a test that usually looks at a part of its cases. Here it looks at all of them; what it counted is kept beside
//! the page, and the page's table is drawn from that, so nobody writes a figure by hand.

mod figures;

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::codegen;
pub(crate) use figures::{Counted, Figures, PROOFS, Proof, Seen};

/// Which proofs.
#[derive(Args)]
pub(crate) struct Prove {
    /// Only these, by their names in `docs/reliability.json`; all, unless said.
    proofs: Vec<String>,
}

/// Runs the proofs one after the other, keeps their figures, and draws the pages anew.
#[expect(clippy::print_stdout, reason = "a chore prints what it found")]
pub(crate) fn prove(prove: &Prove, workspace: &Path) -> Result<()> {
    let names = || PROOFS.iter().map(|proof| proof.name).collect::<Vec<_>>().join(", ");
    for name in &prove.proofs {
        ensure!(PROOFS.iter().any(|proof| proof.name == name), "`{name}` is none of {}", names());
    }
    let asked = |proof: &&Proof| {
        prove.proofs.is_empty() || prove.proofs.iter().any(|name| name == proof.name)
    };
    let mut figures = Figures::read(workspace)?;
    for proof in PROOFS.iter().filter(asked) {
        println!("{} …", proof.name);
        let counted = run(proof, workspace)?;
        ensure!(counted.contains_key(proof.name), "`{}` has left no figures", proof.name);
        figures.extend(counted);
        // What was proven stays, whatever becomes of the next proof.
        figures.write(workspace)?;
    }
    codegen::run(workspace, false).map(|_| ())
}

/// Runs a proof; gives what it counted.
fn run(proof: &Proof, workspace: &Path) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let left = folder.path().join("figures");
    let status = Command::new(env!("CARGO"))
        .args(proof.cargo)
        .env("RELANCE_PROOF", "full")
        .env("RELANCE_FIGURES", &left)
        .current_dir(workspace)
        .status()
        .context("run cargo")?;
    ensure!(status.success(), "the proof `{}` has found something", proof.name);
    Figures::of_lines(&fs::read_to_string(left).unwrap_or_default())
}
