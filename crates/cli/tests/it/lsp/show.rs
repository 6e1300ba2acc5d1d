//! What the server answers, as a reader wants to see it: texts instead of numbers.

use std::fmt::Write as _;

use serde_json::Value;

use super::case::Case;

pub(crate) fn hover(case: &Case, answer: &Value) -> String {
    if answer.is_null() {
        return "nothing".to_owned();
    }
    let about = case.slice(&answer["range"]);
    assert_eq!(answer["contents"]["kind"], "markdown");
    format!("about `{about}`\n\n{}", answer["contents"]["value"].as_str().unwrap())
}

/// Each item with the lines that it makes of the document; `$` marks stops.
pub(crate) fn completion(case: &Case, answer: &Value) -> String {
    let items = answer.as_array().unwrap();
    if items.is_empty() {
        return "nothing".to_owned();
    }
    let mut shown = String::new();
    for item in items {
        let mut edits = vec![item["textEdit"].clone()];
        edits.extend(item["additionalTextEdits"].as_array().into_iter().flatten().cloned());
        let edited = case.edited(&edits);
        let detail = item["detail"].as_str().unwrap_or_default();
        _ = writeln!(shown, "{} ({detail})", item["label"].as_str().unwrap());
        for line in changed(&case.text, &edited) {
            _ = writeln!(shown, "    {line}");
        }
        // What a client compares with what was typed must begin as what it replaces.
        let range = &item["textEdit"]["range"];
        let typed = case.slice(range);
        let cursor =
            case.cursors[0] - super::case::offset(&case.text, &range["start"], case.encoding());
        let typed = &typed[..cursor.min(typed.len())];
        let filter = item["filterText"].as_str().unwrap();
        if !filter.starts_with(typed) {
            _ = writeln!(shown, "    (filtered by {filter:?}, typed {typed:?})");
        }
    }
    shown
}

/// The lines of a text that are not in the other.
pub(crate) fn changed<'t>(before: &str, after: &'t str) -> Vec<&'t str> {
    let lines = |text: &'t str| text.split(['\n', '\r']).collect::<Vec<_>>();
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split(['\n', '\r']).collect(), lines(after));
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail =
        old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    new[head..new.len() - tail].to_vec()
}

pub(crate) fn definition(case: &Case, answer: &Value) -> String {
    let Some(links) = answer.as_array() else { return "nothing".to_owned() };
    let mut shown = String::new();
    for link in links {
        _ = writeln!(
            shown,
            "`{}` leads to `{}` in {}\nwhich begins {}",
            case.slice(&link["originSelectionRange"]),
            case.slice(&link["targetSelectionRange"]),
            place(&link["targetSelectionRange"]),
            case.slice(&link["targetRange"]).lines().next().unwrap_or_default(),
        );
    }
    shown
}

pub(crate) fn references(case: &Case, answer: &Value) -> String {
    let mut shown = String::new();
    for location in answer.as_array().unwrap() {
        _ = writeln!(shown, "{} `{}`", place(&location["range"]), case.slice(&location["range"]));
    }
    if shown.is_empty() { "nothing".to_owned() } else { shown }
}

pub(crate) fn rename(
    case: &Case,
    prepared: &Result<Value, String>,
    answer: &Result<Value, String>,
) -> String {
    let mut shown = match prepared {
        Err(error) => format!("cannot be renamed: {error}\n"),
        Ok(Value::Null) => "no block to rename\n".to_owned(),
        Ok(found) => format!(
            "renames {}, shown as `{}`\n",
            found["placeholder"],
            case.slice(&found["range"])
        ),
    };
    match answer {
        Err(error) => _ = writeln!(shown, "refused: {error}"),
        Ok(edit) => {
            let edits = edit["changes"].as_object().unwrap().values().next().unwrap();
            let edited = case.edited(edits.as_array().unwrap());
            for line in changed(&case.text, &edited) {
                _ = writeln!(shown, "{line}");
            }
        }
    }
    shown
}

pub(crate) fn symbols(case: &Case, symbols: &Value, depth: usize) -> String {
    let mut shown = String::new();
    for symbol in symbols.as_array().into_iter().flatten() {
        let detail = symbol["detail"].as_str().unwrap_or_default();
        let head = case.slice(&symbol["selectionRange"]);
        _ = writeln!(
            shown,
            "{}{} ({detail}) at `{head}`",
            "  ".repeat(depth),
            symbol["name"].as_str().unwrap()
        );
        shown.push_str(&self::symbols(case, &symbol["children"], depth + 1));
    }
    shown
}

pub(crate) fn actions(case: &Case, answer: &Value) -> String {
    let mut shown = String::new();
    for action in answer.as_array().unwrap() {
        let preferred = if action["isPreferred"] == Value::Bool(true) { ", preferred" } else { "" };
        let mended: Vec<&str> = action["diagnostics"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|it| it["code"].as_str())
            .collect();
        _ = writeln!(
            shown,
            "{} ({}{preferred}) {}",
            action["title"].as_str().unwrap(),
            action["kind"].as_str().unwrap(),
            mended.join(", ")
        );
        let edits = action["edit"]["changes"].as_object().unwrap().values().next().unwrap();
        let edited = case.edited(edits.as_array().unwrap());
        for line in changed(&case.text, &edited) {
            _ = writeln!(shown, "    {line}");
        }
    }
    if shown.is_empty() { "nothing".to_owned() } else { shown }
}

pub(crate) fn findings(case: &Case, findings: &Value) -> String {
    let mut shown = String::new();
    for finding in findings.as_array().unwrap() {
        let severity = ["error", "warning", "info"]
            [usize::try_from(finding["severity"].as_u64().unwrap()).unwrap() - 1];
        _ = writeln!(
            shown,
            "{} {severity} {} under `{}`",
            place(&finding["range"]),
            finding["code"].as_str().unwrap(),
            case.slice(&finding["range"]),
        );
        for line in finding["message"].as_str().unwrap().lines() {
            _ = writeln!(shown, "    {line}");
        }
        for related in finding["relatedInformation"].as_array().into_iter().flatten() {
            let range = &related["location"]["range"];
            _ = writeln!(
                shown,
                "    {} at {} `{}`",
                related["message"].as_str().unwrap(),
                place(range),
                case.slice(range)
            );
        }
    }
    if shown.is_empty() { "nothing".to_owned() } else { shown }
}

/// A range as the protocol counts: lines and columns from 0.
fn place(range: &Value) -> String {
    let at = |end: &str| format!("{}:{}", range[end]["line"], range[end]["character"]);
    format!("{}-{}", at("start"), at("end"))
}
