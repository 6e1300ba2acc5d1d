//! How the contacts of a campaign stand, in a few lines.

use jiff::tz::TimeZone;
use relance_diagnostics::{Text, render::clean};
use relance_runtime::{
    driver::Why,
    journal::{CampaignRow, Tally},
};

use crate::{
    command::campaign::contacts,
    output::{Output, Paint, push_line},
    trouble::Exit,
};

/// How a command ends that leaves a campaign so: what is not over outweighs what failed.
pub(crate) fn exit(tally: &Tally) -> Exit {
    let Tally { pending, running, waiting, parked, failed, stopped, .. } = tally;
    if pending + running + waiting + parked > 0 {
        Exit::Unfinished
    } else if failed + stopped > 0 {
        Exit::Bad
    } else {
        Exit::Fine
    }
}

/// What a campaign came to so far, and what to do next.
pub(crate) fn summary(
    row: &CampaignRow,
    tally: &Tally,
    why: Option<Why>,
    zone: &TimeZone,
    again: Option<&str>,
    out: &Output,
) -> String {
    let mut shown = String::new();
    let name = clean(&row.name);
    let (graph, members) = (clean(&row.started.graph), contacts(tally.members(), out));
    let heading = out.paint(Paint::Strong, &name);
    push_line(&mut shown, &format!("{heading} — {graph} — {members}"));
    for (number, paint, mark, text) in lines(tally) {
        if number > 0 {
            let mark = out.paint(paint, mark);
            push_line(&mut shown, &format!("  {mark} {number:>7}  {}", out.say(&text)));
        }
    }
    if let Some(Why::Waiting(wake)) = why {
        let wake = wake.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S");
        let next = Text::new(
            format!("The next retry is due at {wake}."),
            format!("La prochaine tentative est prévue le {wake}."),
        );
        push_line(&mut shown, out.say(&next));
    }
    if matches!(why, Some(Why::Elsewhere)) {
        push_line(&mut shown, out.say(&ELSEWHERE));
    }
    if let Some(again) = again {
        for text in next_steps(tally, &name, again) {
            push_line(&mut shown, out.say(&text));
        }
    }
    shown
}

static ELSEWHERE: Text = Text::fixed(
    "Another process carries on what is left.",
    "Un autre processus continue ce qui reste.",
);

/// What there is to count: how many, how it is painted, and what it says.
fn lines(tally: &Tally) -> [(u32, Paint, &'static str, Text); 9] {
    [
        (tally.succeeded, Paint::Good, "✓", Text::fixed("done", "c'est fait")),
        (tally.failed, Paint::Bad, "✗", Text::fixed("failed", "en échec")),
        (
            tally.parked,
            Paint::Doubtful,
            "?",
            Text::fixed("waiting for a decision", "en attente d'une décision"),
        ),
        (
            tally.waiting,
            Paint::Doubtful,
            "…",
            Text::fixed("waiting for a retry", "en attente d'une nouvelle tentative"),
        ),
        (tally.running, Paint::Name, "…", Text::fixed("in progress", "en cours")),
        (tally.pending, Paint::Faint, "…", Text::fixed("not started yet", "pas encore commencé")),
        (tally.stopped, Paint::Doubtful, "–", Text::fixed("stopped", "arrêté")),
        (
            tally.opted_out,
            Paint::Faint,
            "–",
            Text::fixed("not started: opted out", "pas commencé : désinscription"),
        ),
        (
            tally.already_active,
            Paint::Faint,
            "–",
            Text::fixed(
                "not started: the graph was running for the contact already",
                "pas commencé : le graphe était déjà en cours pour le contact",
            ),
        ),
    ]
}

fn next_steps(tally: &Tally, name: &str, again: &str) -> Vec<Text> {
    let quoted =
        if name.contains(char::is_whitespace) { format!("'{name}'") } else { name.to_owned() };
    let mut steps = Vec::new();
    if tally.pending + tally.running + tally.waiting > 0 {
        steps.push(Text::new(
            format!("Nothing is lost: relance resume --campaign {quoted}{again} carries on."),
            format!("Rien n'est perdu : relance resume --campaign {quoted}{again} continue."),
        ));
    }
    if tally.failed + tally.parked + tally.stopped > 0 {
        steps.push(Text::new(
            format!("Contact by contact: relance campaigns show {quoted}{again}"),
            format!("Contact par contact : relance campaigns show {quoted}{again}"),
        ));
    }
    steps
}
