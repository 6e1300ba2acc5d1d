//! Takes secrets out of texts and JSON values, in every form in which a service may repeat them.

use std::{borrow::Cow, fmt, sync::Arc};

use aho_corasick::{AhoCorasick, MatchKind};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Puts `[secret NAME]` in the place of secrets: as they are, escaped for JSON, encoded for a URL, or in base64, in any case.
#[derive(Clone, Default)]
pub struct Redactor(Vec<Arc<Forms>>);

struct Forms {
    search: AhoCorasick,
    /// What is written in the place of each form.
    masks: Vec<String>,
}

/// The shortest derived form that is looked for: shorter ones would stand in texts by chance.
const SHORTEST: usize = 6;

/// What `encodeURIComponent` leaves alone, beside letters and digits.
const COMPONENT: &AsciiSet =
    &UNRESERVED.remove(b'!').remove(b'\'').remove(b'(').remove(b')').remove(b'*');
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Redactor {
    /// Looks for these values; each comes after what is written in its place.
    pub fn new(secrets: impl IntoIterator<Item = (String, String)>) -> Redactor {
        let mut forms: Vec<(String, String)> = Vec::new();
        for (mask, value) in secrets {
            forms.extend(derived(&value).map(|form| (form, mask.clone())));
            if !value.is_empty() {
                forms.push((value, mask));
            }
        }
        if forms.is_empty() {
            return Redactor::default();
        }
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(forms.iter().map(|(form, _)| form));
        let masks = forms.into_iter().map(|(_, mask)| mask).collect();
        // It fails only past two billion bytes of patterns.
        Redactor(search.ok().map(|search| Arc::new(Forms { search, masks })).into_iter().collect())
    }

    /// Looks for more values too.
    #[must_use]
    pub fn and(&self, more: impl IntoIterator<Item = (String, String)>) -> Redactor {
        Redactor(self.0.iter().cloned().chain(Redactor::new(more).0).collect())
    }

    /// The text without secrets.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.0.iter().fold(Cow::Borrowed(text), |text, forms| {
            if forms.search.is_match(text.as_ref()) {
                Cow::Owned(forms.search.replace_all(&text, &forms.masks))
            } else {
                text
            }
        })
    }

    /// Takes secrets out of a value: texts, keys, and numbers that are one.
    pub fn json(&self, value: &mut Value) {
        if self.0.is_empty() {
            return;
        }
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => {
                let written = number.to_string();
                if let Cow::Owned(clean) = self.text(&written) {
                    *value = Value::String(clean);
                }
            }
            Value::String(text) => {
                if let Cow::Owned(clean) = self.text(text) {
                    *text = clean;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Value::Object(members) => {
                for (key, mut member) in std::mem::take(members) {
                    self.json(&mut member);
                    members.insert(self.text(&key).into_owned(), member);
                }
            }
        }
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

/// The other forms of a value.
fn derived(value: &str) -> impl Iterator<Item = String> {
    let json = serde_json::Value::from(value).to_string();
    let json = json.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or_default();
    let json = json.to_owned();
    let slashes = json.replace('/', "\\/");
    let ascii: String = json.chars().map(ascii_escape).collect();
    let texts = [
        json,
        slashes,
        ascii,
        utf8_percent_encode(value, UNRESERVED).to_string(),
        utf8_percent_encode(value, COMPONENT).to_string(),
        url::form_urlencoded::byte_serialize(value.as_bytes()).collect(),
    ];
    let own = value.to_owned();
    let encoded = (0..3).flat_map(move |offset| in_base64(&own, offset));
    texts.into_iter().chain(encoded).filter(|form| form.len() >= SHORTEST)
}

/// What a value always looks like inside the base64 of a longer text in which it stands at that offset from a group's start:
/// the characters that its neighbours also shape are left out.
fn in_base64(value: &str, offset: usize) -> [String; 2] {
    let mut bytes = vec![0; offset];
    bytes.extend_from_slice(value.as_bytes());
    let whole = bytes.len() * 8 / 6;
    let shaped = (offset * 8).div_ceil(6);
    let inner = |encoded: String| encoded.chars().take(whole).skip(shaped).collect();
    [inner(STANDARD_NO_PAD.encode(&bytes)), inner(URL_SAFE_NO_PAD.encode(&bytes))]
}

fn ascii_escape(it: char) -> String {
    if it.is_ascii() {
        return it.to_string();
    }
    let mut buffer = [0; 2];
    let units: Vec<String> =
        it.encode_utf16(&mut buffer).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    units.concat()
}

#[cfg(test)]
mod tests {
    use super::Redactor;
    use base64::{
        Engine,
        engine::general_purpose::{STANDARD, URL_SAFE},
    };
    use proptest::prelude::*;
    use serde_json::json;

    const SECRET: &str = "pä/\"ss+w\\ord & ~x";

    fn redactor() -> Redactor {
        Redactor::new([("[secret A]".to_owned(), SECRET.to_owned())])
    }

    #[test]
    fn every_form_of_a_secret_is_taken_out() {
        let forms = [
            SECRET.to_owned(),
            SECRET.to_ascii_uppercase(),
            serde_json::to_string(SECRET).unwrap(),
            "p\\u00e4\\/\\\"ss+w\\\\ord & ~x".replace("\\/", "/"),
            "p%C3%A4%2F%22ss%2Bw%5Cord%20%26%20~x".to_owned(),
            "p%c3%a4%2f%22ss%2bw%5cord%20%26%20~x".to_owned(),
            "p%C3%A4%2F%22ss%2Bw%5Cord+%26+%7Ex".to_owned(),
        ];
        for form in forms {
            let clean = redactor().text(&format!("<{form}>")).into_owned();
            assert!(clean.contains("[secret A]") && !clean.contains("ord"), "{form} -> {clean}");
        }
    }

    #[test]
    fn texts_keys_and_numbers_of_json_are_cleaned() {
        let redactor = Redactor::new([("[secret N]".to_owned(), "12345678".to_owned())]);
        let mut value = json!({"a": [12_345_678, "x12345678y", null], "12345678": {"b": 1}});
        redactor.json(&mut value);
        assert_eq!(
            value,
            json!({"a": ["[secret N]", "x[secret N]y", null], "[secret N]": {"b": 1}})
        );
    }

    #[test]
    fn without_secrets_nothing_changes() {
        assert_eq!(Redactor::default().text("a"), "a");
        assert_eq!(Redactor::new([]).text("a"), "a");
        assert_eq!(Redactor::new([("[secret E]".to_owned(), String::new())]).text("a"), "a");
    }

    proptest! {
        #[test]
        fn a_secret_inside_base64_of_anything_is_seen(before in ".{0,9}", after in ".{0,9}") {
            let inside = format!("{before}sk_live_51H8abcdef{after}");
            let redactor = Redactor::new([("[secret K]".to_owned(), "sk_live_51H8abcdef".to_owned())]);
            for encoded in [STANDARD.encode(&inside), URL_SAFE.encode(&inside)] {
                prop_assert!(redactor.text(&encoded).contains("[secret K]"), "{encoded}");
            }
        }
    }
}
