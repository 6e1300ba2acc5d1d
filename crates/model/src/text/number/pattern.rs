//! The regular expression of the numbers between two limits.
//!
//! Whole numbers are cut into pieces that agree in all but their last digits: from 1 to 1999 these are `[1-9]`, `[1-9][0-9]`,
//! `[1-9][0-9]{2}` and `1[0-9]{3}`. Only classes, counts and groups are used, which every dialect reads alike.

use super::{Minimum, NumberInText};

pub(super) fn draw(limits: &NumberInText, blank_allowed: bool) -> String {
    let mut alternatives = Vec::new();
    if blank_allowed {
        alternatives.push(String::new());
    }
    let least = match limits.minimum {
        Minimum::AtLeast(limit) => u64::from(limit),
        Minimum::Above(limit) => {
            if limits.decimals && limit < limits.at_most {
                alternatives.push(format!(r"{limit}\.[0-9]*[1-9][0-9]*"));
            }
            u64::from(limit) + 1
        }
    };
    let most = u64::from(limits.at_most);
    if limits.decimals {
        // The greatest number stands alone: nothing but zeros may follow its point.
        let below = pieces(least, most.checked_sub(1));
        alternatives.extend(below.into_iter().map(|piece| piece + r"(?:\.[0-9]+)?"));
        if least <= most {
            alternatives.push(format!(r"{most}(?:\.0+)?"));
        }
    } else {
        alternatives.extend(pieces(least, Some(most)));
    }
    format!("^(?:{})$", alternatives.join("|"))
}

/// The whole numbers of an interval, as patterns that no two of them share a number.
fn pieces(least: u64, most: Option<u64>) -> Vec<String> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut from = Some(least);
    while let (Some(start), Some(most)) = (from, most)
        && start <= most
    {
        let piece = Piece::longest(start, most);
        from = piece.next();
        match pieces.last_mut() {
            Some(last) if last.continues_with(&piece) => last.most_free = piece.most_free,
            Some(_) | None => pieces.push(piece),
        }
    }
    pieces.iter().map(Piece::pattern).collect()
}

/// `12[3-7][0-9]{2}`: fixed digits, one digit of a range, free digits.
struct Piece {
    /// The digits before, as a number: 12. Zero when there are none.
    fixed: u64,
    /// The digit that varies: from, to.
    digit: (u64, u64),
    /// How many free digits follow, from, to.
    least_free: u32,
    most_free: u32,
}

impl Piece {
    /// The longest piece that begins at `start` and ends at `most` or before.
    fn longest(start: u64, most: u64) -> Piece {
        let (mut free, mut block) = (0, 1);
        while start > 0 && start.is_multiple_of(block * 10) && start + block * 10 - 1 <= most {
            free += 1;
            block *= 10;
        }
        let (fixed, first) = (start / block / 10, start / block % 10);
        let room = (most + 1 - start) / block;
        let last = (first + room - 1).min(9);
        Piece { fixed, digit: (first, last), least_free: free, most_free: free }
    }

    /// The first number after it.
    fn next(&self) -> Option<u64> {
        (self.fixed * 10 + self.digit.1 + 1).checked_mul(10_u64.checked_pow(self.most_free)?)
    }

    /// Whether the next piece only has one free digit more: `[1-9]` and `[1-9][0-9]`.
    fn continues_with(&self, next: &Piece) -> bool {
        let both_full = [self, next].iter().all(|it| it.fixed == 0 && it.digit == (1, 9));
        both_full && next.most_free == self.most_free + 1
    }

    fn pattern(&self) -> String {
        let fixed = if self.fixed == 0 { String::new() } else { self.fixed.to_string() };
        let digit = match self.digit {
            (from, to) if from == to => from.to_string(),
            (from, to) => format!("[{from}-{to}]"),
        };
        let free = match (self.least_free, self.most_free) {
            (0, 0) => String::new(),
            (1, 1) => "[0-9]".to_owned(),
            (from, to) if from == to => format!("[0-9]{{{from}}}"),
            (from, to) => format!("[0-9]{{{from},{to}}}"),
        };
        fixed + &digit + &free
    }
}
