//! Contacts as a table: a heading that names the columns, then a contact a line. Commas, semicolons or tabs stand between cells.
//!
//! One line is held at a time, so that a list of any length takes the same memory.

use std::io::{self, BufRead};

use csv_core::{ReadRecordResult, ReaderBuilder};
use relance_diagnostics::Text;
use relance_model::contact::Contact;

use super::{
    MAX_CONTACT,
    columns::{Column, column, put},
    finding::{Fault, Finding, Place},
    list::{Raw, line_breaks, not_utf8, too_long},
};

/// A table that is being read.
pub(super) struct Table<R> {
    input: R,
    core: csv_core::Reader,
    pub(super) delimiter: u8,
    pub(super) heading: Vec<u8>,
    columns: Vec<Column>,
    /// The line as it stands in the file.
    raw: Vec<u8>,
    /// Its cells, one behind the other, and where each ends.
    cells: Vec<u8>,
    ends: Vec<usize>,
    /// Where the line begins.
    line: usize,
    /// Where what is read next begins.
    next_line: usize,
}

impl<R: BufRead> Table<R> {
    /// Reads the heading, and says what is wrong with it.
    pub(super) fn open(mut input: R) -> io::Result<(Table<R>, Vec<Finding>)> {
        let delimiter = delimiter(input.fill_buf()?);
        let core = ReaderBuilder::new().delimiter(delimiter).build();
        let mut table = Table {
            input,
            core,
            delimiter,
            heading: Vec::new(),
            columns: Vec::new(),
            raw: Vec::new(),
            cells: vec![0; 4096],
            ends: vec![0; 64],
            line: 1,
            next_line: 1,
        };
        let findings = match table.advance()? {
            Raw::End => Vec::new(),
            Raw::Hopeless(finding) => vec![finding],
            Raw::Line => table.take_heading(),
        };
        Ok((table, findings))
    }

    fn take_heading(&mut self) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.heading.clone_from(&self.raw);
        for index in 0..self.ends.len() {
            let place = self.place(index);
            match column(self.cell(index)) {
                Ok(column) => {
                    let taken = column != Column::Nameless && self.columns.contains(&column);
                    if taken {
                        let heading = self.cell(index);
                        findings.push(Finding::new(place, Fault::ColumnTwice, twice(heading)));
                    }
                    self.columns.push(column);
                }
                Err((fault, message)) => {
                    findings.push(Finding::new(place, fault, message));
                    self.columns.push(Column::Nameless);
                }
            }
        }
        findings
    }

    /// Goes to the next line that holds anything.
    pub(super) fn advance(&mut self) -> io::Result<Raw> {
        loop {
            let raw = self.read_line()?;
            match raw {
                Raw::Line if self.is_blank() => {}
                Raw::Line | Raw::End | Raw::Hopeless(_) => return Ok(raw),
            }
        }
    }

    fn read_line(&mut self) -> io::Result<Raw> {
        self.raw.clear();
        self.line = self.next_line;
        self.cells.resize(self.cells.capacity(), 0);
        self.ends.resize(self.ends.capacity(), 0);
        let (mut filled, mut ended) = (0, 0);
        loop {
            let input = self.input.fill_buf()?;
            let (cells, ends) = (self.cells.get_mut(filled..), self.ends.get_mut(ended..));
            let (cells, ends) = (cells.unwrap_or_default(), ends.unwrap_or_default());
            let (result, read, written, marked) = self.core.read_record(input, cells, ends);
            self.raw.extend_from_slice(input.get(..read).unwrap_or_default());
            self.input.consume(read);
            filled += written;
            ended += marked;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(Raw::End),
            }
            if self.raw.len() > MAX_CONTACT {
                self.trim();
                return Ok(Raw::Hopeless(too_long(Place { line: self.line, column: 1 })));
            }
        }
        self.cells.truncate(filled);
        self.ends.truncate(ended);
        self.trim();
        if let Err(error) = std::str::from_utf8(&self.raw) {
            let before = self.raw.get(..error.valid_up_to()).unwrap_or_default();
            return Ok(Raw::Hopeless(not_utf8(self.behind(before))));
        }
        Ok(Raw::Line)
    }

    /// Takes line breaks off both ends of the line, and counts them.
    fn trim(&mut self) {
        let breaks = self.raw.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let before: Vec<u8> = self.raw.drain(..breaks).collect();
        self.line += line_breaks(&before);
        self.next_line = self.line + line_breaks(&self.raw);
        while matches!(self.raw.last(), Some(b'\r' | b'\n')) {
            self.raw.pop();
        }
    }

    /// Spreadsheets write lines without anything in them.
    fn is_blank(&self) -> bool {
        (0..self.ends.len()).all(|index| self.cell(index).is_empty())
    }

    /// A cell, without the blanks around it; an empty one where there is none.
    fn cell(&self, index: usize) -> &str {
        let start = index.checked_sub(1).and_then(|it| self.ends.get(it)).copied();
        let range = start.unwrap_or_default()..self.ends.get(index).copied().unwrap_or_default();
        let cell = self.cells.get(range).and_then(|bytes| std::str::from_utf8(bytes).ok());
        cell.unwrap_or_default().trim()
    }

    /// The contact of the line.
    pub(super) fn contact(&self) -> Result<Contact, Finding> {
        let (expected, found) = (self.columns.len(), self.ends.len());
        let filled = |index: usize| !self.cell(index).is_empty();
        let nameless =
            |index: &usize| matches!(self.columns.get(*index), None | Some(Column::Nameless));
        if let Some(index) = (0..found).filter(nameless).find(|index| filled(*index)) {
            return Err(self.stray(index, expected, found));
        }
        if found < expected {
            let place = Place { line: self.line, column: 1 };
            return Err(Finding::new(place, Fault::Cells, cells(expected, found)));
        }
        let mut contact = Contact::default();
        for (index, column) in self.columns.iter().enumerate().filter(|(index, _)| filled(*index)) {
            put(&mut contact, column, self.cell(index));
        }
        Ok(contact)
    }

    /// A cell that no column names.
    fn stray(&self, index: usize, expected: usize, found: usize) -> Finding {
        let place = self.place(index);
        if index >= expected {
            let finding = Finding::new(place, Fault::Cells, cells(expected, found));
            return finding.help(Text::fixed(
                "a cell that holds the separator stands between \"",
                "une cellule qui contient le séparateur s'écrit entre \"",
            ));
        }
        let cell = self.cell(index);
        Finding::new(
            place,
            Fault::Cells,
            Text::new(
                format!("the column of `{cell}` has no name in the heading"),
                format!("la colonne de `{cell}` n'a pas de nom dans l'en-tête"),
            ),
        )
    }

    /// Where the line begins.
    pub(super) fn start(&self) -> Place {
        Place { line: self.line, column: 1 }
    }

    /// The line as it stands in the file, without its break.
    pub(super) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Where the cell of a column stands; the beginning of the line, if there is none.
    pub(super) fn place_of(&self, wanted: &[Column]) -> Place {
        let found = self.columns.iter().position(|column| wanted.contains(column));
        found.map_or(self.start(), |index| self.place(index))
    }

    /// Where a cell begins.
    fn place(&self, index: usize) -> Place {
        let start = cell_start(&self.raw, self.delimiter, index);
        self.behind(self.raw.get(..start).unwrap_or_default())
    }

    /// The place behind those bytes of the line.
    fn behind(&self, before: &[u8]) -> Place {
        let last = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
        let column = String::from_utf8_lossy(before.get(last..).unwrap_or_default());
        Place { line: self.line + line_breaks(before), column: column.chars().count() + 1 }
    }
}

/// Where a cell begins in a line: the parser tells what cells hold, and not where they stood.
fn cell_start(raw: &[u8], delimiter: u8, index: usize) -> usize {
    let (mut passed, mut quoted, mut fresh) = (0, false, true);
    for (place, byte) in raw.iter().enumerate() {
        if passed == index {
            return place;
        }
        match byte {
            b'"' if fresh || quoted => quoted = !quoted,
            // A second quote inside quotes stands for one: the text goes on.
            b'"' if raw.get(place.wrapping_sub(1)) == Some(&b'"') => quoted = true,
            _ => {}
        }
        fresh = *byte == delimiter && !quoted;
        passed += usize::from(fresh);
    }
    raw.len()
}

/// The sign that the heading has most of, outside of quotes.
fn delimiter(beginning: &[u8]) -> u8 {
    let mut counts = [(b'\t', 0_usize), (b';', 0), (b',', 0)];
    let mut quoted = false;
    let blank = beginning.iter().take_while(|byte| byte.is_ascii_whitespace() && **byte != b'\t');
    for byte in beginning.iter().skip(blank.count()) {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(sign, _)| sign == byte).for_each(|(_, it)| *it += 1),
        }
    }
    // Of equals the last is taken: the comma.
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(b',', |(sign, _)| sign)
}

fn twice(heading: &str) -> Text {
    Text::new(
        format!("the column `{heading}` is there twice, under this or another name"),
        format!("la colonne `{heading}` est là deux fois, sous ce nom ou un autre"),
    )
}

fn cells(expected: usize, found: usize) -> Text {
    Text::new(
        format!("the heading has {expected} cells, and this line {found}"),
        format!("l'en-tête a {expected} cellules, et cette ligne {found}"),
    )
}
