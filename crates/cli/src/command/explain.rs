//! `relance explain`: the page of a finding, as it stands in `docs/diagnostics`.

use relance_diagnostics::{Language, Severity, Text};
use relance_validator::{Code, closest};

use crate::{
    args::say,
    markdown,
    output::{Output, Paint},
    trouble::{Exit, Trouble},
};

#[derive(Debug, clap::Args)]
#[command(
    about = say("Explain a finding", "Expliquer un constat"),
    long_about = say(
        "Explain a finding\n\n\
         Shows the page of its code: what it means, why it matters, an example, and what to write instead. Without a code, \
         lists them.",
        "Expliquer un constat\n\n\
         Montre la page de son code : ce que cela veut dire, pourquoi c'est important, un exemple et ce qu'il faut écrire à \
         la place. Sans code, en donne la liste.",
    )
)]
pub(crate) struct Explain {
    #[arg(
        value_name = say("CODE", "CODE"),
        help = say(
            "Code of the finding, such as out-of-range",
            "Code du constat, par exemple out-of-range",
        )
    )]
    code: Option<String>,
}

/// Every page, by its code: in English and in French.
static PAGES: &[(&str, &str, &str)] = &include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// Runs the command.
pub(crate) fn explain(args: &Explain, out: &Output) -> Result<Exit, Trouble> {
    let Some(code) = &args.code else {
        out.print(&list(out))?;
        return Ok(Exit::Fine);
    };
    let known = code.to_lowercase().parse::<Code>().ok();
    let Some(page) = known.and_then(|code| page(code, out.language)) else {
        return Err(unknown(code));
    };
    out.print(&markdown::show(page, out))?;
    Ok(Exit::Fine)
}

/// The page of a code.
pub(super) fn page(code: Code, language: Language) -> Option<&'static str> {
    let (_, english, french) = PAGES.iter().find(|(name, ..)| *name == code.as_str())?;
    match language {
        Language::English => Some(english),
        Language::French => Some(french),
    }
}

/// Every code, with its weight and what it is in a few words.
fn list(out: &Output) -> String {
    let widest = Code::ALL.iter().map(|code| code.as_str().len()).max().unwrap_or_default();
    let line = |code: &Code| {
        let paint = match code.severity() {
            Severity::Error => Paint::Bad,
            Severity::Warning => Paint::Doubtful,
            Severity::Info => Paint::Faint,
        };
        let weight = out.paint(paint, &format!("{:13}", out.say(&code.severity().word())));
        let title = code.title();
        format!("{weight}  {:widest$}  {}\n", code.as_str(), out.say(&title))
    };
    Code::ALL.iter().map(line).collect()
}

fn unknown(code: &str) -> Trouble {
    let trouble = Trouble::unusable(Text::new(
        format!("`{code}` is not the code of a finding"),
        format!("`{code}` n'est pas le code d'un constat"),
    ));
    match closest(code, Code::ALL.iter().map(|code| code.as_str())) {
        Some(near) => trouble.help(Text::new(
            format!("did you mean `{near}`?"),
            format!("vouliez-vous dire `{near}` ?"),
        )),
        None => trouble.help(Text::fixed(
            "`relance explain` alone lists all codes",
            "`relance explain` seul donne la liste des codes",
        )),
    }
}
