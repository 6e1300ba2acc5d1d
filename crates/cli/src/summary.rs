//! What a run came to, in a few lines that a salesperson can read, and what is left to do.

use jiff::{SignedDuration, tz::TimeZone};
use relance_diagnostics::{Language, Text, render::clean};
use relance_model::{ActionKind, contact::Contact};
use relance_runtime::{
    journal::Holder,
    run::{BlockReport, BlockStatus, Report, RunStatus},
};
use relance_validator::{Plan, plan::On};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::{
    markdown::fold,
    narration::{call, span},
    output::{Output, Paint, push_line},
    words::{priority as priority_words, process, reason},
};

/// Everything that a summary tells.
pub(crate) struct Summary<'a> {
    pub(crate) report: &'a Report,
    pub(crate) plan: &'a Plan,
    pub(crate) contact: &'a Contact,
    /// Where times are told.
    pub(crate) zone: &'a TimeZone,
    /// What names the database on the command line (` --db x`); none: the run is gone with its database.
    pub(crate) again: Option<&'a str>,
    /// The process that carries it out now, if one that lives does.
    pub(crate) holder: Option<Holder>,
}

/// Whether an error edge leads on from a failed block.
pub(crate) fn is_handled(plan: &Plan, block: &BlockReport) -> bool {
    let Some((index, _)) = plan.find(&block.id) else { return false };
    let mut links = plan.steps().iter().flat_map(|step| &step.incoming);
    links.any(|link| link.source == index && link.on == On::Error)
}

/// One line: what it is about, and what is to be said.
type Item = (Text, String);

impl Summary<'_> {
    /// The lines.
    pub(crate) fn show(&self, out: &Output) -> String {
        let mut items: Vec<Item> = Vec::new();
        items.extend(self.report.blocks.iter().filter_map(|block| self.done(block, out.language)));
        items.sort_by_key(|(about, _)| ORDER.iter().position(|it| it == about));
        let stopped = self.report.run.status == RunStatus::Stopped;
        let undone = |block: &BlockReport| undone(block, stopped, out.language);
        let trouble = self.report.blocks.iter().filter_map(undone);
        items.extend(trouble);
        let widest =
            items.iter().map(|(about, _)| out.say(about).width()).max().unwrap_or_default();
        let mut shown = format!("{}\n", self.verdict(out));
        for (about, words) in &items {
            let about = out.say(about);
            let gap = " ".repeat(widest - about.width());
            let room = out.width.saturating_sub(widest + 4);
            let lines = words.lines().flat_map(|line| fold(&clean(line), room)).collect::<Vec<_>>();
            let indent = format!("\n{}", " ".repeat(widest + 4));
            let about = out.paint(Paint::Faint, about);
            push_line(&mut shown, &format!("  {about}{gap}  {}", lines.join(&indent)));
        }
        self.next(out.language).iter().for_each(|line| push_line(&mut shown, line));
        shown
    }

    /// Who stopped it, after those words.
    fn stopped_by(&self, before: &str) -> String {
        let stop = self.report.run.stop.as_ref();
        stop.map_or_else(String::new, |wish| format!("{before}{}", clean(&wish.by)))
    }

    /// Who carries it out, and until when it is surely theirs.
    fn held(&self, language: Language) -> String {
        let Some(Holder { pid, until }) = self.holder else { return String::new() };
        let Text { en, fr } = process(pid);
        let until = until.to_zoned(self.zone.clone()).strftime("%H:%M:%S");
        let held = Text::new(
            format!(" in {en}, whose own it is until {until}, and longer while that process lives"),
            format!(" dans {fr}, qui la garde jusqu'à {until}, et plus longtemps tant qu'il vit"),
        );
        held.to(language).to_owned()
    }

    /// How it went, in a sentence.
    fn verdict(&self, out: &Output) -> String {
        let who = name(self.contact);
        let who = clean(&who);
        let (paint, text) = match self.report.run.status {
            RunStatus::Succeeded
                if self.report.blocks.iter().any(|it| it.status == BlockStatus::Failed) =>
            {
                (
                    Paint::Good,
                    Text::new(
                        format!(
                            "Done for {who}{}: what failed was dealt with by its error branch.",
                            self.took(" in ", out.language)
                        ),
                        format!(
                            "C'est fait pour {who}{} : ce qui a échoué a été traité par sa branche d'erreur.",
                            self.took(" en ", out.language)
                        ),
                    ),
                )
            }
            RunStatus::Succeeded => (
                Paint::Good,
                Text::new(
                    format!("All is done for {who}{}.", self.took(" in ", out.language)),
                    format!("Tout est fait pour {who}{}.", self.took(" en ", out.language)),
                ),
            ),
            RunStatus::Failed => (
                Paint::Bad,
                Text::new(
                    format!("The run failed for {who}: not everything could be done."),
                    format!("L'exécution a échoué pour {who} : tout n'a pas pu être fait."),
                ),
            ),
            RunStatus::Stopped => (
                Paint::Doubtful,
                Text::new(
                    format!("The run for {who} was stopped{}.", self.stopped_by(" by ")),
                    format!("L'exécution pour {who} a été arrêtée{}.", self.stopped_by(" par ")),
                ),
            ),
            RunStatus::Parked => (
                Paint::Doubtful,
                Text::new(
                    format!("The run for {who} waits for your decision."),
                    format!("L'exécution pour {who} attend votre décision."),
                ),
            ),
            RunStatus::Waiting => (
                Paint::Doubtful,
                Text::new(
                    format!("The run for {who} is not over{}.", self.wakes(", and goes on at ")),
                    format!(
                        "L'exécution pour {who} n'est pas finie{}.",
                        self.wakes(", et reprend à ")
                    ),
                ),
            ),
            RunStatus::Running if self.holder.is_some() => (
                Paint::Doubtful,
                Text::new(
                    format!("The run for {who} is under way{}.", self.held(Language::English)),
                    format!("L'exécution pour {who} est en cours{}.", self.held(Language::French)),
                ),
            ),
            RunStatus::Running => (
                Paint::Doubtful,
                Text::new(
                    format!("The run for {who} is under way, or its process was cut off."),
                    format!(
                        "L'exécution pour {who} est en cours, ou son processus a été interrompu."
                    ),
                ),
            ),
        };
        out.paint(paint, out.say(&text))
    }

    fn took(&self, before: &str, language: Language) -> String {
        let run = &self.report.run;
        let took = run.ended_at.map(|end| span(end.duration_since(run.started_at), language));
        took.map_or_else(String::new, |took| format!("{before}{took}"))
    }

    fn wakes(&self, before: &str) -> String {
        let Some(time) = self.report.run.wake_at else { return String::new() };
        let far = time.duration_since(self.report.run.started_at) > SignedDuration::from_hours(12);
        let format = if far { "%Y-%m-%d %H:%M" } else { "%H:%M:%S" };
        format!("{before}{}", time.to_zoned(self.zone.clone()).strftime(format))
    }

    /// What a block that succeeded leaves behind.
    fn done(&self, block: &BlockReport, language: Language) -> Option<Item> {
        if block.status != BlockStatus::Succeeded {
            return None;
        }
        let output = block.output.as_ref()?;
        let text = |key: &str| output.get(key).and_then(Value::as_str);
        let (_, step) = self.plan.find(&block.id)?;
        Some(match step.effect.kind()? {
            ActionKind::AiReply => (MESSAGE, text("text")?.to_owned()),
            ActionKind::CreateTask => {
                (TASK, task(label(block), text("assignee"), text("priority"), language))
            }
            ActionKind::TagContact => (TAG, text("tag")?.to_owned()),
            ActionKind::CrmUpsert => {
                let id = text("id").unwrap_or_default();
                let created = output.get("created").and_then(Value::as_bool) != Some(false);
                let words = if created {
                    Text::new(format!("record {id} created"), format!("fiche {id} créée"))
                } else {
                    Text::new(format!("record {id} updated"), format!("fiche {id} mise à jour"))
                };
                (CRM, words.to(language).to_owned())
            }
            ActionKind::HttpRequest => {
                let (_, host) = call(step);
                (CALL, format!("{} ({host})", label(block)))
            }
        })
    }

    /// Whether it makes sense to try a failed block again.
    fn may_be_retried(&self, block: &BlockReport) -> bool {
        let opted_out = block.error.as_ref().is_some_and(|why| why.code == "contact-opted-out");
        !opted_out && !is_handled(self.plan, block)
    }

    /// What a person can do now.
    fn next(&self, language: Language) -> Vec<String> {
        let run = &self.report.run;
        let id = &run.id;
        let kept = self.again;
        let of = |status: BlockStatus| {
            self.report.blocks.iter().filter(move |block| block.status == status)
        };
        let advice: Vec<Text> = match (run.status, kept) {
            (RunStatus::Succeeded | RunStatus::Stopped, _) => Vec::new(),
            // Whoever has it carries on.
            (RunStatus::Running, _) if self.holder.is_some() => Vec::new(),
            (_, None) => vec![Text::fixed(
                "This database was a throwaway one: name one with --db to take the run up again.",
                "Cette base de données était jetable : nommez-en une avec --db pour reprendre l'exécution.",
            )],
            (RunStatus::Waiting | RunStatus::Running, Some(db)) => vec![Text::new(
                format!("To carry on: relance resume {id}{db}"),
                format!("Pour continuer : relance resume {id}{db}"),
            )],
            (RunStatus::Parked, Some(db)) => {
                let decide = of(BlockStatus::Parked).map(|block| {
                    let command =
                        format!("relance resolve {id} {} succeeded|failed|retry{db}", block.id);
                    Text::new(
                        format!("Find out whether it arrived, then: {command}"),
                        format!("Vérifiez si l'appel est arrivé, puis : {command}"),
                    )
                });
                decide.collect()
            }
            (RunStatus::Failed, Some(db)) => {
                let failed = of(BlockStatus::Failed).filter(|block| self.may_be_retried(block));
                let retry = failed.map(|block| {
                    let command = format!("relance resolve {id} {} retry{db}", block.id);
                    Text::new(
                        format!("Once the cause is mended: {command}"),
                        format!("Une fois la cause corrigée : {command}"),
                    )
                });
                retry.collect()
            }
        };
        advice.iter().map(|text| text.to(language).to_owned()).collect()
    }
}

const MESSAGE: Text = Text::fixed("Message", "Message");
const TASK: Text = Text::fixed("Task", "Tâche");
const TAG: Text = Text::fixed("Tag", "Étiquette");
const CRM: Text = Text::fixed("CRM", "CRM");
const CALL: Text = Text::fixed("Called", "Appelé");
const FAILED: Text = Text::fixed("Failed", "Échec");
const PARKED: Text = Text::fixed("To decide", "À décider");
const WAITING: Text = Text::fixed("Waiting", "En attente");
const IN_DOUBT: Text = Text::fixed("In doubt", "Incertain");
const NOT_DONE: Text = Text::fixed("Not done", "Pas fait");
const NOT_BEGUN: Text = Text::fixed("Not begun", "Pas commencé");

/// What matters most to a salesperson comes first.
const ORDER: [Text; 5] = [MESSAGE, TASK, TAG, CRM, CALL];

/// What a block that did not succeed leaves to do, or left when the run was stopped.
fn undone(block: &BlockReport, stopped: bool, language: Language) -> Option<Item> {
    let why = || {
        let why = block.error.as_ref().map(|why| reason(why, language)).unwrap_or_default();
        let label = label(block);
        Text::new(format!("{label}: {why}"), format!("{label} : {why}")).to(language).to_owned()
    };
    match block.status {
        BlockStatus::Failed => Some((FAILED, why())),
        BlockStatus::Parked if stopped => Some((IN_DOUBT, why())),
        BlockStatus::Parked => Some((PARKED, why())),
        BlockStatus::Waiting if stopped => Some((NOT_DONE, why())),
        BlockStatus::Waiting => Some((WAITING, why())),
        BlockStatus::Pending if stopped => Some((NOT_BEGUN, label(block).to_owned())),
        BlockStatus::Pending
        | BlockStatus::Running
        | BlockStatus::Succeeded
        | BlockStatus::Skipped
        | BlockStatus::Passed => None,
    }
}

/// A contact as people know it.
pub(crate) fn name(contact: &Contact) -> String {
    let parts = [&contact.first_name, &contact.last_name].into_iter().flatten();
    let name = parts.map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>();
    if !name.is_empty() {
        return name.join(" ");
    }
    let known = [&contact.email, &contact.phone, &contact.id].into_iter().flatten().next();
    known.cloned().unwrap_or_default()
}

fn label(block: &BlockReport) -> &str {
    block.label.as_deref().filter(|label| !label.trim().is_empty()).unwrap_or(&block.id)
}

fn task(label: &str, assignee: Option<&str>, priority: Option<&str>, language: Language) -> String {
    let Text { en, fr } = priority_words(priority);
    let task = match assignee {
        Some(who) => {
            Text::new(format!("“{label}” for {who}, {en}"), format!("« {label} » pour {who}, {fr}"))
        }
        None => Text::new(format!("“{label}”, {en}"), format!("« {label} », {fr}")),
    };
    task.to(language).to_owned()
}
