//! Any bytes as a document: read, checked, shown. `serde_json` is the oracle of what JSON is.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relance_fuzz::read_document(bytes));
