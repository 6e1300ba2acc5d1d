//! Coverage-guided fuzzing on the stable toolchain: builds the programs of `fuzz/` with the compiler's own instrumentation, lets
//! libFuzzer drive them, and prints what came of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;

/// What to fuzz, and for how long.
#[derive(Args)]
pub(crate) struct Fuzz {
    /// The targets; all of them when none is named.
    targets: Vec<String>,
    /// Inputs for each target.
    #[arg(long, conflicts_with = "seconds")]
    runs: Option<u64>,
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Keep in `fuzz/corpus` a small choice of all known inputs, instead of looking for more.
    #[arg(long, conflicts_with_all = ["runs", "seconds"])]
    minimise: bool,
}

/// The longest input of each target, in bytes. What breaks a small language is small.
const TARGETS: [(&str, &str, u32); 6] = [
    ("read_document", "document", 3_000),
    ("number_text", "number_text", 48),
    ("reference", "reference", 256),
    ("json_text", "json_text", 512),
    ("fix", "document", 2_000),
    ("lsp", "document", 2_000),
];

/// What the compiler is told, so that libFuzzer sees which edges an input takes (no nightly flag is needed for that).
const FLAGS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Ccodegen-units=1",
    "--cfg=fuzzing",
];

/// Builds, runs, prints a table, and fails when an input broke something.
#[expect(clippy::print_stdout, reason = "a chore prints what it found")]
pub(crate) fn run(root: &Path, fuzz: &Fuzz) -> Result<ExitCode> {
    for name in &fuzz.targets {
        ensure!(TARGETS.iter().any(|(known, _, _)| known == name), "there is no target `{name}`");
    }
    let wanted = |name: &str| fuzz.targets.is_empty() || fuzz.targets.iter().any(|it| it == name);
    let programs = build(root)?;
    let mut all_well = true;
    println!("{:<14} {:>12} {:>9} {:>8} {:>8}", "target", "runs", "coverage", "seconds", "crashes");
    for (name, words, longest) in TARGETS.into_iter().filter(|(name, _, _)| wanted(name)) {
        let target = Target { root, program: programs.join(name), name, words, longest };
        if fuzz.minimise {
            target.minimise()?;
            continue;
        }
        let outcome = target.run(fuzz)?;
        all_well &= outcome.crashes == 0;
        println!(
            "{name:<14} {:>12} {:>9} {:>8} {:>8}",
            outcome.runs, outcome.coverage, outcome.seconds, outcome.crashes
        );
    }
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds the programs and says where they are.
fn build(root: &Path) -> Result<PathBuf> {
    let host = host()?;
    let folder = root.join("target/fuzz");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--profile", "fuzz", "--features", "libfuzzer"])
        // With a target named, the flags do not reach build scripts and macros.
        .args(["--target", &host, "--manifest-path"])
        .arg(root.join("fuzz/Cargo.toml"))
        .env("CARGO_TARGET_DIR", &folder)
        .env("RUSTFLAGS", FLAGS.join(" "))
        .status()?;
    ensure!(status.success(), "the programs could not be built");
    Ok(folder.join(host).join("fuzz"))
}

/// The machine that the compiler builds for.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("no rustc here")?;
    let version = String::from_utf8(output.stdout)?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say for which machine it builds")
}

struct Target<'a> {
    root: &'a Path,
    program: PathBuf,
    name: &'a str,
    /// The name of its dictionary.
    words: &'a str,
    longest: u32,
}

struct Outcome {
    runs: u64,
    coverage: u64,
    seconds: u64,
    crashes: usize,
}

impl Target<'_> {
    /// Inputs found on this machine; those worth keeping go to `fuzz/corpus`.
    fn found(&self) -> PathBuf {
        self.root.join("target/fuzz/corpus").join(self.name)
    }

    fn kept(&self) -> PathBuf {
        self.root.join("fuzz/corpus").join(self.name)
    }

    /// Looks for an input that breaks the property, holds on for too long, or takes too much memory.
    fn run(&self, fuzz: &Fuzz) -> Result<Outcome> {
        let broken = self.root.join("target/fuzz/broken").join(self.name);
        for folder in [&self.found(), &broken] {
            fs::create_dir_all(folder)?;
        }
        let before = entries(&broken)?;
        let limit = match fuzz.runs {
            Some(runs) => format!("-runs={runs}"),
            None => format!("-max_total_time={}", fuzz.seconds),
        };
        let words = self.root.join("fuzz/dictionaries").join(self.words).with_extension("dict");
        let started = Instant::now();
        let output = Command::new(&self.program)
            .args([
                limit,
                format!("-max_len={}", self.longest),
                format!("-dict={}", words.display()),
            ])
            .args(["-timeout=5", "-rss_limit_mb=2048", "-print_final_stats=1"])
            .arg(format!("-artifact_prefix={}/", broken.display()))
            .args([self.found(), self.kept()])
            .stdout(Stdio::null())
            .output()
            .with_context(|| format!("{} cannot be run", self.program.display()))?;
        let seconds = started.elapsed().as_secs();
        let said = String::from_utf8_lossy(&output.stderr);
        fs::write(broken.with_extension("log"), said.as_bytes())?;
        let crashes = entries(&broken)?.saturating_sub(before);
        if !output.status.success() && crashes == 0 {
            bail!("{} failed:\n{said}", self.name);
        }
        let runs = number_after(&said, "number_of_executed_units:");
        Ok(Outcome { runs, coverage: number_after(&said, " cov:"), seconds, crashes })
    }

    /// Keeps a choice of the smallest set of inputs that takes the same edges as all of them.
    fn minimise(&self) -> Result<()> {
        let (kept, smaller) = (self.kept(), self.kept().with_extension("smaller"));
        fs::create_dir_all(&smaller)?;
        fs::create_dir_all(self.found())?;
        let status = Command::new(&self.program)
            .args(["-merge=1".to_owned(), format!("-max_len={}", self.longest)])
            .args([&smaller, &kept, &self.found()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        ensure!(status.success(), "the inputs of {} could not be merged", self.name);
        thin_out(&smaller)?;
        fs::remove_dir_all(&kept)?;
        Ok(fs::rename(smaller, kept)?)
    }
}

/// So many inputs of a target are kept at most, and so many bytes: enough to begin from, and little enough for a repository.
const MOST_INPUTS: usize = 250;
const MOST_BYTES: u64 = 150 << 10;

/// Takes inputs away until few enough are left, evenly over all sizes.
fn thin_out(folder: &Path) -> Result<()> {
    let mut inputs = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        inputs.push((entry.metadata()?.len(), entry.path()));
    }
    inputs.sort();
    let bytes: u64 = inputs.iter().map(|(length, _)| length).sum();
    let by_bytes = usize::try_from(bytes.div_ceil(MOST_BYTES))?;
    let nth = inputs.len().div_ceil(MOST_INPUTS).max(by_bytes).max(1);
    for (_, path) in inputs.iter().enumerate().filter(|(at, _)| at % nth != 0).map(|(_, it)| it) {
        fs::remove_file(path)?;
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<usize> {
    Ok(fs::read_dir(folder)?.count())
}

/// The last number that follows a word of libFuzzer's report; none is 0.
fn number_after(report: &str, word: &str) -> u64 {
    let after = report.rsplit_once(word).map(|(_, rest)| rest.trim_start());
    let digits = after.map(|rest| rest.split(|it: char| !it.is_ascii_digit()).next());
    digits.flatten().and_then(|digits| digits.parse().ok()).unwrap_or_default()
}
