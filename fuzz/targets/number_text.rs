//! Any text as a number written in text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relance_fuzz::number_text(bytes));
