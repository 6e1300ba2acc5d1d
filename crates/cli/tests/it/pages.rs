//! The commands in the documentation: each is run as it stands there, and prints what the page says.
//!
//! A block ` ```json file=NAME ` is a file, a block ` ```console ` holds commands behind `$` and what they print. A page is one
//! session in a folder of its own, where the examples of the repository are too; French pages have a French terminal.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use relance_samples::repository;

use crate::bench::{Bench, masked};

/// Renews the pages instead of comparing them: `RELANCE_PAGES=write`.
const VARIABLE: &str = "RELANCE_PAGES";

#[test]
fn commands_in_pages_print_what_the_pages_say() {
    let renew = env::var_os(VARIABLE).is_some_and(|it| it == "write");
    let (mut commands, mut stale) = (0, String::new());
    for path in pages() {
        let at = root().join(&path);
        let page = fs::read_to_string(&at).unwrap();
        let mut session = Session::new(&path);
        let renewed = session.renewed(&page);
        commands += session.commands;
        if renewed == page {
            continue;
        }
        if renew {
            fs::write(&at, renewed).unwrap();
        } else {
            let diff = similar::TextDiff::from_lines(&page, &renewed);
            let name = path.display().to_string();
            write!(stale, "{}", diff.unified_diff().header(&name, "what is printed today"))
                .unwrap();
        }
    }
    assert!(commands > 30, "only {commands} commands were found");
    assert!(stale.is_empty(), "{stale}\nPages are not up to date. Run: cargo xtask codegen\n");
}

/// Every page of the documentation.
fn pages() -> Vec<PathBuf> {
    let is_page = |path: &PathBuf| {
        let readme = path.starts_with("README.md") || path.starts_with("README.fr.md");
        readme || (path.starts_with("docs") && path.extension().is_some_and(|it| it == "md"))
    };
    repository::files().into_iter().filter(is_page).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A page whose commands are run.
struct Session {
    bench: Bench,
    commands: usize,
    /// How the last command ended.
    code: i32,
}

impl Session {
    fn new(page: &Path) -> Session {
        let french = page.starts_with("docs/fr") || page.starts_with("README.fr.md");
        let mut bench =
            Bench::new().variable("LANG", if french { "fr_FR.UTF-8" } else { "C.UTF-8" });
        for path in repository::files().into_iter().filter(|path| path.starts_with("examples")) {
            bench = bench.file(path.to_str().unwrap(), fs::read(root().join(&path)).unwrap());
        }
        Session { bench, commands: 0, code: 0 }
    }

    /// The page with what its commands print today, where that is something else than it says.
    fn renewed(&mut self, page: &str) -> String {
        let mut renewed = String::new();
        let mut lines = page.lines();
        while let Some(line) = lines.next() {
            renewed = renewed + line + "\n";
            let Some(info) = line.strip_prefix("```") else { continue };
            let block = lines.by_ref().take_while(|line| *line != "```");
            let block: String = block.flat_map(|line| [line, "\n"]).collect();
            if info == "console" {
                renewed += &self.block(&block);
            } else {
                if let Some((_, name)) = info.split_once("file=") {
                    fs::write(self.bench.path(name), &block).unwrap();
                }
                renewed += &block;
            }
            renewed += "```\n";
        }
        renewed
    }

    fn block(&mut self, block: &str) -> String {
        let mut renewed = String::new();
        let mut lines = block.lines().peekable();
        while let Some(line) = lines.next() {
            let command = line.strip_prefix("$ ").unwrap();
            let mut said = String::new();
            while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
                said = said + line + "\n";
            }
            let printed = self.run(command);
            let same = same(command, &printed, &said);
            let shown = if same { said } else { printed };
            renewed = renewed + line + "\n" + &shown;
        }
        renewed
    }

    /// What a command prints, both its output and its messages.
    fn run(&mut self, command: &str) -> String {
        self.commands += 1;
        let program = Path::new(env!("CARGO_BIN_EXE_relance")).parent().unwrap();
        let script = format!("exec 2>&1\n(exit {})\n{command}", self.code);
        let output = self
            .bench
            .command_of(Path::new("sh"), "-c")
            .arg(script)
            .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        self.code = output.status.code().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let lines: String = printed.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
        lines.replace(self.bench.path("").to_str().unwrap(), "")
    }
}

/// Whether a page says what is printed, but for times and ids. The branches of a run end in any order.
fn same(command: &str, printed: &str, said: &str) -> bool {
    let lines = |text: &str| {
        let mut lines: Vec<String> = masked(text).lines().map(str::to_owned).collect();
        if command.starts_with("relance run ") {
            lines.sort();
        }
        lines
    };
    lines(printed) == lines(said)
}
