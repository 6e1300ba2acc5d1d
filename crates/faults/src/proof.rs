//! How thorough a proof is asked to be, and what it counted.
//!
//! Usual test runs look at a part of the cases. `RELANCE_PROOF=full` asks for all of them; `cargo xtask prove` does, and draws
//! the table of `docs/reliability.md` from the figures that the proofs leave in the file `RELANCE_FIGURES`, a line of JSON each.

use std::{env, fmt::Write as _, fs::OpenOptions, io::Write as _};

/// Whether all cases are asked for.
pub fn full() -> bool {
    env::var_os("RELANCE_PROOF").is_some_and(|it| it == "full")
}

/// What a proof counted.
#[derive(Debug)]
#[must_use]
pub struct Figures {
    proof: &'static str,
    cases: usize,
    counts: String,
}

impl Figures {
    /// The proof of that name looked at so many cases.
    pub fn of(proof: &'static str, cases: usize) -> Figures {
        Figures { proof, cases, counts: String::new() }
    }

    /// So many of the cases went wrong in that way.
    pub fn count(mut self, what: &str, cases: usize) -> Figures {
        let comma = if self.counts.is_empty() { "" } else { "," };
        write!(self.counts, "{comma}\"{what}\":{cases}").unwrap();
        self
    }

    /// Leaves them where they are asked for; nowhere else.
    pub fn write(self) {
        let Some(path) = env::var_os("RELANCE_FIGURES") else { return };
        let Figures { proof, cases, counts } = self;
        let line = format!("{{\"proof\":\"{proof}\",\"cases\":{cases},\"wrong\":{{{counts}}}}}\n");
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
}
