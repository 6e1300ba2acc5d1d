//! A list of contacts, read one after the other: whatever the notation, each is a person, or a finding says why not.

use std::{
    collections::{HashMap, hash_map::Entry as Slot},
    fs::File,
    hash::{BuildHasher, RandomState},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use relance_diagnostics::Text;
use relance_runtime::identity::{IdentityError, Named, Region, email_key, name};

use super::{
    columns::Column,
    finding::{Fault, Finding, Place},
    json::{Elements, Form},
    table::Table,
};
use crate::{input, trouble::Trouble, words::identity};

/// Where a list is read from, as often as it is needed.
#[derive(Debug)]
pub(crate) struct Origin {
    path: PathBuf,
    /// What came from standard input, which can be read once only.
    kept: Option<File>,
}

/// A list that is being read.
pub(crate) struct List {
    name: String,
    notation: Notation,
    region: Region,
    seen: Seen,
    /// What is wrong with the heading.
    heading: Vec<Finding>,
    ended: bool,
}

/// What stands in a list.
#[derive(Debug)]
pub(crate) enum Entry {
    /// A contact. A doubt does not keep it from being followed up.
    Contact(Box<Named>, Option<Finding>),
    /// A contact that stands further up already.
    Again(Finding),
    /// A line that is no contact. The others can be read.
    Bad(Finding),
    /// The list cannot be read, or not any further.
    Hopeless(Finding),
}

/// What was read of a file.
#[derive(Debug)]
pub(super) enum Raw {
    Line,
    End,
    Hopeless(Finding),
}

enum Notation {
    Table(Box<Table<Bytes>>),
    Json(Elements<Bytes>),
}

type Bytes = BufReader<Box<dyn Read>>;

/// How much of a list tells its notation and the sign between its cells.
const BEGINNING: u64 = 1 << 16;

impl Origin {
    /// The file of that path, or all of standard input for `-`.
    pub(crate) fn of(path: &Path) -> Result<Origin, Trouble> {
        let kept = if path.as_os_str() == input::STDIN {
            let keep = || {
                let mut kept = tempfile::tempfile()?;
                io::copy(&mut io::stdin().lock(), &mut kept)?;
                Ok(kept)
            };
            Some(keep().map_err(|error| input::unreadable("<stdin>", &error))?)
        } else {
            None
        };
        Ok(Origin { path: path.to_owned(), kept })
    }

    /// What messages call it.
    pub(crate) fn name(&self) -> String {
        if self.kept.is_some() {
            "<stdin>".to_owned()
        } else {
            self.path.to_string_lossy().into_owned()
        }
    }

    /// The path, unless it is standard input.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.kept.is_none().then_some(&self.path)
    }

    fn read(&self) -> io::Result<Box<dyn Read>> {
        match &self.kept {
            Some(kept) => {
                let mut kept = kept.try_clone()?;
                kept.seek(SeekFrom::Start(0))?;
                Ok(Box::new(kept))
            }
            None => Ok(Box::new(File::open(&self.path)?)),
        }
    }
}

impl List {
    /// Opens a list; its first line is read.
    pub(crate) fn open(origin: &Origin, region: Region) -> Result<List, Trouble> {
        let name = origin.name();
        let opened = origin.read().and_then(|input| {
            let extension = origin.path.extension().map(|it| it.to_string_lossy().to_lowercase());
            List::of(name.clone(), input, extension.as_deref(), region)
        });
        opened.map_err(|error| input::unreadable(&name, &error))
    }

    /// A list out of any bytes; its notation follows from the extension, else from how it begins.
    pub(super) fn of(
        name: String,
        input: Box<dyn Read>,
        extension: Option<&str>,
        region: Region,
    ) -> io::Result<List> {
        // However small the pieces are in which a source gives its bytes, the beginning is seen as a whole.
        let mut input = input;
        let mut beginning = Vec::new();
        input.by_ref().take(BEGINNING).read_to_end(&mut beginning)?;
        let whole: Box<dyn Read> = Box::new(io::Cursor::new(beginning).chain(input));
        let mut input = BufReader::with_capacity(1 << 16, whole);
        let beginning = input.fill_buf()?;
        let mut heading = Vec::new();
        if beginning.starts_with(&[0xff, 0xfe]) || beginning.starts_with(&[0xfe, 0xff]) {
            heading.push(not_utf8(Place { line: 1, column: 1 }));
        }
        if beginning.starts_with("\u{feff}".as_bytes()) {
            input.consume(3);
        }
        let notation = if let Some(form) = form(extension, input.fill_buf()?) {
            Notation::Json(Elements::open(input, form))
        } else {
            let (table, findings) = Table::open(input)?;
            if heading.is_empty() {
                heading = findings;
            }
            Notation::Table(Box::new(table))
        };
        heading.reverse();
        Ok(List { name, notation, region, seen: Seen::default(), heading, ended: false })
    }

    /// The next entry.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, Trouble> {
        self.read_next().map_err(|error| input::unreadable(&self.name, &error))
    }

    pub(super) fn read_next(&mut self) -> io::Result<Option<Entry>> {
        if let Some(finding) = self.heading.pop() {
            self.ended = true;
            return Ok(Some(Entry::Hopeless(finding)));
        }
        if self.ended {
            return Ok(None);
        }
        let raw = match &mut self.notation {
            Notation::Table(table) => table.advance()?,
            Notation::Json(elements) => elements.advance()?,
        };
        match raw {
            Raw::Line => Ok(Some(self.entry())),
            Raw::End => {
                self.ended = true;
                Ok(None)
            }
            Raw::Hopeless(finding) => {
                self.ended = true;
                Ok(Some(Entry::Hopeless(finding)))
            }
        }
    }

    /// The entry that was read last, as it stands in the file.
    pub(crate) fn raw(&self) -> &[u8] {
        match &self.notation {
            Notation::Table(table) => table.raw(),
            Notation::Json(elements) => elements.raw(),
        }
    }

    /// The heading of a table, as it stands in the file.
    pub(crate) fn heading(&self) -> Option<&[u8]> {
        match &self.notation {
            Notation::Table(table) => Some(&table.heading),
            Notation::Json(_) => None,
        }
    }

    fn entry(&mut self) -> Entry {
        let contact = match &self.notation {
            Notation::Table(table) => table.contact(),
            Notation::Json(elements) => elements.contact(),
        };
        let named = contact.and_then(|contact| {
            name(contact, self.region).map_err(|error| {
                let place = self.place_of(&error);
                Finding::new(place, Fault::NoIdentity, identity(&error))
            })
        });
        match named {
            Err(finding) => Entry::Bad(finding),
            Ok(named) => self.seen.judge(named, self.start()),
        }
    }

    fn start(&self) -> Place {
        match &self.notation {
            Notation::Table(table) => table.start(),
            Notation::Json(elements) => elements.start(),
        }
    }

    fn place_of(&self, error: &IdentityError) -> Place {
        match (&self.notation, error) {
            (Notation::Table(table), IdentityError::Phone(_)) => table.place_of(&[Column::Phone]),
            (Notation::Table(_) | Notation::Json(_), _) => self.start(),
        }
    }
}

/// How the JSON is laid out; none: it is a table.
fn form(extension: Option<&str>, beginning: &[u8]) -> Option<Form> {
    let trimmed = beginning.trim_ascii_start();
    match (extension, trimmed.first()) {
        (Some("csv" | "tsv"), _) => None,
        (Some("jsonl" | "ndjson"), _) => Some(Form::Lines),
        (_, Some(b'[')) => Some(Form::Array),
        (Some("json"), _) => Some(Form::Alone),
        (_, Some(b'{')) => {
            let first = trimmed.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let whole = serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok();
            Some(if whole { Form::Lines } else { Form::Alone })
        }
        _ => None,
    }
}

/// How many lines end in those bytes.
pub(super) fn line_breaks(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

pub(super) fn not_utf8(place: Place) -> Finding {
    let message = Text::fixed("the text is not UTF-8", "le texte n'est pas en UTF-8");
    Finding::new(place, Fault::NotUtf8, message).help(Text::fixed(
        "save it as UTF-8: spreadsheets offer `CSV UTF-8`",
        "enregistrez-le en UTF-8 : les tableurs proposent `CSV UTF-8`",
    ))
}

pub(super) fn too_long(place: Place) -> Finding {
    let message = Text::fixed(
        "what begins here is longer than 1 MiB, which no contact is",
        "ce qui commence ici dépasse 1 Mio, ce qu'aucun contact n'atteint",
    );
    Finding::new(place, Fault::TooLong, message).help(Text::fixed(
        "a \" that is opened and not closed does that, or a bracket",
        "un \" ouvert et jamais fermé en est souvent la cause, ou un crochet",
    ))
}

/// Whom the list has named already. A contact takes a few dozen bytes here, whatever it holds.
#[derive(Default)]
struct Seen {
    lines: HashMap<u128, u32>,
    hashers: [RandomState; 2],
}

impl Seen {
    fn judge(&mut self, named: Named, place: Place) -> Entry {
        if let Some(line) = self.note("id", &named.id, place) {
            let id = &named.id;
            let message = Text::new(
                format!("`{id}` stands in line {line} already: that line counts"),
                format!("`{id}` figure déjà à la ligne {line} : c'est cette ligne qui compte"),
            );
            return Entry::Again(Finding::new(place, Fault::ContactTwice, message));
        }
        let email = named.contact.email.as_deref().and_then(email_key);
        let doubt = email.and_then(|email| {
            let line = self.note("email", &email, place)?;
            Some((email, line))
        });
        let doubt = doubt.map(|(email, line)| {
            let message = Text::new(
                format!("the contact of line {line} has the e-mail `{email}` too: both count"),
                format!(
                    "le contact de la ligne {line} a aussi l'e-mail `{email}` : les deux comptent"
                ),
            );
            Finding::new(place, Fault::EmailTwice, message)
        });
        Entry::Contact(Box::new(named), doubt)
    }

    /// Notes a key; gives the line where it stood before.
    fn note(&mut self, kind: &str, key: &str, place: Place) -> Option<u32> {
        // Twice 64 bits of chance: that two contacts share them is less likely than a broken disk.
        let [one, other] = self.hashers.each_ref().map(|it| u128::from(it.hash_one((kind, key))));
        match self.lines.entry(one << 64 | other) {
            Slot::Occupied(line) => Some(*line.get()),
            Slot::Vacant(slot) => {
                slot.insert(u32::try_from(place.line).unwrap_or(u32::MAX));
                None
            }
        }
    }
}
