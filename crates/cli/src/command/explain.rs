//! `relance explain`: the page of a finding, as it stands in `docs/diagnostics`.

use relance_diagnostics::Text;
use relance_validator::{Code, closest};

use crate::{
    markdown,
    output::{Output, Paint},
    trouble::{Exit, Trouble},
};

/// Explain a finding
///
/// Shows the page of its code: what it means, why it matters, an example, and what to write instead. Without a code, lists them.
#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// Code of the finding, such as out-of-range
    code: Option<String>,
}

/// Every page, by its code.
static PAGES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of a code.
pub(crate) fn page(code: &str) -> Option<&'static str> {
    PAGES.iter().find(|(name, _)| *name == code).map(|(_, page)| *page)
}

/// Runs the command.
pub(crate) fn explain(args: &Explain, out: &Output) -> Result<Exit, Trouble> {
    let Some(code) = &args.code else {
        let names = Code::ALL.iter().map(|code| {
            let weight = format!("{:8}", code.severity().as_str());
            format!("{}  {}\n", out.paint(Paint::Faint, &weight), code.as_str())
        });
        out.print(&names.collect::<String>())?;
        return Ok(Exit::Fine);
    };
    let page = PAGES.iter().find(|(name, _)| *name == code.to_lowercase());
    let Some((_, page)) = page else { return Err(unknown(code)) };
    out.print(&markdown::show(page, out))?;
    Ok(Exit::Fine)
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
