//! Tells a run as it happens: a line for each thing that came to an end, in words.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use relance_diagnostics::{Language, Text, render::clean};
use relance_model::{ActionKind, contact::Contact};
use relance_runtime::event::{Decision, Event, Fact};
use relance_validator::{
    Plan,
    plan::{Effect, Step},
};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;
use url::Url;

use crate::{
    output::{Output, Paint},
    summary::name,
    words::{priority as priority_words, reason, short_reason},
};

/// The widest column of labels.
const WIDEST: usize = 40;

/// Tells the events of one run.
#[derive(Debug)]
pub(crate) struct Narrator {
    plan: Arc<Plan>,
    language: Language,
    /// How wide the column of labels is.
    column: usize,
    /// When the last attempt at each block started.
    started: BTreeMap<String, Timestamp>,
    /// Whether the world is a sandbox.
    sandbox: bool,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) mark: Mark,
    pub(crate) label: String,
    pub(crate) words: String,
}

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Done,
    Failed,
    Again,
    Parked,
    Left,
}

impl Narrator {
    pub(crate) fn new(plan: Arc<Plan>, language: Language) -> Narrator {
        let widths = plan.steps().iter().map(|step| label(step).width());
        let column = widths.max().unwrap_or_default().min(WIDEST);
        Narrator { plan, language, column, started: BTreeMap::new(), sandbox: false }
    }

    /// The same, for a run in a sandbox.
    #[must_use]
    pub(crate) fn sandbox(self, sandbox: bool) -> Narrator {
        Narrator { sandbox, ..self }
    }

    /// The first line: what runs, for whom, and under which id.
    pub(crate) fn heading(
        &self,
        graph: &str,
        contact: &Contact,
        run: &str,
        out: &Output,
    ) -> String {
        let who = name(contact);
        let sandbox = if self.sandbox { out.say(&IN_SANDBOX) } else { "" };
        let title = format!("{} — {} ({}){sandbox}", clean(graph), clean(&who), clean(run));
        format!("{}\n", out.paint(Paint::Strong, &title))
    }

    /// What to tell of an event, if anything.
    pub(crate) fn hear(&mut self, event: &Event) -> Option<Line> {
        let block = event.fact.block()?;
        let plan = Arc::clone(&self.plan);
        let (_, step) = plan.find(block)?;
        let (mark, words) = match &event.fact {
            Fact::AttemptStarted { .. } => {
                self.started.insert(block.to_owned(), event.at);
                return None;
            }
            Fact::RunStarted(_)
            | Fact::RunEnded { .. }
            | Fact::AttemptFailed { retry_at: None, .. }
            | Fact::AttemptInterrupted { retry_at: None, .. } => return None,
            Fact::AttemptFailed { reason: why, retry_at: Some(time), .. } => {
                (Mark::Again, self.again(&short_reason(why, self.language), event.at, *time))
            }
            Fact::AttemptInterrupted { retry_at: Some(_), .. } => (
                Mark::Again,
                self.say(&Text::fixed(
                    "the process ended before the answer: trying again",
                    "le processus s'est terminé avant la réponse : nouvel essai",
                )),
            ),
            Fact::BlockSucceeded { output, .. } => {
                let took = self.started.get(block).map(|start| event.at.duration_since(*start));
                (Mark::Done, self.say(&done(step, output, took, self.language)))
            }
            Fact::BlockFailed { error, .. } => (Mark::Failed, reason(error, self.language)),
            Fact::BlockParked { reason: why, .. } => {
                let decide =
                    self.say(&Text::fixed("a person has to decide", "une personne doit décider"));
                (Mark::Parked, format!("{} — {decide}", reason(why, self.language)))
            }
            Fact::BlockSkipped { .. } => (
                Mark::Left,
                self.say(&Text::fixed(
                    "not needed: no path led here",
                    "pas nécessaire : aucun chemin n'y mène",
                )),
            ),
            Fact::BlockPassed { .. } => {
                (Mark::Left, self.say(&Text::fixed("passed through", "traversé")))
            }
            Fact::BlockResolved { decision, by, .. } => {
                (mark_of(decision), self.say(&decided(decision, by)))
            }
        };
        Some(Line { mark, label: label(step), words })
    }

    /// A line as it is shown.
    pub(crate) fn show(&self, line: &Line, out: &Output) -> String {
        let (sign, paint) = match line.mark {
            Mark::Done => ("✓", Paint::Good),
            Mark::Failed => ("✗", Paint::Bad),
            Mark::Again => ("…", Paint::Doubtful),
            Mark::Parked => ("?", Paint::Doubtful),
            Mark::Left => ("–", Paint::Faint),
        };
        let label = clean(&line.label);
        let gap = " ".repeat(self.column.saturating_sub(label.width()));
        let words = clean(&line.words);
        let words = match line.mark {
            Mark::Left => out.paint(Paint::Faint, &words),
            Mark::Done | Mark::Failed | Mark::Again | Mark::Parked => words.into_owned(),
        };
        format!("  {} {label}{gap}  {words}\n", out.paint(paint, sign))
    }

    /// What a block is doing while it is waited for.
    pub(crate) fn doing(&self, block: &str) -> Option<String> {
        let (_, step) = self.plan.find(block)?;
        let what = match &step.effect {
            Effect::HttpRequest(call) => {
                format!("{} {}", call.method.as_str(), host(&call.url.origin))
            }
            Effect::AiReply(_) => self.say(&Text::fixed("writing", "écriture")),
            Effect::CreateTask(_)
            | Effect::CrmUpsert(_)
            | Effect::TagContact(_)
            | Effect::Foreign(_) => return None,
        };
        let label = label(step);
        let gap = " ".repeat(self.column.saturating_sub(label.width()));
        Some(format!("{}{gap}  {what} …", clean(&label)))
    }

    fn again(&self, why: &str, at: Timestamp, time: Timestamp) -> String {
        let wait = span(time.duration_since(at), self.language);
        self.say(&Text::new(
            format!("{why}: trying again in {wait}"),
            format!("{why} : nouvel essai dans {wait}"),
        ))
    }

    fn say(&self, text: &Text) -> String {
        text.to(self.language).to_owned()
    }
}

/// A block as people know it.
pub(crate) fn label(step: &Step) -> String {
    step.label
        .clone()
        .filter(|label| !label.trim().is_empty())
        .unwrap_or_else(|| step.id.to_string())
}

/// What a block did.
fn done(step: &Step, output: &Value, took: Option<SignedDuration>, language: Language) -> Text {
    let text = |key: &str| output.get(key).and_then(Value::as_str);
    let Some(kind) = step.effect.kind() else { return Text::fixed("done", "fait") };
    let time = took.map(|took| span(took, language));
    let Text { en: in_time_en, fr: in_time_fr } = match &time {
        Some(time) => Text::new(format!(" in {time}"), format!(" en {time}")),
        None => Text::default(),
    };
    match kind {
        ActionKind::CreateTask => task(text("assignee"), text("priority")),
        ActionKind::HttpRequest => {
            let (method, host) = call(step);
            match output.get("status").and_then(Value::as_u64) {
                Some(status) => Text::new(
                    format!("{method} {host} → {status}{in_time_en}"),
                    format!("{method} {host} → {status}{in_time_fr}"),
                ),
                None => {
                    Text::new(format!("{method} {host}: done"), format!("{method} {host} : fait"))
                }
            }
        }
        ActionKind::CrmUpsert => {
            crm(output.get("created").and_then(Value::as_bool), text("matched_by"))
        }
        ActionKind::AiReply => {
            match (text("model"), output.get("tokens_out").and_then(Value::as_u64)) {
                (Some(model), Some(tokens)) => Text::new(
                    format!("wrote {tokens} tokens with {model}{in_time_en}"),
                    format!("{tokens} tokens écrits avec {model}{in_time_fr}"),
                ),
                (Some(model), None) => Text::new(
                    format!("wrote a text with {model}{in_time_en}"),
                    format!("texte écrit avec {model}{in_time_fr}"),
                ),
                (None, _) => {
                    Text::fixed("took the configured text", "texte de la configuration repris")
                }
            }
        }
        ActionKind::TagContact => {
            let tag = text("tag").unwrap_or_default();
            if output.get("added").and_then(Value::as_bool) == Some(false) {
                Text::new(
                    format!("the tag {tag} was there already"),
                    format!("l'étiquette {tag} était déjà là"),
                )
            } else {
                Text::new(format!("tag {tag} added"), format!("étiquette {tag} posée"))
            }
        }
    }
}

/// An opened task, in words.
fn task(assignee: Option<&str>, priority: Option<&str>) -> Text {
    let Text { en, fr } = priority_words(priority);
    match assignee {
        Some(who) => Text::new(
            format!("task created for {who}, {en}"),
            format!("tâche créée pour {who}, {fr}"),
        ),
        None => Text::new(format!("task created, {en}"), format!("tâche créée, {fr}")),
    }
}

/// What happened in the CRM, in words.
fn crm(created: Option<bool>, matched_by: Option<&str>) -> Text {
    match (created, matched_by) {
        (Some(false), Some("email")) => Text::fixed(
            "record updated in the CRM, known by its e-mail",
            "fiche mise à jour dans le CRM, retrouvée par son e-mail",
        ),
        (Some(false), Some("phone")) => Text::fixed(
            "record updated in the CRM, known by its phone number",
            "fiche mise à jour dans le CRM, retrouvée par son téléphone",
        ),
        (Some(false), _) => {
            Text::fixed("record updated in the CRM", "fiche mise à jour dans le CRM")
        }
        (Some(true) | None, _) => {
            Text::fixed("record created in the CRM", "fiche créée dans le CRM")
        }
    }
}

/// The method and the host of a call.
pub(crate) fn call(step: &Step) -> (&'static str, String) {
    match &step.effect {
        Effect::HttpRequest(call) => (call.method.as_str(), host(&call.url.origin)),
        Effect::CreateTask(_)
        | Effect::CrmUpsert(_)
        | Effect::AiReply(_)
        | Effect::TagContact(_)
        | Effect::Foreign(_) => ("", String::new()),
    }
}

/// The host of a URL, with its port where that is not the usual one.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

static IN_SANDBOX: Text = Text::fixed(" — sandbox", " — bac à sable");

fn mark_of(decision: &Decision) -> Mark {
    match decision {
        Decision::Succeeded { .. } => Mark::Done,
        Decision::Failed => Mark::Failed,
        Decision::Retry => Mark::Again,
    }
}

fn decided(decision: &Decision, by: &str) -> Text {
    match decision {
        Decision::Succeeded { .. } => Text::new(
            format!("{by} decided: it took effect"),
            format!("{by} a décidé : c'est fait"),
        ),
        Decision::Failed => {
            Text::new(format!("{by} decided: it failed"), format!("{by} a décidé : c'est un échec"))
        }
        Decision::Retry => {
            Text::new(format!("{by} decided: try again"), format!("{by} a décidé : nouvel essai"))
        }
    }
}

/// A duration in the reader's language, as exact as is useful.
pub(crate) fn span(duration: SignedDuration, language: Language) -> String {
    let millis = duration.as_millis().max(0);
    let (minutes, seconds) = (millis / 60_000, millis / 1000 % 60);
    match millis {
        0..1000 => format!("{millis} ms"),
        1000..60_000 => {
            let tenths = millis / 100 % 10;
            let point = match language {
                Language::English => '.',
                Language::French => ',',
            };
            if tenths == 0 { format!("{seconds} s") } else { format!("{seconds}{point}{tenths} s") }
        }
        _ if minutes < 60 && seconds == 0 => format!("{minutes} min"),
        _ if minutes < 60 => format!("{minutes} min {seconds} s"),
        _ => format!("{} h {:02}", minutes / 60, minutes % 60),
    }
}
