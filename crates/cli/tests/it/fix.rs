//! `relance fix`.

use std::fs;

use crate::bench::Bench;

const MENDABLE: &str = r#"{ "id": "appel", "type": "action", "position": { "x": 0, "y": 0, },
  "data": { "label": "Appel", "parameters": {
    "action_type": "http_request",
    "http_method": "post",
    "url": "http://api.exemple.com/relances",
    "timeout_seconds": 10,
  } } }
"#;

const VALID: &str = r#"{ "id": "tag", "type": "action", "position": { "x": 0, "y": 0 },
  "data": { "parameters": { "action_type": "tag_contact", "tag": "relance" } } }"#;

const SECRET: &str = r#"{ "id": "a", "type": "action", "position": { "x": 0, "y": 0 },
  "data": { "label": "A", "parameters": { "action_type": "http_request", "http_method": "get",
    "url": "https://api.exemple.com/x",
    "headers_json": { "Authorization": "Bearer sk_live_4eC39HqLyjWDarjtT1zdp7dc" } } } }
"#;

#[test]
fn what_is_sure_is_mended_and_the_rest_is_told() {
    let bench = Bench::new().file("appel.json", MENDABLE);
    insta::assert_snapshot!(bench.relance("fix appel.json"));
    insta::assert_snapshot!("the_file", fs::read_to_string(bench.path("appel.json")).unwrap());
}

#[test]
fn guesses_are_applied_where_asked() {
    let bench = Bench::new().file("appel.json", MENDABLE);
    insta::assert_snapshot!(bench.relance("fix --unsafe appel.json --lang fr"));
    assert_eq!(bench.relance("validate appel.json").code, Some(0));
}

#[test]
fn a_diff_writes_nothing() {
    let bench = Bench::new().file("appel.json", MENDABLE);
    insta::assert_snapshot!(bench.relance("fix --unsafe --diff appel.json"));
    assert_eq!(fs::read_to_string(bench.path("appel.json")).unwrap(), MENDABLE);
}

#[test]
fn a_diff_can_be_applied() {
    let bench = Bench::new().file("appel.json", MENDABLE.replace('\n', "\r\n"));
    let diff = bench.relance("fix --unsafe --diff appel.json").out;
    fs::write(bench.path("the.diff"), diff).unwrap();
    let mut git = std::process::Command::new("git");
    git.args(["apply", "-p0", "--whitespace=nowarn", "the.diff"]);
    assert!(git.current_dir(bench.path(".")).status().unwrap().success());
    let patched = fs::read_to_string(bench.path("appel.json")).unwrap();
    assert_eq!(bench.relance("validate appel.json").code, Some(0), "{patched}");
    assert_eq!(patched.matches("\r\n").count(), patched.matches('\n').count());
}

#[test]
fn a_secret_is_never_shown() {
    let bench = Bench::new().file("appel.json", SECRET);
    for args in ["fix --diff", "fix --unsafe --diff", "fix"] {
        let said = bench.relance(&format!("{args} appel.json"));
        assert!(!said.out.contains("4eC39") && !said.err.contains("4eC39"), "{said}");
        if args == "fix --diff" {
            insta::assert_snapshot!(said);
        }
    }
}

#[test]
fn a_header_is_never_shown_even_when_nothing_is_left_to_say() {
    let block = r#"{ "id": "a", "type": "action", "position": { "x": 0, "y": 0 }, "data": { "label": "A",
  "parameters": { "action_type": "http_request", "http_method": "get", "url": "https://api.exemple.com/x", "headers_json": "{\"X-Cle\": \"motdepasse\"}" } } }
"#;
    let bench = Bench::new().file("appel.json", block);
    let said = bench.relance("fix --diff appel.json");
    assert!(said.out.contains("\n+") && !said.out.contains("motdepasse"), "{said}");
}

#[test]
fn a_text_in_utf_16_hides_all() {
    let text = SECRET.encode_utf16().flat_map(u16::to_le_bytes);
    let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text).collect();
    let bench = Bench::new().file("appel.json", &bytes);
    for args in ["validate", "validate --format json", "validate --format sarif", "fix --diff"] {
        let said = bench.relance(&format!("{args} appel.json"));
        let shown = format!("{}{}", said.out, said.err).replace(['\0', '\u{2400}'], "");
        assert!(!shown.contains("4eC39"), "{said}");
    }
    bench.relance("fix appel.json");
    assert_eq!(bench.relance("validate appel.json").code, Some(0));
}

#[test]
fn standard_input_is_mended_to_standard_output() {
    let said = Bench::new().relance_with("fix - --stdin-name appel.json", MENDABLE);
    insta::assert_snapshot!(said);
    let said = Bench::new().relance_with("fix -", VALID);
    assert_eq!((said.code, said.out.as_str()), (Some(0), VALID));
}

#[test]
fn several_files_are_counted() {
    let bench = Bench::new()
        .file("relances/appel.json", MENDABLE)
        .file("relances/tag.json", VALID)
        .file("relances/package.json", "{}");
    insta::assert_snapshot!(bench.relance("fix relances nowhere.json"));
    insta::assert_snapshot!("again", bench.relance("fix relances --lang fr"));
}

#[test]
fn what_would_bring_more_to_light_is_held_back() {
    let block = r#"{ "id": "a", "type": "action", "position": { "x": 0, "y": 0 },
  "data": { "parameters": { "http_method": "GETT", "url": "http://localhost/x", "timeout_seconds": 99 } } }"#;
    let bench = Bench::new().file("a.json", block);
    insta::assert_snapshot!(bench.relance("fix a.json"));
}

#[test]
fn a_valid_file_is_not_written() {
    let bench = Bench::new().file("tag.json", VALID);
    let before = fs::metadata(bench.path("tag.json")).unwrap();
    insta::assert_snapshot!(bench.relance("fix tag.json"));
    let after = fs::metadata(bench.path("tag.json")).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
}

#[cfg(unix)]
#[test]
fn rights_stay_and_links_are_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let bench = Bench::new().file("real/appel.json", MENDABLE);
    let real = bench.path("real/appel.json");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/appel.json", bench.path("link.json")).unwrap();
    assert_eq!(bench.relance("fix --unsafe link.json").code, Some(0));
    assert!(fs::symlink_metadata(bench.path("link.json")).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert_ne!(fs::read_to_string(&real).unwrap(), MENDABLE);
    let names: Vec<_> = fs::read_dir(bench.path("real")).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing is left behind");
}

#[test]
fn a_file_that_must_not_be_written_is_left() {
    let bench = Bench::new().file("appel.json", MENDABLE);
    let mut rights = fs::metadata(bench.path("appel.json")).unwrap().permissions();
    rights.set_readonly(true);
    fs::set_permissions(bench.path("appel.json"), rights).unwrap();
    insta::assert_snapshot!(bench.relance("fix appel.json"));
    assert_eq!(fs::read_to_string(bench.path("appel.json")).unwrap(), MENDABLE);
}

#[test]
fn validate_says_what_fix_would_mend() {
    let block = MENDABLE.replace("0, }", "0 }").replace("10,\n", "10\n");
    let bench = Bench::new().file("appel.json", block);
    let said = bench.relance("validate appel.json");
    assert!(said.out.ends_with("\n2 can be mended by `relance fix`\n"), "{said}");
    bench.relance("fix appel.json");
    let said = bench.relance("validate appel.json --lang fr");
    assert!(!said.out.contains("relance fix"), "{said}");
}
