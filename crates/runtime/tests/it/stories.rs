//! Every story of `fixtures/runs`: as it goes, whatever the order of answers, whatever journal, and killed at every commit.

use std::{fmt::Write, sync::Arc};

use relance_runtime::{
    event::{Event, Fact},
    journal::{Journal, MemoryJournal, SqliteJournal},
    run::Report,
};
use serde_json::{Value, json};

use crate::{
    staged::{Moment, Staged, Watch},
    story::{Ending, RUN, Stage, Story, effects},
};

/// How many orders of answers each story is told in.
const SEEDS: u64 = 24;

#[test]
fn every_story_goes_as_it_is_told() {
    insta::glob!("../../../../fixtures/runs", "*.json", |path| {
        let stage = Stage::new(Story::read(path), 0);
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
        stage.prepare(&journal);
        let report = stage.play([Arc::clone(&journal)]);
        let told = stage.clock.run(tell(&stage, &report, &journal)).unwrap();
        insta::assert_snapshot!(told);
    });
}

#[test]
fn the_order_of_answers_does_not_change_the_ending() {
    for (name, story) in Story::all() {
        let ending = uninterrupted(&story).ending;
        for seed in 1..SEEDS {
            let other = play(&story, seed, Arc::new(MemoryJournal::default()), None);
            assert_eq!(other.ending, ending, "story `{name}` with seed {seed}");
        }
    }
}

#[test]
fn a_story_killed_at_any_commit_ends_as_it_would_have() {
    for (name, story) in Story::all() {
        let Played { ending, commits } = uninterrupted(&story);
        for moment in (1..=commits).flat_map(|n| [Moment::Before(n), Moment::After(n)]) {
            let journal = Arc::new(MemoryJournal::default());
            let other = play(&story, 0, journal, Some(moment));
            assert_eq!(other.ending, ending, "story `{name}` killed {moment:?}");
        }
    }
}

#[test]
fn a_story_on_sqlite_ends_as_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    for (name, story) in Story::all() {
        let journal = SqliteJournal::open(folder.path().join(format!("{name}.db"))).unwrap();
        let played = play(&story, 0, Arc::new(journal), None);
        assert_eq!(played.ending, uninterrupted(&story).ending, "story `{name}`");
    }
}

/// A story that was played.
pub(crate) struct Played {
    pub(crate) ending: Ending,
    commits: usize,
}

pub(crate) fn uninterrupted(story: &Story) -> Played {
    play(story, 0, Arc::new(MemoryJournal::default()), None)
}

/// Plays a story, killed at a moment if one is given.
fn play(story: &Story, seed: u64, journal: Arc<dyn Journal>, killed: Option<Moment>) -> Played {
    let stage = Stage::new(story.clone(), seed);
    let calm = Arc::new(Staged::calm(Arc::clone(&journal)));
    let plain: Arc<dyn Journal> = Arc::<Staged>::clone(&calm);
    stage.prepare(&plain);
    let before = calm.commits();
    let watch: Watch = Arc::new(move |moment| Some(moment) == killed);
    let fatal: Arc<dyn Journal> = Arc::new(Staged::blocking(journal, watch));
    let report = match killed {
        Some(_) => stage.play([fatal, Arc::clone(&plain)]),
        None => stage.play([Arc::clone(&plain)]),
    };
    Played { ending: stage.ending(&report, &plain), commits: calm.commits() - before }
}

/// The story as people read it: what became of each block, its events by block, and what the world got.
async fn tell(stage: &Stage, report: &Report, journal: &Arc<dyn Journal>) -> String {
    let mut text = format!("{}\n\nrun {}\n", stage.story.about, report.run.status);
    for block in &report.blocks {
        let _ = writeln!(text, "  {}: {}", block.id, json!(block.status).as_str().unwrap());
    }
    let events = journal.events(RUN, 0).await.unwrap();
    text.push_str("\nevents\n");
    let mut blocks: Vec<Option<&str>> = events.iter().map(|event| event.fact.block()).collect();
    blocks.sort_unstable();
    blocks.dedup();
    for block in blocks {
        for event in events.iter().filter(|event| event.fact.block() == block) {
            let _ = writeln!(text, "  {}", line(event));
        }
    }
    text.push_str("\nreceived\n");
    let mut received = stage.services.received();
    received.sort_by(|a, b| a.block.cmp(&b.block));
    for it in received {
        let _ = writeln!(text, "  {} {} {}", it.block, it.key, it.request);
    }
    text.push_str("\nkept\n");
    for (what, items) in effects(journal).await.as_object().unwrap() {
        for item in items.as_array().unwrap() {
            let _ = writeln!(text, "  {what} {item}");
        }
    }
    text
}

/// An event in a line: no times, but for how long a retry waits.
fn line(event: &Event) -> String {
    let mut fact = serde_json::to_value(&event.fact).unwrap();
    let fields = fact.as_object_mut().unwrap();
    let kind = fields.shift_remove("kind").unwrap();
    let block = fields.shift_remove("block").unwrap_or(Value::from("run"));
    if let Fact::AttemptFailed { retry_at: Some(time), .. }
    | Fact::AttemptInterrupted { retry_at: Some(time), .. } = &event.fact
    {
        fields.shift_remove("retry_at");
        let wait = time.duration_since(event.at).as_secs_f64();
        fields.insert("retry_in".to_owned(), json!(format!("{wait:.3} s")));
    }
    if let Fact::RunStarted(_) = &event.fact {
        for hash in ["hash", "document"] {
            fields.insert(hash.to_owned(), Value::from("…"));
        }
    }
    format!("{} {} {fact}", block.as_str().unwrap(), kind.as_str().unwrap())
}
