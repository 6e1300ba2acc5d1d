//! What services read of `relance validate`, and how many warnings are too many.

use crate::bench::Bench;

#[test]
fn github_gets_a_command_a_finding() {
    let bench = Bench::new().graph("invalid.json", 0);
    insta::assert_snapshot!(bench.relance("validate invalid.json --format github"));
}

#[test]
fn sarif_tells_findings_rules_and_the_exit_code() {
    let bench = Bench::new().graph("invalid.json", 0);
    let said = bench.relance("validate invalid.json nowhere.json --format sarif --lang fr");
    let log: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let run = log.pointer("/runs/0").unwrap();
    let results = run.get("results").unwrap().as_array().unwrap();
    let rules = run.pointer("/tool/driver/rules").unwrap().as_array().unwrap();
    for result in results {
        let index = usize::try_from(result.get("ruleIndex").unwrap().as_u64().unwrap()).unwrap();
        let rule = &rules[index];
        assert_eq!(result.get("ruleId"), rule.get("id"));
        for part in ["/shortDescription/text", "/fullDescription/text", "/help/markdown"] {
            assert!(rule.pointer(part).unwrap().as_str().unwrap().len() > 5, "{rule}");
        }
    }
    assert_eq!(results.len(), 3);
    assert_eq!(run.pointer("/invocations/0/exitCode").unwrap().as_i64(), said.code.map(Into::into));
    insta::assert_json_snapshot!(run.get("invocations"));
}

const WARNS: &str = r#"{ "id": "call", "type": "action", "position": { "x": 0, "y": 0 },
  "data": { "parameters": { "action_type": "http_request", "http_method": "GET", "url": "https://a.example/", "body_json": "{}" } } }"#;

#[test]
fn too_many_warnings_are_an_exit_code() {
    let bench = Bench::new().file("a.json", WARNS).file("b.json", WARNS);
    assert_eq!(bench.relance("validate a.json b.json --max-warnings 2").code, Some(0));
    let said = bench.relance("validate a.json b.json --max-warnings 1 --format concise --lang fr");
    insta::assert_snapshot!(said);
}

#[test]
fn quiet_leaves_errors_only_and_still_counts_warnings() {
    let bench = Bench::new().file("a.json", WARNS).graph("invalid.json", 0);
    let said = bench.relance("validate a.json invalid.json --quiet --max-warnings 1");
    insta::assert_snapshot!(said);
}
