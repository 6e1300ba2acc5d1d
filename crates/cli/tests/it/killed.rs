//! The program itself, killed before, within and after any operation on its files, whatever command it was given.
//!
//! Afterwards the database must be sound. The command is given again, and then everything must be as if nobody had been killed.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::process::ExitStatusExt,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use relance_faults::{
    Kill, Moment, Op, Recorder,
    proof::{Figures, full},
};

use relance_runtime::{journal::SqliteJournal, retry::idempotency_key};
use rusqlite::Connection;

use crate::{
    bench::Bench,
    receiver::{Answer, Receiver},
};

/// Kills of each command in a usual run, and in a full one.
const USUAL: usize = 2;
const FULL: usize = 60;

/// The signal of `kill -9`.
const SIGKILL: i32 = 9;

/// How long a command may be refused because the process that was killed might still be alive.
const PATIENCE: Duration = Duration::from_secs(30);

/// A command that is killed.
struct Case {
    /// What was done before.
    before: &'static [&'static str],
    command: &'static str,
    /// What leads to the same end from wherever it was killed.
    again: &'static [&'static str],
}

const RUN: &str = "run local.json --contact camille.json --run-id r1";
const CALL: &str = "run call.json --contact camille.json --run-id r1";
const IMPORT: &str = "contacts import people.csv";

const CASES: [Case; 7] = [
    Case { before: &[], command: IMPORT, again: &[IMPORT] },
    Case { before: &[], command: RUN, again: &[RUN, "resume r1"] },
    Case { before: &[], command: CALL, again: &[CALL, "resume r1"] },
    Case {
        before: &[IMPORT],
        command: "contacts opt-out prospect-3@exemple.fr",
        again: &["contacts opt-out prospect-3@exemple.fr"],
    },
    Case { before: &[RUN], command: "tasks done TASK", again: &["tasks done TASK"] },
    Case {
        before: &[RUN, IMPORT],
        command: "db backup copy.db",
        again: &["db backup copy.db --force"],
    },
    Case { before: &[RUN], command: "db check", again: &["db check"] },
];

/// What can be looked up, but for times, a line each.
const LOOKS: [&str; 5] = [
    "SELECT concat_ws(' ', 'run', id, status, graph, contact) FROM runs ORDER BY id",
    "SELECT concat_ws(' ', 'task', id, contact, label, done_at IS NULL) FROM tasks ORDER BY id",
    "SELECT concat_ws(' ', 'contact', id, body, opted_out_at IS NULL) FROM contacts ORDER BY id",
    "SELECT concat_ws(' ', 'tag', contact, tag) FROM contact_tags ORDER BY contact, tag",
    "SELECT concat_ws(' ', 'record', id, email, phone, fields) FROM crm_contacts ORDER BY id",
];

#[test]
fn a_command_that_is_killed_anywhere_can_be_given_again() {
    let recorder = Recorder::build();
    let kills: usize = thread::scope(|scope| {
        let (even, odd): (Vec<_>, Vec<_>) =
            CASES.iter().enumerate().partition(|(number, _)| number % 2 == 0);
        let hands = [even, odd].map(|cases| {
            let recorder = &recorder;
            scope.spawn(move || cases.iter().map(|(_, case)| case.play(recorder)).sum::<usize>())
        });
        hands.into_iter().map(|hand| hand.join().unwrap()).sum()
    });
    assert!(kills >= USUAL * CASES.len() / 2, "only {kills} kills");
    // Anything wrong has stopped us before this.
    Figures::of("kills-of-commands", kills).write();
}

impl Case {
    /// Kills the command at its moments, each on files of its own; gives how many kills there were.
    fn play(&self, recorder: &Recorder) -> usize {
        let scene = Scene::new(None);
        for command in self.before {
            let said = scene.bench.said(scene.command(command).output().unwrap());
            assert_eq!(said.code, Some(0), "{command}: {said}");
        }
        let prepared = fs::read(scene.bench.path("relance.db")).ok();
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut command = scene.command(self.command);
        recorder.record(&mut command, &scene.bench.path(""), log.path());
        let said = scene.bench.said(command.output().unwrap());
        assert_eq!(said.code, Some(0), "{}: {said}", self.command);
        let expected = scene.state();
        assert!(expected.lines().count() > 2, "{}: {expected}", self.command);
        let operations = Op::read(log.path()).len();
        let moments: Vec<Kill> = (1..=operations)
            .flat_map(|operation| Moment::ALL.map(|moment| Kill { moment, operation }))
            .collect();
        assert!(moments.len() >= USUAL, "{} does nothing to its files", self.command);
        let every = (moments.len() / if full() { FULL } else { USUAL }).max(1);
        moments
            .into_iter()
            .step_by(every)
            .filter(|kill| self.kill(recorder, *kill, prepared.as_deref(), &expected))
            .count()
    }

    /// Whether it was killed: how many operations there are depends on which of them share a commit.
    fn kill(
        &self,
        recorder: &Recorder,
        kill: Kill,
        prepared: Option<&[u8]>,
        expected: &str,
    ) -> bool {
        let scene = Scene::new(prepared);
        let mut command = scene.command(self.command);
        recorder.kill(&mut command, &scene.bench.path(""), kill);
        let output = command.output().unwrap();
        let killed = output.status.signal() == Some(SIGKILL);
        let what = format!("`{}` killed {kill}", self.command);
        scene.check(&what);
        let deadline = Instant::now() + PATIENCE;
        while scene.state() != expected {
            assert!(Instant::now() < deadline, "{what}: {}\ninstead of\n{expected}", scene.state());
            for again in self.again {
                let said = scene.bench.said(scene.command(again).output().unwrap());
                scene.check(&format!("{what}, then {said}"));
            }
            thread::sleep(Duration::from_millis(50));
        }
        let keys = scene.keys();
        assert_eq!(keys.len(), usize::from(self.command == CALL), "{what}: {keys:?}");
        killed
    }
}

/// A folder, and a service that answers.
struct Scene {
    bench: Bench,
    receiver: Receiver,
}

impl Scene {
    fn new(database: Option<&[u8]>) -> Scene {
        let people: Vec<String> =
            (0..200).map(|row| format!("prospect-{row}@exemple.fr,Société {row}")).collect();
        let receiver = Receiver::new(&[Answer::Status(200, "{}")]);
        let config = "environment = \"development\"\n[http]\non_unknown = \"retry\"\n";
        let bench = Bench::configured(config)
            .graph("local.json", 0)
            .graph("call.json", receiver.port)
            .graph("camille.json", 0)
            .file("people.csv", format!("email,company\n{}\n", people.join("\n")));
        if let Some(database) = database {
            fs::write(bench.path("relance.db"), database).unwrap();
        }
        Scene { bench, receiver }
    }

    /// A command; `TASK` is the task of the run `r1`.
    fn command(&self, args: &str) -> Command {
        let key: String = idempotency_key("r1", "tache", 1).chars().take(16).collect();
        let mut command = self.bench.command(&args.replace("TASK", &format!("t-{key}")));
        command.stdin(Stdio::null());
        command
    }

    /// Every database that is there is sound.
    fn check(&self, what: &str) {
        for name in ["relance.db", "copy.db"] {
            let path = self.bench.path(name);
            if path.exists() {
                assert_eq!(SqliteJournal::check(&path).unwrap().flaws, [], "{what}: {name}");
            }
        }
    }

    /// Everything that people can look up, but for times, and whether there is a copy.
    fn state(&self) -> String {
        let mut state = format!("copy: {}\n", self.bench.path("copy.db").exists());
        let path = self.bench.path("relance.db");
        let Some(database) = path.exists().then(|| Connection::open(path).unwrap()) else {
            return state;
        };
        for look in LOOKS {
            let Ok(mut statement) = database.prepare(look) else {
                return state + "no tables yet\n";
            };
            let rows = statement.query_map((), |row| row.get::<_, String>(0)).unwrap();
            let rows: Vec<String> = rows.map(|row| row.unwrap() + "\n").collect();
            state.extend(rows);
        }
        state
    }

    /// The idempotency keys that the service was sent.
    fn keys(&self) -> BTreeSet<String> {
        self.receiver.keys().into_iter().collect()
    }
}
