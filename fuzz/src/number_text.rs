//! Any text as a number written in text.

use std::sync::LazyLock;

use regex::Regex;
use relance_model::{
    action::{
        ai_reply::{MAX_OUTPUT_TOKENS_LIMITS, TEMPERATURE_LIMITS},
        http_request::TIMEOUT_SECONDS_LIMITS,
    },
    text::{Minimum, NumberInText, NumberMistake},
};

/// The three parameters that hold a number, with the pattern that the schemas publish.
static LIMITS: LazyLock<[(&NumberInText, Regex); 3]> = LazyLock::new(|| {
    [&TIMEOUT_SECONDS_LIMITS, &TEMPERATURE_LIMITS, &MAX_OUTPUT_TOKENS_LIMITS]
        .map(|limits| (limits, Regex::new(&limits.pattern(false)).expect("a regular expression")))
});

/// A text is such a number exactly when the published pattern takes it; its value keeps the limits; a repair is such a number.
pub fn number_text(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for (limits, pattern) in LIMITS.iter() {
        let parsed = limits.parse(text);
        assert_eq!(parsed.is_ok(), pattern.is_match(text), "{limits:?}: {parsed:?}");
        let value = text.parse::<f64>();
        match parsed {
            Ok(number) => {
                assert_eq!(Ok(number.value), value);
                assert!(keeps(limits, number.value), "{limits:?}: {number:?}");
                assert_eq!(limits.parse_whole(text).is_ok(), !text.contains('.'));
            }
            Err(NumberMistake::Malformed(Some(meant)) | NumberMistake::NotWhole(Some(meant))) => {
                assert!(limits.parse(&meant).is_ok(), "{meant} is no repair of {text:?}");
                assert_ne!(meant, text);
            }
            Err(NumberMistake::TooSmall) => {
                let value = value.expect("what is too small is a number");
                assert!(value <= least(limits) || value <= f64::EPSILON, "{value}");
            }
            Err(NumberMistake::TooLarge) => {
                let value = value.expect("what is too large is a number");
                assert!(value >= f64::from(limits.at_most), "{value}");
            }
            Err(NumberMistake::Malformed(None) | NumberMistake::NotWhole(None)) => {}
        }
    }
}

fn keeps(limits: &NumberInText, value: f64) -> bool {
    // Digits without end may round to the limit itself.
    value >= least(limits) && value <= f64::from(limits.at_most)
}

fn least(limits: &NumberInText) -> f64 {
    match limits.minimum {
        Minimum::Above(least) | Minimum::AtLeast(least) => f64::from(least),
    }
}
