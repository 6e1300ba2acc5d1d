//! A number written as text, with its limits: `"10"`.
//!
//! The limits are told once and read twice: [`NumberInText::pattern`] draws the regular expression that the schemas publish,
//! [`NumberInText::parse`] gives the value or says what is wrong. A test proves that both accept the same texts.

mod meant;
mod pattern;

use relance_diagnostics::Text;

/// What a number in text may hold. ASCII digits with an optional `.` part: no sign, exponent, leading zero or blank.
#[derive(Debug)]
pub struct NumberInText {
    /// The least that it may be.
    pub minimum: Minimum,
    /// The most that it may be, itself included.
    pub at_most: u32,
    /// Whether a `.` part may follow.
    pub decimals: bool,
    /// What a blank one stands for.
    pub default: &'static str,
    /// What it counts, for messages: "seconds". Empty when it counts nothing.
    pub unit: Text,
}

/// The lower limit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Minimum {
    /// More than that.
    Above(u32),
    /// That, or more.
    AtLeast(u32),
}

/// A number that keeps its limits, as it was written and as it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberText<'t> {
    /// As written.
    pub text: &'t str,
    /// Its value, to the nearest `f64`.
    pub value: f64,
}

/// Why a text is not such a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberMistake {
    /// Not written as a number in text; the number that was surely meant, when one is: `0,4` → `0.4`, `10s` → `10`, ` 10` → `10`.
    Malformed(Option<String>),
    /// A number without decimals is wanted; the same number without them, when they are zeros.
    NotWhole(Option<String>),
    /// Under the minimum.
    TooSmall,
    /// Over the maximum.
    TooLarge,
}

impl NumberInText {
    /// The number in a text, which must not be blank. A repair that it offers is itself such a number.
    pub fn parse<'t>(&self, text: &'t str) -> Result<NumberText<'t>, NumberMistake> {
        let malformed = || NumberMistake::Malformed(meant::number(self, text));
        if let Some(positive) = text.strip_prefix('-') {
            let negative = Digits::read(positive).is_some_and(|digits| !digits.is_zero());
            return Err(if negative { NumberMistake::TooSmall } else { malformed() });
        }
        let digits = Digits::read(text).ok_or_else(malformed)?;
        if digits.fraction.is_some() && !self.decimals {
            let whole =
                Some(digits.whole).filter(|_| digits.is_whole() && self.admits(&digits).is_ok());
            return Err(NumberMistake::NotWhole(whole.map(str::to_owned)));
        }
        self.admits(&digits)?;
        let value = text.parse().map_err(|_| NumberMistake::Malformed(None))?;
        Ok(NumberText { text, value })
    }

    /// The number in a text, when it may only be whole.
    pub fn parse_whole(&self, text: &str) -> Result<u32, NumberMistake> {
        let number = self.parse(text)?;
        number.text.parse().map_err(|_| NumberMistake::NotWhole(None))
    }

    /// The portable regular expression of such numbers (DESIGN, "Schemas"), with `""` among them when `blank_allowed`.
    pub fn pattern(&self, blank_allowed: bool) -> String {
        pattern::draw(self, blank_allowed)
    }

    /// Whether the value keeps the limits. It is read from the digits, so that no rounding can help it over a limit.
    fn admits(&self, digits: &Digits<'_>) -> Result<(), NumberMistake> {
        // Whole parts have no leading zero: the only one that does not fit is too large.
        let whole: u32 = digits.whole.parse().map_err(|_| NumberMistake::TooLarge)?;
        let too_small = match self.minimum {
            Minimum::Above(limit) => whole < limit || (whole == limit && digits.is_whole()),
            Minimum::AtLeast(limit) => whole < limit,
        };
        if too_small {
            Err(NumberMistake::TooSmall)
        } else if whole > self.at_most || (whole == self.at_most && !digits.is_whole()) {
            Err(NumberMistake::TooLarge)
        } else {
            Ok(())
        }
    }
}

/// A well-formed number, cut at its point.
struct Digits<'t> {
    whole: &'t str,
    fraction: Option<&'t str>,
}

impl<'t> Digits<'t> {
    fn read(text: &'t str) -> Option<Digits<'t>> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        let well_formed = are_digits(whole) && !leading_zero && fraction.is_none_or(are_digits);
        well_formed.then_some(Digits { whole, fraction })
    }

    /// Whether nothing but zeros follows the point.
    fn is_whole(&self) -> bool {
        self.fraction.is_none_or(|fraction| fraction.bytes().all(|digit| digit == b'0'))
    }

    fn is_zero(&self) -> bool {
        self.whole == "0" && self.is_whole()
    }
}

/// One ASCII digit or more.
fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
