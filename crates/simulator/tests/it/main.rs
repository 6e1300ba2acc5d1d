//! Thousands of trials, and proof that the referee sees what is wrong.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod wrong;

use std::sync::Arc;

use relance_runtime::journal::SqliteJournal;
use relance_simulator::{Player, Tally, case::Case, shrink::in_memory};
use wrong::{Mistake, Wrong};

/// How many trials are played here; `cargo xtask soak trials` plays as many as one likes.
const TRIALS: u64 = 2_000;

/// Within how many trials a mistake must be found.
const SOON: u64 = 1_000;

#[test]
fn no_rule_is_broken() {
    let mut player = Player::default();
    let mut all = Tally::default();
    for seed in 0..TRIALS {
        match player.play(seed, &in_memory) {
            Ok(tally) => all += tally,
            Err(failure) => panic!("{}", failure.shrunk(&in_memory).told()),
        }
    }
    let Tally { runs, events, calls, kills, taken, refusals, stops } = all;
    let much = [runs, events, calls].iter().all(|it| *it > TRIALS);
    let faults = [kills, taken, refusals].iter().all(|it| *it > TRIALS / 8);
    assert!(much && faults && stops > TRIALS / 64, "these trials try little: {all:?}");
}

/// Trials that long runs found.
const ONCE_BROKEN: [u64; 5] = [3_084, 55_586, 101_756, 382_232, 386_009];

#[test]
fn what_broke_a_rule_once_does_not_any_more() {
    for seed in ONCE_BROKEN {
        if let Err(failure) = Player::default().play(seed, &in_memory) {
            panic!("{}", failure.told());
        }
    }
}

#[test]
fn a_seed_is_always_the_same_trial() {
    for seed in [0, 7, 20, 33, 1_234] {
        let first = Player::default().play(seed, &in_memory).map_err(|it| it.told());
        let again = Player::default().play(seed, &in_memory).map_err(|it| it.told());
        assert_eq!(first, again, "seed {seed}");
    }
}

#[test]
fn sketches_are_valid_graphs_of_every_kind() {
    let mut words = String::new();
    for seed in 0..500 {
        words.push_str(&Case::random(seed).unwrap().sketch.document());
    }
    for word in ["http_request", "crm_upsert", "ai_reply", "tag_contact", "assignation", "wait"] {
        assert!(words.contains(word), "`{word}` never came up");
    }
    for word in ["trigger", "\"error\"", "error.code", "default:", "statique", "DELETE"] {
        assert!(words.contains(word), "`{word}` never came up");
    }
}

#[test]
fn a_journal_that_makes_a_mistake_is_found_out() {
    for mistake in Mistake::ALL {
        let wrong = || Arc::new(Wrong::new(mistake)) as Arc<_>;
        let mut player = Player::default();
        let found = (0..SOON).find_map(|seed| player.play(seed, &wrong).err());
        let failure = found.unwrap_or_else(|| panic!("{mistake:?} was not found"));
        let (blocks, why) = (failure.case.sketch.blocks.len(), failure.broken.why.clone());
        let shrunk = failure.shrunk(&wrong);
        assert!(shrunk.case.sketch.blocks.len() <= blocks.min(8), "{mistake:?}: {}", shrunk.told());
        let again = Player::default().play(shrunk.seed, &wrong).unwrap_err();
        assert_eq!(again.broken.why, why, "{mistake:?} is found again by its seed");
    }
}

#[test]
fn sqlite_breaks_no_rule_either() {
    let folder = tempfile::tempdir().unwrap();
    let file = std::sync::atomic::AtomicU32::new(0);
    let sqlite = || {
        let number = file.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let journal = SqliteJournal::open(folder.path().join(format!("{number}.db"))).unwrap();
        Arc::new(wrong::at_once(Arc::new(journal))) as Arc<_>
    };
    let mut player = Player::default();
    for seed in 0..60 {
        if let Err(failure) = player.play(seed, &sqlite) {
            panic!("{}", failure.told());
        }
    }
}
