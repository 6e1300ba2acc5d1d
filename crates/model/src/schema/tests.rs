//! What holds for every schema, and what a URL may look like.

use regex::Regex;

use super::*;
use crate::action::ParameterKind;

const ENVIRONMENTS: [Environment; 2] = [Environment::Production, Environment::Development];

#[test]
fn every_schema_is_one_in_its_own_dialect() {
    for kind in Kind::all() {
        for environment in ENVIRONMENTS {
            for draft in [Draft::Draft202012, Draft::Draft07] {
                let schema = schema(kind, draft, environment);
                assert!(jsonschema::meta::is_valid(&schema), "{kind:?} in {draft:?}");
                assert!(jsonschema::validator_for(&schema).is_ok(), "{kind:?} in {draft:?}");
            }
        }
    }
}

#[test]
fn drafts_differ_in_two_names_alone() {
    for kind in Kind::all() {
        let [new, old] = [Draft::Draft202012, Draft::Draft07]
            .map(|draft| schema(kind, draft, Environment::Production).to_string());
        let renamed = new
            .replace(Draft::Draft202012.uri(), Draft::Draft07.uri())
            .replace("\"$defs\"", "\"definitions\"")
            .replace("#/$defs/", "#/definitions/");
        assert_eq!(renamed, old, "{kind:?}");
    }
}

#[test]
fn environments_differ_only_in_documents() {
    for kind in Kind::all() {
        let [production, development] =
            ENVIRONMENTS.map(|environment| schema(kind, Draft::Draft202012, environment));
        assert_eq!(production != development, kind.is_document(), "{kind:?}");
    }
}

/// Keywords that some validator refuses or reads in its own way, and shapes that give more than one error for one mistake.
#[test]
fn documents_use_portable_keywords_alone() {
    for kind in Kind::all().filter(|kind| kind.is_document()) {
        portable(&schema(kind, Draft::Draft202012, Environment::Production));
    }
}

/// The kinds of document that people write in an editor.
const EDITED: [Kind; 2] = [Kind::Graph, Kind::Block];

#[test]
fn an_editors_schema_is_the_strict_one_with_words_beside_the_rules() {
    for kind in EDITED {
        let strict = schema(kind, Draft::Draft202012, Environment::Production);
        let english = without(&editor_schema(kind, Language::English), &EDITOR_KEYWORDS);
        assert_eq!(format!("{english:#}"), format!("{strict:#}"), "{kind:?}");
        // In another language titles and descriptions differ, and nothing else.
        let words = [&EDITOR_KEYWORDS[..], &["title", "description"]].concat();
        let french = without(&editor_schema(kind, Language::French), &words);
        assert_eq!(format!("{french:#}"), format!("{:#}", without(&strict, &words)), "{kind:?}");
    }
}

/// A schema without some of its keywords. The names of properties and definitions are no keywords.
fn without(schema: &Value, keywords: &[&str]) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(|it| without(it, keywords)).collect(),
        Value::Object(object) => {
            let kept = object.iter().filter(|(keyword, _)| !keywords.contains(&keyword.as_str()));
            let kept = kept.map(|(keyword, value)| {
                let value = match value.as_object() {
                    Some(named) if matches!(keyword.as_str(), "properties" | "$defs") => {
                        let named = named.iter();
                        named.map(|(name, it)| (name.clone(), without(it, keywords))).collect()
                    }
                    Some(_) | None => without(value, keywords),
                };
                (keyword.clone(), value)
            });
            Value::Object(kept.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

#[test]
fn every_parameter_has_words_in_an_editor() {
    for language in [Language::English, Language::French] {
        let schema = editor_schema(Kind::Graph, language);
        for kind in ActionKind::ALL {
            for parameter in kind.parameters() {
                let at = format!("/$defs/{}/properties/{}", kind.as_str(), parameter.name);
                let it = schema.pointer(&at).unwrap();
                for keyword in
                    ["markdownDescription", "errorMessage", "suggestSortText", "completionDetail"]
                {
                    assert!(it[keyword].is_string(), "{at} has no {keyword}: {it}");
                }
                let words = it.get("enum").map_or(0, |words| words.as_array().unwrap().len());
                for keyword in ["enumDescriptions", "markdownEnumDescriptions", "enumSortTexts"] {
                    let said = it.get(keyword).map_or(0, |said| said.as_array().unwrap().len());
                    assert_eq!(said, words, "{at}: {keyword}");
                }
            }
        }
    }
}

#[test]
fn no_editor_message_is_left_in_the_other_language() {
    let [english, french] =
        [Language::English, Language::French].map(|language| editor_schema(Kind::Graph, language));
    let (mut compared, mut same) = (0, Vec::new());
    compare(&english, &french, &mut |keyword, english, french| {
        let prose = ["title", "description", "markdownDescription", "errorMessage"];
        if prose.contains(&keyword) && english.contains(' ') {
            compared += 1;
            // A value in code marks is the same in every language.
            if english == french && !english.starts_with('`') {
                same.push(english.to_owned());
            }
        }
    });
    assert!(compared > 100 && same.is_empty(), "{compared} compared, untranslated: {same:#?}");
}

/// Shows `see` each text of one value beside that of another of the same shape, with its key.
fn compare(one: &Value, other: &Value, see: &mut impl FnMut(&str, &str, &str)) {
    if let (Some(one), Some(other)) = (one.as_array(), other.as_array()) {
        one.iter().zip(other).for_each(|(one, other)| compare(one, other, see));
    }
    for (key, one) in one.as_object().into_iter().flatten() {
        let other = &other[key];
        match (one.as_str(), other.as_str()) {
            (Some(one), Some(other)) => see(key, one, other),
            _ => compare(one, other, see),
        }
    }
}

#[test]
fn examples_are_values_that_the_schema_accepts() {
    let graph = schema(Kind::Graph, Draft::Draft202012, Environment::Production);
    for kind in ActionKind::ALL {
        for parameter in kind.parameters() {
            let at = format!("/$defs/{}/properties/{}", kind.as_str(), parameter.name);
            let validator = jsonschema::validator_for(graph.pointer(&at).unwrap()).unwrap();
            for example in parameter.examples {
                for value in [&example.value.en, &example.value.fr] {
                    assert!(validator.is_valid(&json!(value)), "{at}: {value}");
                }
            }
        }
    }
}

fn portable(schema: &Value) {
    match schema {
        Value::Array(items) => items.iter().for_each(portable),
        Value::Object(object) => {
            for keyword in ["$id", "format", "contentMediaType", "oneOf", "anyOf"] {
                assert!(!object.contains_key(keyword), "{keyword} in {schema}");
            }
            if object.contains_key("$ref") {
                assert_eq!(object.len(), 1, "draft-07 ignores what stands beside a $ref: {schema}");
            }
            if object.get("enum").is_some_and(Value::is_array) {
                assert!(!object.contains_key("type"), "{schema}");
            }
            if object.get("pattern").and_then(Value::as_str).is_some_and(|it| it.starts_with('^')) {
                assert!(
                    object.contains_key("not"),
                    "an anchored pattern needs its guard: {schema}"
                );
            }
            object.values().for_each(portable);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn a_url_is_never_optional() {
    let mut parameters = ActionKind::ALL.iter().flat_map(|kind| kind.parameters());
    assert!(parameters.all(|it| it.required || !matches!(it.kind, ParameterKind::Url)));
}

#[test]
fn url_patterns_follow_the_environment() {
    let [production, development] =
        ENVIRONMENTS.map(|environment| Regex::new(&url_pattern(environment)).unwrap());
    assert!(production.is_match("HTTPS://exemple.com"));
    assert!(!production.is_match("http://exemple.com"));
    assert!(development.is_match("http://localhost:8080/x"));
    assert!(development.is_match("https://exemple.com"));
    assert!(!development.is_match("ftp://exemple.com"));
}

#[test]
fn urls_have_the_shape_that_the_contract_gives() {
    let pattern = Regex::new(&url_pattern(Environment::Production)).unwrap();
    let guard = Regex::new(url::BROKEN).unwrap();
    let accepts = |text: &str| pattern.is_match(text) && !guard.is_match(text);
    for text in [
        "https://exemple.com",
        "https://exemple.com.",
        "https://my_service.exemple.com/",
        "https://_dmarc.exemple.com/",
        "https://a-b.exemple.com:8443?x#y",
        "https://93.184.216.34/",
        "https://[2606:4700::1111]:443/x",
        "https://[::ffff:1.2.3.4]/",
        "https://exemple.com/a{b}c",
        "https://exemple.com/a{",
        "https://exemple.com/}",
        "https://exemple.com/a|b~",
        "https://exemple.com/{{{{x}}",
        "https://exemple.com/{{{{{{contact.id}}",
        "https://exemple.com/{{{{{",
        "https://exemple.com/c/{{ contact.id }}",
        "https://exemple.com/c/{{ contact.id }}/{{contact.email}}?q={{ contact.first_name | default: 'é }} \"x' }}#f",
        "https://exemple.com/?q={{ contact.fields[\"d'un champ\"] }}",
        "https://exemple.com/?q={{ contact.company | default: '{x}' }}{{ contact.id }}",
        "https://exemple.com?{{ contact.id }}",
        "https://exemple.com/#{{ contact.id }}",
    ] {
        assert!(accepts(text), "{text}");
    }
    for text in [
        "",
        "https://",
        "https:///x",
        "exemple.com",
        "https:exemple.com",
        " https://exemple.com",
        "https://exemple.com ",
        "https://exemple.com\n",
        "https://exemple.com/\n",
        "https://exemple.com/\r\n",
        "https://exemple.com/\u{2028}",
        "https://exemple.com/\nhttps://exemple.com/",
        "https://exemple.com/a b",
        "https://exemple.com/é",
        "https://exémple.com/",
        "https://exemple..com/",
        "https://-exemple.com/",
        "https://user:mdp@exemple.com/",
        "https://user@exemple.com/",
        "https://exemple.com:/",
        "https://exemple.com:123456/",
        "https://[::1/",
        "https://{{ contact.id }}/",
        "https://exemple.com{{ contact.id }}",
        "https://exemple.com:{{ contact.id }}/",
        "https://exemple.com/{{ contact.id",
        "https://exemple.com/{{",
        "https://exemple.com/{{{ contact.id }}}",
        "https://exemple.com/{{ contact.id\n}}",
        "https://exemple.com/{{ contact.id | default: 'x }}",
        "https://exemple.com/{{ contact.id }} ",
    ] {
        assert!(!accepts(text), "{text}");
    }
}

#[test]
fn a_contact_is_known_by_its_id_email_or_phone() {
    let schema = schema(Kind::Contact, Draft::Draft202012, Environment::Production);
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (contact, valid) in [
        (json!({ "email": "jeanne@exemple.com", "company": null, "fields": { "age": 4 } }), true),
        (json!({ "id": "42" }), true),
        (json!({ "phone": "+33612345678", "id": null }), true),
        (json!({}), false),
        (json!({ "id": null }), false),
        (json!({ "id": "42", "tag": "x" }), false),
    ] {
        assert_eq!(validator.is_valid(&contact), valid, "{contact}");
    }
}
