//! Texts that a parameter refuses: the one table of them.

use std::ops::Range;

/// Wrong texts of a parameter that are told by the same code.
#[derive(Debug, Clone, Copy)]
pub struct Wrong {
    /// The parameter.
    pub parameter: &'static str,
    /// The code of the one finding.
    pub code: &'static str,
    /// The texts. What stands between `⟦` and `⟧` is what is wrong; without them the value is, quotes included.
    pub texts: &'static [&'static str],
}

const fn wrong(
    parameter: &'static str,
    code: &'static str,
    texts: &'static [&'static str],
) -> Wrong {
    Wrong { parameter, code, texts }
}

/// A text without its marks, and where they stood.
pub fn unmarked(marked: &str) -> (String, Option<Range<usize>>) {
    let Some((before, rest)) = marked.split_once('⟦') else { return (marked.to_owned(), None) };
    let (within, after) = rest.split_once('⟧').unwrap();
    let start = before.len();
    (format!("{before}{within}{after}"), Some(start..start + within.len()))
}

/// All of them.
pub const WRONG: &[Wrong] = &[
    wrong(
        "action_type",
        "unknown-action",
        &[
            "",
            "HTTP_REQUEST",
            "http-request",
            "send_email",
            " tag_contact",
            "create_task",
            "ai_reply\n",
        ],
    ),
    wrong("priorite", "unknown-value", &["Haute", "urgent", " haute", "basse\n", "élevée", "🔥"]),
    wrong("priorite", "reference-not-allowed", &["⟦{{ contact.fields.priorite }}⟧"]),
    wrong("http_method", "blank-required", &[""]),
    wrong("http_method", "unknown-value", &["get", "PATCH", "POST ", "HEAD", "Gèt"]),
    wrong("http_method", "reference-not-allowed", &["⟦{{ contact.id }}⟧", "P⟦{{run.id}}⟧T"]),
    wrong("content_type", "unknown-value", &["xml", "JSON", "application/json", "texte"]),
    wrong("body_source", "unknown-value", &["static", "Ai", "modèle", " ai"]),
    wrong(
        "timeout_seconds",
        "out-of-range",
        &["0", "0.0", "61", "60.1", "60.000000000001", "90", "-1", "99999999999999999999"],
    ),
    wrong(
        "timeout_seconds",
        "malformed-number",
        &[
            "1e1",
            "10s",
            " 10",
            "10\n",
            "0,5",
            "010",
            ".5",
            "5.",
            "+1",
            "-0",
            "10 secondes",
            "dix",
            "\u{661}",
            "1_0",
            "0x10",
            "NaN",
            " ",
        ],
    ),
    wrong("timeout_seconds", "reference-not-allowed", &["⟦{{ contact.fields.delai }}⟧"]),
    wrong("temperature", "out-of-range", &["1.1", "-0.1", "2", "1.0001", "1.00000000000000000001"]),
    wrong(
        "temperature",
        "malformed-number",
        &["0,4", "tiède", "00", "0.", ".4", "4e-1", "+0.4", "40%", "1/2"],
    ),
    wrong("max_output_tokens", "out-of-range", &["0", "2001", "-5", "20000"]),
    wrong(
        "max_output_tokens",
        "malformed-number",
        &["240.0", "240.5", "deux cents", "1 000", "0240", "1e3", "240 tokens", "2,000"],
    ),
    wrong("tag", "blank-required", &["", " ", "\t\n"]),
    wrong("system_prompt", "reference-not-allowed", &["Écris à ⟦{{ contact.first_name }}⟧."]),
    wrong("model", "reference-not-allowed", &["⟦{{ contact.fields.modele }}⟧"]),
    wrong("crm_champ_email", "reference-not-allowed", &["champ_⟦{{ contact.language }}⟧"]),
    wrong("url", "blank-required", &[""]),
    wrong(
        "url",
        "invalid-url",
        &[
            "exemple.com",
            "/relances",
            "//exemple.com/",
            "https://",
            "https:///relances",
            "https://exemple.com/a⟦ ⟧b",
            "⟦ ⟧https://exemple.com/",
            "https://exemple.com/⟦\n⟧",
            "⟦https:⟧exemple.com/",
            "⟦https:/⟧exemple.com/",
            "https://⟦exemple..com⟧/",
            "https://⟦-exemple.com⟧/",
            "https://exemple.com:⟦https⟧/",
            "https://exemple.com:⟦99999⟧/",
            "https://exemple.com/{{ contact.id }}/⟦..⟧/x",
        ],
    ),
    wrong(
        "url",
        "insecure-url",
        &["⟦http⟧://exemple.com/", "⟦HTTP⟧://exemple.com/{{ contact.id }}"],
    ),
    wrong(
        "url",
        "refused-scheme",
        &[
            "⟦ftp⟧://exemple.com/",
            "⟦ws⟧://exemple.com/",
            "⟦htps⟧://exemple.com/",
            "⟦mailto⟧:ana@exemple.com",
        ],
    ),
    wrong(
        "url",
        "userinfo-in-url",
        &["https://⟦api:s3cr3t⟧@exemple.com/", "https://⟦api⟧@exemple.com/"],
    ),
    wrong(
        "url",
        "refused-port",
        &["https://exemple.com:⟦22⟧/", "https://exemple.com:⟦80⟧", "https://exemple.com:⟦1023⟧/é"],
    ),
    wrong(
        "url",
        "refused-host",
        &[
            "https://⟦localhost⟧/",
            "https://⟦crm⟧/contacts",
            "https://⟦nas.local⟧/",
            "https://⟦db.internal⟧:8443/",
            "https://⟦127.0.0.1⟧/",
            "https://⟦10.0.0.7⟧/",
            "https://⟦192.168.1.20⟧:8443/",
            "https://⟦169.254.169.254⟧/latest/meta-data",
            "https://⟦0x7f.1⟧/",
            "https://⟦2130706433⟧/",
            "https://⟦[::1]⟧/",
            "https://⟦[::ffff:10.0.0.1]⟧/",
            "https://⟦[fd00::1]⟧:8443/",
        ],
    ),
    wrong(
        "url",
        "url-not-ascii",
        &[
            "https://exemple.com/⟦é⟧tape",
            "https://⟦é⟧xemple.com/",
            "https://exemple.com/?q=⟦日本⟧&r=é",
        ],
    ),
    wrong(
        "url",
        "reference-in-host",
        &[
            "https://⟦{{ contact.company }}⟧.exemple.com/",
            "⟦{{ contact.fields.url }}⟧",
            "https://exemple.com:⟦{{ contact.fields.port }}⟧/",
        ],
    ),
    wrong("url", "secret-not-allowed", &["https://exemple.com/⟦{{ secrets.CLE }}⟧/x"]),
    wrong("url", "reference-not-allowed", &["https://exemple.com/#⟦{{ contact.id }}⟧"]),
    wrong(
        "headers_json",
        "headers-not-object",
        &["⟦[⟧\"X-Source\", \"relance\"]", " ⟦\"X-Source: relance\"⟧", "⟦null⟧", "⟦12⟧"],
    ),
    wrong(
        "headers_json",
        "header-not-text",
        &[
            "{\"X-Essai\": ⟦1⟧}",
            "{\"X-Essai\": ⟦true⟧, \"X-B\": \"b\"}",
            "{\"X-A\": \"é\", \"X-B\": ⟦{⟧\"c\": 1}}",
            "{\"X-A\": ⟦null⟧}",
        ],
    ),
    wrong(
        "headers_json",
        "invalid-header-name",
        &[
            "{⟦\"X A\"⟧: \"b\"}",
            "{\"X-A\": \"é\", ⟦\"Étape\"⟧: \"2\"}",
            "{⟦\"\"⟧: \"b\"}",
            "{⟦\"X-A:\"⟧: \"b\"}",
        ],
    ),
    wrong(
        "headers_json",
        "refused-header",
        &[
            "{⟦\"Host\"⟧: \"exemple.com\"}",
            "{\"X-A\": \"é\", ⟦\"content-length\"⟧: \"3\"}",
            "{⟦\"Proxy-Authorization\"⟧: \"x\"}",
        ],
    ),
    wrong(
        "headers_json",
        "invalid-header-value",
        &["{\"X-A\": \"é⟦\\n⟧b\"}", "{\"X-A\": \"日⟦\\u0007⟧\"}"],
    ),
    wrong("headers_json", "duplicate-header", &["{\"X-Note\": \"é\",\n ⟦\"x-note\"⟧: \"2\"}"]),
    wrong("headers_json", "reference-not-allowed", &["{⟦\"X-{{ contact.id }}\"⟧: \"b\"}"]),
    wrong("body_json", "reference-not-allowed", &["{\"é\": 1, ⟦\"{{ contact.id }}\"⟧: 2}"]),
    wrong(
        "body_json",
        "invalid-json",
        &["{⟦{⟧ contact.id }}", "⟦relance⟧", "{\"a\": {⟦{⟧ contact.id }}}", "{⟦event⟧: 1}"],
    ),
    wrong("body_json", "number-out-of-range", &["{\"é\": ⟦1e400⟧}", "[⟦123456789012345678901⟧]"]),
];
