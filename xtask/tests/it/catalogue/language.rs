//! What makes two texts each other's translation, and French French, as far as a program can tell.

use std::collections::BTreeSet;

use relance_diagnostics::Text;

/// Words and names that are the same in both languages.
const SAME: &[&str] = &[
    "",
    "null",
    "contact",
    "Contact",
    "note",
    "info",
    "message",
    "Message",
    "CRM",
    "URL",
    "JSON",
    "tokens",
    "ID",
    "CODE",
    "FORMAT",
    "CONTACT",
    "action",
    "Introduction",
    "Notes",
    "http",
    "secondes",
    "RUN",
    "LANGUAGE",
    "Actions",
    "JSON in text",
    "fields",
    "relance",
];

/// What stands in code and is translated all the same: what the reader replaces.
const TRANSLATED: &[(&str, &str)] = &[
    ("example.org", "exemple.org"),
    ("{{ references }}", "{{ références }}"),
    ("{\"Name\": \"value\"}", "{\"Nom\": \"valeur\"}"),
    ("NAME", "NOM"),
    ("<output>", "<sortie>"),
    ("<name>", "<nom>"),
    ("https://host", "https://hôte"),
    ("http://host:port", "http://hôte:port"),
    ("FILE", "FICHIER"),
];

/// Code that one language says in a word of its own.
const SAID: &[&str] = &["id", "success", "error"];

/// English words that no French sentence holds, and the other way round.
const ENGLISH: [&str; 16] = [
    "the", "and", "is", "are", "of", "with", "not", "must", "be", "this", "that", "which", "has",
    "write", "block", "edge",
];
const FRENCH: [&str; 14] = [
    "le", "la", "les", "des", "est", "une", "pas", "dans", "avec", "pour", "sur", "qui", "bloc",
    "lien",
];

/// What is wrong with a text.
pub(super) fn mistakes(text: &Text) -> Vec<String> {
    let (en, fr) = (Half::of(&text.en), Half::of(&text.fr));
    let mut wrong = Vec::new();
    let mut refuse = |is_wrong: bool, what: String| {
        if is_wrong {
            wrong.push(what);
        }
    };
    let has_words = |half: &Half| half.prose.chars().any(char::is_alphabetic);
    let same = text.en == text.fr && has_words(&en) && !SAME.contains(&text.en.as_ref());
    refuse(same, "the same in both languages".to_owned());
    refuse(text.en.is_empty() != text.fr.is_empty(), "one half is empty".to_owned());
    let (code_en, code_fr) = (translated(&en.code), fr.code.clone());
    refuse(code_en != code_fr, format!("code differs: {code_en:?}, {code_fr:?}"));
    let (holes_en, holes_fr) = (en.holes("_en", "en"), fr.holes("_fr", "fr"));
    refuse(holes_en != holes_fr, format!("placeholders differ: {holes_en:?}, {holes_fr:?}"));
    wrong.extend(in_french(&fr.prose));
    wrong.extend(in_english(&en.prose));
    wrong
}

/// A sentence taken apart.
struct Half {
    /// What stands in backticks, sorted.
    code: Vec<String>,
    /// What is put in, sorted; wherever it stands.
    holes: Vec<String>,
    /// The rest; each of those became `_`.
    prose: String,
}

impl Half {
    fn of(text: &str) -> Half {
        let (mut code, mut prose) = (Vec::new(), String::new());
        for (number, part) in text.split('`').enumerate() {
            if number % 2 == 0 {
                prose.push_str(part);
            } else {
                if !SAID.contains(&part) {
                    code.push(part.to_owned());
                }
                prose.push('_');
            }
        }
        code.sort();
        let mut holes = holes(text);
        holes.sort();
        for hole in holes.iter().collect::<BTreeSet<_>>() {
            prose = prose.replace(&format!("{{{hole}}}"), "_");
        }
        Half { code, holes, prose }
    }

    /// Its placeholders; one that is itself in a language goes by what is before that.
    fn holes(&self, ending: &str, alone: &str) -> Vec<String> {
        let name = |hole: &String| match hole.as_str() {
            it if it == alone => String::new(),
            "corrections" => "fixes".to_owned(),
            // A document that is shown, and no placeholder.
            it if it.starts_with('"') => String::new(),
            it => it.strip_suffix(ending).unwrap_or(it).to_owned(),
        };
        // Those without a name are endings and small words, which one language has and the other has not.
        let mut names: Vec<String> = self.holes.iter().map(name).collect();
        names.retain(|name| !name.is_empty());
        names.sort();
        names
    }
}

/// The names between single braces; `{{` writes a brace.
fn holes(text: &str) -> Vec<String> {
    let text = text.replace("{{", "").replace("}}", "");
    let parts = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts.map(|(hole, _)| hole.to_owned()).collect()
}

/// Code as it stands in French.
fn translated(code: &[String]) -> Vec<String> {
    let in_french =
        |code: &String| TRANSLATED.iter().fold(code.clone(), |code, (en, fr)| code.replace(en, fr));
    let mut code: Vec<String> = code.iter().map(in_french).collect();
    code.sort();
    code
}

fn words(prose: &str) -> impl Iterator<Item = String> {
    prose.split(|it: char| !it.is_alphanumeric() && it != '-' && it != '_').map(str::to_lowercase)
}

fn in_french(prose: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let signs: Vec<char> = prose.chars().collect();
    for (index, sign) in signs.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|it| signs.get(it)).copied().unwrap_or(' ');
        let after = signs.get(index + 1).copied().unwrap_or(' ');
        let ends = after.is_whitespace();
        if matches!(sign, ':' | ';' | '!' | '?') && ends && !before.is_whitespace() {
            wrong.push(format!("in French a space stands before `{sign}`"));
        }
        if *sign == '«' && after != ' ' || *sign == '»' && before != ' ' {
            wrong.push("in French quotes have spaces inside".to_owned());
        }
        if matches!(sign, '“' | '”' | '’' | '\u{a0}' | '\u{202f}') {
            wrong.push(format!("in French we do not write `{sign}`"));
        }
    }
    wrong.extend(
        words(prose)
            .filter(|it| ENGLISH.contains(&it.as_str()))
            .map(|it| format!("`{it}` is English")),
    );
    wrong
}

fn in_english(prose: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if [" : ", " ; ", " ?", " !", "«", "»", "’"].iter().any(|it| prose.contains(it)) {
        wrong.push("in English no space stands before a sign, and quotes are “”".to_owned());
    }
    wrong.extend(
        words(prose)
            .filter(|it| FRENCH.contains(&it.as_str()))
            .map(|it| format!("`{it}` is French")),
    );
    wrong
}

#[test]
fn mistakes_are_seen() {
    let right = Text::fixed("write `a`: {count} blocks", "écrivez `a` : {count} blocs");
    assert_eq!(mistakes(&right), Vec::<String>::new());
    for (en, fr) in [
        ("write `a`", "write `a`"),
        ("write `a`", "écrivez `b`"),
        ("{count} blocks", "{number} blocs"),
        ("what is this?", "qu'est-ce que c'est?"),
        ("a block", "un block"),
        ("le bloc", "le bloc qui manque"),
        ("a word", "un “mot”"),
        ("a word", "un «mot»"),
        ("a word", ""),
    ] {
        assert!(!mistakes(&Text::fixed(en, fr)).is_empty(), "{en} / {fr}");
    }
}
