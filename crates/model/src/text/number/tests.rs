//! The published patterns, and their agreement with the parser.

use proptest::prelude::*;
use regex::Regex;
use relance_diagnostics::Text;

use super::*;
use crate::action::ai_reply::{MAX_OUTPUT_TOKENS_LIMITS, TEMPERATURE_LIMITS};
use crate::action::http_request::TIMEOUT_SECONDS_LIMITS;

fn limits(minimum: Minimum, at_most: u32, decimals: bool) -> NumberInText {
    NumberInText { minimum, at_most, decimals, default: "", unit: Text::fixed("", "") }
}

fn agree(limits: &NumberInText, pattern: &Regex, text: &str) {
    assert_eq!(pattern.is_match(text), limits.parse(text).is_ok(), "{text:?} and {pattern}");
}

#[test]
fn patterns_are_the_published_ones() {
    assert_eq!(
        TIMEOUT_SECONDS_LIMITS.pattern(false),
        r"^(?:0\.[0-9]*[1-9][0-9]*|[1-9](?:\.[0-9]+)?|[1-5][0-9](?:\.[0-9]+)?|60(?:\.0+)?)$"
    );
    assert_eq!(TEMPERATURE_LIMITS.pattern(false), r"^(?:0(?:\.[0-9]+)?|1(?:\.0+)?)$");
    assert_eq!(MAX_OUTPUT_TOKENS_LIMITS.pattern(false), r"^(?:[1-9][0-9]{0,2}|1[0-9]{3}|2000)$");
    assert_eq!(TEMPERATURE_LIMITS.pattern(true), r"^(?:|0(?:\.[0-9]+)?|1(?:\.0+)?)$");
}

#[test]
fn pattern_and_parser_accept_the_same_short_texts() {
    let alphabet = ["0", "1", "2", "5", "6", "9", ".", "-", "e", " ", "\n", "é"];
    let regexes = [&TIMEOUT_SECONDS_LIMITS, &TEMPERATURE_LIMITS, &MAX_OUTPUT_TOKENS_LIMITS]
        .map(|limits| (limits, Regex::new(&limits.pattern(false)).unwrap()));
    let mut texts = vec![String::new()];
    for _ in 0..5 {
        for text in &texts {
            for (limits, pattern) in &regexes {
                agree(limits, pattern, text);
            }
        }
        texts = texts
            .iter()
            .flat_map(|text| alphabet.map(|letter| format!("{text}{letter}")))
            .collect();
    }
}

#[test]
fn blank_is_accepted_by_the_pattern_only_where_it_is_allowed() {
    for limits in [&TIMEOUT_SECONDS_LIMITS, &TEMPERATURE_LIMITS, &MAX_OUTPUT_TOKENS_LIMITS] {
        assert!(Regex::new(&limits.pattern(true)).unwrap().is_match(""));
        assert!(!Regex::new(&limits.pattern(false)).unwrap().is_match(""));
        assert!(limits.parse(limits.default).is_ok(), "a default keeps its own limits");
    }
}

proptest! {
    #[test]
    fn pattern_and_parser_agree_for_any_limits(
        low in 0_u32..3000, width in 1_u32..3000, exclusive: bool, decimals: bool, text in "[0-9]{1,5}(\\.[0-9]{1,3})?|\\PC{0,6}",
    ) {
        let minimum = if exclusive { Minimum::Above(low) } else { Minimum::AtLeast(low) };
        let limits = limits(minimum, low + width, decimals);
        agree(&limits, &Regex::new(&limits.pattern(false)).unwrap(), &text);
    }

    #[test]
    fn pattern_and_parser_agree_around_both_limits(low in 0_u32..30_000, width in 1_u32..30_000, exclusive: bool, decimals: bool) {
        let minimum = if exclusive { Minimum::Above(low) } else { Minimum::AtLeast(low) };
        let limits = limits(minimum, low + width, decimals);
        let pattern = Regex::new(&limits.pattern(false)).unwrap();
        for whole in [low.saturating_sub(1), low, low + 1, low + width - 1, low + width, low + width + 1] {
            for fraction in ["", ".", ".0", ".00", ".01", ".10", ".9"] {
                agree(&limits, &pattern, &format!("{whole}{fraction}"));
            }
        }
    }

    #[test]
    fn every_repair_is_a_number_within_the_limits(text in "[ +-]?[0-9.,eE]{0,6} ?[a-z]{0,4}|\\PC{0,8}") {
        for limits in [&TIMEOUT_SECONDS_LIMITS, &TEMPERATURE_LIMITS, &MAX_OUTPUT_TOKENS_LIMITS] {
            if let Err(NumberMistake::Malformed(Some(meant)) | NumberMistake::NotWhole(Some(meant))) = limits.parse(&text) {
                prop_assert!(limits.parse(&meant).is_ok(), "{text:?} → {meant:?}");
            }
        }
    }
}

#[test]
fn the_largest_limits_are_drawn_too() {
    let limits = limits(Minimum::AtLeast(u32::MAX - 1), u32::MAX, false);
    assert_eq!(limits.pattern(false), "^(?:429496729[4-5])$");
}

#[test]
fn a_repair_is_offered_where_one_number_was_surely_meant() {
    let meant = |limits: &NumberInText, text: &str| match limits.parse(text) {
        Err(NumberMistake::Malformed(meant) | NumberMistake::NotWhole(meant)) => meant,
        other => panic!("{text:?} gave {other:?}"),
    };
    for (text, number) in [
        ("0,4", Some("0.4")),
        ("10s", Some("10")),
        ("10 s", Some("10")),
        ("10 secondes", Some("10")),
        ("10 sec", Some("10")),
        (" 10", Some("10")),
        ("10\n", Some("10")),
        ("10\u{a0}", Some("10")),
        ("+5", Some("5")),
        ("1e1", Some("10")),
        ("5e-1", Some("0.5")),
        ("010", Some("10")),
        (".5", Some("0.5")),
        ("5.", Some("5")),
        ("00", None),
        ("0,500", Some("0.500")),
        ("10 min", None),
        ("10ms", None),
        ("1,000", None),
        ("90s", None),
        ("1.2.3", None),
        ("dix", None),
        ("", None),
        (".", None),
        ("1e400", None),
        ("٣", None),
        ("1 0", None),
        ("-0", None),
        ("e1", None),
        (".e1", None),
        ("+", None),
        ("s", None),
        ("--5", None),
    ] {
        assert_eq!(meant(&TIMEOUT_SECONDS_LIMITS, text).as_deref(), number, "{text:?}");
    }
    for (text, number) in [
        ("240.0", Some("240")),
        ("240.5", None),
        ("2001.0", None),
        ("240,0", Some("240")),
        ("240 tokens", Some("240")),
        ("2.4e2", Some("240")),
    ] {
        assert_eq!(meant(&MAX_OUTPUT_TOKENS_LIMITS, text).as_deref(), number, "{text:?}");
    }
}

#[test]
fn a_number_beyond_a_limit_is_told_apart_from_one_badly_written() {
    let parse = |text| TIMEOUT_SECONDS_LIMITS.parse(text).unwrap_err();
    for text in ["0", "0.0", "-1", "-0.1"] {
        assert_eq!(parse(text), NumberMistake::TooSmall, "{text}");
    }
    for text in ["61", "60.1", "60.00000000000000000000001", "99999999999999999999"] {
        assert_eq!(parse(text), NumberMistake::TooLarge, "{text}");
    }
}

#[test]
fn a_whole_number_is_read_as_one() {
    assert_eq!(MAX_OUTPUT_TOKENS_LIMITS.parse_whole("240"), Ok(240));
    assert_eq!(
        MAX_OUTPUT_TOKENS_LIMITS.parse_whole("240.0"),
        Err(NumberMistake::NotWhole(Some("240".to_owned())))
    );
    assert!((TEMPERATURE_LIMITS.parse("0.4").unwrap().value - 0.4).abs() < f64::EPSILON);
}
