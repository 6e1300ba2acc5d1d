//! Many runs of one campaign in simulated time, and hosts that answer as they are told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use relance_diagnostics::Source;
use relance_model::contact::Contact;
use relance_runtime::{
    driver::{Engine, Left, Pooled, RunError, Settings, World},
    event::{Event, Fact},
    failure::{Failure, Reason},
    identity::{Region, name},
    journal::{Campaigns, Journal, MemberRow, MemoryJournal, Tally},
    port::{BoxFuture, Clock, Http, HttpAnswer, HttpRequest, NoAi},
    run::GraphFile,
    simulation::VirtualClock,
};
use relance_validator::{Options, check_and_plan};
use serde_json::{Value, json};

pub(crate) const CAMPAIGN: &str = "novembre";

/// What becomes of a call.
#[derive(Debug, Clone)]
pub(crate) enum Fate {
    /// An answer, after so many milliseconds.
    Answer(u64),
    /// A failure, at once.
    Failure(Failure),
    /// Nothing, for ever.
    Silence,
}

impl Fate {
    /// The host is busy, and says for how many seconds.
    pub(crate) fn busy(status: u16, seconds: u64) -> Fate {
        let reason = Reason { status: Some(status), ..Reason::new("http-status", "busy") };
        Fate::Failure(Failure::Retryable(reason, Some(Duration::from_secs(seconds))))
    }
}

/// A call that was made: when, to which host, under which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) at: Timestamp,
    pub(crate) elapsed: Duration,
    pub(crate) host: String,
    pub(crate) key: String,
}

/// Says what becomes of a call to a host, the first call being 0.
pub(crate) type Plot = Box<dyn Fn(&str, usize) -> Fate + Send + Sync>;

/// Hosts, and what they saw.
pub(crate) struct Hosts {
    clock: Arc<VirtualClock>,
    plot: Plot,
    pub(crate) seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) heard: Vec<Heard>,
    in_flight: BTreeMap<String, usize>,
    /// The most calls that a host had at once.
    pub(crate) most: BTreeMap<String, usize>,
}

/// A call in flight; over when it is dropped.
struct InFlight<'h>(&'h Hosts, String);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        *self.0.seen.lock().unwrap().in_flight.get_mut(&self.1).unwrap() -= 1;
    }
}

impl Hosts {
    fn arrive(&self, request: &HttpRequest) -> (InFlight<'_>, Fate) {
        let url = url::Url::parse(&request.url).unwrap();
        let host = url.host_str().unwrap().to_owned();
        let mut seen = self.seen.lock().unwrap();
        let number = seen.heard.iter().filter(|call| call.host == host).count();
        let (at, elapsed, key) = (self.clock.now(), self.clock.elapsed(), request.key.clone());
        seen.heard.push(Heard { at, elapsed, host: host.clone(), key });
        let now = seen.in_flight.entry(host.clone()).or_default();
        *now += 1;
        let now = *now;
        let most = seen.most.entry(host.clone()).or_default();
        *most = now.max(*most);
        let fate = (self.plot)(&host, number);
        (InFlight(self, host), fate)
    }
}

impl Http for Hosts {
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpAnswer, Failure>> {
        Box::pin(async move {
            let (_in_flight, fate) = self.arrive(request);
            match fate {
                Fate::Answer(millis) => {
                    self.clock.sleep(Duration::from_millis(millis)).await;
                    let (headers, body) = (Vec::new(), Value::Null);
                    Ok(HttpAnswer { status: 200, headers, body, truncated: false })
                }
                Fate::Failure(failure) => Err(failure),
                Fate::Silence => std::future::pending().await,
            }
        })
    }
}

/// A campaign, and the world that it meets.
pub(crate) struct Crowd {
    pub(crate) clock: Arc<VirtualClock>,
    pub(crate) journal: Arc<MemoryJournal>,
    pub(crate) hosts: Arc<Hosts>,
    pub(crate) graph: GraphFile,
    /// Every event of every run, in order.
    pub(crate) events: Arc<Mutex<Vec<(String, Event)>>>,
}

impl Crowd {
    /// A campaign of that graph for so many contacts.
    pub(crate) fn new(
        nodes: &[Value],
        edges: &[(&str, &str, &str)],
        contacts: usize,
        plot: Plot,
    ) -> Crowd {
        let edge = |(from, to, handle): &(&str, &str, &str)| json!({ "id": format!("{from}-{to}"), "source": from, "target": to, "sourceHandle": handle });
        let edges: Vec<Value> = edges.iter().map(edge).collect();
        let text = json!({ "nodes": nodes, "edges": edges }).to_string();
        let options = Options::default();
        let (checked, plan) = check_and_plan(&Source::new("graph.json", text.clone()), &options);
        let plan = plan.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
        let graph = GraphFile::new("graph", text.as_bytes(), plan);
        let clock = Arc::new(VirtualClock::new("2026-11-25T10:00:00Z".parse().unwrap()));
        let seen = Mutex::default();
        let hosts = Arc::new(Hosts { clock: Arc::clone(&clock), plot, seen });
        let journal = Arc::new(MemoryJournal::default());
        let crowd = Crowd { clock, journal, hosts, graph, events: Arc::default() };
        let engine = crowd.engine(Settings::default());
        let opened = async {
            let new = engine.new_campaign(CAMPAIGN, &crowd.graph).unwrap();
            crowd.journal.open_campaign(new).await.unwrap();
            let person = |number| name(contact(number), Region::default()).unwrap();
            let people = (0..contacts).map(person).collect();
            crowd.journal.add_members(CAMPAIGN, people).await.unwrap();
            crowd.journal.end_list(CAMPAIGN, crowd.clock.now()).await.unwrap();
        };
        crowd.clock.run(opened).unwrap();
        crowd
    }

    /// A process.
    pub(crate) fn engine(&self, settings: Settings) -> Engine {
        let world = World {
            clock: Arc::<VirtualClock>::clone(&self.clock),
            http: Arc::<Hosts>::clone(&self.hosts),
            ai: Arc::new(NoAi),
        };
        let journal = Arc::<MemoryJournal>::clone(&self.journal) as Arc<dyn Journal>;
        let events = Arc::clone(&self.events);
        Engine::new(journal, world, settings).observed_by(Arc::new(move |run, event| {
            events.lock().unwrap().push((run.to_owned(), event.clone()));
        }))
    }

    /// Has a process carry the campaign out.
    pub(crate) async fn carry_out(
        &self,
        engine: &Engine,
        at_once: usize,
        max_wait: Duration,
        halt: impl Future<Output = ()>,
    ) -> Result<Left, RunError> {
        let pooled = Pooled { campaign: CAMPAIGN.to_owned(), at_once, max_wait };
        engine.alive(engine.carry_out(&*self.journal, &pooled, halt)).await.unwrap()
    }

    pub(crate) fn tally(&self) -> Tally {
        self.clock.run(self.journal.tally(CAMPAIGN)).unwrap().unwrap()
    }

    pub(crate) fn members(&self) -> Vec<MemberRow> {
        self.clock.run(self.journal.members(CAMPAIGN, 0, u32::MAX)).unwrap().unwrap()
    }

    /// When each run ended, as a place among all events.
    pub(crate) fn ends(&self) -> BTreeMap<String, usize> {
        let events = self.events.lock().unwrap();
        let ends = events.iter().enumerate();
        let ends = ends.filter(|(_, (_, event))| matches!(event.fact, Fact::RunEnded { .. }));
        ends.map(|(place, (run, _))| (run.clone(), place)).collect()
    }
}

/// Contacts alternate: every other one has a phone number.
pub(crate) fn contact(number: usize) -> Contact {
    let phone = number.is_multiple_of(2).then(|| format!("+336{number:08}"));
    Contact { email: Some(format!("c{number:06}@exemple.com")), phone, ..Contact::default() }
}

pub(crate) fn call(id: &str, host: &str) -> Value {
    let url = format!("https://{host}/");
    action(id, &json!({ "action_type": "http_request", "http_method": "GET", "url": url }))
}

pub(crate) fn action(id: &str, parameters: &Value) -> Value {
    let data = json!({ "parameters": parameters });
    json!({ "id": id, "type": "action", "position": { "x": 0, "y": 0 }, "data": data })
}

/// Those with a phone number go to one host, the others to another.
pub(crate) fn fork(
    one: &str,
    other: &str,
) -> (Vec<Value>, Vec<(&'static str, &'static str, &'static str)>) {
    let tag = json!({ "action_type": "tag_contact", "tag": "{{ contact.phone }}" });
    let nodes = vec![action("trie", &tag), call("un", one), call("autre", other)];
    (nodes, vec![("trie", "un", "success"), ("trie", "autre", "error")])
}
