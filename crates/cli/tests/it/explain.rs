//! `relance explain`.

use std::{fs, path::Path};

use crate::bench::Bench;

#[test]
fn it_prints_every_page_as_it_is_written() {
    let codes = Bench::new().relance("explain").out;
    assert!(codes.lines().count() > 50, "{codes}");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for code in codes.lines().filter_map(|line| line.split_whitespace().nth(1)) {
        for (language, pages) in [("en", "diagnostics"), ("fr", "fr/diagnostics")] {
            let said = Bench::new().relance(&format!("explain {code} --lang {language}"));
            assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{code}");
            let page = docs.join(pages).join(format!("{code}.md"));
            assert_eq!(said.out, fs::read_to_string(page).unwrap());
        }
    }
}

#[test]
fn without_a_code_it_lists_them() {
    let said = Bench::new().relance("explain");
    assert_eq!(said.code, Some(0));
    assert!(said.out.contains("number outside its limits\n"), "{}", said.out);
    insta::assert_snapshot!("list_in_french", Bench::new().relance("explain --lang fr"));
}

#[test]
fn an_unknown_code_is_answered_with_a_near_one() {
    insta::assert_snapshot!(Bench::new().relance("explain out-of-rang"));
    insta::assert_snapshot!("nothing_near", Bench::new().relance("explain weather --lang fr"));
}
