//! Tests of the validator through its one door.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its fixture should stop")]

mod agreement;
mod contract;
mod cures;
mod findings;
mod fixes;
mod hostile;
mod mutants;
mod properties;
mod single_fixes;
mod spans;
