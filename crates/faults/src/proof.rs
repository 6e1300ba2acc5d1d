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
    wrong: String,
    seen: String,
}

impl Figures {
    /// The proof of that name looked at so many cases.
    pub fn of(proof: &'static str, cases: usize) -> Figures {
        Figures { proof, cases, wrong: String::new(), seen: String::new() }
    }

    /// So many of the cases went wrong in that way.
    pub fn count(mut self, what: &str, cases: usize) -> Figures {
        member(&mut self.wrong, what, cases);
        self
    }

    /// What else is worth telling, and is not wrong.
    pub fn seen(mut self, what: &str, number: usize) -> Figures {
        member(&mut self.seen, what, number);
        self
    }

    /// Leaves them where they are asked for; nowhere else.
    pub fn write(self) {
        let Some(path) = env::var_os("RELANCE_FIGURES") else { return };
        let Figures { proof, cases, wrong, seen } = self;
        let line = format!(
            "{{\"proof\":\"{proof}\",\"cases\":{cases},\"wrong\":{{{wrong}}},\"seen\":{{{seen}}}}}\n"
        );
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
}

fn member(members: &mut String, name: &str, number: usize) {
    let comma = if members.is_empty() { "" } else { "," };
    write!(members, "{comma}\"{name}\":{number}").unwrap();
}
