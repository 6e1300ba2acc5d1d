//! The process whose disk is watched: it plays a story on a new database, and says what it was told.
//!
//! What it says goes to a file beside the database, so that it stands in the record between the writes that came before it and
//! those that came after.

use std::{
    env,
    fs::{File, OpenOptions},
    io::Write,
    path::Path,
    sync::Arc,
};

use relance_model::contact::Contact;
use relance_runtime::{
    driver::{Engine, Outcome, Start, World},
    event::Event,
    failure::Failure,
    identity::{Person, identify},
    journal::{Journal, SqliteJournal, Trial},
    port::{Ai, AiAnswer, AiRequest, BoxFuture, Http, HttpAnswer, HttpRequest},
    simulation::{Received, Scripted},
};
use serde::{Deserialize, Serialize};

use crate::{
    staged::Staged,
    story::{Stage, Story, act},
};

pub(super) const STORY: &str = "RELANCE_TEST_POWER_STORY";
pub(super) const FOLDER: &str = "RELANCE_TEST_POWER_FOLDER";
pub(super) const DATABASE: &str = "relance.db";
pub(super) const SAID: &str = "said";

/// The log is moved into the file so often that every story sees it happen more than once.
const CHECKPOINT_PAGES: u32 = 12;

/// What the process was told, or told others: none of it may be taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Said {
    /// An event of a run is safe.
    Safe(String, Event),
    /// A contact is stored.
    Imported(String),
    /// A contact's opt-out is stored.
    OptedOut(String),
    /// A call left.
    Sent(Received),
}

/// The part itself; without its variables it has nothing to do.
#[test]
fn process() {
    let (Some(story), Some(folder)) = (env::var_os(STORY), env::var_os(FOLDER)) else { return };
    let folder = Path::new(&folder);
    let trial = Trial { checkpoint_pages: Some(CHECKPOINT_PAGES), pages: None };
    let journal = SqliteJournal::open_for_trial(folder.join(DATABASE), trial).unwrap();
    let said = OpenOptions::new().create(true).append(true).open(folder.join(SAID)).unwrap();
    let say: Say = Arc::new(move |it: &Said| {
        let line = serde_json::to_string(it).unwrap() + "\n";
        let mut file: &File = &said;
        file.write_all(line.as_bytes()).unwrap();
    });
    let stage = Stage::new(Story::named(story.to_str().unwrap()), 0);
    perform(&stage, &(Arc::new(journal) as Arc<dyn Journal>), &say);
}

pub(super) type Say = Arc<dyn Fn(&Said) + Send + Sync>;

/// Everything that the process does with its database; when it is done again, it goes on where it was.
pub(super) fn perform(
    stage: &Stage,
    journal: &Arc<dyn Journal>,
    say: &Say,
) -> relance_runtime::run::Report {
    let journal: Arc<dyn Journal> = Arc::new(Staged::calm(Arc::clone(journal)));
    let people: Vec<Person> = (0..3).map(person).collect();
    let now: jiff::Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
    stage.clock.run(journal.import(people.clone(), now)).unwrap().unwrap();
    for person in &people {
        say(&Said::Imported(person.id.clone()));
    }
    earlier(stage, &journal, say);
    if stage.story.opted_out {
        let region = stage.story.settings().region;
        let person = identify(stage.story.contact.clone(), region).unwrap();
        let id = person.id.clone();
        stage.clock.run(journal.opt_out(person, now)).unwrap().unwrap();
        say(&Said::OptedOut(id));
    }
    let engine = engine(stage, &journal, &stage.services, say);
    stage.clock.run(act(&stage.story, &stage.graph, &engine)).unwrap()
}

/// Runs of the same graph that came before.
fn earlier(stage: &Stage, journal: &Arc<dyn Journal>, say: &Say) {
    for (number, contact) in stage.story.earlier.iter().enumerate() {
        let run = format!("earlier-{number}");
        let blocks = stage.story.blocks();
        let blocks = blocks.iter().map(String::as_str);
        let script = stage.story.answers.clone();
        let services = Scripted::new(Arc::clone(&stage.clock), 0, &run, blocks, script);
        let engine = engine(stage, journal, &Arc::new(services), say);
        let start =
            Start { graph: stage.graph.clone(), contact: contact.clone(), run: Some(run.clone()) };
        let wait = stage.story.max_wait();
        stage.clock.run(async {
            if let Outcome::Known(_) = engine.run(start, wait).await.unwrap() {
                engine.resume(&run, wait).await.unwrap();
            }
        });
    }
}

fn engine(
    stage: &Stage,
    journal: &Arc<dyn Journal>,
    services: &Arc<Scripted>,
    say: &Say,
) -> Engine {
    let heard = Arc::new(Heard { services: Arc::clone(services), say: Arc::clone(say) });
    let world =
        World { clock: Arc::clone(&stage.clock) as _, http: Arc::clone(&heard) as _, ai: heard };
    let say = Arc::clone(say);
    let observer = move |run: &str, event: &Event| say(&Said::Safe(run.to_owned(), event.clone()));
    Engine::new(Arc::clone(journal), world, stage.story.settings()).observed_by(Arc::new(observer))
}

fn person(number: usize) -> Person {
    let email = Some(format!("prospect-{number}@exemple.com"));
    identify(Contact { email, ..Contact::default() }, relance_runtime::identity::Region::default())
        .unwrap()
}

/// The services, and somebody who hears what they receive.
struct Heard {
    services: Arc<Scripted>,
    say: Say,
}

impl Heard {
    /// Says what was received last.
    async fn hear<T>(&self, mut call: BoxFuture<'_, T>) -> T {
        let before = self.services.received().len();
        let mut said = false;
        std::future::poll_fn(move |context| {
            let polled = call.as_mut().poll(context);
            if !std::mem::replace(&mut said, true) {
                (self.say)(&Said::Sent(self.services.received().swap_remove(before)));
            }
            polled
        })
        .await
    }
}

impl Http for Heard {
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpAnswer, Failure>> {
        Box::pin(self.hear(self.services.send(request)))
    }
}

impl Ai for Heard {
    fn reply<'a>(&'a self, request: &'a AiRequest) -> BoxFuture<'a, Result<AiAnswer, Failure>> {
        Box::pin(self.hear(self.services.reply(request)))
    }
}
