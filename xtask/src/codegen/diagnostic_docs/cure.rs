//! The last part of each page: what mends the finding, shown on the page's example, or why nothing does.

use std::fmt::Write as _;

use relance_diagnostics::{Edit, Fix, Language, Safety, Source, Text};
use relance_validator::{Checked, Code, Cure};

/// Its heading. What follows is written by this chore alone.
pub(super) fn heading(language: Language) -> &'static str {
    match language {
        Language::English => "Fix",
        Language::French => "Correction",
    }
}

/// A page without this part.
pub(super) fn without(page: &str, language: Language) -> &str {
    page.split(&format!("\n## {}\n", heading(language))).next().unwrap_or(page)
}

/// The part, for a code and the page's example.
pub(super) fn part(code: Code, source: &Source, checked: &Checked, language: Language) -> String {
    let mut part = format!("\n## {}\n\n", heading(language));
    let safety = match code.cure() {
        Cure::Fix { safety } => safety,
        Cure::None(why) => {
            let none =
                Text::new(format!("There is none: {}.", why.en), format!("Aucune : {}.", why.fr));
            _ = writeln!(part, "{}", none.to(language));
            return part;
        }
    };
    _ = writeln!(part, "{}", promise(safety).to(language));
    let mut here = checked.diagnostics.iter().filter(|it| it.code == code.as_str());
    if let Some(fix) = here.find_map(|it| it.fix.as_ref()) {
        _ = writeln!(part, "\n{}", in_the_example(fix, safety).to(language));
        if let Some(difference) = difference(source.view(), &fix.edits) {
            _ = write!(part, "\n```diff\n{difference}```\n");
        }
    }
    part
}

/// What applies it.
fn promise(safety: Option<Safety>) -> Text {
    match safety {
        Some(Safety::Safe) => Text::fixed(
            "Its meaning is certain and nothing is lost: `relance fix` applies it.",
            "Son sens est certain et rien ne se perd : `relance fix` l'applique.",
        ),
        Some(Safety::Unsafe) => Text::fixed(
            "It is a guess that you should look at: only `relance fix --unsafe` applies it.",
            "C'est une supposition, à vérifier : seul `relance fix --unsafe` l'applique.",
        ),
        None => Text::fixed(
            "Where its meaning is certain and nothing is lost, `relance fix` applies it; elsewhere it is a guess that you should look at, and only `relance fix --unsafe` applies it.",
            "Si son sens est certain et que rien ne se perd, `relance fix` l'applique ; sinon, c'est une supposition, à vérifier, et seul `relance fix --unsafe` l'applique.",
        ),
    }
}

/// What it does in the example, and how sure that is where it depends.
fn in_the_example(fix: &Fix, promised: Option<Safety>) -> Text {
    let Text { en, fr } = &fix.title;
    match (promised, fix.safety) {
        (Some(_), _) => {
            Text::new(format!("In the example: {en}."), format!("Dans l'exemple : {fr}."))
        }
        (None, Safety::Safe) => Text::new(
            format!("In the example it is certain: {en}."),
            format!("Dans l'exemple, elle est certaine : {fr}."),
        ),
        (None, Safety::Unsafe) => Text::new(
            format!("In the example it is a guess: {en}."),
            format!("Dans l'exemple, c'est une supposition : {fr}."),
        ),
    }
}

/// Longer lines than these are not shown.
const LONGEST: usize = 200;

/// The lines that the edits change: as they were, and as they are then.
fn difference(text: &str, edits: &[Edit]) -> Option<String> {
    let mut fixed = text.to_owned();
    for edit in edits.iter().rev() {
        let range = edit.span.range();
        fixed.get(range.clone())?;
        fixed.replace_range(range, &edit.text);
    }
    let [old, new]: [Vec<&str>; 2] = [text, &fixed].map(|text| text.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
        pairs.take_while(|(old, new)| old == new).count()
    };
    let first = same(&mut old.iter().zip(&new));
    let most = old.len().min(new.len()) - first;
    let last = same(&mut old.iter().rev().zip(new.iter().rev())).min(most);
    let removed = old.get(first..old.len() - last)?.iter().map(|line| ('-', line));
    let added = new.get(first..new.len() - last)?.iter().map(|line| ('+', line));
    let lines: Vec<_> = removed.chain(added).collect();
    let short = lines.iter().all(|(_, line)| line.len() <= LONGEST);
    let mut shown = String::new();
    for (sign, line) in lines {
        _ = writeln!(shown, "{sign}{line}");
    }
    short.then_some(shown)
}
