//! A finding where there is room for one text alone: log viewers, the list of problems of an editor.

use super::words;
use crate::{Diagnostic, Language};

/// The sentence, and under it the ways out, one a line: many viewers show nothing else.
pub fn sentence(diagnostic: &Diagnostic, language: Language) -> String {
    let mut sentence = diagnostic.message.to(language).to_owned();
    for help in &diagnostic.help {
        sentence.extend([
            "\n",
            words::HELP.to(language),
            words::colon(language),
            help.to(language),
        ]);
    }
    sentence
}
