//! Any text as JSON written as text, in a body and in headers, through every escape.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relance_fuzz::json_text(bytes));
