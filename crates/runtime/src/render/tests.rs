//! Texts, URLs and bodies with their references filled in.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use proptest::prelude::*;
use relance_model::{contact::Contact, text::Template};
use relance_validator::plan::{JsonTemplate, UrlTemplate};
use serde_json::{Value, json};
use url::Url;

use super::{Renderer, RunFacts, Scope};
use crate::{
    action::Texts,
    secret::{Secret, Secrets},
};

/// Renders with everything that a scope can hold.
fn with_scope<T>(contact: &Contact, then: impl FnOnce(&Scope<'_>) -> T) -> T {
    let output =
        json!({"status": 200, "body": {"items": [{"id": 7}, "x"], "none": null, "price": 12.50}});
    let secret =
        Secret { value: "to&ken value".into(), hosts: vec!["api.example.org".parse().unwrap()] };
    then(&Scope {
        contact,
        run: RunFacts {
            id: "run-1",
            started_at: "2026-03-29T00:30:00Z".parse().unwrap(),
            zone: &TimeZone::get("Europe/Paris").unwrap(),
        },
        outputs: &|id| (id == "http").then_some(&output),
        secrets: &Secrets::new([("CRM".to_owned(), secret)]),
        texts: &Texts::default(),
        key: "key-1",
        graph: "relance",
    })
}

fn ada() -> Contact {
    Contact {
        id: Some("c1".to_owned()),
        email: Some("Ada@Example.org".to_owned()),
        first_name: Some(" Ada ".to_owned()),
        company: Some(String::new()),
        tags: vec!["vip".to_owned(), "a,b".to_owned()],
        fields: BTreeMap::from([
            ("score".to_owned(), json!(12)),
            ("vip".to_owned(), json!(true)),
            ("gone".to_owned(), Value::Null),
            ("date".to_owned(), json!("2026-01-05")),
            ("time".to_owned(), json!("2026-07-05T08:00:00Z")),
        ]),
        ..Contact::default()
    }
}

fn text(template: &str) -> Result<String, String> {
    with_scope(&ada(), |scope| {
        Renderer::local(scope)
            .text(&Template::parse(template).unwrap())
            .map_err(|reason| reason.code.into_owned())
    })
}

fn json_template(value: &Value) -> JsonTemplate {
    match value {
        Value::Null => JsonTemplate::Null,
        Value::Bool(it) => JsonTemplate::Bool(*it),
        Value::Number(it) => JsonTemplate::Number(it.to_string()),
        Value::String(text) => JsonTemplate::Text(Template::parse(text).unwrap()),
        Value::Array(items) => JsonTemplate::Array(items.iter().map(json_template).collect()),
        Value::Object(members) => JsonTemplate::Object(
            members.iter().map(|(key, value)| (key.clone(), json_template(value))).collect(),
        ),
    }
}

fn url_template(path: &[&str], query: Option<&str>) -> UrlTemplate {
    UrlTemplate {
        origin: Url::parse("https://api.example.org/").unwrap(),
        path: path.iter().map(|text| Template::parse(text).unwrap()).collect(),
        query: query.map(|text| Template::parse(text).unwrap()),
    }
}

fn url(contact: &Contact, path: &[&str], query: Option<&str>) -> Result<String, String> {
    let template = url_template(path, query);
    with_scope(contact, |scope| {
        let url = Renderer::call(scope, &template.origin).url(&template);
        url.map(String::from).map_err(|reason| reason.code.into_owned())
    })
}

fn named(first_name: &str) -> Contact {
    Contact { first_name: Some(first_name.to_owned()), ..ada() }
}

#[test]
fn values_and_filters_become_text() {
    let cases = [
        ("Bonjour {{ contact.first_name | trim | upper }} !", "Bonjour ADA !"),
        ("{{ contact.email | lower }}", "ada@example.org"),
        ("{{ contact.tags }}", "vip, a,b"),
        ("{{ contact.fields.score }} {{ contact.fields.vip }}", "12 true"),
        ("{{ contact.last_name | default: 'vous' }}", "vous"),
        ("{{ contact.company | default: 'votre société' }}", "votre société"),
        ("{{ contact.fields.gone | default: '-' | upper }}", "-"),
        ("{{ contact.last_name | upper | default: 'x' }}", "x"),
        ("{{ blocks.http.status }}", "200"),
        ("{{ blocks.http.body.items.0 }}", r#"{"id":7}"#),
        ("{{ blocks.http.body.items }}", r#"{"id":7}, x"#),
        ("{{ blocks.http.body.items.0.id }}", "7"),
        ("{{ blocks[\"http\"].body.price }}", "12.5"),
        ("{{ run.id }} {{ run.graph }}", "run-1 relance"),
        ("{{ contact.fields.date | date: '%d/%m/%Y' }}", "05/01/2026"),
        ("{{ contact.fields.time | date: '%H:%M' }}", "10:00"),
        ("{{ run.started_at | date: '%Y-%m-%d %H:%M %Z' }}", "2026-03-29 01:30 CET"),
        ("{{{{ {{ contact.id }}", "{{ c1"),
        ("", ""),
    ];
    for (template, rendered) in cases {
        assert_eq!(text(template), Ok(rendered.to_owned()), "{template}");
    }
}

#[test]
fn dates_are_written_as_a_calendar_shows_them_whenever_clocks_change() {
    let cases = [
        ("2026-03-29T00:59:59Z", "2026-03-29 01:59:59 CET +0100"),
        ("2026-03-29T01:00:00Z", "2026-03-29 03:00:00 CEST +0200"),
        ("2026-03-29T02:30:00", "2026-03-29 03:30:00 CEST +0200"),
        ("2026-03-29", "2026-03-29 00:00:00 CET +0100"),
        ("2026-10-25T00:30:00Z", "2026-10-25 02:30:00 CEST +0200"),
        ("2026-10-25T01:30:00Z", "2026-10-25 02:30:00 CET +0100"),
        ("2026-10-25T02:30:00", "2026-10-25 02:30:00 CEST +0200"),
        ("1969-12-31T23:59:59Z", "1970-01-01 00:59:59 CET +0100"),
        ("2038-01-19T03:14:08Z", "2038-01-19 04:14:08 CET +0100"),
        ("9999-12-30T21:59:59Z", "9999-12-30 22:59:59 CET +0100"),
    ];
    let write = |date: &str, format: &str| {
        let template = format!("{{{{ contact.fields.time | date: '{format}' }}}}");
        let contact = Contact {
            fields: BTreeMap::from([("time".to_owned(), json!(date))]),
            ..Contact::default()
        };
        with_scope(&contact, |scope| {
            Renderer::local(scope)
                .text(&Template::parse(&template).unwrap())
                .map_err(|reason| reason.code.into_owned())
        })
    };
    for (date, shown) in cases {
        assert_eq!(write(date, "%Y-%m-%d %H:%M:%S %Z %z"), Ok(shown.to_owned()), "{date}");
    }
    assert_eq!(write("9999-12-31", "%d/%m/%Y"), Ok("31/12/9999".to_owned()));
}

#[test]
fn what_has_no_value_stops_the_block() {
    let cases = [
        ("{{ contact.last_name }}", "reference-absent"),
        ("{{ contact.fields.gone }}", "reference-absent"),
        ("{{ contact.fields.never | upper }}", "reference-absent"),
        ("{{ blocks.other.status }}", "reference-absent"),
        ("{{ blocks.http.body.none }}", "reference-absent"),
        ("{{ contact.email | date: '%Y' }}", "not-a-date"),
        ("{{ contact.fields.date | date: '%!' }}", "date-format"),
        ("{{ secrets.CRM }}", "secret-not-allowed-here"),
    ];
    for (template, code) in cases {
        assert_eq!(text(template), Err(code.to_owned()), "{template}");
    }
}

#[test]
fn a_value_is_never_a_template() {
    let contact = named("{{ run.id }} {{ secrets.CRM }}");
    let template = Template::parse("{{ contact.first_name }}").unwrap();
    let rendered = with_scope(&contact, |scope| Renderer::local(scope).text(&template));
    assert_eq!(rendered, Ok("{{ run.id }} {{ secrets.CRM }}".to_owned()));
}

#[test]
fn a_rendered_text_has_a_limit() {
    let contact = named(&"x".repeat(200_000));
    let template = Template::parse("{{ contact.first_name }}{{ contact.first_name }}").unwrap();
    let rendered = with_scope(&contact, |scope| Renderer::local(scope).text(&template));
    assert_eq!(rendered.unwrap_err().code, "text-too-long");
}

#[test]
fn a_value_nested_too_deep_stops_the_block() {
    let mut deep = json!(1);
    for _ in 0..64 {
        deep = json!([deep]);
    }
    let fields = BTreeMap::from([("deep".to_owned(), deep)]);
    let template = Template::parse("{{ contact.fields.deep }}").unwrap();
    let contact = Contact { fields, ..ada() };
    let rendered = with_scope(&contact, |scope| Renderer::local(scope).text(&template));
    assert_eq!(rendered.unwrap_err().code, "value-too-deep");
}

#[test]
fn json_keeps_keys_numbers_and_types() {
    let body = json!({
        "{{ contact.id }}": "{{ contact.fields.score }}",
        "vip": "{{ contact.fields.vip }}",
        "tags": "{{ contact.tags }}",
        "text": "score {{ contact.fields.score }}",
        "big": 12_345_678_901_234_567_890_u64,
        "none": null,
        "list": [1.50, "{{ contact.email }}"],
        "item": "{{ blocks.http.body.items.0 }}",
    });
    let rendered = with_scope(&ada(), |scope| Renderer::local(scope).json(&json_template(&body)));
    let rendered = String::from_utf8(rendered.unwrap()).unwrap();
    insta::assert_snapshot!(rendered, @r#"{"{{ contact.id }}":12,"vip":true,"tags":["vip","a,b"],"text":"score 12","big":12345678901234567890,"none":null,"list":[1.5,"Ada@Example.org"],"item":{"id":7}}"#);
    let number = JsonTemplate::Number("1.50e+2".to_owned());
    assert_eq!(
        with_scope(&ada(), |scope| Renderer::local(scope).json(&number)),
        Ok(b"1.50e+2".to_vec())
    );
}

#[test]
fn a_name_cannot_add_a_key_to_json() {
    let contact = named("x\",\"admin\":true,\"y\":\"z");
    let template = json_template(
        &json!({"nom": "{{ contact.first_name }}", "n": "M. {{ contact.first_name }}"}),
    );
    let bytes = with_scope(&contact, |scope| Renderer::local(scope).json(&template)).unwrap();
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(value.as_object().unwrap().len(), 2);
    assert_eq!(value["nom"], json!("x\",\"admin\":true,\"y\":\"z"));
}

#[test]
fn a_url_takes_values_in_one_segment_or_in_the_query() {
    let path = ["v1", "{{ contact.first_name }}", ""];
    let cases = [
        ("a/b?c#d", "https://api.example.org/v1/a%2Fb%3Fc%23d/"),
        ("é 1", "https://api.example.org/v1/%C3%A9%201/"),
        ("..a", "https://api.example.org/v1/..a/"),
        ("\\", "https://api.example.org/v1/%5C/"),
    ];
    for (name, wanted) in cases {
        assert_eq!(url(&named(name), &path, None), Ok(wanted.to_owned()), "{name}");
    }
    for name in ["", " ", ".", "..", "%2e", "%2e%2E", "%252e%252e", ".%2e"] {
        assert_eq!(url(&named(name), &path, None), Err("url-segment".to_owned()), "{name}");
    }
    assert_eq!(
        url(&named("."), &["a", ".{{ contact.first_name }}"], None),
        Err("url-segment".to_owned())
    );
    assert_eq!(
        url(&named("a&b=c d#é"), &[""], Some("q={{ contact.first_name }}&t={{ secrets.CRM }}")),
        Ok("https://api.example.org/?q=a%26b%3Dc+d%23%C3%A9&t=to%26ken+value".to_owned())
    );
    assert_eq!(url(&ada(), &[], None), Ok("https://api.example.org/".to_owned()));
}

#[test]
fn a_header_cannot_end_its_line() {
    for (name, fine) in [("a\tb é", true), ("a\r\nX: y", false), ("a\0", false), ("a\u{7f}", false)]
    {
        let template = Template::parse("x {{ contact.first_name }}").unwrap();
        let value =
            with_scope(&named(name), |scope| Renderer::local(scope).header("X-Name", &template));
        assert_eq!(value.is_ok(), fine, "{name:?}");
    }
}

proptest! {
    #[test]
    fn no_value_changes_the_shape_of_a_url(name in "\\PC{0,12}|[./%\\\\?#@:2eEfF]{0,8}") {
        let contact = named(&name);
        if let Ok(rendered) = url(&contact, &["a", "x{{ contact.first_name }}", "{{ contact.first_name }}", "b"], Some("k={{ contact.first_name }}&l=1")) {
            let rendered = Url::parse(&rendered).unwrap();
            prop_assert_eq!(rendered.host_str(), Some("api.example.org"));
            prop_assert_eq!(rendered.path_segments().unwrap().count(), 4);
            prop_assert!(rendered.path().ends_with("/b"));
            let pairs: Vec<(String, String)> = rendered.query_pairs().into_owned().collect();
            prop_assert_eq!(pairs, [("k".to_owned(), name), ("l".to_owned(), "1".to_owned())]);
        }
    }

    #[test]
    fn no_value_adds_a_key_to_json(name in any::<String>(), number in any::<i64>()) {
        let mut contact = named(&name);
        contact.fields.insert("n".to_owned(), json!(number));
        let template = json_template(&json!({"a": "{{ contact.first_name }}", "b": ["- {{ contact.first_name }}", {"c": "{{ contact.fields.n }}"}]}));
        let bytes = with_scope(&contact, |scope| Renderer::local(scope).json(&template)).unwrap();
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(value, json!({"a": name, "b": [format!("- {name}"), {"c": number}]}));
    }

    #[test]
    fn no_value_makes_two_headers_of_one(name in any::<String>()) {
        let template = Template::parse("{{ contact.first_name }}").unwrap();
        let contact = named(&name);
        let value = with_scope(&contact, |scope| Renderer::local(scope).header("X-Name", &template));
        if let Ok(value) = value {
            prop_assert!(!value.contains(['\r', '\n', '\0']));
            prop_assert!(http::HeaderValue::from_str(&value).is_ok() || !value.is_ascii());
        }
    }

    #[test]
    fn rendering_never_panics(template in "[{}|. a-z:'\"\\[\\]]{0,40}", name in any::<String>()) {
        if let Ok(template) = Template::parse(&template) {
            let contact = named(&name);
            drop(with_scope(&contact, |scope| Renderer::local(scope).text(&template)));
        }
    }
}
