//! Promises of `decide`, on graphs drawn by chance.

use std::collections::BTreeMap;

use proptest::{prelude::*, sample::Index};
use relance_diagnostics::Source;
use relance_runtime::{
    decide::{Command, decide},
    event::Fact,
    failure::Reason,
    history::{History, Phase},
};
use relance_validator::{
    Options, Plan, check_and_plan,
    plan::{On, StepIndex},
};
use serde_json::{Value, json};

/// A graph without cycles: edges go from lower to higher numbers.
#[derive(Debug, Clone)]
struct Dag {
    size: usize,
    edges: Vec<(usize, usize, bool)>,
}

fn dags() -> impl Strategy<Value = Dag> {
    (2..14_usize).prop_flat_map(|size| {
        let edge = (0..size - 1, any::<Index>(), any::<bool>())
            .prop_map(move |(from, to, error)| (from, from + 1 + to.index(size - from - 1), error));
        proptest::collection::btree_set(edge, 1..30)
            .prop_map(move |edges| Dag { size, edges: edges.into_iter().collect() })
    })
}

impl Dag {
    /// Its document, nodes and edges in the order of those numbers.
    fn plan(&self, shuffle: &[usize]) -> Plan {
        let place = |n: usize| shuffle.get(n).copied().unwrap_or(n);
        let mut nodes: Vec<Value> = (0..self.size)
            .map(|n| {
                json!({ "id": format!("b{n:02}"), "type": "action",
                    "position": { "x": place(n), "y": 0 }, "data": { "parameters": {} } })
            })
            .collect();
        nodes.sort_by_key(|node| node["position"]["x"].as_u64());
        let mut edges: Vec<Value> = self
            .edges
            .iter()
            .enumerate()
            .map(|(n, (from, to, error))| {
                json!({ "id": format!("e{n}"), "source": format!("b{from:02}"),
                    "target": format!("b{to:02}"),
                    "sourceHandle": if *error { "error" } else { "success" } })
            })
            .collect();
        if place(0) % 2 == 1 {
            edges.reverse();
        }
        let text = json!({ "nodes": nodes, "edges": edges }).to_string();
        let (checked, plan) = check_and_plan(&Source::new("dag.json", text), &Options::default());
        plan.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
    }
}

/// Runs a plan: blocks fail as told, and of all that could be done, chance says what is done next.
fn run(plan: &Plan, failing: &[bool], chance: &[Index]) -> BTreeMap<String, Phase> {
    let mut history = History::new(plan);
    let mut started: BTreeMap<StepIndex, u32> = BTreeMap::new();
    let mut flight: Vec<Command> = Vec::new();
    let mut turn = 0;
    loop {
        let commands = decide(plan, &history);
        assert_eq!(commands, expected(plan, &history, &flight), "the frontier is not the whole");
        for command in commands {
            history.begin(command.step());
            *started.entry(command.step()).or_default() += 1;
            flight.push(command);
        }
        if flight.is_empty() {
            break;
        }
        let next = chance.get(turn).map_or(0, |index| index.index(flight.len()));
        turn += 1;
        let fact = outcome(plan, flight.remove(next), failing);
        history.apply(plan, &fact).unwrap();
    }
    assert!(history.is_settled(), "the run came to rest half-way");
    assert!(started.values().all(|times| *times == 1), "a block was started twice");
    let phase = |(n, step): (usize, &relance_validator::plan::Step)| {
        let phase = history.state(StepIndex(u32::try_from(n).unwrap())).unwrap().phase;
        (step.id.as_str().to_owned(), phase)
    };
    plan.steps().iter().enumerate().map(phase).collect()
}

fn outcome(plan: &Plan, command: Command, failing: &[bool]) -> Fact {
    let step = plan.step(command.step()).unwrap();
    let block = step.id.as_str().to_owned();
    let number: usize = block.trim_start_matches('b').parse().unwrap();
    match command {
        Command::Skip(_) => Fact::BlockSkipped { block },
        Command::Pass(_) => Fact::BlockPassed { block },
        Command::Perform(_) | Command::RetryAt(..) => {
            if failing.get(number).copied().unwrap_or_default() {
                Fact::BlockFailed { block, error: Reason::new("test", "it fails") }
            } else {
                Fact::BlockSucceeded { block, output: json!({}) }
            }
        }
    }
}

/// What `decide` promises, looked up block by block.
fn expected(plan: &Plan, history: &History, flight: &[Command]) -> Vec<Command> {
    let phase = |step: StepIndex| history.state(step).unwrap().phase;
    let all = (0..plan.steps().len()).map(|n| StepIndex(u32::try_from(n).unwrap()));
    all.filter(|step| phase(*step) == Phase::Untouched)
        .filter(|step| !flight.iter().any(|command| command.step() == *step))
        .filter_map(|step| {
            let incoming = &plan.step(step).unwrap().incoming;
            if !incoming.iter().all(|link| phase(link.source).is_settled()) {
                return None;
            }
            let taken = incoming.iter().any(|link| phase(link.source).takes(link.on));
            let perform = incoming.is_empty() || taken;
            Some(if perform { Command::Perform(step) } else { Command::Skip(step) })
        })
        .collect()
}

proptest! {
    #[test]
    fn a_run_depends_on_neither_order_nor_layout(
        dag in dags(),
        failing in proptest::collection::vec(any::<bool>(), 14),
        shuffle in Just((0..14_usize).collect::<Vec<_>>()).prop_shuffle(),
        first in proptest::collection::vec(any::<Index>(), 14),
        second in proptest::collection::vec(any::<Index>(), 14),
    ) {
        let straight = run(&dag.plan(&[]), &failing, &first);
        let shuffled = run(&dag.plan(&shuffle), &failing, &second);
        prop_assert_eq!(&straight, &shuffled);
        for (block, phase) in &straight {
            let plan = dag.plan(&[]);
            let (_, step) = plan.find(block).unwrap();
            let takes = |on: On, source: StepIndex| {
                straight[plan.step(source).unwrap().id.as_str()].takes(on)
            };
            let reached = step.incoming.is_empty()
                || step.incoming.iter().any(|link| takes(link.on, link.source));
            prop_assert_eq!(reached, *phase != Phase::Skipped, "block {}", block);
        }
    }

    #[test]
    fn a_folded_history_decides_as_the_live_one(
        dag in dags(),
        failing in proptest::collection::vec(any::<bool>(), 14),
        steps in 0..14_usize,
    ) {
        let plan = dag.plan(&[]);
        let mut live = History::new(&plan);
        let mut facts = Vec::new();
        for _ in 0..steps {
            let Some(command) = decide(&plan, &live).first().copied() else { break };
            let fact = outcome(&plan, command, &failing);
            live.apply(&plan, &fact).unwrap();
            facts.push(fact);
        }
        let mut folded = History::new(&plan);
        for fact in &facts {
            folded.apply(&plan, fact).unwrap();
        }
        prop_assert_eq!(decide(&plan, &live), decide(&plan, &folded));
    }
}

#[test]
fn a_fact_that_cannot_have_happened_is_refused() {
    let dag = Dag { size: 2, edges: vec![(0, 1, false)] };
    let plan = dag.plan(&[]);
    let mut history = History::new(&plan);
    let done = |block: &str| Fact::BlockSucceeded { block: block.to_owned(), output: json!({}) };
    assert!(history.apply(&plan, &done("nowhere")).is_err());
    assert!(history.apply(&plan, &done("b00")).is_ok());
    assert!(history.apply(&plan, &done("b00")).is_err());
}

#[test]
fn five_thousand_blocks_are_decided_in_linear_time() {
    let size = 5_000;
    let dag = Dag { size, edges: (1..size).map(|n| (n - 1, n, false)).collect() };
    let plan = dag.plan(&[]);
    let mut history = History::new(&plan);
    let mut decided = 0;
    while let Some(command) = decide(&plan, &history).first().copied() {
        history.apply(&plan, &outcome(&plan, command, &[])).unwrap();
        decided += 1;
    }
    assert_eq!((decided, history.is_settled()), (size, true));
}
