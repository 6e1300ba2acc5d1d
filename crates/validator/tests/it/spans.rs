//! Places inside JSON written as text: what is wrong there stands at its very line, column and byte of the file, through every
//! escape, in every layout, among characters of one to four bytes, and whatever ends a line.

use std::ops::Range;

use relance_diagnostics::Source;
use relance_samples::{
    json::Json,
    random::Random,
    spelling::{Layout, Part, Written},
};
use relance_validator::{Options, check};

/// Texts that stand around a mistake.
const TEXTS: [&str; 8] = [
    "",
    "relance",
    "Étape n° 2",
    "日本語 🎉👩‍👩‍👧",
    "\"guillemets\" \\ et / barre",
    "\u{8}\u{c}\n\r\t",
    "\u{ffff}\u{10ffff}\u{e000}",
    "\\u00e9 n'est pas un échappement",
];

/// References: what stands before the mistake, the mistake, what stands after it.
const MISTAKES: [(&str, &str, &str); 6] = [
    ("{{ contact.", "prenom", " }}"),
    ("{{ ", "contacts", ".id }}"),
    ("{{ contact.id | ", "majuscules", " }}"),
    ("{{ contact.fields[\"日 🎉\"].", "plus", " }}"),
    ("", "{{", " contact.id"),
    ("{{ contact.first_name | default: 'é🎉' | ", "upper: 'x'", " }}"),
];

/// A value of JSON with one text in it that is wrong, the way to that text, and where in it.
fn inner(random: &mut Random, depth: usize) -> (Json, Vec<usize>, Range<usize>) {
    if depth == 0 {
        let (before, wrong, after) = *random.pick(&MISTAKES);
        let lead = *random.pick(&TEXTS);
        let trail = if wrong == "{{" { "" } else { *random.pick(&TEXTS) };
        let start = lead.len() + before.len();
        let text = format!("{lead}{before}{wrong}{after}{trail}");
        return (Json::text(text), Vec::new(), start..start + wrong.len());
    }
    let (value, mut path, wrong) = inner(random, depth - 1);
    let others = random.below(3);
    let place = random.below(others + 1);
    let filler = |random: &mut Random| match random.below(3) {
        0 => Json::bare(*random.pick(&["null", "-12.5e3", "true"])),
        1 => Json::Array(vec![Json::text(*random.pick(&TEXTS))]),
        _ => Json::text(*random.pick(&TEXTS)),
    };
    let mut parts: Vec<Json> = (0..others).map(|_| filler(random)).collect();
    parts.insert(place, value);
    path.insert(0, place);
    let value = if random.one_in(2) {
        Json::Array(parts)
    } else {
        let key = |nth: usize| format!("clé {nth} 🎉\"\\/\u{8}");
        Json::Object(parts.into_iter().enumerate().map(|(nth, part)| (key(nth), part)).collect())
    };
    (value, path, wrong)
}

/// A block that sends a body, among labels of any script.
fn call(random: &mut Random, body: String) -> Json {
    let data = Json::object([
        ("label", Json::text(*random.pick(&TEXTS))),
        (
            "parameters",
            Json::object([
                ("action_type", Json::text("http_request")),
                ("http_method", Json::text("POST")),
                ("body_json", Json::text(body)),
                ("url", Json::text("https://api.exemple.com/")),
            ]),
        ),
    ]);
    Json::object([
        ("é🎉", Json::text(*random.pick(&TEXTS))),
        ("id", Json::text("appel")),
        ("type", Json::text("action")),
        ("data", data),
        ("position", Json::object([("x", Json::bare("0")), ("y", Json::bare("0"))])),
    ])
}

/// Line and column as people count, told without the library: lines end at LF, CR LF or CR, columns are Unicode scalar values.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap().replace("\r\n", "\n").replace('\r', "\n");
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().unwrap().chars().count() + 1)
}

/// Undoes the escapes of the file and then those of the JSON in the text.
fn unescaped_twice(written: &str) -> String {
    let undo = |text: &str| serde_json::from_str::<String>(&format!("\"{text}\"")).unwrap();
    undo(&undo(written))
}

#[test]
fn a_mistake_in_json_as_text_stands_at_its_line_column_and_byte() {
    let asked = std::env::var_os("RELANCE_SEED").and_then(|seed| seed.to_str()?.parse().ok());
    let mut random = Random::new(asked.unwrap_or(1));
    for _ in 0..4_000 {
        let depth = random.below(5);
        let (value, path, wrong) = inner(&mut random, depth);
        let layout = Layout::any(&mut random);
        let text = Written::new(&mut random, &value, layout);
        let wrong_in_text = text.place(&path, &Part::Within(wrong.clone()));

        let document = call(&mut random, text.text());
        let layout = Layout::any(&mut random);
        let file = Written::new(&mut random, &document, layout);
        // `data`, its `parameters`, and there `body_json`.
        let place = file.place(&[3, 1, 2], &Part::Within(wrong_in_text));
        let bytes = file.text();

        let source = Source::new("file.json", bytes.as_bytes());
        let checked = check(&source, &Options::default());
        let [finding] = checked.diagnostics.as_slice() else {
            panic!("{:#?}\n{bytes}", checked.diagnostics)
        };
        assert_eq!(finding.span.range(), place, "{bytes}");
        assert_eq!(finding.pointer, "/data/parameters/body_json");
        for offset in [place.start, place.end] {
            let told = source.place(offset);
            assert_eq!((told.line, told.column), line_and_column(&bytes, offset), "{bytes}");
            assert_eq!(told.offset, offset);
        }
        let Json::Text(leaf) = value.at(&path) else { panic!("a text is there") };
        let written = unescaped_twice(bytes.get(place).unwrap());
        assert_eq!(Some(written.as_str()), leaf.get(wrong), "{bytes}");
    }
}
