//! A case: a document with a cursor in it, and how it is asked about.
//!
//! The first lines may say more, each as `# key: value`: the `language`, a `trigger` character, the new `name` of a block, which
//! `line ends` the document has (`crlf`, `cr`), the `encoding` of columns. `‸` stands for the cursor; two of them are a selection.

use std::collections::BTreeMap;

use serde_json::{Value, json};

pub(crate) struct Case {
    pub(crate) text: String,
    /// The offsets of the cursors.
    pub(crate) cursors: Vec<usize>,
    said: BTreeMap<String, String>,
}

const CURSOR: char = '‸';

impl Case {
    pub(crate) fn read(file: &str) -> Case {
        let mut rest = file;
        let mut said = BTreeMap::new();
        while let Some((line, after)) = rest.split_once('\n').filter(|_| rest.starts_with("# ")) {
            let (key, value) = line[2..].split_once(": ").unwrap();
            said.insert(key.to_owned(), value.to_owned());
            rest = after;
        }
        let ends = match said.get("line ends").map(String::as_str) {
            Some("crlf") => "\r\n",
            Some("cr") => "\r",
            Some(other) => panic!("{other}"),
            None => "\n",
        };
        let mut text = rest.strip_suffix('\n').unwrap_or(rest).replace('\n', ends);
        let mut cursors = Vec::new();
        while let Some(place) = text.find(CURSOR) {
            cursors.push(place);
            text.replace_range(place..place + CURSOR.len_utf8(), "");
        }
        Case { text, cursors, said }
    }

    pub(crate) fn says(&self, key: &str) -> Option<&str> {
        self.said.get(key).map(String::as_str)
    }

    /// The place of the first cursor.
    pub(crate) fn position(&self) -> Value {
        position(
            &self.text,
            *self.cursors.first().expect("the case has no cursor"),
            self.encoding(),
        )
    }

    /// From the first cursor to the last; without any, everything.
    pub(crate) fn selection(&self) -> Value {
        let start = self.cursors.first().copied().unwrap_or_default();
        let end = self.cursors.last().copied().unwrap_or(self.text.len());
        json!({
            "start": position(&self.text, start, self.encoding()),
            "end": position(&self.text, end, self.encoding()),
        })
    }

    pub(crate) fn encoding(&self) -> &str {
        self.says("encoding").unwrap_or("utf-16")
    }

    /// A stretch that the server names.
    pub(crate) fn slice(&self, range: &Value) -> &str {
        let [start, end] =
            ["start", "end"].map(|it| offset(&self.text, &range[it], self.encoding()));
        &self.text[start..end]
    }

    /// The text after edits, and the lines that they changed.
    pub(crate) fn edited(&self, edits: &[Value]) -> String {
        let place =
            |edit: &Value, end: &str| offset(&self.text, &edit["range"][end], self.encoding());
        let mut edits: Vec<_> = edits
            .iter()
            .map(|it| (place(it, "start"), place(it, "end"), it["newText"].as_str().unwrap()))
            .collect();
        edits.sort_by_key(|(start, end, _)| (*start, *end));
        for pair in edits.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "edits overlap: {pair:?}");
        }
        let mut text = self.text.clone();
        for (start, end, new) in edits.into_iter().rev() {
            text.replace_range(start..end, new);
        }
        text
    }
}

/// A place as the protocol says it, by walking the text.
pub(crate) fn position(text: &str, offset: usize, encoding: &str) -> Value {
    let before = &text[..offset];
    let breaks = before.replace("\r\n", "\n").replace('\r', "\n");
    let line = breaks.matches('\n').count();
    let start = before.rfind(['\n', '\r']).map_or(0, |place| place + 1);
    json!({ "line": line, "character": length(&before[start..], encoding) })
}

/// The byte at a place.
pub(crate) fn offset(text: &str, position: &Value, encoding: &str) -> usize {
    let places = (0..=text.len()).filter(|it| text.is_char_boundary(*it));
    let found = places.into_iter().find(|it| self::position(text, *it, encoding) == *position);
    found.unwrap_or_else(|| panic!("{position} is no place of the text"))
}

fn length(text: &str, encoding: &str) -> usize {
    match encoding {
        "utf-8" => text.len(),
        "utf-16" => text.encode_utf16().count(),
        "utf-32" => text.chars().count(),
        other => panic!("{other}"),
    }
}
