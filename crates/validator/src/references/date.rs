//! The formats of the filter `date`.

use relance_diagnostics::Text;

/// The letters that may follow `%` (as in `strftime`).
const DIRECTIVES: &str = "YCymBbhdejAauwHIklMSfpPZzVGgUWFTDRnt%";

/// Whether every `%` of a date format is one that we know.
pub(super) fn check(format: &str) -> Result<(), Text> {
    let mut rest = format.chars();
    while let Some(character) = rest.next() {
        if character != '%' {
            continue;
        }
        match rest.next() {
            Some(directive) if DIRECTIVES.contains(directive) => {}
            Some(directive) => {
                return Err(Text::new(
                    format!("`%{directive}` is no part of a date: write `%d/%m/%Y`, `%H:%M` …"),
                    format!(
                        "`%{directive}` n'est pas un élément de date : écrivez `%d/%m/%Y`, `%H:%M` …"
                    ),
                ));
            }
            None => {
                return Err(Text::fixed(
                    "a date format may not end with `%`: write `%%` for the sign itself",
                    "un format de date ne peut pas finir par `%` : écrivez `%%` pour le signe lui-même",
                ));
            }
        }
    }
    Ok(())
}
