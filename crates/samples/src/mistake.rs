//! Right documents with exactly one mistake, made as an author makes it, and what should be said about it.
//!
//! An [`Operator`] knows one way to go wrong: what to change, the code that names it, and the smallest wrong thing. It changes the
//! document and leaves the writing to [`crate::spelling`], so that every mistake is made in every layout and behind every escape.

mod grammar;
mod graph;
mod json_text;
mod keys;
mod references;
mod site;
mod values;

use std::ops::Range;

use crate::{
    json::{Json, Path},
    random::Random,
    spelling::{Layout, Part, Written},
};

/// A document with one mistake.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// The name of the operator that made it.
    pub operator: String,
    /// The document before, which is right.
    pub right: Json,
    /// The document with its mistake.
    pub bytes: Vec<u8>,
    /// The code of the one finding.
    pub code: &'static str,
    /// The pointer of the one finding, and the bytes under it. Of a cycle each edge is as wrong as the others.
    pub places: Vec<(String, Range<usize>)>,
}

/// One way to go wrong.
#[derive(Debug, Clone)]
pub struct Operator {
    /// What it does, in a few words.
    pub name: String,
    make: Make,
}

#[derive(Debug, Clone, Copy)]
enum Make {
    /// Changes values and keys.
    Tree(fn(&mut Random, &Json) -> Option<Change>),
    /// Changes the written text.
    Text(fn(&mut Random, Written) -> Option<Broken>),
    /// Breaks the JSON inside a text as [`Make::Text`] breaks a file.
    JsonText(fn(&mut Random, Written) -> Option<Broken>),
    /// Puts in a text that a parameter refuses.
    Wrong(&'static crate::wrong::Wrong),
    /// Puts a wrong reference into a text.
    Reference(&'static references::Fragment),
}

/// A changed document.
#[derive(Debug)]
struct Change {
    document: Json,
    code: &'static str,
    places: Vec<(Path, Part)>,
}

impl Change {
    fn new(document: Json, code: &'static str, path: Path, part: Part) -> Change {
        Change { document, code, places: vec![(path, part)] }
    }
}

/// A text that is no JSON any more, or none that is read.
#[derive(Debug)]
struct Broken {
    bytes: Vec<u8>,
    code: &'static str,
    /// Where in the bytes.
    place: Range<usize>,
    /// The value that is wrong and whether it is its key; none: the whole text is refused.
    value: Option<Path>,
}

/// Every operator.
pub fn operators() -> Vec<Operator> {
    let named = |(name, make): (&str, Make)| Operator { name: name.to_owned(), make };
    let tree = keys::OPERATORS.iter().chain(values::OPERATORS).chain(graph::OPERATORS);
    let mut operators: Vec<Operator> =
        tree.map(|(name, make)| named((name, Make::Tree(*make)))).collect();
    operators.extend(grammar::IN_FILES.iter().map(|(name, make)| named((name, Make::Text(*make)))));
    operators.extend(grammar::EVERYWHERE.iter().flat_map(|(name, make)| {
        let inside = format!("{name}, in JSON as text");
        [named((name, Make::Text(*make))), Operator { name: inside, make: Make::JsonText(*make) }]
    }));
    operators.extend(crate::wrong::WRONG.iter().map(|wrong| {
        let name = format!("{} that gives {}", wrong.parameter, wrong.code);
        Operator { name, make: Make::Wrong(wrong) }
    }));
    operators.extend(references::FRAGMENTS.iter().map(|fragment| Operator {
        name: format!("reference: {}", fragment.name),
        make: Make::Reference(fragment),
    }));
    operators
}

impl Operator {
    /// Makes its mistake in a right document, written in a layout of chance; none where there is nothing for it to change.
    pub fn make(&self, random: &mut Random, right: &Json) -> Option<Mutant> {
        let right = site::dressed(random, right);
        let layout = Layout::any(random);
        let changed = match self.make {
            Make::Text(make) => {
                let written = Written::new(random, &right, layout);
                let broken = make(random, written)?;
                let Broken { bytes, code, place, value } = broken;
                let pointer = value.map_or_else(String::new, |path| right.pointer(&path));
                let (operator, places) = (self.name.clone(), vec![(pointer, place)]);
                return Some(Mutant { operator, right, bytes, code, places });
            }
            Make::Tree(make) => make(random, &right),
            Make::JsonText(make) => json_text::broken(random, &right, make),
            Make::Wrong(wrong) => values::wrong_text(random, &right, wrong),
            Make::Reference(fragment) => references::put(random, &right, fragment),
        };
        let Change { document, code, places } = changed?;
        let written = Written::new(random, &document, layout);
        let places = places
            .into_iter()
            .map(|(path, part)| (document.pointer(&path), written.place(&path, &part)))
            .collect();
        let (operator, bytes) = (self.name.clone(), written.text().into_bytes());
        Some(Mutant { operator, right, bytes, code, places })
    }
}
