//! `relance validate`: checks graph and block files, and says everything that is wrong with them.

use std::path::PathBuf;

use clap::ValueEnum;
use relance_diagnostics::{
    Language, Source, Text,
    render::{self, Report},
};
use relance_model::document::MAX_BYTES;
use relance_validator::{Checked, check};

use crate::{
    args::Setup,
    config::Config,
    input,
    output::Output,
    trouble::{Exit, Trouble},
};

/// Check graphs and blocks
///
/// Every mistake in a file is told in one pass, under the exact characters, with a way out.
#[derive(Debug, clap::Args)]
pub(crate) struct Validate {
    /// Files to check; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    setup: Setup,
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: the line, the place in it, and help
    Human,
    /// For programs: one object for all files
    Json,
    /// For editors and scripts: one finding a line
    Concise,
}

/// A file that was read, and what was found in it.
struct Judged {
    source: Source,
    checked: Checked,
}

/// Runs the command.
pub(crate) fn validate(args: &Validate, out: &Output) -> Result<Exit, Trouble> {
    let options = Config::load(&args.setup)?.options;
    let mut exit = Exit::Fine;
    let mut judged = Vec::new();
    for path in &args.files {
        match input::read(path, MAX_BYTES) {
            Ok(source) => {
                let checked = check(&source, &options);
                exit = exit.max(if checked.is_valid() { Exit::Fine } else { Exit::Bad });
                judged.push(Judged { source, checked });
            }
            Err(trouble) => exit = exit.max(out.complain(&trouble)),
        }
    }
    let reports = judged.iter().map(Judged::report);
    match args.format {
        Format::Json => out.print_json(&render::json(reports, out.language))?,
        Format::Concise => {
            let lines = reports.map(|report| render::concise(&report, out.language));
            out.print(&lines.collect::<String>())?;
        }
        Format::Human => {
            reports.clone().try_for_each(|report| {
                out.print(&render::human(&report, out.language, out.style()))?;
                out.print(&format!("{}\n", render::summary(&report, out.language)))
            })?;
            if args.files.len() > 1 {
                out.print(&format!("\n{}\n", total(args.files.len(), &judged, out.language)))?;
            }
        }
    }
    Ok(exit)
}

impl Judged {
    fn report(&self) -> Report<'_> {
        Report {
            source: &self.source,
            mask: &self.checked.mask,
            diagnostics: &self.checked.diagnostics,
            valid: self.checked.is_valid(),
            runnable: self.checked.is_runnable(),
        }
    }
}

/// The last line for several files: `3 files: 2 valid, 1 unreadable`.
fn total(files: usize, judged: &[Judged], language: Language) -> String {
    let valid = judged.iter().filter(|it| it.checked.is_valid()).count();
    let (invalid, unreadable) = (judged.len() - valid, files - judged.len());
    let s = |count: usize| if count > 1 { "s" } else { "" };
    let counts = [
        (valid, Text::new("valid", format!("valide{}", s(valid)))),
        (invalid, Text::new("with errors", "avec des erreurs")),
        (unreadable, Text::new("unreadable", format!("illisible{}", s(unreadable)))),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts = counts.map(|(count, word)| format!("{count} {}", word.to(language)));
    let counts = counts.collect::<Vec<_>>().join(", ");
    match language {
        Language::English => format!("{files} files: {counts}"),
        Language::French => format!("{files} fichiers : {counts}"),
    }
}
