//! What may be done to a value before it is put in.

use std::borrow::Cow;

use jiff::{
    Timestamp, civil,
    fmt::strtime::{self, BrokenDownTime},
    tz::TimeZone,
};
use relance_model::text::{Filter, Path, is_blank};
use serde_json::Value;

use super::{write_text, written};
use crate::failure::Reason;

/// One filter. An absent value stays absent, unless the filter gives it one. `of` names the value in messages, which never
/// quote it: it may be a secret.
pub(super) fn apply<'v>(
    filter: &Filter,
    value: Option<Cow<'v, Value>>,
    of: &Path,
    zone: &TimeZone,
) -> Result<Option<Cow<'v, Value>>, Reason> {
    let text = |change: fn(&str) -> String| {
        value.as_ref().map(|value| Cow::Owned(Value::from(change(&as_text(value)))))
    };
    Ok(match filter {
        Filter::Upper => text(str::to_uppercase),
        Filter::Lower => text(str::to_lowercase),
        Filter::Trim => text(|it| it.trim().to_owned()),
        Filter::Default(instead) => match value {
            Some(value) if value.as_str().is_none_or(|it| !is_blank(it)) => Some(value),
            Some(_) | None => Some(Cow::Owned(Value::from(instead.as_str()))),
        },
        Filter::Date(format) => match value {
            Some(value) => Some(Cow::Owned(Value::from(date(&as_text(&value), format, of, zone)?))),
            None => None,
        },
    })
}

fn as_text(value: &Value) -> String {
    let mut text = String::new();
    write_text(&mut text, value);
    text
}

fn date(text: &str, format: &str, of: &Path, zone: &TimeZone) -> Result<String, Reason> {
    let Some(time) = read_time(text.trim(), zone) else {
        let path = written(of);
        return Err(Reason::new(
            "not-a-date",
            format!(
                "`{path}` is not a date: the filter `date` reads 2026-01-31, 2026-01-31T09:30:00 or 2026-01-31T09:30:00Z"
            ),
        ));
    };
    strtime::format(format, time).map_err(|mistake| {
        Reason::new("date-format", format!("the date format `{format}` cannot be used: {mistake}"))
    })
}

/// An instant, or a date and time as a calendar in that zone shows it. An hour that a change of the clocks leaves out is the one after
/// it, and of one that comes twice it is the first.
fn read_time(text: &str, zone: &TimeZone) -> Option<BrokenDownTime> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(BrokenDownTime::from(&instant.to_zoned(zone.clone())));
    }
    let time = text.parse::<civil::DateTime>().ok()?;
    // `9999-12-31`, which often means never, is a date and no instant any more.
    let zoned = time.to_zoned(zone.clone());
    Some(zoned.map_or_else(|_| BrokenDownTime::from(time), |time| BrokenDownTime::from(&time)))
}
