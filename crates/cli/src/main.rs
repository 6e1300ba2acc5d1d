//! The `relance` command line: arguments in, a command, an exit code out.
//!
//! Every command lives in a file of its name under `command`, and does its work through the other crates: nothing is decided
//! here. [`config`] is the only place that reads the configuration and the environment, [`output`] the only one that writes.

mod args;
mod command;
mod config;
mod input;
mod markdown;
mod output;
mod trouble;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    args::{Args, Command},
    output::Output,
    trouble::Exit,
};

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(answer) => return usage(&answer).into(),
    };
    let out = Output::new(args.lang.map_or_else(config::language, Into::into));
    let done = match args.command {
        Command::Validate(validate) => command::validate::validate(&validate, &out),
        Command::Schema(schema) => command::schema::schema(&schema, &out),
        Command::Explain(explain) => command::explain::explain(&explain, &out),
    };
    done.unwrap_or_else(|trouble| out.complain(&trouble)).into()
}

/// Shows help, the version, or what is wrong with the arguments.
fn usage(answer: &clap::Error) -> Exit {
    // If it cannot be written, nobody can be told.
    drop(answer.print());
    if answer.use_stderr() { Exit::Unusable } else { Exit::Fine }
}
