//! A number written as text, with its limits: `"10"`.

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
