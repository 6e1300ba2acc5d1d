//! What a person reads in a terminal.

use insta::assert_snapshot;
use relance_diagnostics::{
    Block, Edit, Fix, Language, Mask, Safety,
    Severity::{self, Error, Info, Warning},
    Source, Span, Text,
    render::{Report, Style, human, summary},
};

use crate::case::{Case, unmark};

const INDENTED: &str = r#"{
  "data": {
    "parameters": {
      "timeout_seconds": ⟦"90"⟧
    }
  }
}
"#;

#[test]
fn a_finding_shows_the_line_the_caret_and_the_way_out() {
    assert_snapshot!(Case::new(INDENTED).human());
}

#[test]
fn a_block_and_a_fix_are_named() {
    let mut case = Case::new(INDENTED);
    let label = Some("Appeler une source HTTP".to_owned());
    case.diagnostic.block = Some(Block { id: "http-notify".to_owned(), label });
    case.diagnostic.fix = Some(Fix {
        title: Text::fixed("write 60", "écrire 60"),
        safety: Safety::Unsafe,
        edits: vec![Edit { span: case.diagnostic.span, text: "\"60\"".to_owned() }],
    });
    assert_snapshot!(case.human());
}

#[test]
fn a_finding_speaks_french() {
    let mut case = Case::new(INDENTED);
    case.diagnostic.severity = Warning;
    case.diagnostic.block = Some(Block { id: "http-notify".to_owned(), label: None });
    case.diagnostic.fix = Some(Fix {
        title: Text::fixed("write 60", "écrire 60"),
        safety: Safety::Safe,
        edits: Vec::new(),
    });
    assert_snapshot!(human(&case.report(), Language::French, Style::plain()));
}

#[test]
fn colours_are_there_when_asked() {
    let case = Case::new(INDENTED);
    let coloured = human(&case.report(), Language::English, Style::colour());
    assert_snapshot!(coloured.replace('\u{1b}', "␛"));
}

#[test]
fn crlf_and_lone_cr_end_lines_and_are_not_shown() {
    assert_snapshot!(Case::new("{\r\n  \"a\": ⟦1⟧,\r  \"b\": ⟦2⟧\r\n}").human());
}

#[test]
fn a_span_over_several_lines_is_drawn_along_them() {
    assert_snapshot!(
        Case::new("{\n  \"data\": ⟦{\n    \"a\": 1,\n    \"b\": 2\n  }⟧\n}\n").human()
    );
}

#[test]
fn a_span_over_very_many_lines_is_shown_by_its_first() {
    let body = "    \"a\": 1,\n".repeat(200);
    assert_snapshot!(Case::new(&format!("{{\n  \"data\": ⟦{{\n{body}  }}⟧\n}}\n")).human());
}

#[test]
fn carets_stand_under_wide_combining_and_accented_characters() {
    assert_snapshot!(Case::new("{ \"né\": \"日本e\u{301}\", \"x\":⟦\"9日0\"⟧ }").human());
}

#[test]
fn tabs_are_shown_as_four_columns() {
    assert_snapshot!(Case::new("{\n\t\t\"a\":\t⟦1⟧\n}").human());
}

#[test]
fn a_byte_order_mark_and_bytes_that_are_not_utf8_are_shown() {
    let mut case = Case::new("⟦\u{feff}⟧{}");
    assert_snapshot!("byte_order_mark", case.human());
    case.source = Source::new("relance.json", *b"{\"a\": \"\xff\xfe\"}");
    case.diagnostic.span = Span::new(7, 8);
    assert_snapshot!("not_utf8", case.human());
}

#[test]
fn no_text_of_a_document_is_a_command_to_the_terminal() {
    let mut case = Case::new("{ \"a\u{1b}[31m\u{202e}\u{9b}2J\": ⟦\"\u{7}\0\u{7f}\"⟧ }");
    case.source = Source::new("re\u{1b}]0;lance\n.json", case.source.bytes());
    let poison = "\u{1b}[2J\r\n\u{2028}\u{200b}";
    case.diagnostic.message = Text::new(poison, poison);
    case.diagnostic.label = Some(Text::new(poison, poison));
    case.diagnostic.help = vec![Text::new(poison, poison)];
    case.diagnostic.block = Some(Block { id: poison.to_owned(), label: Some(poison.to_owned()) });
    let shown = case.human();
    assert!(shown.chars().all(|it| it == '\n' || !it.is_control()), "{shown:?}");
    assert_snapshot!(shown);
}

#[test]
fn a_minified_line_is_cut_around_the_finding() {
    let item = r#"{"id":"a","né":true},"#.repeat(10_000);
    let case = Case::new(&format!("[{item}{{\"timeout_seconds\":⟦\"90\"⟧}},{item}0]"));
    assert_snapshot!("in_the_middle", case.human());
    assert_snapshot!("at_the_start", Case::new(&format!("[⟦7⟧,{item}0]")).human());
    assert_snapshot!("at_the_end", Case::new(&format!("[{item}⟦0⟧]")).human());
    assert_snapshot!("longer_than_the_terminal", Case::new(&format!("[1,⟦[{item}0]⟧]")).human());
}

#[test]
fn a_narrow_terminal_gets_narrow_quotes() {
    let case = Case::new(r#"{"headers_json":"","timeout_seconds":⟦"90"⟧,"body_text":""}"#);
    assert_snapshot!(human(&case.report(), Language::English, Style::plain().width(40)));
}

#[test]
fn a_secret_is_never_shown() {
    let (text, spans) =
        unmark(r#"{"headers_json": "{\"Authorization\": \"⟦Bearer clé-secrète⟧\"}"}"#);
    let mut case = Case::new("");
    case.source = Source::new("relance.json", text);
    case.mask = Mask::new(spans.clone());
    case.diagnostic.span = spans[0];
    let shown = case.human();
    assert!(!shown.contains("secr"));
    assert_snapshot!(shown);
}

#[test]
fn related_places_nearby_join_the_quote_and_far_ones_follow() {
    let far = "\n".repeat(300);
    let case = Case::new(&format!("[\n  ⟦\"a\"⟧, ⟦\"a\"⟧,\n  ⟦\"a\"⟧,{far}  ⟦\"a\"⟧\n]"));
    assert_snapshot!(case.human());
}

#[test]
fn related_places_far_along_one_line_follow() {
    let far = "0,".repeat(300);
    assert_snapshot!(Case::new(&format!("[⟦\"a\"⟧,{far}⟦\"a\"⟧]")).human());
}

#[test]
fn an_empty_file_and_the_end_of_one_can_be_pointed_at() {
    assert_snapshot!("empty", Case::new("⟦⟧").human());
    assert_snapshot!("end", Case::new("{\n⟦⟧").human());
    assert_snapshot!("line_break", Case::new("{⟦\n⟧}").human());
}

#[test]
fn the_closing_line_counts_or_says_valid() {
    let source = Source::new("relance.json", "");
    let said = |severities: &[Severity], valid, runnable| {
        let diagnostics: Vec<_> = severities
            .iter()
            .map(|severity| {
                let mut diagnostic = Case::new("").diagnostic;
                diagnostic.severity = *severity;
                diagnostic
            })
            .collect();
        let report = Report {
            source: &source,
            mask: &Mask::default(),
            diagnostics: &diagnostics,
            valid,
            runnable,
        };
        [Language::English, Language::French].map(|language| summary(&report, language)).join(" | ")
    };
    let lines = [
        said(&[Error, Warning, Error], false, false),
        said(&[Error], false, false),
        said(&[], true, true),
        said(&[Warning, Warning, Info], true, true),
        said(&[Warning], true, false),
    ];
    assert_snapshot!(lines.join("\n"));
}
