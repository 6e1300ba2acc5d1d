//! What a check costs, from bytes to plan, beside `serde_json` parsing the same bytes into a tree.

use divan::{Bencher, counter::BytesCount};
use relance_diagnostics::Source;
use relance_samples::graph::{Quality, graph, linked_graph};
use relance_validator::{Options, check};

fn main() {
    divan::main();
}

const BLOCKS: [usize; 4] = [10, 100, 1_000, 5_000];

#[divan::bench(args = BLOCKS)]
fn clean(bencher: Bencher<'_, '_>, blocks: usize) {
    bench_check(bencher, blocks, Quality::Clean);
}

#[divan::bench(args = BLOCKS)]
fn clean_parsed(bencher: Bencher<'_, '_>, blocks: usize) {
    bench_parse(bencher, blocks, Quality::Clean);
}

#[divan::bench(args = BLOCKS)]
fn every_block_wrong(bencher: Bencher<'_, '_>, blocks: usize) {
    bench_check(bencher, blocks, Quality::EveryBlockWrong);
}

#[divan::bench(args = BLOCKS)]
fn every_block_wrong_parsed(bencher: Bencher<'_, '_>, blocks: usize) {
    bench_parse(bencher, blocks, Quality::EveryBlockWrong);
}

/// The most blocks and edges that a graph may have.
#[divan::bench(args = [5_000])]
fn linked(bencher: Bencher<'_, '_>, blocks: usize) {
    let text = linked_graph(blocks, 4 * blocks);
    let options = Options::default();
    assert!(check(&source(&text), &options).diagnostics.is_empty());
    bencher.counter(BytesCount::of_str(&text)).bench(|| check(&source(&text), &options));
}

fn bench_check(bencher: Bencher<'_, '_>, blocks: usize, quality: Quality) {
    let text = graph(blocks, quality);
    let options = Options::default();
    assert_eq!(check(&source(&text), &options).is_valid(), quality == Quality::Clean);
    bencher.counter(BytesCount::of_str(&text)).bench(|| check(&source(&text), &options));
}

/// The bytes as they come from a file.
fn source(text: &str) -> Source {
    Source::new("graph.json", text.as_bytes())
}

#[expect(clippy::unwrap_used, reason = "the graph was written as JSON")]
fn bench_parse(bencher: Bencher<'_, '_>, blocks: usize, quality: Quality) {
    let text = graph(blocks, quality);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        serde_json::from_slice::<serde_json::Value>(divan::black_box(text.as_bytes())).unwrap()
    });
}
