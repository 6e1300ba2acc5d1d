//! Any text as a text with references: parsed, then checked in every parameter that may hold some.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relance_fuzz::reference(bytes));
