//! `relance schema`.

use std::{fs, path::Path};

use crate::bench::Bench;

/// The text of a committed schema.
fn committed(path: &str) -> String {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    fs::read_to_string(schemas.join(path)).unwrap()
}

#[test]
fn it_prints_the_committed_schemas() {
    let cases = [
        ("schema", "graph.schema.json"),
        ("schema block", "block.schema.json"),
        ("schema http_request", "actions/http_request.schema.json"),
        ("schema contact", "contact.schema.json"),
        ("schema outputs/ai_reply", "outputs/ai_reply.schema.json"),
        ("schema outputs/error", "outputs/error.schema.json"),
        ("schema graph --draft 07", "draft-07/graph.schema.json"),
        ("schema graph --env development", "development/graph.schema.json"),
        ("schema graph --env development --draft 07", "development/draft-07/graph.schema.json"),
    ];
    for (args, path) in cases {
        let said = Bench::new().relance(args);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{args}");
        assert_eq!(said.out, committed(path), "{args}");
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_known_ones() {
    insta::assert_snapshot!(Bench::new().relance("schema tag_contac"));
}
