//! A text as a JSON string literal.

use std::ops::Range;

use crate::random::Random;

/// How much of a text is written as escapes although it need not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// Only what JSON demands.
    Needed,
    /// One character in four.
    Some,
    /// Every character.
    All,
}

/// A JSON string literal, and where each character stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// As written, quotes included.
    pub text: String,
    /// For each byte of the text that it stands for, and for its end: where the spelling of its character begins.
    starts: Vec<usize>,
}

impl Literal {
    /// Writes a text, each character in one of its spellings.
    pub fn new(random: &mut Random, text: &str, escapes: Escapes) -> Literal {
        let mut literal = Literal { text: "\"".to_owned(), starts: Vec::new() };
        for character in text.chars() {
            let start = literal.text.len();
            literal.starts.extend(std::iter::repeat_n(start, character.len_utf8()));
            let escape = match escapes {
                Escapes::Needed => false,
                Escapes::Some => random.one_in(4),
                Escapes::All => true,
            };
            spell(random, &mut literal.text, character, escape);
        }
        literal.starts.push(literal.text.len());
        literal.text.push('"');
        literal
    }

    /// Where these bytes of the text stand in the literal.
    pub fn place(&self, within: &Range<usize>) -> Range<usize> {
        self.starts[within.start]..self.starts[within.end]
    }

    /// Where each character is spelt, in order.
    pub fn characters(&self) -> Vec<Range<usize>> {
        let mut starts = self.starts.clone();
        starts.dedup();
        starts.windows(2).map(|pair| pair[0]..pair[1]).collect()
    }
}

/// As it is, in the short escape where there is one, or in `\u` with digits in either case.
fn spell(random: &mut Random, literal: &mut String, character: char, escape: bool) {
    let short = match character {
        '"' | '\\' | '/' => Some(character),
        '\u{8}' => Some('b'),
        '\u{c}' => Some('f'),
        '\n' => Some('n'),
        '\r' => Some('r'),
        '\t' => Some('t'),
        _ => None,
    };
    let needed = character < ' ' || matches!(character, '"' | '\\');
    if !needed && !escape {
        literal.push(character);
    } else if let Some(short) = short.filter(|_| !escape || random.below(3) > 0) {
        literal.extend(['\\', short]);
    } else {
        for unit in character.encode_utf16(&mut [0; 2]) {
            let small = random.one_in(2);
            let digits = if small { format!("{unit:04x}") } else { format!("{unit:04X}") };
            literal.push_str("\\u");
            literal.push_str(&digits);
        }
    }
}
