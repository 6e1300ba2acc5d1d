//! The number that an author surely meant: `0,4`, `10s`, ` 10`, `+5`, `1e1`, `010`.

use super::{NumberInText, are_digits};

/// The number meant by a text that is not written as one, if there is only one reading and it keeps the limits.
pub(super) fn number(limits: &NumberInText, text: &str) -> Option<String> {
    let text = text.trim();
    let text = without_unit(limits, text).trim_end();
    let text = text.strip_prefix('+').unwrap_or(text);
    let plain = with_point(text).and_then(|text| without_needless_digits(limits, &text));
    plain.or_else(|| without_exponent(text)).filter(|meant| limits.parse(meant).is_ok())
}

/// `10s`, `10 secondes` → `10`: what follows must begin the name of the unit, so that `10 min` stays a riddle.
fn without_unit<'t>(limits: &NumberInText, text: &'t str) -> &'t str {
    let number = text.trim_end_matches(char::is_alphabetic);
    let unit = text.strip_prefix(number).unwrap_or_default().to_lowercase();
    let is_unit = limits.unit.en.starts_with(&unit) || limits.unit.fr.starts_with(&unit);
    if is_unit { number } else { text }
}

/// `0,4` → `0.4`. A comma before three digits may part thousands, unless only a zero stands before it.
fn with_point(text: &str) -> Option<String> {
    match text.split_once(',') {
        None => Some(text.to_owned()),
        Some((whole, fraction)) if fraction.len() != 3 || whole == "0" => {
            Some(format!("{whole}.{fraction}"))
        }
        Some(_) => None,
    }
}

/// `010` → `10`, `.5` → `0.5`, `5.` → `5`, and `240.0` → `240` where only whole numbers are wanted.
fn without_needless_digits(limits: &NumberInText, text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let either = are_digits(whole) || are_digits(fraction);
    let only_digits = whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !either || !only_digits {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let needless =
        fraction.is_empty() || (!limits.decimals && fraction.bytes().all(|digit| digit == b'0'));
    Some(if needless { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// `1e1` → `10`.
fn without_exponent(text: &str) -> Option<String> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let is_number = mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let exponent: i32 = exponent.parse().ok().filter(|it| (-9..=9).contains(it))?;
    let value: f64 = format!("{mantissa}e{exponent}").parse().ok().filter(|_| is_number)?;
    Some(value.to_string())
}
