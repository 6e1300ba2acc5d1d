//! The `relance` program itself, as a person or a script meets it: arguments and files in; output, messages and exit code out.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set its scene or read its outcome should stop"
)]

mod annotations;
mod bench;
mod campaign;
mod config;
mod contacts;
mod database;
mod db;
mod explain;
mod fix;
#[cfg(target_os = "linux")]
mod killed;
mod lsp;
mod output;
mod pages;
mod receiver;
mod resume;
mod run;
mod schema;
mod selection;
#[cfg(unix)]
mod sick;
mod stop;
mod usage;
mod validate;
