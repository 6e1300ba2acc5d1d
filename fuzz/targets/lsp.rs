//! Any text with a cursor in it, as an editor holds it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relance_fuzz::lsp(bytes));
