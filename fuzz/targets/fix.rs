//! Any document, mended by the safe fixes of its findings.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relance_fuzz::fix(bytes));
