//! The `relance` command line: arguments in, a command, an exit code out.
//!
//! Every command lives in a file of its name under `command`, and does its work through the other crates: nothing is decided
//! here. [`config`] is the only place that reads the configuration and the environment, [`output`] the only one that writes.

mod args;
mod command;
mod config;
mod contact;
mod input;
mod live;
mod markdown;
mod narration;
mod output;
mod preflight;
mod progress;
mod save;
mod store;
mod summary;
mod table;
mod tally;
mod trouble;
mod words;
mod world;

use std::{env, process::ExitCode, sync::Arc};

use clap::error::ErrorKind;

use crate::{
    args::{Args, Command},
    output::Output,
    trouble::Exit,
};

fn main() -> ExitCode {
    let out = Arc::new(Output::new(args::settle(env::args_os(), config::language())));
    let args = match Args::of(env::args_os()) {
        Ok(args) => args,
        Err(answer) => return usage(&answer, &out).into(),
    };
    let asked = args.lang.map(Into::into);
    let done = match args.command {
        Command::Validate(args) => command::validate::validate(&args, &out),
        Command::Fix(args) => command::fix::fix(&args, &out),
        Command::Run(args) => command::run::run(&args, &out),
        Command::Resume(args) => command::resume::resume(&args, &out),
        Command::Runs(args) => command::runs::runs(&args, &out),
        Command::Show(args) => command::show::show(&args, &out),
        Command::Stop(args) => command::stop::stop(&args, &out),
        Command::Resolve(args) => command::resolve::resolve(&args, &out),
        Command::Campaigns(args) => command::campaigns::campaigns(&args, &out),
        Command::Contacts(args) => command::contacts::contacts(&args, &out),
        Command::Tasks(args) => command::tasks::tasks(&args, &out),
        Command::Db(args) => command::db::db(&args, &out),
        Command::Schema(args) => command::schema::schema(&args, &out),
        Command::Explain(args) => command::explain::explain(&args, &out),
        Command::Lsp(args) => command::lsp::lsp(args, asked),
    };
    out.end(done).into()
}

/// Shows help, the version, or what is wrong with the arguments.
fn usage(answer: &clap::Error, out: &Output) -> Exit {
    let is_help = answer.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if answer.use_stderr() && !is_help {
        return out.complain(&args::refusal(answer));
    }
    // If it cannot be written, nobody can be told.
    drop(answer.print());
    if is_help { Exit::Unusable } else { Exit::Fine }
}
