//! Sketches by chance. Most are small; all actions, joins, error edges, dead paths and foreign blocks come up.

use relance_runtime::retry::OnUnknown;
use relance_samples::random::Random;
use relance_validator::plan::{Method, On};

use super::{Answers, Block, Decided, Does, Edge, End, Read, Sketch, Trouble};

/// The most blocks in a sketch.
const MOST: usize = 30;

impl Sketch {
    /// A sketch drawn from a seed.
    pub fn random(random: &mut Random) -> Sketch {
        let most = 1 + random.below(MOST);
        let count = 1 + random.below(most);
        let attempts = 1 + u32::try_from(random.below(5)).unwrap();
        let mut sketch = Sketch {
            blocks: Vec::with_capacity(count),
            edges: Vec::new(),
            on_unknown: if random.one_in(3) { OnUnknown::Retry } else { OnUnknown::Park },
            attempts,
            calls_at_once: *random.pick(&[1, 2, 3, 16]),
        };
        // Ids in no order of the graph: the runtime works by id, and must not gain from it.
        let mut ids: Vec<usize> = (0..count).collect();
        for place in (1..count).rev() {
            ids.swap(place, random.below(place + 1));
        }
        for (place, id) in ids.into_iter().enumerate() {
            let edges = edges_into(&sketch, place, random);
            let does = does(edges.is_empty(), random);
            sketch.edges.extend(edges);
            sketch.blocks.push(Block {
                id: format!("b{id:02}"),
                does,
                reads: Vec::new(),
                answers: if does.calls() { answers(attempts, random) } else { Answers::default() },
            });
            sketch.blocks[place].reads = reads(&sketch, place, random);
        }
        sketch
    }

    /// All blocks that come before a block.
    pub(crate) fn ancestors(&self, place: usize) -> Vec<usize> {
        let mut before = vec![false; place + 1];
        before[place] = true;
        for to in (0..=place).rev() {
            if before[to] {
                self.edges_into(to).for_each(|edge| before[edge.from] = true);
            }
        }
        (0..place).filter(|place| before[*place]).collect()
    }
}

fn edges_into(sketch: &Sketch, place: usize, random: &mut Random) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    if place == 0 || random.one_in(6) {
        return edges;
    }
    for _ in 0..=random.below(3) {
        // Chains are more likely than stars.
        let from = if random.one_in(3) {
            random.below(place)
        } else {
            place - 1 - random.below(place.min(3))
        };
        let conditions: &[On] = match random.below(8) {
            0 | 1 => &[On::Error],
            2 => &[On::Success, On::Error],
            _ => &[On::Success],
        };
        // A foreign block never fails, but an edge for that may be drawn all the same.
        for on in conditions {
            let edge = Edge { from, to: place, on: *on };
            if !edges.contains(&edge) && from < sketch.blocks.len() {
                edges.push(edge);
            }
        }
    }
    edges
}

fn does(is_entry: bool, random: &mut Random) -> Does {
    match random.below(16) {
        0 | 1 => Does::Task,
        2 | 3 => Does::Tag,
        4 => Does::Upsert,
        5 | 6 => Does::AskAi,
        7 => Does::Template,
        8 => Does::Static,
        9 if is_entry => Does::Trigger,
        9 => Does::Foreign,
        10 => Does::Call(Method::Get),
        11 => Does::Call(Method::Put),
        12 => Does::Call(Method::Delete),
        _ => Does::Call(Method::Post),
    }
}

fn reads(sketch: &Sketch, place: usize, random: &mut Random) -> Vec<Read> {
    if !sketch.blocks[place].does.may_read() {
        return Vec::new();
    }
    let mut readable = sketch.ancestors(place);
    readable.retain(|from| !sketch.blocks[*from].does.passes());
    if readable.is_empty() {
        return Vec::new();
    }
    let read = |random: &mut Random| {
        let from = *random.pick(&readable);
        let has_output = sketch.blocks[from].does.output().is_some();
        let on = if has_output && !random.one_in(4) { On::Success } else { On::Error };
        Read { from, on, default: !random.one_in(5) }
    };
    (0..random.below(3)).map(|_| read(random)).collect()
}

fn answers(attempts: u32, random: &mut Random) -> Answers {
    let passing = if random.one_in(2) { 0 } else { random.below(attempts as usize) };
    Answers {
        troubles: (0..passing).map(|_| trouble(random)).collect(),
        end: match random.below(8) {
            0 | 1 => End::Refusal,
            2 => End::Endless(trouble(random)),
            _ => End::Success,
        },
        decision: *random.pick(&[
            Decided::Retry,
            Decided::Done,
            Decided::DoneWith,
            Decided::Failed,
        ]),
        mended: random.one_in(3),
    }
}

fn trouble(random: &mut Random) -> Trouble {
    let after = match random.below(8) {
        0 => Some(0),
        1 => Some(30),
        // More than may be asked for.
        2 => Some(200_000),
        _ => None,
    };
    Trouble { doubtful: random.one_in(2), after, slow: random.one_in(4) }
}
