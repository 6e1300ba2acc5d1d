//! What befalls the runs of a case: who starts them and when, and every fault with its moment.

use relance_samples::random::Random;

/// All that is drawn for one trial.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Where the chance of delays and turns begins.
    pub seed: u64,
    /// The runs.
    pub runs: Vec<Started>,
    /// How many processes there are.
    pub processes: usize,
    /// The faults.
    pub faults: Vec<Fault>,
}

/// A run that somebody starts.
#[derive(Debug, Clone, Copy)]
pub struct Started {
    /// The number of its contact.
    pub contact: usize,
    /// When, in milliseconds.
    pub after: u64,
    /// How long it may wait before it is left, in seconds.
    pub patience: u64,
}

/// Something goes wrong. A moment is a number of turns that were taken, or of commits that were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A process is killed.
    Kill {
        /// At that turn.
        turn: u64,
        /// Which one of those that are alive.
        process: usize,
    },
    /// A process stands still for a while, and the others take its runs over.
    Freeze {
        /// At that turn.
        turn: u64,
        /// Which one of those that are alive.
        process: usize,
        /// For so many turns.
        turns: u64,
    },
    /// The journal refuses a commit.
    Refuse {
        /// That one.
        commit: u64,
    },
    /// The clock is set.
    Jump {
        /// At that turn.
        turn: u64,
        /// By so many seconds.
        seconds: i64,
    },
    /// Somebody wants a run to stop.
    Stop {
        /// At that turn.
        turn: u64,
        /// The number of the run.
        run: usize,
    },
    /// A contact opts out.
    OptOut {
        /// At that turn.
        turn: u64,
        /// The number of the contact.
        contact: usize,
    },
}

impl Scenario {
    /// The scenario of a seed.
    pub fn random(seed: u64, blocks: usize) -> Scenario {
        let mut random = Random::new(seed ^ 0x5CE0_A210);
        let count = if random.one_in(3) { 1 + random.below(4) } else { 1 };
        let contacts = if random.one_in(8) { 1 } else { count };
        let runs = (0..count).map(|number| Started {
            contact: number % contacts,
            after: random.below(2_000) as u64,
            patience: *random.pick(&[0, 1, 60, 60, 1_000_000]),
        });
        let runs: Vec<Started> = runs.collect();
        let processes = if random.one_in(2) { 1 } else { 2 };
        // About as many turns as there are to be: faults should fall inside.
        let turns = 8 + 5 * blocks * count;
        let commits = 2 + blocks * count;
        let faults = (0..random.below(5))
            .map(|_| {
                let turn = random.below(turns) as u64;
                let process = random.below(processes);
                match random.below(16) {
                    0..=6 => Fault::Kill { turn, process },
                    7..=9 => Fault::Freeze { turn, process, turns: 1 + random.below(60) as u64 },
                    10..=12 => Fault::Refuse { commit: random.below(commits) as u64 },
                    13..=14 => {
                        let seconds = *random.pick(&[-86_400, -3_600, -5, 5, 3_600, 86_400 * 400]);
                        Fault::Jump { turn, seconds }
                    }
                    15 if random.one_in(2) => Fault::Stop { turn, run: random.below(count) },
                    _ => Fault::OptOut { turn, contact: random.below(contacts) },
                }
            })
            .collect();
        Scenario { seed, runs, processes, faults }
    }

    /// Whether every run must end as the rules say of its graph alone.
    pub fn is_exact(&self) -> bool {
        let opts_out = |fault: &Fault| matches!(fault, Fault::OptOut { .. });
        let mut contacts: Vec<usize> = self.runs.iter().map(|run| run.contact).collect();
        contacts.sort_unstable();
        contacts.dedup();
        contacts.len() == self.runs.len() && !self.faults.iter().any(opts_out)
    }

    /// The same with one thing less, in every way.
    pub fn smaller(&self) -> Vec<Scenario> {
        let mut all = Vec::new();
        for number in 0..self.faults.len() {
            let mut less = self.clone();
            less.faults.remove(number);
            all.push(less);
        }
        for number in 0..self.runs.len() {
            if self.runs.len() > 1 {
                let mut less = self.clone();
                let gone = |fault: &Fault| matches!(fault, Fault::Stop { run, .. } if *run + 1 == self.runs.len());
                less.faults.retain(|fault| !gone(fault));
                less.runs.remove(number);
                all.push(less);
            }
        }
        if self.processes > 1 {
            all.push(Scenario { processes: 1, ..self.clone() });
        }
        all
    }
}
