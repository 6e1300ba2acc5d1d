//! What a journal promises, held against both of them.

use std::{collections::BTreeSet, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use relance_model::{Environment, contact::Contact};
use relance_runtime::{
    event::{EndStatus, Event, Fact, RunStarted},
    identity::{Person, Region, identify},
    journal::{
        Batch, ContactFilter, Entry, Journal, JournalError, Lease, MemoryJournal, NewRun, Rest,
        RunFilter, SqliteJournal, Started, TaskFilter,
    },
    local::LocalEffect,
    run::RunStatus,
};
use relance_validator::plan::Priority;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// Both journals, in turn.
pub(crate) async fn on_both<F: Future<Output = ()>>(test: impl Fn(Arc<dyn Journal>) -> F) {
    test(Arc::new(MemoryJournal::default())).await;
    let (_folder, journal) = sqlite();
    test(Arc::new(journal)).await;
}

fn sqlite() -> (TempDir, SqliteJournal) {
    let folder = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(folder.path().join("relance.db")).unwrap();
    (folder, journal)
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
}

pub(crate) fn person(email: &str) -> Person {
    let contact = Contact { email: Some(email.to_owned()), ..Contact::default() };
    identify(contact, Region::default()).unwrap()
}

pub(crate) fn new_run(run: &str, graph: &str, person: &Person) -> NewRun {
    NewRun {
        started: RunStarted {
            run: run.to_owned(),
            graph: graph.to_owned(),
            hash: "v1".to_owned(),
            document: "d1".to_owned(),
            planner: 1,
            environment: Environment::Production,
            foreign_passes: BTreeSet::new(),
            region: Region::default(),
            zone: "UTC".to_owned(),
            contact_id: person.id.clone(),
            contact: person.contact.clone(),
            campaign: None,
        },
        person: Arc::new(person.clone()),
        document: Arc::from(&b"{}"[..]),
        owner: "me".into(),
        at: at(0),
    }
}

pub(crate) async fn start(
    journal: &Arc<dyn Journal>,
    run: &str,
    graph: &str,
    email: &str,
) -> Lease {
    match journal.start(new_run(run, graph, &person(email))).await.unwrap() {
        Started::New(lease, _) => lease,
        Started::Known(row) => panic!("`{}` is known", row.id),
    }
}

pub(crate) fn batch(entries: Vec<Entry>) -> Batch {
    Batch { at: at(1), entries, rest: None }
}

pub(crate) fn resting(status: RunStatus, wake_at: Option<Timestamp>) -> Batch {
    Batch { at: at(9), entries: Vec::new(), rest: Some(Rest { status, wake_at }) }
}

pub(crate) fn skipped(block: &str) -> Entry {
    Entry::Fact(Fact::BlockSkipped { block: block.to_owned() })
}

fn local(block: &str, effect: LocalEffect) -> Entry {
    let key = format!("{:0>16}", block.len());
    Entry::Local { block: block.to_owned(), key, effect }
}

pub(crate) fn intent(block: &str) -> Entry {
    Entry::Intent {
        block: block.to_owned(),
        visit: 1,
        attempt: 1,
        key: "k".to_owned(),
        personal: true,
    }
}

fn output(event: &Event) -> Value {
    if let Fact::BlockFailed { error, .. } = &event.fact {
        return json!(error.code);
    }
    let Fact::BlockSucceeded { output, .. } = &event.fact else { panic!("{event:?}") };
    output.clone()
}

#[tokio::test]
async fn events_come_back_as_they_were_stored_numbered_without_gaps() {
    on_both(|journal| async move {
        let lease = start(&journal, "r", "g", "a@b.fr").await;
        let first = journal.append(&lease, batch(vec![skipped("a"), skipped("b")])).await.unwrap();
        let second = journal.append(&lease, batch(vec![skipped("c")])).await.unwrap();
        let (first, second) = (first.events, second.events);
        let all = journal.events("r", 0).await.unwrap();
        assert_eq!(all.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(all[1..], [first, second].concat());
        assert_eq!(journal.events("r", 3).await.unwrap(), all[3..]);
        assert_eq!(journal.document("d1").await.unwrap().as_deref(), Some(&b"{}"[..]));
    })
    .await;
}

#[tokio::test]
async fn the_same_run_id_is_the_same_run_and_never_another() {
    on_both(|journal| async move {
        start(&journal, "r", "g", "a@b.fr").await;
        let again = journal.start(new_run("r", "g", &person("a@b.fr"))).await.unwrap();
        assert!(matches!(again, Started::Known(row) if row.id == "r"));
        for (graph, email, differs) in [("other", "a@b.fr", "graph"), ("g", "else@b.fr", "contact")]
        {
            let refused = journal.start(new_run("r", graph, &person(email))).await;
            assert_eq!(refused, Err(JournalError::OtherRun { run: "r".to_owned(), differs }));
        }
        let mut edited = new_run("r", "g", &person("a@b.fr"));
        edited.started.hash = "v2".to_owned();
        let differs = "version of the graph";
        let refused = journal.start(edited).await;
        assert_eq!(refused, Err(JournalError::OtherRun { run: "r".to_owned(), differs }));
    })
    .await;
}

#[tokio::test]
async fn a_contact_has_one_active_run_of_a_graph() {
    on_both(|journal| async move {
        let lease = start(&journal, "first", "g", "a@b.fr").await;
        for status in [RunStatus::Waiting, RunStatus::Parked] {
            let second = journal.start(new_run("second", "g", &person("a@b.fr"))).await.unwrap();
            assert!(matches!(second, Started::Known(row) if row.id == "first"));
            let lease = journal.take("first", "me", at(1)).await.unwrap().lease;
            journal.append(&lease, resting(status, None)).await.unwrap();
        }
        start(&journal, "other-contact", "g", "c@d.fr").await;
        start(&journal, "other-graph", "h", "a@b.fr").await;
        let lease = journal.take(&lease.run, "me", at(1)).await.unwrap().lease;
        journal.append(&lease, resting(RunStatus::Failed, None)).await.unwrap();
        start(&journal, "second", "g", "a@b.fr").await;

        let reopened = journal.take("first", "me", at(1)).await.unwrap().lease;
        let refused = journal.append(&reopened, resting(RunStatus::Waiting, None)).await;
        assert_eq!(refused, Err(JournalError::AnotherActive("second".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn a_lease_is_void_once_another_took_the_run_or_it_came_to_rest() {
    on_both(|journal| async move {
        let old = start(&journal, "r", "g", "a@b.fr").await;
        let new = journal.take("r", "them", at(1)).await.unwrap();
        assert_eq!(new.lease.epoch, 2);
        assert_eq!((new.lease.person.id.as_str(), new.events.len()), ("a@b.fr", 1));
        let lost = Err(JournalError::LeaseLost("r".to_owned()));
        assert_eq!(journal.append(&old, batch(vec![skipped("a")])).await, lost);
        let stolen = Lease { epoch: 2, ..old.clone() };
        assert_eq!(journal.append(&stolen, batch(vec![skipped("a")])).await, lost);
        journal.append(&new.lease, batch(vec![skipped("a")])).await.unwrap();
        journal.append(&new.lease, resting(RunStatus::Parked, None)).await.unwrap();
        assert_eq!(journal.append(&new.lease, batch(vec![skipped("b")])).await, lost);
        assert_eq!(journal.events("r", 0).await.unwrap().len(), 2);
        let unknown = Err(JournalError::UnknownRun("nowhere".to_owned()));
        assert_eq!(journal.take("nowhere", "me", at(1)).await, unknown);
    })
    .await;
}

#[tokio::test]
async fn a_run_shows_where_it_stands() {
    on_both(|journal| async move {
        let lease = start(&journal, "r", "g", "a@b.fr").await;
        let status = async || journal.run("r").await.unwrap().unwrap();
        assert_eq!(status().await.status, RunStatus::Running);
        journal.append(&lease, resting(RunStatus::Waiting, Some(at(60)))).await.unwrap();
        let row = status().await;
        assert_eq!(
            (row.status, row.wake_at, row.ended_at),
            (RunStatus::Waiting, Some(at(60)), None)
        );
        let lease = journal.take("r", "me", at(1)).await.unwrap().lease;
        let row = status().await;
        assert_eq!((row.status, row.wake_at), (RunStatus::Running, None));
        let ended = Entry::Fact(Fact::RunEnded { status: EndStatus::Succeeded, by: None });
        let rest = Some(Rest { status: RunStatus::Succeeded, wake_at: None });
        journal.append(&lease, Batch { at: at(9), entries: vec![ended], rest }).await.unwrap();
        let row = status().await;
        assert_eq!((row.status, row.ended_at), (RunStatus::Succeeded, Some(at(9))));
    })
    .await;
}

#[tokio::test]
async fn runs_are_found_by_status_contact_and_graph() {
    on_both(|journal| async move {
        let lease = start(&journal, "r1", "g", "a@b.fr").await;
        journal.append(&lease, resting(RunStatus::Failed, None)).await.unwrap();
        start(&journal, "r2", "g", "a@b.fr").await;
        start(&journal, "r3", "h", "c@d.fr").await;
        let found = async |filter: RunFilter| {
            let rows = journal.runs(filter).await.unwrap();
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(found(RunFilter::default()).await, ["r3", "r2", "r1"]);
        let statuses = vec![RunStatus::Running, RunStatus::Parked];
        assert_eq!(found(RunFilter { statuses, ..RunFilter::default() }).await, ["r3", "r2"]);
        let contact = Some("a@b.fr".to_owned());
        assert_eq!(found(RunFilter { contact, ..RunFilter::default() }).await, ["r2", "r1"]);
        let graph = Some("h".to_owned());
        assert_eq!(found(RunFilter { graph, ..RunFilter::default() }).await, ["r3"]);
        let limit = Some(1);
        assert_eq!(found(RunFilter { limit, ..RunFilter::default() }).await, ["r3"]);
    })
    .await;
}

#[tokio::test]
async fn local_effects_and_their_events_are_one() {
    on_both(|journal| async move {
        let lease = start(&journal, "r", "g", "a@b.fr").await;
        let task = LocalEffect::CreateTask {
            assignee: Some("Paul".to_owned()),
            priority: Priority::High,
            label: Some("Rappeler".to_owned()),
        };
        let tag = || LocalEffect::AddTag { tag: "chaud".to_owned() };
        let entries = vec![local("task", task), local("tag", tag()), local("again", tag())];
        let events = journal.append(&lease, batch(entries)).await.unwrap().events;
        let outputs: Vec<Value> = events.iter().map(output).collect();
        assert_eq!(outputs[0]["assignee"], "Paul");
        assert_eq!(
            outputs[1..],
            [json!({ "tag": "chaud", "added": true }), json!({ "tag": "chaud", "added": false })]
        );
        let tasks = journal.tasks(TaskFilter::default()).await.unwrap();
        assert_eq!(tasks.len(), 1);
        assert_eq!((&outputs[0]["id"], tasks[0].priority.as_str()), (&json!(tasks[0].id), "haute"));

        let done = journal.finish_task(&tasks[0].id, at(5)).await.unwrap().unwrap();
        assert_eq!(done.done_at, Some(at(5)));
        let again = journal.finish_task(&tasks[0].id, at(6)).await.unwrap().unwrap();
        assert_eq!(again.done_at, Some(at(5)), "it stays done when it was done");
        assert_eq!(journal.finish_task("t-0", at(6)).await.unwrap(), None);
        assert_eq!(journal.tasks(TaskFilter::default()).await.unwrap(), []);
        let all = TaskFilter { done: true, ..TaskFilter::default() };
        assert_eq!(journal.tasks(all).await.unwrap(), [done]);
    })
    .await;
}

#[tokio::test]
async fn the_crm_knows_people_again() {
    on_both(|journal| async move {
        let upsert = async |run: &str, email: Option<&str>, phone: Option<&str>| {
            let text = |it: Option<&str>| it.map(str::to_owned);
            let contact = Contact {
                id: Some(run.to_owned()),
                email: text(email),
                phone: text(phone),
                ..Contact::default()
            };
            let person = identify(contact, Region::default()).unwrap();
            let Started::New(lease, _) = journal.start(new_run(run, "g", &person)).await.unwrap()
            else {
                panic!("`{run}` is known")
            };
            let effect = LocalEffect::UpsertCrm {
                email_field: "courriel".to_owned(),
                phone_field: "mobile".to_owned(),
                email: text(email),
                phone: text(phone),
                values: Map::from_iter([("vu".to_owned(), json!(run))]),
            };
            let key = format!("{run:0>16}");
            let entry = Entry::Local { block: "crm".to_owned(), key, effect };
            let events = journal.append(&lease, batch(vec![entry])).await.unwrap().events;
            output(&events[0])
        };
        let (marie, paul) = ("Marie@B.fr", "paul@b.fr");
        let new = json!({ "id": "c-00000000000000r1", "created": true, "matched_by": null });
        assert_eq!(upsert("r1", None, Some("06 12 34 56 78")).await, new);
        let by_phone = upsert("r2", Some(marie), Some("+33612345678")).await;
        assert_eq!((&by_phone["id"], &by_phone["matched_by"]), (&new["id"], &json!("phone")));
        let by_email = upsert("r3", Some("MARIE@b.FR "), None).await;
        assert_eq!((&by_email["id"], &by_email["matched_by"]), (&new["id"], &json!("email")));
        assert_eq!(upsert("r4", Some(paul), Some("0612345678")).await, json!("crm-conflict"));
        assert_eq!(upsert("r5", None, None).await, json!("crm-no-key"));
        assert_eq!(upsert("r6", None, Some("demain")).await, json!("crm-no-key"));
        assert_eq!(upsert("r7", Some(paul), None).await["created"], json!(true));
        assert_eq!(upsert("r8", Some(paul), Some("0612345678")).await, json!("crm-conflict"));
        assert_eq!(upsert("r9", Some(marie), Some("0700000000")).await["matched_by"], "email");

        let records = journal.crm_records().await.unwrap();
        assert_eq!(records.len(), 2);
        assert_eq!(records[0].email.as_deref(), Some("marie@b.fr"));
        assert_eq!(records[0].phone.as_deref(), Some("+33700000000"));
        let fields = json!({ "vu": "r9", "mobile": "0700000000", "courriel": marie });
        assert_eq!(json!(records[0].fields), fields);
    })
    .await;
}

#[tokio::test]
async fn contacts_are_imported_listed_and_found_by_tag() {
    on_both(|journal| async move {
        let with_tags = |email: &str, name: &str, tags: &[&str]| {
            let contact = Contact {
                email: Some(email.to_owned()),
                first_name: Some(name.to_owned()),
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                ..Contact::default()
            };
            identify(contact, Region::default()).unwrap()
        };
        let first = vec![with_tags("a@b.fr", "A", &["x"]), with_tags("c@d.fr", "C", &[])];
        let imported = journal.import(first, at(0)).await.unwrap();
        assert_eq!((imported.added, imported.updated), (2, 0));
        let second = vec![with_tags("a@b.fr", "Anne", &["y"]), with_tags("e@f.fr", "E", &["y"])];
        let imported = journal.import(second, at(1)).await.unwrap();
        assert_eq!((imported.added, imported.updated), (1, 1));

        let ids = async |filter: ContactFilter| {
            let rows = journal.contacts(filter).await.unwrap();
            rows.into_iter().filter_map(|row| row.contact.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(ContactFilter::default()).await, ["a@b.fr", "c@d.fr", "e@f.fr"]);
        let tag = Some("y".to_owned());
        assert_eq!(
            ids(ContactFilter { tag, ..ContactFilter::default() }).await,
            ["a@b.fr", "e@f.fr"]
        );
        let page = ContactFilter { after: Some("a@b.fr".to_owned()), limit: Some(1), tag: None };
        assert_eq!(ids(page).await, ["c@d.fr"]);
        let anne = journal.contact("a@b.fr").await.unwrap().unwrap();
        assert_eq!(anne.contact.first_name.as_deref(), Some("Anne"));
        assert_eq!(anne.contact.tags, ["x", "y"], "tags that were put stay");
        assert_eq!(anne.tagged_at["x"], at(0));
        assert_eq!(journal.contact("nobody").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn no_call_begins_after_an_opt_out() {
    on_both(|journal| async move {
        let lease = start(&journal, "r", "g", "a@b.fr").await;
        journal.append(&lease, batch(vec![intent("before")])).await.unwrap();
        let open = journal.open_calls("a@b.fr").await.unwrap();
        assert_eq!(open.iter().map(|call| call.block.as_str()).collect::<Vec<_>>(), ["before"]);

        // The same person, by e-mail, under another id.
        let contact = Contact { id: Some("42".to_owned()), ..person("A@b.fr ").contact };
        let same = identify(contact, Region::default()).unwrap();
        journal.opt_out(same, at(3)).await.unwrap();
        let after = journal.append(&lease, batch(vec![intent("after")])).await.unwrap().events;
        assert_eq!(output(&after[0]), json!("contact-opted-out"));
        let answered = Fact::BlockSucceeded { block: "before".to_owned(), output: json!({}) };
        journal.append(&lease, batch(vec![Entry::Fact(answered)])).await.unwrap();
        assert_eq!(journal.open_calls("a@b.fr").await.unwrap(), []);
        assert_eq!(journal.contact("42").await.unwrap().unwrap().opted_out_at, Some(at(3)));

        let other = start(&journal, "other", "g", "c@d.fr").await;
        let events = journal.append(&other, batch(vec![intent("call")])).await.unwrap().events;
        assert!(matches!(events[0].fact, Fact::AttemptStarted { .. }), "others are called");
    })
    .await;
}

#[tokio::test]
async fn an_import_keeps_an_opt_out() {
    on_both(|journal| async move {
        journal.opt_out(person("a@b.fr"), at(0)).await.unwrap();
        journal.import(vec![person("a@b.fr")], at(1)).await.unwrap();
        journal.opt_out(person("a@b.fr"), at(2)).await.unwrap();
        let row = journal.contact("a@b.fr").await.unwrap().unwrap();
        assert_eq!(row.opted_out_at, Some(at(0)));
    })
    .await;
}
