//! The short walk and the rows answer alike, wherever the walk answers.

use std::cell::OnceCell;

use foldhash::{HashMap, HashMapExt as _};
use proptest::prelude::*;

use super::*;
use crate::graph::{SoundEdge, neighbours::Neighbours};

/// Blocks and edges that only lead to later blocks.
fn links(blocks: usize, edges: &[(usize, usize, bool)]) -> Links<'static> {
    let edges: Vec<SoundEdge> = edges
        .iter()
        .map(|(source, target, succeeded)| {
            let on = if *succeeded { On::Success } else { On::Error };
            SoundEdge { place: 0, source: *source, target: *target, on }
        })
        .collect();
    Links {
        by_id: HashMap::new(),
        sorted: OnceCell::new(),
        incoming: Neighbours::new(blocks, &edges, |edge| (edge.target, (edge.source, edge.on))),
        outgoing: Neighbours::new(blocks, &edges, |edge| (edge.source, (edge.target, edge.on))),
        isolated: vec![false; blocks],
        unclear: false,
    }
}

fn by_rows(rows: &Rows, block: usize, earlier: usize, outcome: On) -> Before {
    let surely = if outcome == On::Success { &rows.succeeded } else { &rows.failed };
    match (rows.behind.has(block, earlier), surely.has(block, earlier)) {
        (_, true) => Before::Surely,
        (true, false) => Before::Perhaps,
        (false, false) => Before::Not,
    }
}

fn edges() -> impl Strategy<Value = (usize, Vec<(usize, usize, bool)>)> {
    (2_usize..12).prop_flat_map(|blocks| {
        let edge = (0..blocks - 1, 1..blocks, any::<bool>())
            .prop_map(|(source, step, on)| (source, source + step, on));
        let edges = proptest::collection::vec(edge, 0..24).prop_map(move |mut edges| {
            edges.retain(|(_, target, _)| *target < blocks);
            edges.sort_unstable();
            edges.dedup();
            edges
        });
        (Just(blocks), edges)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_short_walk_agrees_with_the_rows((blocks, edges) in edges()) {
        let links = links(blocks, &edges);
        let rows = Rows::of(&links);
        for block in 0..blocks {
            for earlier in (0..blocks).filter(|earlier| *earlier != block) {
                for outcome in [On::Success, On::Error] {
                    let walked = walk::before(&links, block, earlier, outcome);
                    let expected = by_rows(&rows, block, earlier, outcome);
                    prop_assert!(walked.is_none_or(|it| it == expected), "{block} {earlier} {walked:?} {expected:?}");
                }
            }
        }
    }
}

#[test]
fn a_walk_through_many_edges_gives_up() {
    let edges: Vec<_> = (0..100).map(|place| (place, place + 1, true)).collect();
    let links = links(101, &edges);
    assert_eq!(walk::before(&links, 100, 99, On::Success), Some(Before::Surely));
    assert_eq!(walk::before(&links, 100, 0, On::Success), None);
    let mut reach = Reach::default();
    assert_eq!(reach.before(&links, 100, 0, On::Success), Before::Surely);
    assert_eq!(reach.before(&links, 100, 0, On::Error), Before::Perhaps);
}
