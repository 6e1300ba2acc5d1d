//! A whole campaign, killed on the way: exactly one run for each contact, and one key for each step, in little memory.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use jiff::Timestamp;
use relance_runtime::port::{Clock as _, SystemClock};
use serde_json::{Value, json};

use super::receiver::{Came, Receiver};

/// How large a campaign, and how rough its way.
#[derive(Args)]
pub(crate) struct Campaign {
    /// How many contacts.
    #[arg(long, default_value_t = 100_000)]
    contacts: u64,
    /// How often the process is killed on the way.
    #[arg(long, default_value_t = 3)]
    kills: u64,
    /// How many contacts at once.
    #[arg(long, default_value_t = 50)]
    at_once: u64,
    /// The program; without it, the one beside this one.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// A folder with everything that a campaign needs.
pub(super) struct Bench {
    pub(super) folder: tempfile::TempDir,
    program: PathBuf,
}

/// How many calls each contact's run makes.
const STEPS: u64 = 5;

/// How often is looked how far it is, and how much memory it takes.
const BEAT: Duration = Duration::from_millis(100);

/// The most memory that a campaign may take.
const MOST_MEMORY: u64 = 100 * 1024;

/// Proves it, and prints what was seen.
#[expect(clippy::print_stdout, reason = "the figures are the result")]
pub(super) fn run(campaign: &Campaign) -> Result<()> {
    let Campaign { contacts, kills, at_once, program } = campaign;
    let receiver = Receiver::start()?;
    let bench = Bench::new(program.as_deref())?;
    bench.file("graph.json", &chain(receiver.address()).to_string())?;
    bench.file("list.csv", &list(0..*contacts))?;
    let command = format!(
        "run graph.json --contacts list.csv --campaign soak --at-once {at_once} --format json"
    );
    let all = contacts * STEPS;
    let mut memory = Vec::new();
    let begun = Instant::now();
    let mut imported = None;
    for kill in 1..=*kills {
        let goal = all * kill / (kills + 1);
        let start = SystemClock.now();
        let mut child = bench.start(&command)?;
        while receiver.came()?.steps < goal {
            memory.extend(resident(&child));
            ensure!(child.try_wait()?.is_none(), "the campaign ended before it was killed");
            thread::sleep(BEAT);
        }
        child.kill()?;
        child.wait()?;
        if imported.is_none() {
            imported = Some(bench.import_time(start)?);
        }
        println!("killed after {} of {all} steps", receiver.came()?.steps);
    }
    let start = SystemClock.now();
    let mut child = bench.start(&command)?;
    let status = loop {
        memory.extend(resident(&child));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(BEAT);
    };
    let took = begun.elapsed().as_secs_f64();
    let imported = imported.map_or_else(|| bench.import_time(start), Ok)?;
    ensure!(status.success(), "the campaign ended with {status}");

    let came = receiver.came()?;
    let Came { requests, steps, repeated, another_key } = came;
    ensure!(steps == all, "{steps} steps came of {all}");
    ensure!(another_key == 0, "{another_key} steps came again under another key: {came:?}");
    let most = kills * at_once;
    ensure!(repeated <= most, "{repeated} steps came twice, more than were in flight: {most}");
    bench.one_run_each(*contacts)?;

    let largest = memory.iter().copied().max().unwrap_or_default();
    println!("{contacts} contacts, {STEPS} calls each, killed {kills} times: {took:.1} s");
    println!("calls: {requests}, of which {repeated} came again under their own key");
    println!("one run for each contact, one key for each step");
    println!("the list was read, judged and stored in {imported:.2} s");
    println!(
        "resident memory: {} at most; by fifths of the time {}",
        mib(largest),
        fifths(&memory)
    );
    ensure!(largest < MOST_MEMORY, "resident memory reached {}", mib(largest));
    Ok(())
}

impl Bench {
    pub(super) fn new(program: Option<&Path>) -> Result<Bench> {
        let program = match program {
            Some(program) => fs::canonicalize(program)?,
            None => std::env::current_exe()?.with_file_name("relance"),
        };
        ensure!(program.is_file(), "build the program first: cargo build --release -p relance-cli");
        let bench = Bench { folder: tempfile::tempdir()?, program };
        let config = "environment = \"development\"\n[http]\non_unknown = \"retry\"\n";
        bench.file("relance.toml", config)?;
        Ok(bench)
    }

    pub(super) fn file(&self, name: &str, content: &str) -> Result<()> {
        Ok(fs::write(self.folder.path().join(name), content)?)
    }

    pub(super) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments.split_whitespace()).current_dir(self.folder.path());
        command
    }

    pub(super) fn start(&self, arguments: &str) -> Result<Child> {
        Ok(self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
    }

    pub(super) fn said(&self, arguments: &str) -> Result<String> {
        let output = self.command(arguments).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "`relance {arguments}`: {said}");
        Ok(String::from_utf8(output.stdout)?)
    }

    /// How long it took from the start of the process until the whole list was stored, in seconds.
    fn import_time(&self, start: Timestamp) -> Result<f64> {
        let said: Value = serde_json::from_str(&self.said("campaigns --format json")?)?;
        let stored = said.pointer("/campaigns/0/imported_at").and_then(Value::as_str);
        let stored: Timestamp = stored.context("the list was not stored")?.parse()?;
        Ok(stored.duration_since(start).as_secs_f64())
    }

    /// Sees to it that each contact has one run, which succeeded, and no other has any.
    fn one_run_each(&self, contacts: u64) -> Result<()> {
        let report = self.said("campaigns show soak --format csv")?;
        let mut runs = std::collections::HashSet::new();
        let mut whom = std::collections::HashSet::new();
        for line in report.lines().skip(1) {
            let mut cells = line.split(',');
            let (contact, status, run) = (cells.next(), cells.next(), cells.next());
            ensure!(status == Some("succeeded"), "not well: {line}");
            whom.insert(contact.context("no contact")?);
            runs.insert(run.context("no run")?);
        }
        let (whom, runs) = (whom.len() as u64, runs.len() as u64);
        ensure!(whom == contacts && runs == contacts, "{whom} contacts and {runs} runs");
        Ok(())
    }
}

/// A list of contacts as a spreadsheet writes it.
pub(super) fn list(numbers: std::ops::Range<u64>) -> String {
    let mut list = String::from("id;E-mail;Téléphone;Prénom;Société;Devis\n");
    for number in numbers {
        // Writing to a text does not fail.
        let _ = writeln!(
            list,
            "c{number};personne.{number}@exemple.fr;06 12 {:02} {:02} {:02};Camille;Atelier {number};D-{number}",
            number / 10_000 % 100,
            number / 100 % 100,
            number % 100,
        );
    }
    list
}

/// A graph of calls, one after the other.
fn chain(address: &str) -> Value {
    let block = |step: u64| call(&format!("b{step}"), &format!("http://{address}/{step}"));
    let edge = |step: u64| {
        let (source, target) = (format!("b{step}"), format!("b{}", step + 1));
        json!({ "id": format!("e{step}"), "source": source, "target": target })
    };
    let (nodes, edges): (Vec<_>, Vec<_>) =
        ((1..=STEPS).map(block).collect(), (1..STEPS).map(edge).collect());
    json!({ "nodes": nodes, "edges": edges })
}

/// A block that calls an address, with the contact's id at its end.
pub(super) fn call(id: &str, url: &str) -> Value {
    json!({
        "id": id, "type": "action", "position": { "x": 0, "y": 0 },
        "data": { "label": id, "parameters": {
            "action_type": "http_request", "http_method": "POST",
            "url": format!("{url}/{{{{ contact.id }}}}"),
            "body_json": "{\"to\": \"{{ contact.email }}\", \"quote\": \"{{ contact.fields.Devis }}\"}",
        } },
    })
}

/// The resident memory of a process in KiB, while there is one.
pub(super) fn resident(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

pub(super) fn mib(kib: u64) -> String {
    format!("{}.{} MiB", kib / 1024, kib % 1024 * 10 / 1024)
}

/// The median memory in each fifth of the time.
fn fifths(memory: &[u64]) -> String {
    let size = memory.len().div_ceil(5).max(1);
    let median = |part: &[u64]| {
        let mut part = part.to_vec();
        part.sort_unstable();
        mib(part.get(part.len() / 2).copied().unwrap_or_default())
    };
    memory.chunks(size).map(median).collect::<Vec<_>>().join(", ")
}
