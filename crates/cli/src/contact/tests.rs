//! Lists of any bytes are read to their end, and lists that were written are read as they were meant.

use std::io::{self, Read};

use proptest::prelude::*;
use relance_model::contact::Contact;
use relance_runtime::identity::Region;
use serde_json::Value;

use super::list::{Entry, List};

const EXTENSIONS: [Option<&str>; 4] = [None, Some("csv"), Some("json"), Some("jsonl")];

/// Gives its bytes in small pieces.
struct Pieces {
    bytes: io::Cursor<Vec<u8>>,
    size: usize,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.size.min(buffer.len());
        self.bytes.read(&mut buffer[..size])
    }
}

fn list(bytes: &[u8], extension: Option<&str>, size: usize) -> List {
    let bytes = Box::new(Pieces { bytes: io::Cursor::new(bytes.to_owned()), size });
    List::of("list".to_owned(), bytes, extension, Region::default()).unwrap()
}

/// Everything that stands in a list, in words.
fn told(mut list: List) -> Vec<String> {
    let mut told = Vec::new();
    while let Some(entry) = list.read_next().unwrap() {
        told.push(format!("{entry:?} {:?}", list.raw()));
        assert!(told.len() < 100_000, "a list has an end");
    }
    told
}

fn contacts(mut list: List) -> Vec<Contact> {
    let mut contacts = Vec::new();
    while let Some(entry) = list.read_next().unwrap() {
        match entry {
            Entry::Contact(named, _) => contacts.push(named.contact),
            Entry::Again(finding) | Entry::Bad(finding) | Entry::Hopeless(finding) => {
                panic!("{finding:?}")
            }
        }
    }
    contacts
}

/// Bytes that mean something to a reader, more often than chance would have it.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..8),
        proptest::sample::select(vec![
            "email",
            "id",
            "phone",
            ",",
            ";",
            "\t",
            "\"",
            "\n",
            "\r\n",
            "{",
            "}",
            "[",
            "]",
            ":",
            "\\",
            "{\"id\":\"1\"}",
            "\u{feff}",
            "é",
            "a@b.fr",
            "fields.x",
            " ",
            "0",
        ])
        .prop_map(|it| it.as_bytes().to_owned()),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// What may stand in a cell; blanks around it are not kept.
fn cell() -> impl Strategy<Value = String> {
    "[a-z0-9éœ\"',;\t\n|{}]{0,8}".prop_map(|it| it.trim().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_to_their_end(bytes in bytes()) {
        for extension in EXTENSIONS {
            told(list(&bytes, extension, 4096));
        }
    }

    #[test]
    fn the_size_of_the_pieces_changes_nothing(bytes in bytes(), size in 1_usize..9) {
        for extension in EXTENSIONS {
            prop_assert_eq!(
                told(list(&bytes, extension, size)),
                told(list(&bytes, extension, 4096))
            );
        }
    }

    #[test]
    fn a_table_is_read_as_it_was_written(
        rows in proptest::collection::vec((cell(), cell()), 1..12),
        delimiter in proptest::sample::select(vec![b',', b';', b'\t']),
        windows: bool,
    ) {
        let ending = if windows { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut table = csv::WriterBuilder::new().delimiter(delimiter).terminator(ending).from_writer(Vec::new());
        table.write_record(["id", "Ville", "société"]).unwrap();
        for (index, (town, company)) in rows.iter().enumerate() {
            table.write_record([&index.to_string(), town, company]).unwrap();
        }
        let read = contacts(list(&table.into_inner().unwrap(), Some("csv"), 4096));
        prop_assert_eq!(read.len(), rows.len());
        for (index, (contact, (town, company))) in read.iter().zip(&rows).enumerate() {
            prop_assert_eq!(&contact.id, &Some(index.to_string()));
            prop_assert_eq!(contact.fields.get("Ville").and_then(Value::as_str).unwrap_or_default(), town);
            prop_assert_eq!(contact.company.as_deref().unwrap_or_default(), company);
        }
    }

    /// The third cell of the second line has no name: it is found where it stands, whatever stands before it.
    #[test]
    fn a_finding_points_at_its_cell(first in cell(), second in cell()) {
        let mut table = csv::WriterBuilder::new().from_writer(Vec::new());
        table.write_record(["id", "a", ""]).unwrap();
        table.write_record([&format!("x{first}"), &second, "stray"]).unwrap();
        let bytes = table.into_inner().unwrap();
        let mut list = list(&bytes, Some("csv"), 4096);
        let Some(Entry::Bad(finding)) = list.read_next().unwrap() else { panic!("a finding") };
        let text = String::from_utf8(bytes).unwrap();
        let line = text.split('\n').nth(finding.place.line - 1).unwrap();
        let rest: String = line.chars().skip(finding.place.column - 1).collect();
        prop_assert_eq!(rest, "stray");
    }

    #[test]
    fn json_is_read_as_it_was_written(names in proptest::collection::vec("[a-zé\"\\\\\\[\\]{},]{0,6}", 1..9)) {
        let one = |(index, name): (usize, &String)| Contact {
            id: Some(index.to_string()),
            first_name: Some(name.clone()),
            ..Contact::default()
        };
        let written: Vec<Contact> = names.iter().enumerate().map(one).collect();
        let array = serde_json::to_string_pretty(&written).unwrap();
        prop_assert_eq!(&contacts(list(array.as_bytes(), Some("json"), 4096)), &written);
        let lines: Vec<String> = written.iter().map(|it| serde_json::to_string(it).unwrap()).collect();
        let lines = lines.join("\n");
        prop_assert_eq!(&contacts(list(lines.as_bytes(), Some("jsonl"), 4096)), &written);
        prop_assert_eq!(&contacts(list(lines.as_bytes(), None, 4096)), &written);
    }
}

#[test]
fn a_quote_that_is_never_closed_does_not_swallow_the_rest_of_the_list() {
    let bytes = [b"id,company\n1,\"Atelier\n".as_slice(), &b"2,x\n".repeat(1 << 19)].concat();
    let mut list = list(&bytes, Some("csv"), 1 << 16);
    let Some(Entry::Hopeless(finding)) = list.read_next().unwrap() else { panic!("a finding") };
    assert_eq!((finding.place.line, finding.fault.as_str()), (2, "too-long"));
    assert!(list.read_next().unwrap().is_none());
    assert!(list.raw().len() < 2 << 20);
}

#[test]
fn whoever_stands_in_a_list_twice_is_found() {
    let table = "id,email\n7,a@b.fr\n8,A@B.fr\n7,c@d.fr\n";
    let mut list = list(table.as_bytes(), None, 4096);
    let mut faults = Vec::new();
    while let Some(entry) = list.read_next().unwrap() {
        match entry {
            Entry::Contact(_, doubt) => faults.extend(doubt),
            Entry::Again(finding) | Entry::Bad(finding) | Entry::Hopeless(finding) => {
                faults.push(finding);
            }
        }
    }
    let faults: Vec<_> = faults.iter().map(|it| (it.place.line, it.fault.as_str())).collect();
    assert_eq!(faults, [(3, "email-twice"), (4, "contact-twice")]);
}
